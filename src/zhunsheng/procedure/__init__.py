"""The one door: an act is guarded by norms, written, sealed and opens obligations in one transaction; a clock watches them."""
