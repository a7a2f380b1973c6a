"""Long logs: batches set aside on disk, traces too long to hold, tags without end, and bombs."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from tests.exchange.support import acts, column, event, fault, trace, write, xes
from zhunsheng.exchange import LogMapping, read_log, spool, xml_reader
from zhunsheng.exchange import xes as xes_module


def csv_rows(n: int) -> str:
    return "case_id,act_type,time,n,who\n" + "".join(f"c{i % 7},x,2024-01-01,{i},{'p' * (i % 5)}\n" for i in range(n))


def test_what_is_set_aside_on_disk_comes_back_the_same(tmp_path, monkeypatch):
    blocks = [trace(f"c{i}", event("x", f'<int key="n{i % 3}" value="{i}"/>'), event("y")) for i in range(40)]
    blocks[20] = blocks[20].replace("<event>", "<!-- --><event>")
    path = write(tmp_path, "log.xes", xes(*blocks))
    whole = acts(read_log(path))
    monkeypatch.setattr(spool, "HELD_BYTES", 0)
    monkeypatch.setattr(spool, "GROUP_ROWS", 7)
    monkeypatch.setattr(xes_module, "ROWS_PER_BATCH", 5)
    assert acts(read_log(path, into=tmp_path / "out")) == whole
    assert sorted(part.name for part in (tmp_path / "out").iterdir()) == [
        "acts.parquet", "log.json", "notes.json", "subjects.parquet",
    ]


def test_a_column_that_appears_late_is_empty_before(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "GROUP_ROWS", 2)
    monkeypatch.setattr(xes_module, "ROWS_PER_BATCH", 1)
    log = read_log(write(tmp_path, "log.xes", xes(*(trace(f"c{i}", event("x", "<!-- -->" + '<int key="n" value="1"/>' * (i > 3))) for i in range(6)))))
    assert column(log, "f_n") == [None, None, None, None, 10_000, 10_000]


def long_trace(late: str) -> str:
    remark = f"<!-- {'r' * 400} -->"
    events = "".join(f"<event>{remark}{event(f'x{i % 3}')}</event>" for i in range(20_000))
    return xes(f'<trace><string key="concept:name" value="A"/><string key="s" value="v"/>{events}{late}</trace>', trace("B", event("y")))


def test_a_trace_too_long_to_hold_is_handed_on_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(xes_module, "ROWS_HELD", 50)
    monkeypatch.setattr(xes_module, "LONGEST_PIECE", 1 << 20)
    path = write(tmp_path, "log.xes", long_trace(""))
    rows = acts(read_log(path))
    assert len(rows) == 20_001
    assert {(row["case_id"], row["f_case:s"]) for row in rows} == {("A", "v"), ("B", None)}


def test_attributes_after_a_trace_too_long_to_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xes_module, "ROWS_HELD", 50)
    monkeypatch.setattr(xes_module, "LONGEST_PIECE", 1 << 20)
    error = fault(write(tmp_path, "log.xes", long_trace('<string key="late" value="z"/>')))
    assert "late" in error.en


def test_a_tag_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_reader, "LONGEST_TAG", 1 << 20)
    path = write(tmp_path, "log.xes", gzip.compress(xes(trace("A", event("x"))).replace("</log>", '<string key="' + "k" * (12 << 20)).encode()))
    assert "too long" in fault(path).en


def test_a_bomb_of_white_space_costs_no_memory(tmp_path):
    path = tmp_path / "log.xes.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(xes(trace("A", event("x"))).removesuffix("</log>\n").encode())
        for _ in range(48):
            file.write(b" " * (4 << 20))
        file.write(b"</log>")
    tracemalloc.start()
    try:
        assert read_log(path).rows == 1
        assert tracemalloc.get_traced_memory()[1] < 150 << 20
    finally:
        tracemalloc.stop()


def test_tables_longer_than_a_group_keep_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "GROUP_ROWS", 1_000)
    log = read_log(write(tmp_path, "log.csv", csv_rows(3_000)), mapping=LogMapping())
    assert column(log, "f_n") == [i * 10_000 for i in range(3_000)]


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_rows_too_long_for_a_block_are_still_read_or_refused(tmp_path, cut):
    wide = "w" * (3 << 20)
    content = csv_rows(2) + f"c,x,2024-01-01,1,{wide}\n" * 4
    log = read_log(write(tmp_path, "log.csv", content[: len(content) - cut]))
    assert log.rows == 6
