"""The Italian fines: every norm of the example worked out by hand and compared, whole, cut in time, split and copied."""

from __future__ import annotations

import datetime as dt
import gzip
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

import zhunsheng
from tests.real.by_hand import (
    Cases,
    Event,
    Found,
    after,
    at_most_days,
    before,
    judge_deadline,
    named,
    only_after,
    read_xes,
    until,
)
from tests.real.comparing import ENGINES, EXAMPLES, bag, breaches, statuses
from zhunsheng.exchange import read_log, write_log

NORMS = EXAMPLES / "road-traffic-fines" / "norms.yaml"
MAPPING = EXAMPLES / "road-traffic-fines" / "mapping.yaml"
CREATE, SEND, NOTIFY, PENALTY, PAY = (
    "Create Fine",
    "Send Fine",
    "Insert Fine Notification",
    "Add penalty",
    "Payment",
)
COLLECT, APPEAL, FORWARD = (
    "Send for Credit Collection",
    "Insert Date Appeal to Prefecture",
    "Send Appeal to Prefecture",
)
RESULT, TOLD, JUDGE = (
    "Receive Result Appeal from Prefecture",
    "Notify Result Appeal to Offender",
    "Appeal to Judge",
)
MIDDLE, END = dt.date(2009, 6, 30), dt.date(2012, 3, 26)
ENGINES_SLOW = (pytest.param("interpret", marks=pytest.mark.slow), "duckdb")


@pytest.fixture(scope="module")
def source(shared: Path) -> Path:
    return shared / "data" / "road-traffic-fines-first-10000.xes.gz"


@pytest.fixture(scope="module")
def cases(source: Path) -> Cases:
    return read_xes(source, "Europe/Rome")


@pytest.fixture(scope="module")
def prepared(source: Path, tmp_path_factory: pytest.TempPathFactory):
    return read_log(source, mapping=MAPPING, into=tmp_path_factory.mktemp("fines") / "log")


def money(event: Event, name: str) -> Decimal:
    return Decimal(event.values[name])


def paid_in_full(case: list[Event], event: Event) -> bool:
    """Payments before the collection reach the last amount due (if any) and the postage."""
    due = money(before(case, event, CREATE, PENALTY)[-1], "amount")
    postage = sum((money(e, "expense") for e in before(case, event, SEND)), Decimal(0))
    paid = sum((money(e, "paymentAmount") for e in before(case, event, PAY)), Decimal(0))
    return due > 0 and paid >= due + postage


def in_dated_term(case: list[Event]) -> Iterator[tuple[int, str]]:
    for event in named(case, SEND):
        created = before(case, event, CREATE)
        term = 90 if created[0].day >= dt.date(2010, 8, 13) else 150
        yield event.seq, "met" if any((event.day - e.day).days <= term for e in created) else "broken"


def timed(case: list[Event], today: dt.date, *, closed: bool) -> Iterator[tuple[str, int, str]]:
    for event in named(case, CREATE):
        due = event.day + dt.timedelta(days=90)
        voids = after(case, event, PAY, APPEAL, JUDGE)
        yield (
            "fine.sent-or-paid",
            event.seq,
            judge_deadline(event, after(case, event, SEND), voids, due, today),
        )
    for norm, opening, answer in (
        ("appeal.answered", FORWARD, RESULT),
        ("appeal.result-notified", RESULT, TOLD),
    ):
        for event in named(case, opening):
            yield (
                norm,
                event.seq,
                judge_deadline(event, after(case, event, answer), [], None, today, closed=closed),
            )


def at_the_act(case: list[Event]) -> Iterator[tuple[str, int, str]]:
    for norm, act, prior, days in (
        ("fine.sent-within-90-days", SEND, CREATE, 90),
        ("fine.notified-within-90-days", NOTIFY, SEND, 90),
        ("appeal.prefecture-within-60-days", APPEAL, NOTIFY, 60),
        ("appeal.judge-within-60-days", JUDGE, NOTIFY, 60),
    ):
        yield from ((norm, *row) for row in at_most_days(case, act, prior, days))
    yield from (("fine.sent-within-dated-term", *row) for row in in_dated_term(case))
    yield from (("appeal.prefecture-after-notification", *row) for row in only_after(case, APPEAL, NOTIFY))
    for event in named(case, PENALTY):
        yield "penalty.not-during-appeal", event.seq, "broken" if before(case, event, APPEAL) else "met"
        more = money(event, "amount") > money(before(case, event, CREATE)[0], "amount")
        yield "penalty.exceeds-fine", event.seq, "met" if more else "broken"
    for event in named(case, COLLECT):
        yield "collection.not-when-paid", event.seq, "broken" if paid_in_full(case, event) else "met"


def by_hand(cases: Cases, today: dt.date, *, closed: bool = False) -> Found:
    rows = (row for case in cases for row in (*at_the_act(case), *timed(case, today, closed=closed)))
    return {(norm, seq): status for norm, seq, status in rows}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm_on_the_closed_log(prepared, cases, engine):
    found = statuses(zhunsheng.check(prepared, NORMS, closed=True, engine=engine))
    assert found == by_hand(cases, END, closed=True)
    assert breaches(found) == {
        "fine.sent-within-90-days": 3_970,
        "fine.sent-within-dated-term": 197,
        "fine.sent-or-paid": 3_987,
        "fine.notified-within-90-days": 5,
        "appeal.prefecture-within-60-days": 36,
        "appeal.prefecture-after-notification": 2,
        "appeal.judge-within-60-days": 5,
        "penalty.not-during-appeal": 190,
        "appeal.answered": 182,
        "appeal.result-notified": 2,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm_as_of_the_middle_of_the_log(prepared, cases, engine):
    found = statuses(zhunsheng.check(prepared, NORMS, as_of=MIDDLE, engine=engine))
    assert found == by_hand(until(cases, MIDDLE), MIDDLE)
    assert {"pending", "overdue", "late", "met", "void", "broken"} == set(found.values())


def split(source: Path, targets: tuple[Path, Path]) -> None:
    """Each trace of a log goes to one of two files, at random."""
    chance = random.Random(7)
    with gzip.open(source) as file:
        root = etree.parse(file).getroot()
    halves = [etree.ElementTree(etree.fromstring(etree.tostring(root))) for _ in targets]
    for pair in zip(*(list(half.getroot().iter("{*}trace")) for half in halves), strict=True):
        goes = pair[chance.randrange(2)]
        goes.getparent().remove(goes)
    for half, target in zip(halves, targets, strict=True):
        half.write(target, encoding="utf-8", xml_declaration=True)


@pytest.mark.parametrize("engine", ENGINES_SLOW)
def test_two_halves_have_the_findings_of_the_whole(source, prepared, tmp_path, engine):
    targets = (tmp_path / "one.xes", tmp_path / "two.xes")
    split(source, targets)
    halves = [
        zhunsheng.check(t, NORMS, mapping=MAPPING, as_of=END, closed=True, engine=engine) for t in targets
    ]
    assert min(half.num_rows for half in halves) > 10_000
    assert bag(halves[0]) + bag(halves[1]) == bag(
        zhunsheng.check(prepared, NORMS, closed=True, engine=engine)
    )


@pytest.mark.parametrize("engine", ENGINES_SLOW)
@pytest.mark.parametrize("name", ["fines.csv", "fines.parquet"])
def test_a_copy_in_another_format_has_the_same_findings(prepared, tmp_path, name, engine):
    write_log(prepared, tmp_path / name)
    copied = zhunsheng.check(tmp_path / name, NORMS, closed=True, engine=engine)
    assert copied.equals(zhunsheng.check(prepared, NORMS, closed=True, engine=engine))


@pytest.mark.parametrize("engine", ENGINES)
def test_days_late_and_due_times(prepared, cases, engine):
    found = zhunsheng.check(prepared, NORMS, closed=True, engine=engine).to_pylist()
    late = {
        r["opened_seq"]: (r["due_at"], r["days_over"])
        for r in found
        if r["norm_id"] == "fine.sent-within-90-days" and r["breach"]
    }
    expected = {}
    for case in cases:
        for event in named(case, SEND):
            created = before(case, event, CREATE)[-1].day
            if (over := (event.day - created).days - 90) > 0:
                last = dt.datetime.combine(
                    created + dt.timedelta(days=90), dt.time.max, ZoneInfo("Europe/Rome")
                )
                expected[event.seq] = (last, over)
    assert late == expected
