"""Compilation of the numeric loops by numba, an optional extra: without it a call of the fast path says what to install."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from zhunsheng.base.errors import InputError

numba: Any
try:
    import numba
except ImportError:  # the extra `fast` is not installed
    numba = None

F = TypeVar("F", bound=Callable[..., Any])


def available() -> bool:
    """Whether the fast path can run here."""
    return numba is not None


def compiled(function: F) -> F:
    """The function as machine code that lets other threads run, kept on disk between runs."""
    if numba is None:
        return function
    machine: F = numba.njit(cache=True, nogil=True)(function)
    return machine


def require() -> None:
    """InputError with what to install where numba is missing."""
    if numba is None:
        raise InputError(
            zh="快速路径需要 numba，此处没有安装",
            en="the fast path needs numba, which is not installed here",
            remedy_zh="安装 zhunsheng[fast]，或改用 duckdb 引擎",
            remedy_en="install zhunsheng[fast], or use the duckdb engine",
        )
