"""Reading the public XES logs with lxml and plain dates, and rules worked out by hand: nothing here uses the product.

The tests in this folder hold the product to what these few lines find.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Event:
    """One event of a log: its place in the file, its case, and its attributes as written."""

    seq: int
    case: str
    name: str
    at: dt.datetime
    day: dt.date
    values: Mapping[str, str]


Cases = list[list[Event]]
Found = dict[tuple[str, int], str]
"""Status by norm and place of the opening act."""


def read_xes(path: Path, zone: str, *, name: Callable[[Mapping[str, str]], str] | None = None) -> Cases:
    """The cases of a log, each with its events in order of time, then of the file."""
    cases: dict[str, list[Event]] = {}
    seq, here = 0, ZoneInfo(zone)
    with gzip.open(path) as file:
        for trace in etree.parse(file).getroot().iter("{*}trace"):
            whole = {f"case:{a.get('key')}": a.get("value") for a in trace if a.get("key")}
            case = cases.setdefault(whole["case:concept:name"], [])
            for element in trace.iterfind("{*}event"):
                seq += 1
                values = whole | {a.get("key"): a.get("value") for a in element}
                at = dt.datetime.fromisoformat(values["time:timestamp"])
                title = name(values) if name else values["concept:name"]
                case.append(
                    Event(seq, whole["case:concept:name"], title, at, at.astimezone(here).date(), values)
                )
    return [sorted(case, key=lambda e: (e.at, e.seq)) for case in cases.values()]


def until(cases: Cases, last_day: dt.date) -> Cases:
    """What was known at the end of a day."""
    return [[e for e in case if e.day <= last_day] for case in cases]


def named(case: list[Event], *names: str) -> list[Event]:
    """The events of these names."""
    return [e for e in case if e.name in names]


def before(case: list[Event], event: Event, *names: str) -> list[Event]:
    """The events of these names earlier than `event`."""
    return named(case[: case.index(event)], *names)


def after(case: list[Event], event: Event, *names: str) -> list[Event]:
    """The events of these names later than `event`."""
    return named(case[case.index(event) + 1 :], *names)


def at_most_days(case: list[Event], act: str, prior: str, days: int) -> Iterator[tuple[int, str]]:
    """`act` within so many days of some earlier `prior`; nothing where there is none."""
    for event in named(case, act):
        if earlier := before(case, event, prior):
            near = any((event.day - e.day).days <= days for e in earlier)
            yield event.seq, "met" if near else "broken"


def only_after(case: list[Event], act: str, prior: str) -> Iterator[tuple[int, str]]:
    """`act` only where there is an earlier `prior`."""
    for event in named(case, act):
        yield event.seq, "met" if before(case, event, prior) else "broken"


def judge_deadline(
    opened: Event,
    meets: list[Event],
    voids: list[Event],
    due: dt.date | None,
    today: dt.date,
    *,
    closed: bool = False,
) -> str:
    """The status of a duty with a last day (None: no last day), by the first act that meets or voids it."""
    end = due or dt.date.max
    meet, void = meets[0] if meets else None, voids[0] if voids else None
    if void and void.day <= end and (not meet or (void.at, void.seq) < (meet.at, meet.seq)):
        return "void"
    if meet:
        return "met" if meet.day <= end else "late"
    if due is None:
        return "overdue" if closed else "pending"
    return "overdue" if today > due else "pending"


def working_days_after(day: dt.date, number: int) -> dt.date:
    """The so-manieth day from Monday to Friday after `day`."""
    while number:
        day += dt.timedelta(days=1)
        number -= day.weekday() < 5
    return day
