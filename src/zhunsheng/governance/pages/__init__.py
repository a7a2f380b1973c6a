"""Pages about the rulebook."""
