"""Which acts of a frame an act reference means, as ascending rows: certainly, or perhaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.frames import NO_ROWS, Frame
from zhunsheng.norms.fast.vectors import tri
from zhunsheng.norms.plans import Ref


@dataclass(frozen=True)
class Matches:
    """Certain acts; doubtful ones with a time and an unknown condition; those without a time and not excluded.

    `settled` are those without a time whose condition holds.
    """

    certain: Array
    doubtful: Array
    untimed: Array
    settled: Array


NOTHING = Matches(NO_ROWS, NO_ROWS, NO_ROWS, NO_ROWS)


def matches(frame: Frame, ref: Ref | None) -> Matches:
    """All acts of the frame that a reference means; equal references share the work."""
    if ref is None:
        return NOTHING
    key = ("ref", id(ref))
    if key not in frame.memo:
        frame.memo[key] = matched(frame, ref)
    found: Matches = frame.memo[key]
    return found


def matched(frame: Frame, ref: Ref) -> Matches:
    """As `matches`."""
    rows, untimed = frame.of_types(ref.types), frame.untimed_of(ref.types)
    if ref.cond is None:
        return Matches(rows, NO_ROWS, untimed, untimed)
    answer = tri(frame, ref.cond, rows)
    if not len(untimed):
        return Matches(rows[answer == 1], rows[answer == 2], untimed, untimed)
    loose = tri(frame, ref.cond, untimed)
    return Matches(rows[answer == 1], rows[answer == 2], untimed[loose != 0], untimed[loose == 1])


def merged(parts: list[Array]) -> Array:
    """Several ascending lists as one."""
    held = [p for p in parts if len(p)]
    if not held:
        return NO_ROWS
    return held[0] if len(held) == 1 else np.unique(np.concatenate(held)).astype(np.int32)


def groups_with(frame: Frame, rows: Array) -> Array:
    """For each group whether it holds one of the rows; empty when there are none."""
    if not len(rows):
        return np.zeros(0, np.bool_)
    found = np.zeros(len(frame.timed), np.bool_)
    found[frame.group[rows]] = True
    return found
