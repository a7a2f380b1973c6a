"""A finding counts only where it is what was planted: the case, the norm, the way it is broken, the act and the time; and once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from zhunsheng.supervision.demo.breach_ops import Breach
from zhunsheng.supervision.demo.breaches import Planted
from zhunsheng.supervision.demo.scoring import Score, Seen, score, score_findings

OPENED = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DUE = OPENED + dt.timedelta(hours=24)
DONE = DUE + dt.timedelta(days=2)
LATE = Seen("甲1", "intake.review-24h", "late", DUE, DUE, "report.registered", OPENED, "case.opened", DONE)
BESIDE = Seen(
    "甲1", "intake.opened-at-once", "late", DUE, DUE, "report.registered", OPENED, "case.opened", DONE
)


def planted(*also: str, case: str = "甲1") -> Planted:
    breach = Breach("intake.review-24h", lambda _case: True, "接报三日后才受案", "opened late", kind="late")
    return Planted(case, breach, also, frozenset({"case.opened"}))


def scored(*seen: Seen, also: tuple[str, ...] = ()) -> Score:
    return score_findings([planted(*also)], seen, ())


def test_the_one_finding_that_was_planted_is_perfect() -> None:
    told = scored(LATE)
    assert told.perfect
    assert (told.recall, told.precision) == (1.0, 1.0)


def test_a_neighbour_counts_only_where_it_was_declared_and_must_then_be_there() -> None:
    assert scored(LATE, BESIDE, also=("intake.opened-at-once",)).perfect
    undeclared = scored(LATE, BESIDE)
    assert undeclared.unexpected == (BESIDE.pair,)
    assert undeclared.precision == 0.5
    absent = scored(LATE, also=("intake.opened-at-once",))
    assert absent.absent == (BESIDE.pair,)
    assert absent.recall == 0.5


def test_what_was_not_found_and_what_was_found_twice_is_told() -> None:
    assert scored().recall == 0.0
    assert [p.case_id for p in scored().missed] == ["甲1"]
    twice = scored(LATE, replace(LATE, opened_at=OPENED - dt.timedelta(days=1)))
    assert twice.doubled == (LATE.pair,)
    assert not twice.perfect


def test_a_finding_in_another_case_is_both_a_miss_and_a_false_finding() -> None:
    told = scored(replace(LATE, case_id="甲2"))
    assert (len(told.missed), told.unexpected) == (1, (("甲2", "intake.review-24h"),))


def test_another_kind_another_time_or_another_act_is_not_what_was_planted() -> None:
    for other in (
        replace(LATE, breach="overdue", decided=None, decided_at=None),
        replace(LATE, since=DONE),
        replace(LATE, decided_at=DUE - dt.timedelta(minutes=1)),
        replace(LATE, opened="person.arrived", decided="person.released"),
    ):
        told = scored(other)
        assert told.wrong == (LATE.pair,), other
        assert told.recall < 1
        assert told.precision < 1


def test_of_a_log_pairs_are_compared() -> None:
    assert score([planted()], {LATE.pair}).perfect
    assert not score([planted()], {LATE.pair, BESIDE.pair}).perfect
    assert not score([planted("intake.opened-at-once")], {LATE.pair}).perfect
