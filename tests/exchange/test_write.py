"""What is written reads back as the same acts, in every format."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.support import acts, subjects, write
from zhunsheng.base.errors import InputError
from zhunsheng.exchange import LogMapping, read_log, write_log
from zhunsheng.norms.log import FieldType, Log

SUFFIXES = [".csv", ".csv.gz", ".tsv", ".parquet", ".jsonocel", ".xmlocel", ".sqlite"]
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=6)
TEXT = st.one_of(XML_TEXT, st.sampled_from(["准绳", "a,b", '"', "a\nb", " x ", "007", "true", "2024-01-01", "=1", "~2", ";", "|"]))
US = st.integers(-3_000_000_000_000_000, 4_000_000_000_000_000)
FIELDS: dict[FieldType, tuple[Any, pa.DataType]] = {
    "text": (TEXT, pa.string()),
    "flag": (st.booleans(), pa.bool_()),
    "number": (st.integers(-(2**63) + 1, 2**63 - 1), pa.int64()),
    "date": (st.integers(-30_000, 40_000), pa.int32()),
    "time": (US, pa.int64()),
}
NAMES = st.sampled_from(["amount", "Unit", "unit", "officer_1", "case:start", "event:x", "subject:p", "金额", "time", "qualified:a"])
KINDS = st.sampled_from(["person", "case", "物品"])


def local(us: int | None) -> tuple[int | None, int | None]:
    """Day and second of day in UTC."""
    return (None, None) if us is None else (us // 86_400_000_000, us % 86_400_000_000 // 1_000_000)


@st.composite
def prepared(draw: Any) -> dict[str, Any]:
    """The content of a small prepared log in UTC."""
    n = draw(st.integers(1, 5))

    def some(values: Any) -> list[Any]:
        return draw(st.lists(st.none() | values, min_size=n, max_size=n))

    at, officer = some(US), some(TEXT)
    acts_ = {
        "seq": list(range(1, n + 1)),
        "act_id": draw(st.lists(TEXT, min_size=n, max_size=n, unique=True)),
        "case_id": draw(st.lists(TEXT, min_size=n, max_size=n)),
        "act_type": draw(st.lists(TEXT, min_size=n, max_size=n)),
        "at_us": at, "day": [local(us)[0] for us in at], "tod": [local(us)[1] for us in at],
        "ended_us": some(US), "unit": some(TEXT), "officer_1": officer,
    }
    for part in ("role_1", "rank_1", "qualification_1"):
        acts_[part] = [None if who is None else value for who, value in zip(officer, some(TEXT), strict=True)]
    schema = {"seq": pa.int64(), "at_us": pa.int64(), "day": pa.int32(), "tod": pa.int32(), "ended_us": pa.int64()}
    names = draw(st.lists(NAMES, unique_by=str.lower, max_size=3))
    fields = {name: draw(st.sampled_from(list(FIELDS))) for name in names}
    for name, type_ in fields.items():
        values, schema[f"f_{name}"] = FIELDS[type_]
        acts_[f"f_{name}"] = some(values)
        if type_ == "time":
            acts_[f"f_{name}__day"] = [local(us)[0] for us in acts_[f"f_{name}"]]
            schema[f"f_{name}__day"] = pa.int32()
    linked = draw(st.lists(st.tuples(st.integers(1, n), KINDS, TEXT.map(str.strip).filter(bool)), unique=True, max_size=6))
    return {"acts": acts_, "schema": schema, "fields": fields, "subjects": sorted(linked)}


def folder_of(content: dict[str, Any], folder: Path) -> Log:
    folder.mkdir()
    columns = {name: pa.array(values, content["schema"].get(name, pa.string())) for name, values in content["acts"].items()}
    pq.write_table(pa.table(columns), folder / "acts.parquet")
    linked = content["subjects"]
    table = {"seq": pa.array([s for s, _, _ in linked], pa.int64()), "kind": pa.array([k for _, k, _ in linked], pa.string()), "subject": pa.array([x for _, _, x in linked], pa.string())}
    pq.write_table(pa.table(table), folder / "subjects.parquet")
    kinds = tuple(dict.fromkeys(kind for _, kind, _ in linked))
    log = Log(folder, "UTC", content["fields"], 1, len(content["acts"]["seq"]), kinds, "made up")
    log.write_meta()
    return log


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(content=prepared())
def test_reading_what_was_written_gives_the_same_acts(suffix, content):
    with tempfile.TemporaryDirectory() as name:
        log = folder_of(content, Path(name) / "log")
        again = read_log(write_log(log, Path(name) / f"out{suffix}"))
        assert acts(again) == acts(log)
        assert subjects(again) == subjects(log)
        assert (again.zone, dict(again.fields), again.slots) == (log.zone, dict(log.fields), log.slots)
        assert set(again.subject_kinds) == set(log.subject_kinds)


HEADER = "案号,环节,时间,金额\n"
MAPPING = LogMapping(case="案号", type=("环节",), time="时间")


def sample(folder: Path) -> Log:
    return read_log(write(folder, "in.csv", f"{HEADER}A,受案,2024-03-01 09:30,35.50\n"), mapping=MAPPING)


def test_csv_reads_well_to_people(tmp_path):
    text = write_log(sample(tmp_path), tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["time"], row["金额"], row["unit"]) == ("2024-03-01T09:30:00+0800", "35.5", "")


def test_parquet_holds_zoned_times_and_decimals(tmp_path):
    table = pq.read_table(write_log(sample(tmp_path), tmp_path / "out.parquet"))
    assert table["time"].type == pa.timestamp("us", "Asia/Shanghai")
    assert table["time"][0].as_py().utcoffset() == dt.timedelta(hours=8)
    assert str(table["金额"][0].as_py()) == "35.5000"


def test_times_before_railways_keep_their_instant(tmp_path):
    log = read_log(write(tmp_path, "in.csv", f"{HEADER}A,x,1850-01-01 00:00,\nA,y,1900-01-01 00:00:00.5,\n"), mapping=MAPPING)
    assert acts(read_log(write_log(log, tmp_path / "out.csv"))) == acts(log)


def test_an_unknown_format_is_refused_and_nothing_is_left(tmp_path):
    log = sample(tmp_path)
    before = set(tmp_path.iterdir())
    with pytest.raises(InputError, match="parquet"):
        write_log(log, tmp_path / "out.docx")
    assert set(tmp_path.iterdir()) == before


def test_a_control_character_is_refused_by_xml_and_nothing_is_left(tmp_path):
    log = read_log(write(tmp_path, "in.csv", f"{HEADER}A,x\x01,2024-03-01,\n"), mapping=MAPPING)
    before = set(tmp_path.iterdir())
    with pytest.raises(InputError, match="control"):
        write_log(log, tmp_path / "out.xmlocel")
    assert set(tmp_path.iterdir()) == before
    assert acts(read_log(write_log(log, tmp_path / "out.jsonocel"))) == acts(log)


def test_an_empty_log_is_written_and_read(tmp_path):
    log = read_log(write(tmp_path, "in.csv", HEADER), mapping=MAPPING)
    for suffix in SUFFIXES:
        assert read_log(write_log(log, tmp_path / f"out{suffix}")).rows == 0
