"""A small ledger as a bureau would have it: dossiers with mistakes corrected, content erased, some sealed in the tree, some not yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.database import TestServer
from tests.procedure.dossiers import IDENTIFIED, KIND, SUSPECT, Scene, at, bureau_founded
from tests.soundness import connected_to
from zhunsheng.acts.access import access_dossier
from zhunsheng.acts.drafts import Attached, Erases
from zhunsheng.base import clock
from zhunsheng.base.postgres.layout import SUPERUSER
from zhunsheng.ledger.keys import FileSigner
from zhunsheng.ledger.models import Checkpoint, Cosignature
from zhunsheng.ledger.notes import COSIGNATURE, PLAIN, Key, cosign
from zhunsheng.ledger.sequencer import batch_seal, ledger_sequence
from zhunsheng.procedure.invariants import invariants_check
from zhunsheng.procedure.models import Obligation

ORIGIN = "zhunsheng.example/ledger"
AFTERWARDS = at(150)
"""When it is looked at: before what waits could be called forgotten."""
BASIS = {"law": "个人信息保护法", "article": "47", "reason": "保存期限届满"}
PAPER = Attached(hashlib.sha256(b"a paper").hexdigest(), "决定书.pdf", "application/pdf", 7)


def key_of(name: str, kind: int) -> FileSigner:
    """A key that is the same in every run."""
    return FileSigner(name, hashlib.sha256(name.encode()).digest(), kind)


LOG_KEY = key_of(ORIGIN, PLAIN)
WITNESSES = [key_of(name, COSIGNATURE) for name in ("procuratorate.example/w1", "court.example/w2")]


@dataclass(frozen=True)
class SealedLedger:
    """The database, and the keys its signatures are checked with."""

    database: str
    witnesses: list[Key]


def told(scene: Scene, film: Attached) -> Scene:
    """A case with something of everything an act can carry."""
    scene.in_custody()
    questioned = {
        "ended_at": at(80),
        "fields": {"place": "case-area"},
        "subjects": SUSPECT,
        "recordings": (film,),
    }
    scene.do("person.questioned", 80, occurred_at=at(50), backfill="补录", **questioned)
    scene.do(
        "person.released",
        90,
        subjects=SUSPECT,
        documents=(PAPER,),
        backfill="补录",
        key=f"released {scene.id}",
    )
    wrong = scene.acts["person.identified"].id
    scene.do(
        "person.identified",
        91,
        fields=IDENTIFIED | {"age": "31.5"},
        subjects=SUSPECT,
        corrects=wrong,
        occurred_at=at(20),
    )
    scene.do("approval.given", 92, by=scene.bureau.approver, fields={"measure": "x", "level": "station"})
    return scene


def erased(scene: Scene, type_: str, *paths: str) -> None:
    """Some content of the last act of a type dropped."""
    erases = Erases(scene.acts[type_].id, paths)
    scene.do("record.erased", 100, by=scene.bureau.approver, fields=BASIS, erases=erases)


def populate() -> None:
    """Six dossiers, forty-odd acts, three erasures, two checkpoints cosigned by two witnesses, acts sealed and unsealed after them."""
    bureau = bureau_founded()
    film = Attached(PAPER.digest, started_at=at(49), ended_at=at(81))
    scenes = [told(Scene(bureau), film) for _ in range(4)]
    first, second, third, fourth = scenes
    erased(first, "person.identified", "subjects.person.0", "fields.age")
    erased(second, "person.released", "documents.0")
    erased(third, "person.questioned", "recordings.0")
    checkpoint(110)
    first.do("case.closed", 120, backfill="补录")
    second.do(
        "record.withdrawn", 121, corrects=second.acts["person.questioned"].id, fields={"reason": "误录"}
    )
    third.do("dossier.sealed", 122, by=bureau.approver, fields=BASIS)
    Scene(bureau).opened()
    erased(fourth, "person.identified", "fields.sex")
    checkpoint(130)
    with clock.holding(at(131)):
        access_dossier(first.dossier.number, by=bureau.handler, purpose="handling", via="test")
        row = first.obligations()[0]
        same = Obligation.objects.unfenced("a test").filter(pk=row.pk)
        same.update(version="")
        invariants_check()
        same.update(version=row.version)
    fifth = Scene(bureau)
    fifth.do("report.received", 131, fields=KIND, subjects={"person": ("某甲",)})
    fifth.do("case.opened", 132, fields=KIND)
    batch_seal(100)
    fifth.do("person.identified", 140, fields=IDENTIFIED, subjects=SUSPECT)
    with clock.holding(at(149)):
        invariants_check()


def checkpoint(minutes: float) -> Checkpoint:
    """What is unsealed goes into the tree; its head is signed and cosigned."""
    with clock.holding(at(minutes)):
        made = ledger_sequence(LOG_KEY).checkpoint
    assert made is not None
    text = made.note.rpartition("\n\n")[0] + "\n"
    for n, witness in enumerate(WITNESSES):
        line = cosign(text, witness, 1_772_000_000 + n).line
        Cosignature.objects.create(size=made.size, witness=witness.key.name, line=line)
    return made


def key_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's key where the installation looks for it."""
    path = home / "ledger.key"
    path.touch(0o600)
    path.write_text(LOG_KEY.private_text + "\n", encoding="ascii")
    monkeypatch.setenv("ZHUNSHENG_LEDGER_KEY", str(path))


_made: list[str] = []


@pytest.fixture
def sealed(
    test_server: TestServer,
    migrated: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SealedLedger]:
    """The ledger in a database of the test's own, where transactions really commit."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path))
    key_kept(tmp_path, monkeypatch)
    with django_db_blocker.unblock():
        if not _made:
            name = test_server.fresh(migrated)
            with connected_to(NAME=name):
                populate()
            _made.append(name)
        name = test_server.fresh(_made[0])
        with connected_to(NAME=name), clock.holding(AFTERWARDS):
            yield SealedLedger(name, [witness.key for witness in WITNESSES])
        test_server.drop(name)


def as_superuser(ledger: SealedLedger) -> Any:
    """Django's connection as the cluster's superuser, in whose way nothing stands but what it has not thought of."""
    return connected_to(NAME=ledger.database, USER=SUPERUSER)
