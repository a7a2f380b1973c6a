"""Which acts a reference means: columns that tell certain matches from doubtful ones, where doubt is possible at all."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.compile.certainty import certain
from zhunsheng.norms.compile.conditions import any_of, is_not_false, is_true, is_unknown
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.plans import Ref


@dataclass(frozen=True)
class Mark:
    """Expressions over the acts of a group; None where no act of this log can be such."""

    sure: ir.Value
    """A certain match."""
    doubt: ir.Value | None
    """A doubtful match with a time."""
    untimed: ir.Value | None
    """A match that is not excluded, without a time."""


def mark(frame: Frame, t: ir.Table, ref: Ref) -> Mark:
    """The marks of one reference over the acts of a group."""
    timed = frame.timed(t)
    cond = frame.conditions.of(ref.cond, t) if ref.cond is not None else None
    sure = frame.matching(ref.types, t, timed, None if cond is None else is_true(cond))
    doubt = None
    if cond is not None and not certain(ref.cond, frame.facts):
        doubt = frame.matching(ref.types, t, timed, is_unknown(cond))
    untimed = None
    if timed is not None:
        untimed = frame.matching(ref.types, t, ~timed, None if cond is None else is_not_false(cond))
    return Mark(sure, doubt, untimed)


def together(flags: list[ir.Value | None]) -> ir.Value | None:
    """Any of the flags that can hold; None when none can."""
    present = [f for f in flags if f is not None]
    return any_of(present) if present else None


def first(flag: ir.Value, value: ir.Value, window: object) -> ir.Value:
    """The least value where the flag holds, in a window."""
    return ibis.ifelse(flag, value, ibis.null("int64")).min().over(window)


def last(flag: ir.Value, value: ir.Value, window: object) -> ir.Value:
    """The greatest value where the flag holds, in a window."""
    return ibis.ifelse(flag, value, ibis.null("int64")).max().over(window)


def exists(flag: ir.Value | None, window: object) -> ir.Value:
    """Whether the flag holds anywhere in a window."""
    return (
        ibis.literal(False) if flag is None else ibis.ifelse(flag, 1, 0).max().over(window).fill_null(0) == 1
    )
