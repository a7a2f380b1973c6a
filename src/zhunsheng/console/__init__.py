"""The staff face: the shell every page stands in, signing in, and the page that shows what one can do. It has no tables."""
