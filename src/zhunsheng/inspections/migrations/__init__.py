"""The tables of inspections, step by step."""
