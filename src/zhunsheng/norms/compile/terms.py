"""The terms a clock may run for, numbered, and the due time of each where no stop lengthens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.clocks import plain_counting
from zhunsheng.norms.compile.conditions import nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.period_instants import ELAPSED_US, LATEST_US, SECOND_US
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Extend, Timed


@dataclass(frozen=True)
class Terms:
    """Every term that tiers and extensions can lead to; a term's number is its place. None is a clock that never runs out."""

    all: tuple[Period | None, ...]
    counting: Counting
    """How they count, the unit of each being settled already."""

    @classmethod
    def of(cls, form: Timed) -> Terms:
        """The terms of a form: the tiers' in order, then the form's own, then what extensions make of them."""
        found = [*[t.period for t in form.tiers], form.period]
        distinct: dict[Period | None, None] = dict.fromkeys(found)
        for grant in form.extends:
            for term in list(distinct):
                distinct.setdefault(extended(term, grant))
        return cls(tuple(distinct), plain_counting(form.counting))

    def number(self, term: Period | None) -> int:
        """The place of a term."""
        return self.all.index(term)

    def of_unit(self, *units: str) -> list[tuple[int, Period]]:
        """The terms in these units with their numbers."""
        return [(n, p) for n, p in enumerate(self.all) if p is not None and p.unit in units]

    @property
    def instants(self) -> list[tuple[int, Period]]:
        """Terms in minutes and hours."""
        return self.of_unit("minutes", "hours")

    @property
    def in_days(self) -> list[tuple[int, Period]]:
        """Terms that end with a day."""
        return self.of_unit("days", "working_days", "months", "years")

    def where(self, t: ir.Table, numbers: Sequence[int]) -> ir.Value:
        """Whether a row runs for one of these terms."""
        if len(numbers) == len(self.all):
            return ibis.literal(True)
        return t.term.isin(list(numbers)) if numbers else ibis.literal(False)

    def pick(self, t: ir.Table, values: dict[int, ir.Value], otherwise: ir.Value) -> ir.Value:
        """A value by the term a row runs for."""
        if len(values) == len(self.all) == 1:
            return values[0]
        branches = [(t.term == n, v) for n, v in values.items()]
        return ibis.cases(*branches, else_=otherwise) if branches else otherwise


def extended(term: Period | None, grant: Extend) -> Period | None:
    """What one grant makes of a term."""
    if term is None:
        return None
    return Period(term.amount + grant.period.amount, term.unit) if grant.adds else grant.period


def lenience(t: ir.Table, counting: Counting) -> ir.Value:
    """By how much hours that start with the next full hour run longer than from the moment, in microseconds."""
    if counting.hours == "from_moment":
        return ibis.literal(0, "int64")
    return (3600 - t.tod.cast("int64") % 3600) * SECOND_US - t.at_us % SECOND_US


def instant_due(frame: Frame, t: ir.Table, period: Period, counting: Counting) -> ir.Value:
    """The end of a term in minutes or hours; null past the year 9999."""
    length = period.amount * ELAPSED_US[period.unit]
    due = t.at_us + lenience(t, counting) + length
    if frame.facts.last_us + length + 2 * ELAPSED_US["hours"] <= LATEST_US:
        return due
    return ibis.ifelse(due <= LATEST_US, due, nothing("int64"))


def with_due(frame: Frame, t: ir.Table, terms: Terms) -> ir.Table:
    """The table with `due_us`, the end of each row's term without stops; null where none or beyond the calendar."""
    day_due = nothing("int64")
    if terms.in_days:
        table = frame.lookups.due(frame.facts.days, terms.in_days, terms.counting)
        single = len(terms.all) == 1
        on = {"day": "day"} if single else {"term": "term", "day": "day"}
        t = frame.looked_up(t, table, on, {"day_due": "due_us"})
        day_due = t.day_due
    instants = {n: instant_due(frame, t, p, terms.counting) for n, p in terms.instants}
    if not instants:
        return t.mutate(due_us=day_due)
    return t.mutate(due_us=terms.pick(t, instants, day_due))
