"""Reading CSV, Excel and Parquet: inference, local times, mappings, and faults with their line."""

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.exchange.support import acts, column, fault, local, subjects, utc, write
from zhunsheng.base.errors import InputError
from zhunsheng.exchange import LogMapping, notes_of, read_log

BASE = {"case": "案号", "type": ["环节"], "time": "时间"}
HEADER = "案号,环节,时间"


def mapped(**more: object) -> LogMapping:
    return LogMapping.model_validate(BASE | more)


def one(folder, header: str, *rows: str, **more: object):
    content = "\n".join([f"{HEADER},{header}", *(f"A,x,2024-03-01 09:00,{row}" for row in rows)])
    return read_log(write(folder, "log.csv", content), mapping=mapped(**more))


@pytest.mark.parametrize(
    ("values", "type_", "read"),
    [
        (["1", "2.50", ""], "number", [10_000, 25_000, None]),
        (["1", "2.12345"], "text", ["1", "2.12345"]),
        (["007", "8"], "text", ["007", "8"]),
        (["0.5", "0"], "number", [5_000, 0]),
        (["true", "FALSE"], "flag", [True, False]),
        (["2024-03-01", "2024/3/2"], "date", [19783, 19784]),
        (["2024-03-01", "2024-03-01 10:00"], "text", ["2024-03-01", "2024-03-01 10:00"]),
        (["1", "x"], "text", ["1", "x"]),
        (["", ""], "text", [None, None]),
    ],
)
def test_types_are_learnt_from_the_whole_column(tmp_path, values, type_, read):
    log = one(tmp_path, "v", *values)
    assert log.fields["v"] == type_
    assert column(log, "f_v") == read


def test_times_are_inferred_and_local_to_the_zone(tmp_path):
    log = one(tmp_path, "v", "2024年3月1日9时30分", "2024-03-01T09:30:00Z")
    assert log.fields["v"] == "time"
    assert [utc(us) for us in column(log, "f_v")] == ["2024-03-01T01:30:00", "2024-03-01T09:30:00"]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2024-10-27 02:30", "2024-10-27T00:30:00"),
        ("2024-03-31 02:30", "2024-03-31T01:00:00"),
        ("2024-03-31", "2024-03-30T23:00:00"),
        ("2024-01-01T24:00:00", "2024-01-01T23:00:00"),
        ("2024-01-01 08:00:00.25-05", "2024-01-01T13:00:00.250000"),
    ],
)
def test_clock_changes_and_bare_dates(tmp_path, written, instant):
    path = write(tmp_path, "log.csv", f"{HEADER}\nA,x,{written}\n")
    assert utc(column(read_log(path, mapping=mapped(zone="Europe/Rome")), "at_us")[0]) == instant


def test_every_day_of_a_century_is_the_calendar_s_day(tmp_path):
    days = [dt.date(1950, 1, 1) + dt.timedelta(days=n) for n in range(0, 36_525, 13)]
    path = write(tmp_path, "log.csv", f"{HEADER}\n" + "".join(f"A,x,{day}\n" for day in days))
    log = read_log(path, mapping=mapped(zone="UTC"))
    assert column(log, "day") == [(day - dt.date(1970, 1, 1)).days for day in days]


def test_digits_below_a_microsecond_are_cut_and_noted(tmp_path):
    path = write(tmp_path, "log.csv", f"{HEADER}\nA,x,2024-01-01T00:00:00.123456789Z\n")
    log = read_log(path, mapping=mapped())
    assert utc(column(log, "at_us")[0]) == "2024-01-01T00:00:00.123456"
    assert notes_of(log)[0]["count"] == 1


MAPPING = """
zone: Asia/Shanghai
case: 案号
type: [环节, 状态]
types: {受案+完成: case.accepted}
without: [废弃+完成]
time: 时间
id: 编号
unit: 单位
officers:
  - {officer: 民警, role: "=handler", rank: 级别}
  - {officer: 协办}
subjects: {person: {column: 当事人, separator: ";"}, item: 物品}
fields:
  金额: {from: 罚款, type: number}
  成年: {from: 年龄段, type: flag, values: {成年: true, 未成年: false}}
other_fields: false
"""


def test_a_mapping_file_names_every_part(tmp_path):
    path = write(
        tmp_path,
        "log.csv",
        "编号,案号,环节,状态,时间,单位,民警,级别,协办,当事人,物品,罚款,年龄段,备注\n"
        "7,A,受案,完成,2024-03-01 09:00,一队,张三,二级,李四,王五; 赵六;王五,刀,200,成年,x\n"
        "7,A,废弃,完成,2024-03-01 10:00,一队,张三,二级,,,,,,\n"
        "7,A,送达,,2024-03-01 11:00,,,二级,,赵六,,,未成年,\n",
    )
    log = read_log(path, mapping=write(tmp_path, "mapping.yaml", MAPPING))
    first, second = acts(log)
    assert [first["seq"], second["seq"]] == [1, 3]
    assert [first["act_id"], second["act_id"]] == ["7", "7~3"]
    assert [first["act_type"], second["act_type"]] == ["case.accepted", "送达"]
    assert (first["officer_1"], first["role_1"], first["rank_1"], first["officer_2"]) == ("张三", "handler", "二级", "李四")
    assert (second["officer_1"], second["role_1"], second["rank_1"]) == (None, None, None)
    assert dict(log.fields) == {"金额": "number", "成年": "flag"}
    assert (first["f_金额"], first["f_成年"], second["f_成年"]) == (2_000_000, True, False)
    assert subjects(log) == [(1, "item", "刀"), (1, "person", "王五"), (1, "person", "赵六"), (3, "person", "赵六")]
    assert set(log.subject_kinds) == {"person", "item"}


def test_only_keeps_the_act_types_named(tmp_path):
    path = write(tmp_path, "log.csv", f"{HEADER}\nA,x,2024-01-01\nA,y,someday\nA,x,2024-01-02\n")
    log = read_log(path, mapping=mapped(only=["x"]))
    assert column(log, "seq") == [1, 3]


def test_duplicate_rows_are_kept_and_their_ids_told_apart(tmp_path):
    rows = "".join(f"{id_},A,x,2024-01-01\n" for id_ in ("e", "e", "e~2", "e", "f"))
    path = write(tmp_path, "log.csv", f"编号,{HEADER}\n{rows}")
    ids = column(read_log(path, mapping=mapped(id="编号")), "act_id")
    assert len(set(ids)) == 5
    assert ids[0] == "e"
    assert ids[2] == "e~2"
    assert ids[4] == "f"


def test_the_separator_semicolon_tabs_quotes_and_line_breaks(tmp_path):
    path = write(tmp_path, "log.csv", '案号;环节;时间;备注\nA;x;2024-01-01;"a;b\n""c"""\n')
    assert column(read_log(path, mapping=mapped(delimiter=";")), "f_备注") == ['a;b\n"c"']
    path = write(tmp_path, "log.tsv", "案号\t环节\t时间\nA\tx\t2024-01-01\n")
    assert read_log(path, mapping=mapped()).rows == 1


def test_a_chinese_encoding_a_mark_and_gzip(tmp_path):
    content = f"{HEADER}\nA,受案,2024-01-01\n"
    assert column(read_log(write(tmp_path, "a.csv", content.encode("gbk")), mapping=mapped(encoding="gbk")), "act_type") == ["受案"]
    packed = gzip.compress(content.encode("utf-8-sig"))
    assert column(read_log(write(tmp_path, "b.csv.gz", packed), mapping=mapped()), "act_type") == ["受案"]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (f"{HEADER}\nA,x,2024-01-01\nA,x\n", 3, "2"),
        (f'{HEADER}\nA,"x\ny",2024-01-01\nA,x,2024-01-01,9\n', 4, "4"),
        (f"{HEADER}\nA,x,2024-01-01\nA,x,tomorrow\n", 3, "tomorrow"),
        (f'{HEADER}\n"A\n",x,2024-01-01\n,x,2024-01-01\n', 4, "case"),
        ("a,a\n1,2\n", 1, "a"),
        ("", 1, "empty"),
    ],
)
def test_faults_name_their_line(tmp_path, content, line, says):
    error = fault(write(tmp_path, "log.csv", content), mapped())
    assert error.where.endswith(f":{line}")
    assert says in error.en


def test_bytes_of_another_encoding_are_found_in_their_line(tmp_path):
    content = f"{HEADER}\n".encode() + b"A,x,2024-01-01\n" * 500 + "A,受案,2024-01-01\n".encode("gbk")
    error = fault(write(tmp_path, "log.csv", content), mapped())
    assert error.where.endswith("line 502")
    assert "encoding" in error.remedy_en


def test_a_missing_column_is_named_with_its_nearest_neighbours(tmp_path):
    path = write(tmp_path, "log.csv", "case_no,step,timestamp\nA,x,2024-01-01\n")
    error = fault(path, LogMapping(case="case_nr", type=("step",), time="timestamp"))
    assert "case_nr" in error.en
    assert "case_no" in error.remedy_zh


def test_a_table_without_mapping_asks_for_one(tmp_path):
    error = fault(write(tmp_path, "log.csv", "a,b\n1,2\n"))
    assert "case" in error.remedy_en


def test_a_value_that_does_not_fit_its_declared_type_is_an_error(tmp_path):
    path = write(tmp_path, "log.csv", f"{HEADER},n\nA,x,2024-01-01,1\nA,x,2024-01-01,many\n")
    error = fault(path, mapped(fields={"n": {"type": "number"}}))
    assert error.where.endswith(":3")
    assert "many" in error.zh


def test_excel_cells_keep_their_kinds(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["案号", "环节", "时间", "罚款", "到期", "同意", "编码"])
    sheet.append(["A", "受案", dt.datetime.fromisoformat("2024-03-01T09:30"), 35.1, dt.date(2024, 3, 9), True, "007"])
    sheet.append([None] * 7)
    sheet.append(["A", "送达", dt.datetime.fromisoformat("2024-03-02T00:00"), None, None, None, None])
    book.save(tmp_path / "log.xlsx")
    log = read_log(tmp_path / "log.xlsx", mapping=mapped())
    first, second = acts(log)
    assert local(first) == "2024-03-01 9:30:00"
    assert (first["f_罚款"], first["f_到期"], first["f_同意"], first["f_编码"]) == (351_000, 19791, True, "007")
    assert second["f_罚款"] is None


def test_excel_faults_name_the_row_of_the_sheet(tmp_path):
    book = openpyxl.Workbook()
    for row in (["案号", "环节", "时间"], ["A", "x", "2024-01-01"], [None] * 3, ["A", "x", "soon"]):
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    assert fault(tmp_path / "log.xlsx", mapped()).where.endswith("row 4")
    fault(write(tmp_path, "bad.xlsx", b"PK\x03\x04 no workbook"), mapped())
    assert "Sheet" in fault(tmp_path / "log.xlsx", mapped(sheet="other")).remedy_en


def test_parquet_types_are_taken_as_declared(tmp_path):
    stamps = pa.array([dt.datetime.fromisoformat("2024-03-01T01:00")], pa.timestamp("ns", tz="UTC"))
    table = pa.table({
        "案号": ["A"], "环节": pa.array(["x"]).dictionary_encode(), "时间": stamps, "n": [0.1],
        "d": pa.array([Decimal("12.3400")]), "day": [dt.date(2024, 3, 9)], "flag": [True], "code": ["1"],
        "naive": pa.array([dt.datetime.fromisoformat("2024-03-01T09:00")], pa.timestamp("s")), "none": pa.nulls(1),
    })
    pq.write_table(table, tmp_path / "log.parquet")
    log = read_log(tmp_path / "log.parquet", mapping=mapped())
    row = acts(log)[0]
    assert dict(log.fields) == {
        "n": "number", "d": "number", "day": "date", "flag": "flag", "code": "text", "naive": "time", "none": "text",
    }
    assert (row["f_n"], row["f_d"], row["f_day"], row["f_flag"], row["f_code"]) == (1_000, 123_400, 19791, True, "1")
    assert row["f_naive"] == row["at_us"]


def test_damaged_and_nested_parquet_are_errors(tmp_path):
    pq.write_table(pa.table({"案号": [["A"]]}), tmp_path / "nested.parquet")
    assert "案号" in fault(tmp_path / "nested.parquet", mapped()).zh
    whole = (tmp_path / "nested.parquet").read_bytes()
    fault(write(tmp_path, "cut.parquet", whole[: len(whole) // 2]), mapped())


def test_a_log_is_replaced_but_nothing_else_is(tmp_path):
    path = write(tmp_path, "log.csv", f"{HEADER}\nA,x,2024-01-01\n")
    target = tmp_path / "out"
    assert read_log(path, mapping=mapped(), into=target).rows == 1
    write(tmp_path, "log.csv", f"{HEADER}\nA,x,2024-01-01\nA,y,2024-01-02\n")
    assert read_log(path, mapping=mapped(), into=target).rows == 2
    assert read_log(target).rows == 2
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", "letter.txt", "dear")
    with pytest.raises(Exception, match="overwritten"):
        read_log(path, mapping=mapped(), into=tmp_path / "other")
    assert (tmp_path / "other" / "letter.txt").exists()


def test_field_names_that_differ_in_case_only_are_told_apart(tmp_path):
    log = one(tmp_path, "Due,due", "1,2")
    assert sorted(log.fields) == ["Due", "due~2"]


def test_progress_is_told(tmp_path):
    told = []
    path = write(tmp_path, "log.csv", f"{HEADER}\nA,x,2024-01-01\n")
    read_log(path, mapping=mapped(), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


def test_one_cell_may_hold_several_officers(tmp_path):
    slot = {"officer": "民警", "role": "身份", "separator": ";", "at_most": 3}
    rows = ("张三; 李四,主办;记录", "王五,主办", ",主办", "甲;乙;丙,在场", "丁;戊,主办;")
    log = one(tmp_path, "民警,身份", *rows, officers=[slot])
    assert log.slots == 3
    officers = list(zip(*(column(log, f"officer_{k}") for k in (1, 2, 3)), strict=True))
    roles = list(zip(*(column(log, f"role_{k}") for k in (1, 2, 3)), strict=True))
    assert officers == [("张三", "李四", None), ("王五", None, None), (None, None, None), ("甲", "乙", "丙"), ("丁", "戊", None)]
    assert roles == [
        ("主办", "记录", None), ("主办", None, None), (None, None, None), ("在场", "在场", "在场"), ("主办", None, None),
    ]


def test_more_officers_than_expected_are_never_dropped(tmp_path):
    with pytest.raises(InputError, match="超过 at_most"):
        one(tmp_path, "民警", "甲;乙;丙", officers=[{"officer": "民警", "separator": ";", "at_most": 2}])
