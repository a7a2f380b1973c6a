"""The demo's promise: lawful cases show no breach, planted breaches are found, and the same seed gives the same log."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhunsheng.acts.surroundings import rulebook_paths
from zhunsheng.cli.app import app
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import prepare_check
from zhunsheng.supervision.demo import CaseFile, breached_pairs, generate, score, write_demo
from zhunsheng.supervision.demo.breaches import TABLE
from zhunsheng.supervision.demo.shapes import SHAPES


@cache
def rulebook() -> NormSet:
    """Read once for all tests here; reading it takes longer than most of them."""
    return load_norms(rulebook_paths())


def checked(cases: list[CaseFile], folder: Path, *, closed: bool = False) -> Results:
    write_demo(cases, folder / "log.csv", folder / "mapping.yaml")
    ready = prepare_check(folder / "log.csv", rulebook(), mapping=folder / "mapping.yaml", closed=closed)
    return ready.run("interpret")


def written(seed: int, folder: Path) -> tuple[bytes, bytes]:
    folder.mkdir()
    made = generate(seed=seed, cases=40)
    write_demo(made.cases, folder / "log.csv", folder / "mapping.yaml")
    return (folder / "log.csv").read_bytes(), (folder / "mapping.yaml").read_bytes()


def test_lawful_cases_show_no_breach_and_what_is_unknown_is_the_calendar(tmp_path: Path) -> None:
    made = generate(seed=5, cases=3 * len(SHAPES), breaches=False)
    rows = checked(made.cases, tmp_path).table().to_pylist()
    assert {case.shape for case in made.cases} == set(SHAPES)
    assert [(r["case_id"], r["norm_id"], r["opened_by"]) for r in rows if r["breach"]] == []
    unknown = [r for r in rows if r["status"] == "unknown"]
    assert len(unknown) < 10
    assert all(r["due_at"] is None for r in unknown)


def test_lawful_cases_that_are_over_leave_nothing_undone(tmp_path: Path) -> None:
    made = generate(seed=7, cases=100, breaches=False, last=dt.date(2027, 12, 31))
    over = [case for case in made.cases if case.acts[-1].at.date() <= dt.date(2026, 11, 20)]
    rows = checked(over, tmp_path, closed=True).table().to_pylist()
    assert over
    assert [(r["case_id"], r["norm_id"]) for r in rows if r["breach"]] == []


def test_every_planted_breach_is_found_and_nothing_else(tmp_path: Path) -> None:
    made = generate(seed=1, cases=150)
    told = score(made.planted, breached_pairs(checked(made.cases, tmp_path)))
    assert len({p.breach.norm for p in made.planted}) >= 60
    assert told.faults == []


def test_the_same_seed_gives_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    first, again, other = written(1, tmp_path / "a"), written(1, tmp_path / "b"), written(2, tmp_path / "c")
    assert first == again
    assert first[0] != other[0]


def test_nothing_is_recorded_after_the_last_day_nor_what_was_still_going_on() -> None:
    last = dt.date(2025, 10, 31)
    made = generate(seed=3, cases=120, last=last, breaches=False)
    moments = [moment for case in made.cases for act in case.acts for moment in (act.at, act.ended or act.at)]
    assert max(moments).date() <= last
    assert min(moments).date() >= made.first


def test_no_case_carries_two_planted_breaches() -> None:
    planted = [p.case_id for p in generate(seed=1, cases=300).planted]
    assert len(planted) == len(set(planted))


def test_the_table_names_norms_of_the_rulebook_and_shapes_that_exist() -> None:
    norms = {norm.id for norm in rulebook().norms}
    assert {name for b in TABLE for name in (b.norm, *b.also)} <= norms
    assert {shape for b in TABLE for shape in b.shapes} <= set(SHAPES)


def test_people_have_numbers_and_stems_instead_of_names() -> None:
    made = generate(seed=1, cases=60)
    people = {name for case in made.cases for act in case.acts for name in act.subjects.get("person", ())}
    officers = {officer.number for case in made.cases for act in case.acts for officer, _ in act.officers}
    assert all(name.startswith("某") and name[2:].isdigit() for name in people)
    assert all(number.startswith("演") for number in officers)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    ran = CliRunner().invoke(app, ["demo", "--no-platform", "--cases", "60", "--out", str(folder / "out")])
    assert ran.exit_code == 0, ran.output
    (folder / "said").write_text(ran.output, encoding="utf-8")
    return folder


def test_the_command_writes_its_files_and_says_how_to_check_by_hand(demo_folder: Path) -> None:
    said = (demo_folder / "said").read_text(encoding="utf-8")
    names = {p.name for p in (demo_folder / "out").iterdir()}
    assert names == {
        "bureau-log.csv",
        "mapping.yaml",
        "planted.csv",
        "findings.parquet",
        "findings.csv",
        "report.html",
    }
    assert "zhunsheng check" in said
    assert "recall 100.0%" in said


def test_the_findings_table_holds_only_what_a_person_must_look_at(demo_folder: Path) -> None:
    with (demo_folder / "out/findings.csv").open(encoding="utf-8-sig", newline="") as file:
        statuses = {row["status"] for row in csv.DictReader(file)}
    assert statuses
    assert statuses <= {"late", "overdue", "broken", "unknown"}
