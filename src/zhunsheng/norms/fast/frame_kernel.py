"""Loops that lay out a stretch of acts in groups: outlines, acts by type, the groups a scope makes. No norm logic."""

from __future__ import annotations

import numpy as np

from zhunsheng.norms.fast.columns import MISSING, Array
from zhunsheng.norms.fast.jit import compiled


@compiled
def outline(start: Array, at: Array, group: Array, timed: Array) -> bool:
    """Fill in the group of each row and where the acts with a time end in each group; whether there are acts without."""
    untimed = False
    for g in range(len(start) - 1):
        end = start[g + 1]
        for row in range(start[g], end):
            group[row] = g
        last = end
        while last > start[g] and at[last - 1] == MISSING:
            last -= 1
        timed[g] = last
        untimed = untimed or last < end
    return untimed


@compiled
def rows_by_type(types: Array, at: Array, untimed: bool, count: int) -> tuple[Array, Array]:
    """The rows with a time sorted by type then place, and where each type begins."""
    begin = np.zeros(count + 2, np.int64)
    for row in range(len(types)):
        if not untimed or at[row] != MISSING:
            begin[types[row] + 1] += 1
    for t in range(count + 1):
        begin[t + 1] += begin[t]
    place = begin.copy()
    rows = np.empty(begin[count + 1], np.int32)
    for row in range(len(types)):
        if not untimed or at[row] != MISSING:
            t = types[row]
            rows[place[t]] = row
            place[t] += 1
    return begin, rows


@compiled
def values_begin(where: Array, named: Array) -> Array:
    """For ascending rows `where`, where each begins and ends among the ascending rows `named`."""
    begin = np.zeros((len(where), 2), np.int64)
    k = 0
    for i in range(len(where)):
        while k < len(named) and named[k] < where[i]:
            k += 1
        begin[i, 0] = k
        while k < len(named) and named[k] == where[i]:
            k += 1
        begin[i, 1] = k
    return begin


@compiled
def combinations(begins: Array, codes: Array, group: Array) -> Array:
    """Every combination of values of the rows that have one for every key: case, then a code for each key."""
    keys = begins.shape[0]
    total = 0
    for row in range(len(group)):
        ways = 1
        for k in range(keys):
            ways *= begins[k, row, 1] - begins[k, row, 0]
        total += ways
    found = np.empty((total, keys + 1), np.int32)
    place = 0
    for row in range(len(group)):
        ways = 1
        for k in range(keys):
            ways *= begins[k, row, 1] - begins[k, row, 0]
        for way in range(ways):
            found[place, 0] = group[row]
            rest = way
            for k in range(keys - 1, -1, -1):
                width = begins[k, row, 1] - begins[k, row, 0]
                found[place, k + 1] = codes[begins[k, row, 0] + rest % width]
                rest //= width
            place += 1
    return found


@compiled
def belongs(begins: Array, codes: Array, row: int, scope: Array) -> bool:
    """Whether the act of a row is in a group: for each key it names the group's value, or none."""
    for k in range(begins.shape[0]):
        low, high = begins[k, row, 0], begins[k, row, 1]
        if low == high:
            continue
        named = False
        for j in range(low, high):
            named = named or codes[j] == scope[k + 1]
        if not named:
            return False
    return True


@compiled
def lacking(begins: Array, row: int) -> bool:
    """Whether the act names no value for some key."""
    lacks = False
    for k in range(begins.shape[0]):
        lacks = lacks or begins[k, row, 0] == begins[k, row, 1]
    return lacks


@compiled
def members(start: Array, begins: Array, codes: Array, scopes: Array, out: Array, out_start: Array, out_scope: Array) -> int:
    """Lay out the groups of every case one after the other; the number of rows. With an empty `out` only counts.

    `out_scope` gets the number of the scope, or -1 for the acts that lack a value, which come last in their case.
    """
    rows, groups, s = 0, 0, 0
    fill = len(out) > 0
    for case in range(len(start) - 1):
        while s < len(scopes) and scopes[s, 0] == case:
            if fill:
                out_start[groups], out_scope[groups] = rows, s
            for row in range(start[case], start[case + 1]):
                if belongs(begins, codes, row, scopes[s]):
                    if fill:
                        out[rows] = row
                    rows += 1
            groups += 1
            s += 1
        before = rows
        for row in range(start[case], start[case + 1]):
            if lacking(begins, row):
                if fill:
                    if rows == before:
                        out_start[groups], out_scope[groups] = rows, -1
                    out[rows] = row
                rows += 1
        groups += rows > before
    if fill:
        out_start[groups] = rows
    return rows if fill else rows * 2**31 + groups
