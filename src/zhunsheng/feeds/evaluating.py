"""Imported acts under the same norms as our own: the same interpreter, the same plans, and the source named with each result."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from zhunsheng.acts.columns import field_columns, local_parts
from zhunsheng.acts.export import write_judged
from zhunsheng.base import clock
from zhunsheng.feeds.files import feed_file
from zhunsheng.feeds.models import Event
from zhunsheng.feeds.selectors import events_that_count
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.dossiers import Dossier, Slot
from zhunsheng.norms.log import Log
from zhunsheng.norms.results import Obligation
from zhunsheng.norms.results_table import Only
from zhunsheng.norms.run_interpret import run_interpret
from zhunsheng.procedure.rulebook import Rulebook, rulebook

Engine = Literal["interpret", "duckdb"]


def judged_event(place: int, event: Event) -> Judged:
    """An event as norms see it, column by column as `acts.columns.judged_act` shows our own acts."""
    at_us, day, tod = None, None, None
    if event.at is not None:
        at_us = clock.microseconds(event.at)
        day, tod = local_parts(event.at, clock.LOCAL)
    facts: dict[str, Any] = {
        "act_id": event.key,
        "act_type": event.type,
        "at_us": at_us,
        "day": day,
        "tod": tod,
        "ended_us": None if event.ended is None else clock.microseconds(event.ended),
        "unit": event.unit or None,
    }
    facts |= field_columns(event.content["fields"])
    slots = tuple(
        Slot(o["officer"], o.get("role"), o.get("rank"), o.get("qualification"))
        for o in event.content["officers"]
    )
    subjects = {kind: tuple(names) for kind, names in event.content["subjects"].items()}
    return Judged(place, event.type, at_us, day, facts, slots, subjects)


def imported_dossiers(source: str, cases: Collection[str] | None = None) -> Iterator[Dossier]:
    """The cases of a feed, whole, with the acts that count."""
    for case, events in groupby(events_that_count(source, cases), key=lambda e: e.case):
        yield Dossier(case, [judged_event(n, e) for n, e in enumerate(events, start=1)])


def imported_obligations(
    source: str, cases: Collection[str], *, as_of: dt.datetime | None = None, book: Rulebook | None = None
) -> Iterator[Obligation]:
    """What the norms in force say of some cases of a feed, as the door's interpreter judges our own dossiers."""
    as_of_us = clock.microseconds(as_of or clock.now())
    closed = feed_file(source).closed
    judge = (book or rulebook()).interpreter.judge
    for dossier in imported_dossiers(source, cases):
        yield from judge(dossier, as_of_us=as_of_us, closed=closed)


def imported_log(source: str, folder: Path, cases: Collection[str] | None = None) -> Log:
    """The acts of a feed that count as a prepared log in a new folder; `act_id` is the event's key."""
    folder.mkdir(parents=True, exist_ok=True)
    # How many officers the widest act has decides the number of slots, so events are gone through twice.
    slots = max((len(e.content["officers"]) for e in events_that_count(source, cases)), default=0) or 1
    log = write_judged(folder, numbered(events_that_count(source, cases)), slots=slots, source=source)
    log.write_meta()
    return Log.open(folder)


def numbered(events: Iterable[Event]) -> Iterator[tuple[str, Judged]]:
    """Case and act, as a log is written."""
    yield from ((e.case, judged_event(n, e)) for n, e in enumerate(events, start=1))


def imported_results(
    source: str,
    cases: Collection[str] | None = None,
    *,
    as_of: dt.datetime | None = None,
    engine: Engine = "interpret",
    only: Only = "all",
    book: Rulebook | None = None,
) -> pa.Table:
    """What the norms in force say of a feed's cases, one row an obligation: a column `source`, then `norms.results.COLUMNS`.

    The act ids are the events' keys; as of now by default.
    """
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as work:
        log = imported_log(source, Path(work) / "log", cases)
        found = runner(engine)(
            log,
            list((book or rulebook()).plans),
            calendar=(book or rulebook()).calendar,
            as_of_us=clock.microseconds(as_of or clock.now()),
            closed=feed_file(source).closed,
            only=only,
        ).table()
    return found.add_column(0, "source", pa.array([source] * len(found), pa.string()))


def runner(engine: Engine) -> Any:
    """The execution of that name."""
    if engine == "interpret":
        return run_interpret
    from zhunsheng.norms.compile.run_duckdb import run_duckdb

    return run_duckdb
