"""Loops behind conditions: running aggregates over earlier acts, and the officers at an act."""

from __future__ import annotations

import numpy as np

from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.jit import compiled

COUNT, SUM, LEAST, GREATEST, FIRST, LAST = range(6)


@compiled
def series(fn: int, group: Array, holds: Array, values: Array, known: Array, out: Array, state_known: Array) -> Array:
    """A running aggregate within groups over acts in order; which acts are part of it.

    `holds` is 1, 0 or 2 (unknown), `known` whether the act states the value. `out` and `state_known` get the aggregate after each
    act.
    """
    part = np.zeros(len(group), np.bool_)
    state, started, poisoned = 0, False, False
    for i in range(len(group)):
        if i == 0 or group[i] != group[i - 1]:
            state, started, poisoned = 0, fn <= SUM, False
        if holds[i] == 0 or (holds[i] == 1 and not known[i] and fn != SUM):
            continue
        part[i] = True
        if holds[i] == 2 or not known[i]:
            poisoned = True
        if not poisoned:
            value = values[i]
            if fn <= SUM:
                state += value
            elif not started or fn == LAST:
                state = value
            elif fn == LEAST:
                state = min(state, value)
            elif fn == GREATEST:
                state = max(state, value)
            started = True
        out[i] = state
        state_known[i] = not poisoned and started
    return part


@compiled
def latest_before(rows: Array, group: Array, listed: Array) -> Array:
    """For ascending rows, the place in the ascending list of the last one before it in the same group; -1 when there is none."""
    found = np.full(len(rows), -1, np.int64)
    k = 0
    for i in range(len(rows)):
        while k < len(listed) and listed[k] < rows[i]:
            k += 1
        if k > 0 and group[listed[k - 1]] == group[rows[i]]:
            found[i] = k - 1
    return found


@compiled
def fitting(codes: Array, wanted: Array, fits: Array) -> None:
    """Lower `fits` (1 yes, 0 no, 2 unknown) by one part of the officers: `wanted[code]` likewise."""
    for i in range(fits.shape[0]):
        for k in range(fits.shape[1]):
            answer = wanted[codes[i, k]]
            if answer == 0 or fits[i, k] == 0:
                fits[i, k] = 0
            elif answer == 2:
                fits[i, k] = 2


@compiled
def company(officers: Array, fits: Array, least: int) -> Array:
    """Whether at least so many different officers fit: 1, 0 or 2; `officers` are codes, 0 for an unused slot."""
    n, slots = officers.shape
    found = np.empty(n, np.int8)
    for i in range(n):
        certain, possible, anyone = 0, 0, False
        for k in range(slots):
            who = officers[i, k]
            if who == 0:
                continue
            anyone = True
            new_certain, new_possible = fits[i, k] == 1, fits[i, k] != 0
            for j in range(k):
                if officers[i, j] == who:
                    new_certain = new_certain and fits[i, j] != 1
                    new_possible = new_possible and fits[i, j] == 0
            certain += new_certain
            possible += new_possible
        if not anyone:
            found[i] = 2
        elif certain >= least:
            found[i] = 1
        else:
            found[i] = 0 if possible < least else 2
    return found


@compiled
def shared(officers: Array, xs: Array, ys: Array) -> Array:
    """Whether two slots name one officer, one fitting `xs`, the other `ys`: 1, 0 or 2."""
    n, slots = officers.shape
    found = np.empty(n, np.int8)
    for i in range(n):
        answer, pair = 0, False
        for k in range(slots):
            for j in range(slots):
                if j == k or officers[i, k] == 0 or officers[i, j] == 0 or xs[i, k] == 0 or ys[i, j] == 0:
                    continue
                pair = True
                if officers[i, k] == officers[i, j]:
                    if xs[i, k] == 1 and ys[i, j] == 1:
                        answer = 1
                    elif answer == 0:
                        answer = 2
        found[i] = answer if pair or answer == 1 else 2
    return found
