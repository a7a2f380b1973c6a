"""The self-contained HTML report of a checked log: figures, norms, units, months, worst cases and what was not checked."""

from .page import report_html

__all__ = ["report_html"]
