"""The ceilings found in a log of many cases by DuckDB are those the interpreter finds, for every violation."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from tests.engines.equality import difference
from tests.engines.logs import A, prepared
from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.compile.run_duckdb import run_duckdb
from zhunsheng.norms.loading import load_norms
from zhunsheng.norms.log import NUMBER_SCALE
from zhunsheng.norms.run_interpret import run_interpret

NEW, OLD = "public-order-law-2025", "public-order-law-2012"
PENALTIES = (("detention", 10, 1000), ("detention", 16, None), ("fine", None, 2500), ("warning", None, None))


def acts() -> list[A]:
    """Every violation with several penalties under each law, before and after the change."""
    found = []
    for n, (code, (decision, days, amount), law, on) in enumerate(
        product(
            sorted(shipped().violations),
            PENALTIES,
            (NEW, OLD, None),
            ("2025-12-31 10:00", "2026-01-01 10:00"),
        )
    ):
        stated = {"violation": code, "decision": decision, "applied_law": law, "departs": n % 3 == 0}
        stated |= {"departure_reason": "理由" if n % 2 else None}
        numbers = {"days": days, "amount": amount}
        stated |= {k: None if v is None else v * NUMBER_SCALE for k, v in numbers.items()}
        told = {k: v for k, v in stated.items() if v is not None}
        found.append(A("penalty.decided", on, str(n), subjects=(("person", "甲"),), fields=told))
    return found


def test_duckdb_agrees(tmp_path: Path) -> None:
    norms = load_norms(rulebook_folder() / "admin" / "discretion.yaml")
    around = surroundings(norms)
    log = prepared(tmp_path, acts(), fields=around.fields)
    plans, moment = (
        tuple(bind(norms, around)),
        {"calendar": Calendar.china(), "as_of_us": 1_800_000_000_000_000, "closed": True},
    )
    expected, found = run_interpret(log, plans, **moment), run_duckdb(log, plans, **moment)
    assert difference(expected.table(), found.table()) is None
    statuses = {(r["norm_id"], r["status"]) for r in expected.table().to_pylist()}
    assert statuses >= {(n.id, s) for n in norms.norms for s in ("met", "broken")}
