"""Mapping files: what they may say, and errors with file, line and column."""

from __future__ import annotations

import pytest

from tests.exchange.support import write
from zhunsheng.base.errors import InputError
from zhunsheng.exchange import load_mapping


@pytest.mark.parametrize(
    ("content", "place", "says"),
    [
        ("zone: Asia/Shanghai\ncasse: x\n", ":2:1", "casse"),
        ("zone: Asia/Shangri-La\n", ":1:1", "zone"),
        ("officers:\n  - officer: a\n    rang: b\n", ":3:5", "rang"),
        ("fields:\n  n:\n    type: decimal\n", ":3:5", "type"),
        ("case: [a\n", ":2:1", "YAML"),
        ("case: a\ncase: b\n", ":2:1", "repeated"),
        ("- a\n", ":1:1", ""),
    ],
)
def test_faults_have_line_and_column(tmp_path, content, place, says):
    path = write(tmp_path, "mapping.yaml", content)
    with pytest.raises(InputError) as caught:
        load_mapping(path)
    assert caught.value.where == f"{path}{place}"
    assert says in caught.value.en


def test_bytes_that_are_no_text_and_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="UTF-8"):
        load_mapping(write(tmp_path, "mapping.yaml", "案号".encode("gbk")))
    with pytest.raises(InputError):
        load_mapping(tmp_path / "none.yaml")


def test_short_forms_and_the_empty_file(tmp_path):
    mapping = load_mapping(write(tmp_path, "a.yaml", "type: step\nsubjects: {person: who}\nfields: {f: {values: {1: true}}}\n"))
    assert mapping.type == ("step",)
    assert mapping.subjects is not None
    assert mapping.subjects["person"].column == "who"
    assert mapping.fields["f"].values == {"1": "true"}
    assert load_mapping(write(tmp_path, "b.yaml", "")).zone == "Asia/Shanghai"
