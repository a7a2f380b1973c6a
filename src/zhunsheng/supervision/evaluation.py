"""Everything judged anew: all acts streamed from the database, every norm on every dossier, compared with what is stored.

What is stored was made act by act, by the door and the clock. Dossiers go in parts of bounded size through several processes.
"""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from zhunsheng.acts.export import log_write
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.procedure.invariants import Engine, differences_in, time_bound, watched_dossiers
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.watch import dossier_judge
from zhunsheng.supervision.checking import runner
from zhunsheng.supervision.comparing import Compared, Difference, compared, stored_write
from zhunsheng.supervision.processes import gathered

PART = 4_000
"""Dossiers of one part: what a process holds at a time."""
PROCESSES = 2
KILO = 1024


@dataclass(frozen=True)
class Share:
    """The parts of one process, all judged as of one instant."""

    parts: tuple[tuple[uuid.UUID, ...], ...]
    as_of: dt.datetime
    engine: Engine


@dataclass
class Evaluated:
    """What came of one part, or of all: how much was judged, what differs, and what it took (processor and wall seconds, MB)."""

    dossiers: int = 0
    acts: int = 0
    left_out: int = 0
    """Dossiers that changed meanwhile, or were not yet judged by this edition of the rulebook."""
    found: Compared = field(default_factory=Compared)
    reading: float = 0.0
    judging: float = 0.0
    comparing: float = 0.0
    wall: float = 0.0
    memory: float = 0.0
    """The most that one process held."""
    backend: float = 0.0
    """The most that one process of the database server held, shared buffers among it; 0 where it is on another machine."""

    def add(self, other: Evaluated) -> None:
        """Another part as well."""
        for name in ("dossiers", "acts", "left_out", "reading", "judging", "comparing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.found.add(other.found)
        self.memory, self.backend = max(self.memory, other.memory), max(self.backend, other.backend)


def evaluate_all(
    engine: Engine = "fast",
    *,
    part: int = PART,
    processes: int = PROCESSES,
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> Evaluated:
    """Judge every dossier anew and compare; nothing but what the clock would do by itself is changed.

    What time alone may have changed is first compared by the interpreter, then brought to the instant of comparison; a dossier
    that differs is left as it is.
    `told` hears (dossiers done, in all).
    """
    started, book, whole = clock.elapsed(), rulebook(), Evaluated()
    as_of = clock.now()
    apart = set()
    with clock.holding(as_of):
        for dossier_id in watched_dossiers(time_bound(as_of)):
            differ = differences_in(dossier_id, book)
            for one in differ:
                norm = str(one.detail.get("norm", ""))
                whole.found.note(Difference(one.kind, str(one.dossier), norm, str(one.detail)))
            if differ:
                apart.add(dossier_id)
            else:
                dossier_judge(dossier_id)
    every = Dossier.objects.unfenced("everything is judged anew").filter(position__gt=0)
    judged = every.filter(edition=book.digest).order_by("pk").values_list("pk", flat=True)
    ids = [pk for pk in judged if pk not in apart]
    whole.dossiers, whole.left_out = len(apart), every.exclude(edition=book.digest).count()
    parts = [tuple(ids[start : start + part]) for start in range(0, len(ids), part)]
    shares = [Share(tuple(parts[n::processes]), as_of, engine) for n in range(min(processes, len(parts)))]
    if len(shares) > 1:
        results = gathered(
            share_evaluate, shares, len(ids), told, size=lambda one: one.dossiers + one.left_out
        )
    else:
        results = [one for share in shares for one in share_evaluate(share)]
    for result in results:
        whole.add(result)
    whole.wall = clock.elapsed() - started
    return whole


def share_evaluate(share: Share) -> Iterator[Evaluated]:
    """The parts of one process."""
    for ids in share.parts:
        with tempfile.TemporaryDirectory(prefix="zhunsheng-") as work:
            yield part_evaluate(ids, share, Path(work))


def part_evaluate(ids: tuple[uuid.UUID, ...], share: Share, work: Path) -> Evaluated:
    """One part: acts and what is stored read in one snapshot of the database, judged, compared."""
    book, clocks = rulebook(), [clock.elapsed()]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            # Between one batch of acts and the next the connection is idle for as long as a busy machine takes.
            cursor.execute(
                "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"
            )
        changing = set(watched_dossiers(Q(judged_at__gt=share.as_of, dossier__in=ids)))
        every = Dossier.objects.unfenced("everything is judged anew").filter(pk__in=ids, edition=book.digest)
        chosen = [pk for pk in every.values_list("pk", flat=True) if pk not in changing]
        log = log_write(work / "log", chosen)
        stored_write(chosen, work)
        backend = backend_peak()
    clocks.append(clock.elapsed())
    options = {"threads": 1} if share.engine != "interpret" else {}
    runner(share.engine)(
        log,
        list(book.plans),
        calendar=book.calendar,
        as_of_us=clock.microseconds(share.as_of),
        into=work / "results.parquet",
        **options,
    )
    clocks.append(clock.elapsed())
    found = compared(work, work / "results.parquet", book.plans)
    clocks.append(clock.elapsed())
    reading, judging, comparing = (b - a for a, b in pairwise(clocks))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO
    return Evaluated(
        len(chosen),
        log.rows,
        len(ids) - len(chosen),
        found,
        reading,
        judging,
        comparing,
        memory=memory,
        backend=backend,
    )


def backend_peak() -> float:
    """The most memory this connection's server process has held, in MB; 0 where it cannot be seen from here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status")
    try:
        lines = status.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    name = next((line for line in lines if line.startswith("Name:")), "")
    peak = next((line for line in lines if line.startswith("VmHWM:")), "")
    return int(peak.split()[1]) / KILO if "postgres" in name and peak else 0.0
