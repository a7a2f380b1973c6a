"""The interpreter over a whole log gives the findings table: its columns, its order, and what it derives."""

from __future__ import annotations

import pyarrow.parquet as pq

from tests.engines.logs import A, instant, prepared
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Plan, Ref, Timed
from zhunsheng.norms.results import COLUMNS
from zhunsheng.norms.run_interpret import run_interpret

CALENDAR = Counting("calendar")
FORM = Timed(Ref(("open",)), Ref(("then",)), CALENDAR, Period(1, "days"))


def plan(form=FORM, **over):
    given = {"norm_id": "n", "version": "2020-01-01", "kind": "deadline", "severity": "serious", "per": (), "governed": None,
             "from_day": 0, "to_day": None, "latest": True, "norm": None, "body": None}
    return Plan(**(given | {"form": form} | over))


def acts():
    return [
        A("open", "2026-01-01T10:00", case="2", unit="u"), A("then", "2026-01-04T01:00", case="2"),
        A("open", "2026-01-01T10:00", case="1"), A("then", "2026-01-02T10:00", case="1"), A("open", "2026-01-03T10:00", case="1"),
    ]


def test_rows_are_sorted_and_say_how_late(tmp_path):
    log = prepared(tmp_path, acts())
    results = run_interpret(log, [plan()], calendar=Calendar.none(), as_of_us=instant("2026-01-06T00:00", log.zone))
    table = results.table()
    assert table.column_names == list(COLUMNS)
    rows = table.to_pylist()
    assert [(r["case_id"], r["opened_seq"], r["status"], r["days_over"], r["seconds_over"]) for r in rows] == [
        ("1", 2, "met", None, None), ("1", 4, "overdue", 2, 86400), ("2", 0, "late", 2, 25 * 3600),
    ]
    assert rows[2]["evidence"] == "a0 a1"
    assert rows[2]["unit"] == "u"
    assert rows[0]["due_at"].isoformat() == "2026-01-02T23:59:59.999999+08:00"
    assert results.counts[("n", "2020-01-01")] == {"met": 1, "overdue": 1, "late": 1}


def test_findings_alone_go_to_a_file(tmp_path):
    log = prepared(tmp_path / "log", acts())
    into = tmp_path / "out" / "findings.parquet"
    results = run_interpret(log, [plan()], calendar=Calendar.none(), as_of_us=instant("2026-01-06T00:00", log.zone),
                            only="findings", into=into)
    assert pq.read_table(into)["status"].to_pylist() == ["overdue", "late"]
    assert results.counts[("n", "2020-01-01")]["met"] == 1
