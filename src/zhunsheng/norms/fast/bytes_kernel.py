"""Loops behind the findings table: choosing rows, and strings kept as bytes and offsets. No norm logic."""

from __future__ import annotations

import numpy as np

from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.jit import compiled


@compiled
def changes(offsets: Array, data: Array) -> Array:
    """For each string but the first, whether it differs from the one before."""
    n = len(offsets) - 1
    different = np.zeros(max(n - 1, 0), np.bool_)
    for i in range(1, n):
        a, b, c = offsets[i - 1], offsets[i], offsets[i + 1]
        if b - a != c - b:
            different[i - 1] = True
            continue
        for k in range(c - b):
            # The last bytes differ most often.
            if data[b - 1 - k] != data[c - 1 - k]:
                different[i - 1] = True
                break
    return different


@compiled
def hashes(offsets: Array, data: Array) -> Array:
    """A 64-bit hash of each string (FNV-1a)."""
    n = len(offsets) - 1
    found = np.empty(n, np.int64)
    for i in range(n):
        value = np.uint64(14695981039346656037)
        for k in range(offsets[i], offsets[i + 1]):
            value = (value ^ np.uint64(data[k])) * np.uint64(1099511628211)
        found[i] = np.int64(value)
    return found


@compiled
def gathered_size(at: Array, offsets: Array) -> int:
    """Bytes of the strings at these places; negative places are empty."""
    size = 0
    for i in range(len(at)):
        if at[i] >= 0:
            size += offsets[at[i] + 1] - offsets[at[i]]
    return size


@compiled
def gather(at: Array, offsets: Array, data: Array, out_offsets: Array, out: Array) -> None:
    """Copy the strings at these places end to end."""
    place = 0
    for i in range(len(at)):
        out_offsets[i] = place
        if at[i] >= 0:
            for k in range(offsets[at[i]], offsets[at[i] + 1]):
                out[place] = data[k]
                place += 1
    out_offsets[len(at)] = place


@compiled
def digits(numbers: Array, out_offsets: Array, out: Array) -> None:
    """Whole numbers not below zero as decimal text, end to end; negative ones are empty. `out` has 20 bytes for each."""
    place = 0
    for i in range(len(numbers)):
        out_offsets[i] = place
        value = numbers[i]
        if value >= 0:
            width = 1
            rest = value // 10
            while rest > 0:
                width += 1
                rest //= 10
            for k in range(width):
                out[place + width - 1 - k] = 48 + value % 10
                value //= 10
            place += width
    out_offsets[len(numbers)] = place


@compiled
def joined(groups: Array, offsets: Array, data: Array, out_offsets: Array, out: Array) -> None:
    """Strings joined by a space, those of `groups[i]` to `groups[i + 1]` as one. `out` has a byte more for each."""
    place = 0
    for i in range(len(groups) - 1):
        out_offsets[i] = place
        for j in range(groups[i], groups[i + 1]):
            if j > groups[i]:
                out[place] = 32
                place += 1
            for k in range(offsets[j], offsets[j + 1]):
                out[place] = data[k]
                place += 1
    out_offsets[len(groups) - 1] = place


@compiled
def by_seq(groups: Array, seqs: Array, out_groups: Array, out: Array) -> None:
    """The places of each group in the order of `seqs`, each seq once."""
    place = 0
    for i in range(len(groups) - 1):
        out_groups[i] = place
        first = place
        for j in range(groups[i], groups[i + 1]):
            seq = seqs[j]
            at = place
            while at > first and seqs[out[at - 1]] > seq:
                at -= 1
            if at > first and seqs[out[at - 1]] == seq:
                continue
            for k in range(place, at, -1):
                out[k] = out[k - 1]
            out[at] = j
            place += 1
    out_groups[len(groups) - 1] = place


@compiled
def chosen_places(status: Array, kept: Array, counts: Array) -> Array:
    """Places whose status is kept; adds the numbers of each status to `counts`. Negative statuses are no rows."""
    places = np.empty(len(status), np.int64)
    n = 0
    for i in range(len(status)):
        code = status[i]
        if code >= 0:
            counts[code] += 1
            if kept[code]:
                places[n] = i
                n += 1
    return places[:n].copy()
