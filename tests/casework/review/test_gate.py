"""No review, no decision: at the door, under the law alone and with the demo bureau's wider list."""

from __future__ import annotations

from typing import Any

import pytest

from tests.casework.review.cases import ABOUT_ONE, EVIDENCE, ONE, OTHER, VICTIM, ReviewScene, unqualified
from zhunsheng.acts.models import Act
from zhunsheng.base.errors import InputError
from zhunsheng.casework.review.felling import FELLING
from zhunsheng.casework.review.state import Review, review_state
from zhunsheng.procedure.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
SUBMITTED = {"materials": "案卷一册"}


def norms(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {r.norm_id for r in refused.value.reasons}


def tried(scene: ReviewScene, **fields: Any) -> set[str]:
    """What refuses the decision now: norms by id, or the place a check names; nothing where it is recorded."""
    try:
        scene.decide(**fields)
    except Refused as refused:
        return {r.norm_id for r in refused.reasons}
    except NotAllowed as barred:
        return {barred.where or ""}
    return set()


def reviewed(scene: ReviewScene) -> Act:
    scene.then("legal-review.submitted", fields=SUBMITTED)
    return scene.reviewer("legal-review.passed")


def test_the_law_alone_asks_for_no_review_of_a_small_fine(proposed: ReviewScene) -> None:
    assert tried(proposed) == set()


def test_the_law_asks_for_one_after_a_hearing_and_the_list_for_every_ordinary_penalty(
    proposed: ReviewScene, local_list: None
) -> None:
    assert tried(proposed) == {"local.legal-review.all-ordinary"}
    proposed.reviewer(
        "case.reviewed",
        fields={"public_interest": True, "confession_only": False, "deputy": "none"},
        subjects=ABOUT_ONE,
    )
    assert tried(proposed) == {"legal-review.passed-first", "local.legal-review.all-ordinary"}
    reviewed(proposed)
    assert tried(proposed) == set()


def test_returned_and_refused_cases_are_not_decided(proposed: ReviewScene, local_list: None) -> None:
    proposed.then("legal-review.submitted", fields=SUBMITTED)
    returned = proposed.reviewer(
        "legal-review.returned", fields={"reason": "缺材料", "fixes": "补笔录\n补送达", "fix_count": 2}
    )
    assert tried(proposed) == {"local.legal-review.all-ordinary"}
    with pytest.raises(Refused) as refused:
        proposed.then("legal-review.submitted", fields=SUBMITTED)
    assert norms(refused) == {"local.legal-review.fixes-answered"}
    for n in (1, 2):
        proposed.then(
            "legal-review.fixed",
            fields={"fix": f"{returned.position}-{n}", "fix_outcome": "fixed", "answer": "已补"},
        )
    reviewed(proposed)
    proposed.reviewer("legal-review.refused", fields={"refusal_ground": "no-violation", "reason": "不构成"})
    assert tried(proposed) == {"local.legal-review.all-ordinary"}
    proposed.then("legal-review.submitted", fields=SUBMITTED)
    proposed.reviewer("legal-review.passed")
    assert tried(proposed) == set()


@pytest.mark.parametrize(
    ("type_", "more"),
    [
        ("evidence.received", {"fields": {"evidence": "收条"}, "subjects": {"person": (VICTIM,)}}),
        ("penalty.proposed", {"fields": {"decision": "fine", "amount": 300}, "subjects": ABOUT_ONE}),
        ("defence.heard", {"fields": {"defence_raised": True}, "subjects": ABOUT_ONE}),
        ("evidence.found-illegal", {"fields": {"evidence": EVIDENCE, "reason": "威胁"}}),
        ("case.characterised", {"fields": {"facts": "动手打人"}, "subjects": ABOUT_ONE}),
        ("person.identified", {"fields": {"age": 31, "person_role": "suspect"}, "subjects": ABOUT_ONE}),
    ],
)
def test_a_review_falls_at_the_gate_and_another_makes_it_good(
    proposed: ReviewScene, local_list: None, type_: str, more: dict[str, Any]
) -> None:
    reviewed(proposed)
    proposed.then(type_, **more)
    assert review_state(proposed.facts, ONE).review is Review.FALLEN
    assert tried(proposed) & {"local.legal-review.still-stands", "local.legal-review.still-stands-evidence"}
    if type_ == "defence.heard":
        proposed.then("defence.rechecked", subjects=ABOUT_ONE)
    reviewed(proposed)
    assert not tried(proposed)
    assert type_ in {e.act for e in FELLING}


def test_a_proposal_for_another_person_fells_nobody_elses_review(
    proposed: ReviewScene, local_list: None
) -> None:
    reviewed(proposed)
    proposed.then("penalty.proposed", fields={"decision": "warning"}, subjects={"person": (OTHER,)})
    assert tried(proposed) == set()


def test_a_correction_and_a_withdrawal_fell_it_too(proposed: ReviewScene, local_list: None) -> None:
    received = proposed.last("evidence.received")
    reviewed(proposed)
    proposed.then(
        "evidence.received",
        occurred_at=received.occurred_at,
        corrects=received.id,
        fields={"evidence": EVIDENCE, "evidence_kind": "thing"},
        subjects={"person": (VICTIM,)},
    )
    assert review_state(proposed.facts, ONE).felled[0].how == "corrected"
    assert tried(proposed) == {"review"}
    reviewed(proposed)
    proposed.then(
        "record.withdrawn", corrects=proposed.last("evidence.received").id, fields={"reason": "误录"}
    )
    assert review_state(proposed.facts, ONE).felled[0].how == "withdrawn"
    with pytest.raises(NotAllowed, match="法制审核已失效"):
        proposed.decide()
    reviewed(proposed)
    assert tried(proposed) == set()


def test_where_no_review_is_asked_for_none_that_fell_stands_in_the_way(proposed: ReviewScene) -> None:
    reviewed(proposed)
    received = proposed.last("evidence.received")
    proposed.then("record.withdrawn", corrects=received.id, fields={"reason": "误录"})
    assert review_state(proposed.facts, ONE).review is Review.FALLEN
    assert tried(proposed) == set()


@pytest.mark.parametrize("outcome", ["passed", "returned", "refused"])
def test_a_reviewer_without_the_qualification_is_refused(proposed: ReviewScene, outcome: str) -> None:
    newcomer = unqualified(proposed.bureau)
    with pytest.raises(Refused) as refused:
        proposed.then(f"legal-review.{outcome}", by=newcomer)
    assert norms(refused) == {"legal-review.qualified-reviewer"}


@pytest.mark.parametrize("outcome", ["passed", "returned", "refused"])
@pytest.mark.parametrize("who", ["handler", "approver"])
def test_nobody_else_reviews(proposed: ReviewScene, outcome: str, who: str) -> None:
    with pytest.raises(NotAllowed):
        proposed.then(f"legal-review.{outcome}", by=getattr(proposed.bureau, who))


@pytest.mark.parametrize(
    "type_", ["legal-review.submitted", "legal-review.fixed", "evidence.exclusion-requested"]
)
def test_the_reviewer_does_nothing_of_the_handlers(proposed: ReviewScene, type_: str) -> None:
    with pytest.raises(NotAllowed):
        proposed.reviewer(type_)


def test_a_review_is_not_recorded_late(proposed: ReviewScene) -> None:
    with pytest.raises(InputError, match="不得补录"):
        proposed.reviewer("legal-review.passed", backfill="忘了")


def test_a_submission_waits_as_somebodys_duty(proposed: ReviewScene) -> None:
    proposed.then("legal-review.submitted", fields=SUBMITTED)
    assert proposed.obligation("legal-review.answered").status == "pending"
    proposed.reviewer("legal-review.passed")
    assert proposed.obligation("legal-review.answered").status == "met"
