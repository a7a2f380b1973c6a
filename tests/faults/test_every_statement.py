"""An end at every single statement of what the door, the clock and the sequencer do: all of it is there, or nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import note, report
from tests.concurrency.test_memory import remembered
from tests.faults.cutting import Place, cut, hang_up, terminated
from tests.soundness import halves_seen, what_is_wrong
from zhunsheng.acts.drafts import Draft, Erases
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.ledger.models import Checkpoint
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.watch import dossier_judge

COMMIT_ASKED, COMMIT_DONE = Place(0, "commit"), Place(0, "commit", done=True)


def everything() -> dict[str, Any]:
    """Every row of every table of the project, as a digest."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*), md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} row"
            )
            found[table] = cursor.fetchone()
    return found


def opening(_dossier: Dossier) -> Draft:
    return report("某己")


def noting(dossier: Dossier) -> Draft:
    return note(dossier.id, "某己")


def correcting(dossier: Dossier) -> Draft:
    """The age was another."""
    named = dossier_acts(dossier)[1]
    fields = {"age": 31, "sex": "male", "identity_known": True, "person_role": "witness"}
    return Draft(
        named.type,
        named.occurred_at,
        dossier=dossier.id,
        corrects=named.id,
        subjects={"person": ("某乙",)},
        fields=fields,
    )


def erasing(dossier: Dossier) -> Draft:
    return Draft(
        "record.erased",
        clock.now(),
        dossier=dossier.id,
        fields={"law": "个人信息保护法", "article": "47", "reason": "处理目的已实现"},
        erases=Erases(dossier_acts(dossier)[1].id, ("subjects.person.0", "fields.age")),
    )


@pytest.fixture
def dossier(platform: Platform) -> Dossier:
    """A dossier with two acts."""
    opened = enact(report(), by=platform.bureau.handler).dossier
    found: Dossier = enact(note(opened.id, "某乙"), by=platform.bureau.handler).dossier
    return found


@pytest.mark.parametrize("made", [opening, noting, correcting, erasing])
def test_an_act_cut_off_anywhere_is_not_there_and_sent_again_it_is_there_once(
    platform: Platform, dossier: Dossier, made: Callable[[Dossier], Draft]
) -> None:
    draft = made(dossier)
    by = platform.bureau.approver if draft.erases else platform.bureau.handler
    before = everything()
    assert cut(COMMIT_ASKED, lambda: enact(draft, by=by, key="once"))
    assert everything() == before
    for number in itertools.count():
        if not cut(Place(number), lambda: enact(draft, by=by, key="once")):
            break
        assert everything() == before, number
        remembered(dossier)
    assert number > 8
    assert enact(draft, by=by, key="once").replayed
    assert what_is_wrong() == {}


@pytest.mark.parametrize("made", [opening, noting])
def test_an_act_whose_answer_was_lost_is_answered_for_when_sent_again(
    platform: Platform, dossier: Dossier, made: Callable[[Dossier], Draft]
) -> None:
    by, draft = platform.bureau.handler, made(dossier)
    expected = 2 if draft.dossier else None
    assert cut(COMMIT_DONE, lambda: enact(draft, by=by, key="once", expected=expected))
    remembered(dossier)
    after = everything()
    again = enact(draft, by=by, key="once", expected=expected)
    assert again.replayed
    assert again.act.position == (expected or 0) + 1
    assert everything() == after
    assert what_is_wrong() == {}


def test_an_act_whose_connection_the_server_ends_anywhere_is_not_there(
    platform: Platform, dossier: Dossier
) -> None:
    by, draft, end = platform.bureau.handler, noting(dossier), terminated(platform.url)
    before = everything()
    for place in itertools.chain([COMMIT_ASKED], map(Place, itertools.count())):
        if not cut(place, lambda: enact(draft, by=by, key="once"), end):
            break
        assert everything() == before, place
        remembered(dossier)
    assert place.number > 8
    assert enact(draft, by=by, key="once").replayed
    assert what_is_wrong() == {}


def test_the_clock_cut_off_anywhere_has_changed_nothing(platform: Platform, dossier: Dossier) -> None:
    with clock.holding(clock.now() + dt.timedelta(days=400)):
        before = everything()
        assert cut(COMMIT_ASKED, lambda: dossier_judge(dossier.id))
        for number in itertools.count():
            if not cut(Place(number), lambda: dossier_judge(dossier.id)):
                break
            assert everything() == before, number
        assert number > 4
        assert Obligation.objects.unfenced("a test").filter(dossier=dossier, status="overdue").exists()
        assert not remembered(dossier)
        assert what_is_wrong() == {}


@pytest.mark.parametrize("end", ["hung up", "terminated"])
def test_sealing_cut_off_anywhere_goes_on_where_it_stopped(
    platform: Platform, dossier: Dossier, end: str
) -> None:
    ends = hang_up if end == "hung up" else terminated(platform.url)
    ledger_sequence()
    commits = [Place(n, "commit", done) for n in (0, 1) for done in (False, True)]
    for number, place in enumerate(itertools.chain(commits, map(Place, itertools.count()))):
        enact(note(dossier.id, f"某{number}"), by=platform.bureau.handler)
        published = dict(Checkpoint.objects.values_list("size", "note"))
        came = cut(place, ledger_sequence, ends)
        assert published.items() <= dict(Checkpoint.objects.values_list("size", "note")).items()
        assert halves_seen() == {}, place
        if not came:
            break
    assert number > 12
    assert what_is_wrong() == {}
