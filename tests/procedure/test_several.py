"""Several acts in one transaction leave what as many single ones leave; one refused leaves nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import pytest

from tests.procedure.dossiers import IDENTIFIED, KIND, START, SUSPECT, Scene
from tests.procedure.traffic import Traffic
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.acts.models import Act, Concern, Dossier
from zhunsheng.base import clock
from zhunsheng.casework.models import Case, Party, Term
from zhunsheng.ledger.models import Entry, Unsealed
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.errors import NotAllowed, Refused
from zhunsheng.procedure.invariants import differences_in
from zhunsheng.procedure.models import Change, Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.several import Step, enact_all
from zhunsheng.supervision.demo.bureau import made_up_bureau
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.generating import case_of, dice
from zhunsheng.supervision.demo.living import LivingBureau
from zhunsheng.supervision.demo.shapes import SHAPES

WHY = "a test"
LATER = START + dt.timedelta(hours=1)
OWN = {"id", "dossier", "dossier_id", "number", "head", "salts"}
"""Columns that differ from one dossier to the next by nature."""
SEVERAL = [
    "told-elsewhere",
    "spot-fine",
    "settled-on-the-scene",
    "fine",
    "hearing",
    "seizure",
    "suspended-detention",
]


@pytest.fixture
def living_bureau(db: None) -> LivingBureau:
    bureau = LivingBureau(made_up_bureau())
    bureau.found(dt.datetime(2025, 6, 1, tzinfo=dt.UTC))
    return bureau


def a_case(bureau: LivingBureau, shape: str) -> CaseFile:
    branch = bureau.made.branches[0]
    start = START.replace(tzinfo=None)
    return case_of(1, shape, branch.stations[0], branch, start, dice(shape))


def kept(dossier: uuid.UUID) -> dict[str, Any]:
    """Everything the tables hold of a dossier, its own names left out."""
    acts = list(Act.objects.unfenced(WHY).filter(dossier=dossier).order_by("position"))
    place = {act.id: act.position for act in acts}
    own = Dossier.objects.unfenced(WHY).get(pk=dossier)
    duties = list(Obligation.objects.unfenced(WHY).filter(dossier=dossier).order_by("id"))
    return {
        "dossier": plain(own, place),
        "acts": [plain(act, place) for act in acts],
        "duties": [plain(duty, place) for duty in duties],
        "changes": [
            (
                duties.index(change.obligation),
                change.before,
                change.after,
                change.at,
                place.get(change.act_id),
            )
            for change in Change.objects.filter(obligation__in=duties).order_by("id")
        ],
        "concerns": sorted(Concern.objects.filter(dossier=dossier).values_list("kind", "name")),
        "case": plain(Case.objects.unfenced(WHY).get(pk=dossier), place),
        "parties": rows(Party.objects.unfenced(WHY).filter(dossier=dossier), place),
        "terms": sorted(
            t for t in Term.objects.filter(dossier=dossier).values_list("kind", "term") if t[0] != "number"
        ),
        "entries": [e.position for e in Entry.objects.filter(chain=dossier).order_by("seq")],
        "unsealed": Unsealed.objects.filter(
            seq__in=Entry.objects.filter(chain=dossier).values("seq")
        ).count(),
    }


def rows(found: Iterable[Any], place: dict[uuid.UUID, int]) -> list[dict[str, Any]]:
    return sorted((plain(row, place) for row in found), key=repr)


def plain(row: Any, place: dict[uuid.UUID, int]) -> dict[str, Any]:
    """A row by columns, acts by their positions."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in OWN}
    return {
        name: place.get(value, value) if isinstance(value, uuid.UUID) else value
        for name, value in values.items()
    }


@pytest.mark.parametrize("shape", SEVERAL)
def test_a_sitting_leaves_the_same_rows_as_one_act_after_the_other(
    living_bureau: LivingBureau, shape: str
) -> None:
    case = a_case(living_bureau, shape)
    single, together = living_bureau.enact_case(case), living_bureau.enact_whole(case)
    assert not single.refused
    assert not single.rejected
    assert single.recorded == together.recorded == len(case.acts)
    assert single.dossier is not None
    assert together.dossier is not None
    assert kept(together.dossier) == kept(single.dossier)
    assert not differences_in(together.dossier, rulebook())


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - set(SEVERAL)))
@pytest.mark.slow
def test_so_it_is_with_every_shape(living_bureau: LivingBureau, shape: str) -> None:
    test_a_sitting_leaves_the_same_rows_as_one_act_after_the_other(living_bureau, shape)


def test_the_ledger_of_a_sitting_is_sound(living: Traffic) -> None:
    living.bureau.enact_whole(a_case(living.bureau, "spot-fine"))
    assert ledger_audit(processes=1).sound


def opening(scene: Scene) -> list[Step]:
    """A case opened and its suspect identified."""
    return [
        Step(scene.draft("case.opened", 0, kind="public-order", fields=KIND), scene.bureau.handler, LATER),
        Step(
            scene.draft("person.identified", 1, subjects=SUSPECT, fields=IDENTIFIED),
            scene.bureau.handler,
            LATER,
        ),
    ]


def detention(scene: Scene) -> Step:
    """A detention nobody was told of before."""
    fields = {"decision": "detention", "days": 5, "level": "county-head"}
    draft = scene.draft("penalty.decided", 9, officers=(), subjects=SUSPECT, fields=fields)
    return Step(draft, scene.bureau.approver, LATER)


def test_one_act_refused_leaves_nothing_of_the_others(scene: Scene) -> None:
    with pytest.raises(Refused):
        enact_all([*opening(scene), detention(scene)])
    assert not Dossier.objects.unfenced(WHY).exists()
    assert not Entry.objects.exists()


def test_the_three_hands_are_kept_apart_within_a_sitting(scene: Scene) -> None:
    draft = scene.draft(
        "case.reviewed", 5, officers=(), subjects=SUSPECT, fields={"party_kind": "individual"}
    )
    with pytest.raises(NotAllowed):
        enact_all([*opening(scene), Step(draft, scene.bureau.handler, LATER)])


def test_a_sitting_goes_on_in_a_dossier_that_is_there_and_may_correct_what_it_has_just_recorded(
    scene: Scene,
) -> None:
    with clock.holding(LATER):
        dossier = enact(
            scene.draft("case.opened", 0, kind="public-order", fields=KIND), by=scene.bureau.handler
        ).dossier
    told = enact_all(opening(scene)[1:], dossier=dossier.id)
    wrong = told[0].act
    younger = scene.draft(
        "person.identified", 1, subjects=SUSPECT, fields=IDENTIFIED | {"age": 29}, corrects=wrong.id
    )
    again = enact_all([Step(younger, scene.bureau.handler, LATER), opening(scene)[1]], dossier=dossier.id)
    assert [one.act.position for one in again] == [3, 4]
    assert not differences_in(dossier.id, rulebook())
    with clock.holding(LATER):
        after = enact(
            scene.draft("defence.stated", 3, dossier=dossier.id, subjects=SUSPECT), by=scene.bureau.handler
        )
    assert after.act.position == 5
