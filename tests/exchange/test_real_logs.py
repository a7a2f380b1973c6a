"""The public logs beside the repository: counts known from their publishers, and facts read off the files by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.exchange.support import acts, column, local, utc
from zhunsheng.exchange import LogMapping, notes_of, read_log

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("name", "example", "events", "cases"),
    [
        ("road-traffic-fines-first-10000.xes.gz", "road-traffic-fines", 34_724, 10_000),
        ("bpic15_1.xes.gz", "bpic15", 52_217, 1_199),
        ("receipt.xes.gz", "receipt", 8_577, 1_434),
    ],
)
def test_counts(shared, name, example, events, cases):
    log = read_log(shared / "data" / name, mapping=EXAMPLES / example / "mapping.yaml")
    assert log.rows == events
    assert len(set(column(log, "case_id"))) == cases
    assert column(log, "seq") == list(range(1, events + 1))


def test_road_fines_fall_on_local_midnight(shared):
    log = read_log(shared / "data" / "road-traffic-fines-first-10000.xes.gz", mapping=EXAMPLES / "road-traffic-fines" / "mapping.yaml")
    rows = acts(log)
    assert {row["tod"] for row in rows} == {0}
    assert (rows[0]["case_id"], rows[0]["act_type"], rows[0]["officer_1"], rows[0]["f_amount"]) == ("A1", "Create Fine", "561", 350_000)
    assert local(rows[1]) == "2006-12-05 0:00:00"
    assert {row["act_type"] for row in rows if row["officer_1"]} <= {"Create Fine", "Appeal to Judge"}


def test_building_permits_keep_what_is_not_exact_as_text(shared):
    log = read_log(shared / "data" / "bpic15_1.xes.gz", mapping=EXAMPLES / "bpic15" / "mapping.yaml")
    first = acts(log)[0]
    assert log.fields["dateFinished"] == "time"
    assert utc(first["f_dateFinished"]) == "2014-04-13T22:00:00"
    assert first["f_case:SUMleges"] == "157.09305"
    assert any("SUMleges" in str(note["en"]) for note in notes_of(log))


def test_the_three_forms_of_the_official_ocel_example_hold_the_same_acts(shared):
    folder, mapping = shared / "data" / "ocel", LogMapping(case_object="Purchase Order", zone="Europe/Berlin")
    logs = [acts(read_log(folder / f"ocel20_example.{suffix}", mapping=mapping)) for suffix in ("jsonocel", "xmlocel", "sqlite")]
    rows = [sorted(({**row, "seq": 0} for row in log), key=lambda row: row["act_id"]) for log in logs]
    names = ["act_id", "case_id", "act_type", "at_us", "f_case:po_quantity", "f_po_editor"]
    plain = [[[row[name] for name in names] for row in some] for some in rows]
    assert plain[0] == plain[1] == plain[2]
    assert len(plain[0]) == 5


def test_an_object_linked_twice_counts_once(shared):
    log = read_log(shared / "data" / "ocel" / "running-example.sqlite", mapping=LogMapping(case_object="orders"))
    assert log.rows == 6_484
    assert Counter(column(log, "act_type"))["place order"] == 2_000
    assert [note["count"] for note in notes_of(log) if "several times" in str(note["en"])] == [30]
