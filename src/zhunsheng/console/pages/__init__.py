"""Views of the staff face."""
