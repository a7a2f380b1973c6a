"""Who looks on while things break: a client of the public log that forgets nothing, and somebody who asks the database."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.faults.installation import Installation
from tests.soundness import HALVES
from zhunsheng.ledger.checkpoints import Checkpoint, open_checkpoint
from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.keys import KeyHistory
from zhunsheng.ledger.notes import Key, Note
from zhunsheng.ledger.tiles import TileReader
from zhunsheng.ledger.tree import consistency_proof, verify_consistency
from zhunsheng.ledger.witness.client import ask
from zhunsheng.ledger.witness.judging import Witness

LOOK_EVERY_S = 0.5
COMPARE_EVERY_S = 4.0


class LogClient(threading.Thread):
    """Reads the newest checkpoint and tiles over HTTP, holds each to the one before, and has a witness cosign it.

    `forks` is what must never happen; what cannot be read at the moment is read again later.
    """

    def __init__(self, it: Installation, witness: Witness) -> None:
        super().__init__(daemon=True)
        self.it, self.witness = it, witness
        self.ended = threading.Event()
        self.keys: list[Key] = []
        self.seen: list[Checkpoint] = []
        self.forks: list[str] = []
        self.cosigned = 0

    def run(self) -> None:
        while not self.ended.wait(LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """One look at the log."""
        try:
            if not self.keys:
                self.keys = list(KeyHistory.parse(self.read("keys")).keys)
            checkpoint, note, _ = open_checkpoint(self.read("checkpoint"), self.keys)
            before = self.seen[-1] if self.seen else None
            if before is None or checkpoint.root != before.root or checkpoint.size != before.size:
                self.compare(before, checkpoint, note)
                self.seen.append(checkpoint)
        except (OSError, http.client.HTTPException, LookupError):
            return
        except Exception as fault:  # noqa: BLE001 - told by the test
            self.forks.append(repr(fault))

    def compare(self, before: Checkpoint | None, now: Checkpoint, note: Note) -> None:
        """The new checkpoint against the last one seen, and before the witness."""
        node = TileReader(now.size, self.tile, now.hash).node
        if before is not None and not continues(before, now, TileReader(now.size, self.tile, now.hash)):
            self.forks.append(f"{before.size} → {now.size}: another history")
        ask(
            self.witness.add_checkpoint, self.witness.signer.key, note, node, old=before.size if before else 0
        )
        self.cosigned += 1

    def tile(self, path: str) -> bytes | None:
        return self.read(path)

    def read(self, path: str) -> bytes:
        """A public resource; LookupError where it is not there, OSError where nobody answers."""
        wire = http.client.HTTPConnection("127.0.0.1", self.it.port, timeout=20)
        try:
            wire.request("GET", f"/ledger/{path}")
            answer = wire.getresponse()
            data = answer.read()
        finally:
            wire.close()
        if answer.status == 404:
            raise LookupError(path)
        if answer.status != 200:
            raise OSError(answer.status)
        return data


def continues(before: Checkpoint, now: Checkpoint, tiles: TileReader) -> bool:
    """Whether the later tree grew from the earlier one, proven by public tiles."""
    hash_: Hash = now.hash
    if before.size > now.size:
        return False
    proof = consistency_proof(before.size, now.size, tiles.node, hash_)
    return verify_consistency(before.size, now.size, proof, before.root, now.root, hash_)


SHOWN = """
SELECT (SELECT count(*) FROM ledger_unsealed) AS waiting,
       (SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float FROM ledger_unsealed) AS sealing_lag_s,
       (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float FROM procedure_obligation
         WHERE status = 'pending' AND withdrawn_at IS NULL AND due_at < now()) AS overdue_lag_s,
       (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - state_change)), 0)::float FROM pg_stat_activity
         WHERE datname = current_database() AND state LIKE 'idle in transaction%') AS idle_in_transaction_s,
       (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()) AS longest_transaction_s,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
       (SELECT count(*) FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
         WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '40 seconds')
       ) AS jobs_of_the_dead,
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo') AS jobs_waiting
"""


@dataclass
class Most:
    """The greatest figure seen of each kind."""

    figures: dict[str, float] = field(default_factory=dict)

    def take(self, found: Mapping[str, Any]) -> None:
        for name, value in found.items():
            self.figures[name] = max(self.figures.get(name, 0), float(value))


class Watch(threading.Thread):
    """Asks the database, while it is there, for half-written things and for what is left open."""

    def __init__(self, it: Installation) -> None:
        super().__init__(daemon=True)
        self.it = it
        self.ended = threading.Event()
        self.most = Most()
        self.halves: dict[str, list[Any]] = {}
        self.looks: Counter[str] = Counter()

    def run(self) -> None:
        while not self.ended.wait(LOOK_EVERY_S):
            try:
                with self.it.connect() as wire:
                    self.look(wire)
            except psycopg.Error:
                self.looks["failed"] += 1

    def look(self, wire: psycopg.Connection) -> None:
        """Look until the connection breaks."""
        compared = 0.0
        while not self.ended.wait(LOOK_EVERY_S):
            cursor = wire.execute(SHOWN)
            names = [column.name for column in cursor.description or ()]
            self.most.take(dict(zip(names, cursor.fetchone() or (), strict=True)))
            self.looks["shown"] += 1
            if time.monotonic() - compared > COMPARE_EVERY_S:
                for what, query in HALVES.items():
                    if rows := wire.execute(query).fetchmany(3):
                        self.halves[what] = rows
                self.looks["compared"] += 1
                compared = time.monotonic()
