"""A case recorded through the door and the same case imported as a table give the same obligations, row for row."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.feeds.conftest import Feeding
from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.rules import DECIDED, KEPT_HOURS, PRIOR, Govern, norm
from tests.procedure.traffic import Traffic
from zhunsheng.acts.export import log_write
from zhunsheng.base import clock
from zhunsheng.exchange import write_log
from zhunsheng.feeds.evaluating import imported_obligations, imported_results
from zhunsheng.feeds.services import feed_run
from zhunsheng.norms.log import Log
from zhunsheng.norms.run_interpret import run_interpret
from zhunsheng.procedure.rulebook import rulebook

COLUMNS = (
    "norm_id",
    "version",
    "case_id",
    "scope",
    "opened_by",
    "due_at",
    "warn_at",
    "met_by",
    "status",
    "unit",
    "evidence",
)


def own_results(log: Log, minutes: float) -> list[tuple[object, ...]]:
    book = rulebook()
    found = run_interpret(log, book.plans, calendar=book.calendar, as_of_us=clock.microseconds(at(minutes)))
    return sorted(map(values, found.table().to_pylist()), key=str)


def values(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in COLUMNS)


def handed_over(log: Log, folder: Path, name: str, feed: Feeding) -> None:
    """The acts as another system would export them: a table, and a mapping for it."""
    folder.mkdir()
    target = write_log(log, folder / name)
    mapping = yaml.safe_load((folder / f"{name}.mapping.yaml").read_text(encoding="utf-8"))
    feed({"kind": "folder", "path": str(folder), "settled": 0}, mapping=mapping)
    assert target.exists()


@pytest.mark.parametrize("name", ["acts.csv", "acts.parquet"])
def test_a_case_of_our_own_and_its_copy_are_judged_alike(
    scene: Scene, feed: Feeding, tmp_path: Path, name: str
) -> None:
    scene.in_custody()
    scene.do(
        "person.questioned",
        130,
        occurred_at=at(60),
        ended_at=at(125),
        subjects=SUSPECT,
        fields={"signed": True},
    )
    scene.do("person.released", 900, subjects=SUSPECT)
    log = log_write(tmp_path / "log")
    handed_over(log, tmp_path / "drop", name, feed)
    run = feed_run("city")
    assert (run.state, run.new, run.quarantined) == ("done", log.rows, 0)
    found = imported_results("city", as_of=at(2_000))
    assert set(found["source"].to_pylist()) == {"city"}
    theirs = sorted(map(values, found.to_pylist()), key=str)
    own = own_results(log, 2_000)
    assert len(own) > 10
    assert {row[8] for row in own} >= {"met", "late"}
    assert theirs == own


def test_the_compiled_plan_says_the_same_of_imported_acts(
    scene: Scene, feed: Feeding, tmp_path: Path, governed: Govern
) -> None:
    book = governed(
        norm("kept", KEPT_HOURS, per="case, person"), norm("prior", PRIOR), norm("decided", DECIDED)
    )
    scene.in_custody()
    scene.do("person.released", 900, subjects=SUSPECT)
    handed_over(log_write(tmp_path / "log"), tmp_path / "drop", "acts.csv", feed)
    feed_run("city")
    one, other = (
        sorted(
            map(values, imported_results("city", as_of=at(9_000), engine=engine, book=book).to_pylist()),
            key=str,
        )
        for engine in ("interpret", "duckdb")
    )
    assert one == other
    assert len(one) == 2


@pytest.mark.slow
def test_realistic_traffic_is_judged_alike(living: Traffic, feed: Feeding, tmp_path: Path) -> None:
    log = log_write(tmp_path / "log")
    handed_over(log, tmp_path / "drop", "acts.csv", feed)
    assert feed_run("city").quarantined == 0
    now = clock.now()
    book = rulebook()
    own = run_interpret(log, book.plans, calendar=book.calendar, as_of_us=clock.microseconds(now)).table()
    theirs = imported_results("city", as_of=now)
    assert sorted(map(values, theirs.to_pylist()), key=str) == sorted(map(values, own.to_pylist()), key=str)


def test_single_cases_are_judged_as_the_whole(scene: Scene, feed: Feeding, tmp_path: Path) -> None:
    scene.in_custody()
    log = log_write(tmp_path / "log")
    handed_over(log, tmp_path / "drop", "acts.csv", feed)
    feed_run("city")
    case = scene.dossier.number
    whole = imported_results("city", as_of=at(3_000))
    alone = list(imported_obligations("city", [case], as_of=at(3_000)))
    assert len(alone) == len(whole) > 5
    assert imported_results("city", ["elsewhere"]).num_rows == 0
