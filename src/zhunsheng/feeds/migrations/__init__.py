"""Changes to the tables of feeds."""
