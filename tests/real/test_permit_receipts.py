"""The receipt phase of environmental permits: every norm of the example worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhunsheng
from tests.real.by_hand import (
    Cases,
    Event,
    Found,
    after,
    before,
    judge_deadline,
    named,
    only_after,
    read_xes,
    until,
    working_days_after,
)
from tests.real.comparing import ENGINES, EXAMPLES, breaches, statuses
from zhunsheng.exchange import read_log

NORMS = EXAMPLES / "receipt" / "norms.yaml"
DRAFT, CHECK, ADJUST = (
    "Confirmation of receipt",
    "T02 Check confirmation of receipt",
    "T03 Adjust confirmation of receipt",
)
FIX, SEND = "T04 Determine confirmation of receipt", "T05 Print and send confirmation of receipt"
STOP = "T06 Determine necessity of stop advice"
CREATE_X, CHECK_X = "T11 Create document X request unlicensed", "T12 Check document X request unlicensed"
MIDDLE, END = dt.date(2011, 6, 15), dt.date(2012, 1, 23)


@pytest.fixture(scope="module")
def cases(shared: Path) -> Cases:
    return read_xes(shared / "data" / "receipt.xes.gz", "Europe/Amsterdam")


@pytest.fixture(scope="module")
def prepared(shared: Path, tmp_path_factory: pytest.TempPathFactory):
    mapping = EXAMPLES / "receipt" / "mapping.yaml"
    return read_log(
        shared / "data" / "receipt.xes.gz", mapping=mapping, into=tmp_path_factory.mktemp("receipt") / "log"
    )


def by_another(case: list[Event], act: str, first: str) -> Iterator[tuple[int, str]]:
    for event in named(case, act):
        drafters = {e.values["org:resource"] for e in named(case, first)}
        yield event.seq, "broken" if event.values["org:resource"] in drafters else "met"


def checked_since(case: list[Event]) -> Iterator[tuple[int, str]]:
    for event in named(case, FIX):
        steps = before(case, event, CHECK, ADJUST)
        adjusted = max((n for n, e in enumerate(steps) if e.name == ADJUST), default=-1)
        yield event.seq, "met" if named(steps[adjusted + 1 :], CHECK) else "broken"


def judged(case: list[Event], today: dt.date) -> Iterator[tuple[str, int, str]]:
    for event in named(case, DRAFT):
        sent, checked = after(case, event, SEND), after(case, event, CHECK)
        week, two = event.day + dt.timedelta(days=7), working_days_after(event.day, 2)
        yield "receipt.sent-within-7-days", event.seq, judge_deadline(event, sent, [], week, today)
        yield (
            "receipt.checked-within-2-working-days",
            event.seq,
            judge_deadline(event, checked, [], two, today),
        )
    yield from (("receipt.checked-by-another", *row) for row in by_another(case, CHECK, DRAFT))
    yield from (("unlicensed.checked-by-another", *row) for row in by_another(case, CHECK_X, CREATE_X))
    yield from (("receipt.checked-before-determined", *row) for row in checked_since(case))
    yield from (("receipt.determined-before-sent", *row) for row in only_after(case, SEND, FIX))
    yield from (("stop-advice.sent-first", *row) for row in only_after(case, STOP, SEND))
    for event in case:
        in_time = event.at <= dt.datetime.fromisoformat(event.values["case:deadline"])
        yield "case.work-within-its-deadline", event.seq, "met" if in_time else "broken"


def by_hand(cases: Cases, today: dt.date) -> Found:
    return {(norm, seq): status for case in cases for norm, seq, status in judged(case, today)}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm(prepared, cases, engine):
    found = statuses(zhunsheng.check(prepared, NORMS, engine=engine))
    assert found == by_hand(cases, END)
    assert breaches(found) == {
        "receipt.sent-within-7-days": 280,
        "receipt.checked-within-2-working-days": 225,
        "receipt.checked-by-another": 1_121,
        "receipt.determined-before-sent": 1,
        "unlicensed.checked-by-another": 31,
        "stop-advice.sent-first": 571,
        "case.work-within-its-deadline": 380,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm_as_of_the_middle_of_the_log(prepared, cases, engine):
    found = statuses(zhunsheng.check(prepared, NORMS, as_of=MIDDLE, engine=engine))
    assert found == by_hand(until(cases, MIDDLE), MIDDLE)
    assert "pending" in found.values()
