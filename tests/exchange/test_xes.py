"""Reading XES: what every construct of the standard becomes, and where malformed files are said to be so."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.exchange.support import HEAD, acts, column, event, fault, local, trace, utc, write, xes
from zhunsheng.exchange import LogMapping, notes_of, read_log


def read(folder: Path, content: str | bytes, **parts: object):
    return read_log(write(folder, "log.xes", content), mapping=LogMapping(**parts))  # type: ignore[arg-type]


def test_defaults_name_case_type_time_officer_unit_and_keep_the_rest_as_fields(tmp_path):
    more = (
        '<string key="org:resource" value="李明"/><string key="org:group" value="一大队"/>'
        '<float key="amount" value="35.0"/><int key="points" value="3"/><boolean key="appeal" value="true"/>'
        '<date key="due" value="2024-03-09T00:00:00+08:00"/><id key="ref" value="07"/>'
    )
    log = read(tmp_path, xes(trace("A1", event("Create Fine", more), event("Pay"))))
    first, second = acts(log)
    assert (first["seq"], first["act_id"], first["case_id"], first["act_type"]) == (1, "1", "A1", "Create Fine")
    assert utc(first["at_us"]) == "2024-03-01T01:00:00"
    assert local(first) == "2024-03-01 9:00:00"
    assert (first["officer_1"], first["role_1"], first["unit"]) == ("李明", "handler", "一大队")
    assert first["rank_1"] is None
    assert dict(log.fields) == {
        "amount": "number", "points": "number", "appeal": "flag", "due": "time", "ref": "text",
    }
    assert (first["f_amount"], first["f_points"], first["f_appeal"], first["f_ref"]) == (350_000, 30_000, True, "07")
    assert utc(first["f_due"]) == "2024-03-08T16:00:00"
    assert first["f_due__day"] == first["day"] + 8
    assert (second["officer_1"], second["role_1"], second["f_amount"]) == (None, None, None)


def test_trace_attributes_are_repeated_on_every_act_even_when_they_stand_last(tmp_path):
    content = xes(
        '<trace><string key="concept:name" value="A"/><int key="n" value="1"/>'
        f"<event>{event('x')}</event><event>{event('y')}</event><string key=\"late\" value=\"z\"/></trace>"
    )
    log = read(tmp_path, content)
    assert column(log, "f_case:n") == [10_000, 10_000]
    assert column(log, "f_case:late") == ["z", "z"]


def test_an_event_key_that_looks_like_a_trace_key_is_told_apart(tmp_path):
    log = read(tmp_path, xes(trace("A", event("x", '<string key="case:n" value="e"/>'))))
    assert column(log, "f_event:case:n") == ["e"]


NESTED = (
    '<string key="a" value="1"><int key="b" value="2"><string key="c" value="3"/></int></string>'
    '<container key="box"><string key="x" value="in"/></container>'
    '<list key="many"><values><string key="m" value="p"/><string key="m" value="q"/></values></list>'
)


def test_nested_attributes_containers_and_lists(tmp_path):
    log = read(tmp_path, xes(trace("A", event("x", NESTED)), trace("B", event("y"))))
    first = acts(log)[0]
    assert (first["f_a"], first["f_a/b"], first["f_a/b/c"]) == ("1", 20_000, "3")
    assert (first["f_box/x"], first["f_many"]) == ("in", '["p", "q"]')
    assert column(log, "case_id") == ["A", "B"]


@pytest.mark.parametrize(
    "written",
    [
        '<string key="k" value="a &amp; b &lt;c&gt; &quot;d&quot; &#20934;&#x7EF3;"/>',
        "<string key='k' value='a &amp; b &lt;c> \"d\" 准绳'/>",
        '<string value="a &amp; b &lt;c> &quot;d&quot; 准绳" key="k"/>',
        '<string\n key = "k"\tvalue="a &amp; b &lt;c> &quot;d&quot; 准绳" ></string>',
        '<!-- </trace> <event> --><string key="k" value="a &#38; b &#60;c> &#34;d&#34; 准绳"/>',
        '<![CDATA[</trace><event/>]]><string key="k" value="a &amp; b &lt;c> &quot;d&quot; 准绳"/>',
    ],
)
def test_every_way_to_write_the_same_attribute_reads_the_same(tmp_path, written):
    log = read(tmp_path, xes(trace("A", event("x")), trace("B", event("y", written)), trace("C", event("z"))))
    assert column(log, "f_k") == [None, 'a & b <c> "d" 准绳', None]
    assert column(log, "case_id") == ["A", "B", "C"]


def test_line_breaks_in_values_become_blanks_unless_referenced(tmp_path):
    log = read(tmp_path, xes(trace("A", event("x", '<string key="k" value="a\nb&#10;c"/>'))))
    assert column(log, "f_k") == ["a b\nc"]


def test_globals_classifiers_extensions_and_log_attributes_are_no_events(tmp_path):
    head = (
        '<extension name="Time" prefix="time" uri="u"/><global scope="event"><string key="concept:name" value="G"/>'
        '</global><classifier name="c" keys="concept:name"/><string key="meta" value="v"><int key="i" value="1"/></string>'
    )
    log = read(tmp_path, xes(head, trace("A", event("x"))))
    assert column(log, "act_type") == ["x"]
    assert dict(log.fields) == {}


def test_prefixed_names_are_read(tmp_path):
    body = trace("A", event("x")).replace("</", "</xes:").replace("<", "<xes:").replace("<xes:/xes:", "</xes:")
    log = read(tmp_path, f'<xes:log xmlns:xes="http://www.xes-standard.org/">{body}</xes:log>')
    assert column(log, "act_type") == ["x"]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8-sig", "iso-8859-1"])
def test_declared_encodings(tmp_path, encoding):
    name = "Straße" if encoding == "iso-8859-1" else "罚款"
    declared = encoding.removesuffix("-sig")
    content = xes(trace("A", event(name))).replace("UTF-8", declared)
    log = read(tmp_path, content.encode(encoding))
    assert column(log, "act_type") == [name]


def test_gzip_is_known_by_its_bytes(tmp_path):
    path = write(tmp_path, "log.xes", gzip.compress(xes(trace("A", event("x"))).encode()))
    assert read_log(path).rows == 1


def test_traces_without_name_are_numbered_and_noted(tmp_path):
    nameless = f"<trace><event>{event('x')}</event></trace>"
    log = read(tmp_path, xes(trace("A", event("x")), nameless, nameless))
    assert column(log, "case_id") == ["A", "#2", "#3"]
    assert "#" in str(notes_of(log)[0]["zh"])


def test_a_log_without_events_is_an_empty_log(tmp_path):
    assert read(tmp_path, xes()).rows == 0
    assert read(tmp_path, xes("<trace/>")).rows == 0


def test_empty_values_are_null_and_a_missing_time_stays_missing(tmp_path):
    content = '<string key="concept:name" value="x"/><string key="k" value=""/>'
    first, second = acts(read(tmp_path, xes(trace("A", content, event("y", '<string key="k" value="v"/>')))))
    assert (first["at_us"], first["day"], first["tod"], first["f_k"]) == (None, None, None, None)
    assert second["f_k"] == "v"


def test_numbers_beyond_four_decimals_become_text_and_are_noted(tmp_path):
    rows = [event("x", f'<float key="fee" value="{v}"/>') for v in ("157.09305", "2.5")]
    log = read(tmp_path, xes(trace("A", *rows)))
    assert log.fields["fee"] == "text"
    assert column(log, "f_fee") == ["157.09305", "2.5"]
    assert "fee" in str(notes_of(log)[0]["en"])


@pytest.mark.parametrize(
    ("written", "scaled"),
    [("35.0", 350_000), ("2.3832541524E7", 238_325_415_240), ("-0.0001", -1), ("922337203685477.5807", 2**63 - 1)],
)
def test_numbers_are_exact(tmp_path, written, scaled):
    log = read(tmp_path, xes(trace("A", event("x", f'<float key="n" value="{written}"/>'))))
    assert column(log, "f_n") == [scaled]


@pytest.mark.parametrize("written", ["922337203685477.5808", "NaN", "INF", "1E400", "1E-400"])
def test_what_no_exact_number_can_hold_is_text(tmp_path, written):
    log = read(tmp_path, xes(trace("A", event("x", f'<float key="n" value="{written}"/>'))))
    assert column(log, "f_n") == [written]


def test_values_of_mixed_kinds_become_text(tmp_path):
    log = read(
        tmp_path,
        xes(trace("A", event("x", '<int key="k" value="1"/>'), event("y", '<string key="k" value="eins"/>'))),
    )
    assert column(log, "f_k") == ["1", "eins"]


def test_the_zone_of_the_mapping_gives_day_and_time_of_day(tmp_path):
    content = xes(trace("A", event("x", time="2006-07-24T00:00:00+02:00")))
    row = acts(read(tmp_path, content, zone="Europe/Rome"))[0]
    assert local(row) == "2006-07-24 0:00:00"
    assert local(acts(read(tmp_path, content))[0]) == "2006-07-24 6:00:00"


def test_an_unreadable_time_is_an_error_at_its_event(tmp_path):
    content = xes(trace("A", event("x")), trace("B", event("y", time="2024-02-30T00:00:00Z")))
    error = fault(write(tmp_path, "log.xes", content))
    line = content[: content.index('"y"')].count("\n")
    assert error.where.endswith(f":{line}")
    assert "2024-02-30" in error.zh


def test_an_event_without_name_is_an_error_at_its_event(tmp_path):
    error = fault(write(tmp_path, "log.xes", xes(trace("A", event("x"), '<int key="n" value="1"/>'))))
    assert error.where.endswith(":8")


WHOLE = xes(*(trace(f"c{i}", event("x"), event("y")) for i in range(50)))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_a_cut_file_is_an_error_with_line_and_column(tmp_path, share):
    cut = WHOLE[: int(len(WHOLE) * share)]
    line, column_ = fault(write(tmp_path, "log.xes", cut)).where.rsplit(":", 2)[1:]
    assert 1 <= int(line) <= cut.count("\n") + 1
    assert int(column_) >= 1


def test_a_cut_gzip_and_a_damaged_gzip_are_errors(tmp_path):
    packed = gzip.compress(WHOLE.encode())
    assert "byte" in fault(write(tmp_path, "log.xes.gz", packed[: len(packed) // 2])).where
    broken = packed[:40] + bytes(byte ^ 0xFF for byte in packed[40:60]) + packed[60:]
    fault(write(tmp_path, "log.xes.gz", broken))


def test_an_unclosed_tag_between_good_traces_is_found_in_its_line(tmp_path):
    bad = trace("B", event("y")).replace("</event>", "")
    content = xes(*(trace(f"c{i}", event("x")) for i in range(20)), bad, trace("C", event("z")))
    where = fault(write(tmp_path, "log.xes", content)).where
    bad_line = content[: content.index(bad)].count("\n") + 1
    assert bad_line <= int(where.rsplit(":", 2)[1]) <= bad_line + bad.count("\n")


def test_bytes_that_are_no_utf8_are_found(tmp_path):
    content = xes(trace("A", event("罚款"))).encode("gbk")
    line = int(fault(write(tmp_path, "log.xes", content)).where.rsplit(":", 2)[1])
    assert line == content[: content.index("罚款".encode("gbk"))].count(b"\n") + 1


def test_an_attribute_without_value_is_an_error(tmp_path):
    assert "value" in fault(write(tmp_path, "log.xes", xes(trace("A", '<string key="k"/>')))).en


def test_another_root_is_no_xes(tmp_path):
    assert "html" in fault(write(tmp_path, "log.xes", "<html><body/></html>")).en


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE log [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_entities_of_a_document_type_are_refused(tmp_path, doctype):
    content = HEAD.replace("<log", f"{doctype}\n<log") + trace("A", event("&a;")) + "</log>"
    assert "entities" in fault(write(tmp_path, "log.xes", content)).en


def test_an_undeclared_entity_is_an_error(tmp_path):
    fault(write(tmp_path, "log.xes", xes(trace("A", event("&nbsp;")))))


def test_a_prolog_longer_than_a_block_and_attributes_across_blocks(tmp_path):
    meta = "".join(f'<string key="m{i}" value="{"v" * 200}"/>\n' for i in range(25_000))
    log = read(tmp_path, xes(meta, trace("A", event("x")), trace("B", event("y"))))
    assert column(log, "case_id") == ["A", "B"]


def test_many_blocks_keep_order_and_trace_numbers(tmp_path):
    long = "w" * 500
    traces = [
        trace(f"c{i}", event("x", f'<string key="k" value="{long}"/>')) if i % 7 else f"<trace><event>{event('x')}</event></trace>\n"
        for i in range(14_000)
    ]
    traces[9_000] = trace("odd", event("x", "<!-- a remark -->"))
    log = read(tmp_path, xes(*traces))
    expected = [f"c{i}" if i % 7 else f"#{i + 1}" for i in range(14_000)]
    expected[9_000] = "odd"
    assert column(log, "case_id") == expected
    assert column(log, "seq") == list(range(1, 14_001))
