"""A document erased by law loses its bytes too, by a job that comes with the erasure, unless another act names the same bytes."""

from __future__ import annotations

import hashlib

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.procedure.dossiers import SUSPECT, Scene
from zhunsheng.acts.drafts import Attached, Erases
from zhunsheng.acts.models import Upload
from zhunsheng.acts.tasks import document_dropped
from zhunsheng.acts.uploads import upload_note
from zhunsheng.base.storage import storage

LETTER = b"a letter"
DIGEST = hashlib.sha256(LETTER).hexdigest()
BASIS = {"law": "个人信息保护法", "article": "47", "reason": "误录"}


@pytest.fixture
def filed(scene: Scene) -> Scene:
    """Two acts that name the same stored letter."""
    storage().put([LETTER], most=100)
    upload_note(DIGEST, scene.bureau.handler.number)
    scene.opened()
    for minute, act_type in ((20, "evidence.received"), (21, "document.made")):
        scene.do(act_type, minute, documents=(Attached(DIGEST, "来信.pdf"),), subjects=SUSPECT)
    return scene


def erase(scene: Scene, act_type: str, minute: int) -> None:
    """Erase the document of an act, and do the jobs that follow from it."""
    target = Erases(scene.acts[act_type].id, ("documents.0",))
    scene.do("record.erased", minute, by=scene.bureau.approver, fields=BASIS, erases=target)
    jobs = ProcrastinateJob.objects.filter(task_name=document_dropped.name, status="todo").order_by("id")
    assert [job.args for job in jobs][-1] == {"digest": DIGEST}
    document_dropped(**jobs[len(jobs) - 1].args)


def test_the_bytes_go_with_the_last_act_that_names_them(filed: Scene) -> None:
    erase(filed, "evidence.received", 30)
    assert storage().size(DIGEST) == len(LETTER)
    erase(filed, "document.made", 31)
    assert storage().size(DIGEST) is None
    assert not storage().remove(DIGEST)
    assert not Upload.objects.exists()


def test_an_act_of_one_who_never_had_the_bytes_keeps_none(filed: Scene) -> None:
    stranger = Scene(filed.bureau)
    stranger.opened()
    stranger.do("evidence.received", 22, documents=(Attached(DIGEST),), by=filed.bureau.second_handler)
    erase(filed, "evidence.received", 30)
    erase(filed, "document.made", 31)
    assert storage().size(DIGEST) is None


def test_a_refused_erasure_leaves_no_job(filed: Scene) -> None:
    with pytest.raises(Exception, match="erases"):
        erase(filed, "report.received", 30)
    assert not ProcrastinateJob.objects.filter(task_name=document_dropped.name).exists()
