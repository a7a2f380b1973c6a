"""The worked dossiers of the norms on bail and residential surveillance come out alike on every engine, each under every such norm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.equality import difference
from tests.engines.logs import A, prepared
from zhunsheng.acts.surroundings import surroundings
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.compile.run_duckdb import run_duckdb
from zhunsheng.norms.examples import example_dossier
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.log import FieldType
from zhunsheng.norms.run_interpret import run_interpret

ZONE = "Asia/Shanghai"
AS_OF = (
    dt.datetime(2025, 9, 4, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 4, 2, tzinfo=dt.UTC),
    dt.datetime(2027, 6, 1, tzinfo=dt.UTC),
)


def acts_of(norms: NormSet, fields: dict[str, FieldType]) -> Iterator[A]:
    """The acts of all worked dossiers, each dossier a case of its own."""
    for norm in norms.norms:
        for expected, number, example in norm.examples.each():
            dossier, _ = example_dossier(example, fields, ZONE)
            for act in dossier.acts:
                yield A(
                    act.type,
                    act.at_us,
                    f"{norm.id} {expected} {number}",
                    subjects=tuple((kind, name) for kind, names in act.subjects.items() for name in names),
                    fields={k.removeprefix("f_"): v for k, v in act.facts.items() if k.startswith("f_")},
                )


@pytest.mark.slow
def test_every_engine_says_the_same(root: Path, tmp_path: Path) -> None:
    norms = load_norms(root / "rulebook" / "criminal")
    around = surroundings(norms)
    plans, calendar = bind(norms, around), Calendar.china()
    fields = dict(around.fields)
    log = prepared(tmp_path / "log", acts_of(norms, fields), zone=ZONE, fields=fields)
    for as_of in AS_OF:
        given = {"calendar": calendar, "as_of_us": int(as_of.timestamp()) * 1_000_000}
        expected = run_interpret(log, plans, **given).table()
        assert len(expected) > 100
        assert difference(expected, run_duckdb(log, plans, **given).table()) is None
        pytest.importorskip("numba")
        from zhunsheng.norms.fast import prepare, run_fast

        assert difference(expected, run_fast(prepare(log, tmp_path / "fast"), plans, **given).table()) is None
