"""Which execution `auto` means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zhunsheng.exchange import LogMapping
from zhunsheng.norms.log import Log
from zhunsheng.supervision.checking import ACTS_TO_INTERPRET, Checking, prepare_check


def ready(root: Path, tmp_path: Path) -> Checking:
    log = tmp_path / "log.csv"
    log.write_text("case,act,time\nA,Create Fine,2009-01-01\n", encoding="utf-8")
    mapping = LogMapping(case="case", type=["act"], time="time")
    return prepare_check(log, root / "examples" / "road-traffic-fines" / "norms.yaml", mapping=mapping)


def sized(checking: Checking, rows: int) -> Checking:
    log: Log = replace(checking.log, rows=rows)
    return replace(checking, log=log)


def test_small_logs_are_interpreted_and_large_ones_are_not(root: Path, tmp_path: Path) -> None:
    checking = ready(root, tmp_path)
    assert checking.chosen("auto") == "interpret"
    assert sized(checking, ACTS_TO_INTERPRET).chosen("auto") == "interpret"
    assert sized(checking, ACTS_TO_INTERPRET + 1).chosen("auto") in {"fast", "duckdb"}


def test_an_engine_named_is_the_engine_taken(root: Path, tmp_path: Path) -> None:
    checking = ready(root, tmp_path)
    assert [checking.chosen(e) for e in ("duckdb", "spark", "fast", "interpret")] == [
        "duckdb",
        "spark",
        "fast",
        "interpret",
    ]
