"""A dossier as the interpreter sees it: the acts of one case, and the groups a norm's scope makes of them."""

from __future__ import annotations

from collections.abc import Mapping
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
    of the scope: what they open is unknown.
    """

    __slots__ = ("acts", "by_type", "known_types", "memo", "scope", "untimed", "whole")

    def __init__(self, scope: tuple[str, ...], acts: list[Act], *, whole: bool = True) -> None:
        self.scope, self.whole = scope, whole
        self.acts = [a for a in acts if a.at_us is not None]
        self.untimed = [a for a in acts if a.at_us is None]
        for position, act in enumerate(self.acts):
            act.position = position
        self.by_type: dict[str, list[Act]] = {}
        for act in self.acts:
            self.by_type.setdefault(act.type, []).append(act)
        self.known_types = set(self.by_type).union(a.type for a in self.untimed)
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

    def views(self, per: tuple[ScopeKey, ...]) -> list[View]:
        """The groups that `per` makes; the last one may hold the acts that name no value for one of its keys."""
        acts = sorted(self.acts, key=lambda a: (a.at_us or 0, a.seq))
        if not per:
            return [View((), acts)]
        named = [(act, [act.values(key) for key in per]) for act in acts]
        scopes = sorted({scope for _, values in named if all(values) for scope in product(*values)})
        views = []
        for scope in scopes:
            members = [
                member(act, opens=all(values))
                for act, values in named
                if all(not v or s in v for v, s in zip(values, scope, strict=True))
            ]
            views.append(View(scope, members))
        rest = [member(act, opens=True) for act, values in named if not all(values)]
        return [*views, View((), rest, whole=False)] if rest else views


def member(act: Act, *, opens: bool) -> Act:
    """The act's place in one group; the groups of a dossier share everything else about it."""
    return Act(act.seq, act.type, act.at_us, act.day, act.facts, act.officers, act.subjects, -1, opens)
