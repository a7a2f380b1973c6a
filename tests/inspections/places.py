"""A branch with four stations, one of which was merged away, and short words for visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests.inspections.conftest import numbers_ahead
from tests.inspections.looking import LOOKING, again, joined, planned, sheets
from tests.procedure.dossiers import at
from zhunsheng.base import clock
from zhunsheng.inspections.drawing import population_freeze, sample_draw
from zhunsheng.inspections.models import Inspection, Sheet
from zhunsheng.inspections.places import Places
from zhunsheng.inspections.visiting import Visited, visit_open, visit_record, visits_assign
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people import services
from zhunsheng.people.codes import Rank
from zhunsheng.people.demo import COUNTY, DISCIPLINE, REASON, STATION, Bureau
from zhunsheng.people.merging import unit_merge
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role

SECOND, THIRD, GONE = "990101020000", "990101030000", "990101040000"
STATIONS = {STATION, SECOND, THIRD}
SAW = "看了办案区、保管室和案卷柜。"


@dataclass
class Branch:
    """The stations, who orders the visits and who goes."""

    bureau: Bureau
    supervisor: Officer
    inspectors: list[Officer]
    insider: Officer
    """A supervisor of the branch who works at the first station."""
    heads: dict[str, Officer]


def branch_of(bureau: Bureau) -> Branch:
    """Three living stations with a head each, and one merged into the first."""
    numbers_ahead()
    with connection.cursor() as cursor:
        for table in ("people_unit", "people_post"):
            cursor.execute(
                f"SELECT count(nextval(pg_get_serial_sequence('{table}', 'id'))) FROM generate_series(1, 100)"
            )
    by = bureau.founder
    with clock.holding(at(0)):
        for code, name in ((SECOND, "第二派出所"), (THIRD, "第三派出所"), (GONE, "第四派出所")):
            services.unit_create(code, f"甲分局{name}", kind="station", by=by, parent=COUNTY)
    heads = {}
    for n, code in enumerate(sorted(STATIONS), start=1):
        heads[code] = joined(bureau, f"演31{n:02}", f"所长{n}", Role.APPROVER, code, over=code)
        with clock.holding(at(0)):
            services.post_grant(heads[code], unit=code, title="所长", rank=Rank.HEAD, by=by, reason=REASON)
    with clock.holding(at(1)):
        unit_merge(Unit.objects.get(code=GONE), into=STATION, by=by, reason=REASON)
    inspectors = [joined(bureau, f"演30{n:02}", f"检查{n}", Role.SUPERVISOR, DISCIPLINE) for n in range(1, 4)]
    insider = joined(bureau, "演3099", "站内监督", Role.SUPERVISOR, STATION)
    return Branch(bureau, bureau.supervisor, inspectors, insider, heads)


def visits_planned(branch: Branch, **more: Any) -> Inspection:
    given: dict[str, Any] = {
        "kind": "spot",
        "title": "三月现场抽查",
        "query": Places(unit_kinds=("station",)),
    }
    return planned(branch.supervisor, **(given | more))


def visits_drawn(branch: Branch, **more: Any) -> Inspection:
    made = visits_planned(branch, **more)
    with clock.holding(at(LOOKING + 1)):
        population_freeze(made.pk, by=branch.supervisor)
    with clock.holding(at(LOOKING + 2)):
        ledger_sequence()
        sample_draw(made.pk, by=branch.supervisor)
    return again(made)


def visits_given(branch: Branch, **more: Any) -> Inspection:
    made = visits_drawn(branch, **more)
    with clock.holding(at(LOOKING + 3)):
        visits_assign(made.pk, branch.inspectors, by=branch.supervisor)
    return again(made)


def visit_of(inspection: Inspection, unit: str) -> Sheet:
    return next(one for one in sheets(inspection) if one.chosen.unit_id == unit)


def recorded(sheet: Sheet, *, minutes: float = LOOKING + 60, **wrong: str) -> Sheet:
    """Everything in order but what is named by the end of its key, with a note."""
    with clock.holding(at(minutes)):
        opened = visit_open(sheet.pk, by=sheet.inspector)
        given = {
            one.key: ("problem", wrong[name]) if (name := one.key.removeprefix("q.").replace("-", "_")) in wrong
            else ("order", "")
            for one in opened.questions
        }  # fmt: skip
        return visit_record(sheet.pk, given, Visited(at(LOOKING + 30), SAW), by=sheet.inspector, done=True)
