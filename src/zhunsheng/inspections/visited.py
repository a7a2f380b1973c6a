"""What visits have shown: by unit and by norm, each with its base and the state of what was wrong; never by person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from zhunsheng.inspections.codes import Verdict
from zhunsheng.inspections.figures import Line
from zhunsheng.inspections.following import LOOSE, STANDING
from zhunsheng.inspections.models import Inspection, Problem, Sheet
from zhunsheng.inspections.rules import inspecting
from zhunsheng.inspections.tallies import FINISHED, Tally, cases_chosen, checked_in, tallies
from zhunsheng.people.bilingual import both
from zhunsheng.supervision.codes import Repair


@dataclass(frozen=True)
class Wrong:
    """What was not in order, by its norm or question, and how it stands."""

    zh: str
    en: str
    due_at: dt.datetime | None
    """The term of its line in the ledger; None where it has none yet."""
    right: bool


@dataclass(frozen=True)
class UnitVisited:
    """One unit: when it was visited, what was asked of it, and how what was wrong stands."""

    unit: str
    name: str
    at: dt.datetime
    checked: int
    """Questions answered, without those that did not apply."""
    problems: int
    right: int
    standing: int
    loose: int
    """Not in the ledger yet."""
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True)
class Outcome:
    """All visits of an inspection that are recorded."""

    units: list[UnitVisited]
    """By their codes: no ranking."""
    norms: list[Line]
    """Those with a problem; the base are the units where it was asked and applied."""
    problems: int
    right: int
    clean: int
    """Visits that found nothing."""


def outcome(inspection: Inspection) -> Outcome:
    """What the recorded visits of an inspection come to."""
    rows = cases_chosen(inspection).filter(FINISHED).select_related("unit").order_by("unit__code")
    chosen = list(rows)
    read = [one.pk for one in chosen]
    sheets = Sheet.objects.filter(chosen__in=read).exclude(visited_at=None)
    at = {pk: when for pk, when in sheets.values_list("chosen_id", "visited_at") if when is not None}
    checked, counts, wrong = checked_in(read), problems_by(read), wrong_by(read)
    units = [
        UnitVisited(
            one.unit_id,
            one.unit.name_zh,
            at[one.pk],
            checked.get(one.pk, 0),
            *counts.get(one.pk, (0, 0, 0, 0)),
            tuple(wrong.get(one.pk, ())),
        )
        for one in chosen
    ]
    return Outcome(
        units,
        norms_of(tallies(read)),
        problems=sum(one.problems for one in units),
        right=sum(one.right for one in units),
        clean=sum(not one.problems for one in units),
    )


def problems_by(read: list[int]) -> dict[int, tuple[int, int, int, int]]:
    """Of each visit its problems, those put right, those that stand, and those that lead nowhere yet."""
    rows = Problem.objects.filter(chosen__in=read).order_by().values("chosen_id")
    told = rows.annotate(
        found=Count("pk"),
        standing=Count("pk", filter=STANDING),
        loose=Count("pk", filter=LOOSE),
    )
    return {
        one["chosen_id"]: (
            one["found"],
            one["found"] - one["standing"] - one["loose"],
            one["standing"],
            one["loose"],
        )
        for one in told
    }


def wrong_by(read: list[int]) -> dict[int, list[Wrong]]:
    """Of each visit what was not in order, in the order of its sheet."""
    rows = Problem.objects.filter(chosen__in=read).order_by("id")
    found: dict[int, list[Wrong]] = {}
    line = ("rectification__due_at", "rectification__status")
    for pk, zh, en, due_at, status in rows.values_list("chosen_id", "title_zh", "title_en", *line):
        found.setdefault(pk, []).append(Wrong(zh, en, due_at, status == Repair.CLOSED))
    return found


def norms_of(told: list[Tally]) -> list[Line]:
    """The norms and questions with a problem, in how many units of those where they applied."""
    asked: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    titles: dict[str, object] = {}
    for one in told:
        if one.said != Verdict.NONE:
            asked[one.key] += one.cases
        if one.said == Verdict.PROBLEM:
            wrong[one.key] += one.cases
            titles[one.key] = both(one.zh, one.en)
    small = inspecting().small_number
    return [
        Line(key, str(titles[key]), wrong[key], wrong[key], asked[key], asked[key] < small)
        for key in sorted(wrong, key=lambda key: (-wrong[key], key))
    ]
