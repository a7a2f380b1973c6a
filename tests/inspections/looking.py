"""Short words for what the tests of inspections do again and again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.procedure.dossiers import at
from zhunsheng.base import clock
from zhunsheng.inspections.answering import answers_give, sheet_open
from zhunsheng.inspections.assigning import sheets_assign
from zhunsheng.inspections.drawing import population_freeze, sample_draw
from zhunsheng.inspections.models import Chosen, Inspection, Sheet
from zhunsheng.inspections.planning import Plan, inspection_plan
from zhunsheng.inspections.query import Query, query_read
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people import services
from zhunsheng.people.demo import COUNTY, REASON, Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role

DAY = dt.date(2026, 3, 2)
LOOKING = 20 * 24 * 60
"""When the looking begins: twenty days after the start."""


def joined(bureau: Bureau, number: str, name: str, role: Role, unit: str, over: str = COUNTY) -> Officer:
    """One more officer."""
    with clock.holding(at(0)):
        officer = services.officer_create(number, name, unit=unit, by=bureau.founder)
        services.role_grant(officer, role, over, by=bureau.founder, reason=REASON)
    return officer


def plan(**more: Any) -> Plan:
    """A review of everything the branch has."""
    given: dict[str, Any] = {
        "kind": "review",
        "title": "三月评查",
        "unit": COUNTY,
        "period_from": DAY,
        "period_to": DAY + dt.timedelta(days=30),
        "due_on": DAY + dt.timedelta(days=45),
        "query": Query(),
    }
    if "spec" in more:
        more["query"] = query_read(more.pop("spec"))
    return Plan(**(given | more))


def planned(by: Officer, **more: Any) -> Inspection:
    with clock.holding(at(LOOKING)):
        return inspection_plan(plan(**more), by=by)


def frozen(by: Officer, **more: Any) -> Inspection:
    """Planned, and its population fixed."""
    made = planned(by, **more)
    with clock.holding(at(LOOKING + 1)):
        population_freeze(made.pk, by=by)
    return again(made)


def drawn(by: Officer, *, public_value: str = "", **more: Any) -> Inspection:
    """Frozen, sealed, and drawn."""
    made = frozen(by, **more)
    with clock.holding(at(LOOKING + 2)):
        ledger_sequence()
        sample_draw(made.pk, by=by, public_value=public_value)
    return again(made)


def assigned(by: Officer, inspectors: list[Officer], **more: Any) -> Inspection:
    """Drawn, and given out."""
    made = drawn(by, **more)
    with clock.holding(at(LOOKING + 3)):
        sheets_assign(made.pk, inspectors, by=by)
    return again(made)


def again(inspection: Inspection) -> Inspection:
    """As it stands."""
    found: Inspection = Inspection.objects.unfenced("a test").get(pk=inspection.pk)
    return found


def chosen(inspection: Inspection) -> list[Chosen]:
    return list(Chosen.objects.unfenced("a test").filter(inspection=inspection).order_by("place"))


def sheets(inspection: Inspection) -> list[Sheet]:
    return list(Sheet.objects.filter(chosen__inspection=inspection).select_related("inspector", "chosen"))


def answered(
    sheet: Sheet, *, done: bool = True, minutes: float = LOOKING + 10, **said: tuple[str, str]
) -> None:
    """Answer everything as the rulebook does, the rest in order; `said` names questions by the end of their key."""
    with clock.holding(at(minutes)):
        opened = sheet_open(sheet.pk, by=sheet.inspector)
        given = {}
        for question in opened.questions:
            usual = {"breached": "problem", "none": "none"}.get(question.engine, "order")
            named = next((v for k, v in said.items() if question.key.startswith(k.replace("__", "."))), None)
            given[question.key] = named or (usual, "")
        answers_give(sheet.pk, given, by=sheet.inspector, done=done)
