"""Planning an inspection, and keeping a query under a name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.inspections.codes import Kind, Status, StepKind, Subject
from zhunsheng.inspections.models import Inspection, SavedQuery, Step
from zhunsheng.inspections.places import Places, places_read
from zhunsheng.inspections.query import Query, query_read
from zhunsheng.inspections.rules import inspecting, inspections_file
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import require_living_code
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure.rulebook import rulebook


@dataclass(frozen=True)
class Plan:
    """What an inspection is to be."""

    kind: str
    title: str
    unit: str
    period_from: dt.date
    period_to: dt.date
    due_on: dt.date
    query: Query | Places
    theme: str = ""
    norms: Sequence[str] = ()
    size: int = 0
    stratified: bool = False
    double: int = 0
    public_source: str = ""


def wanting(name: str, zh: str, en: str) -> InputError:
    """Something is missing or does not fit."""
    return InputError(
        zh=zh, en=en, where=name, remedy_zh="改正后再提交", remedy_en="mend it and submit again"
    )


def plan_check(plan: Plan) -> None:
    """InputError for a plan that cannot be."""
    if plan.kind not in Kind.values:
        raise wanting("kind", "没有这一种检查", "there is no such kind")
    if not plan.title.strip():
        raise wanting("title", "须写明名称", "it needs a name")
    if plan.period_to < plan.period_from or plan.due_on < plan.period_from:
        raise wanting("period_to", "结束日期早于开始日期", "it ends before it begins")
    theme = inspections_file().theme(plan.theme)
    visits = isinstance(plan.query, Places)
    if plan.theme and (theme is None or bool(theme.units) != visits):
        raise wanting("theme", "没有这个专题", "there is no such theme")
    if left := set(plan.norms) - {norm.id for norm in rulebook().norms.norms}:
        raise wanting(
            "norms", f"规则库没有这条规范：{min(left)}", f"the rulebook has no such norm: {min(left)}"
        )
    most = inspecting().most_read
    if plan.size > most:
        raise wanting("size", f"一次最多抽{most}件", f"at most {most} are drawn at once")
    if not 0 <= plan.double <= 100:
        raise wanting("double", "双人评查比例在0到100之间", "the share read twice is from 0 to 100 per cent")
    if visits and plan.double:
        raise wanting(
            "double", "到访由两人同去，不另作双人评查", "two go on a visit anyway: none is read twice"
        )


@transaction.atomic
def inspection_plan(
    plan: Plan, *, by: Officer, key: uuid.UUID | None = None, query: SavedQuery | None = None
) -> Inspection:
    """Plan an inspection of a unit and those below it. Denied unless `by` supervises it; sent twice, it is planned once."""
    if not holds_over(by, [Role.SUPERVISOR], plan.unit, clock.now()):
        raise Denied
    key = key or new_id()
    there: Inspection | None = (
        Inspection.objects.unfenced("sent twice").filter(key=key, planned_by=by).first()
    )
    if there is not None:
        return there
    require_living_code(plan.unit)
    plan_check(plan)
    return planned(plan, key=key, by=by, query=query)


def planned(
    plan: Plan, *, key: uuid.UUID, by: Officer | None, query: SavedQuery | None = None, cadence: str = ""
) -> Inspection:
    """Write it; of two at once with one key the second finds the first."""
    now = clock.now()
    columns = {
        "kind": plan.kind,
        "title": plan.title.strip(),
        "theme": plan.theme,
        "cadence": cadence,
        "period_from": plan.period_from,
        "period_to": plan.period_to,
        "unit": Unit.objects.get(code=plan.unit),
        "subject": Subject.UNITS if isinstance(plan.query, Places) else Subject.CASES,
        "query": query,
        "spec": plan.query.canonical(),
        "norms": list(plan.norms),
        "size": plan.size,
        "stratified": plan.stratified,
        "double": plan.double,
        "public_source": plan.public_source.strip(),
        "status": Status.PLANNED,
        "planned_at": now,
        "planned_by": by,
        "due_at": clock.day_start(plan.due_on + dt.timedelta(days=1)) - clock.MICROSECOND,
        "changed_at": now,
    }
    row, made = Inspection.objects.unfenced("it is planned here").get_or_create(key=key, defaults=columns)
    if made:
        noted(row, StepKind.PLANNED, by, row.title)
    elif row.planned_by_id != (None if by is None else by.number):
        raise Denied
    found: Inspection = row
    return found


def noted(inspection: Inspection, kind: StepKind, by: Officer | None, note: str = "") -> Step:
    """Keep what happened."""
    return Step.objects.create(inspection=inspection, at=clock.now(), kind=kind, by=by, note=note)


@transaction.atomic
def query_save(name: str, query: Query, *, unit: str, by: Officer) -> SavedQuery:
    """Keep a query under a name: the next version where it differs from the last. Denied unless `by` supervises the unit."""
    if not holds_over(by, [Role.SUPERVISOR], unit, clock.now()):
        raise Denied
    if not name.strip():
        raise wanting("save_as", "须写明查询的名称", "the query needs a name")
    require_living_code(unit)
    list(Unit.objects.select_for_update(no_key=True).filter(code=unit))
    rows = SavedQuery.objects.unfenced("the role was checked").filter(unit=unit, name=name.strip())
    last: SavedQuery | None = rows.order_by("-number").first()
    if last is not None and last.digest == query.digest:
        return last
    made: SavedQuery = SavedQuery.objects.create(
        unit_id=unit,
        name=name.strip(),
        number=1 if last is None else last.number + 1,
        spec=query.canonical(),
        digest=query.digest,
        made_by=by,
        made_at=clock.now(),
    )
    return made


def query_of(inspection: Inspection) -> Query:
    """The query an inspection of cases was planned with."""
    return query_read(inspection.spec)


def asked_of(inspection: Inspection) -> Query | Places:
    """What an inspection was planned to look at: cases, or units."""
    return places_read(inspection.spec) if inspection.subject == Subject.UNITS else query_of(inspection)
