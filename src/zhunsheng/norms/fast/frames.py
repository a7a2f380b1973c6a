"""A stretch of whole cases in memory, laid out in the groups of a scope; what every plan is judged on. No norm logic."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from zhunsheng.norms.fast.columns import MISSING, Array, Prepared, Words
from zhunsheng.norms.fast.frame_kernel import combinations, members, outline, rows_by_type, values_begin
from zhunsheng.norms.plans import ScopeKey

NO_ROWS = np.zeros(0, np.int32)


class Stretch:
    """Columns of some whole cases, as far as their acts exist at an instant, read when first asked for.

    `places` are the rows in the prepared columns, a slice or ascending numbers; `cases` the numbers of the cases.
    """

    def __init__(self, prepared: Prepared, cases: Array, as_of_us: int) -> None:
        self.prepared, self.cases = prepared, cases
        begin, end = prepared.case_start[cases], prepared.case_start[cases + 1]
        start = np.concatenate([[0], np.cumsum(end - begin)])
        self.places: Any = slice(int(begin[0]), int(end[-1])) if len(cases) else slice(0, 0)
        if len(cases) and self.places.stop - self.places.start != start[-1]:
            self.places = np.repeat(begin - start[:-1], end - begin) + np.arange(start[-1])
        self.columns: dict[str, Array] = {}
        at = self.column("at_us")
        if len(at) and at.max() > as_of_us:
            kept = at <= as_of_us
            places = np.arange(self.places.start, self.places.stop) if isinstance(self.places, slice) else self.places
            self.places, self.columns = places[kept], {}
            start = np.concatenate([[0], np.cumsum(kept)])[start]
        self.start = start.astype(np.int32)
        self.rows = int(start[-1])

    def column(self, name: str) -> Array:
        """The column of these acts."""
        if name not in self.columns:
            self.columns[name] = np.ascontiguousarray(self.prepared.column(name)[self.places])
        return self.columns[name]

    @cached_property
    def numbers(self) -> Array:
        """Rows in the prepared columns."""
        if isinstance(self.places, slice):
            return np.arange(self.places.start, self.places.stop)
        return np.asarray(self.places)

    def values(self, key: ScopeKey) -> tuple[Array, Array]:
        """What the acts name for a scope key: where each act's values begin and end, and the codes."""
        if key.column is not None:
            if key.column not in self.prepared.manifest.columns:
                return np.zeros((self.rows, 2), np.int64), NO_ROWS
            codes = self.column(key.column)
            ends = np.cumsum(codes > 0)
            return np.stack([ends - (codes > 0), ends], axis=1), codes[codes > 0].astype(np.int32)
        rows, codes, _ = self.prepared.subjects(key.name)
        if not self.rows:
            return np.zeros((0, 2), np.int64), NO_ROWS
        low, high = np.searchsorted(rows, [self.numbers[0], self.numbers[-1] + 1])
        return values_begin(self.numbers, rows[low:high]), codes[low:high]


class Frame:
    """Groups of acts: rows `start[g]` to `start[g + 1]` are group g, those from `timed[g]` on have no time.

    `of` leads from a row to the row of the stretch (None: the same); `opens` is false where an act opens nothing, `whole` where
    what a group's acts open is unknown (None: true everywhere); `named` gives the text of the scopes of groups.
    """

    def __init__(
        self, stretch: Stretch, start: Array, of: Array | None = None, opens: Array | None = None,
        whole: Array | None = None, named: Callable[[Array], list[str]] | None = None,
    ) -> None:
        self.stretch, self.start, self.of = stretch, start, of
        self.opens, self.whole, self.named = opens, whole, named
        self.prepared = stretch.prepared
        self.rows = int(start[-1])
        self.columns: dict[str, Array] = {}
        self.memo: dict[Any, Any] = {}
        self.at, self.day = self.column("at_us"), self.column("day")
        self.group = np.empty(self.rows, np.int32)
        self.timed = np.empty(len(start) - 1, np.int32)
        self.has_untimed = bool(outline(start, self.at, self.group, self.timed))

    def column(self, name: str) -> Array:
        """A column in the order of these rows."""
        if self.of is None:
            return self.stretch.column(name)
        if name not in self.columns:
            self.columns[name] = self.stretch.column(name)[self.of]
        return self.columns[name]

    def known(self, name: str) -> bool:
        """Whether the log has the column."""
        return name in self.prepared.manifest.columns

    def base(self, rows: Array) -> Array:
        """Rows of the stretch; -1 stays -1."""
        if self.of is None or not len(rows):
            return rows
        return np.where(rows >= 0, self.of[rows], -1).astype(np.int32)

    @cached_property
    def by_type(self) -> tuple[Array, Array]:
        """Where each type begins among the rows sorted by type, and those rows."""
        count = len(self.prepared.words("act_type"))
        begin, rows = rows_by_type(self.column("act_type"), self.at, self.has_untimed, count)
        return begin, rows

    @cached_property
    def untimed(self) -> Array:
        """Rows without a time."""
        return np.flatnonzero(self.at == MISSING).astype(np.int32) if self.has_untimed else NO_ROWS

    def of_types(self, types: tuple[str, ...]) -> Array:
        """Rows with a time of these types (none: any), ascending."""
        key = ("types", types)
        if key not in self.memo:
            self.memo[key] = self.rows_of(types)
        rows: Array = self.memo[key]
        return rows

    def rows_of(self, types: tuple[str, ...]) -> Array:
        """As `of_types`."""
        if not types:
            every = np.arange(self.rows, dtype=np.int32)
            return every[self.at != MISSING] if self.has_untimed else every
        begin, rows = self.by_type
        codes = self.type_codes(types)
        parts = [rows[begin[c] : begin[c + 1]] for c in codes]
        if not parts:
            return NO_ROWS
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def type_codes(self, types: tuple[str, ...]) -> list[int]:
        """Codes of the types the log has."""
        codes = self.prepared.words("act_type").codes
        return [codes[t] for t in dict.fromkeys(types) if t in codes]

    def untimed_of(self, types: tuple[str, ...]) -> Array:
        """Rows without a time of these types (none: any), ascending."""
        if not types or not len(self.untimed):
            return self.untimed
        return self.untimed[np.isin(self.column("act_type")[self.untimed], self.type_codes(types))]


def framed(stretch: Stretch, per: tuple[ScopeKey, ...]) -> Frame:
    """The groups of a scope; with no key beside the case, the cases."""
    if not per:
        return Frame(stretch, stretch.start)
    group = np.repeat(np.arange(len(stretch.start) - 1, dtype=np.int32), np.diff(stretch.start))
    begins, codes = stacked([stretch.values(key) for key in per])
    scopes = distinct(combinations(begins, codes, group))
    empty = np.zeros(0, np.int32)
    packed = members(stretch.start, begins, codes, scopes, empty, empty, empty)
    rows, groups = packed >> 31, packed & (2**31 - 1)
    of, start, scope = np.empty(rows, np.int32), np.zeros(groups + 1, np.int32), np.empty(groups, np.int32)
    if rows:
        members(stretch.start, begins, codes, scopes, of, start, scope)
    has_all: Array = np.all(begins[:, :, 1] > begins[:, :, 0], axis=0)
    return Frame(stretch, start, of, has_all[of], scope >= 0, ScopeNames(per, scopes, scope, stretch.prepared))


def distinct(rows: Array) -> Array:
    """The different rows of a matrix of numbers, sorted."""
    if rows.shape[1] == 2:
        packed = np.unique((rows[:, 0].astype(np.int64) << 32) | rows[:, 1])
        return np.stack([packed >> 32, packed & (2**32 - 1)], axis=1).astype(np.int32)
    found: Array = np.unique(rows, axis=0)
    return found


def stacked(values: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """The values of several keys in one array of codes: begins[key, row, (first, end)]."""
    shift = np.cumsum([0, *(len(codes) for _, codes in values)])
    begins = np.stack([begin + low for (begin, _), low in zip(values, shift[:-1], strict=True)]).astype(np.int64)
    return begins, np.concatenate([codes for _, codes in values]).astype(np.int32)


class ScopeNames:
    """`person=甲;item=7` of groups; empty for the acts that lack a value."""

    def __init__(self, per: tuple[ScopeKey, ...], scopes: Array, scope: Array, prepared: Prepared) -> None:
        self.per, self.scopes, self.scope = per, scopes, scope
        self.words: list[Words] = [
            prepared.words(key.column) if key.column is not None else prepared.subjects(key.name)[2] for key in per
        ]

    def __call__(self, groups: Array) -> list[str]:
        return [self.text(s) if s >= 0 else "" for s in self.scope[groups].tolist()]

    def text(self, scope: int) -> str:
        """The text of one scope."""
        codes = self.scopes[scope, 1:].tolist()
        parts = zip(self.per, self.words, codes, strict=True)
        return ";".join(f"{key.name}={words.words[code - 1]}" for key, words, code in parts)
