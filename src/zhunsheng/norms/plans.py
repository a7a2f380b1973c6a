"""Norm versions lowered to six forms with everything resolved: what `interpret`, `compile` and the fast path execute.

The eight kinds of the language reduce to six forms: `Timed` (deadline, retention, accompanied with an act), `Prior`
(requires), `Standing` (forbids), `Conflict` (separation between acts), `Check` (actors, range, accompanied by a fact,
separation within an act) and `Covered` (accompanied by recordings).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from zhunsheng.norms.expressions import Node
from zhunsheng.norms.language import Kind, Norm, Severity, Version
from zhunsheng.norms.periods import Counting, Period


@dataclass(frozen=True)
class Ref:
    """Acts of these types (none: any type) for which the condition holds."""

    types: tuple[str, ...]
    cond: Node | None = None


@dataclass(frozen=True)
class Tier:
    """A term taken when its condition, at the opening act, holds."""

    cond: Node
    period: Period


@dataclass(frozen=True)
class Extend:
    """One grant of an extension; `entry` tells grants of one entry from those of the next."""

    ref: Ref
    period: Period
    adds: bool
    entry: int


@dataclass(frozen=True)
class Stop:
    """The clock stands from `start` to the next `end` (with the same value in `pair`, a column, if given)."""

    start: Ref
    end: Ref
    pair: str | None = None


@dataclass(frozen=True)
class Timed:
    """An opening act starts a clock; with `keep` the deciding act must not come before the due time, else not after."""

    open: Ref
    meet: Ref
    counting: Counting
    period: Period | None = None
    tiers: tuple[Tier, ...] = ()
    by: Node | None = None
    first_only: bool = False
    already: bool = False
    extends: tuple[Extend, ...] = ()
    stops: tuple[Stop, ...] = ()
    voids: tuple[Ref, ...] = ()
    warn_before_us: int | None = None
    keep: bool = False
    bare: Ref | None = None
    """The opening acts with no regard to their excuse, where they have one; see `Plan.bare`."""


@dataclass(frozen=True)
class Prior:
    """Each `act` needs an earlier `prior`, after the last `since`, at a least and at most a greatest distance."""

    act: Ref
    prior: Ref
    counting: Counting
    since: Ref | None = None
    at_least: Period | None = None
    at_most: Period | None = None
    ignore_absent: bool = False
    bare: Ref | None = None
    """The opening acts with no regard to their excuse, where they have one; see `Plan.bare`."""


@dataclass(frozen=True)
class Standing:
    """Each `act` is forbidden while a state stands (`start`, until `end`, for `span`) and `when` holds, unless `unless`."""

    act: Ref
    counting: Counting
    when: Node | None = None
    start: Ref | None = None
    end: Ref | None = None
    span: Period | None = None
    unless: Node | None = None


@dataclass(frozen=True)
class Conflict:
    """No officer with `roles` at `act` has one of `others` at any other act `other` of the group."""

    act: Ref
    other: Ref
    roles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unless: Node | None = None


@dataclass(frozen=True)
class Check:
    """At each `act` a condition must hold."""

    act: Ref
    holds: Node
    unless: Node | None = None


@dataclass(frozen=True)
class Covered:
    """The time of each `act` is covered by `recording` acts, with no hole longer than `gap_us`."""

    act: Ref
    recording: Ref
    gap_us: int = 0
    unless: Node | None = None


Form = Timed | Prior | Standing | Conflict | Check | Covered


@dataclass(frozen=True)
class ScopeKey:
    """One key of `per` beside the case: the subjects of a kind, or the values of a text field (`column`)."""

    name: str
    column: str | None = None


@dataclass(frozen=True)
class Plan:
    """One version of one norm, ready to execute."""

    norm_id: str
    version: str
    kind: Kind
    severity: Severity
    per: tuple[ScopeKey, ...]
    governed: Node | None
    """A date expression at the opening act; None: the act's own day."""
    from_day: int
    to_day: int | None
    latest: bool
    """The latest version speaks when the governing date is unknown."""
    form: Form
    norm: Norm = field(compare=False, repr=False)
    body: Version = field(compare=False, repr=False)

    @property
    def opening(self) -> Ref:
        """The acts that give a row."""
        return self.form.open if isinstance(self.form, Timed) else self.form.act

    @property
    def bare(self) -> Ref | None:
        """Acts that open but for an excuse: where only that is in doubt, what is met is met and all else unknown."""
        return self.form.bare if isinstance(self.form, Timed | Prior) else None


Status = Literal["met", "pending", "late", "overdue", "broken", "void", "unknown"]
STATUSES: tuple[Status, ...] = ("met", "pending", "late", "overdue", "broken", "void", "unknown")
BREACHES: frozenset[Status] = frozenset(("late", "overdue", "broken"))


def conditions(plan: Plan) -> Iterator[Node]:
    """Every condition of a plan."""
    if plan.governed is not None:
        yield plan.governed
    for ref in references(plan):
        if ref.cond is not None:
            yield ref.cond
    match plan.form:
        case Timed() as form:
            yield from (*(tier.cond for tier in form.tiers), *([form.by] if form.by is not None else []))
        case Check() as form:
            yield from (n for n in (form.holds, form.unless) if n is not None)
        case Standing() as form:
            yield from (n for n in (form.when, form.unless) if n is not None)
        case Conflict() | Covered() as form:
            yield from (n for n in (form.unless,) if n is not None)


def references(plan: Plan) -> Iterator[Ref]:
    """Every act reference of a plan."""
    match plan.form:
        case Timed() as f:
            yield from (f.open, f.meet, *f.voids, *(e.ref for e in f.extends), *([f.bare] if f.bare else []))
            yield from (r for s in f.stops for r in (s.start, s.end))
        case Prior() as f:
            yield from (f.act, f.prior, *(r for r in (f.since, f.bare) if r is not None))
        case Standing() as f:
            yield from (f.act, *(r for r in (f.start, f.end) if r is not None))
        case Conflict() as f:
            yield from (f.act, f.other)
        case Covered() as f:
            yield from (f.act, f.recording)
        case Check() as f:
            yield f.act
