"""A dossier as the interpreter sees it: the acts of one case, and the groups a norm's scope makes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from zhunsheng.norms.plans import ScopeKey


@dataclass(frozen=True, slots=True)
class Slot:
    """An officer at an act; what is not recorded is None."""

    officer: str
    role: str | None = None
    rank: str | None = None
    qualification: str | None = None

    def fits(
        self, roles: tuple[str, ...], ranks: tuple[str, ...] = (), qualifications: tuple[str, ...] = ()
    ) -> bool | None:
        """Whether the officer has one of each asked; None when that is not recorded."""
        answer: bool | None = True
        for value, wanted in ((self.role, roles), (self.rank, ranks), (self.qualification, qualifications)):
            if not wanted:
                continue
            if value is None:
                answer = None
            elif value not in wanted:
                return False
        return answer


@dataclass(slots=True)
class Act:
    """One act. `facts` holds the log's columns by name, built-in ones included; `position` is its place in its group."""

    seq: int
    type: str
    at_us: int | None
    day: int | None
    facts: Mapping[str, Any]
    officers: tuple[Slot, ...] = ()
    subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    position: int = -1
    opens: bool = True
    """False where the act stands in a group only because it names no one and so concerns all: it opens nothing there."""

    def values(self, key: ScopeKey) -> tuple[str, ...]:
        """What the act names for a scope key; empty when it names nothing and so concerns all."""
        if key.column is None:
            return self.subjects.get(key.name, ())
        value = self.facts.get(key.column)
        return () if value is None else (value,)


class View:
    """One group of a dossier: its timed acts in order, its untimed ones, and what was computed about them so far.

    `acts` are given in order, untimed ones anywhere. `whole` is False for the group of acts that name no value for a key
    of the scope: what they open is unknown. `openers` are the types of the acts that may open something here.
    """

    __slots__ = ("acts", "by_type", "known_types", "memo", "openers", "scope", "untimed", "whole")

    def __init__(
        self, scope: tuple[str, ...], acts: list[Act], *, whole: bool = True, openers: set[str] | None = None
    ) -> None:
        self.scope, self.whole = scope, whole
        self.acts = [a for a in acts if a.at_us is not None]
        self.untimed = [a for a in acts if a.at_us is None]
        for position, act in enumerate(self.acts):
            act.position = position
        self.by_type: dict[str, list[Act]] = {}
        for act in self.acts:
            self.by_type.setdefault(act.type, []).append(act)
        self.known_types = set(self.by_type).union(a.type for a in self.untimed)
        self.openers = self.known_types if openers is None else openers
        self.memo: dict[Any, Any] = {}

    def of_types(self, types: tuple[str, ...]) -> list[Act]:
        """The timed acts of these types (none: any), in order."""
        if not types:
            return self.acts
        if len(types) == 1:
            return self.by_type.get(types[0], [])
        key = ("types", types)
        found: list[Act] | None = self.memo.get(key)
        if found is None:
            found = [a for a in self.acts if a.type in types]
            self.memo[key] = found
        return found


@dataclass
class Dossier:
    """The acts of one case, as far as they exist at the as-of instant."""

    case_id: str
    acts: list[Act]

    def views(
        self,
        per: tuple[ScopeKey, ...],
        openers: Collection[str] | None = None,
        read: Collection[str] | None = None,
    ) -> list[View]:
        """The groups that `per` makes; the last one may hold the acts that name no value for one of its keys.

        `openers` are the act types that open anything: groups in which none of them opens are left out. `read` are the
        types anybody will look at: acts of others are left out. None stands for every type.
        """
        types = {a.type for a in self.acts}
        if not opens_any(types, openers):
            return []
        acts = sorted(self.acts if read is None else [a for a in self.acts if a.type in read], key=in_order)
        if not per:
            return [View((), acts, openers=types)]
        named = [(act, [act.values(key) for key in per]) for act in acts]
        opening: dict[tuple[str, ...], set[str]] = {}
        spoken_for: list[bool] = []
        for act, values in named:
            full = all(values)
            spoken_for.append(full)
            if full:
                for scope in product(*values):
                    opening.setdefault(scope, set()).add(act.type)
        views = [
            View(scope, members(named, spoken_for, scope), openers=opening[scope])
            for scope in sorted(opening)
            if opens_any(opening[scope], openers)
        ]
        rest = [act for act, full in zip(acts, spoken_for, strict=True) if not full]
        types = {a.type for a in rest}
        if rest and opens_any(types, openers):
            views.append(View((), [member(a, opens=True) for a in rest], whole=False, openers=types))
        return views


def in_order(act: Act) -> tuple[int, int]:
    """The order of acts; the untimed ones stand anywhere."""
    return act.at_us or 0, act.seq


def opens_any(types: set[str], openers: Collection[str] | None) -> bool:
    """Whether some of the types opens anything."""
    return openers is None or "*" in openers or not types.isdisjoint(openers)


def members(named: list[tuple[Act, list[tuple[str, ...]]]], spoken_for: list[bool], scope: tuple[str, ...]) -> list[Act]:
    """The acts of one group: those that name its values, and for each key those that name none."""
    if len(scope) == 1:
        name = scope[0]
        return [
            Act(act.seq, act.type, act.at_us, act.day, act.facts, act.officers, act.subjects, -1, full)
            for (act, (names,)), full in zip(named, spoken_for, strict=True)
            if not full or name in names
        ]
    return [
        member(act, opens=full)
        for (act, values), full in zip(named, spoken_for, strict=True)
        if all(not v or s in v for v, s in zip(values, scope, strict=True))
    ]


def member(act: Act, *, opens: bool) -> Act:
    """The act's place in one group; the groups of a dossier share everything else about it."""
    return Act(act.seq, act.type, act.at_us, act.day, act.facts, act.officers, act.subjects, -1, opens)
