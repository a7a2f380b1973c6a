"""Pages about feeds."""
