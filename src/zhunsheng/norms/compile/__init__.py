"""Norms as relational plans for millions of cases, through Ibis, on DuckDB or Spark; held equal to `interpret` row for row."""
