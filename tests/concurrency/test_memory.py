"""What a thread remembers of a dossier between acts is never believed once somebody else has changed it, or it never came true."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import at_once, note, of_kind, report
from tests.database import TestServer
from tests.soundness import connected_to, what_is_wrong
from zhunsheng.acts.drafts import Draft, Erases
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.procedure import standing as memory
from zhunsheng.procedure.door import Enacted, consider, enact
from zhunsheng.procedure.watch import dossier_judge


def locked(dossier: Dossier) -> Dossier:
    found: Dossier = Dossier.objects.unfenced("a test").select_for_update().get(pk=dossier.pk)
    return found


def essence(found: memory.Standing) -> tuple[Any, ...]:
    """What decides about the next act."""
    acts = [(a.id, a.position, a.type, a.content, a.erased) for a in found.acts]
    judged = [replace(a, position=-1) for a in found.judged]
    return found.revision, acts, judged, dict(found.desks), found.subjects, dict(found.stored)


def remembered(dossier: Dossier) -> bool:
    """Whether this thread keeps the dossier; AssertionError where it would believe something that is not so."""
    with transaction.atomic():
        now = locked(dossier)
        kept = memory.memory().get(now.id)
        believed = memory.standing(now)
        fresh = memory.standing_of_acts(now, tuple(dossier_acts(now)), memory.stored_obligations(now))
    assert essence(believed) == essence(fresh)
    return believed is kept


def elsewhere(task: Any) -> Any:
    """Done by another thread, which has a memory of its own as another process has."""
    (answer,) = at_once(1, lambda _: task())
    assert not isinstance(answer, Exception), answer
    return answer


def no_receipt(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith('INSERT INTO "procedure_receipt"'):
        raise DatabaseError
    return execute(sql, params, many, context)


@pytest.fixture
def dossier(platform: Platform) -> Dossier:
    """A dossier this thread has just written in and remembers."""
    opened = enact(report(), by=platform.bureau.handler).dossier
    found: Dossier = enact(note(opened.id, "某乙"), by=platform.bureau.handler).dossier
    assert remembered(found)
    return found


def test_an_act_by_another_is_seen(platform: Platform, dossier: Dossier) -> None:
    by = platform.bureau.handler
    elsewhere(lambda: enact(note(dossier.id, "某丙"), by=by))
    assert not remembered(dossier)
    assert enact(note(dossier.id, "某丁"), by=by).act.position == 4
    assert remembered(dossier)
    assert what_is_wrong() == {}


def test_what_another_erased_is_not_remembered(platform: Platform, dossier: Dossier) -> None:
    named = dossier_acts(dossier)[1]
    draft = Draft(
        "record.erased",
        clock.now(),
        dossier=dossier.id,
        fields={"law": "个人信息保护法", "article": "47", "reason": "处理目的已实现"},
        erases=Erases(named.id, ("subjects.person.0", "fields.age")),
    )
    elsewhere(lambda: enact(draft, by=platform.bureau.approver))
    assert not remembered(dossier)
    done = enact(note(dossier.id, "某丙"), by=platform.bureau.handler)
    assert remembered(dossier)
    kept = memory.memory().dossiers[done.dossier.id]
    assert "某乙" not in repr([a.content for a in kept.acts])
    assert ("person", "某乙") not in kept.subjects
    assert what_is_wrong() == {}


def test_what_time_alone_changed_elsewhere_is_seen(platform: Platform, dossier: Dossier) -> None:
    def later() -> bool:
        with clock.holding(clock.now() + dt.timedelta(days=400)):
            return dossier_judge(dossier.id).any

    assert elsewhere(later)
    assert not remembered(dossier)


@pytest.mark.parametrize(
    "way", ["asked what would come of it", "refused", "undone by the caller", "failed at the end"]
)
def test_what_never_came_true_is_not_remembered(platform: Platform, dossier: Dossier, way: str) -> None:
    by, draft = platform.bureau.handler, note(dossier.id, "某丙")
    if way == "asked what would come of it":
        consider(draft, by=by)
    elif way == "refused":
        with pytest.raises(Exception, match="案卷已有新的行为"):
            enact(draft, by=by, expected=1)
    elif way == "undone by the caller":
        with transaction.atomic():
            enact(draft, by=by)
            enact(note(dossier.id, "某丁"), by=by)
            transaction.set_rollback(True)
    else:
        # The receipt is written last.
        with connection.execute_wrapper(no_receipt), pytest.raises(DatabaseError):
            enact(draft, by=by, key="key")
    remembered(dossier)
    assert enact(draft, by=by, expected=2).act.position == 3
    assert remembered(dossier)
    assert what_is_wrong() == {}


def test_a_database_put_back_to_an_earlier_state_is_seen(
    platform: Platform, test_server: TestServer, dossier: Dossier
) -> None:
    """After a restore the same revision may come again with another act; programmes that ran through it must notice."""
    by = platform.bureau.handler
    with connected_to():
        backup = test_server.fresh(platform.database)
    enact(note(dossier.id, "某丙"), by=by)
    with connected_to(NAME=backup):
        elsewhere(lambda: enact(note(dossier.id, "某丁"), by=by))
        assert not remembered(dossier)
        assert enact(note(dossier.id, "某戊"), by=by).act.position == 4
        assert what_is_wrong() == {}


def test_many_threads_each_with_a_memory_of_its_own(platform: Platform, dossier: Dossier) -> None:
    """Every thread writes several times in the same two dossiers, so that each finds its memory old most of the time."""
    by = platform.bureau.handler
    other = enact(report("某己"), by=by).dossier

    def write(which: int) -> int:
        for n in range(6):
            for one in (dossier, other):
                assert isinstance(enact(note(one.id, f"某{which}-{n}"), by=by), Enacted)
        return sum(remembered(one) for one in (dossier, other))

    answers = at_once(6, write)
    assert len(of_kind(answers, int)) == 6, answers
    assert not remembered(dossier)
    assert what_is_wrong() == {}


def test_a_thread_remembers_a_bounded_number_of_rows(
    platform: Platform, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, kept = platform.bureau.handler, memory.memory()
    one = kept.dossiers[dossier.id].rows
    monkeypatch.setattr(memory, "ROWS_KEPT", 3 * one)
    others = [enact(report(f"某{n}"), by=by).dossier for n in range(8)]
    assert kept.rows == sum(found.rows for found in kept.dossiers.values()) <= 3 * one
    assert dossier.id not in kept.dossiers
    assert others[-1].id in kept.dossiers
    monkeypatch.setattr(memory, "ROWS_KEPT", 1)
    enact(note(others[0].id, "某乙"), by=by)
    assert list(kept.dossiers) == [others[0].id]
    assert remembered(others[0])
    assert what_is_wrong() == {}
