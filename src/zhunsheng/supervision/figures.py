"""What the supervision desk counts: by norm, unit, element, stage and severity, each with its base; never by person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncWeek

from zhunsheng.base import clock
from zhunsheng.casework.stages import STAGE_WORDS
from zhunsheng.feeds.models import Feed
from zhunsheng.feeds.models import Obligation as Imported
from zhunsheng.people.access import reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.selectors import units_under
from zhunsheng.procedure.models import Obligation
from zhunsheng.supervision.access import findings_within, rectifications_within
from zhunsheng.supervision.alerting import alerting, alerting_file
from zhunsheng.supervision.codes import COUNTED, PUT_RIGHT, SEVERITY_WORDS, WRONG_NOW, Repair, Status
from zhunsheng.supervision.models import LINE_COUNTS, Contest, Finding
from zhunsheng.supervision.selectors import OPENED

WEEKS = 12
GROUPS_SHOWN = 100
DIMENSIONS: Mapping[str, str] = {
    "norm": "norm_id",
    "unit": "unit_id",
    "element": "element",
    "stage": "stage",
    "severity": "severity",
    "source": "feed_id",
}
"""Dimension → the column of a finding. There is none for officers, and none may be added."""
DENOMINATORS: Mapping[str, str] = {"norm": "norm_id", "unit": "owner_unit_id", "severity": "severity"}
"""Dimension → the column of an obligation: of these it is known how many there were in all."""
JUDGED = ("met", "late", "overdue", "broken")


@dataclass(frozen=True)
class Figures:
    """The few numbers at the top, each with the time before to compare with."""

    now: int
    found: int
    found_before: int
    cured: int
    cured_before: int
    contested: int
    contested_over: int
    repairs_over: int
    in_grace: int
    """Within the officers' time to answer: told as a number only."""
    oldest: dt.datetime | None
    """Since when the oldest of what is wrong now is wrong."""


@dataclass(frozen=True)
class Group:
    """One line of a breakdown."""

    key: str
    title: str
    now: int
    oldest: dt.datetime | None
    """Since when the oldest of it is wrong."""
    found: int
    before: int
    """Of the period before, of the same length."""
    of: int | None
    small: bool

    @property
    def share(self) -> float | None:
        """Findings of the period among the obligations of the period, in per cent."""
        return self.found / self.of * 100 if self.of else None


@dataclass(frozen=True)
class Week:
    """A week of the trend."""

    begins: dt.date
    found: int
    cured: int

    @property
    def ends(self) -> dt.date:
        """Its Sunday."""
        return self.begins + dt.timedelta(days=6)


@dataclass(frozen=True)
class Desk:
    """The supervision desk of one person for one purpose."""

    figures: Figures
    groups: list[Group]
    weeks: list[Week]
    since: dt.date
    until: dt.date
    small_number: int
    left: int = 0
    """Lines of the breakdown that are not shown."""
    since_before: dt.date = dt.date.min
    until_before: dt.date = dt.date.min


def desk(*, by: Officer, purpose: str, dimension: str = "norm", days: int = 30, unit: str = "") -> Desk:
    """Everything the desk shows, from what is within reach."""
    now = clock.now()
    today = now.astimezone(clock.LOCAL).date()
    since = today - dt.timedelta(days=days - 1)
    rows = findings_within(by=by, purpose=purpose).filter(silent=False)
    if unit:
        rows = rows.filter(unit__in=list(units_under(unit)))
    units = frozenset(reach(by, purpose).units)
    if unit:
        units &= frozenset(units_under(unit))
    lines = groups(rows, units, dimension, since, days)
    return Desk(
        figures(rows, units, by=by, purpose=purpose, since=since, days=days),
        lines[:GROUPS_SHOWN],
        weeks(rows, today),
        since,
        today,
        alerting(now).small_number,
        max(0, len(lines) - GROUPS_SHOWN),
        since - dt.timedelta(days=days),
        since - dt.timedelta(days=1),
    )


def figures(
    rows: QuerySet[Finding], units: frozenset[str], *, by: Officer, purpose: str, since: dt.date, days: int
) -> Figures:
    """The numbers at the top."""
    now, begin = clock.now(), clock.day_start(since)
    before = begin - dt.timedelta(days=days)
    counted = Q(status__in=COUNTED)
    told = rows.aggregate(
        now=Count("pk", filter=Q(status__in=WRONG_NOW)),
        oldest=Min("since", filter=Q(status__in=WRONG_NOW)),
        found=Count("pk", filter=counted & Q(found_at__gte=begin)),
        found_before=Count("pk", filter=counted & Q(found_at__gte=before, found_at__lt=begin)),
        cured=Count("pk", filter=Q(status__in=PUT_RIGHT, cured_at__gte=begin)),
        cured_before=Count("pk", filter=Q(status__in=PUT_RIGHT, cured_at__gte=before, cured_at__lt=begin)),
        contested=Count("pk", filter=Q(status=Status.CONTESTED)),
    )
    over = Contest.objects.filter(
        outcome="", decide_by__lt=now, finding__in=rows.filter(status=Status.CONTESTED)
    )
    repairs = rectifications_within(by=by, purpose=purpose).filter(
        LINE_COUNTS, status=Repair.OPEN, due_at__lt=now, unit_id__in=list(units)
    )
    waiting = Finding.objects.unfenced("a number only").filter(
        unit_id__in=list(units), released_at__gt=now, status__in=WRONG_NOW, silent=False
    )
    return Figures(
        **told, contested_over=over.count(), repairs_over=repairs.count(), in_grace=waiting.count()
    )


def groups(
    rows: QuerySet[Finding], units: frozenset[str], dimension: str, since: dt.date, days: int
) -> list[Group]:
    """The breakdown: those with the most that is wrong now first, then the highest number found."""
    column = DIMENSIONS[dimension]
    begin, before = clock.day_start(since), clock.day_start(since - dt.timedelta(days=days))
    small = alerting().small_number
    counted = rows.filter(status__in=COUNTED).annotate(opened=OPENED).values(column)
    lines = counted.annotate(
        now=Count("pk", filter=Q(status__in=WRONG_NOW)),
        oldest=Min("since", filter=Q(status__in=WRONG_NOW)),
        found=Count("pk", filter=Q(opened__gte=begin)),
        before=Count("pk", filter=Q(opened__gte=before, opened__lt=begin)),
        zh=Max("title_zh"),
        en=Max("title_en"),
    )
    of = denominators(units, dimension, begin)
    words = group_words(dimension)
    found = [
        Group(
            key=line[column] or "",
            title=words.get(line[column] or "") or (told(line) if dimension == "norm" else line[column]),
            now=line["now"],
            oldest=line["oldest"],
            found=line["found"],
            before=line["before"],
            of=None if of is None else of.get(line[column], 0),
            small=of is not None and of.get(line[column], 0) < small,
        )
        for line in lines
        if line["now"] or line["found"] or line["before"]
    ]
    return sorted(found, key=lambda g: (-g.now, -g.found, -g.before, g.key))


def told(line: Mapping[str, Any]) -> str:
    """A norm's title in the reader's language."""
    return str(both(line["zh"], line["en"]))


def denominators(units: frozenset[str], dimension: str, begin: dt.datetime) -> dict[str, int] | None:
    """How many obligations of the period could be judged, by group; None where obligations do not know the dimension."""
    column = DENOMINATORS.get(dimension)
    if column is None and dimension != "source":
        return None
    rows = Obligation.objects.unfenced("numbers only, of the units within reach").filter(
        owner_unit_id__in=list(units), status__in=JUDGED, withdrawn_at=None, opened_by__occurred_at__gte=begin
    )
    theirs = Imported.objects.unfenced("numbers only, of the units within reach").filter(
        owner_unit_id__in=list(units), status__in=JUDGED, withdrawn_at=None, opened_at__gte=begin
    )
    if column is None:
        by_feed = theirs.order_by().values("case__feed__name").annotate(n=Count("pk"))
        return {"": rows.count()} | {line["case__feed__name"]: line["n"] for line in by_feed}
    found: Counter[str] = Counter()
    for source in (rows, theirs):
        for line in source.order_by().values(column).annotate(n=Count("pk")):
            found[line[column]] += line["n"]
    return dict(found)


def group_words(dimension: str) -> dict[str, str]:
    """Codes of a dimension in words."""
    if dimension == "unit":
        return {unit.code: str(unit.listed) for unit in Unit.objects.select_related("merged_into")}
    if dimension == "element":
        return {one.element: str(both(one.title.zh, one.title.en)) for one in alerting_file().elements}
    if dimension == "source":
        feeds = Feed.objects.values_list("name", "title_zh", "title_en")
        own = str(both("本系统", "this system"))
        return {"": own} | {name: str(both(zh or name, en or name)) for name, zh, en in feeds}
    if dimension == "stage":
        words = {stage.value: str(word) for stage, word in STAGE_WORDS.items()}
        return words | {"": str(both("不是本系统的案件", "no case of ours"))}
    return {code: str(word) for code, word in SEVERITY_WORDS.items()} if dimension == "severity" else {}


def weeks(rows: QuerySet[Finding], today: dt.date) -> list[Week]:
    """Found and put right week by week, Monday to Sunday, the present one last."""
    first = today - dt.timedelta(days=today.weekday(), weeks=WEEKS - 1)
    begin = clock.day_start(first)
    by_week: dict[str, dict[dt.date, int]] = {name: {} for name in ("found_at", "cured_at")}
    for name, known in by_week.items():
        fitting = rows.filter(**{f"{name}__gte": begin}, status__in=COUNTED)
        counted = fitting.order_by().annotate(week=TruncWeek(name, tzinfo=clock.LOCAL)).values("week")
        known.update({line["week"].date(): line["n"] for line in counted.annotate(n=Count("pk"))})
    starts = [first + dt.timedelta(weeks=n) for n in range(WEEKS)]
    return [Week(day, by_week["found_at"].get(day, 0), by_week["cured_at"].get(day, 0)) for day in starts]
