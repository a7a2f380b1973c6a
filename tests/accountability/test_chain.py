"""Attribution as pure reckoning: by hand for each rule, and properties that hold for any dossier."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.accountability.chain import (
    APPROVERS,
    HANDLERS,
    REVIEWERS,
    Part,
    Question,
    Step,
    attribute,
    heaviest,
    positions,
)
from zhunsheng.accountability.codes import Hand, Rule, Share

BEGIN = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
HANDLER, SECOND, REVIEWER, APPROVER, SUPERIOR = "办1", "办2", "审核", "审批", "上级"


def step(position: int, type_: str, *officers: tuple[str, str], by: str = "", **fields: Any) -> Step:
    return Step(
        uuid.UUID(int=position),
        position,
        type_,
        BEGIN + dt.timedelta(hours=position),
        officers,
        by or (officers[0][0] if officers else ""),
        frozenset({"某乙"}),
        fields,
    )


def handled(position: int, type_: str = "person.questioned", **fields: Any) -> Step:
    return step(position, type_, (HANDLER, "handler"), **fields)


def reviewed(position: int, type_: str = "legal-review.passed") -> Step:
    return step(position, type_, (REVIEWER, "legal-reviewer"))


def decided(position: int, type_: str = "penalty.decided", **fields: Any) -> Step:
    return step(position, type_, (APPROVER, "approver"), **fields)


ORDINARY = (
    handled(1, "case.opened"),
    handled(2),
    handled(3, "penalty.proposed", decision="fine", amount=200),
    handled(4, "legal-review.submitted"),
    reviewed(5),
    decided(6, decision="fine", amount=200),
)


def shares(parts: tuple[Part, ...]) -> Mapping[str, tuple[Share, Rule]]:
    return {part.officer: (part.share, part.rule) for part in parts}


def asked(steps: tuple[Step, ...], position: int, **more: Any) -> tuple[Part, ...]:
    return attribute(steps, [Question(uuid.UUID(int=position), **more)])


def test_an_error_of_the_handler_that_review_and_approval_should_have_seen() -> None:
    assert shares(asked(ORDINARY, 2)) == {
        HANDLER: (Share.MAIN, Rule.BY_PART),
        REVIEWER: (Share.SECONDARY, Rule.REVIEW_SHOULD_SEE),
        APPROVER: (Share.SECONDARY, Rule.APPROVAL_SHOULD_SEE),
    }
    saw = {part.officer: part.saw for part in asked(ORDINARY, 2)}
    assert saw == {HANDLER: 1, REVIEWER: 4, APPROVER: 5}


def test_what_went_wrong_later_could_not_be_seen() -> None:
    found = shares(asked(ORDINARY, 2, since=BEGIN + dt.timedelta(hours=20)))
    assert found[REVIEWER] == (Share.NONE, Rule.NOT_YET_VISIBLE)
    assert found[APPROVER] == (Share.NONE, Rule.NOT_YET_VISIBLE)
    assert found[HANDLER][0] == Share.MAIN


def test_the_decision_itself() -> None:
    assert shares(asked(ORDINARY, 6)) == {
        HANDLER: (Share.SECONDARY, Rule.BY_PART),
        REVIEWER: (Share.SECONDARY, Rule.REVIEW_SHOULD_SEE),
        APPROVER: (Share.MAIN, Rule.OWN_DECISION),
    }


def test_an_approver_who_decided_otherwise_answers_alone() -> None:
    steps = (*ORDINARY[:5], decided(6, decision="detention", days=5))
    assert shares(asked(steps, 6)) == {
        HANDLER: (Share.NONE, Rule.NOT_FOLLOWED),
        REVIEWER: (Share.NONE, Rule.NOT_FOLLOWED),
        APPROVER: (Share.SOLE, Rule.APPROVER_CHANGED),
    }


def test_deciding_against_the_review_is_the_approvers() -> None:
    steps = (*ORDINARY[:4], reviewed(5, "legal-review.refused"), ORDINARY[5])
    assert shares(asked(steps, 6))[APPROVER] == (Share.SOLE, Rule.APPROVER_CHANGED)


def test_who_falsified_answers_in_the_main_and_the_deceived_do_not() -> None:
    found = shares(asked(ORDINARY, 2, falsified=frozenset({HANDLER})))
    assert found == {
        HANDLER: (Share.MAIN, Rule.DECEIVED),
        REVIEWER: (Share.NONE, Rule.WAS_DECEIVED),
        APPROVER: (Share.NONE, Rule.WAS_DECEIVED),
    }
    # Somebody outside the chain is not drawn in by saying so.
    assert shares(asked(ORDINARY, 2, falsified=frozenset({"外人"}))) == shares(asked(ORDINARY, 2))


def test_nobody_above_means_the_handlers_answer_for_the_whole() -> None:
    alone = (handled(1, "case.opened"), handled(2))
    assert shares(asked(alone, 2)) == {HANDLER: (Share.SOLE, Rule.DIRECT)}
    two = (step(2, "person.questioned", (HANDLER, "handler"), (SECOND, "recorder")),)
    assert {share for share, _ in shares(asked(two, 2)).values()} == {Share.EQUAL}


def test_a_superiors_order() -> None:
    def order(**fields: Any) -> tuple[Step, ...]:
        told = step(2, "order.received", (HANDLER, "handler"), (SUPERIOR, "superior"), **fields)
        return (handled(1, "case.opened"), told, handled(3, "person.detained"))

    silent = shares(asked(order(), 3))
    assert silent[SUPERIOR] == (Share.MAIN, Rule.ORDERED)
    assert silent[HANDLER] == (Share.SECONDARY, Rule.ORDERED_UNREPORTED)
    spoke = shares(asked(order(order_objected=True, order_reported=True), 3))
    assert spoke[SUPERIOR] == (Share.SOLE, Rule.ORDERED)
    assert spoke[HANDLER] == (Share.NONE, Rule.ORDERED_REPORTED)
    lied = shares(asked(order(), 3, falsified=frozenset({HANDLER})))
    assert lied[SUPERIOR] == (Share.NONE, Rule.WAS_DECEIVED)


def test_approval_before_the_act_is_no_approval_of_how_it_was_done() -> None:
    steps = (handled(1, "approval.requested"), decided(2, "approval.given"), handled(3, "person.detained"))
    found = shares(asked(steps, 3))
    assert found[APPROVER] == (Share.NONE, Rule.APPROVED_BEFORE)
    assert found[HANDLER][0] == Share.MAIN


def deliberated(**stances: str) -> tuple[Step, ...]:
    """A decision after a deliberation of the members named."""
    opened = step(5, "deliberation.opened", *((n, "deliberation-member") for n in stances), sitting="1")
    taken = [
        step(6 + i, "deliberation.position-taken", (n, "deliberation-member"), by=n, sitting="1", stance=s)
        for i, (n, s) in enumerate(stances.items())
    ]
    end = 6 + len(taken)
    concluded = step(end, "decision.discussed", (APPROVER, "approver"), sitting="1", conclusion="agreed")
    return (*ORDINARY[:4], opened, *taken, concluded, decided(end + 1, decision="fine", amount=200))


def test_whoever_did_not_agree_is_not_named() -> None:
    steps = deliberated(甲="agree", 乙="disagree", 丙="abstain")
    found = shares(asked(steps, steps[-1].position))
    assert found["甲"] == (Share.EQUAL, Rule.COLLECTIVE)
    assert {"乙", "丙"} & set(found) == set()
    assert shares(asked(steps, 2)).keys() & {"乙", "丙"} == set()


def test_the_one_who_decides_is_not_named_where_they_dissented() -> None:
    steps = deliberated(**{"甲": "agree", APPROVER: "disagree"})
    assert APPROVER not in shares(asked(steps, steps[-1].position))


def test_an_act_that_no_longer_counts_names_nobody() -> None:
    assert asked(ORDINARY, 99) == ()


def test_the_heaviest_share() -> None:
    assert heaviest([Share.NONE, Share.MAIN, Share.SECONDARY]) == Share.MAIN
    assert heaviest([]) == Share.NONE


OFFICERS = ["甲", "乙", "丙", "丁", "戊"]
TYPES = [
    ("case.opened", HANDLERS),
    ("person.questioned", HANDLERS),
    ("penalty.proposed", HANDLERS),
    ("approval.requested", HANDLERS),
    ("order.received", ("handler", "superior")),
    ("appraisal.received", ("handler", "appraiser")),
    ("legal-review.passed", REVIEWERS),
    ("legal-review.refused", REVIEWERS),
    ("approval.given", APPROVERS[:1]),
    ("penalty.decided", APPROVERS[:2]),
    ("deliberation.position-taken", ("deliberation-member",)),
    ("decision.discussed", APPROVERS[:1]),
]


@st.composite
def dossiers(draw: st.DrawFn) -> tuple[Step, ...]:
    """Any acts by any officers in any order, lawful or not."""
    steps = []
    for position in range(1, draw(st.integers(1, 14)) + 1):
        type_, roles = draw(st.sampled_from(TYPES))
        officers = tuple(
            dict.fromkeys(
                draw(
                    st.lists(
                        st.tuples(st.sampled_from(OFFICERS), st.sampled_from(roles)), min_size=1, max_size=3
                    )
                )
            )
        )
        fields = {
            "sitting": draw(st.sampled_from(["1", "2"])),
            "stance": draw(st.sampled_from(["agree", "disagree", "abstain"])),
            "amount": draw(st.sampled_from([0, 200])),
            "order_objected": draw(st.booleans()),
            "order_reported": draw(st.booleans()),
        }
        persons = draw(st.frozensets(st.sampled_from(["某乙", "某丙"]), max_size=2))
        made = step(position, type_, *officers, **fields)
        steps.append(Step(**{**vars(made), "persons": persons}))
    return tuple(steps)


@given(steps=dossiers(), at=st.integers(1, 14), falsified=st.frozensets(st.sampled_from(OFFICERS)))
def test_only_whoever_stood_in_the_chain_is_named(
    steps: tuple[Step, ...], at: int, falsified: frozenset[str]
) -> None:
    by_id = {one.id: one for one in steps}
    question = by_id.get(uuid.UUID(int=at))
    for part in asked(steps, at, falsified=falsified):
        own = by_id[part.own]
        assert part.officer in {number for number, _ in own.officers} | {own.recorded_by}
        assert question is not None
        assert own.concerns(question)
        assert part.saw == own.position - 1


@given(steps=dossiers(), at=st.integers(1, 14))
def test_dissenters_are_never_named(steps: tuple[Step, ...], at: int) -> None:
    act = next((one for one in steps if one.id == uuid.UUID(int=at)), None)
    named = {part.officer for part in asked(steps, at)}
    if act is not None and act.type == "penalty.decided":
        assert not named & positions(steps, act)[1]


@given(steps=dossiers(), at=st.integers(1, 14))
def test_the_same_dossier_proposes_the_same(steps: tuple[Step, ...], at: int) -> None:
    first = asked(steps, at)
    assert first == asked(tuple(reversed(tuple(reversed(steps)))), at)
    keys = [(p.officer, p.act, p.own, p.hand) for p in first]
    assert len(keys) == len(set(keys))
    assert all(p.hand in Hand and p.share in Share for p in first)


@given(steps=dossiers(), at=st.integers(1, 14), falsified=st.frozensets(st.sampled_from(OFFICERS)))
def test_nobody_deceived_carries_more_than_who_deceived(
    steps: tuple[Step, ...], at: int, falsified: frozenset[str]
) -> None:
    parts = asked(steps, at, falsified=falsified)
    if any(p.rule is Rule.DECEIVED for p in parts):
        assert all(p.share is Share.NONE for p in parts if p.hand is Hand.APPROVER)


@given(steps=dossiers())
def test_no_question_no_answer(steps: tuple[Step, ...]) -> None:
    """A defect that changes nothing asks about no act."""
    assert attribute(steps, []) == ()
