"""The rows of a case follow its acts, in the same transaction, and can be made again from nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.procedure.dossiers import KIND, SUSPECT, Scene
from zhunsheng.casework.models import Case, Party, Term

pytestmark = pytest.mark.django_db
WHO = {
    "name": "演示·张𬭎",
    "id_number": "99010120090303101X",
    "birth_on": "2009-03-03",
    "person_role": "suspect",
}


def case(scene: Scene) -> Case:
    found: Case = Case.objects.unfenced("a test").get(pk=scene.id)
    return found


def test_a_case_is_listed_with_its_first_act(scene: Scene) -> None:
    """One row a dossier; its stage moves with the acts."""
    scene.do(
        "report.received",
        0,
        fields=KIND | {"summary": "两人在菜场争吵，一人被打伤"},
        subjects={"person": ("某甲",)},
    )
    row = case(scene)
    assert (row.stage, row.title, row.suspects) == ("intake", "两人在菜场争吵，一人被打伤", 0)
    assert row.handler_id == scene.bureau.handler.number
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
    row = case(scene)
    assert row.stage == "investigation"
    assert row.due_at is not None
    assert row.position == 2


def test_a_person_is_who_the_last_identification_says(scene: Scene) -> None:
    """Name, number and age on the day of the conduct; a correction takes the place of what it corrects."""
    scene.opened()
    first = scene.do("person.identified", 20, fields=WHO | {"name": "演示·张宏"}, subjects=SUSPECT)
    scene.do("person.identified", 25, fields=WHO, subjects=SUSPECT, corrects=first.act.id)
    party = Party.objects.unfenced("a test").get(dossier_id=scene.id, key="某乙")
    assert (party.name, party.age, party.juvenile) == ("演示·张𬭎", 16, True)
    assert party.birth_on == dt.date(2009, 3, 3)
    row = case(scene)
    assert (row.people, row.juvenile, row.suspects) == ("演示·张𬭎", True, 1)
    terms = set(Term.objects.filter(dossier_id=scene.id).values_list("kind", "term"))
    assert ("name", "演示·张𬭎") in terms
    assert ("name", "演示·张宏") not in terms
    assert ("identity", "99010120090303101x") in terms
