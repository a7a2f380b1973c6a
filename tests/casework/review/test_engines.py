"""The norms on review, exclusion and deliberation mean the same to the door and to the engines, over cases made by chance."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engines.equality import difference
from tests.engines.logs import A, prepared
from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.review.felling import FELLING
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.compile.run_duckdb import run_duckdb
from zhunsheng.norms.fast import run_fast
from zhunsheng.norms.loading import load_norms
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.run_interpret import run_interpret

OURS = (
    "legal-review.",
    "deliberation.",
    "exclusion.",
    "local.",
    "decision.collective-discussion",
    "recusal.no-further-part",
)
WORDS: dict[str, tuple[Any, ...]] = {
    "decision": ("fine", "warning", "no-penalty", None),
    "amount": (0, 3_000_000, 5_000_000, None),
    "days": (0, 50_000, None),
    "complex": (True, False, None),
    "public_interest": (True, False, None),
    "several_legal_relations": (True, False, None),
    "defence_raised": (True, False, None),
    "evidence": ("证言", "收条", None),
    "sitting": ("1", "2", None),
    "stance": ("agree", "disagree", "abstain"),
    "conclusion": ("agreed", "further-investigation", None),
    "in_favour": (10_000, 20_000, None),
    "against": (0, 10_000),
    "abstaining": (0, 0, 10_000),
    "fix_count": (10_000, 20_000, None),
    "approved": (True, False),
    "recusal_of": ("演1", None),
    "case_kind": ("public-order", "criminal", None),
}
TYPES = (
    "penalty.decided", "penalty.decided", "penalty.decided", "hearing.held", "case.reviewed", "fast-track.started", "fast-track.ended",
    "legal-review.submitted", "legal-review.passed", "legal-review.passed", "legal-review.returned", "legal-review.refused",
    "legal-review.fixed", "evidence.excluded", "evidence.exclusion-proposed", "evidence.exclusion-requested", "evidence.exclusion-refused",
    "evidence.relied-on", "deliberation.opened", "deliberation.position-taken", "deliberation.position-taken", "deliberation.stood-aside",
    "decision.discussed", "recusal.decided", "case.terminated", "case.opened", *(e.act for e in FELLING),
)  # fmt: skip
ROLES = ("approver", "decider", "legal-reviewer", "recused", None)
AS_OF_US = 1_790_000_000_000_000
"""In September 2026, after every act."""
QUALIFIED = ("legal-profession", "none", None)


def act(r: Random, case: int) -> A:
    type_ = r.choice(TYPES)
    declared = vocabulary().types[type_]
    fields = {
        n: v for n, values in WORDS.items() if n in declared.fields and (v := r.choice(values)) is not None
    }
    officers = tuple(
        (f"演{r.randrange(3)}", r.choice(ROLES), None, r.choice(QUALIFIED)) for _ in range(r.randrange(3))
    )
    persons = tuple(
        ("person", name) for name in ("甲", "乙") if "person" in declared.subjects and r.random() < 0.6
    )
    at = (
        None
        if r.random() < 0.03
        else f"202{r.choice((5, 6))}-0{r.randrange(1, 9)}-1{r.randrange(10)} {r.randrange(10, 24)}:00"
    )
    return A(type_, at, str(case), officers=officers, subjects=persons, fields=fields)


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    norms = load_norms([rulebook_folder(), rulebook_folder() / "local" / "demo-bureau"])
    return [p for p in bind(norms, surroundings(norms)) if p.norm_id.startswith(OURS)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("run", [run_duckdb, run_fast])
def test_every_execution_finds_the_same(plans: list[Plan], run: Any, seed: int, tmp_path: Path) -> None:
    r = Random(seed)
    acts = [act(r, case) for case in range(40) for _ in range(24)]
    log = prepared(tmp_path / "log", acts, fields=vocabulary().field_types())
    moment = {"calendar": Calendar.china(), "as_of_us": AS_OF_US, "closed": True}
    expected = run_interpret(log, plans, **moment)
    assert difference(expected.table(), run(log, plans, **moment).table()) is None
    found = {(row["norm_id"], row["status"]) for row in expected.table().to_pylist()}
    assert len({norm for norm, status in found if status == "broken"}) > len(plans) // 4
