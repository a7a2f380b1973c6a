"""The topic of measures outside custody: which cases with bail or residential surveillance it looks at, and which not."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.procedure.conftest import bureau, home
from tests.procedure.dossiers import SUSPECT, Scene, at
from zhunsheng.base import clock
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.inspections.running import cases_of
from zhunsheng.people.demo import COUNTY, Bureau
from zhunsheng.procedure.watch import obligations_watch

__all__ = ["bureau", "home"]
pytestmark = pytest.mark.django_db

DAY = 24 * 60
DECIDED = 2 * DAY


def criminal(bureau: Bureau) -> Scene:
    """A criminal case with a suspect."""
    scene = Scene(bureau)
    scene.do("case.opened", 0, fields={"case_kind": "criminal", "conduct_on": "2026-03-01"})
    scene.do(
        "person.identified",
        10,
        subjects=SUSPECT,
        fields={"age": 30, "sex": "male", "identity_known": True, "person_role": "suspect"},
    )
    return scene


def on_bail(bureau: Bureau) -> Scene:
    """The suspect is on bail with a guarantor."""
    scene = criminal(bureau)
    scene.do(
        "bail.decided",
        DECIDED,
        by=bureau.approver,
        subjects=SUSPECT,
        fields={"guarantee": "guarantor", "level": "county-head"},
    )
    return scene


def looked_at(theme: str, scenes: list[Scene], bureau: Bureau, days: int) -> list[int]:
    """Which of the scenes the topic finds so many days after the measure."""
    (asked,) = (t.asked for t in inspections_file().themes if t.code == theme)
    with clock.holding(at(DECIDED) + dt.timedelta(days=days)):
        rows = cases_of(asked, unit=COUNTY, by=bureau.supervisor, purpose="supervision")
        ids = set(rows.values_list("pk", flat=True))
    return [n for n, scene in enumerate(scenes) if scene.id in ids]


def test_bail_and_surveillance_that_nobody_worked_on_or_that_nearly_ran_out(bureau: Bureau) -> None:
    scenes = [on_bail(bureau) for _ in range(4)]
    lifted, worked_on, sent = scenes[1:]
    lifted.do("bail.lifted", 30 * DAY, by=bureau.approver, subjects=SUSPECT, fields={"level": "county-head"})
    worked_on.do(
        "person.questioned",
        90 * DAY,
        occurred_at=at(90 * DAY - 60),
        ended_at=at(90 * DAY - 10),
        subjects=SUSPECT,
        fields={"signed": True},
    )
    sent.do("case.sent-for-prosecution", 60 * DAY, subjects=SUSPECT)
    watched = criminal(bureau)
    watched.do(
        "surveillance.decided",
        DECIDED,
        by=bureau.approver,
        subjects=SUSPECT,
        fields={"designated": False, "level": "county-head"},
    )
    watched.do(
        "person.questioned", 120 * DAY, subjects=SUSPECT, ended_at=at(120 * DAY), fields={"signed": True}
    )
    scenes.append(watched)
    assert looked_at("not-in-custody", scenes, bureau, 80) == []
    assert looked_at("not-in-custody", scenes, bureau, 100) == [0]
    assert looked_at("not-in-custody", scenes, bureau, 151) == [0, 4]
    assert looked_at("not-in-custody", scenes, bureau, 331) == [0, 2, 4]


def test_a_bond_kept_after_bail_was_lifted_is_money_held(bureau: Bureau) -> None:
    scenes = [criminal(bureau) for _ in range(2)]
    for scene in scenes:
        scene.do(
            "bail.decided",
            DECIDED,
            by=bureau.approver,
            subjects=SUSPECT,
            fields={"guarantee": "bond", "amount": 2000, "level": "county-head"},
        )
        scene.do(
            "bail.lifted", 30 * DAY, by=bureau.approver, subjects=SUSPECT, fields={"level": "county-head"}
        )
    scenes[1].do("bail-bond.refunded", 30 * DAY + 60, subjects=SUSPECT, fields={"amount": 2000})
    with clock.holding(at(32 * DAY)):
        obligations_watch()
    assert looked_at("money-held", scenes, bureau, 40) == [0]
