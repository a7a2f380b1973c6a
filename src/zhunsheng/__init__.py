"""Zhunsheng (准绳): the acts of officials, checked against the law as dated data. This module holds the version only."""

__version__ = "0.1.0"
