"""Cases of other systems judged by the norms in force: what they say as rows, brought up to date case by case.

Whatever was read how often and in whatever order: the rows are what the interpreter says of the events that count, as of the
instant up to which the other system is known. What it has not handed over yet does not count as not done.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.feed_file import FeedFile, PushSource, load_feed
from zhunsheng.feeds.evaluating import judged_event
from zhunsheng.feeds.files import feed_file, feed_files
from zhunsheng.feeds.keeping import HOUSE
from zhunsheng.feeds.models import Case, Event, Feed, Obligation, Quarantined
from zhunsheng.feeds.projections import CaseChanged, case_project
from zhunsheng.feeds.selectors import events_that_count
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.dossiers import Dossier
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.selectors import unit_now
from zhunsheng.procedure.guard import Key, key_of
from zhunsheng.procedure.obligations import Owners, floating, instant
from zhunsheng.procedure.rulebook import Rulebook, rulebook

LOG = logging.getLogger(__name__)
AT_ONCE = 500
"""Cases looked at in one run of the clock for one feed."""
FLOATING_EVERY = dt.timedelta(minutes=1)
COLUMNS = (
    "status", "due_at", "warn_at", "decided_by", "decided_at", "floating", "owner_id", "owner_code", "owner_unit_id",
    "withdrawn_at", "severity", "opened_type", "opened_at",
)  # fmt: skip
"""What may change of an obligation."""


@dataclass(frozen=True)
class Judging:
    """What the cases of one feed are judged by, and up to when the other system is known."""

    definition: FeedFile
    feed: Feed
    book: Rulebook
    known: dt.datetime | None
    now: dt.datetime

    @property
    def read_with(self) -> str:
        """The digest of the norms and of the settings that matter."""
        one = self.definition
        told = [one.closed, one.unit, sorted(one.units.items()), sorted(one.officers.items())]
        return hashlib.sha256(json.dumps([self.book.digest, told]).encode()).hexdigest()

    def as_of(self, events: Iterable[Event], before: dt.datetime | None) -> dt.datetime:
        """The instant to judge a case at: as far as the feed is known, not before its newest event or its last judgement."""
        times = [e.at for e in events if e.at is not None and e.at <= self.now]
        known = [t for t in (self.known, before, max(times, default=None)) if t is not None]
        return max(known, default=self.now)


def judging_of(definition: FeedFile, feed: Feed) -> Judging:
    """The feed as it stands now."""
    now = clock.now()
    known = feed.known_at
    late = dt.timedelta(hours=definition.late_after)
    if isinstance(definition.source, PushSource) and feed.good_at is not None:
        # What is pushed comes when there is something: silence is believed until the feed counts as late.
        known = min(now, feed.good_at + late)
    if known is not None:
        known -= dt.timedelta(hours=definition.delay)
    return Judging(definition, feed, rulebook(), known, now)


def feeds_watch(limit: int = AT_ONCE) -> int:
    """The clock of imported obligations: every feed that has a file; how many cases were judged."""
    done = 0
    for path in feed_files():
        try:
            definition = load_feed(path)
        except InputError as fault:
            LOG.warning("feed %s cannot be judged: %s", path.stem, fault.text("en"))
            continue
        done += feed_judge(definition, limit=limit, wait=False)
    return done


def feed_judge(definition: FeedFile, *, limit: int | None = None, wait: bool = True) -> int:
    """Judge the cases of a feed that have changed, come due or were judged by something else; how many.

    Nothing is judged while the last reading did not come to its end. Without `wait` a case somebody works at is passed over.
    """
    feed = Feed.objects.filter(name=definition.name).first()
    if feed is None:
        return 0
    last = feed.runs.filter(way="run").first()
    if last is not None and last.state != "done":
        return 0
    by = judging_of(definition, feed)
    ids = list(cases_due(by).order_by("-stale", "pk").values_list("pk", flat=True)[:limit])
    return sum(case_tried(pk, by, wait=wait) for pk in ids)


def cases_due(by: Judging) -> QuerySet[Case]:
    """The cases to be judged again."""
    known = by.known or by.now
    passed = Q(status="pending", due_at__lt=known, judged_at__lte=F("due_at"))
    moved = Q(floating=True, judged_at__lt=known - FLOATING_EVERY)
    due = Obligation.objects.unfenced(HOUSE).filter(passed | moved, case__feed=by.feed, withdrawn_at=None)
    cases = Case.objects.unfenced(HOUSE).filter(feed=by.feed)
    return cases.filter(Q(stale=True) | ~Q(read_with=by.read_with) | Q(pk__in=due.values("case_id")))


def case_tried(case_id: int, by: Judging, *, wait: bool) -> bool:
    """One case; one that cannot be judged holds up no other and is tried again by the clock."""
    try:
        return case_judge(case_id, by, wait=wait) is not None
    except OperationalError:
        LOG.warning("case %s of feed %s is left for the clock", case_id, by.definition.name, exc_info=True)
    except Exception:
        LOG.exception("case %s of feed %s cannot be judged", case_id, by.definition.name)
    return False


@transaction.atomic
def case_judge(case_id: int, by: Judging, *, wait: bool = True) -> CaseChanged | None:
    """Judge one case, bring its obligations to that and tell the views, in one transaction; None where somebody works at it."""
    rows = Case.objects.unfenced(HOUSE).select_for_update(no_key=True, skip_locked=not wait, of=("self",))
    case = rows.select_related("feed").filter(pk=case_id).first()
    if case is None:
        return None
    told = case_told(case, by)
    obligations, changed = reconciled(case, told)
    moved = changed or case.stale or case.read_with != by.read_with
    case.stale, case.read_with, case.judged_at, case.known_at = False, by.read_with, told.as_of, by.known
    case.unit_id = told.unit
    case.save(update_fields=["stale", "read_with", "judged_at", "known_at", "unit"])
    found = CaseChanged(case, told.events, obligations, told.rows, clock.microseconds(told.as_of))
    if moved:
        case_project(found)
    return found


@dataclass(frozen=True)
class Standing:
    """A case as its rows have it, and whether those are not what its events say as of when it was judged."""

    changed: CaseChanged
    different: bool


def case_standing(case: Case) -> Standing:
    """Look, and change nothing. A feed that was taken away is held against nothing: its cases stand as they were judged last."""
    rows = Obligation.objects.unfenced(HOUSE).filter(case=case)
    stored = {(o.norm_id, o.version, o.scope, o.opened_by): o for o in rows.order_by("pk")}
    events = tuple(events_that_count(case.feed.name, [case.number]))
    as_of = case.judged_at
    try:
        by = judging_of(feed_file(case.feed.name), case.feed)
    except InputError:
        by = None
    if by is None or as_of is None or case.stale or case.read_with != by.read_with:
        us = clock.microseconds(as_of or clock.now())
        return Standing(CaseChanged(case, events, stored, (), us), different=False)
    told = case_told(case, replace(by, known=case.known_at, now=as_of))
    owners, handling = Owners(told.acts), last_handling(told.acts)
    wanted = {key_of(row): columns_of(row, told, owners.of(row) or handling) for row in told.rows}
    different = {key for key, one in stored.items() if one.withdrawn_at is None} != set(wanted) or any(
        getattr(stored[key], name) != value
        for key, columns in wanted.items()
        for name, value in columns.items()
    )
    return Standing(CaseChanged(case, events, stored, told.rows, clock.microseconds(as_of)), different)


@dataclass(frozen=True)
class Told:
    """What the norms say of a case now, and whose it is."""

    events: tuple[Event, ...]
    acts: list[Judged]
    rows: list[Row]
    as_of: dt.datetime
    known: dt.datetime | None
    unit: str
    people: Mapping[str, str]
    """A code of the other system → the officer's number here."""
    doubtful: bool
    """Rows of the case wait in quarantine."""


def case_told(case: Case, by: Judging) -> Told:
    """Read the events that count and judge them; nothing is written."""
    events = tuple(events_that_count(by.definition.name, [case.number]))
    acts = [judged_event(n, event) for n, event in enumerate(events, start=1)]
    as_of = by.as_of(events, case.judged_at)
    dossier = Dossier(case.number, acts)
    as_of_us = clock.microseconds(as_of)
    rows = by.book.interpreter.judge(dossier, as_of_us=as_of_us, closed=by.definition.closed)
    waiting = Quarantined.objects.unfenced(HOUSE).filter(feed=by.feed, case=case.number, ended_at=None)
    return Told(
        events,
        acts,
        rows,
        as_of,
        by.known,
        unit_of(events, by.definition),
        people_of(events, by.definition),
        waiting.exists(),
    )


def unit_of(events: Iterable[Event], definition: FeedFile) -> str:
    """Whose case it is: the unit of the first act that names one registered here, else the feed's.

    Where that was merged into another before the case began, the other; a case begun before stays with the unit it began in.
    """
    ordered = sorted(events, key=lambda e: (e.at is None, e.at, e.pk))
    codes = [definition.units.get(e.unit, e.unit) for e in ordered if e.unit]
    known = {unit.code: unit for unit in Unit.objects.filter(code__in={*codes, definition.unit})}
    first = next((code for code in codes if code in known), definition.unit)
    begun = ordered[0].at if ordered else None
    return first if begun is None or first not in known else unit_now(known[first], begun).code


def people_of(events: Iterable[Event], definition: FeedFile) -> dict[str, str]:
    """Which of the officers named are known here."""
    codes = {o["officer"] for e in events for o in e.content["officers"]}
    ours = {code: definition.officers.get(code, code) for code in codes}
    known = Officer.objects.filter(number__in=set(ours.values())).values_list("number", flat=True)
    there = set(known) if ours else set()
    return {code: number for code, number in ours.items() if number in there}


def reconciled(case: Case, told: Told) -> tuple[dict[Key, Obligation], bool]:
    """Bring the table to what was told; the obligations by key, and whether any changed. The caller holds the lock."""
    rows = Obligation.objects.unfenced(HOUSE).filter(case=case)
    stored = {(o.norm_id, o.version, o.scope, o.opened_by): o for o in rows.order_by("pk")}
    seen_at = told.as_of if told.known is None else min(told.known, told.as_of)
    owners, handling = Owners(told.acts), last_handling(told.acts)
    new: list[Obligation] = []
    changed: list[Obligation] = []
    seen: set[Key] = set()
    for row in told.rows:
        key = key_of(row)
        seen.add(key)
        columns = columns_of(row, told, owners.of(row) or handling)
        old = stored.get(key)
        if old is None:
            norm_id, version, scope, opened_by = key
            made = {"norm_id": norm_id, "version": version, "scope": scope, "opened_by": opened_by}
            new.append(
                Obligation(case=case, bearer=row.plan.norm.bearer, judged_at=seen_at, **made, **columns)
            )
        elif any(getattr(old, name) != value for name, value in columns.items()):
            altered(old, columns, seen_at)
            changed.append(old)
    for key, old in stored.items():
        if key not in seen and old.withdrawn_at is None:
            altered(old, {"withdrawn_at": seen_at}, seen_at)
            changed.append(old)
    Obligation.objects.bulk_create(new)
    if changed:
        fields = [name.removesuffix("_id") for name in COLUMNS]
        Obligation.objects.unfenced(HOUSE).bulk_update(changed, [*fields, "judged_at"])
    stale = Obligation.objects.unfenced(HOUSE).filter(case=case, judged_at__lt=seen_at)
    stale.filter(Q(status="pending") | Q(floating=True), withdrawn_at=None).update(judged_at=seen_at)
    stored |= {(o.norm_id, o.version, o.scope, o.opened_by): o for o in new}
    return stored, bool(new or changed)


def altered(row: Obligation, columns: Mapping[str, Any], at: dt.datetime) -> None:
    """Set columns of a row."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.judged_at = at


def columns_of(row: Row, told: Told, owner: str | None) -> dict[str, Any]:
    """What a result says, as the table keeps it."""
    status, due = row.status, instant(row.due_us)
    if status == "overdue" and told.doubtful:
        status = "unknown"
    elif status == "overdue" and told.known is not None and due is not None and due >= told.known:
        status = "pending"
    return {
        "status": status,
        "severity": row.plan.severity,
        "opened_type": row.opened.type,
        "opened_at": instant(row.opened.at_us),
        "due_at": due,
        "warn_at": instant(row.warn_us),
        "decided_by": "" if row.decided is None else row.decided.facts["act_id"],
        "decided_at": None if row.decided is None else instant(row.decided.at_us),
        "floating": floating(row, clock.microseconds(told.as_of)),
        "owner_id": None if owner is None else told.people.get(owner),
        "owner_code": owner or "",
        "owner_unit_id": told.unit,
        "withdrawn_at": None,
    }


HANDLING = ("handler", "recorder")


def last_handling(acts: Iterable[Judged]) -> str | None:
    """Who handled the case last, by the other system's code; the first named leads. For duties that an organ bears."""
    for act in sorted(acts, key=lambda a: (a.at_us or 0, a.seq), reverse=True):
        for slot in act.officers:
            if slot.role in HANDLING:
                return slot.officer
    return None
