"""Cases as officers work on them: people, stages, forms, review, discretion, papers, and the pages for it all."""
