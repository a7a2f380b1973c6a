"""Writers, the clock, the sequencer, the check of ourselves, erasures, changes of roles and readers, all at the same time."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import note, report
from tests.soundness import deadlocks, halves_seen, what_is_wrong
from zhunsheng.acts.access import access_dossier
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.acts.drafts import Draft, Erases
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.models import Entry
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer
from zhunsheng.people.services import officer_restore, officer_suspend, role_end, role_grant
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.invariants import DIFFERENT, invariants_check
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.watch import obligations_watch

HOURS_A_SECOND = 20
"""How fast time goes by here, so that duties come due while others write."""


@dataclass
class Bustle:
    """What goes on at the same time, until it is ended, and what came of it."""

    platform: Platform
    seconds: float
    ended: threading.Event = field(default_factory=threading.Event)
    did: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    written: list[tuple[uuid.UUID, bytes]] = field(default_factory=list)
    dossiers: list[uuid.UUID] = field(default_factory=list)

    def run(self, *parts: Callable[[Bustle, random.Random], None]) -> None:
        """Every part over and over in a thread of its own, until the time is up."""
        threads = [
            threading.Thread(target=self.repeat, args=(part, n), daemon=True) for n, part in enumerate(parts)
        ]
        for thread in threads:
            thread.start()
        time.sleep(self.seconds)
        self.ended.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)

    def repeat(self, part: Callable[[Bustle, random.Random], None], seed: int) -> None:
        dice = random.Random(seed)
        try:
            while not self.ended.is_set():
                part(self, dice)
                self.did[part.__name__] += 1
        except Exception as fault:  # noqa: BLE001 - told by the test
            self.faults.append(f"{part.__name__}: {fault!r}")
        finally:
            connections.close_all()


def writes(it: Bustle, dice: random.Random) -> None:
    """An act in one of a few dossiers, sometimes in a new one; whoever may not at the moment is told so."""
    by = dice.choice([it.platform.bureau.handler, it.platform.bureau.second_handler])
    by = Officer.objects.get(pk=by.pk)
    who = f"某{dice.randrange(10**9)}"
    draft = report(who) if dice.random() < 0.05 or not it.dossiers else note(dice.choice(it.dossiers), who)
    try:
        done = enact(draft, by=by, key=uuid.uuid4().hex)
    except InputError:
        it.did["turned away"] += 1
        return
    it.written.append((done.act.id, done.receipt))
    if draft.dossier is None:
        it.dossiers.append(done.dossier.id)


def erases(it: Bustle, dice: random.Random) -> None:
    """What one act says of somebody goes, as the law asks."""
    time.sleep(0.05)
    dossier = Dossier.objects.unfenced("a test").filter(pk=dice.choice(it.dossiers)).get()
    acts = [act for act in dossier_acts(dossier) if "subjects.person.0" in act.content]
    if not acts:
        return
    named = dice.choice(acts)
    enact(
        Draft(
            "record.erased",
            clock.now(),
            dossier=dossier.id,
            fields={"law": "个人信息保护法", "article": "47", "reason": "处理目的已实现"},
            erases=Erases(named.id, ("subjects.person.0",)),
        ),
        by=it.platform.bureau.approver,
    )


def judges(it: Bustle, dice: random.Random) -> None:
    """The clock of obligations."""
    it.did["changed by time"] += obligations_watch(20).changed


def seals(it: Bustle, dice: random.Random) -> None:
    """The sequencer; another one works beside it."""
    it.did["sealed"] += ledger_sequence(batch=dice.choice([1, 7, 1000])).added
    time.sleep(0.01)


def checks(it: Bustle, dice: random.Random) -> None:
    """The check of ourselves, which finds nothing in the middle of it all either."""
    if wrong := [(d.kind, d.detail) for d in invariants_check() if d.kind == DIFFERENT]:
        it.faults.append(f"obligations differ: {wrong[:2]}")


def audits(it: Bustle, dice: random.Random) -> None:
    """The whole ledger recomputed, in one snapshot, while it grows."""
    # By this clock hours pass between the tree and its signature.
    if faults := [f for f in ledger_audit(processes=1).faults if f.code != "unsigned"]:
        it.faults.append(f"audit: {faults[:2]}")


def changes_people(it: Bustle, dice: random.Random) -> None:
    """A handler loses the role and gets it back, or is suspended and restored."""
    administrator, second = it.platform.bureau.administrator, it.platform.bureau.second_handler
    officer = Officer.objects.get(pk=second.pk)
    if dice.random() < 0.5:
        officer_suspend(officer, by=administrator, reason="测试")
        time.sleep(0.02)
        officer_restore(officer, by=administrator, reason="测试")
        return
    held = officer.roleassignments.filter(role="handler", valid_to=None).get()
    role_end(held, by=administrator, reason="测试")
    time.sleep(0.02)
    role_grant(officer, "handler", officer.unit_id, by=administrator, reason="测试")


def reads(it: Bustle, dice: random.Random) -> None:
    """A dossier as its reader sees it, and everything as no reader may ever see it."""
    if halves := halves_seen():
        it.faults.append(f"half a state: {halves}")
    try:
        dossier = access_dossier(
            dice.choice(it.dossiers), by=it.platform.bureau.handler, purpose="handling", via="test"
        )
    except Denied:
        return
    acts = list(dossier_acts(dossier))
    if [act.position for act in acts] != list(range(1, len(acts) + 1)) or len(acts) < dossier.position:
        it.faults.append(f"{dossier.position} acts in {[act.position for act in acts]}")


PARTS: list[Any] = [
    writes,
    writes,
    writes,
    erases,
    judges,
    seals,
    seals,
    checks,
    audits,
    changes_people,
    reads,
]


@pytest.fixture
def time_flies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's clock goes many times as fast."""
    start, began = clock.now(), time.monotonic()

    def now() -> dt.datetime:
        return clock._held.get() or start + HOURS_A_SECOND * dt.timedelta(hours=time.monotonic() - began)

    monkeypatch.setattr(clock, "now", now)


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_everything_goes_on_at_the_same_time_and_stays_true(
    platform: Platform, time_flies: None, seconds: float
) -> None:
    it = Bustle(platform, seconds)
    it.dossiers += [enact(report(f"某{n}"), by=platform.bureau.handler).dossier.id for n in range(4)]
    it.run(*PARTS, *[writes] * (3 if seconds > 10 else 0))
    assert it.faults == []
    idle = {part.__name__ for part in PARTS} - it.did.keys()
    assert not idle
    assert it.did["sealed"]
    assert len(it.written) > 5 * seconds
    receipts = {record: bytes(digest) for record, digest in Entry.objects.values_list("record", "digest")}
    assert set(it.written) <= receipts.items()
    assert Act.objects.unfenced("a test").count() == len(receipts)
    assert what_is_wrong() == {}
    assert Obligation.objects.unfenced("a test").filter(status="overdue").exists()
    assert deadlocks() == 0
