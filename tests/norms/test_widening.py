"""A bureau's own norm may ask for more than the law, never for less; the case it leaves out is named."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base.errors import InputError
from zhunsheng.norms.dossiers import Act
from zhunsheng.norms.evaluate import closure
from zhunsheng.norms.implication import counterexample
from zhunsheng.norms.lint import lint
from zhunsheng.norms.loading import load_norms
from zhunsheng.norms.parsing import Names, parse_flag
from zhunsheng.procedure.rulebook import rulebook

NAMES = Names(vocabulary().field_types(), {}, frozenset(vocabulary().types))
LAW = '{act: penalty.decided, if: "act.decision != \\"no-penalty\\" and count(\\"hearing.held\\") > 0"}'


def norm(
    name: str, body: str, *, widens: str = "", severity: str = "blocking", per: str = "[case, person]"
) -> str:
    line = f"\n    widens: {widens}" if widens else ""
    return f"""
  - id: {name}{line}
    title: {{zh: 规范, en: Norm}}
    bearer: decider
    per: {per}
    severity: {severity}
    versions:
      - in_force: {{from: 2026-01-01}}
        basis: {{law: some-law, article: 7}}
        {body}
    examples:
      met: [{{acts: [[2026-01-01, case.opened]]}}]
      broken: [{{acts: [[2026-01-01, case.opened]]}}]
"""


def requires(
    act: str = LAW, after: str = "legal-review.passed", since: str = "[legal-review.returned]", more: str = ""
) -> str:
    return f"requires: {{act: {act}, after: {after}, since: {since}{more}}}"


def faults(tmp_path: Path, local: str, **about: Any) -> list[str]:
    file = tmp_path / "norms.yaml"
    file.write_text(
        "norms:" + norm("law", requires()) + norm("local", local, widens="law", **about), encoding="utf-8"
    )
    norms = load_norms(file)
    return [fault.en for fault in lint(norms, surroundings(norms))]


def condition(text: str) -> str:
    return "{act: penalty.decided, if: " + "'" + text + "'}"


@pytest.mark.parametrize(
    "local",
    [
        requires(),
        requires("penalty.decided"),
        requires(condition('act.decision != "no-penalty"')),
        requires(condition('act.decision in ["no-penalty", "fine"] or count("hearing.held") > 0')),
        requires(since="[legal-review.returned, hearing.held]"),
        requires("{act: [penalty.decided, case.closed]}"),
    ],
)
def test_what_asks_as_much_or_more_is_accepted(tmp_path: Path, local: str) -> None:
    assert faults(tmp_path, local) == []


@pytest.mark.parametrize(
    ("local", "told"),
    [
        (
            requires(condition('act.decision == "fine" and count("hearing.held") > 0')),
            "the law asks for it and this does not",
        ),
        (
            requires(condition('act.decision != "no-penalty" and count("hearing.held") > 1')),
            "count(hearing.held) = 1",
        ),
        (
            requires(condition('act.decision != "no-penalty" and count("hearing.held") > 0 and act.complex')),
            "does not",
        ),
        (requires("case.closed"), "penalty.decided"),
        (requires(after="[legal-review.passed, case.reviewed]"), "the law does not accept: case.reviewed"),
        (requires(since="[hearing.held]"), "asks for it anew after this: legal-review.returned"),
        (requires(more=", if_absent: ignore"), "lets absence pass"),
        (requires(more=", unless: 'act.amount < 100'"), "does not"),
        ("forbids: {act: penalty.decided}", "both `require` or both `forbid`"),
    ],
)
def test_what_asks_less_is_named(tmp_path: Path, local: str, told: str) -> None:
    found = faults(tmp_path, local)
    assert any(told in fault for fault in found), found


def test_a_lighter_severity_and_another_scope_are_narrower(tmp_path: Path) -> None:
    assert any("severity" in f for f in faults(tmp_path, requires(), severity="serious"))
    assert any("per" in f for f in faults(tmp_path, requires(), per="[case]"))


def test_the_norm_to_be_widened_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "norms.yaml"
    file.write_text("norms:" + norm("local", requires(), widens="nowhere"), encoding="utf-8")
    norms = load_norms(file)
    assert ["nowhere" in f.en for f in lint(norms, surroundings(norms))] == [True]


def test_the_demo_bureaus_list_is_wider_than_the_law() -> None:
    norms = load_norms([rulebook_folder(), rulebook_folder() / "local" / "demo-bureau"])
    assert lint(norms, surroundings(norms)) == []
    assert sum(n.widens is not None for n in norms.norms) >= 4


def test_a_narrower_list_does_not_come_into_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (rulebook_folder() / "local" / "demo-bureau" / "review.yaml").read_text(encoding="utf-8")
    (tmp_path / "review.yaml").write_text(
        text.replace(", legal-review.refused, hearing.held]", "]"), encoding="utf-8"
    )
    monkeypatch.setenv("ZHUNSHENG_LOCAL_RULES", str(tmp_path))
    rulebook.cache_clear()
    try:
        with pytest.raises(InputError, match=r"比它所扩大的“legal-review\.passed-first”窄"):
            rulebook()
    finally:
        rulebook.cache_clear()


ATOMS = (
    "act.complex",
    'act.decision == "fine"',
    'act.decision in ["fine", "warning"]',
    "act.amount > 500",
    "act.amount >= 1000",
    "known(act.amount)",
)
PHRASES = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} and {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} or {p[1]})"),
        inner.map(lambda p: f"(not {p})"),
    ),
    max_leaves=5,
)
WORLDS = list(
    itertools.product(
        (None, True, False), (None, "fine", "warning", "detention"), (None, 0, 500, 501, 999, 1000, 2000)
    )
)


@given(PHRASES, PHRASES)
def test_an_implication_is_what_trying_every_act_finds(law: str, local: str) -> None:
    left, right = parse_flag(law, NAMES), parse_flag(local, NAMES)

    def fails(world: tuple[Any, Any, Any]) -> bool:
        complex_, decision, amount = world
        facts = {
            "f_complex": complex_,
            "f_decision": decision,
            "f_amount": None if amount is None else amount * 10_000,
        }
        act = Act(0, "penalty.decided", 0, 0, facts, (), {})
        asked, answered = closure(left)(None, act), closure(right)(None, act)  # type: ignore[arg-type]
        return (asked is True and answered is not True) or (asked is None and answered is False)

    assert (counterexample(left, right) is not None) == any(fails(w) for w in WORLDS)
