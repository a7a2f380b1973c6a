"""The language of queries: refused where it is none, kept by version, and finding what it says and nothing out of reach."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.inspections.conftest import Looked
from tests.inspections.looking import LOOKING
from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, passed, released
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.models import SavedQuery
from zhunsheng.inspections.planning import query_save
from zhunsheng.inspections.query import Query, query_read
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.inspections.running import cases_of
from zhunsheng.inspections.wording import told
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY, OTHER_COUNTY, STATION
from zhunsheng.procedure.rulebook import rulebook

pytestmark = pytest.mark.django_db


def found(looked: Looked, spec: dict[str, Any], *, minutes: float = LOOKING, unit: str = COUNTY) -> list[int]:
    """Which of the scenes a query finds."""
    with clock.holding(at(minutes)):
        rows = cases_of(query_read(spec), unit=unit, by=looked.supervisor, purpose="supervision")
        ids = set(rows.values_list("pk", flat=True))
    return [n for n, scene in enumerate(looked.scenes) if scene.id in ids]


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "public-order"},
        {"kinds": ["no-such"]},
        {"acts": {"any_of": ["no.such"]}},
        {"unfinished": {"done": ["bond.received"], "not_followed_by": [], "days": 1}},
        {"unfinished": {"done": ["bond.received"], "not_followed_by": ["no.such"], "days": 1}},
        {"duties": {"status": ["fine"]}},
        {"findings": {"elements": ["officer"]}},
        {"open_longer_than": 0},
        {"any_of": [{"kinds": ["no-such"]}]},
        {"opened_from": "soon"},
        {"handler": "演1002"},
        [],
        None,
    ],
)
def test_what_the_language_does_not_know_is_refused(spec: object) -> None:
    with pytest.raises(InputError):
        query_read(spec)


def test_the_canonical_form_and_the_digest_do_not_depend_on_how_it_was_written() -> None:
    one = query_read({"state": "open", "kinds": ["public-order"], "idle_for": None})
    other = query_read({"kinds": ["public-order"], "state": "open"})
    assert one.canonical() == other.canonical() == {"state": "open", "kinds": ["public-order"]}
    assert one.digest == other.digest != Query().digest


def test_conditions_find_what_they_say(looked: Looked) -> None:
    scenes = looked.scenes
    released(scenes[0], 100)
    passed(OVER + 10)
    scenes[2].do("case.terminated", OVER + 60)
    scenes[3].do("bond.received", OVER + 60, fields={"amount": 1000}, subjects=SUSPECT)
    scenes[4].do("bond.received", OVER + 60, fields={"amount": 1000}, subjects=SUSPECT)
    scenes[4].do("bond.refunded", OVER + 90, subjects=SUSPECT)
    scenes[5].do("family.notified", LOOKING - 60, subjects=SUSPECT)
    every = [0, 1, 2, 3, 4, 5]
    for spec, expected in (
        ({}, every),
        ({"kinds": ["criminal"]}, []),
        ({"state": "closed"}, [2]),
        ({"state": "open"}, [0, 1, 3, 4, 5]),
        ({"open_longer_than": 19}, [0, 1, 3, 4, 5]),
        ({"open_longer_than": 21}, []),
        ({"idle_for": 10}, [0, 1, 2, 3, 4]),
        ({"opened_from": "2026-03-02", "opened_to": "2026-03-02"}, every),
        ({"opened_from": "2026-03-03"}, []),
        ({"closed_from": "2026-03-02"}, [2]),
        ({"acts": {"any_of": ["person.released"]}}, [0]),
        ({"acts": {"none_of": ["person.released"]}}, [1, 2, 3, 4, 5]),
        ({"unfinished": {"done": ["bond.received"], "not_followed_by": ["bond.refunded"], "days": 10}}, [3]),
        ({"unfinished": {"done": ["bond.received"], "not_followed_by": ["bond.refunded"], "days": 30}}, []),
        ({"duties": {"norms": ["test.hours"], "status": ["met"]}}, [0]),
        ({"duties": {"status": ["overdue"]}}, [1, 2, 3, 4, 5]),
        ({"findings": {"standing": True}}, [1, 2, 3, 4, 5]),
        ({"findings": {"elements": ["item"]}}, []),
        ({"findings": {"elements": ["person"], "norms": ["test.hours"]}}, [1, 2, 3, 4, 5]),
        ({"any_of": [{"state": "closed"}, {"acts": {"any_of": ["person.released"]}}]}, [0, 2]),
        ({"state": "open", "any_of": [{"acts": {"any_of": ["person.released"]}}]}, [0]),
    ):
        assert found(looked, spec) == expected, spec


def test_what_was_withdrawn_or_corrected_does_not_count(looked: Looked) -> None:
    scene = looked.scenes[0]
    released(scene, 100)
    scene.do("record.withdrawn", 120, corrects=scene.acts["person.released"].id, fields={"reason": "误登"})
    assert found(looked, {"acts": {"any_of": ["person.released"]}}) == []


def test_nothing_out_of_reach_is_found(looked: Looked) -> None:
    assert found(looked, {}, unit=OTHER_COUNTY) == []
    assert len(found(looked, {}, unit=STATION)) == 6
    with pytest.raises(Denied):
        cases_of(Query(), unit=COUNTY, by=looked.bureau.auditor, purpose="supervision")


def test_a_finding_in_the_officers_grace_is_no_way_to_find_a_case(looked: Looked) -> None:
    passed(OVER + 10)
    assert found(looked, {"findings": {}}, minutes=OVER + 20) == []
    assert len(found(looked, {"findings": {}}, minutes=OVER + 10 + 25 * 60)) == 6


def test_queries_are_kept_by_version(looked: Looked) -> None:
    by = looked.supervisor
    first = query_save("久挂", query_read({"open_longer_than": 180}), unit=COUNTY, by=by)
    same = query_save(" 久挂 ", query_read({"open_longer_than": 180}), unit=COUNTY, by=by)
    second = query_save("久挂", query_read({"open_longer_than": 90}), unit=COUNTY, by=by)
    assert (first.pk, first.number, second.number) == (same.pk, 1, 2)
    with pytest.raises(Denied):
        query_save("久挂", Query(), unit=COUNTY, by=looked.bureau.assessor)
    with pytest.raises(InputError):
        query_save(" ", Query(), unit=COUNTY, by=by)
    with pytest.raises(DatabaseError), transaction.atomic():
        SavedQuery.objects.unfenced("a test").filter(pk=first.pk).update(spec={})


def test_every_theme_and_what_must_be_read_runs_and_is_told_in_words(bureau: Any) -> None:
    """Without the stand-in rulebook: the norms named are there, and each query is SQL that runs."""
    ids = {norm.id for norm in rulebook().norms.norms}
    Scene(bureau).opened()
    for theme in inspections_file().themes:
        assert set(theme.norms) <= ids, theme.code
        assert told(theme.asked)
        with clock.holding(at(LOOKING)):
            cases_of(theme.asked, unit=COUNTY, by=bureau.supervisor, purpose="supervision").count()
    for kind in inspections_file().mandatory:
        assert told(kind.asked)
        with clock.holding(at(LOOKING)):
            cases_of(kind.asked, unit=COUNTY, by=bureau.supervisor, purpose="supervision").count()
