"""What an inspection has shown: problems with their base, by element, unit and norm; never by person.

Random cases alone speak for the population; those that had to be read are told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from zhunsheng.inspections.agreement import Agreement, agreement
from zhunsheng.inspections.checklists import sorted_elements
from zhunsheng.inspections.codes import Engine, disagrees
from zhunsheng.inspections.models import Draw, Inspection, Population, Problem
from zhunsheng.inspections.rules import inspecting
from zhunsheng.inspections.tallies import (
    COUNTS,
    FINISHED,
    Cases,
    Tally,
    asked_of,
    cases_by_unit,
    cases_chosen,
    tallies,
)
from zhunsheng.people.bilingual import both

Z = 1.959964
"""Of the normal distribution, for an interval that holds in 95 of 100 samples."""


@dataclass(frozen=True)
class Line:
    """One line of a breakdown: problems, the cases they were found in, and the cases read."""

    key: str
    title: str
    problems: int
    cases: int
    read: int
    small: bool

    @property
    def each(self) -> float | None:
        """Problems for one case read."""
        return self.problems / self.read if self.read else None

    @property
    def share(self) -> float | None:
        """Cases with such a problem among those read, in per cent."""
        return self.cases / self.read * 100 if self.read else None


@dataclass(frozen=True)
class Otherwise:
    """A norm about which people said otherwise than the rulebook: it feeds the repair of norms."""

    norm: str
    zh: str
    en: str
    missed: int
    """The rulebook was content, and a person saw a problem."""
    wrongly: int
    """The rulebook saw a breach, and a person did not."""


@dataclass(frozen=True)
class Results:
    """Everything an inspection's page shows in numbers."""

    chosen: int
    random: int
    mandatory: int
    read: int
    aside: int
    problems: int
    by_engine: int
    by_people: int
    whole: Line
    """Of the random cases."""
    low: float | None
    high: float | None
    """Bounds of the share of cases with a problem in the population, in per cent (Wilson); None where all of it is read."""
    elements: list[Line]
    units: list[Line]
    norms: list[Line]
    otherwise: list[Otherwise]
    human: Agreement
    every: Agreement
    small_number: int


@dataclass(frozen=True)
class Wrong:
    """A problem as the figures need it."""

    case: int
    unit: str
    random: bool
    element: str
    key: str
    """Of its norm, or of its question where that rests on none."""
    zh: str
    en: str
    by_engine: bool


def results(inspection: Inspection, unit: str = "") -> Results:
    """The figures of an inspection within reach, of one unit where it is named."""
    rows = cases_chosen(inspection, unit)
    cases = cases_by_unit(rows)
    finished = list(rows.filter(FINISHED).values_list("pk", flat=True))
    problems = problems_in(finished)
    told = tallies(finished)
    small, read = inspecting().small_number, len(finished)
    random = [one for one in problems if one.random]
    whole = line("", "", random, sum(one.random_read for one in cases), small)
    low, high = (None, None) if every_case(inspection) else wilson(whole.cases, whole.read)
    human, every = agreements(told)
    return Results(
        chosen=sum(one.chosen for one in cases),
        random=sum(one.random for one in cases),
        mandatory=sum(one.mandatory for one in cases),
        read=read,
        aside=sum(one.aside for one in cases),
        problems=len(problems),
        by_engine=sum(one.by_engine for one in problems),
        by_people=sum(not one.by_engine for one in problems),
        whole=whole,
        low=low,
        high=high,
        elements=by_element(problems, read, small),
        units=by_unit(problems, cases, small),
        norms=by_norm(problems, asked_of(told), small),
        otherwise=said_otherwise(told),
        human=human,
        every=every,
        small_number=small,
    )


def problems_in(cases: list[int]) -> list[Wrong]:
    """The problems of the cases read that count."""
    rows = Problem.objects.filter(COUNTS, chosen__in=cases).order_by("chosen__place", "id")
    columns = ("chosen_id", "chosen__unit_id", "chosen__random", "element")
    names = ("norm_id", "question", "title_zh", "title_en", "by_engine")
    return [
        Wrong(case, unit, random, element, norm or question, zh, en, by_engine)
        for case, unit, random, element, norm, question, zh, en, by_engine in rows.values_list(
            *columns, *names
        )
    ]


def every_case(inspection: Inspection) -> bool:
    """Whether the whole population is read: then nothing is inferred."""
    counts = Population.objects.filter(pk=inspection.pk).values_list("dossiers__len", "units__len")
    return (
        sum(counts.first() or ())
        == Draw.objects.filter(pk=inspection.pk).values_list("drawn", flat=True).first()
    )


def line(key: str, title: str, problems: list[Wrong], read: int, small: int) -> Line:
    """One line of a breakdown."""
    return Line(key, title, len(problems), len({p.case for p in problems}), read, read < small)


def wilson(hits: int, of: int) -> tuple[float | None, float | None]:
    """Bounds of a share by Wilson's score interval, in per cent."""
    if not of:
        return None, None
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half) * 100, min(1.0, middle + half) * 100


def grouped(problems: Iterable[Wrong], key: Callable[[Wrong], str]) -> dict[str, list[Wrong]]:
    """Problems by a key."""
    found: dict[str, list[Wrong]] = {}
    for problem in problems:
        found.setdefault(key(problem), []).append(problem)
    return found


def by_element(problems: list[Wrong], read: int, small: int) -> list[Line]:
    """All six, those without a problem too."""
    groups = grouped(problems, lambda p: p.element)
    return [
        line(one.element, str(both(one.title.zh, one.title.en)), groups.get(one.element, []), read, small)
        for one in sorted_elements()
    ]


def by_unit(problems: list[Wrong], cases: list[Cases], small: int) -> list[Line]:
    """The units of the cases read, by their code: no ranking."""
    groups = grouped(problems, lambda p: p.unit)
    return [line(one.unit, one.name, groups.get(one.unit, []), one.read, small) for one in cases if one.read]


def by_norm(problems: list[Wrong], asked: Mapping[str, int], small: int) -> list[Line]:
    """The norms and questions with problems; the base are the cases in which they were asked."""
    groups = grouped(problems, lambda p: p.key)
    found = [
        line(key, str(both(of[0].zh, of[0].en)), of, base(asked.get(key, 0), of), small)
        for key, of in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.problems, one.key))


def base(asked: int, problems: list[Wrong]) -> int:
    """In how many cases it was asked: at least in those it was found in."""
    return max(asked, len({problem.case for problem in problems}))


def said_otherwise(told: list[Tally]) -> list[Otherwise]:
    """Where people and the rulebook differ, by norm."""
    missed: Counter[str] = Counter()
    wrongly: Counter[str] = Counter()
    titles: dict[str, tuple[str, str]] = {}
    for one in told:
        if one.norm and disagrees(one.engine, one.said):
            titles[one.norm] = (one.zh, one.en)
            (wrongly if one.engine == Engine.BREACHED else missed)[one.norm] += one.cases
    return [Otherwise(norm, *titles[norm], missed[norm], wrongly[norm]) for norm in sorted(titles)]


def agreements(told: list[Tally]) -> tuple[Agreement, Agreement]:
    """Of the cases read by two: over what only people judge, and over all questions."""
    human: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for one in told:
        if one.first and one.second:
            every[one.first, one.second] += one.cases
            if one.engine in (Engine.HUMAN, Engine.UNKNOWN, Engine.PENDING):
                human[one.first, one.second] += one.cases
    return agreement(human), agreement(every)
