"""Measurements against other tools and hand-written queries; each module is a program, and `python -m benchmarks` runs them."""
