"""The made-up city bureau: three branches, twelve stations, their officers with rank and qualification."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

HANDLERS_PER_STATION = 8
STATIONS_PER_BRANCH = 4
BRANCHES = "甲乙丙"
DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Officer:
    """Someone who acts for the bureau; a number instead of a name."""

    number: str
    rank: str
    qualification: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A police station and its people."""

    name: str
    head: Officer
    deputy: Officer
    handlers: tuple[Officer, ...]
    auxiliary: Officer
    keeper: Officer


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch bureau at county level and its people."""

    name: str
    head: Officer
    duty_head: Officer
    reviewers: tuple[Officer, ...]
    clerk: Officer
    bond_keeper: Officer
    appraisers: tuple[Officer, ...]
    detention_house: str
    stations: tuple[Station, ...]


@dataclass(frozen=True, slots=True)
class Bureau:
    """The bureau of a city that is on no map."""

    name: str
    head: Officer
    branches: tuple[Branch, ...]

    def officers(self) -> int:
        """How many people serve in it."""
        own = 6 + 2
        return 1 + sum(
            own + len(b.appraisers) + sum(4 + len(s.handlers) for s in b.stations) for b in self.branches
        )


def made_up_bureau(branches: str = BRANCHES, stations: int = STATIONS_PER_BRANCH) -> Bureau:
    """The bureau, always the same one for the same arguments: a character for each branch, at most ten stations in one."""
    numbers = count(1)

    def officer(rank: str, qualification: str | None = "enforcement") -> Officer:
        return Officer(f"演{next(numbers):04d}", rank, qualification)

    def station(branch: str, place: int) -> Station:
        return Station(
            name=f"{branch}第{DIGITS[place]}派出所",
            head=officer("chief"),
            deputy=officer("deputy"),
            handlers=tuple(officer("officer") for _ in range(HANDLERS_PER_STATION)),
            auxiliary=officer("auxiliary", "auxiliary"),
            keeper=officer("officer"),
        )

    def branch(letter: str) -> Branch:
        name = f"演示市公安局{letter}分局"
        return Branch(
            name=name,
            head=officer("chief"),
            duty_head=officer("deputy"),
            reviewers=tuple(officer("officer", "legal-profession") for _ in range(3)),
            clerk=officer("officer"),
            bond_keeper=officer("officer"),
            appraisers=tuple(officer("expert", "forensic") for _ in range(2)),
            detention_house=f"{name}拘留所",
            stations=tuple(station(name, place) for place in range(1, stations + 1)),
        )

    return Bureau("演示市公安局", officer("chief"), tuple(branch(letter) for letter in branches))
