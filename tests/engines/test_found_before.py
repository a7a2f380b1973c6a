"""Differences between executions, and between them and docs/norm-semantics.md, that were found once and must not come back."""

from __future__ import annotations

import pytest

from tests.engines.logs import A, instant, prepared
from tests.engines.test_run_interpret import CALENDAR as PLAIN
from tests.engines.test_run_interpret import plan
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.compile.run_duckdb import run_duckdb
from zhunsheng.norms.expressions import Arithmetic, Company, Compare, Const, Earlier, Fact, Not
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Check, Extend, Ref, ScopeKey, Stop, Timed
from zhunsheng.norms.run_interpret import run_interpret

FIELDS = {"kind": "text", "Kind": "text", "amount": "number", "ok": "flag"}
RUNS = pytest.mark.parametrize("run", [run_interpret, run_duckdb])


def rows(run, folder, acts, form, *, as_of="2026-02-01T00:00", calendar=None, **over):
    log = prepared(folder, acts, fields=FIELDS)
    moment = {"calendar": calendar or Calendar.china(), "as_of_us": instant(as_of, log.zone)}
    return run(log, [plan(form, **over)], **moment).table().to_pylist()


@RUNS
def test_the_negation_of_an_unknown_is_unknown(tmp_path, run):
    cond = Not("flag", Compare("flag", "==", Earlier("text", "first", ("b",), "f_kind", None), Const("text", "u")))
    found = rows(run, tmp_path, [A("a", "2026-01-05T10:00")], Check(Ref(("a",), cond), Const("flag", True)))
    assert [r["status"] for r in found] == ["unknown"]


@RUNS
def test_an_opening_that_names_nobody_is_judged_among_those_that_name_nobody(tmp_path, run):
    cond = Not("flag", Compare("flag", "==", Earlier("text", "first", ("b",), "f_kind", None), Const("text", "u")))
    acts = [A("b", "2026-01-05T09:00", subjects=(("person", "甲"),), fields={"kind": "v"}), A("a", "2026-01-05T10:00")]
    found = rows(run, tmp_path, acts, Check(Ref(("a",), cond), Const("flag", True)), per=(ScopeKey("person"),))
    assert [(r["scope"], r["status"]) for r in found] == [("", "unknown")]


@RUNS
def test_earlier_hours_and_weekdays_are_known(tmp_path, run):
    last_hour = Compare("flag", "==", Earlier("number", "last", ("b",), "hour", None), Const("number", 90_000))
    found = rows(run, tmp_path, [A("b", "2026-01-05T09:30"), A("a", "2026-01-05T10:00")], Check(Ref(("a",)), last_hour))
    assert [r["status"] for r in found] == ["met"]


@RUNS
def test_a_stop_that_may_begin_with_the_opening_act_leaves_a_breach_unknown(tmp_path, run):
    stop = Stop(Ref(("a",), Compare("flag", "==", Fact("text", "f_kind"), Const("text", "u"))), Ref(("c",)))
    form = Timed(Ref(("a",)), Ref(("b",)), PLAIN, Period(2, "hours"), stops=(stop,))
    acts = [A("a", "2026-01-05T10:00"), A("b", "2026-01-05T15:00")]
    assert [r["status"] for r in rows(run, tmp_path / "unknown", acts, form)] == ["unknown"]
    told = [A("a", "2026-01-05T10:00", fields={"kind": "v"}), acts[1]]
    assert [r["status"] for r in rows(run, tmp_path / "known", told, form)] == ["late"]


@RUNS
def test_an_extended_term_is_not_read_anew_as_working_days(tmp_path, run):
    counting = Counting("few", working_day_numbers=(10,))
    form = Timed(Ref(("a",)), Ref(("b",)), counting, Period(6, "days"), extends=(Extend(Ref(("e",)), Period(4, "days"), True, 0),))
    acts = [A("a", "2026-01-05T10:00"), A("e", "2026-01-06T10:00")]
    found = rows(run, tmp_path, acts, form)
    assert found[0]["due_at"].date().isoformat() == "2026-01-15"
    assert found[0]["evidence"] == "a0 a1"


@RUNS
def test_fields_that_differ_only_in_capitals_are_two_fields(tmp_path, run):
    same = Compare("flag", "!=", Fact("text", "f_kind"), Fact("text", "f_Kind"))
    found = rows(run, tmp_path, [A("a", "2026-01-05T10:00", fields={"kind": "u", "Kind": "v"})], Check(Ref(("a",)), same))
    assert [r["status"] for r in found] == ["met"]


@RUNS
def test_a_field_the_log_lacks_equals_nothing(tmp_path, run):
    same = Compare("flag", "==", Fact("text", "f_lost"), Const("text", "u"))
    found = rows(run, tmp_path, [A("a", "2026-01-05T10:00")], Check(Ref(("a",)), same, Not("flag", same)))
    assert [r["status"] for r in found] == ["unknown"]


@RUNS
def test_money_times_money_is_exact_beyond_64_bits(tmp_path, run):
    product = Arithmetic("number", "*", Fact("number", "f_amount"), Fact("number", "f_amount"))
    limit = Arithmetic("number", "*", Const("number", 90_000_000_001), Const("number", 90_000_000_001))
    found = rows(run, tmp_path, [A("a", "2026-01-05T10:00", fields={"amount": 90_000_000_001})], Check(Ref(("a",)), Compare("flag", "==", product, limit)))
    assert [r["status"] for r in found] == ["met"]


@RUNS
def test_seconds_run_down_not_towards_zero(tmp_path, run):
    from zhunsheng.norms.expressions import Between

    since = Between("number", "seconds", Fact("time", "ended_us"), Fact("time", "at_us"))
    acts = [A("a", "2026-01-05T10:00", ended="2026-01-05T10:00:00.5")]
    found = rows(run, tmp_path, acts, Check(Ref(("a",)), Compare("flag", "==", since, Const("number", -10_000))))
    assert [r["status"] for r in found] == ["met"]


@RUNS
def test_one_officer_in_two_slots_is_one(tmp_path, run):
    acts = [A("a", "2026-01-05T10:00", officers=(("o1", "x"), ("o1", "y")))]
    assert [r["status"] for r in rows(run, tmp_path, acts, Check(Ref(("a",)), Company("flag", 2, (), (), ())))] == ["broken"]


@RUNS
def test_a_log_that_is_not_in_order_of_time_is_put_in_order(tmp_path, run):
    form = Timed(Ref(("a",)), Ref(("b",)), PLAIN, Period(2, "hours"))
    acts = [A("b", "2026-01-05T11:00"), A("b", "2026-01-05T09:00"), A("a", "2026-01-05T10:00")]
    found = rows(run, tmp_path, acts, form)
    assert [(r["status"], r["met_seq"], r["evidence"]) for r in found] == [("met", 0, "a0 a2")]
