"""Killed without warning at random moments under load: every acknowledged act is there exactly once, and nothing else is lost.

ZHUNSHENG_FAULTS_SEED repeats a run's choices, as far as chance allows.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.faults.cases import town
from tests.faults.clients import Ledger
from tests.faults.installation import Installation, running
from tests.faults.killing import ORDERLY, STRIKES, plan
from tests.faults.load import CASE_CLIENTS, SHARED_CLIENTS, calm, clients, inside, say, until
from tests.faults.watching import LogClient, Watch
from tests.soundness import what_is_wrong
from zhunsheng.ledger.keys import generate
from zhunsheng.ledger.models import Cosignature
from zhunsheng.ledger.notes import COSIGNATURE, Key
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.service import server
from zhunsheng.ledger.witness.state import WitnessState
from zhunsheng.ledger.witnesses import checkpoint_cosign
from zhunsheng.procedure.door import name_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]
CASES = 900
PROGRESS = 12
"""Acts that must be acknowledged between two kills: things were up again, and the load went on."""
ORIGIN = "zhunsheng.example/ledger"


@dataclass
class Told:
    """What a run tells of itself."""

    strikes: Counter[str] = field(default_factory=Counter)
    recovery: dict[str, list[float]] = field(default_factory=dict)
    """Seconds from a kill to the next act acknowledged."""

    def line(self) -> str:
        worst = ", ".join(
            f"{kind} ×{len(times)}: {sum(times) / len(times):.1f}/{max(times):.1f}"
            for kind, times in sorted(self.recovery.items())
        )
        return f"{sum(self.strikes.values())} kills; seconds to the next act, mean/longest: {worst}"


@pytest.mark.parametrize("rounds", [5, 50])
def test_what_was_acknowledged_is_there_once_whatever_was_killed(
    rounds: int, home: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = int(os.environ.get("ZHUNSHENG_FAULTS_ROUNDS", rounds))
    seed = int(os.environ.get("ZHUNSHENG_FAULTS_SEED") or secrets.randbelow(10**6))
    say(f"ZHUNSHENG_FAULTS_SEED={seed}")
    log_key = generate(folder_in(home / "ledger") / "key", ORIGIN).key
    asked, shown = (witness_in(home / name, log_key) for name in ("witness", "another-witness"))
    listening = listed(asked, home / "witnesses.json")
    for name, value in (("HOME", home), ("WITNESSES", home / "witnesses.json")):
        monkeypatch.setenv(f"ZHUNSHENG_{name}", str(value))
    it = Installation(home, ZHUNSHENG_WITNESSES=str(home / "witnesses.json"))
    known, told = Ledger(), Told()
    it.prepare()
    with django_db_blocker.unblock(), inside(it):
        people = town(cases=CASES, seed=seed)
    log, watch = LogClient(it, shown), Watch(it)
    began = time.monotonic()
    try:
        with running(it):
            until(it.answers, "the platform answers", it)
            watch.start()
            log.start()
            with clients(it, people, known, seed):
                struck(it, known, told, rounds, random.Random(seed))
            calm(it)
            log.ended.set()
            watch.ended.set()
            log.join()
            watch.join()
            log.look()
            codes = it.worker.stop(), it.web.stop()
        told_of(it, known, told, log, watch, time.monotonic() - began)
        with django_db_blocker.unblock(), inside(it):
            assert what_is_wrong() == {}
            assert [one.outcome for one in checkpoint_cosign()] in (["cosigned"], [])
            assert Cosignature.objects.filter(size=log.seen[-1].size).exists()
        held_to_their_word(it, known)
        history_kept(it, log)
        assert not [path for path in home.rglob("evidence") if path.is_dir()]
    except BaseException:
        say(it.output())
        raise
    finally:
        listening.shutdown()
        listening.server_close()
    assert codes == (0, 0), it.output()
    assert it.web.codes.count(0) == it.worker.codes.count(0) == 2, it.output()
    assert nothing_failed(it)
    assert watch.halves == {}
    assert watch.looks["compared"] >= rounds // 2
    assert watch.most.figures["idle_in_transaction_s"] < 15
    assert "Traceback" not in it.output()


def folder_in(path: Path) -> Path:
    path.mkdir()
    return path


def witness_in(folder: Path, log_key: Key) -> Witness:
    """A witness that knows the ledger's key."""
    key = generate(folder_in(folder) / "key", f"{folder.name}.example", COSIGNATURE)
    return Witness(key, {ORIGIN: [log_key]}, WitnessState(folder / "state"))


def listed(witness: Witness, path: Path) -> ThreadingHTTPServer:
    """The witness the worker asks, on a port of its own and in the list of witnesses."""
    listening = server(witness, "127.0.0.1", 0)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{listening.server_address[1]}"
    path.write_text(json.dumps([{"vkey": witness.signer.key.vkey, "url": address}]), encoding="utf-8")
    return listening


def struck(it: Installation, known: Ledger, told: Told, rounds: int, dice: random.Random) -> None:
    """The rounds: work, a kill at a random moment, work again; at last both programs are asked to end, under load too."""
    for kind in [*plan(rounds, dice), *ORDERLY]:
        strike = (STRIKES | ORDERLY)[kind]
        count = len(known.acknowledged)
        until(lambda count=count: known.since(count) >= PROGRESS, f"acts are recorded before: {kind}", it)
        time.sleep(dice.uniform(0, 1.5))
        until(lambda strike=strike: strike(it, dice) > 0, f"there is somebody to kill: {kind}", it)
        told.strikes[kind] += 1
        count, at = len(known.acknowledged), time.monotonic()
        # Answers that were on their way do not count: one more than there are clients.
        until(
            lambda count=count: known.since(count) > CASE_CLIENTS + SHARED_CLIENTS,
            f"acts are recorded after: {kind}",
            it,
        )
        told.recovery.setdefault(kind, []).append(time.monotonic() - at)


def nothing_failed(it: Installation) -> bool:
    """Whether no job calls for somebody to look at it: whatever was cut off has been done since."""
    with it.connect() as wire:
        return wire.execute("SELECT 1 FROM procrastinate_jobs WHERE status = 'failed'").fetchone() is None


WRITTEN = """
SELECT receipt.officer_id, receipt.key, act.id::text, act.dossier_id::text, act.position, encode(entry.digest, 'hex')
FROM procedure_receipt receipt JOIN acts_act act ON act.id = receipt.act_id JOIN ledger_entry entry ON entry.record = act.id
"""


def held_to_their_word(it: Installation, known: Ledger) -> None:
    """Every act acknowledged is there, once, as it was acknowledged; what was declined is not; and there is no other."""
    with it.connect() as wire:
        written = {(row[0], row[1]): row[2:] for row in wire.execute(WRITTEN)}
        (acts,) = wire.execute("SELECT count(*) FROM acts_act").fetchone() or (0,)
    answered = {(one.sender, name_of(one.key)): one for one in known.acknowledged}
    assert len(answered) == len(known.acknowledged)
    wrong = [
        (one, written.get(key))
        for key, one in answered.items()
        if written.get(key) != (one.act, one.dossier, one.position, one.receipt)
    ]
    assert not wrong, wrong[:3]
    declined = {(sender, name_of(key)) for sender, key, _ in known.declined}
    assert not declined & written.keys()
    # Whatever else is there was on its way when the clients were stopped.
    assert len(written.keys() - answered.keys()) <= known.sent - len(known.acknowledged) - len(known.declined)
    assert acts == len(written)
    assert len({row[0] for row in written.values()}) == acts


def history_kept(it: Installation, log: LogClient) -> None:
    """Every checkpoint anybody saw is among those kept, and the last tree has grown from each."""
    assert log.forks == []
    assert len(log.seen) >= 3
    assert log.cosigned == len(log.seen)
    with it.connect() as wire:
        kept = {size: bytes(root) for size, root in wire.execute("SELECT size, root FROM ledger_checkpoint")}
    assert {c.size: c.root for c in log.seen}.items() <= kept.items()
    last = log.seen[-1]
    assert last.size == max(kept)


def told_of(
    it: Installation, known: Ledger, told: Told, log: LogClient, watch: Watch, seconds: float
) -> None:
    """Print what was measured."""
    retried = sum(one.attempts > 1 for one in known.acknowledged)
    say(told.line())
    say(
        f"{len(known.acknowledged)} acts acknowledged ({retried} after more than one attempt), "
        f"{dict(Counter(status for _, _, status in known.declined))} declined, trouble {dict(known.trouble)}, {seconds:.0f} s"
    )
    say(f"serve ended {it.web.codes}, worker ended {it.worker.codes}")
    with it.connect() as wire:
        rows = wire.execute(
            "SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2"
        ).fetchall()
    say(f"jobs left: {rows}")
    for program in (it.web, it.worker):
        for n, code in enumerate(program.codes):
            if code not in (0, -9):
                lines = (it.logs / f"{program.name}-{n}.log").read_text(encoding="utf-8").splitlines()
                say("\n".join([f"{program.name} {n} ended with {code}:", *lines[-30:]]))
    say(
        f"{len(log.seen)} checkpoints seen, {log.cosigned} cosigned; at most {watch.most.figures}; looks {dict(watch.looks)}"
    )
