"""Template tags of accountability."""
