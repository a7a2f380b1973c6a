"""Measurements against other tools and hand-written queries; each module is a program, listed by `python -m benchmarks --list`."""
