"""Reading OCEL 2.0: which object is the case, what other objects and attributes become, and malformed files."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.exchange.support import acts, column, fault, subjects, write
from zhunsheng.exchange import LogMapping, notes_of, read_log

LOG: dict[str, Any] = {
    "objectTypes": [{"name": "order", "attributes": [{"name": "price", "type": "float"}]}, {"name": "item", "attributes": []}],
    "eventTypes": [{"name": "place", "attributes": [{"name": "by", "type": "string"}, {"name": "n", "type": "integer"}]}],
    "objects": [
        {"id": "o1", "type": "order", "attributes": [
            {"name": "price", "time": "1970-01-01T00:00:00Z", "value": 10.10},
            {"name": "price", "time": "2024-01-02T00:00:00Z", "value": 12.5},
        ]},
        {"id": "o2", "type": "order"},
        {"id": "i1", "type": "item"},
    ],
    "events": [
        {"id": "e1", "type": "place", "time": "2024-01-01T00:00:00Z",
         "attributes": [{"name": "by", "value": "李"}, {"name": "n", "value": 3}],
         "relationships": [{"objectId": "o1", "qualifier": "main"}, {"objectId": "i1", "qualifier": "of"}, {"objectId": "i1", "qualifier": "again"}]},
        {"id": "e2", "type": "pay", "time": "2024-01-02T00:00:00Z",
         "relationships": [{"objectId": "o1", "qualifier": ""}, {"objectId": "o2", "qualifier": ""}]},
        {"id": "e3", "type": "pick", "time": "2024-01-03T00:00:00Z", "relationships": [{"objectId": "i1", "qualifier": ""}, {"objectId": "gone", "qualifier": ""}]},
    ],
}


def as_json(folder, log=LOG):
    return write(folder, "log.jsonocel", json.dumps(log, ensure_ascii=False))


def as_xml(folder):
    types = "".join(
        f'<{kind}-type name="{t["name"]}"><attributes>'
        + "".join(f'<attribute name="{a["name"]}" type="{a["type"]}"/>' for a in t["attributes"])
        + f"</attributes></{kind}-type>"
        for kind in ("object", "event") for t in LOG[f"{kind}Types"]
    )
    things = ""
    for kind in ("object", "event"):
        inner = ""
        for thing in LOG[f"{kind}s"]:
            time = f' time="{thing["time"]}"' if "time" in thing else ""
            values = "".join(
                f'<attribute name="{a["name"]}"' + (f' time="{a["time"]}"' if "time" in a else "") + f'>{a["value"]}</attribute>'
                for a in thing.get("attributes", [])
            )
            links = "".join(f'<object object-id="{r["objectId"]}" qualifier="{r["qualifier"]}"/>' for r in thing.get("relationships", []))
            inner += f'<{kind} id="{thing["id"]}" type="{thing["type"]}"{time}><attributes>{values}</attributes><objects>{links}</objects></{kind}>'
        things += f"<{kind}s>{inner}</{kind}s>"
    return write(folder, "log.xmlocel", f"<?xml version='1.0' encoding='UTF-8'?><log>{types_wrapped(types)}{things}</log>")


def types_wrapped(types: str) -> str:
    cut = types.index("<event-type ")
    return f"<object-types>{types[:cut]}</object-types><event-types>{types[cut:]}</event-types>"


def as_sqlite(folder):
    path = folder / "log.sqlite"
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(
            """
            CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
            INSERT INTO event_map_type VALUES ('place','Place'),('pay','Pay'),('pick','Pick');
            CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
            INSERT INTO object_map_type VALUES ('order','Order'),('item','Item');
            CREATE TABLE event (ocel_id TEXT, ocel_type TEXT);
            INSERT INTO event VALUES ('e1','place'),('e2','pay'),('e3','pick');
            CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
            INSERT INTO object VALUES ('o1','order'),('o2','order'),('i1','item');
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            INSERT INTO event_object VALUES ('e1','o1','main'),('e1','i1','of'),('e1','i1','again'),('e2','o1',''),('e2','o2',''),('e3','i1',''),('e3','gone','');
            CREATE TABLE event_Place (ocel_id TEXT, ocel_time TEXT, "by" TEXT, n INTEGER);
            INSERT INTO event_Place VALUES ('e1','2024-01-01T00:00:00Z','李',3);
            CREATE TABLE event_Pay (ocel_id TEXT, ocel_time TEXT);
            INSERT INTO event_Pay VALUES ('e2','2024-01-02T00:00:00Z');
            CREATE TABLE event_Pick (ocel_id TEXT, ocel_time TEXT);
            INSERT INTO event_Pick VALUES ('e3','2024-01-03T00:00:00Z');
            CREATE TABLE object_Order (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT, price REAL);
            INSERT INTO object_Order VALUES ('o1','1970-01-01T00:00:00Z',NULL,10.1),('o1','2024-01-02T00:00:00Z','price',12.5);
            CREATE TABLE object_Item (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT);
            """
        )
    return path


FORMATS = pytest.mark.parametrize("make", [as_json, as_xml, as_sqlite])


@FORMATS
def test_an_event_counts_once_for_each_case_object(tmp_path, make):
    log = read_log(make(tmp_path), mapping=LogMapping(case_object="order"))
    assert [(a["act_id"], a["case_id"], a["act_type"], a["seq"]) for a in acts(log)] == [
        ("e1", "o1", "place", 1), ("e2#o1", "o1", "pay", 2), ("e2#o2", "o2", "pay", 3),
    ]
    assert subjects(log) == [(1, "item", "i1")]
    assert dict(log.fields) == {"by": "text", "n": "number", "case:price": "number"}


@FORMATS
def test_attributes_of_the_case_have_the_value_of_the_moment(tmp_path, make):
    log = read_log(make(tmp_path), mapping=LogMapping(case_object="order"))
    assert column(log, "f_case:price") == [101_000, 125_000, None]
    assert column(log, "f_n") == [30_000, None, None]


@FORMATS
def test_without_mapping_the_type_most_events_are_linked_to_is_the_case(tmp_path, make):
    log = read_log(make(tmp_path))
    assert column(log, "case_id") == ["i1", "i1"]
    assert column(log, "act_id") == ["e1", "e3"]
    assert log.subject_kinds == ("order",)


@FORMATS
def test_what_is_left_out_or_doubled_is_noted(tmp_path, make):
    notes = {str(note["en"]): note["count"] for note in notes_of(read_log(make(tmp_path), mapping=LogMapping(case_object="order")))}
    assert [n for text, n in notes.items() if "left out" in text and "no case object" in text] == [1]
    assert [n for text, n in notes.items() if "several times" in text] == [1]
    assert [n for text, n in notes.items() if "does not have" in text] == [1]


@FORMATS
def test_an_object_may_be_the_officer_by_its_qualifier(tmp_path, make):
    mapping = LogMapping.model_validate({"case_object": "order", "officers": [{"officer": "qualified:of", "role": "=item"}]})
    assert column(read_log(make(tmp_path), mapping=mapping), "officer_1") == ["i1", None, None]


@FORMATS
def test_an_unknown_case_type_is_named_with_those_there_are(tmp_path, make):
    assert "order" in fault(make(tmp_path), LogMapping(case_object="orders")).remedy_en


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_files_are_errors_with_their_place(tmp_path, share):
    for path in (as_json(tmp_path), as_xml(tmp_path)):
        whole = path.read_bytes()
        error = fault(write(tmp_path, path.name, whole[: int(len(whole) * share)]))
        assert error.where.rsplit(":", 2)[1].isdigit()
    path = as_sqlite(tmp_path)
    whole = path.read_bytes()
    fault(write(tmp_path, "cut.sqlite", whole[: int(len(whole) * share)]))


def test_a_mistake_in_json_has_line_and_column(tmp_path):
    content = '{"objects": [],\n "events": [\n  {"id": "e1" "type": "x"}]}'
    assert fault(write(tmp_path, "log.json", content)).where.endswith(":3:15")


@pytest.mark.parametrize("content", ["[]", '{"events": []}', '{"events": {}, "objects": []} x', '{"events": [1], "objects": []}'])
def test_other_json_is_no_ocel(tmp_path, content):
    fault(write(tmp_path, "log.json", content))


def test_numbers_at_the_edge_of_what_was_read_are_whole(tmp_path):
    log = json.loads(json.dumps(LOG))
    log["padding"] = 123456789
    log["objects"] += [{"id": f"x{i}", "type": "item", "attributes": []} for i in range(60_000)]
    read = read_log(as_json(tmp_path, log), mapping=LogMapping(case_object="order"))
    assert read.rows == 3


def test_missing_tables_are_named(tmp_path):
    path = as_sqlite(tmp_path)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DROP TABLE event_Pay")
    assert "event_Pay" in fault(path).en
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DROP TABLE event_object")
    assert "event_object" in fault(path).en


def test_integer_ids_meet_their_text(tmp_path):
    path = as_sqlite(tmp_path)
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(
            "DROP TABLE object_Order; CREATE TABLE object_Order (ocel_id INTEGER, ocel_time TEXT, ocel_changed_field TEXT, price REAL);"
            "INSERT INTO object_Order VALUES (17,'1970-01-01',NULL,2.5); UPDATE object SET ocel_id='17' WHERE ocel_id='o1';"
            "UPDATE event_object SET ocel_object_id='17' WHERE ocel_object_id='o1';"
        )
    log = read_log(path, mapping=LogMapping(case_object="order"))
    assert column(log, "f_case:price") == [25_000, 25_000, None]


def test_an_unreadable_time_names_its_event(tmp_path):
    log = json.loads(json.dumps(LOG))
    log["events"][1]["time"] = "noon"
    error = fault(as_json(tmp_path, log), LogMapping(case_object="order"))
    assert error.where.endswith("event e2")
    assert "noon" in error.zh


def test_an_xes_file_named_xml_is_told_apart(tmp_path):
    assert ".xes" in fault(write(tmp_path, "log.xml", "<log><trace/></log>")).remedy_en
