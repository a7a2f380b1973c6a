"""Where feeds stand: lag, failures, what waits in quarantine; and the events that count, in the order norms read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Subquery, Window

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.feed_file import FeedFile, PushSource, load_feed
from zhunsheng.feeds.files import feed_files
from zhunsheng.feeds.keeping import HOUSE
from zhunsheng.feeds.models import Event, Feed, Obligation, Quarantined, Run
from zhunsheng.norms.plans import BREACHES
from zhunsheng.people.access import Reach

LATE, FAILED, RUNNING, WELL, NEVER, UNUSABLE = "late", "failed", "running", "well", "never", "unusable"
REMOVED = "removed"
"""Its file was taken away: nothing more is read, and what it brought stays."""


@dataclass(frozen=True)
class FeedState:
    """One line of the page about feeds: counts only, nothing that a row says."""

    name: str
    zh: str
    en: str
    kind: str
    unit: str
    state: str
    good_at: dt.datetime | None
    lag: dt.timedelta | None
    """How long ago a run last came to its end."""
    newest: dt.datetime | None
    """When the newest act happened that the feed brought."""
    events: int
    cases: int
    quarantined: int
    unknown: int
    """Obligations of which a fact is missing; never a finding."""
    doubtful: int
    """Cases with rows in quarantine: nothing in them counts as not done."""
    breaches: int
    run: Run | None
    fault_zh: str = ""
    fault_en: str = ""


def feed_states(units: Collection[str] | None = None) -> list[FeedState]:
    """Every feed, or those of some units; one whose file cannot be read is told of with the fault."""
    known = {feed.name: feed for feed in Feed.objects.all()}
    found = []
    for path in feed_files():
        try:
            definition = load_feed(path)
        except InputError as fault:
            if units is None:
                found.append(unusable(path.stem, fault))
            continue
        if units is None or definition.unit in units:
            found.append(state_of(definition, known.get(definition.name)))
    there = {path.stem for path in feed_files()}
    return found + [
        removed(feed)
        for name, feed in sorted(known.items())
        if name not in there and (units is None or feed.unit_id in units)
    ]


def removed(feed: Feed) -> FeedState:
    """A feed whose file is gone."""
    told = counted(feed)
    lag = None if feed.good_at is None else clock.now() - feed.good_at
    zh, en = feed.title_zh or feed.name, feed.title_en or feed.name
    run = feed.runs.exclude(way="retry").first()
    return FeedState(feed.name, zh, en, "", feed.unit_id, REMOVED, feed.good_at, lag, **told, run=run)


def counted(feed: Feed | None) -> dict[str, Any]:
    """What a feed has brought, in numbers."""
    events = Event.objects.unfenced(HOUSE).filter(feed=feed)
    told = events.aggregate(
        events=Count("key", distinct=True), cases=Count("case", distinct=True), newest=Max("at")
    )
    waiting = Quarantined.objects.unfenced(HOUSE).filter(feed=feed, ended_at=None)
    duties = Obligation.objects.unfenced(HOUSE).filter(case__feed=feed, withdrawn_at=None)
    return told | {
        "quarantined": waiting.count(),
        "doubtful": waiting.exclude(case="").values("case").distinct().count(),
        "unknown": duties.filter(status="unknown").count(),
        "breaches": duties.filter(status__in=BREACHES).count(),
    }


def unusable(name: str, fault: InputError) -> FeedState:
    """A feed whose file is faulty."""
    nothing = (None, None, None, 0, 0, 0, 0, 0, 0, None)
    return FeedState(name, name, name, "", "", UNUSABLE, *nothing, fault.text("zh"), fault.text("en"))


def state_of(definition: FeedFile, feed: Feed | None) -> FeedState:
    """Where one feed stands."""
    now = clock.now()
    run = None if feed is None else feed.runs.exclude(way="retry").first()
    good_at = None if feed is None else feed.good_at
    lag = None if good_at is None else now - good_at
    return FeedState(
        definition.name,
        definition.title.zh,
        definition.title.en,
        definition.source.kind,
        definition.unit,
        judged(definition, run, lag),
        good_at,
        lag,
        **counted(feed),
        run=run,
        fault_zh="" if run is None else run.fault_zh,
        fault_en="" if run is None else run.fault_en,
    )


def judged(definition: FeedFile, run: Run | None, lag: dt.timedelta | None) -> str:
    """The state in one word. What is pushed is late too when nothing has come for too long, and so is a run that never ended."""
    if run is None:
        return NEVER
    if run.state == "failed":
        return FAILED
    patience = dt.timedelta(hours=definition.late_after)
    begun_lately = clock.now() - run.begun_at <= patience
    if run.state == "running" and begun_lately and not isinstance(definition.source, PushSource):
        return RUNNING
    return LATE if lag is None or lag > patience else WELL


def quarantined_rows(reach: Reach, name: str) -> list[Quarantined]:
    """The rows of a feed that wait to be mended, oldest first."""
    rows = Quarantined.objects.within(reach).filter(feed__name=name, ended_at=None)
    return list(rows.select_related("feed"))


def last_retry(name: str) -> Run | None:
    """Where the last reading of a quarantine stands: waiting for a worker, under way, or what came of it."""
    return Run.objects.filter(feed__name=name, way="retry").first()


def events_that_count(name: str, cases: Collection[str] | None = None) -> Iterator[Event]:
    """The newest version of each event of a feed, case by case, in the order in which their rows first came."""
    every = Event.objects.unfenced("norms judge every event").filter(feed__name=name)
    if cases is not None:
        every = every.filter(case__in=cases)
    newest = (
        Event.objects.unfenced("norms judge every event")
        .filter(feed=OuterRef("feed"), key=OuterRef("key"))
        .order_by("-version")
        .values("version")[:1]
    )
    counted = every.annotate(come=Window(Min("id"), partition_by=["feed", "key"]), newest=Subquery(newest))
    for event in counted.order_by("case", "come").iterator(20_000):
        if event.version == event.newest and not event.gone:
            yield event
