"""Cases come out of a prepared log whole and unchanged, also when the log is larger than what is held in memory."""

from __future__ import annotations

import pytest

from tests.engines.logs import A, prepared
from zhunsheng.norms import read_dossiers as reading


def acts():
    return [
        A("a", "2026-01-01T10:00", case="2", subjects=(("person", "甲"), ("person", "甲"), ("item", "刀")), fields={"x:y": 5}),
        A("b", None, case="1", officers=((None, "chief"), ("o2", "handler", "r", "q"))),
        A("c", "2026-01-02T10:00", case="2"),
        A("d", "2026-01-01T09:00", case="1", subjects=(("person", "乙"),)),
        A("e", "2026-01-03T09:00", case="3"),
    ]


def told(dossiers):
    return {d.case_id: [(a.seq, a.type, a.officers, dict(a.subjects), a.facts.get("f_x:y")) for a in d.acts] for d in dossiers}


def test_cases_come_out_whole_with_officers_subjects_and_fields(tmp_path):
    log = prepared(tmp_path, acts(), fields={"x:y": "number"})
    found = told(reading.read_dossiers(log))
    assert [seq for seq, *_ in found["2"]] == [0, 2]
    assert found["2"][0][3] == {"person": ("甲",), "item": ("刀",)}
    assert found["2"][0][4] == 5
    assert [slot.officer for slot in found["1"][0][2]] == ["o2"], "a slot without an officer is not used"


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_a_log_larger_than_memory_gives_the_same_cases(tmp_path, monkeypatch, at_once):
    log = prepared(tmp_path, acts() * 7, fields={"x:y": "number"})
    whole = told(reading.read_dossiers(log))
    monkeypatch.setattr(reading, "ACTS_IN_MEMORY", at_once)
    assert told(reading.read_dossiers(log)) == whole
