"""Zhunsheng (准绳): acts of officials checked against the law as dated data.

`zhunsheng.check(log, norms, as_of=…)` is the whole product in one call; `zhunsheng.prepare_check` keeps log, norms and
calendar at hand for explanations and further runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhunsheng.supervision.checking import check, prepare_check

__version__ = "0.1.0"
__all__ = ["__version__", "check", "prepare_check"]


def __getattr__(name: str) -> Any:
    """The two functions on demand, so that `zhunsheng --help` need not load an engine."""
    if name in ("check", "prepare_check"):
        from zhunsheng.supervision import checking

        return getattr(checking, name)
    msg = f"module 'zhunsheng' has no attribute {name!r}"
    raise AttributeError(msg)
