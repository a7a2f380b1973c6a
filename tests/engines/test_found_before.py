"""Differences between executions, and between them and docs/norm-semantics.md, that were found once and must not come back."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.engines.logs import A, instant, prepared
from tests.engines.test_run_interpret import CALENDAR as PLAIN
from tests.engines.test_run_interpret import plan
from zhunsheng.norms.binding import but_not
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.compile.run_duckdb import run_duckdb
from zhunsheng.norms.expressions import Arithmetic, Company, Compare, Const, Earlier, Fact, Not
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Check, Extend, Prior, Ref, ScopeKey, Stop, Timed
from zhunsheng.norms.run_interpret import run_interpret

FIELDS = {"kind": "text", "Kind": "text", "amount": "number", "ok": "flag"}


def run_compiled(log, plans, **moment):
    """The fast path, where numba is installed."""
    from zhunsheng.norms.fast import run_fast

    return run_fast(log, plans, threads=1, **moment)


FAST = pytest.param(run_compiled, marks=pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed"))
RUNS = pytest.mark.parametrize("run", [run_interpret, run_duckdb, FAST])
STOP = Stop(Ref(("stop",)), Ref(("go",)))


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


def decided(run, folder, acts, within, *, as_of="2026-03-31T00:00", **form):
    """Status, due time, decider and evidence of the one opening."""
    given = Timed(Ref(("open",)), Ref(("then",)), PLAIN, within, **form)
    (row,) = rows(run, folder, [A("open", "2026-02-02T10:00"), *acts], given, as_of=as_of)
    return row["status"], row["due_at"].replace(tzinfo=None).isoformat(timespec="minutes"), row["met_by"], row["evidence"]


@RUNS
@pytest.mark.parametrize("within", [Period(48, "hours"), Period(2, "days"), Period(2, "working_days")], ids=str)
@pytest.mark.parametrize("after", [(), (A("go", "2026-02-10T10:00"),), (A("go", "2026-02-10T10:00"), A("stop", "2026-02-10T11:00"))], ids=len)
def test_a_stop_that_stands_when_the_duty_is_done_counts_up_to_then(tmp_path, run, within, after):
    acts = [A("stop", "2026-02-03T10:00"), A("then", "2026-02-06T10:00"), *after]
    due = "2026-02-07T10:00" if within.unit == "hours" else "2026-02-09T23:59" if within.unit == "working_days" else "2026-02-07T23:59"
    assert decided(run, tmp_path, acts, within, stops=(STOP,)) == ("met", due, "a2", "a0 a1 a2")


@RUNS
def test_what_voids_a_duty_fixes_its_due_time(tmp_path, run):
    acts = [A("stop", "2026-02-03T10:00"), A("void", "2026-02-06T10:00"), A("go", "2026-02-10T10:00"), A("then", "2026-02-20T10:00")]
    found = decided(run, tmp_path, acts, Period(2, "days"), stops=(STOP,), voids=(Ref(("void",)),))
    assert found == ("void", "2026-02-07T23:59", "a2", "a0 a1 a2")


@RUNS
def test_an_extension_after_the_duty_was_done_adds_nothing(tmp_path, run):
    extends = (Extend(Ref(("longer",)), Period(5, "days"), True, 0),)
    met = [A("then", "2026-02-03T10:00"), A("longer", "2026-02-03T11:00")]
    assert decided(run, tmp_path / "met", met, Period(2, "days"), extends=extends) == ("met", "2026-02-04T23:59", "a1", "a0 a1")
    late = [A("then", "2026-02-05T10:00"), A("longer", "2026-02-05T11:00")]
    assert decided(run, tmp_path / "late", late, Period(2, "days"), extends=extends) == ("late", "2026-02-04T23:59", "a1", "a0 a1")


@RUNS
def test_an_extension_that_the_clock_standing_still_would_reach_adds_nothing_once_it_is_done(tmp_path, run):
    extends = (Extend(Ref(("longer",)), Period(5, "days"), True, 0),)
    acts = [A("stop", "2026-02-03T10:00"), A("then", "2026-02-06T10:00"), A("longer", "2026-02-08T11:00")]
    found = decided(run, tmp_path, acts, Period(2, "days"), extends=extends, stops=(STOP,))
    assert found == ("met", "2026-02-07T23:59", "a2", "a0 a1 a2")


@RUNS
def test_what_was_done_before_is_due_by_the_term_alone(tmp_path, run):
    acts = [A("then", "2026-02-01T10:00"), A("stop", "2026-02-03T10:00"), A("longer", "2026-02-03T11:00")]
    extends = (Extend(Ref(("longer",)), Period(5, "days"), True, 0),)
    found = decided(run, tmp_path, acts, Period(2, "days"), extends=extends, stops=(STOP,), already=True)
    assert found == ("met", "2026-02-04T23:59", "a1", "a0 a1")


@RUNS
def test_a_term_in_working_days_does_not_run_out_while_the_clock_stands_over_days_off(tmp_path, run):
    # The stop begins on the last day of the term, a Friday, and stands over the week-end.
    stop, within = [A("stop", "2026-02-06T10:00")], Period(4, "working_days")
    on_sunday = decided(run, tmp_path / "now", stop, within, as_of="2026-02-08T12:00", stops=(STOP,))
    assert on_sunday == ("pending", "2026-02-09T23:59", None, "a0 a1")
    done = [*stop, A("then", "2026-02-07T12:00")]
    assert decided(run, tmp_path / "done", done, within, stops=(STOP,))[:2] == ("met", "2026-02-09T23:59")
    ended = [*stop, A("go", "2026-02-07T12:00"), A("then", "2026-02-10T12:00")]
    assert decided(run, tmp_path / "late", ended, within, stops=(STOP,))[:2] == ("late", "2026-02-09T23:59")


@RUNS
def test_what_is_added_is_added_in_the_unit_the_term_then_has(tmp_path, run):
    extends = (Extend(Ref(("set",)), Period(4, "working_days"), False, 0), Extend(Ref(("more",)), Period(1, "days"), True, 1))
    acts = [A("set", "2026-02-02T11:00"), A("more", "2026-02-02T12:00")]
    found = decided(run, tmp_path, acts, Period(0, "days"), as_of="2026-02-02T13:00", extends=extends)
    assert found == ("pending", "2026-02-09T23:59", None, "a0 a1 a2")


def excused(**form):
    """An act is excused where it says so; where it does not say, that is unknown."""
    return Prior(but_not(Ref(("a",)), Fact("flag", "f_ok")), Ref(("b",)), PLAIN, bare=Ref(("a",)), **form)


@RUNS
def test_what_came_before_is_enough_whether_the_act_is_excused_or_not(tmp_path, run):
    acts = [
        A("b", "2026-02-02T09:00", case="both"), A("a", "2026-02-02T10:00", case="both"),
        A("a", "2026-02-02T10:00", case="neither"),
        A("b", "2026-02-02T09:00", case="excused"), A("a", "2026-02-02T10:00", case="excused", fields={"ok": True}),
        A("a", "2026-02-02T10:00", case="owed", fields={"ok": False}),
    ]
    found = rows(run, tmp_path / "owed", acts, excused(), as_of="2026-02-28T00:00")
    assert {r["case_id"]: (r["status"], r["met_by"]) for r in found} == {
        "both": ("met", "a0"), "neither": ("unknown", None), "owed": ("broken", None),
    }
    ignoring = rows(run, tmp_path / "ignored", acts, excused(ignore_absent=True), as_of="2026-02-28T00:00")
    assert {r["case_id"]: r["status"] for r in ignoring} == {"both": "met"}


@RUNS
def test_company_is_enough_whether_the_act_is_excused_or_not(tmp_path, run):
    bare = Ref(("a",))
    form = Timed(but_not(bare, Fact("flag", "f_ok")), Ref(("b",)), PLAIN, Period(0, "days"), already=True, bare=bare)
    acts = [
        A("a", "2026-02-02T10:00", case="both"), A("b", "2026-02-02T11:00", case="both"), A("a", "2026-02-02T10:00", case="neither"),
        A("a", "2026-02-02T10:00", case="late"), A("b", "2026-02-03T11:00", case="late"),
    ]
    found = rows(run, tmp_path, acts, form, as_of="2026-02-28T00:00")
    assert {r["case_id"]: (r["status"], r["due_at"] is None, r["evidence"]) for r in found} == {
        "both": ("met", False, "a0 a1"), "neither": ("unknown", True, "a2"), "late": ("unknown", True, "a3"),
    }
