"""Deliberation: each head in their own name, dissent kept, whoever has an interest stands aside, the decision is bound."""

from __future__ import annotations

from typing import Any

import pytest

from tests.casework.review.cases import ABOUT_ONE, FINE, LEVEL, ONE, ReviewScene, second_head
from zhunsheng.acts.drafts import Actor
from zhunsheng.casework.review.deliberation import binding, deliberations, departs
from zhunsheng.people.models import Officer
from zhunsheng.procedure.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
FIRST = {"sitting": "1"}
AGREED = FIRST | {"conclusion": "agreed", "decision": "fine", "amount": 300, "days": 0}
COUNTS = {"in_favour": 1, "against": 1, "abstaining": 0, "standing_aside": 0}


@pytest.fixture
def colleague(proposed: ReviewScene) -> Officer:
    """A deputy head."""
    return second_head(proposed.bureau)


@pytest.fixture
def called(proposed: ReviewScene, colleague: Officer) -> ReviewScene:
    """The head presides and has called the deputy."""
    officers = (
        Actor(proposed.bureau.approver.number, "approver"),
        Actor(colleague.number, "deliberation-member"),
    )
    proposed.head(
        "deliberation.opened", fields=FIRST | {"agenda": "处罚幅度"}, officers=officers, subjects=ABOUT_ONE
    )
    return proposed


def says(scene: ReviewScene, who: Officer, stance: str, reason: str = "理由") -> None:
    scene.then(
        "deliberation.position-taken",
        by=who,
        fields=FIRST | {"stance": stance, "reason": reason},
        subjects=ABOUT_ONE,
    )


def refused(scene: ReviewScene, type_: str, by: Officer, **more: Any) -> set[str]:
    with pytest.raises(Refused) as found:
        scene.then(type_, by=by, **more)
    return {r.norm_id for r in found.value.reasons}


def test_dissent_is_kept_in_the_dissenters_name(called: ReviewScene, colleague: Officer) -> None:
    says(called, called.bureau.approver, "agree")
    says(called, colleague, "disagree", "应当警告")
    called.head("decision.discussed", fields=AGREED | COUNTS | {"reason": "多数意见"}, subjects=ABOUT_ONE)
    (sitting,) = deliberations(called.facts)
    assert [m.officer for m in sitting.dissenters] == [colleague.number]
    assert sitting.tally.fields == COUNTS
    assert sitting.concluded is not None
    called.decide()


@pytest.mark.parametrize(
    ("fields", "bound"),
    [
        (FINE, True),
        ({"decision": "fine", "amount": 500}, False),
        ({"decision": "warning", "amount": None}, False),
    ],
)
def test_the_decision_is_what_was_concluded(
    called: ReviewScene, colleague: Officer, fields: dict[str, Any], bound: bool
) -> None:
    says(called, called.bureau.approver, "agree")
    says(called, colleague, "agree")
    called.head(
        "decision.discussed", fields=AGREED | COUNTS | {"in_favour": 2, "against": 0}, subjects=ABOUT_ONE
    )
    concluded = binding(called.facts, ONE)
    assert concluded is not None
    assert (departs(fields, concluded) == []) is bound
    if bound:
        called.decide(**fields)
    else:
        given = FINE | LEVEL | fields
        assert refused(
            called, "penalty.decided", called.bureau.approver, fields=given, subjects=ABOUT_ONE
        ) >= {"deliberation.bound"}


def test_what_was_not_settled_is_not_decided(called: ReviewScene, colleague: Officer) -> None:
    says(called, called.bureau.approver, "agree")
    says(called, colleague, "disagree")
    called.head(
        "decision.discussed",
        fields=FIRST | COUNTS | {"conclusion": "further-investigation"},
        subjects=ABOUT_ONE,
    )
    assert "deliberation.bound" in refused(
        called, "penalty.decided", called.bureau.approver, fields=FINE | LEVEL, subjects=ABOUT_ONE
    )


def test_nothing_is_decided_while_it_is_open(called: ReviewScene) -> None:
    assert refused(
        called, "penalty.decided", called.bureau.approver, fields=FINE | LEVEL, subjects=ABOUT_ONE
    ) == {"deliberation.concluded-first"}


def test_whoever_has_an_interest_neither_speaks_nor_concludes_nor_decides(
    called: ReviewScene, colleague: Officer
) -> None:
    head = called.bureau.approver
    called.head(
        "deliberation.stood-aside",
        fields=FIRST | {"conflict_ground": "interest", "reason": "亲属"},
        subjects=ABOUT_ONE,
    )
    stance = FIRST | {"stance": "agree", "reason": "同意"}
    assert refused(called, "deliberation.position-taken", head, fields=stance, subjects=ABOUT_ONE) == {
        "deliberation.conflicted-says-nothing"
    }
    third = second_head(called.bureau, "审批丁", "演1903")
    says(called, colleague, "agree")
    says(called, third, "agree")
    concluded = AGREED | COUNTS | {"in_favour": 2, "against": 0, "standing_aside": 1}
    assert "deliberation.conflicted-says-nothing" in refused(
        called, "decision.discussed", head, fields=concluded, subjects=ABOUT_ONE
    )
    called.then("decision.discussed", by=colleague, fields=concluded, subjects=ABOUT_ONE)
    (sitting,) = deliberations(called.facts)
    assert sitting.tally.standing_aside == 1
    assert [m.officer for m in sitting.members if not m.counts] == [head.number]
    officers = (Actor(head.number, "decider"),)
    assert "deliberation.conflicted-decides-not" in refused(
        called, "penalty.decided", head, fields=FINE | LEVEL, subjects=ABOUT_ONE, officers=officers
    )
    called.then("penalty.decided", by=colleague, fields=FINE | LEVEL | {"complex": False}, subjects=ABOUT_ONE)


def test_one_alone_is_no_deliberation_and_nobody_speaks_twice(called: ReviewScene) -> None:
    head = called.bureau.approver
    says(called, head, "agree")
    alone = AGREED | COUNTS | {"against": 0}
    assert refused(called, "decision.discussed", head, fields=alone, subjects=ABOUT_ONE) == {
        "deliberation.counted"
    }
    assert refused(
        called, "deliberation.position-taken", head, fields=FIRST | {"stance": "agree"}, subjects=ABOUT_ONE
    ) == {"deliberation.one-position-each"}


def test_positions_are_not_told_otherwise(called: ReviewScene, colleague: Officer) -> None:
    says(called, called.bureau.approver, "agree")
    says(called, colleague, "disagree")
    wrong = AGREED | COUNTS | {"in_favour": 2, "against": 0}
    assert refused(
        called, "decision.discussed", called.bureau.approver, fields=wrong, subjects=ABOUT_ONE
    ) == {"deliberation.counted"}


def test_nobody_speaks_for_another_and_no_handler_deliberates(
    called: ReviewScene, colleague: Officer
) -> None:
    stance = FIRST | {"stance": "agree"}
    with pytest.raises(NotAllowed):
        called.head(
            "deliberation.position-taken", fields=stance, officers=(Actor(colleague.number, "approver"),)
        )
    with pytest.raises(NotAllowed):
        called.then("deliberation.position-taken", by=called.bureau.handler, fields=stance, officers=())
    with pytest.raises(NotAllowed):
        called.head(
            "deliberation.opened",
            fields={"sitting": "2"},
            officers=(
                Actor(called.bureau.approver.number, "approver"),
                Actor(called.bureau.handler.number, "deliberation-member"),
            ),
        )


def test_through_the_page(proposed: ReviewScene, colleague: Officer) -> None:
    head = proposed.bureau.approver
    assert (
        proposed.post(head, "open", agenda="幅度", persons=[ONE], members=[colleague.number]).status_code
        == 302
    )
    assert "尚未发表" in proposed.page(proposed.bureau.handler)
    assert (
        proposed.post(
            head, "position", stance="agree", decision="fine", amount="300", reason="适当"
        ).status_code
        == 302
    )
    assert 'value="conclude"' not in proposed.page(head)
    assert proposed.post(colleague, "position", stance="disagree", reason="偏重").status_code == 302
    wanting = proposed.post(head, "conclude", conclusion="agreed", reason="多数")
    assert wanting.status_code == 422
    assert "写明议定的决定种类" in wanting.content.decode()
    assert (
        proposed.post(
            head, "conclude", conclusion="agreed", decision="fine", amount="300", reason="多数"
        ).status_code
        == 302
    )
    concluded = proposed.last("decision.discussed").fields
    assert {n: concluded[n] for n in ("in_favour", "against", "days", "amount")} == {
        "in_favour": "1",
        "against": "1",
        "days": "0",
        "amount": "300",
    }
    assert "偏重" in proposed.page(proposed.bureau.handler)


def test_standing_aside_through_the_page(proposed: ReviewScene, colleague: Officer) -> None:
    head = proposed.bureau.approver
    proposed.post(head, "open", agenda="幅度", persons=[ONE], members=[colleague.number])
    assert (
        proposed.post(colleague, "aside", conflict_ground="party-or-relative", reason="表亲").status_code
        == 302
    )
    page = proposed.page(colleague)
    assert "回避：是当事人或者其近亲属" in page
    assert 'value="position"' not in page
