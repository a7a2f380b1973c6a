"""A line of the ledger counts while its finding does: not while that is contested, nor once it was dismissed or is gone."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, finding, signed_in
from tests.supervision.loop.test_ledger import DAY, done, line
from tests.supervision.loop.test_rectified import contested, ordered, refused
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.supervision import escalation, services
from zhunsheng.supervision.figures import desk
from zhunsheng.supervision.models import Notice, Rectification
from zhunsheng.supervision.notices import notices_make
from zhunsheng.supervision.selectors import notices_unseen, rectification_list

pytestmark = pytest.mark.django_db
LATE = OVER + 20 * DAY
"""Past the term of the line."""


def dismissed(scene: Scene, minutes: float = OVER + 40) -> None:
    contest = contested(scene, OVER + 30)
    with clock.holding(at(minutes)):
        services.contest_decide(
            contest.pk, by=scene.bureau.supervisor, outcome="dismissed", reason="-", cause="record"
        )


def gone(scene: Scene) -> None:
    """It was done in time after all, as is recorded now."""
    scene.do("person.released", OVER + 30, subjects=SUSPECT, occurred_at=at(300))
    assert finding(scene).status == "closed"


def counted(scene: Scene, minutes: float) -> dict[str, int]:
    """Everywhere a line past its term would be counted, pressed or escalated."""
    by = scene.bureau.supervisor
    with clock.holding(at(minutes)):
        notices_make()
        lists = {s: rectification_list(s, by=by, purpose="supervision").total for s in ("open", "overdue")}
        return lists | {
            "figure": desk(by=by, purpose="supervision").figures.repairs_over,
            "own": rectification_list("open", by=scene.bureau.handler, purpose=None).total,
            "grounds": len(escalation.grounds(line(scene))),
            "told": Notice.objects.filter(kind="repair").exclude(step="entered").count(),
        }


NOWHERE = {"open": 0, "overdue": 0, "figure": 0, "own": 0, "grounds": 0, "told": 0}


def test_while_its_finding_is_contested_a_line_counts_nowhere(held: Scene) -> None:
    ordered(held)
    contest = contested(held, OVER + 30)
    assert counted(held, LATE) == NOWHERE
    by = held.bureau.supervisor
    with clock.holding(at(LATE)):
        assert rectification_list("aside", by=by, purpose="supervision").rows == [line(held)]
        with pytest.raises(InputError, match="没有需要约谈的情形"):
            escalation.talk(line(held).pk, by=by, recipient="副所长", reason="-")
        page = signed_in(by).get(f"/rectification/{line(held).pk}/").content.decode()
        assert "异议待决。在此状态下不要求整改" in page
        assert 'value="talk"' not in page
    refused(held, contest, LATE + 10)
    told = counted(held, LATE + 20)
    assert {told[name] for name in ("open", "overdue", "figure", "own", "grounds")} == {1}


@pytest.mark.parametrize("fall", [dismissed, gone])
def test_a_line_goes_with_its_finding(held: Scene, fall) -> None:
    ordered(held)
    fall(held)
    assert counted(held, LATE) == NOWHERE


def test_what_was_told_of_a_line_waits_for_nobody_once_its_finding_is_contested(held: Scene) -> None:
    ordered(held)
    with clock.holding(at(OVER + 25)):
        notices_make()
        assert Notice.objects.filter(kind="repair", officer=held.bureau.handler).count() == 1
        before = notices_unseen(held.bureau.handler)
    contested(held, OVER + 30)
    with clock.holding(at(OVER + 31)):
        assert notices_unseen(held.bureau.handler) == before - 1


def test_what_was_listed_comes_off_once_its_finding_was_dismissed(held: Scene) -> None:
    ordered(held)
    Rectification.objects.unfenced("a test").update(rung=3, listed_at=at(OVER + 25), listing_ground="overdue")
    by = held.bureau.supervisor
    with clock.holding(at(OVER + 26)), pytest.raises(InputError, match="还不符合解除条件"):
        escalation.listing_end(line(held).pk, by=by, reason="-")
    dismissed(held)
    with clock.holding(at(OVER + 50)):
        escalation.listing_end(line(held).pk, by=by, reason="问题已撤销")
    assert line(held).delisted_at is not None


def test_a_line_that_waits_for_verification_waits_for_the_decision_first(held: Scene) -> None:
    ordered(held)
    done(held, OVER + 25)
    contested(held, OVER + 30)
    with clock.holding(at(OVER + 40)):
        assert rectification_list("done", by=held.bureau.supervisor, purpose="supervision").total == 0
