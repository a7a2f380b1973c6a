"""Preparing and running: sorted or not, some cases only, files, what cannot be lowered, numbers beyond 64 bits."""

from __future__ import annotations

from random import Random

import pyarrow.parquet as pq
import pytest

from tests.engines.logs import A, instant, prepared
from tests.fast.chance import DAYS, FIELDS, HOUR, START, log_of, plan_of
from zhunsheng.base.errors import InputError
from zhunsheng.norms import expressions as ex
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Check, Extend, Plan, Ref, Timed
from zhunsheng.norms.results_table import FINDINGS, schema
from zhunsheng.norms.run_interpret import run_interpret

pytest.importorskip("numba")
from zhunsheng.norms.fast import Prepared, jit, lowerable, prepare, preparing, run_fast, sink

GIVEN = {"calendar": Calendar.none(), "as_of_us": START + DAYS * 24 * HOUR}


def plan(form, **over):
    given = {"norm_id": "n", "version": "2020-01-01", "kind": "deadline", "severity": "serious", "per": (), "governed": None,
             "from_day": 0, "to_day": None, "latest": True, "norm": None, "body": None}
    return Plan(**(given | {"form": form} | over))


def random_log(tmp_path, seed=3):
    r = Random(seed)
    log = prepared(tmp_path / "log", log_of(r, cases=60), fields=FIELDS)
    return log, [plan_of(r, n) for n in range(30)]


def test_a_log_in_order_of_cases_and_time_is_not_sorted_again(tmp_path, monkeypatch):
    acts = [A("a", f"2026-01-0{day}", case=case) for case in ("乙", "甲") for day in (1, 2, 3)]
    log = prepared(tmp_path / "log", acts)
    orders = []
    run = preparing.Writing.run
    monkeypatch.setattr(preparing.Writing, "run", lambda self, c, *, ordered: (orders.append(ordered), run(self, c, ordered=ordered)))
    assert prepare(log, tmp_path / "fast").column("seq").tolist() == [0, 1, 2, 3, 4, 5]
    assert orders == [False]
    log = prepared(tmp_path / "mixed", [acts[k] for k in (0, 3, 1, 4, 2, 5)])
    assert prepare(log, tmp_path / "fast").column("seq").tolist() == [0, 2, 4, 1, 3, 5]
    assert orders == [False, False, True]


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_cases_that_cross_batches_stay_whole(tmp_path, monkeypatch, batch):
    log, plans = random_log(tmp_path)
    expected = prepare(log, tmp_path / "fast")
    starts, times = expected.case_start.tolist(), expected.column("at_us").tolist()
    monkeypatch.setattr(preparing, "BATCH", batch)
    again = prepare(log, tmp_path / "again")
    assert (again.case_start.tolist(), again.column("at_us").tolist()) == (starts, times)
    assert run_fast(again, plans, **GIVEN).table().equals(run_interpret(log, plans, **GIVEN).table())


def test_some_cases_give_their_rows_and_no_others(tmp_path):
    log, plans = random_log(tmp_path)
    ready = prepare(log, tmp_path / "fast")
    whole = run_fast(ready, plans, **GIVEN).table().to_pylist()
    wanted = ["案7", "案12", "案40", "没有", "案7"]
    some = run_fast(ready, plans, cases=wanted, **GIVEN).table().to_pylist()
    assert some == [row for row in whole if row["case_id"] in wanted]
    assert run_fast(ready, plans, cases=[], **GIVEN).table().num_rows == 0


def test_a_long_file_holds_the_same_rows_as_the_table(tmp_path, monkeypatch):
    log, plans = random_log(tmp_path)
    ready = Prepared.open(prepare(log, tmp_path / "fast").folder)
    expected = run_fast(ready, plans, **GIVEN).table()
    for limit in (10, 10**6):
        monkeypatch.setattr(sink, "ROWS_IN_MEMORY", limit)
        monkeypatch.setattr("zhunsheng.norms.fast.run.ROWS_AT_ONCE", 50)
        results = run_fast(ready, plans, into=tmp_path / "out" / "rows.parquet", **GIVEN)
        table = pq.read_table(results.path)
        assert table.schema.equals(schema(log.zone))
        assert table.sort_by([(name, "ascending") for name in sink.SORTED_BY]).equals(expected)


def test_an_empty_log_and_a_log_of_the_future_give_nothing(tmp_path):
    plans = [plan(Timed(Ref(()), Ref(()), Counting("calendar"), Period(1, "days")))]
    for name, acts in (("empty", []), ("later", [A("a", "2030-01-01")])):
        log = prepared(tmp_path / name, acts)
        results = run_fast(log, plans, **GIVEN)
        assert results.table().equals(run_interpret(log, plans, **GIVEN).table())
        assert results.table().num_rows == 0


def test_products_beyond_64_bits_are_exact(tmp_path):
    large = 3 * 10**14
    acts = [A("a", "2025-12-20", fields={"n": n, "m": large}) for n in (large, large - 1)]
    log = prepared(tmp_path / "log", acts, fields=FIELDS)
    product = ex.Arithmetic("number", "*", ex.Fact("number", "f_n"), ex.Fact("number", "f_m"))
    square = ex.Arithmetic("number", "*", ex.Const("number", large), ex.Const("number", large))
    plans = [plan(Check(Ref(("a",)), ex.Compare("flag", ">=", product, square)))]
    assert run_fast(log, plans, **GIVEN).table()["status"].to_pylist() == ["met", "broken"]


def test_sums_beyond_64_bits_are_exact(tmp_path):
    large = 5 * 10**18
    acts = [A("a", f"2025-12-2{k}", fields={"n": large}) for k in range(4)]
    log = prepared(tmp_path / "log", acts, fields=FIELDS)
    total = ex.Earlier("number", "sum", ("a",), "f_n", None)
    plans = [plan(Check(Ref(("a",)), ex.Compare("flag", ">=", total, ex.Const("number", 10**19))))]
    assert run_fast(log, plans, **GIVEN).table()["status"].to_pylist() == ["broken", "broken", "met", "met"]


def test_a_year_in_the_far_past_is_no_obstacle(tmp_path):
    acts = [A("a", -50_000_000_000_000_000), A("a", "2025-12-20"), A("b", "2025-12-28")]
    log = prepared(tmp_path / "log", acts)
    plans = [plan(Timed(Ref(("a",)), Ref(("b",)), Counting("calendar"), Period(1, "months")), from_day=-10**6)]
    assert run_fast(log, plans, **GIVEN).table().equals(run_interpret(log, plans, **GIVEN).table())


def test_what_cannot_be_lowered_says_why():
    by_id = ex.Compare("flag", "==", ex.Fact("text", "act_id"), ex.Const("text", "x"))
    assert lowerable(plan(Check(Ref(()), by_id))) == "a condition reads act.id"
    by_word = plan(Check(Ref(()), ex.Known("flag", ex.Fact("text", "f_word"))))
    assert lowerable(by_word) is None
    assert lowerable(by_word, ["f_word"]) == "f_word has too many different values"
    grants = tuple(Extend(Ref(("b",)), Period(2**k, "days"), True, k) for k in range(12))
    assert lowerable(plan(Timed(Ref(("a",)), Ref(("b",)), Counting("c"), Period(1, "days"), extends=grants)))


def test_what_cannot_be_lowered_runs_on_duckdb_and_joins_the_rest(tmp_path):
    log, plans = random_log(tmp_path)
    odd = plan(Check(Ref(()), ex.Compare("flag", ">", ex.Fact("text", "act_id"), ex.Const("text", "a5"))), norm_id="n05x")
    ready = prepare(log, tmp_path / "fast")
    results = run_fast(ready, [*plans, odd], **GIVEN)
    assert (results.lowered, list(results.elsewhere)) == (len(plans), [("n05x", "2020-01-01")])
    assert results.table().equals(run_interpret(log, [*plans, odd], **GIVEN).table())
    some = run_fast(ready, [odd], cases=["案3"], only="findings", **GIVEN)
    rows = [r for r in results.table().to_pylist() if (r["norm_id"], r["case_id"]) == ("n05x", "案3")]
    assert some.table().to_pylist() == [r for r in rows if r["status"] in FINDINGS]
    assert sum(some.counts["n05x", "2020-01-01"].values()) == len(rows)


def test_a_text_with_too_many_values_is_left_out(tmp_path, monkeypatch):
    log, _ = random_log(tmp_path)
    for most, left_out in ((3, ()), (2, ("f_word", "f_other"))):
        monkeypatch.setattr(preparing, "MOST_WORDS", most)
        assert prepare(log, tmp_path / "fast").manifest.left_out == left_out


def test_without_numba_the_user_is_told_what_to_install(tmp_path, monkeypatch):
    log = prepared(tmp_path / "log", [A("a", instant("2026-01-01", "Asia/Shanghai"))])
    monkeypatch.setattr(jit, "numba", None)
    assert not jit.available()
    with pytest.raises(InputError, match="numba"):
        run_fast(log, [], **GIVEN)


def test_a_folder_that_holds_no_prepared_log_is_told(tmp_path):
    with pytest.raises(InputError, match="备好"):
        Prepared.open(tmp_path)
