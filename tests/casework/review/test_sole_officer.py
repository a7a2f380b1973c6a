"""What one officer did alone counts only under a recording of all of it: else it is marked, and no penalty rests on it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.casework.review.cases import ABOUT_ONE, ReviewScene
from tests.casework.review.test_gate import tried
from tests.procedure.dossiers import at
from zhunsheng.acts.drafts import Actor
from zhunsheng.base import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(proposed: ReviewScene) -> ReviewScene:
    """A suspect questioned by one officer in the handling area, for half an hour, without a recording."""
    scene = proposed
    scene.minute += 40
    scene.do(
        "person.questioned",
        scene.minute,
        occurred_at=at(scene.minute - 30),
        ended_at=at(scene.minute),
        officers=(Actor(scene.bureau.handler.number, "handler"),),
        fields={"person_role": "suspect", "place": "handling-area", "method": "face", "signed": True},
        subjects=ABOUT_ONE,
        backfill="设备故障后补录",
    )
    scene.told()
    return scene


def evidence(scene: ReviewScene) -> str:
    with clock.holding(at(scene.minute)):
        return scene.client(scene.bureau.handler).get(f"/cases/{scene.id}/evidence/").content.decode()


def recorded(scene: ReviewScene, minutes: tuple[float, float]) -> None:
    """A recording between two of the scene's minutes, filed only now."""
    scene.minute += 10
    scene.do(
        "recording.made",
        scene.minute,
        occurred_at=at(minutes[0]),
        ended_at=at(minutes[1]),
        fields={"method": "fixed-camera", "place": "handling-area"},
        subjects=ABOUT_ONE | {"recording": ("录1",)},
        backfill="补录",
    )


def test_it_is_marked_and_no_penalty_rests_on_it(alone: ReviewScene) -> None:
    """The decision is refused with the article and what to do; no penalty may still be decided."""
    assert "不能使用" in evidence(alone)
    assert tried(alone) == {"evidence"}
    assert tried(alone, decision="no-penalty") == set()


def test_a_complete_recording_makes_it_good_and_a_short_one_does_not(alone: ReviewScene) -> None:
    """All of it, from the beginning to the end."""
    questioned = next(a for a in alone.facts.all("person.questioned"))
    start = (questioned.at - at(0).astimezone(questioned.at.tzinfo)) / dt.timedelta(minutes=1)
    recorded(alone, (start + 5, start + 31))
    assert tried(alone) == {"evidence"}
    recorded(alone, (start - 1, start + 31))
    assert "不能使用" not in evidence(alone)
    assert tried(alone) == set()


def test_excluded_it_stands_in_nobodys_way(alone: ReviewScene) -> None:
    """The rest of the evidence may found the penalty."""
    alone.head("evidence.excluded", fields={"evidence": "某乙的询问笔录", "evidence_kind": "statement"})
    assert tried(alone) == set()
