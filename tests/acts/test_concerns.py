"""Whom a dossier is about: forgotten by an erasure and by nothing else, and told anew by the audit."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction
from django.db.models import F
from django.db.utils import IntegrityError

from tests.procedure.dossiers import SUSPECT, Scene, at
from zhunsheng.acts import record
from zhunsheng.acts.audit import part_checked
from zhunsheng.acts.drafts import Erases
from zhunsheng.acts.models import Concern, Dossier

ALL = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)


@pytest.fixture
def named(scene: Scene) -> Scene:
    scene.opened()
    scene.do("evidence.received", 20, subjects=SUSPECT)
    return scene


def test_no_subject_is_forgotten_while_an_act_names_it(named: Scene) -> None:
    assert part_checked(*ALL).faults == []
    for change in (Concern.objects.all().delete, lambda: Concern.objects.update(name=F("name"))):
        with pytest.raises(IntegrityError, match="name this subject"), transaction.atomic():
            change()
    target = Erases(named.acts["evidence.received"].id, ("subjects.person.0",))
    basis = {"law": "个人信息保护法", "article": "47", "reason": "误录"}
    before = Concern.objects.count()
    named.do("record.erased", 30, by=named.bureau.approver, fields=basis, erases=target)
    assert Concern.objects.count() == before - 1
    assert part_checked(*ALL).faults == []


def test_the_audit_names_what_is_missing_and_what_was_put_there(
    named: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    Concern.objects.create(dossier=named.dossier, kind="thing", name="某物")
    monkeypatch.setattr(record, "concerns_new", lambda *_: [])
    named.do("evidence.received", 21, subjects={"person": ("某丁", "某戊")})
    number = named.dossier.number
    assert {(f.code, f.where) for f in part_checked(*ALL).faults} == {
        ("concern-removed", f"{number} subjects.person"),
        ("concern-added", f"{number} subjects.thing"),
    }


@pytest.mark.parametrize("column", ["closed_at", "sealed_at"])
def test_a_dossier_is_closed_and_sealed_by_an_act_only(named: Scene, column: str) -> None:
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        Dossier.objects.unfenced("a test").filter(pk=named.id).update(**{column: at(30)})
