"""Discretion: which penalties the law allows, the benchmark band within it, which law applies, how comparable cases were decided.

The law stands in `rulebook/discretion/`; nothing here names an article or an amount. `bands`, `proposals`, `switch` and `reasons`
compute without a database; only `past` asks one.
"""
