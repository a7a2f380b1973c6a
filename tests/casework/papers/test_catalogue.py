"""The catalogue: enough kinds, each of acts and facts that exist, each with a law behind it, the versions without a gap."""

from __future__ import annotations

import datetime as dt

import pytest

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.words import lexicon
from zhunsheng.casework.papers.filling import names_in
from zhunsheng.casework.papers.kinds import Kind, kinds
from zhunsheng.casework.papers.words_of_case import words
from zhunsheng.procedure.rulebook import rulebook

KINDS = list(kinds().values())
ONLY_BEFORE_2026 = {"acceptance-register", "acceptance-receipt"}
ONLY_SINCE_2026 = {"filing-register", "filing-notice", "no-filing-notice"}


def test_there_are_the_papers_that_the_procedure_produces() -> None:
    assert len(KINDS) >= 36
    assert len({kind.title.zh for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_names_what_exists(kind: Kind) -> None:
    types = vocabulary().types
    for origin in kind.origins:
        assert origin.act in types
        declared = types[origin.act].fields
        assert set(origin.when) <= set(declared)
    assert set(kind.asks) <= set(types["document.made"].fields)
    for further in (kind.issues, kind.served_as):
        assert further is None or further in types
    assert set(kind.due_by) <= {norm.id for norm in rulebook().norms.norms}
    for version in kind.versions:
        assert set(names_in(version)) <= set(words())
        assert all(basis.law in lexicon() for basis in version.basis)
        assert version.basis, "a paper without a law behind it"
        for need in version.needs:
            word = words()[need.fact]
            assert not word.cure or word.cure in types, f"{word.name} is cured by no act"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_versions_follow_one_another(kind: Kind) -> None:
    days = (dt.date(2025, 12, 31), dt.date(2026, 1, 1))
    known = [kind.version_on(day) is not None for day in days]
    if kind.code in ONLY_BEFORE_2026:
        assert known == [True, False]
    elif kind.code in ONLY_SINCE_2026:
        assert known == [False, True]
    else:
        assert known == [True, True]
    for day in days:
        assert sum(version.in_force.holds(day) for version in kind.versions) <= 1


def test_the_documents_that_norms_ask_for_can_be_made() -> None:
    """What the rulebook asks for in this procedure is in the catalogue under the name that norms know."""
    documents = {kind.document for kind in KINDS}
    assert {
        "acceptance-register", "filing-register", "acceptance-receipt", "filing-notice", "evidence-receipt-list",
        "summons", "inspection-record", "identification-record", "scene-record", "evidence-order",
        "preservation-decision", "appraisal-opinion", "hearing-record", "mediation-agreement", "penalty-decision",
        "recusal-decision", "report-elsewhere-notice", "seizure-list",
    } <= documents  # fmt: skip
