"""The vectorised tokenizer and the XML parser are one reader: on any bytes they give the same acts or both refuse."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.support import HEAD
from zhunsheng.base.errors import InputError
from zhunsheng.exchange.mapping import LogMapping
from zhunsheng.exchange.prepare import prepare
from zhunsheng.exchange.xes import XesSource
from zhunsheng.exchange.xes_fast import read_traces

KEYS = st.sampled_from(["concept:name", "time:timestamp", "org:resource", "k", "k2", "case:k", "键", "a&amp;b", "a b"])
VALUES = st.sampled_from(
    ["", "x", "35.0", "1.23456", "true", "2024-03-01T09:00:00+08:00", "a > b", "&lt;准绳&gt;", "&#65;", "&amp;amp;", " "]
)
KINDS = st.sampled_from(["string", "string", "date", "int", "float", "boolean", "id"])
GAPS = st.sampled_from(["", "\n", "\n\t\t", " ", "\r\n", "\n" + " " * 20])
ODD = st.sampled_from(["", "", "", "<!-- </trace> -->", "<?pi </trace>?>", '<container key="c"><int key="i" value="1"/></container>'])


@st.composite
def attributes(draw: Any) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        end = draw(st.sampled_from(["/>", " />", "></%s>"]))
        kind = draw(KINDS)
        parts.append(f'<{kind} key="{draw(KEYS)}" value="{draw(VALUES)}"{end.replace("%s", kind)}{draw(GAPS)}')
    return "".join(parts)


@st.composite
def logs(draw: Any) -> str:
    body = []
    for n in range(draw(st.integers(0, 4))):
        events = "".join(
            f'<event>{draw(GAPS)}<string key="concept:name" value="act"/>{draw(attributes())}</event>{draw(GAPS)}'
            for _ in range(draw(st.integers(0, 3)))
        )
        named = f'<string key="concept:name" value="case {n}"/>' if draw(st.booleans()) else ""
        body.append(f"<trace>{named}{draw(attributes())}{events}{draw(attributes())}{draw(ODD)}</trace>{draw(GAPS)}")
    return HEAD + "".join(body) + "</log>"


def outcome(content: bytes, *, fast: bool) -> Any:
    """The prepared log as values, or that the file was refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes"
        path.write_bytes(content)
        try:
            log = prepare(XesSource(path, fast=fast), path, LogMapping(), Path(folder) / "out", None)
        except InputError:
            return "refused"
        rows = pq.read_table(log.acts).to_pylist()
        return [{name: row[name] for name in sorted(row)} for row in rows], dict(sorted(log.fields.items()))


@given(logs())
def test_both_paths_read_the_same(content):
    encoded = content.encode()
    assert outcome(encoded, fast=True) == outcome(encoded, fast=False)


@given(logs(), st.data())
def test_both_paths_agree_on_damaged_files(content, data):
    encoded = bytearray(content.encode())
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(len(HEAD), len(encoded) - 1))
        encoded[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"<", b">", b'"', b"&", b"/", b" ", b"\x00", b"\xff", b"=", b"<event>", b"</event>", b"x"])
        )
    assert outcome(bytes(encoded), fast=True) == outcome(bytes(encoded), fast=False)


def test_the_plain_form_takes_the_quick_path():
    plain = b'<trace>\n\t<string key="concept:name" value="A"/>\n\t<event>\n<int key="n" value="1"/>\n</event>\n</trace>'
    read = read_traces(plain, 1)
    assert read is not None
    batch, traces = read
    assert (batch.rows, traces) == (1, 1)
    assert ("n", "number") in batch.columns


def test_a_comment_leaves_the_quick_path():
    assert read_traces(b"<trace><!-- --></trace>", 1) is None
