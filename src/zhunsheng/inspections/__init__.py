"""Looking: patrols, reviews and campaigns, each a query, a frozen population, a sample anybody can draw again, and answers."""
