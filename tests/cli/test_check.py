"""`zhunsheng check` as an analyst runs it, on a good day and with wrong files, names and dates."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len

from zhunsheng.cli import main

NORMS = """
calendar: none
counting: calendar
acts:
  Opened: {amount: number}
  Closed: {}
norms:
  - id: case.closed-within-30-days
    title: {zh: 三十日内办结, en: "A case is closed within 30 days of its opening, however long [this] title may be for one line"}
    severity: serious
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: Example, article: 1}
        deadline: {when: Opened, then: Closed, within: {days: 30}}
    examples:
      met: [{acts: [[2026-01-01, Opened], [2026-01-31, Closed]]}]
      broken: [{acts: [[2026-01-01, Opened], [2026-02-01, Closed]]}]
  - id: case.cheap
    title: {zh: 金额不超过五十, en: At most fifty}
    severity: minor
    versions:
      - in_force: {from: 2000-01-01}
        basis: {law: Example, article: 2}
        range: {act: Opened, value: act.amount, at_most: "50"}
    examples:
      met: [{acts: [[2026-01-01, Opened, {amount: 50}]]}]
      broken: [{acts: [[2026-01-01, Opened, {amount: 51}]]}]
"""
LOG = """case_id,act_type,time,amount
=A,Opened,2026-01-01 09:00,35.00
=A,Closed,2026-02-01 09:00,
B,Opened,2026-01-05 09:00,35.00
B,Closed,2026-01-06 09:00,
C,Opened,2026-01-20 09:00,60.00
"""


class Ended(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Check = Callable[..., Ended]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "norms.yaml").write_text(NORMS, encoding="utf-8")
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def check(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """`zhunsheng check` on the small log, 80 columns wide; `log` and `norms` name other files."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("zhunsheng.cli.check.console.width", 80, raising=False)

    def command(*args: object, log: str = "log.csv", norms: str = "norms.yaml") -> Ended:
        given = ["check", folder / log, "--norms", folder / norms, "--engine", "interpret", *args]
        monkeypatch.setattr(sys, "argv", ["zhunsheng", *map(str, given)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return command


def refused(ended: Ended, *words: str) -> None:
    """One error in two languages, exit code 2, nothing else."""
    assert ended.code == 2
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_fits_eighty_columns_and_keeps_every_number(check, lang):
    ended = check("--lang", lang)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert "case.closed-within-30-days" in ended.out
    assert any(line.split()[:2] == ["1", "50.0%"] for line in lines)


def test_a_title_with_brackets_is_shown_as_written(check):
    assert "[this]" in check("--lang", "en").out


def test_every_format_holds_the_same_rows(check, folder):
    names = [folder / f"f.{kind}" for kind in ("csv", "json", "parquet")]
    for name in names:
        assert check("--out", name).code == 0
    with names[0].open(encoding="utf-8-sig", newline="") as file:
        from_csv = list(csv.DictReader(file))
    from_json = json.loads(names[1].read_text(encoding="utf-8"))
    from_parquet = pq.read_table(names[2]).to_pylist()
    ids = [("case.cheap", "=A", "met"), ("case.cheap", "B", "met"), ("case.cheap", "C", "broken")]
    for rows in (from_json, from_parquet):
        assert [(r["norm_id"], r["case_id"], r["status"]) for r in rows][:3] == ids
        assert len(rows) == 6
    assert [r["case_id"].removeprefix("'") for r in from_csv] == [r["case_id"] for r in from_json]
    assert from_csv[0]["case_id"] == "'=A", "a spreadsheet would run it"
    assert {r["due_at"] for r in from_json if r["norm_id"] == "case.closed-within-30-days"} == {
        "2026-01-31T23:59:59.999999+08:00",
        "2026-02-04T23:59:59.999999+08:00",
        "2026-02-19T23:59:59.999999+08:00",
    }


def test_only_findings_leaves_the_summary_whole(check, folder):
    whole = check("--out", folder / "f.json")
    some = check("--out", folder / "f.json", "--only", "findings")
    assert whole.out == some.out
    assert {r["status"] for r in json.loads((folder / "f.json").read_text(encoding="utf-8"))} == {
        "late",
        "broken",
    }


@pytest.mark.parametrize(("threshold", "code"), [("advisory", 1), ("serious", 1), ("blocking", 0)])
def test_fail_on_a_severity(check, threshold, code):
    assert check("--fail-on", threshold).code == code


def test_as_of_and_closed(check):
    early = check("--as-of", "2026-01-20", "--lang", "en")
    assert "as of 2026-01-20" in early.out
    assert "1 acts after the as-of date are not looked at" in early.out
    assert "the log is closed" in check("--closed", "--lang", "en").out
    refused(check("--as-of", "yesterday"), "--as-of", "not a date", "2026-01-31")
    assert "5 acts after the as-of date" in check("--as-of", "2020-01-01", "--lang", "en").out


def test_one_case_explained_in_both_languages(check):
    assert "late" in check("--explain", "=A", "--lang", "en").out
    assert "逾期" in check("--explain", "=A").out
    refused(check("--explain", "D"), "no case D", "for instance: ")


def test_explaining_still_writes_the_files_asked_for(check, folder):
    assert "=A" in check("--explain", "=A", "--out", folder / "f.csv").out
    assert (folder / "f.csv").exists()


def test_a_language_it_does_not_speak(check):
    refused(check("--lang", "fr"), "'zh', 'en'")


@pytest.mark.parametrize("option", ["--out", "--html"])
def test_a_target_is_judged_before_any_work(check, folder, option):
    before = sorted(folder.iterdir())
    refused(check(option, folder / "norms.yaml"), "one of the files to read")
    refused(check(option, folder / "log.csv"), "one of the files to read")
    refused(check(option, folder / "f.txt"), "f.txt")
    refused(check(option, folder / "nowhere" / "f.csv"), "does not exist")
    refused(check(option, folder), "is a folder")
    assert sorted(folder.iterdir()) == before


def test_a_log_cut_short_leaves_nothing_behind(check, folder):
    events = "".join(
        f'<trace><string key="concept:name" value="{n}"/><event><string key="concept:name" value="Opened"/>'
        f'<date key="time:timestamp" value="2026-01-01T00:00:{n % 60:02}Z"/></event></trace>'
        for n in range(3_000)
    )
    packed = gzip.compress(f'<log xmlns="http://www.xes-standard.org/">{events}</log>'.encode())
    (folder / "cut.xes.gz").write_bytes(packed[: len(packed) // 2])
    before = sorted(folder.iterdir())
    ended = check("--out", folder / "f.csv", "--html", folder / "r.html", log="cut.xes.gz")
    refused(ended, "cut.xes.gz", "byte", "cut short", "gzip -t")
    assert ended.out == ""
    assert sorted(folder.iterdir()) == before


def test_a_slip_in_an_act_type_is_pointed_out(check, folder):
    (folder / "slip.yaml").write_text(NORMS.replace("Closed", "Closd"), encoding="utf-8")
    said = check("--lang", "en", norms="slip.yaml").out
    assert "'Closd'" in said
    assert "'Closed'" in said
    assert "Closed”" in check(norms="slip.yaml").out


def test_a_slip_in_a_field_is_pointed_out(check, folder):
    (folder / "slip.yaml").write_text(NORMS.replace("amount", "amuont"), encoding="utf-8")
    assert "amuont (nearest: amount)" in check("--lang", "en", norms="slip.yaml").out


def test_a_field_of_another_type_is_an_error_with_the_words_to_write(check, folder):
    (folder / "date.yaml").write_text(
        NORMS.replace("amount: number", "amount: date")
        .replace('"50"', "day(act.at)")
        .replace("{amount: 50}", "{amount: 2026-01-01}"),
        encoding="utf-8",
    )
    refused(check(norms="date.yaml"), "amount as number", 'fields: {"amount": {type: date}}')


def test_norms_for_another_log_say_so_and_never_pass(check, folder):
    (folder / "other.yaml").write_text(
        NORMS.replace("Opened", "Begun").replace("Closed", "Done"), encoding="utf-8"
    )
    ended = check("--lang", "en", norms="other.yaml")
    assert ended.code == 0
    assert "no norm fits this log, whose acts are: Closed, Opened" in ended.out
    refused(check("--fail-on", "blocking", norms="other.yaml"), "that is not a pass")


def test_a_share_that_is_not_all_never_reads_as_all(check, folder):
    rows = [f"{n},Opened,2026-01-01 09:00,{60 if n else 10}" for n in range(3_000)]
    (folder / "many.csv").write_text("\n".join(["case_id,act_type,time,amount", *rows, ""]), encoding="utf-8")
    said = check(log="many.csv").out
    assert "99.9%" in said
    assert "100.0%" not in said
