"""The findings that the living bureau made in its year, as far as they are scored, and whether the right people were told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from zhunsheng.base import clock
from zhunsheng.people.models import RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import units_over
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import Status
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.scoring import Seen
from zhunsheng.supervision.models import Alert, Finding
from zhunsheng.supervision.telling import level_pass_on

WHY = "the demo's own bureau"


def findings_seen(cases: Mapping[str, str]) -> Iterator[Seen]:
    """Every finding that stands; `cases` are the case ids of the made-up log by the numbers of their dossiers."""
    rows = Finding.objects.unfenced(WHY).filter(closed_at=None, dossier__number__in=list(cases))
    for row in rows.select_related("dossier", "obligation__opened_by", "obligation__decided_by"):
        opened, decided = row.obligation.opened_by, row.obligation.decided_by
        yield Seen(
            cases[row.dossier.number],
            row.norm_id,
            row.breach,
            row.since,
            row.due_at,
            opened.type,
            opened.occurred_at,
            None if decided is None else decided.type,
            None if decided is None else decided.occurred_at,
        )


def levels_catch_up(until: dt.datetime, only: Finding | None = None) -> int:
    """Pass on every finding, or one, at the time its level was over, as the worker would have; how many times."""
    passed = 0
    waiting = Finding.objects.unfenced(WHY).filter(next_level_at__lte=until).order_by("next_level_at", "pk")
    if only is not None:
        waiting = waiting.filter(pk=only.pk)
    while (first := waiting.values_list("pk", "next_level_at").first()) is not None:
        finding, at = first
        with clock.holding(at):
            if not level_pass_on(finding):
                break
        passed += 1
    return passed


@dataclass(frozen=True)
class Telling:
    """Whom findings were told to: how many alerts, and what is wrong with any of them."""

    findings: int
    alerts: int
    faults: tuple[tuple[str, str], ...]
    """The dossier's number, and what is wrong."""


def tellings(cases: Mapping[str, CaseFile]) -> Telling:
    """Hold the alerts of every finding against the made-up bureau's cases, given by the numbers of their dossiers.

    The officer is one who acted in the case; at the unit's level it is the chief and the deputy of the case's station, as the
    bureau was made, but not the officer again; at the legal level whoever supervises nearest above. Each level is told from its
    time on, and not before; what was cured, or answered by then, goes no further.
    """
    faults: list[tuple[str, str]] = []
    rule, now = alerting(), clock.now()
    told: dict[int, dict[str, set[str]]] = {}
    alerts = 0
    for alert in Alert.objects.all():
        told.setdefault(alert.finding_id, {}).setdefault(alert.level, set()).add(alert.officer_id)
        alerts += 1
    count = 0
    for row in (
        Finding.objects.unfenced(WHY).filter(dossier__number__in=list(cases)).select_related("dossier")
    ):
        count += 1
        number = row.dossier.number
        who = told.get(row.pk, {})
        wanted = wanted_alerts(row, cases[number], now)
        for level in rule.levels:
            have, want = who.get(level.code, set()), wanted.get(level.code, set())
            if have != want:
                faults.append((number, f"{row.norm_id} {level.code}: {sorted(have)} != {sorted(want)}"))
    return Telling(count, alerts, tuple(faults))


def wanted_alerts(row: Finding, case: CaseFile, now: dt.datetime) -> dict[str, set[str]]:
    """Who ought to have been told, by level."""
    acted = {officer.number for act in case.acts for officer, _ in act.officers}
    station = {case.station.head.number, case.station.deputy.number} - {row.officer_id}
    people = {"unit": station, "legal": supervisors(row.unit_id) - {row.officer_id}}
    people["officer"] = {number for number in acted if number == row.officer_id}
    found: dict[str, set[str]] = {}
    for level in alerting().levels:
        after = level.after.get(row.severity)
        if row.silent or after is None or row.found_at + after.delta > now:
            continue
        answered = row.answered_at is not None and row.answered_at < row.found_at + after.delta
        if level.code != "officer" and (answered or row.status == Status.CURED):
            continue
        found[level.code] = people[level.code]
    return found


def supervisors(unit: str) -> set[str]:
    """Who supervises at the nearest unit above that has somebody."""
    held = RoleAssignment.objects.filter(role=Role.SUPERVISOR).at(clock.now())
    for code in units_over(unit):
        numbers = set(held.filter(unit=code).values_list("officer__number", flat=True))
        if numbers:
            return numbers
    return set()


def by_number(cases: Iterable[CaseFile], numbers: Mapping[str, str]) -> dict[str, CaseFile]:
    """The cases by the numbers of the dossiers they became; `numbers` by case."""
    return {numbers[case.case_id]: case for case in cases if case.case_id in numbers}
