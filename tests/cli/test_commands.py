"""The smaller commands, run as a user runs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.norms.norm_files import GOOD
from zhunsheng.cli import main

LOG = """case,act,time,amount
A,Opened,2026-01-01 09:00,35.00
A,Closed,2026-02-01 09:00,
"""
MAPPING = "case: case\ntype: act\ntime: time\n"


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """`zhunsheng …` through its own entry point, on a terminal wide enough not to wrap."""
    monkeypatch.setenv("COLUMNS", "200")

    def command(*args: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["zhunsheng", *map(str, args)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return command


def test_lint_says_what_is_wrong_and_fails(run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("handler", "suspect"), encoding="utf-8")
    assert run("norms", "lint", good).returncode == 0
    wrong = run("norms", "lint", bad)
    assert wrong.returncode == 1
    assert "bad.yaml:7:" in wrong.stdout
    assert "执法人员" in wrong.stdout


def test_an_example_that_disagrees_fails(run, tmp_path: Path) -> None:
    path = tmp_path / "norms.yaml"
    path.write_text(GOOD.replace("2026-02-01, case.closed", "2026-01-30, case.closed"), encoding="utf-8")
    out = run("norms", "test", path)
    assert out.returncode == 1
    assert "case.closed-in-time" in out.stdout
    assert "met" in out.stdout


def test_a_file_that_cannot_be_read_ends_with_two_and_no_traceback(run, tmp_path: Path) -> None:
    path = tmp_path / "norms.yaml"
    path.write_text("norms: [", encoding="utf-8")
    out = run("norms", "test", path)
    assert out.returncode == 2
    assert "错误" in out.stderr
    assert "Error" in out.stderr
    assert "Traceback" not in out.stderr


def test_show_gives_the_version_of_the_day(run) -> None:
    before, after = (run("norms", "show", "decision.case-period", "--at", day) for day in ("2025-12-31", "2026-01-01"))
    assert '"from": "2026-01-01"' not in before.stdout
    assert '"from": "2026-01-01"' in after.stdout
    assert run("norms", "show", "no.such-norm").returncode == 2
    assert run("norms", "show", "decision.case-period", "--at", "yesterday").returncode == 2


def test_list_names_every_norm_of_a_procedure(run) -> None:
    out = run("norms", "list", "--procedure", "admin-hearing")
    assert out.returncode == 0
    assert "hearing." in out.stdout
    assert "inquiry." not in out.stdout


def test_schema_is_json(run) -> None:
    assert "$defs" in json.loads(run("norms", "schema").stdout)


def test_acts_are_found_by_a_word(run) -> None:
    out = run("acts", "传唤")
    assert "person.summoned" in out.stdout
    assert "hearing.held" not in out.stdout


@pytest.mark.parametrize("name", ["log.parquet", "log.jsonocel", "back.csv"])
def test_convert_writes_a_log_that_reads_back(run, tmp_path: Path, name: str) -> None:
    source, mapping, target = tmp_path / "in.csv", tmp_path / "m.yaml", tmp_path / name
    source.write_text(LOG, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    assert run("convert", source, target, "--mapping", mapping).returncode == 0
    again = run("convert", target, tmp_path / "again.csv")
    assert again.returncode == 0, again.stderr
    assert "2 个执法行为" in again.stdout


def test_convert_never_overwrites_its_source(run, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(LOG, encoding="utf-8")
    assert run("convert", source, source).returncode == 2
    assert source.read_text(encoding="utf-8") == LOG
