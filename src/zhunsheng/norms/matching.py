"""Which acts of a group an act reference means: certainly, or perhaps (a fact is missing)."""

from __future__ import annotations

from dataclasses import dataclass

from zhunsheng.norms.dossiers import Act, View
from zhunsheng.norms.evaluate import Closure, closure
from zhunsheng.norms.plans import Ref


@dataclass(frozen=True, slots=True)
class Matches:
    """Certain matches in order; doubtful ones: timed with an unknown condition, and untimed ones not excluded."""

    certain: list[Act]
    doubtful: list[Act]
    untimed: list[Act]


NOTHING = Matches([], [], [])


class Matcher:
    """A reference ready to be matched against any group; equal references share the work through the group's memo."""

    __slots__ = ("cond", "types")

    def __init__(self, ref: Ref) -> None:
        self.types = ref.types
        self.cond: Closure | None = closure(ref.cond) if ref.cond is not None else None

    def of(self, view: View) -> Matches:
        """All acts of the group this reference means."""
        if self.types and view.known_types.isdisjoint(self.types):
            return NOTHING
        found: Matches | None = view.memo.get(id(self))
        if found is None:
            found = view.memo[id(self)] = self.match(view)
        return found

    def match(self, view: View) -> Matches:
        untimed = [a for a in view.untimed if not self.types or a.type in self.types] if view.untimed else []
        acts = view.of_types(self.types)
        if self.cond is None:
            return Matches(acts, [], untimed)
        certain, doubtful = [], []
        for act in acts:
            holds = self.cond(view, act)
            if holds:
                certain.append(act)
            elif holds is None:
                doubtful.append(act)
        if untimed:
            untimed = [a for a in untimed if self.cond(view, a) is not False]
        return Matches(certain, doubtful, untimed) if certain or doubtful or untimed else NOTHING
