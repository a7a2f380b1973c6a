"""A page of rows into the tables, in one transaction with the place from which reading goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from zhunsheng.base import clock
from zhunsheng.exchange.connect.events import LONGEST_KEY, Event, Outcome, Rejected, outcomes
from zhunsheng.exchange.connect.feed_file import FeedFile
from zhunsheng.exchange.connect.pages import Page
from zhunsheng.feeds.files import words
from zhunsheng.feeds.models import LONGEST_NAME, Feed, Quarantined, Run
from zhunsheng.feeds.models import Event as Kept
from zhunsheng.people.models import Unit

HOUSE = "feeds keep what other systems bring"


@dataclass
class Counts:
    """What came of some rows."""

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    quarantined: int = 0

    def add(self, other: Counts) -> None:
        """Add another's."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def page_keep(page: Page, definition: FeedFile, run: Run, *, moves: bool = True) -> Counts:
    """Keep a page, and move the feed's cursor behind it; all or nothing. InputError when the mapping fits no row."""
    found = list(outcomes(page, definition, words()))
    found += [Rejected(u.name[:LONGEST_KEY], {}, u.zh, u.en, u.where) for u in page.unreadable]
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get(pk=run.feed_id)
        counts = outcomes_keep(found, feed, run)
        counts.read = len(page.rows) + len(page.unreadable)
        Run.objects.filter(pk=run.pk).update(**{name: F(name) + n for name, n in vars(counts).items()})
        if moves:
            Feed.objects.filter(pk=feed.pk).update(cursor=page.cursor)
    return counts


def outcomes_keep(found: Iterable[Outcome], feed: Feed, run: Run) -> Counts:
    """Events new and changed are added, those known are passed over; what is no event is put in quarantine."""
    counts, now = Counts(), clock.now()
    found = [too_long(one) for one in found]
    events = [one for one in found if isinstance(one, Event)]
    known = versions(feed, [e.key for e in events])
    units = frozenset(
        Unit.objects.filter(code__in={e.unit for e in events if e.unit}).values_list("code", flat=True)
    )
    fresh: list[Kept] = []
    for event in events:
        told = known.setdefault(event.key, [])
        # Read again, an earlier version is no news; only a run that goes on finds that a row has changed back.
        seen = event.digest in told if run.way == "replay" else event.digest in told[-1:]
        if seen:
            counts.same += 1
            continue
        told.append(event.digest)
        counts.new, counts.changed = counts.new + (len(told) == 1), counts.changed + (len(told) > 1)
        fresh.append(row_of(event, feed, run, len(told), units, now))
    Kept.objects.bulk_create(fresh)
    mended = Quarantined.objects.unfenced(HOUSE).filter(
        feed=feed, ended_at=None, key__in=[e.key for e in events]
    )
    mended.update(ended_at=now, outcome="imported")
    counts.quarantined = quarantine([one for one in found if isinstance(one, Rejected)], feed, now)
    return counts


def versions(feed: Feed, keys: Sequence[str]) -> dict[str, list[str]]:
    """The digests of what is known of each key, by version."""
    rows = Kept.objects.unfenced(HOUSE).filter(feed=feed, key__in=set(keys)).order_by("key", "version")
    found: dict[str, list[str]] = {}
    for key, digest in rows.values_list("key", "digest"):
        found.setdefault(key, []).append(digest)
    return found


def row_of(event: Event, feed: Feed, run: Run, version: int, units: frozenset[str], now: dt.datetime) -> Kept:
    """An event as a row."""
    return Kept(
        feed=feed,
        key=event.key,
        version=version,
        case=event.case,
        type=event.type,
        at=instant(event.at),
        ended=instant(event.ended),
        unit=event.unit or "",
        owner_id=event.unit if event.unit in units else feed.unit_id,
        content={
            "officers": [dict(o) for o in event.officers],
            "subjects": {kind: list(names) for kind, names in event.subjects.items()},
            "fields": dict(event.fields),
        },
        digest=event.digest,
        run=run,
        recorded_at=now,
    )


def instant(text: str | None) -> dt.datetime | None:
    """A time as an event spells it."""
    return None if text is None else dt.datetime.fromisoformat(text)


def too_long(one: Outcome) -> Outcome:
    """An event with a name that is too long to keep, or with characters that cannot be kept, is none."""
    if not isinstance(one, Event):
        return one
    if max(len(one.case), len(one.unit or "")) > LONGEST_NAME or any(
        "\0" in text for text in one.row.values()
    ):
        return Rejected(
            one.key.replace("\0", "?"),
            {name: text.replace("\0", "?") for name, text in one.row.items()},
            f"案件号、单位最多{LONGEST_NAME}个字符，且不能含有空字符",
            f"case and unit have at most {LONGEST_NAME} characters, and no NUL",
            one.case[:LONGEST_NAME].replace("\0", "?"),
        )
    return one


def quarantine(rows: list[Rejected], feed: Feed, now: dt.datetime) -> int:
    """Keep rows that are no events, each once while it stands; how many there were."""
    for row in rows:
        standing = Quarantined.objects.unfenced(HOUSE).filter(feed=feed, key=row.key, ended_at=None)
        told = {
            "row": {n: t.replace("\0", "?") for n, t in row.row.items()},
            "reason_zh": row.zh.replace("\0", "?"),
            "reason_en": row.en.replace("\0", "?"),
            "where": row.where[:500].replace("\0", "?"),
            "last_at": now,
        }
        if not standing.update(times=F("times") + 1, **told):
            Quarantined.objects.create(feed=feed, key=row.key, first_at=now, **told)
    return len(rows)
