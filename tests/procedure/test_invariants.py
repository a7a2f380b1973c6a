"""Findings about ourselves: idle dossiers and rows that are not what norms say are found, kept while they stand, and closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.db import connection

from tests.concurrency.crowds import at_once
from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.rules import DECIDED, JUDGING, KEPT_HOURS, PRIOR, Govern, norm
from tests.procedure.traffic import AFTERWARDS, Traffic, disturbed
from zhunsheng.base import clock
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.procedure.invariants import DIFFERENT, UNWATCHED, Engine, invariants_check
from zhunsheng.procedure.models import Discrepancy, Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.watch import obligations_watch

LATER, MUCH_LATER = AFTERWARDS + dt.timedelta(days=40), AFTERWARDS + dt.timedelta(days=440)
TAMPERED: dict[str, Callable[[Obligation], dict[str, Any]]] = {
    "a status": lambda o: {"status": "met" if o.status != "met" else "void"},
    "a due time": lambda o: {"due_at": (o.due_at or at(0)) + dt.timedelta(microseconds=1)},
    "no due time": lambda o: {"due_at": None if o.due_at else at(0)},
    "a warning": lambda _: {"warn_at": at(1)},
    "what decided": lambda o: {"decided_by_id": None if o.decided_by_id else o.opened_by_id},
    "hidden": lambda _: {"withdrawn_at": at(1)},
    "another scope": lambda o: {"scope": o.scope + "x"},
    "another norm": lambda _: {"norm_id": "test.other"},
    "another version": lambda _: {"version": "1999-01-01"},
}


def checked(when: dt.datetime, engine: Engine = "interpret") -> list[Discrepancy]:
    with clock.holding(when):
        return invariants_check(engine)


def test_an_open_dossier_in_which_nothing_is_due_is_found_until_something_is(
    scene: Scene, governed: Govern
) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"), norm("prior", PRIOR))
    scene.opened()
    (found,) = checked(at(15))
    assert (found.kind, found.dossier_id, found.detail) == (
        UNWATCHED,
        scene.id,
        {"number": scene.dossier.number},
    )
    (again,) = checked(at(16))
    assert (again.id, again.found_at) == (found.id, at(15))
    scene.do("person.arrived", 40, subjects=SUSPECT)
    assert checked(at(50)) == []
    found.refresh_from_db()
    assert found.gone_at == at(50)
    scene.do("person.released", 60, subjects=SUSPECT)
    (back,) = checked(at(70))
    assert back.id != found.id
    scene.do("case.closed", 80)
    assert checked(at(90)) == []


def test_a_closing_made_by_mistake_does_not_hide_an_idle_dossier(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.opened()
    scene.do("case.closed", 20)
    assert checked(at(21)) == []
    scene.do("record.withdrawn", 30, corrects=scene.acts["case.closed"].id, fields={"reason": "误录"})
    assert [d.kind for d in checked(at(31))] == [UNWATCHED]


@pytest.mark.parametrize("what", TAMPERED)
def test_a_row_that_is_not_what_norms_say_is_found_and_closed_when_it_is_again(
    scene: Scene, governed: Govern, what: str
) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"), norm("decided", DECIDED), norm("prior", PRIOR))
    scene.in_custody()
    scene.do("penalty.decided", 45, by=scene.bureau.approver, fields={"decision": "fine"})
    for row in scene.obligations():
        columns = TAMPERED[what](row)
        before = {name: getattr(row, name) for name in columns}
        rows = Obligation.objects.unfenced("a test").filter(pk=row.pk)
        rows.update(**columns)
        found = [d for d in checked(at(60)) if d.kind == DIFFERENT]
        assert 1 <= len(found) <= 2
        assert {d.detail["norm"] for d in found} & {row.norm_id, "test.other"}
        assert {d.dossier_id for d in found} == {scene.id}
        assert len(checked(at(61))) == len(checked(at(62)))
        rows.update(**before)
        assert not [d for d in checked(at(63)) if d.kind == DIFFERENT]
    assert not Discrepancy.objects.filter(kind=DIFFERENT, gone_at=None).exists()


def test_a_row_that_is_gone_is_found(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        with pytest.raises(Exception, match="only ever added to"):
            Obligation.objects.unfenced("a test").all()._raw_delete("default")
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    Obligation.objects.unfenced("a test").update(opened_by_id=scene.acts["case.opened"].id)
    kinds = sorted(
        (d.detail["stored"] is None, d.detail["fresh"] is None)
        for d in checked(at(60))
        if d.kind == DIFFERENT
    )
    assert kinds == [(False, True), (True, False)]


def test_over_realistic_traffic_every_row_is_what_the_interpreter_says(living: Traffic) -> None:
    assert checked(AFTERWARDS) == []
    for n in range(4):
        disturbed(living, 8, Random(n), AFTERWARDS + dt.timedelta(days=n))
        assert not [d for d in checked(AFTERWARDS + dt.timedelta(days=n, hours=23)) if d.kind == DIFFERENT]
    assert living.done["corrected"] > 3
    assert living.done["withdrawn"] > 1
    assert living.done["erased"] > 1


def test_several_checks_at_once_find_each_thing_once(living: Traffic) -> None:
    rows = Obligation.objects.unfenced("a test").filter(withdrawn_at=None).order_by("id")
    for row in rows[:5]:
        Obligation.objects.unfenced("a test").filter(pk=row.pk).update(version="1999-01-01")
    answers = at_once(3, lambda _: len(checked(AFTERWARDS)))
    assert answers == [10, 10, 10]
    assert Discrepancy.objects.count() == 10


@pytest.mark.slow
@pytest.mark.parametrize("living", [40], indirect=True)
def test_over_realistic_traffic_every_row_is_what_the_whole_rulebook_compiled_says(living: Traffic) -> None:
    """Cases of every shape with planted breaches, and mistakes by chance, at three instants."""
    disturbed(living, 250, Random(40))
    for when in (AFTERWARDS + dt.timedelta(days=30), LATER, MUCH_LATER):
        assert [d.detail for d in checked(when, "fast") if d.kind == DIFFERENT] == []
    assert [d.detail for d in checked(MUCH_LATER) if d.kind == DIFFERENT] == []


@pytest.fixture
def thinned(living: Traffic, monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Every eighth norm of the rulebook, read into every dossier: compiling all for DuckDB takes minutes."""
    whole = rulebook()
    plans = whole.plans[::8]
    interpreter = Interpreter(plans, calendar=whole.calendar, zone=clock.ZONE)
    book = replace(whole, plans=plans, interpreter=interpreter, digest=f"{whole.digest[:60]}/8")
    assert len({type(plan.form) for plan in plans}) > 4
    for module in JUDGING:
        monkeypatch.setattr(module, "rulebook", lambda: book)
    with clock.holding(AFTERWARDS):
        assert obligations_watch().dossiers
    return living


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("living", [30], indirect=True)
def test_and_what_duckdb_says(thinned: Traffic) -> None:
    disturbed(thinned, 200, Random(30))
    for when in (LATER, MUCH_LATER):
        assert [d.detail for d in checked(when, "duckdb") if d.kind == DIFFERENT] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_engines_find_the_same_wrong_rows(thinned: Traffic) -> None:
    rows = Obligation.objects.unfenced("a test").filter(withdrawn_at=None).order_by("id")
    chosen = Random(1).sample(list(rows), 12)
    for n, row in enumerate(chosen):
        columns = list(TAMPERED.values())[n % len(TAMPERED)](row)
        Obligation.objects.unfenced("a test").filter(pk=row.pk).update(**columns)
    found = {}
    engines: tuple[Engine, ...] = ("interpret", "fast", "duckdb")
    for engine in engines:
        found[engine] = sorted((str(d.dossier_id), str(d.detail)) for d in checked(LATER, engine))
    assert len(found["interpret"]) >= len(chosen)
    assert found["interpret"] == found["fast"] == found["duckdb"]
