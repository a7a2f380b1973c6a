"""Where a review stands, and what fells it: by act, by correction, by withdrawal, and for whom."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casework.review.cases import EVIDENCE, ONE, OTHER, VICTIM
from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.review.felling import BY_TYPE, FELLING
from zhunsheng.casework.review.state import PASSED, Review, review_state
from zhunsheng.norms.loading import load_norms

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
CASE_WIDE = sorted(e.act for e in FELLING if e.reach == "case")
PERSONAL = sorted(e.act for e in FELLING if e.reach == "person")
HARMLESS = sorted(
    set(vocabulary().types)
    - set(BY_TYPE)
    - {"penalty.decided", "legal-review.submitted"}
    - {f"legal-review.{o}" for o in ("passed", "returned", "refused")}
)


def act(
    position: int,
    type_: str,
    *persons: str,
    place: int | None = None,
    corrects: uuid.UUID | None = None,
    **fields: Any,
) -> CaseAct:
    at = START + dt.timedelta(minutes=position)
    subjects = {"person": persons} if persons else {}
    return CaseAct(
        uuid.uuid4(),
        position,
        place or position,
        type_,
        at,
        None,
        at,
        "演1002",
        "990101010000",
        (),
        persons,
        subjects,
        fields,
        (),
        (),
        corrects,
    )


def facts(acts: Iterable[CaseAct], withdrawn: Iterable[CaseAct] = ()) -> CaseFacts:
    return CaseFacts("演〔2026〕1号", "990101010000", START, None, tuple(acts), tuple(withdrawn))


def case(*more: CaseAct, withdrawn: Iterable[CaseAct] = ()) -> CaseFacts:
    """Proposed for one person, submitted and passed at place 4; then what is given."""
    begun = (
        act(1, "evidence.received", VICTIM, evidence=EVIDENCE),
        act(2, "penalty.proposed", ONE),
        act(3, "legal-review.submitted"),
        act(4, PASSED),
    )
    return facts((*begun, *more), withdrawn)


def test_a_case_goes_from_nothing_to_passed() -> None:
    whole = case().acts
    seen = [review_state(facts(whole[:n])).review for n in range(len(whole) + 1)]
    assert seen == [Review.NONE, Review.NONE, Review.NONE, Review.WAITING, Review.PASSED]
    assert review_state(case()).valid


@pytest.mark.parametrize("entry", FELLING, ids=lambda e: e.act)
def test_every_reason_fells_and_is_told(entry: Any) -> None:
    state = review_state(case(act(5, entry.act, ONE)), ONE)
    assert state.review is Review.FALLEN
    assert [(f.act.type, f.zh) for f in state.felled] == [(entry.act, entry.zh)]
    assert state.outcome is not None
    assert state.outcome.type == PASSED


def test_evidence_fells_everybodys_review_and_a_defence_only_its_own() -> None:
    assert review_state(case(act(5, "evidence.received", VICTIM)), ONE).review is Review.FALLEN
    assert review_state(case(act(5, "penalty.proposed", OTHER)), ONE).review is Review.PASSED
    assert review_state(case(act(5, "penalty.proposed", OTHER)), OTHER).review is Review.FALLEN


def test_a_defence_that_brings_nothing_new_fells_nothing() -> None:
    assert review_state(case(act(5, "defence.heard", ONE, defence_raised=False))).valid
    assert not review_state(case(act(5, "defence.heard", ONE, defence_raised=True))).valid
    assert not review_state(case(act(5, "defence.heard", ONE))).valid


def test_evidence_corrected_after_the_review_fells_it_in_the_place_it_always_had() -> None:
    corrected = act(5, "evidence.received", VICTIM, place=1, corrects=uuid.uuid4(), evidence=EVIDENCE)
    state = review_state(facts([corrected, *case().acts[1:]]))
    assert state.review is Review.FALLEN
    assert state.felled[0].how == "corrected"


def test_evidence_withdrawn_after_the_review_fells_it_unless_it_came_after_it_too() -> None:
    gone = act(5, "evidence.received", VICTIM, place=1)
    assert review_state(facts(case().acts[1:], [gone])).felled[0].how == "withdrawn"
    late = act(6, "evidence.received", VICTIM, place=5)
    assert review_state(case(withdrawn=[late])).valid


def test_what_comes_after_the_decision_fells_nothing_until_another_penalty_is_proposed() -> None:
    decided = case(act(5, "penalty.decided", ONE), act(6, "evidence.received", VICTIM))
    assert review_state(decided, ONE).valid
    assert review_state(decided).valid
    assert review_state(facts([*decided.acts, act(7, "penalty.proposed", ONE)]), ONE).review is Review.FALLEN


def test_a_new_pass_stands_and_a_new_submission_waits() -> None:
    fallen = case(act(5, "evidence.received", VICTIM))
    again = facts([*fallen.acts, act(6, "legal-review.submitted")])
    waiting = review_state(again)
    assert waiting.review is Review.WAITING
    assert [f.act.type for f in waiting.felled] == ["evidence.received"]
    assert review_state(facts([*again.acts, act(7, PASSED)])).valid


def test_a_return_lists_its_fixes_and_which_are_open() -> None:
    returned = act(5, "legal-review.returned", fixes="补辨认笔录\n\n 重新告知 ", fix_count=2)
    answer = act(6, "legal-review.fixed", fix="5-2", fix_outcome="fixed")
    state = review_state(case(returned, answer))
    assert state.review is Review.RETURNED
    assert [(f.number, f.text, f.open) for f in state.fixes] == [
        ("5-1", "补辨认笔录", True),
        ("5-2", "重新告知", False),
    ]
    assert [f.number for f in state.open_fixes] == ["5-1"]


def test_a_refusal_stays_one() -> None:
    assert (
        review_state(case(act(5, "legal-review.refused", refusal_ground="no-violation"))).review
        is Review.REFUSED
    )


MORE = st.lists(
    st.tuples(
        st.sampled_from([*CASE_WIDE, *PERSONAL, *HARMLESS]),
        st.sampled_from([ONE, OTHER]),
        st.sampled_from([None, True, False]),
    ),
    max_size=6,
)


@given(MORE, st.integers(0, 6))
def test_a_review_is_valid_exactly_when_nothing_that_fells_came_after_it(
    drawn: list[tuple[str, str, bool | None]], passed_at: int
) -> None:
    acts = [act(1, "penalty.proposed", ONE)]
    for n, (type_, person, raised) in enumerate(drawn):
        if n == passed_at:
            acts.append(act(len(acts) + 1, PASSED))
        acts.append(
            act(len(acts) + 1, type_, person, **({} if raised is None else {"defence_raised": raised}))
        )
    if passed_at >= len(drawn):
        acts.append(act(len(acts) + 1, PASSED))
    after = next(a.position for a in acts if a.type == PASSED)

    def fells(one: CaseAct) -> bool:
        own = one.type in CASE_WIDE or (one.type in PERSONAL and ONE in one.persons)
        nothing_new = one.type == "defence.heard" and one.fields.get("defence_raised") is False
        return one.position > after and own and not nothing_new

    assert review_state(facts(acts), ONE).valid == (not any(fells(a) for a in acts))


@given(st.sampled_from(sorted(BY_TYPE)), st.booleans())
def test_a_correction_or_withdrawal_fells_whatever_it_is_about(type_: str, withdrawn: bool) -> None:
    changed = act(5, type_, ONE, place=1)
    state = review_state(
        case(withdrawn=[changed])
        if withdrawn
        else facts([replace(changed, corrects=uuid.uuid4()), *case().acts[1:]]),
        ONE,
    )
    assert state.review is Review.FALLEN


def test_the_norms_fell_by_the_same_acts() -> None:
    for folder, prefix in ((rulebook_folder(), ""), (rulebook_folder() / "local" / "demo-bureau", "local.")):
        norms = {n.id: n for n in load_norms(folder).norms}
        for name, wanted in (
            ("legal-review.still-stands", PERSONAL),
            ("legal-review.still-stands-evidence", CASE_WIDE),
        ):
            for version in norms[prefix + name].versions:
                assert version.requires is not None
                assert version.requires.since is not None
                assert sorted(version.requires.since.act) == wanted


def test_every_type_that_fells_is_in_the_vocabulary_and_nobody_is_named_twice() -> None:
    assert len(BY_TYPE) == len(FELLING)
    assert set(BY_TYPE) <= set(vocabulary().types)
