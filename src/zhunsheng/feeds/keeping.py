"""A page of rows into the tables, in one transaction with the place from which reading goes on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F, QuerySet

from zhunsheng.base import clock
from zhunsheng.exchange.connect.events import LONGEST_KEY, Event, Gone, Outcome, Rejected, outcomes
from zhunsheng.exchange.connect.feed_file import FeedFile
from zhunsheng.exchange.connect.pages import Page, Unreadable
from zhunsheng.feeds.files import words
from zhunsheng.feeds.models import LONGEST_NAME, Case, Feed, Quarantined, Run
from zhunsheng.feeds.models import Event as Kept
from zhunsheng.people.models import Unit

HOUSE = "feeds keep what other systems bring"
GONE = "gone"
"""The digest of a version that says that the row was deleted."""
LONGEST_PLACE = 300


@dataclass
class Counts:
    """What came of some rows."""

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    quarantined: int = 0
    gone: int = 0

    def add(self, other: Counts) -> None:
        """Add another's."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def page_keep(
    page: Page, definition: FeedFile, run: Run, *, moves: bool = True, seen: set[str] | None = None
) -> Counts:
    """Keep a page, and move the feed's cursor behind it; all or nothing. InputError when the mapping fits no row.

    `seen` is told the keys of all its rows.
    """
    found = list(outcomes(page, definition, words()))
    found += rejected_of(page.unreadable, found, run)
    if seen is not None:
        seen.update(one.key for one in found)
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get(pk=run.feed_id)
        counts = outcomes_keep(found, feed, run, definition.mapping.case)
        if page.mended:
            mended_end(feed, page)
        counts.read = len(page.rows) + len(page.unreadable)
        run_count(run, counts)
        if moves:
            Feed.objects.filter(pk=feed.pk).update(cursor=page.cursor)
    return counts


def rejected_of(rows: Iterable[Unreadable], found: Iterable[Outcome], run: Run) -> list[Rejected]:
    """What could not be read and nobody has dropped, with the case it may belong to: one of ours that its cells name."""
    left = {one.name[:LONGEST_KEY]: one for one in rows}
    if not left:
        return []
    dropped = Quarantined.objects.unfenced(HOUSE).filter(
        feed_id=run.feed_id, key__in=left, outcome="dropped", row={}
    )
    for key in dropped.values_list("key", flat=True):
        left.pop(key, None)
    cells = {text for one in left.values() for text in one.cells}
    known = {one.case for one in found if isinstance(one, Event)}
    known |= set(cases_known(run.feed_id, cells))
    return [
        Rejected(key, {}, one.zh, one.en, one.where, case=case_among(one, known)) for key, one in left.items()
    ]


def case_among(one: Unreadable, known: Collection[str]) -> str:
    """Where the case should stand, unless only another cell names a case there is."""
    named = [text for text in one.cells if text in known]
    return one.case if one.case in known or not named else named[0]


def cases_known(feed_id: int, numbers: Iterable[str]) -> QuerySet[Case, str]:
    """Those of some numbers that are cases of a feed."""
    names = {name.replace("\0", "?")[:LONGEST_NAME] for name in numbers}
    rows: QuerySet[Case] = Case.objects.unfenced(HOUSE)
    return rows.filter(feed_id=feed_id, number__in=names).values_list("number", flat=True)


def mended_end(feed: Feed, page: Page) -> None:
    """End what waited of a file that was read now, but for the rows that do not fit this time either; their cases are stale."""
    # Its own digest and row follow the name: another file's name may begin with the same words.
    own = rf"^{re.escape(page.mended)} [0-9a-f]+( [0-9]+)?$"
    rows = unreadable(feed).filter(key__regex=own).exclude(key__in=page.standing)
    cases = cases_known(feed.pk, rows.exclude(case="").values_list("case", flat=True))
    cases_touch(feed, list(cases))
    rows.update(ended_at=clock.now(), outcome="imported")


def unreadable(feed: Feed) -> QuerySet[Quarantined]:
    """What waits in quarantine and is no row, such as a file in another encoding."""
    rows: QuerySet[Quarantined] = Quarantined.objects.unfenced(HOUSE)
    return rows.filter(feed=feed, ended_at=None, row={})


def run_count(run: Run, counts: Counts) -> None:
    """Add to what came of a run; a deletion is a change."""
    told = vars(counts) | {"changed": counts.changed + counts.gone}
    del told["gone"]
    Run.objects.filter(pk=run.pk).update(**{name: F(name) + n for name, n in told.items()})


def outcomes_keep(found: Iterable[Outcome], feed: Feed, run: Run, case_column: str | None = None) -> Counts:
    """Events new and changed are added, those known are passed over; what is no event is put in quarantine.

    The cases they belong to, or belonged to, are stale from now on. `case_column` says whose case it is where a row is no event.
    """
    counts, now = Counts(), clock.now()
    found = [too_long(one) for one in found]
    events = [one for one in found if isinstance(one, Event | Gone)]
    known = versions(feed, [e.key for e in events])
    units = frozenset(
        Unit.objects.filter(code__in={e.unit for e in events if isinstance(e, Event) and e.unit}).values_list(
            "code", flat=True
        )
    )
    fresh: list[Kept] = []
    moved: set[str] = set()
    for event in events:
        told = known.setdefault(event.key, [])
        digest = event.digest if isinstance(event, Event) else GONE
        # Read again, an earlier version is no news; only a run that goes on finds that a row has changed back.
        before = {one.digest for one in told} if run.way == "replay" else {one.digest for one in told[-1:]}
        if digest in before or (digest == GONE and not told):
            counts.same += 1
            continue
        moved.update(one.case for one in told[-1:])
        made = (
            row_of(event, feed, run, len(told) + 1, units, now)
            if isinstance(event, Event)
            else gone_row(event, told[-1], run, now)
        )
        told.append(made)
        counts.gone += digest == GONE
        counts.new, counts.changed = (
            counts.new + (len(told) == 1),
            counts.changed + (len(told) > 1 and digest != GONE),
        )
        fresh.append(made)
    Kept.objects.bulk_create(fresh)
    mended = Quarantined.objects.unfenced(HOUSE).filter(
        feed=feed, ended_at=None, key__in=[e.key for e in events]
    )
    moved.update(mended.exclude(case="").values_list("case", flat=True))
    mended.update(ended_at=now, outcome="imported")
    rejected = [one for one in found if isinstance(one, Rejected)]
    counts.quarantined = quarantine(rejected, feed, now, case_column)
    moved.update(one.case for one in fresh)
    moved.update(case_in(one, case_column) for one in rejected if not one.case)
    moved.update(cases_known(feed.pk, {one.case for one in rejected} - {""}))
    cases_touch(feed, moved - {""})
    return counts


def cases_touch(feed: Feed, numbers: Iterable[str]) -> None:
    """Mark cases as to be judged again; those not known yet are entered. Every writer takes them in the same order."""
    names = sorted(set(numbers))
    rows = Case.objects.unfenced(HOUSE).filter(feed=feed, number__in=names)
    known = dict(rows.select_for_update(no_key=True).order_by("number").values_list("number", "stale"))
    rows.filter(stale=False).update(stale=True)
    Case.objects.bulk_create(
        [Case(feed=feed, number=name, unit_id=feed.unit_id) for name in names if name not in known],
        ignore_conflicts=True,
    )


def case_in(row: Rejected, column: str | None) -> str:
    """The case a row would belong to; empty where it does not say."""
    return (row.case or (row.row.get(column, "") if column else "")).replace("\0", "?")[:LONGEST_NAME]


def versions(feed: Feed, keys: Sequence[str]) -> dict[str, list[Kept]]:
    """What is known of each key, by version."""
    rows = Kept.objects.unfenced(HOUSE).filter(feed=feed, key__in=set(keys)).order_by("key", "version")
    found: dict[str, list[Kept]] = {}
    for one in rows.only("key", "version", "digest", "case", "type", "at", "unit", "owner_id", "feed_id"):
        found.setdefault(one.key, []).append(one)
    return found


def gone_row(event: Gone, last: Kept, run: Run, now: dt.datetime) -> Kept:
    """The version that says that an event was deleted: where it was, and nothing else of it."""
    return Kept(
        feed_id=last.feed_id,
        key=last.key,
        version=last.version + 1,
        case=last.case,
        type=last.type,
        at=last.at,
        unit=last.unit,
        owner_id=last.owner_id,
        content={"officers": [], "subjects": {}, "fields": {}},
        digest=GONE,
        place=event.place[:LONGEST_PLACE],
        number=event.number,
        gone=True,
        run=run,
        recorded_at=now,
    )


def vanished_keep(feed: Feed, run: Run, seen: set[str]) -> int:
    """After a reading of the whole: what it did not find was deleted; how many. A reading without any row says nothing."""
    if not seen:
        return 0
    newest = Kept.objects.unfenced(HOUSE).filter(feed=feed).order_by("key", "-version").distinct("key")
    lost = [key for key, gone in newest.values_list("key", "gone") if not gone and key not in seen]
    with transaction.atomic():
        Feed.objects.select_for_update().get(pk=feed.pk)
        counts = outcomes_keep([Gone(key, {}) for key in lost], feed, run)
        run_count(run, counts)
    return counts.gone


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
        place=event.place[:LONGEST_PLACE],
        number=event.number,
        run=run,
        recorded_at=now,
    )


def instant(text: str | None) -> dt.datetime | None:
    """A time as an event spells it."""
    return None if text is None else dt.datetime.fromisoformat(text)


def too_long(one: Outcome) -> Outcome:
    """An event with a name that is too long to keep, or with characters that cannot be kept, is none."""
    if isinstance(one, Gone):
        return replace(one, key=one.key.replace("\0", "?"), place=one.place.replace("\0", "?"))
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


def quarantine(rows: list[Rejected], feed: Feed, now: dt.datetime, case_column: str | None) -> int:
    """Keep rows that are no events, each once while it stands; how many there were."""
    for row in rows:
        standing = Quarantined.objects.unfenced(HOUSE).filter(feed=feed, key=row.key, ended_at=None)
        told = {
            "row": {n: t.replace("\0", "?") for n, t in row.row.items()},
            "reason_zh": row.zh.replace("\0", "?"),
            "reason_en": row.en.replace("\0", "?"),
            "where": row.where[:500].replace("\0", "?"),
            "case": case_in(row, case_column),
            "last_at": now,
        }
        if not standing.update(times=F("times") + 1, **told):
            Quarantined.objects.create(feed=feed, key=row.key, first_at=now, **told)
    return len(rows)
