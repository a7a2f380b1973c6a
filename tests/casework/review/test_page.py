"""The review tab: what each of the three hands finds there, every outcome, and what the page answers to what is wrong."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.casework.review.cases import ABOUT_ONE, EVIDENCE, ONE, VICTIM, ReviewScene
from tests.procedure.dossiers import at
from zhunsheng.acts.drafts import Attached
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.acts.vocabulary.review import FINDINGS
from zhunsheng.base import clock
from zhunsheng.casework.review.state import Review, review_state
from zhunsheng.people import services
from zhunsheng.people.demo import REASON
from zhunsheng.people.models import RoleAssignment
from zhunsheng.people.roles import Role

pytestmark = pytest.mark.django_db
SOUND = {f.name: "sound" for f in FINDINGS}
PERSON = {f"{ONE}__deputy": "none", f"{ONE}__hearing_ground": "none"}
WANTING = {"point_proof": "fixable", "point_proof_note": "缺辨认笔录"}


def outcome(scene: ReviewScene, result: str, do: str = "record", **fields: Any) -> Any:
    """The reviewer sends the form of the outcome."""
    given = SOUND | PERSON | {"outcome": f"legal-review.{result}", "opinion": "已全面审核"} | fields
    return scene.post(scene.bureau.legal_reviewer, "outcome", do, **given)


def told(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def submitted(scene: ReviewScene) -> ReviewScene:
    assert (
        scene.post(
            scene.bureau.handler, "submit", materials="案卷", cites=EVIDENCE, opinion="建议罚款"
        ).status_code
        == 302
    )
    return scene


def test_the_submission_lists_what_is_on_file_and_leaves_out_what_was_excluded(proposed: ReviewScene) -> None:
    page = proposed.page(proposed.bureau.handler)
    assert page.count(EVIDENCE) >= 2
    proposed.reviewer(
        "evidence.exclusion-proposed", fields={"evidence": EVIDENCE, "exclusion_ground": "torture"}
    )
    proposed.head("evidence.excluded", fields={"evidence": EVIDENCE, "level": "county-head"})
    cites = re.search(r'name="submit-cites"[^>]*>([^<]*)<', proposed.page(proposed.bureau.handler))
    assert cites is not None
    assert EVIDENCE not in cites[1]


def test_no_verdict_is_chosen_beforehand_and_each_is_asked_for(proposed: ReviewScene) -> None:
    submitted(proposed)
    page = proposed.page(proposed.bureau.legal_reviewer)
    assert page.count('name="outcome-point_subject"') == 4
    assert not re.search(r'<input[^>]*name="outcome-(point|element)_[^>]*checked', page)
    answer = proposed.post(
        proposed.bureau.legal_reviewer, "outcome", outcome="legal-review.passed", opinion="好", **PERSON
    )
    assert answer.status_code == 422
    assert told(answer).count("的结论。</a>") == len(FINDINGS) == 19
    assert review_state(proposed.facts).review is Review.WAITING


def test_passed_states_the_findings_and_what_was_reviewed_of_each_person(proposed: ReviewScene) -> None:
    submitted(proposed)
    assert outcome(proposed, "passed", **{f"{ONE}__applies": ["several_violations"]}).status_code == 302
    passed, reviewed = proposed.last("legal-review.passed"), proposed.last("case.reviewed")
    assert {passed.fields[f.name] for f in FINDINGS} == {"sound"}
    assert passed.fields["cites"] == EVIDENCE
    assert reviewed.subjects == ABOUT_ONE
    assert reviewed.fields["several_violations"] is True
    assert reviewed.fields["confession_only"] is False
    assert reviewed.fields["suspect_reviewed"] is True
    assert review_state(proposed.facts, ONE).valid
    assert "审核通过" in proposed.page(proposed.bureau.approver)


def test_what_is_wanting_cannot_pass_and_must_be_explained(proposed: ReviewScene) -> None:
    submitted(proposed)
    answer = outcome(proposed, "passed", point_proof="unsound")
    assert answer.status_code == 422
    assert "说明“事实清楚、证据达到标准”有什么问题" in told(answer)
    assert "不能通过" in told(answer)
    assert "错误：" in told(answer)


@pytest.mark.parametrize(
    ("result", "asked"), [("returned", "写明要补正什么"), ("refused", "选择不予核准的理由")]
)
def test_a_return_and_a_refusal_say_why(proposed: ReviewScene, result: str, asked: str) -> None:
    answer = outcome(proposed, result)
    assert answer.status_code == 422
    assert asked in told(answer)
    assert "写明理由" in told(answer)


def test_returned_answered_submitted_again_and_passed(proposed: ReviewScene) -> None:
    handler, reviewer = proposed.bureau.handler, proposed.bureau.legal_reviewer
    submitted(proposed)
    assert (
        outcome(
            proposed, "returned", reason="证据不足", fixes="补辨认笔录\n补录像说明", **WANTING
        ).status_code
        == 302
    )
    returned = proposed.last("legal-review.returned")
    assert returned.fields["fix_count"] == "2"
    page = proposed.page(handler)
    assert "退回补正" in page
    assert page.count("待答复") == 4
    for n in (1, 2):
        sent = proposed.post(
            handler, "fix", fix=f"{returned.position}-{n}", fix_outcome="fixed", answer=f"已补{n}"
        )
        assert sent.status_code == 302
    assert review_state(proposed.facts).open_fixes == ()
    assert 'value="fix"' not in proposed.page(handler)
    proposed.then("evidence.received", fields={"evidence": "辨认笔录"}, subjects={"person": (VICTIM,)})
    submitted(proposed)
    page = proposed.page(reviewer)
    assert "上次审核以来的变化" in page
    assert "已补1" in page
    assert outcome(proposed, "passed").status_code == 302
    assert review_state(proposed.facts, ONE).valid


def test_refused_says_so_to_everybody(proposed: ReviewScene) -> None:
    submitted(proposed)
    assert (
        outcome(proposed, "refused", refusal_ground="no-violation", reason="不构成违反治安管理").status_code
        == 302
    )
    for officer in (proposed.bureau.handler, proposed.bureau.approver):
        assert "不予核准" in proposed.page(officer)
        assert "不构成违反治安管理" in proposed.page(officer)


def test_a_fallen_review_stays_readable_and_names_what_felled_it(proposed: ReviewScene) -> None:
    submitted(proposed)
    outcome(proposed, "passed")
    fell = proposed.then("evidence.received", fields={"evidence": "新收条"}, subjects={"person": (VICTIM,)})
    page = proposed.page(proposed.bureau.approver)
    assert "审核通过后失效" in page
    assert f"因第{fell.position}项失效" in page
    assert "取得了新的证据" in page
    assert "已全面审核" in page


def test_looking_first_records_nothing(proposed: ReviewScene) -> None:
    submitted(proposed)
    before = proposed.dossier.position
    answer = outcome(proposed, "passed", do="look")
    assert answer.status_code == 200
    assert "可以登记" in told(answer)
    assert proposed.dossier.position == before
    assert re.search(r'<input[^>]*name="outcome-point_file"[^>]*value="sound"[^>]*checked', told(answer))


def test_the_reviewer_looks_at_recordings_and_asks_people(proposed: ReviewScene) -> None:
    digest = "ab" * 32
    proposed.then(
        "evidence.received",
        fields={"evidence": "录像"},
        recordings=(Attached(digest, "现场录像.mp4", "video/mp4", 9),),
    )
    reviewer = proposed.bureau.legal_reviewer
    assert "现场录像.mp4" in proposed.page(reviewer)
    assert (
        proposed.post(
            reviewer, "viewed", recording=digest, view_result="agrees", opinion="与笔录一致"
        ).status_code
        == 302
    )
    assert proposed.last("legal-review.recording-viewed").subjects == {"recording": (digest,)}
    assert (
        proposed.post(
            reviewer, "heard", person=ONE, opinion="问：是否受到威胁。答：没有。", signed="on"
        ).status_code
        == 302
    )
    heard = proposed.last("legal-review.person-heard")
    assert heard.subjects == ABOUT_ONE
    assert heard.fields["signed"] is True
    assert review_state(proposed.facts).review is Review.NONE


@pytest.mark.parametrize(
    ("who", "form"),
    [
        ("handler", "outcome"), ("handler", "decide-exclusion"), ("legal_reviewer", "submit"), ("legal_reviewer", "open"),
        ("approver", "outcome"), ("approver", "fix"), ("supervisor", "submit"), ("supervisor", "outcome"),
    ],
)  # fmt: skip
def test_a_form_is_taken_only_from_its_own_hand(proposed: ReviewScene, who: str, form: str) -> None:
    before = proposed.dossier.position
    officer = getattr(proposed.bureau, who)
    assert f'name="form" value="{form}"' not in proposed.page(officer)
    assert proposed.post(officer, form, **SOUND).status_code == 403
    assert proposed.dossier.position == before


def test_a_reviewer_who_handled_the_case_is_told_so(proposed: ReviewScene) -> None:
    second = proposed.bureau.second_handler
    held = RoleAssignment.objects.get(officer=second, role=Role.HANDLER)
    with clock.holding(at(proposed.minute + 1)):
        services.role_end(held, by=proposed.bureau.founder, reason=REASON)
    with clock.holding(at(proposed.minute + 2)):
        unit = proposed.bureau.approver.unit_id
        services.role_grant(second, Role.LEGAL_REVIEWER, unit, by=proposed.bureau.founder, reason=REASON)
    proposed.minute += 10
    page = proposed.page(second)
    assert "您已在本案中参与办案，不能再作审核" in page
    assert 'name="form"' not in page
    assert proposed.post(second, "outcome", **SOUND).status_code == 403


def test_a_case_that_moved_on_is_looked_at_before_it_is_sent_again(proposed: ReviewScene) -> None:
    submitted(proposed)
    answer = outcome(proposed, "passed", expected=proposed.dossier.position - 1)
    assert answer.status_code == 409
    assert f'name="outcome-expected" value="{proposed.dossier.position}"' in told(answer)
    assert review_state(proposed.facts).review is Review.WAITING


def test_a_form_sent_twice_is_recorded_once(proposed: ReviewScene) -> None:
    submitted(proposed)
    position = proposed.dossier.position
    with_key = {"key": "the-same", "expected": position}
    first = outcome(proposed, "returned", reason="证据不足", fixes="补笔录", **with_key)
    proposed.minute -= 10
    again = outcome(proposed, "returned", reason="证据不足", fixes="补笔录", **with_key)
    assert (first.status_code, again.status_code) == (302, 302)
    assert sum(a.type == "legal-review.returned" for a in dossier_acts(proposed.dossier)) == 1


def test_the_gate_tells_an_unfit_reviewer_in_plain_words(proposed: ReviewScene) -> None:
    answer = outcome(proposed, "passed", opinion="x\x07")
    assert answer.status_code == 422
    assert "控制字符" in told(answer)


def test_english_is_complete(proposed: ReviewScene) -> None:
    submitted(proposed)
    client = proposed.client(proposed.bureau.legal_reviewer)
    with clock.holding(at(proposed.minute)):
        client.post("/language/", {"language": "en", "next": "/desk/"})
        page = client.get(f"/cases/{proposed.id}/review/").content.decode()
    assert "Twelve points" in page
    assert "waiting for review" in page
    start = page.index("Findings of the review")
    form = page[start : page.index("Every review") if "Every review" in page else None]
    known = ("演示·某乙", EVIDENCE, "案卷", "建议罚款")
    for words in known:
        form = form.replace(words, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<footer.*", "", form, flags=re.DOTALL))
