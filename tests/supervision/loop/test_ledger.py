"""The ledger: done with evidence, verified by another hand, not closed while it happens again, escalated rung by rung by acts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.acting import OVER, finding, overdue, released, reopened_by
from tests.supervision.loop.conftest import Ruled
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import STATION
from zhunsheng.supervision import escalation, rectifying, services
from zhunsheng.supervision.access import rectification_seen
from zhunsheng.supervision.hand_downs import hand_down_enter, hand_down_reply
from zhunsheng.supervision.models import Contest, Finding, HandDown, Rectification, RectificationStep
from zhunsheng.supervision.selectors import rectification_list

pytestmark = pytest.mark.django_db
DAY = 24 * 60


def accepted(scene: Scene) -> Rectification:
    """The officer has accepted; the line of the ledger."""
    found = overdue(scene)
    with clock.holding(at(OVER + 20)):
        services.finding_accept(found.pk, by=scene.bureau.handler)
    return line(scene)


def line(scene: Scene) -> Rectification:
    """The line as it stands."""
    row: Rectification = Rectification.objects.unfenced("a test").get(finding=finding(scene))
    return row


def done(scene: Scene, minutes: float = OVER + 60, **given: str) -> Rectification:
    with clock.holding(at(minutes)):
        said = {"measure": "到案登记增设提醒", "evidence": "设置截图", **given}
        return rectifying.rectification_done(line(scene).pk, by=scene.bureau.handler, **said)


def verified(scene: Scene, minutes: float = OVER + 90, *, good: bool = True) -> Rectification:
    with clock.holding(at(minutes)):
        return rectifying.rectification_verify(
            line(scene).pk, by=scene.bureau.supervisor, good=good, note="现场查看"
        )


def again(scene: Scene, minutes: float) -> Scene:
    """The same goes wrong in another dossier of the unit, a person coming at that time."""
    other = Scene(scene.bureau)
    other.do("report.received", minutes, fields={"case_kind": "public-order"}, subjects={"person": ("某甲",)})
    other.do("person.arrived", minutes + 10, fields={"identity_known": True}, subjects=SUSPECT)
    overdue(other, minutes + 10 * 60)
    return other


def test_a_line_goes_its_way_to_the_end(held: Scene) -> None:
    row = accepted(held)
    released(held)
    assert done(held, act="").status == "done"
    row = verified(held)
    assert (row.status, row.verified_by) == ("closed", held.bureau.supervisor)
    kinds = RectificationStep.objects.filter(rectification=row).values_list("kind", flat=True)
    assert list(kinds) == ["opened", "done", "closed"]


def test_an_act_of_the_dossier_is_evidence(held: Scene) -> None:
    accepted(held)
    released(held)
    row = done(held, evidence="", act=str(held.acts["person.released"].position))
    assert row.evidence_act == held.acts["person.released"]
    with pytest.raises(Denied):
        done(held)


@pytest.mark.parametrize("given", [{"measure": " "}, {"evidence": ""}, {"evidence": "", "act": "99"}])
def test_nothing_is_done_without_measure_and_evidence(held: Scene, given: dict[str, str]) -> None:
    accepted(held)
    with pytest.raises(InputError):
        done(held, **given)


def test_nobody_verifies_without_the_role_nor_their_own_work(held: Scene) -> None:
    row, bureau = accepted(held), held.bureau
    done(held)
    with clock.holding(at(OVER + 90)):
        for by in (bureau.handler, bureau.approver, bureau.assessor, bureau.other_approver):
            with pytest.raises(Denied):
                rectifying.rectification_verify(row.pk, by=by, good=True, note="-")
        Rectification.objects.unfenced("a test").filter(pk=row.pk).update(done_by=bureau.supervisor)
        with pytest.raises(InputError):
            rectifying.rectification_verify(row.pk, by=bureau.supervisor, good=True, note="-")
    for columns in (
        {"status": "closed", "verified_by": bureau.supervisor},
        {"status": "closed", "verified_by": bureau.handler, "done_by": bureau.supervisor},
        {"status": "closed", "verified_by": bureau.approver, "evidence": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rectification.objects.unfenced("a test").filter(pk=row.pk).update(**columns)


def test_what_is_not_put_right_goes_back(held: Scene) -> None:
    accepted(held)
    done(held)
    assert verified(held, good=False).status == "open"
    with clock.holding(at(OVER + 95)), pytest.raises(InputError):
        rectifying.rectification_verify(line(held).pk, by=held.bureau.supervisor, good=True, note="-")
    done(held, OVER + 100)
    assert verified(held, OVER + 110).status == "closed"


def test_while_it_happens_again_it_is_not_closed(held: Scene) -> None:
    accepted(held)
    done(held)
    again(held, OVER + DAY)
    with pytest.raises(InputError, match="又发生1次"):
        verified(held, OVER + 3 * DAY)
    done_again = verified(held, OVER + 3 * DAY + 10, good=False)
    assert done_again.status == "open"


def test_what_happens_again_soon_after_opens_it_again(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held)
    again(held, OVER + 2 * DAY)
    assert reopened_by(OVER + 5 * DAY) == 1
    assert reopened_by(OVER + 5 * DAY + 1) == 0
    row = line(held)
    assert (row.status, row.reopened, row.verified_by_id) == ("open", 1, None)
    assert row.steps.last().kind == "reopened"


def test_what_happens_long_after_is_a_matter_of_its_own(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held)
    again(held, OVER + 40 * DAY)
    assert reopened_by(OVER + 43 * DAY) == 0
    assert line(held).status == "closed"


def contested_again(scene: Scene) -> tuple[Scene, Contest]:
    """It happens once more, and the officer contests that."""
    other = again(scene, OVER + DAY)
    with clock.holding(at(OVER + 2 * DAY)):
        contest = services.contest_file(
            finding(other).pk, by=scene.bureau.handler, ground="facts", reason="-", evidence="-"
        )
    return other, contest


def test_what_happened_again_and_was_contested_opens_it_again_once_that_is_refused(held: Scene) -> None:
    accepted(held)
    done(held)
    _, contest = contested_again(held)
    assert verified(held, OVER + 2 * DAY + 10).status == "closed"
    with clock.holding(at(OVER + 2 * DAY + 20)):
        services.contest_decide(contest.pk, by=held.bureau.supervisor, outcome="upheld", reason="-")
    assert reopened_by(OVER + 2 * DAY + 30) == 1
    assert (line(held).status, line(held).reopened) == ("open", 1)


def test_what_was_dismissed_has_not_happened_again(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held)
    _, contest = contested_again(held)
    assert reopened_by(OVER + 2 * DAY + 10) == 0
    with clock.holding(at(OVER + 2 * DAY + 20)):
        assert escalation.grounds(line(held)) == ()
        services.contest_decide(
            contest.pk, by=held.bureau.supervisor, outcome="dismissed", reason="-", cause="norm"
        )
        assert escalation.grounds(line(held)) == ()
    assert reopened_by(OVER + 5 * DAY) == 0


def test_what_happened_again_is_a_ground_whatever_was_done_since(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held)
    again(held, OVER + DAY)
    with clock.holding(at(OVER + 2 * DAY)):
        assert escalation.grounds(line(held)) == (), "the officer has time to answer it yet"
    with clock.holding(at(OVER + 2 * DAY + 11 * 60)):
        assert escalation.grounds(line(held)) == ("recurred",)
    assert reopened_by(OVER + 2 * DAY + 11 * 60) == 1
    done(held, OVER + 3 * DAY)
    verified(held, OVER + 3 * DAY + 10, good=False)
    with clock.holding(at(OVER + 4 * DAY)):
        assert escalation.grounds(line(held)) == ("recurred",)


def test_a_supervisor_puts_a_finding_into_the_ledger_and_opens_it_again(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    with clock.holding(at(OVER + 20)):
        with pytest.raises(Denied):
            rectifying.rectification_order(found.pk, by=bureau.approver, owner=bureau.handler, task="")
        row = rectifying.rectification_order(
            found.pk, by=bureau.supervisor, owner=bureau.handler, task="逐案自查"
        )
        same = rectifying.rectification_order(
            found.pk, by=bureau.supervisor, owner=bureau.handler, task="另一项"
        )
    assert (same.pk, row.task) == (row.pk, "逐案自查")
    done(held)
    verified(held)
    with clock.holding(at(OVER + 120)):
        rectifying.rectification_reopen(row.pk, by=bureau.supervisor, reason="证据不实")
        with pytest.raises(InputError):
            rectifying.rectification_reopen(row.pk, by=bureau.supervisor, reason="证据不实")
        late = row.due_at + dt.timedelta(days=30)
        rectifying.rectification_extend(row.pk, by=bureau.supervisor, due_at=late, reason="设备采购")
    assert line(held).due_at == late


def test_the_ladder_is_climbed_by_acts_in_the_dossier(held: Scene) -> None:
    row, bureau = accepted(held), held.bureau
    by = bureau.supervisor
    with clock.holding(at(OVER + 60)), pytest.raises(InputError, match="没有需要约谈的情形"):
        escalation.talk(row.pk, by=by, recipient="副所长", reason="超期")
    past = OVER + 20 * DAY
    with clock.holding(at(past)):
        assert escalation.grounds(line(held)) == ("overdue",)
        with pytest.raises(InputError, match="先约谈"):
            escalation.listing_put(row.pk, by=by, ground="overdue", reason="超期")
        with pytest.raises(Denied):
            escalation.talk(row.pk, by=bureau.approver, recipient="副所长", reason="超期")
        escalation.talk(row.pk, by=by, recipient="副所长", reason="超期")
        escalation.talk(row.pk, by=by, recipient="所长", reason="仍然超期")
        with pytest.raises(InputError):
            escalation.talk(row.pk, by=by, recipient="所长", reason="-")
        with pytest.raises(InputError, match="不符合挂牌"):
            escalation.listing_put(row.pk, by=by, ground="grave", reason="-")
        escalation.listing_put(row.pk, by=by, ground="overdue", reason="两次约谈后仍未整改")
        with pytest.raises(InputError):
            escalation.listing_put(row.pk, by=by, ground="overdue", reason="-")
        with pytest.raises(InputError, match="还不符合解除条件"):
            escalation.listing_end(row.pk, by=by, reason="-")
        assert rectification_list("listed", by=by, purpose="supervision").total == 1
    acts = Act.objects.unfenced("a test").filter(dossier_id=held.id, type__startswith="supervision.")
    assert [act.type for act in acts.order_by("position")] == [
        "supervision.talked-with-deputy",
        "supervision.talked-with-head",
        "supervision.listed",
    ]
    assert acts.last().fields["listing_ground"] == "overdue"
    assert acts.last().officers[0]["role"] == "supervisor"
    done(held, past + 60)
    verified(held, past + 120)
    with clock.holding(at(past + 120 + 29 * DAY)), pytest.raises(InputError):
        escalation.listing_end(row.pk, by=by, reason="-")
    with clock.holding(at(past + 120 + 31 * DAY)):
        escalation.listing_end(row.pk, by=by, reason="观察期内没有再发生")
    row = line(held)
    assert (row.delisted_at is not None, row.rung) == (True, 0)
    assert acts.order_by("position").last().type == "supervision.delisted"
    assert finding(held).status == "rectified"


def test_a_grave_matter_goes_straight_to_the_list(ruled: Ruled, scene: Scene) -> None:
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity="blocking"))
    row = accepted(scene.in_custody())
    with clock.holding(at(OVER + 60)):
        escalation.listing_put(row.pk, by=scene.bureau.supervisor, ground="grave", reason="违反阻断性规范")
    assert line(scene).listed_at is not None


def test_what_the_door_refuses_leaves_no_step(held: Scene) -> None:
    """A sealed dossier takes no act; then the ledger says nothing either."""
    row = accepted(held)
    held.do(
        "dossier.sealed",
        OVER + 50,
        by=held.bureau.approver,
        fields={"law": "-", "article": "1", "reason": "-"},
    )
    with clock.holding(at(OVER + 20 * DAY)), pytest.raises(InputError, match="封存"):
        escalation.talk(row.pk, by=held.bureau.supervisor, recipient="副所长", reason="超期")
    assert line(held).rung == 0
    assert list(row.steps.values_list("kind", flat=True)) == ["opened"]


def test_a_paper_handed_down_has_a_clock_leads_to_a_norm_and_is_replied_to_once(held: Scene) -> None:
    by = held.bureau.supervisor
    given = {
        "by": by,
        "kind": "procuratorial-suggestion",
        "number": "检建〔2026〕1号",
        "organ": "演示市人民检察院",
        "subject": "询问时间",
        "unit": STATION,
        "received_at": at(0),
    }
    with clock.holding(at(60)):
        for wrong in (
            {},
            {"norm_id": "no.such"},
            {"norm_id": "test.hours", "kind": "letter"},
            {"norm_id": "test.hours", "number": " "},
        ):
            with pytest.raises(InputError):
                hand_down_enter(**(given | wrong))
        with pytest.raises(Denied):
            hand_down_enter(**(given | {"by": held.bureau.handler, "norm_id": "test.hours"}))
        row = hand_down_enter(**given, norm_id="test.hours")
        assert row.reply_by == at(0) + dt.timedelta(days=60)
        with pytest.raises(InputError):
            rectifying.rectification_for(row, by=by, owner=held.bureau.handler, task=" ")
        task = rectifying.rectification_for(row, by=by, owner=held.bureau.handler, task="逐案自查")
        assert escalation.grounds(task) == ("handed-down",)
        escalation.listing_put(task.pk, by=by, ground="handed-down", reason="上级交办")
        hand_down_reply(row.pk, by=by, reply="已整改", number="复〔2026〕1号")
        with pytest.raises(InputError):
            hand_down_reply(row.pk, by=by, reply="再复")
    with pytest.raises(IntegrityError), transaction.atomic():
        HandDown.objects.unfenced("a test").filter(pk=row.pk).update(norm_id="")


def test_no_table_and_no_figure_is_about_a_person() -> None:
    """What is counted and ranked has units and norms for its keys; officers are addressees and nothing else."""
    from zhunsheng.supervision.figures import DENOMINATORS, DIMENSIONS

    assert set(DIMENSIONS.values()) == {"norm_id", "unit_id", "element", "stage", "severity", "feed_id"}
    assert not {"officer", "owner", "owner_id"} & {*DENOMINATORS.values(), *DIMENSIONS.values()}
    numbers = {
        f.name for f in Finding._meta.get_fields() if f.get_internal_type() in ("FloatField", "DecimalField")
    }
    assert numbers == set()


def test_a_line_that_the_officer_s_acceptance_opened_is_theirs_alone_until_the_finding_is_released(
    held: Scene,
) -> None:
    """Problem and number of the case stand in the line: the ledger tells no more of a finding than its own list."""
    row, bureau = accepted(held), held.bureau
    with clock.holding(at(OVER + 30)):
        assert rectification_list("open", by=bureau.handler, purpose=None).rows == [row]
        assert rectification_list("open", by=bureau.supervisor, purpose="supervision").rows == []
        with pytest.raises(Denied):
            rectification_seen(row.pk, bureau.supervisor, "supervision")
    with clock.holding(at(OVER + 2 * DAY)):
        assert rectification_list("open", by=bureau.supervisor, purpose="supervision").rows == [row]


def test_what_the_officer_reports_done_early_is_seen_by_whoever_is_to_verify_it(held: Scene) -> None:
    row, bureau = accepted(held), held.bureau
    released(held)
    done(held, OVER + 60)
    assert finding(held).released_at == at(OVER + 60)
    with clock.holding(at(OVER + 61)):
        assert rectification_seen(row.pk, bureau.supervisor, "supervision") == row


def test_a_line_is_opened_again_once_others_may_know_of_the_finding(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held)
    other = again(held, 3 * DAY)
    released_at = (finding(other).released_at - at(0)).total_seconds() / 60
    assert reopened_by(released_at - 1) == 0
    assert line(held).status == "closed"
    assert reopened_by(released_at + 1) == 1
    step = RectificationStep.objects.filter(kind="reopened").get()
    assert step.note == f"{other.dossier.number}：{finding(other).title_zh}"
