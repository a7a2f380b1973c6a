"""The one door: an act is guarded by norms, written, sealed and given its obligations in one transaction; and the clock that watches them."""
