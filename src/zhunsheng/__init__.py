"""Zhunsheng (准绳): acts of officials checked against the law as dated data. Only the version lives here."""

__version__ = "0.1.0"
