"""Every execution gives the same table, to the last column, on every public log."""

from __future__ import annotations

import pytest

import zhunsheng
from tests.real.comparing import EXAMPLES

LOGS = {
    "road-traffic-fines": "road-traffic-fines-first-10000.xes.gz",
    "bpic15": "bpic15_1.xes.gz",
    "receipt": "receipt.xes.gz",
    "ocel": "ocel/ocel20_example.sqlite",
    "ocel/orders": "ocel/running-example.sqlite",
    "ocel/logistics": "ocel/logistics.sqlite",
}


@pytest.mark.slow
@pytest.mark.parametrize("example", LOGS)
def test_every_execution_gives_the_same_rows(shared, example):
    pytest.importorskip("numba", reason="the fast path needs numba: pip install 'zhunsheng[fast]'")
    folder = EXAMPLES / example
    ready = zhunsheng.prepare_check(
        shared / "data" / LOGS[example], folder / "norms.yaml", mapping=folder / "mapping.yaml", closed=True
    )
    meaning = ready.run("interpret").table()
    assert meaning.num_rows
    assert ready.run("duckdb").table().equals(meaning)
    assert ready.run("fast").table().equals(meaning)


@pytest.mark.parametrize("example", LOGS)
def test_every_example_on_a_public_log_passes_lint_and_its_own_examples(root, example, run_zhunsheng):
    norms = root / "examples" / example / "norms.yaml"
    assert run_zhunsheng("norms", "lint", norms) == 0
    assert run_zhunsheng("norms", "test", norms) == 0


@pytest.fixture
def run_zhunsheng(monkeypatch):
    """A command through the program's own entry point; its exit code."""
    from zhunsheng.cli import main

    def command(*args: object) -> int:
        monkeypatch.setattr("sys.argv", ["zhunsheng", *map(str, args)])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return command
