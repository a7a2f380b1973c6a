"""What the cadences ask for: an inspection is planned when its period begins, so that one not held is a row, and overdue."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from zhunsheng.base import clock
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.places import Places
from zhunsheng.inspections.planning import Plan, planned
from zhunsheng.inspections.query import Query, query_read
from zhunsheng.inspections.rules import Cadence, Theme, inspections_file
from zhunsheng.people.models import Unit
from zhunsheng.people.selectors import units_living

NAMESPACE = uuid.UUID("7a687368-656e-8067-b6ed-636164656e63")
MOST_MISSED = 60
"""No more periods than this are caught up on at once."""


def period_of(every: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of the period a day lies in; weeks begin on Monday."""
    if every == "week":
        first = day - dt.timedelta(days=day.weekday())
        return first, first + dt.timedelta(days=6)
    months = 1 if every == "month" else 3
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    after = (first.year * 12 + first.month - 1) + months
    return first, dt.date(after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)


def cadences_plan() -> int:
    """Plan what is due by now and is not there: the present period, and those missed since the last one planned; how many."""
    today = clock.now().astimezone(clock.LOCAL).date()
    made = 0
    for cadence in inspections_file().cadences:
        for unit in units_living().filter(kind__in=cadence.level).order_by("code"):
            for first, last in missing(cadence, unit.code, today):
                cadence_plan(cadence, unit, first, last)
                made += 1
    return made


def missing(cadence: Cadence, unit: str, today: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """The periods begun that no inspection stands for, oldest first."""
    end = cadence.in_force.to
    if today < cadence.in_force.from_ or (end is not None and today > end):
        return
    rows = Inspection.objects.unfenced("the cadence plans").filter(cadence=cadence.code, unit=unit)
    last = rows.order_by("-period_from").values_list("period_to", flat=True).first()
    day = today if last is None else last + dt.timedelta(days=1)
    found = []
    while day <= today:
        first, end_of = period_of(cadence.every, day)
        found.append((first, end_of))
        day = end_of + dt.timedelta(days=1)
    yield from found[-MOST_MISSED:]


def of_period(theme: Theme, of: str, first: dt.date, last: dt.date) -> Query:
    """The theme's query, of the cases opened or closed in a period where the cadence asks for those."""
    if of == "any":
        return theme.asked
    days = {f"{of}_from": first, f"{of}_to": last}
    return query_read(days | ({"any_of": [theme.query]} if theme.query else {}))


def cadence_plan(cadence: Cadence, unit: Unit, first: dt.date, last: dt.date) -> Inspection:
    """One inspection of a cadence; planned twice at once it is there once."""
    theme = inspections_file().theme(cadence.theme)
    assert theme is not None
    plan = Plan(
        kind=cadence.kind,
        title=f"{cadence.title.zh}（{first:%Y-%m-%d}）",
        unit=unit.code,
        period_from=first,
        period_to=last,
        due_on=last + dt.timedelta(days=cadence.within_days),
        query=Places(unit_kinds=theme.units) if theme.units else of_period(theme, cadence.of, first, last),
        theme=theme.code,
        norms=theme.norms,
        size=cadence.size,
        stratified=cadence.stratified,
        double=cadence.double,
    )
    key = uuid.uuid5(NAMESPACE, f"{cadence.code} {unit.code} {first.isoformat()}")
    return planned(plan, key=key, by=None, cadence=cadence.code)
