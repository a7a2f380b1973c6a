"""The loop ends: what no act can cure is over once another hand has verified what was done, and not before."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from tests.procedure.dossiers import Scene, at
from tests.supervision.loop.acting import OVER, finding, overdue, released, reopened_by, signed_in
from tests.supervision.loop.test_ledger import DAY, accepted, again, done, line, verified
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.supervision import rectifying, services
from zhunsheng.supervision.figures import desk
from zhunsheng.supervision.models import Alert, Contest, FindingVersion, Rectification
from zhunsheng.supervision.precision import precisions
from zhunsheng.supervision.rebuild import findings_rebuild
from zhunsheng.supervision.selectors import Filters, finding_list, own_findings, waiting_for_answer
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = pytest.mark.django_db
SEEN = OVER + 3 * DAY
"""Long enough after it was found for others to see it."""


def rectified(scene: Scene) -> Rectification:
    """A finding put right and verified."""
    accepted(scene)
    done(scene)
    return verified(scene)


def ordered(scene: Scene) -> Rectification:
    """A finding that a supervisor has put into the ledger before its officer answered."""
    found, bureau = overdue(scene), scene.bureau
    with clock.holding(at(OVER + 20)):
        return rectifying.rectification_order(
            found.pk, by=bureau.supervisor, owner=bureau.handler, task="自查"
        )


def reopened(scene: Scene, minutes: float = OVER + 120) -> None:
    with clock.holding(at(minutes)):
        rectifying.rectification_reopen(line(scene).pk, by=scene.bureau.supervisor, reason="抽查发现没有落实")


def test_verified_it_is_over_for_everybody_and_still_counts_as_found(held: Scene) -> None:
    rectified(held)
    found, bureau = finding(held), held.bureau
    assert (found.status, found.cured_at, found.next_level_at) == ("rectified", at(OVER + 90), None)
    last = found.history.order_by("number").last()
    assert (last.event, last.by_id, last.note) == ("rectified", bureau.supervisor.number, "现场查看")
    assert last.explanation == found.history.order_by("number").first().explanation
    assert not Alert.objects.filter(answered_at=None).exists()
    with clock.holding(at(SEEN)):
        own = own_findings(bureau.handler)
        assert (own.to_answer, own.running, own.told, own.over) == ([], [], [], [found])
        assert waiting_for_answer(bureau.handler) == 0
        figures = desk(by=bureau.supervisor, purpose="supervision").figures
        assert (figures.now, figures.oldest, figures.found, figures.cured) == (0, None, 1, 1)
        listed = {
            state: finding_list(Filters(state=state), by=bureau.supervisor, purpose="supervision").total
            for state in ("now", "counted", "righted", "rectified", "cured")
        }
        assert listed == {"now": 0, "counted": 1, "righted": 1, "rectified": 1, "cured": 0}
        assert precisions()[0].confirmed == 1
        assert findings_rebuild(mend=False).different == 0


def test_sent_back_it_is_still_to_be_put_right(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held, good=False)
    assert finding(held).status == "accepted"


def test_opened_again_by_hand_it_is_what_it_was_before(held: Scene) -> None:
    rectified(held)
    reopened(held)
    found = finding(held)
    assert (found.status, found.cured_at) == ("accepted", None)
    assert found.history.order_by("number").last().event == "returned"
    done(held, OVER + 130)
    verified(held, OVER + 140)
    assert finding(held).status == "rectified"


def test_opened_again_after_a_contest_it_is_upheld_still(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    with clock.holding(at(OVER + 20)):
        contest = services.contest_file(found.pk, by=bureau.handler, ground="facts", reason="-", evidence="-")
        services.contest_decide(contest.pk, by=bureau.supervisor, outcome="upheld", reason="-")
    done(held)
    verified(held)
    assert finding(held).status == "rectified"
    reopened(held)
    assert finding(held).status == "upheld"


def test_what_happens_again_is_a_finding_of_its_own(held: Scene) -> None:
    rectified(held)
    other = again(held, OVER + 2 * DAY)
    assert reopened_by(OVER + 5 * DAY) == 1
    assert line(held).status == "open"
    assert (finding(held).status, finding(other).status) == ("rectified", "open")


def test_verified_before_the_officer_answered_it_may_still_be_contested(held: Scene) -> None:
    ordered(held)
    found, bureau = finding(held), held.bureau
    done(held)
    verified(held)
    given = {"by": bureau.handler, "ground": "facts", "reason": "当时已经释放", "evidence": "登记簿"}
    with clock.holding(at(OVER + 100)):
        contest = services.contest_file(found.pk, **given)
        assert finding(held).status == "contested"
    with clock.holding(at(OVER + 110)):
        services.contest_decide(contest.pk, by=bureau.supervisor, outcome="upheld", reason="登记簿没有")
    assert finding(held).status == "rectified"
    assert Rectification.objects.unfenced("a test").count() == 1


def test_a_verification_that_did_not_hold_counts_no_more_when_the_contest_is_refused(held: Scene) -> None:
    ordered(held)
    done(held)
    verified(held)
    found, bureau = finding(held), held.bureau
    with clock.holding(at(OVER + 100)):
        contest = services.contest_file(found.pk, by=bureau.handler, ground="facts", reason="-", evidence="-")
    reopened(held, OVER + 105)
    assert finding(held).status == "contested"
    with clock.holding(at(OVER + 110)):
        services.contest_decide(contest.pk, by=bureau.supervisor, outcome="upheld", reason="-")
    assert finding(held).status == "upheld"
    assert Rectification.objects.unfenced("a test").count() == 1


def test_done_late_after_all_it_is_cured_by_that_act(held: Scene) -> None:
    rectified(held)
    released(held, OVER + 200)
    found = finding(held)
    assert (found.status, found.cured_by) == ("cured", held.acts["person.released"])
    reopened(held, OVER + 300)
    assert finding(held).status == "cured"


def contested(scene: Scene, minutes: float) -> Contest:
    with clock.holding(at(minutes)):
        return services.contest_file(
            finding(scene).pk, by=scene.bureau.handler, ground="facts", reason="-", evidence="-"
        )


def refused(scene: Scene, contest: Contest, minutes: float) -> None:
    with clock.holding(at(minutes)):
        services.contest_decide(contest.pk, by=scene.bureau.supervisor, outcome="upheld", reason="-")


def test_verified_while_it_was_contested_it_is_over_when_the_contest_is_refused(held: Scene) -> None:
    ordered(held)
    contest = contested(held, OVER + 30)
    done(held)
    verified(held)
    assert finding(held).status == "contested"
    refused(held, contest, OVER + 100)
    found = finding(held)
    assert (found.status, found.cured_at) == ("rectified", at(OVER + 90))
    assert Rectification.objects.unfenced("a test").count() == 1
    assert findings_rebuild(mend=False).different == 0


def test_opened_again_after_a_contest_refused_since_it_is_upheld(held: Scene) -> None:
    ordered(held)
    done(held)
    verified(held)
    refused(held, contested(held, OVER + 100), OVER + 110)
    assert finding(held).status == "rectified"
    reopened(held)
    assert (finding(held).status, finding(held).next_level_at) == ("upheld", None)


def test_opened_again_before_the_officer_answered_it_goes_on_to_those_not_told_yet(held: Scene) -> None:
    ordered(held)
    done(held)
    verified(held)
    assert finding(held).next_level_at is None
    reopened(held)
    assert finding(held).status == "open"
    with clock.holding(at(OVER + 2 * DAY)):
        levels_pass_on()
    assert set(Alert.objects.values_list("level", flat=True)) == {"officer", "unit"}


def test_what_was_accepted_is_not_contested_once_it_is_over(held: Scene) -> None:
    rectified(held)
    with pytest.raises(InputError, match="已经认可"):
        contested(held, OVER + 100)
    with clock.holding(at(OVER + 100)):
        page = signed_in(held.bureau.handler).get(f"/findings/{finding(held).pk}/").content.decode()
    assert 'value="contest"' not in page
    released(held, OVER + 200)
    assert finding(held).status == "cured"
    with pytest.raises(InputError, match="已经认可"):
        contested(held, OVER + 210)


def test_of_two_lines_of_a_finding_one_is_open_at_a_time(held: Scene) -> None:
    first, bureau = accepted(held), held.bureau
    released(held)
    done(held)
    verified(held)
    with clock.holding(at(OVER + 100)):
        second = rectifying.rectification_order(
            first.finding_id, by=bureau.supervisor, owner=bureau.handler, task="再查"
        )
        assert second.pk != first.pk
        with pytest.raises(InputError, match="另有一项整改"):
            rectifying.rectification_reopen(first.pk, by=bureau.supervisor, reason="-")


def test_once_verified_no_second_line_is_ordered(held: Scene) -> None:
    row = rectified(held)
    with clock.holding(at(OVER + 120)), pytest.raises(InputError, match="已经整改销号"):
        rectifying.rectification_order(
            row.finding_id, by=held.bureau.supervisor, owner=held.bureau.handler, task="-"
        )


def test_the_table_wants_a_time_for_it(held: Scene) -> None:
    accepted(held)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(finding(held)).objects.unfenced("a test").update(status="rectified")


def test_lines_closed_before_the_update_end_their_findings_too(held: Scene) -> None:
    """As the tables stood before findings could be rectified."""
    row = rectified(held)
    found = finding(held)
    type(found).objects.unfenced("a test").update(status="accepted", cured_at=None)
    migration = import_module("zhunsheng.supervision.migrations.0006_rectified")
    apps = MigrationLoader(connection).project_state(("supervision", "0006_rectified")).apps
    migration.rectified_note(apps, None)
    now = finding(held)
    assert (now.status, now.cured_at, now.versions) == ("rectified", row.verified_at, found.versions + 1)
    last = FindingVersion.objects.filter(finding=now).order_by("number").last()
    assert (last.number, last.by_id, last.event) == (now.versions, held.bureau.supervisor.number, "rectified")
    reopened(held)
    migration.rectified_note(apps, None)
    assert finding(held).status == "accepted"
