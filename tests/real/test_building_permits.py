"""The Dutch building permits: every norm of the example worked out by hand, stops and extensions included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import zhunsheng
from tests.real.by_hand import (
    Cases,
    Event,
    Found,
    after,
    judge_deadline,
    named,
    only_after,
    read_xes,
    until,
    working_days_after,
)
from tests.real.comparing import ENGINES, EXAMPLES, breaches, statuses
from zhunsheng.exchange import read_log

NORMS = EXAMPLES / "bpic15" / "norms.yaml"
ZONE = ZoneInfo("Europe/Amsterdam")
REGISTER = "01_HOOFD_010 register submission date request"
CONFIRM = "01_HOOFD_030_1 send confirmation receipt"
REFUSE = "01_HOOFD_380 grounds for refusal"
DECIDE = "01_HOOFD_490_1 creating environmental permit decision"
COPIES = "01_HOOFD_510_1 transcript decision environmental permit to stakeholders"
SENT = "01_HOOFD_510_2 enter senddate decision environmental permit"
STOP, RESUME = "08_AWB45_020_1 retrieve missing data", "08_AWB45_040 enter receipt of additional data"
SHELVE = "08_AWB45_070_1 creating decision permanently suspended"
MIDDLE, END = dt.date(2013, 3, 15), dt.date(2015, 8, 1)


@pytest.fixture(scope="module")
def cases(shared: Path) -> Cases:
    source = shared / "data" / "bpic15_1.xes.gz"
    return read_xes(source, "Europe/Amsterdam", name=lambda v: f"{v['concept:name']} {v['activityNameEN']}")


@pytest.fixture(scope="module")
def prepared(shared: Path, tmp_path_factory: pytest.TempPathFactory):
    mapping = EXAMPLES / "bpic15" / "mapping.yaml"
    return read_log(
        shared / "data" / "bpic15_1.xes.gz", mapping=mapping, into=tmp_path_factory.mktemp("permits") / "log"
    )


def local_day(text: str) -> dt.date:
    at = dt.datetime.fromisoformat(text)
    return (at.astimezone(ZONE) if at.tzinfo else at).date()


def answered_yes(events: list[Event]) -> list[Event]:
    return [e for e in events if e.values["question"] == "True"]


def ended(case: list[Event], event: Event) -> list[Event]:
    return answered_yes(after(case, event, "05_EIND_010 terminate on request"))


def waiting(case: list[Event], event: Event, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The spans in which missing data was waited for, overlaps joined, none before `event`."""
    spans: list[tuple[dt.date, dt.date]] = []
    for stop in named(case, STOP):
        resumed = after(case, stop, RESUME)
        begin, end = max(stop.day, event.day), resumed[0].day if resumed else today
        if spans and begin <= spans[-1][1]:
            begin = max(begin, spans[-1][1])
        if begin < end:
            spans.append((begin, end))
    return spans


def decision_due(case: list[Event], event: Event, today: dt.date) -> dt.date:
    """56 days, 42 more if extended in time, and the days waited."""

    def due(term: int) -> dt.date:
        day = event.day + dt.timedelta(days=term)
        for begin, end in waiting(case, event, today):
            if begin <= day:
                day += end - begin
        return day

    extended = answered_yes(after(case, event, "06_VD_010 extend procedure term"))
    return due(98) if extended and extended[0].day <= due(56) else due(56)


def registered(case: list[Event], today: dt.date) -> Iterator[tuple[str, int, str]]:
    for event in named(case, REGISTER):
        ends, sent = ended(case, event), after(case, event, SENT)
        in_five = working_days_after(event.day, 5)
        confirmed = after(case, event, CONFIRM)
        yield (
            "receipt.confirmed-within-5-working-days",
            event.seq,
            judge_deadline(event, confirmed, ends, in_five, today),
        )
        shelved = sorted([*ends, *after(case, event, SHELVE)], key=lambda e: (e.at, e.seq))
        due = decision_due(case, event, today)
        yield "decision.within-8-weeks", event.seq, judge_deadline(event, sent, shelved, due, today)
        if planned := event.values.get("case:endDatePlanned"):
            status = judge_deadline(event, sent, ends, local_day(planned), today)
            yield "decision.by-the-date-planned-for-the-case", event.seq, status


def at_the_act(case: list[Event]) -> Iterator[tuple[str, int, str]]:
    for event in case:
        values = event.values
        watched = "broken" if values["org:resource"] == values["monitoringResource"] else "met"
        yield "step.watched-by-another", event.seq, watched
        if event.name == DECIDE:
            yield "decision.watched-by-another", event.seq, watched
        for norm, limit, names in (
            ("step.finished-by-its-due-date", "dueDate", {event.name}),
            ("step.planned-kept", "planned", {DECIDE, SENT}),
        ):
            if limit in values and event.name in names:
                in_time = local_day(values["dateFinished"]) <= local_day(values[limit])
                yield norm, event.seq, "met" if in_time else "broken"
    yield from (("decision.refusal-grounds-first", *row) for row in only_after(case, DECIDE, REFUSE))
    for act in (COPIES, SENT):
        yield from (("decision.made-before-sent", *row) for row in only_after(case, act, DECIDE))


def by_hand(cases: Cases, today: dt.date) -> Found:
    rows = (row for case in cases for row in (*at_the_act(case), *registered(case, today)))
    return {(norm, seq): status for norm, seq, status in rows}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm(prepared, cases, engine):
    found = statuses(zhunsheng.check(prepared, NORMS, engine=engine))
    assert found == by_hand(cases, END)
    assert breaches(found) == {
        "step.finished-by-its-due-date": 619,
        "step.planned-kept": 27,
        "decision.by-the-date-planned-for-the-case": 27,
        "receipt.confirmed-within-5-working-days": 362,
        "decision.within-8-weeks": 385,
        "decision.made-before-sent": 81,
        "decision.watched-by-another": 363,
        "step.watched-by-another": 27_353,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm_as_of_the_middle_of_the_log(prepared, cases, engine):
    found = statuses(zhunsheng.check(prepared, NORMS, as_of=MIDDLE, engine=engine))
    assert found == by_hand(until(cases, MIDDLE), MIDDLE)
