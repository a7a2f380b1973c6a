"""What an inspection has shown: problems with their base, by element, unit and norm; never by person.

Random cases alone speak for the population; those that had to be read are told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt

from zhunsheng.inspections.agreement import Agreement, agreement
from zhunsheng.inspections.answering import answers_of, disagrees
from zhunsheng.inspections.checklists import Question, questions_of, sorted_elements
from zhunsheng.inspections.codes import Engine
from zhunsheng.inspections.models import Chosen, Draw, Inspection, Population, Problem
from zhunsheng.inspections.rules import inspecting
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Unit

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

    question: Question
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


def results(inspection: Inspection, unit: str = "") -> Results:
    """The figures of an inspection within reach, of one unit where it is named."""
    rows = Chosen.objects.unfenced("of an inspection within reach").filter(inspection=inspection)
    if unit:
        rows = rows.filter(unit=unit)
    chosen = list(
        rows.select_related("checklist").prefetch_related("sheets__answers", "problems", "settlements")
    )
    read = [one for one in chosen if finished(one)]
    problems = [problem for one in read for problem in one.problems.all()]
    random = [one for one in read if one.random]
    small = inspecting().small_number
    whole = line("", "", [p for one in random for p in one.problems.all()], len(random), small)
    low, high = (None, None) if every_case(inspection) else wilson(whole.cases, whole.read)
    human, every = agreements(read)
    return Results(
        chosen=len(chosen),
        random=sum(one.random for one in chosen),
        mandatory=sum(bool(one.mandatory) for one in chosen),
        read=len(read),
        aside=sum(all(s.aside for s in one.sheets.all()) and bool(one.sheets.all()) for one in chosen),
        problems=len(problems),
        by_engine=sum(p.by_engine for p in problems),
        by_people=sum(not p.by_engine for p in problems),
        whole=whole,
        low=low,
        high=high,
        elements=by_element(problems, len(read), small),
        units=by_unit(read, small),
        norms=by_norm(problems, read, small),
        otherwise=said_otherwise(read),
        human=human,
        every=every,
        small_number=small,
    )


def every_case(inspection: Inspection) -> bool:
    """Whether the whole population is read: then nothing is inferred."""
    counts = Population.objects.filter(pk=inspection.pk).values_list("dossiers__len", flat=True)
    return counts.first() == Draw.objects.filter(pk=inspection.pk).values_list("drawn", flat=True).first()


def finished(chosen: Chosen) -> bool:
    """Whether the case was read and nobody is still reading it: until then no answer of it is seen by anybody else."""
    sheets = list(chosen.sheets.all())
    needed = 2 if chosen.double else 1
    return (
        len(sheets) >= needed and any(s.done_at for s in sheets) and all(s.done_at or s.aside for s in sheets)
    )


def line(key: str, title: str, problems: list[Problem], read: int, small: int) -> Line:
    """One line of a breakdown."""
    return Line(key, title, len(problems), len({p.chosen_id for p in problems}), read, read < small)


def wilson(hits: int, of: int) -> tuple[float | None, float | None]:
    """Bounds of a share by Wilson's score interval, in per cent."""
    if not of:
        return None, None
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half) * 100, min(1.0, middle + half) * 100


def grouped(problems: Iterable[Problem], key: Callable[[Problem], str]) -> dict[str, list[Problem]]:
    """Problems by a key."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(key(problem), []).append(problem)
    return found


def by_element(problems: list[Problem], read: int, small: int) -> list[Line]:
    """All six, those without a problem too."""
    groups = grouped(problems, lambda p: p.element)
    return [
        line(one.element, str(both(one.title.zh, one.title.en)), groups.get(one.element, []), read, small)
        for one in sorted_elements()
    ]


def by_unit(read: list[Chosen], small: int) -> list[Line]:
    """The units of the cases read, by their code: no ranking."""
    names = dict(Unit.objects.filter(code__in={one.unit_id for one in read}).values_list("code", "name_zh"))
    counts = Counter(one.unit_id for one in read)
    problems: dict[str, list[Problem]] = {unit: [] for unit in sorted(counts)}
    for one in read:
        problems[one.unit_id] += one.problems.all()
    return [line(unit, names.get(unit, unit), of, counts[unit], small) for unit, of in problems.items()]


def by_norm(problems: list[Problem], read: list[Chosen], small: int) -> list[Line]:
    """The norms and questions with problems; the base are the cases in which they were asked."""
    asked: Counter[str] = Counter()
    for one in read:
        asked.update({q.norm or q.key for q in questions_of(one.checklist) if q.engine != Engine.NONE})
    groups = grouped(problems, lambda p: p.norm_id or p.question)
    found = [
        line(key, str(both(of[0].title_zh, of[0].title_en)), of, base(asked[key], of), small)
        for key, of in groups.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.problems, one.key))


def base(asked: int, problems: list[Problem]) -> int:
    """In how many cases it was asked: at least in those it was found in."""
    return max(asked, len({problem.chosen_id for problem in problems}))


def said_otherwise(read: list[Chosen]) -> list[Otherwise]:
    """Where people and the rulebook differ, by norm."""
    missed: Counter[str] = Counter()
    wrongly: Counter[str] = Counter()
    questions: dict[str, Question] = {}
    for one in read:
        known = {q.key: q for q in questions_of(one.checklist)}
        first = next((s for s in one.sheets.all() if s.done_at), None)
        settled = {s.question: s.answer for s in one.settlements.all()}
        said = {} if first is None else {k: a.answer for k, a in answers_of(first).items()} | settled
        for key, answer in said.items():
            question = known.get(key)
            if question is not None and question.norm and disagrees(question, answer):
                questions[question.norm] = question
                (wrongly if question.engine == Engine.BREACHED else missed)[question.norm] += 1
    return [Otherwise(questions[n], missed[n], wrongly[n]) for n in sorted(questions)]


def agreements(read: list[Chosen]) -> tuple[Agreement, Agreement]:
    """Of the cases read by two: over what only people judge, and over all questions."""
    human: list[tuple[str, str]] = []
    every: list[tuple[str, str]] = []
    for one in read:
        sheets = [s for s in one.sheets.all() if s.done_at]
        if not one.double or len(sheets) < 2:
            continue
        first, second = answers_of(sheets[0]), answers_of(sheets[1])
        for question in questions_of(one.checklist):
            if question.key in first and question.key in second:
                pair = first[question.key].answer, second[question.key].answer
                every.append(pair)
                if question.engine in (Engine.HUMAN, Engine.UNKNOWN, Engine.PENDING):
                    human.append(pair)
    return agreement(human), agreement(every)
