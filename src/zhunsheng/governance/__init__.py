"""Norms as documents that change: tried on history, proposed, activated by a second person; what a new law touches."""
