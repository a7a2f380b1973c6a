"""Illegal evidence: an opinion, a head's decision, and every conclusion that cites what was excluded is marked."""

from __future__ import annotations

import pytest

from tests.casework.review.cases import ABOUT_ONE, EVIDENCE, ONE, VICTIM, ReviewScene
from zhunsheng.casework.review.exclusion import Standing, affected, evidence_of, opinions_open
from zhunsheng.casework.review.state import Review, review_state
from zhunsheng.procedure.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
OPINION = {"evidence": EVIDENCE, "exclusion_ground": "violence-or-threat", "reason": "询问时威胁证人"}
EXCLUDED = {
    "evidence": EVIDENCE,
    "exclusion_ground": "violence-or-threat",
    "level": "county-head",
    "reason": "属实",
}


def refusing(scene: ReviewScene, type_: str, **more: object) -> set[str]:
    with pytest.raises(Refused) as refused:
        scene.then(type_, **more)
    return {r.norm_id for r in refused.value.reasons}


def test_an_opinion_of_the_reviewer_or_the_handler_waits_for_a_head(proposed: ReviewScene) -> None:
    assert evidence_of(proposed.facts)[EVIDENCE].standing is Standing.USABLE
    proposed.reviewer("evidence.exclusion-proposed", fields=OPINION)
    proposed.then("evidence.exclusion-requested", fields=OPINION | {"evidence": "收条", "raised_by": "party"})
    assert [e.name for e in opinions_open(proposed.facts)] == [EVIDENCE, "收条"]
    assert {o.status for o in proposed.obligations("exclusion.answered")} == {"pending"}


@pytest.mark.parametrize("who", ["handler", "legal_reviewer"])
def test_only_a_head_decides(proposed: ReviewScene, who: str) -> None:
    proposed.reviewer("evidence.exclusion-proposed", fields=OPINION)
    with pytest.raises(NotAllowed):
        proposed.then("evidence.excluded", by=getattr(proposed.bureau, who), fields=EXCLUDED)


def test_nothing_rests_on_it_while_it_is_open_nor_once_it_is_gone(proposed: ReviewScene) -> None:
    proposed.then("evidence.relied-on", fields={"evidence": EVIDENCE})
    proposed.reviewer("evidence.exclusion-proposed", fields=OPINION)
    assert refusing(proposed, "evidence.relied-on", fields={"evidence": EVIDENCE}) == {
        "exclusion.open-not-relied-on"
    }
    with pytest.raises(Refused, match="排除意见未决不得作处罚决定"):
        proposed.decide()
    proposed.head("evidence.excluded", fields=EXCLUDED)
    assert refusing(proposed, "evidence.relied-on", fields={"evidence": EVIDENCE}) == {
        "exclusion.excluded-not-relied-on"
    }
    proposed.then("evidence.relied-on", fields={"evidence": "收条"})


def test_every_conclusion_that_cites_it_is_marked_and_a_review_falls(
    proposed: ReviewScene, local_list: None
) -> None:
    proposed.then(
        "case.characterised",
        fields={"facts": "打人", "evidence": f"伤情照片；{EVIDENCE}"},
        subjects=ABOUT_ONE,
    )
    proposed.then("legal-review.submitted", fields={"materials": "案卷", "cites": EVIDENCE})
    proposed.reviewer("legal-review.passed", fields={"cites": f"伤情照片\n{EVIDENCE}"})
    assert affected(proposed.facts) == ()
    proposed.reviewer("evidence.exclusion-proposed", fields=OPINION)
    proposed.head("evidence.excluded", fields=EXCLUDED)
    marked = affected(proposed.facts)
    assert [m.act.type for m in marked] == [
        "penalty.proposed",
        "case.characterised",
        "legal-review.submitted",
        "legal-review.passed",
    ]
    assert {m.names for m in marked} == {(EVIDENCE,)}
    assert not any(m.after for m in marked)
    assert review_state(proposed.facts, ONE).review is Review.FALLEN
    proposed.then("penalty.proposed", fields={"decision": "warning", "cites": EVIDENCE}, subjects=ABOUT_ONE)
    assert affected(proposed.facts)[-1].after


def test_a_refusal_leaves_it_usable_until_another_opinion(proposed: ReviewScene) -> None:
    proposed.reviewer("evidence.exclusion-proposed", fields=OPINION)
    proposed.head(
        "evidence.exclusion-refused",
        fields={"evidence": EVIDENCE, "level": "county-head", "reason": "查无实据"},
    )
    assert evidence_of(proposed.facts)[EVIDENCE].standing is Standing.KEPT
    proposed.then("evidence.relied-on", fields={"evidence": EVIDENCE})
    proposed.reviewer("evidence.exclusion-proposed", fields=OPINION)
    assert evidence_of(proposed.facts)[EVIDENCE].standing is Standing.PROPOSED


def test_the_demo_bureau_excludes_only_on_an_opinion(proposed: ReviewScene, local_list: None) -> None:
    found = refusing(proposed, "evidence.excluded", by=proposed.bureau.approver, fields=EXCLUDED)
    assert found == {"local.exclusion.on-opinion"}


def test_through_the_page(proposed: ReviewScene) -> None:
    bureau = proposed.bureau
    sent = proposed.post(
        bureau.legal_reviewer,
        "propose-exclusion",
        evidence=EVIDENCE,
        exclusion_ground="torture",
        reason="证人有伤",
    )
    assert sent.status_code == 302
    assert "已提出排除意见，待批准" in proposed.page(bureau.handler)
    sent = proposed.post(
        bureau.approver,
        "decide-exclusion",
        evidence=EVIDENCE,
        decided="evidence.excluded",
        level="county-head",
        reason="属实",
    )
    assert sent.status_code == 302
    assert proposed.last("evidence.excluded").fields["exclusion_ground"] == "torture"
    page = proposed.page(bureau.handler)
    assert "已排除，不得作为处罚根据" in page
    assert "引用了已排除证据的结论" in page
    assert VICTIM not in page
