"""What the made-up bureau did about its findings: each fate goes its lawful way by the services, as far as the present lets it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.supervision.test_recording import bureau, founded, planted
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.people.roles import Role
from zhunsheng.supervision.codes import Outcome, Repair, Status
from zhunsheng.supervision.demo import answering
from zhunsheng.supervision.demo.accounts import STATION, accounts_open
from zhunsheng.supervision.demo.answering import FATES, Afterwards, hand_downs_come
from zhunsheng.supervision.demo.living import LivingBureau
from zhunsheng.supervision.models import Alert, Finding, HandDown, Rectification
from zhunsheng.supervision.rebuild import findings_rebuild

__all__ = ["bureau", "founded"]
LATE = ("unanswered", "contested, waiting")
"""What is answered late or not at all, when everybody has been told."""
NORM, SHAPE = "inquiry.card-shown", "fine"
FOUNDED = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


def lived(bureau: LivingBureau, monkeypatch: pytest.MonkeyPatch, fate: str) -> Finding:
    """A breach, and what became of its finding."""
    accounts_open(bureau, FOUNDED, "of-tests-only")
    case = planted(bureau, NORM, SHAPE)
    monkeypatch.setattr(answering, "FATES", {fate: 1})
    told = Afterwards(1, (bureau.officers["演2004"], bureau.officers["演2008"])).answered()
    assert set(told) == {fate}
    found: Finding = Finding.objects.unfenced("a test").get(dossier__number=case.number, norm_id=NORM)
    return found


def line(found: Finding) -> Rectification:
    row: Rectification = Rectification.objects.unfenced("a test").get(finding=found)
    return row


def test_put_right_and_verified(bureau: LivingBureau, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lived(bureau, monkeypatch, "repaired")
    assert found.status == Status.RECTIFIED
    assert (line(found).status, line(found).verified_by) == (Repair.CLOSED, bureau.officers["演2004"])
    assert found.answered_at < line(found).done_at < line(found).verified_at < clock.now()


@pytest.mark.parametrize(
    ("fate", "outcome", "status"),
    [
        ("contested, upheld", Outcome.UPHELD, Status.RECTIFIED),
        ("contested, dismissed", Outcome.DISMISSED, Status.DISMISSED),
        ("contested, waiting", "", Status.CONTESTED),
    ],
)
def test_contested(
    bureau: LivingBureau, monkeypatch: pytest.MonkeyPatch, fate: str, outcome: str, status: Status
) -> None:
    found = lived(bureau, monkeypatch, fate)
    assert (found.contests.get().outcome, found.status) == (outcome, status)
    assert findings_rebuild(mend=False).different == 0


@pytest.mark.parametrize("fate", ["repaired", *LATE])
def test_nobody_is_told_of_what_is_answered_and_everybody_of_what_is_not(
    bureau: LivingBureau, monkeypatch: pytest.MonkeyPatch, fate: str
) -> None:
    found = lived(bureau, monkeypatch, fate)
    alerts = Alert.objects.filter(finding=found).order_by("made_at")
    assert alerts[0].level == "officer"
    assert found.answered_at is None or alerts.last().made_at <= found.answered_at
    levels = set(alerts.values_list("level", flat=True))
    assert (levels == {"officer", "unit", "legal"}) == (fate in LATE)


def test_left_lying_until_it_is_listed_by_acts_of_its_dossier(
    bureau: LivingBureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = lived(bureau, monkeypatch, "left lying")
    row = line(found)
    assert row.listed_at is not None
    assert row.rung == len(answering.RUNGS)
    acts = (
        Act.objects.unfenced("a test")
        .filter(dossier=found.dossier, type__startswith="supervision.")
        .order_by("position")
    )
    assert [act.type.rpartition(".")[2] for act in acts] == [
        "talked-with-deputy",
        "talked-with-head",
        "listed",
    ]


def test_papers_come_and_one_is_replied_to(bureau: LivingBureau) -> None:
    accounts_open(bureau, FOUNDED, "of-tests-only")
    assert hand_downs_come(bureau.officers["演2008"], STATION) == 2
    rows = HandDown.objects.unfenced("a test")
    assert rows.filter(replied_at=None).get().reply_by > clock.now() - dt.timedelta(days=30)


def test_the_fates_make_up_a_hundred_and_each_supervisor_holds_the_role(bureau: LivingBureau) -> None:
    assert sum(FATES.values()) == 100
    accounts_open(bureau, FOUNDED, "of-tests-only")
    held = bureau.officers["演2008"].roleassignments.values_list("role", flat=True)
    assert list(held) == [Role.SUPERVISOR]
