"""Reading feeds: on from where the last run ended, again from any place, as rows are pushed, and once more after mending."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from django.db import connection, transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.connecting import connector_of
from zhunsheng.exchange.connect.events import Event, outcomes
from zhunsheng.exchange.connect.feed_file import FeedFile, FolderSource, PushSource, SqlSource
from zhunsheng.exchange.connect.folder import without
from zhunsheng.exchange.connect.pages import Cells, Connector, Page
from zhunsheng.exchange.connect.preview import Preview, preview
from zhunsheng.feeds.files import feed_file, feed_of, words
from zhunsheng.feeds.judging import feed_judge
from zhunsheng.feeds.keeping import (
    HOUSE,
    Counts,
    cases_touch,
    outcomes_keep,
    page_keep,
    run_count,
    unreadable,
    vanished_keep,
)
from zhunsheng.feeds.models import WAITING, Feed, Quarantined, Run
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.models import Officer

LOCK_SPACE = 0x5A46
PUSHED_AT_ONCE = 1_000
READS = frozenset(("run", "push"))
"""Ways after which the other system is known up to now; rows read once more are not."""


class Busy(InputError):
    """Another run of the feed is under way."""


def feed_preview(name: str, *, rows: int = 20, connector: Connector | None = None) -> Preview:
    """What the first rows would become; nothing is kept."""
    definition = feed_file(name)
    return preview(connector or connector_of(definition), definition, words(), rows=rows)


def feed_run(name: str, *, connector: Connector | None = None) -> Run:
    """Read on from where the last run ended. What was read before a fault stays; the run says what went wrong.

    InputError when the feed file cannot be used, or another run is under way.
    """
    definition = feed_file(name)
    feed = feed_of(definition)
    return read(definition, feed, "run", feed.cursor, connector)


def feed_replay(name: str, mark: str = "", *, connector: Connector | None = None) -> Run:
    """Read again from a mark, or from the beginning: what is missing is added, what is there stays as it is.

    The place from which runs go on is not moved back.
    """
    definition = feed_file(name)
    source = connector or connector_of(definition)
    return read(definition, feed_of(definition), "replay", source.cursor_at(mark), source)


def read(definition: FeedFile, feed: Feed, way: str, cursor: str, connector: Connector | None) -> Run:
    """One run; what it brought is judged at its end. Not before: what is not there yet may stand on a later page."""
    with alone(feed):
        run = read_on(definition, feed, way, cursor, connector)
    if run.state == "done":
        feed_judge(definition)
    return run


def read_on(definition: FeedFile, feed: Feed, way: str, cursor: str, connector: Connector | None) -> Run:
    """One run, page by page, by whoever reads the feed alone; faults of the other system end it and are kept with it."""
    source = definition.source
    seen: set[str] | None = set() if isinstance(source, SqlSource) and source.whole else None
    run = Run.objects.create(feed=feed, way=way, begun_at=clock.now(), begun_from=cursor)
    empty: list[str] = []
    with ending(run):
        try:
            for page in (connector or connector_of(definition)).pages(cursor):
                if page.empty:
                    empty.append(page.empty)
                    continue
                page_keep(page, definition, run, moves=way == "run", seen=seen)
            if seen is not None:
                vanished_keep(feed, run, seen)
        finally:
            Run.objects.filter(pk=run.pk).update(empty=empty)
    run.refresh_from_db()
    return run


@contextmanager
def ending(run: Run) -> Iterator[None]:
    """Close the run with the block, as done or as failed; faults of the other system end with it."""
    try:
        yield
    except InputError as fault:
        ended(run, "failed", fault)
    except BaseException as fault:
        ended(run, "failed", InputError(zh=f"程序中断：{fault}", en=f"broken off: {fault}"))
        raise
    else:
        ended(run, "done")


def ended(run: Run, state: str, fault: InputError | None = None) -> None:
    """Close a run."""
    told = {} if fault is None else {"fault_zh": fault.text("zh"), "fault_en": fault.text("en")}
    now = clock.now()
    Run.objects.filter(pk=run.pk).update(state=state, ended_at=now, **told)
    if state == "done" and run.way in READS:
        Feed.objects.filter(pk=run.feed_id).update(good_at=now, known_at=run.begun_at)


@contextmanager
def alone(feed: Feed) -> Iterator[None]:
    """Within the block nobody else reads the feed; Busy when somebody does. A process that dies lets go by itself."""
    key = zlib.crc32(feed.name.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_SPACE, key))
        if not cursor.fetchone()[0]:
            raise Busy(
                zh=f"来源“{feed.name}”正在读取",
                en=f"feed {feed.name} is being read",
                remedy_zh="等这一次结束",
                remedy_en="wait for that run to end",
            )
    try:
        broken_off_note(feed)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK_SPACE, key))


def broken_off_note(feed: Feed) -> None:
    """End the runs whose process died: nobody else reads the feed now, so that none of them goes on."""
    fault = InputError(
        zh="程序在读取中被中断；已读入的保留，从中断处接着读",
        en="the programme was stopped while it read; what it had read stays, and reading goes on from there",
    )
    for run in feed.runs.filter(state="running"):
        ended(run, "failed", fault)


def rows_push(name: str, rows: Sequence[Cells], *, by: Officer) -> Counts:
    """Take rows another system sends; sent again they are nothing new. Denied unless the feed's file names the sender.

    InputError when the mapping fits no row; then none is kept.
    """
    try:
        definition = feed_file(name)
    except InputError:
        raise Denied from None
    if not isinstance(definition.source, PushSource) or by.number not in definition.source.by:
        raise Denied
    feed = feed_of(definition)
    with transaction.atomic():
        run = Run.objects.create(feed=feed, way="push", begun_at=clock.now())
        counts = page_keep(
            Page(rows, "", where=lambda n: f"{name} rows.{n - 1}"), definition, run, moves=False
        )
        ended(run, "done")
        transaction.on_commit(lambda: judge_soon(name), robust=True)
    return counts


def judge_soon(name: str) -> None:
    """Have what was pushed judged at once by a worker, so that the sender need not wait."""
    from zhunsheng.feeds.tasks import judge_call

    judge_call(name)


def quarantine_retry(name: str) -> Run:
    """Read the rows in quarantine once more, with the mapping as it is now, and files that could not be read at all.

    Where that was asked for and waits, it is done herewith. InputError when the feed file cannot be used; Busy while another run
    of the feed is under way.
    """
    definition = feed_file(name)
    feed = feed_of(definition)
    with alone(feed):
        run = retry_begin(feed)
        with ending(run):
            retry_read(definition, feed, run)
    feed_judge(definition)
    run.refresh_from_db()
    return run


def retry_begin(feed: Feed) -> Run:
    """The run that was asked for, or a new one, under way from now on."""
    run = feed.runs.filter(way="retry", state=WAITING).first() or Run(feed=feed, way="retry")
    run.state, run.begun_at = "running", clock.now()
    run.save()
    return run


def retry_read(definition: FeedFile, feed: Feed, run: Run) -> None:
    """Read what waits once more; InputError where a file of the folder or the mapping does not let it."""
    files = files_again(definition, feed)
    if files is not None:
        run_count(run, Counts(files.read, files.new, files.changed, files.same, files.quarantined))
        if files.state == "failed":
            raise InputError(zh=files.fault_zh, en=files.fault_en)
    for row in Quarantined.objects.unfenced(HOUSE).filter(feed=feed, ended_at=None).exclude(row={}):
        with transaction.atomic():
            counts = retried(row, definition, feed, run)
            counts.read = 1
            run_count(run, counts)


def retry_ask(name: str) -> bool:
    """Have a worker read the quarantine once more; whether that is new. False where it waits already or is under way."""
    feed = feed_of(feed_file(name))
    with suppress(Busy), alone(feed):
        pass  # What a process that died left behind is under way no more.
    with transaction.atomic():
        Feed.objects.select_for_update().get(pk=feed.pk)
        asked = feed.runs.filter(way="retry", state__in=(WAITING, "running"))
        new = not asked.exists()
        if new:
            Run.objects.create(feed=feed, way="retry", state=WAITING, begun_at=clock.now())
        transaction.on_commit(lambda: retry_soon(name), robust=True)
    return new


def retry_soon(name: str) -> None:
    """Have a worker do what was asked; nothing where it has been done."""
    from zhunsheng.feeds.tasks import retry_call

    retry_call(name)


def retry_take(name: str) -> None:
    """Do what was asked where it waits; while somebody else reads the feed it waits on. A feed file at fault ends it."""
    run = Run.objects.filter(feed__name=name, way="retry", state=WAITING).first()
    if run is None:
        return
    try:
        quarantine_retry(name)
    except Busy:
        return
    except InputError as fault:
        ended(run, "failed", fault)


def files_again(definition: FeedFile, feed: Feed) -> Run | None:
    """A run that takes the files of a folder that wait in quarantine as not taken yet; None where none waits."""
    keys = list(unreadable(feed).values_list("key", flat=True))
    if not keys or not isinstance(definition.source, FolderSource):
        return None
    with transaction.atomic():
        there = Feed.objects.select_for_update().get(pk=feed.pk)
        there.cursor = without(there.cursor, keys)
        there.save(update_fields=["cursor"])
    return read_on(definition, there, "run", there.cursor, None)


def retried(row: Quarantined, definition: FeedFile, feed: Feed, run: Run) -> Counts:
    """One row once more: an event now, or in quarantine with the reason as it is now, or left out by the mapping."""
    place = Page([row.row], "", where=lambda _n: row.where)
    found = list(outcomes(place, definition, words()))
    counts = outcomes_keep(found, feed, run, definition.mapping.case)
    keys = {one.key for one in found if isinstance(one, Event)}
    if not found or (keys and row.key not in keys):
        # Left out by the mapping now, or known by another key since the key columns were changed.
        Quarantined.objects.unfenced(HOUSE).filter(pk=row.pk).update(ended_at=clock.now(), outcome="imported")
        cases_touch(feed, {row.case} - {""})
    return counts


@transaction.atomic
def quarantine_drop(row_id: int, *, by: Officer, reason: str) -> None:
    """A supervisor decides that a row is never to be read, and says why. Denied for a row out of their reach."""
    within = Quarantined.objects.within(reach(by, "supervision"))
    row = within.select_for_update(of=("self",)).filter(pk=row_id, ended_at=None).first()
    if row is None:
        raise Denied
    if not reason.strip():
        raise InputError(
            zh="没有写理由",
            en="no reason is given",
            where="reason",
            remedy_zh="写明为什么不读入这一行",
            remedy_en="say why the row is not taken in",
        )
    row.ended_at, row.outcome, row.dropped_by, row.dropped_why = (
        clock.now(),
        "dropped",
        by,
        reason.strip()[:400],
    )
    row.save(update_fields=["ended_at", "outcome", "dropped_by", "dropped_why"])
    cases_touch(row.feed, {row.case} - {""})
