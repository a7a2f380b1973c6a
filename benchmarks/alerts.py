"""From an act's commit to the alert's row and to the officer's telephone, with 20 acts a second and a worker running.

Run `python -m benchmarks.alerts [--seconds 60]`. The database is the embedded one with fsync on. Acts are those of the made-up
bureau's cases with planted breaches. Rows are seen by a connection of its own that asks every 5 ms; messages by a gateway here.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.platform_under_test import FOUNDED, platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACE = 20
POLL_S = 0.005
WAIT_S = 90
"""How long a busy machine may take to start a worker, or to carry the last message."""


@dataclass
class Seen:
    """When what was seen, on this machine's steady clock."""

    committed: dict[str, float] = field(default_factory=dict)
    """Act → when its transaction had gone through."""
    rows: dict[int, float] = field(default_factory=dict)
    """Alert → when its row was first seen."""
    messages: dict[int, float] = field(default_factory=dict)
    """Alert → when the gateway had its message."""
    door: list[float] = field(default_factory=list)
    projection: list[float] = field(default_factory=list)


def main() -> None:
    """Load, and what came of it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=60)
    asked = given.parse_args()
    seen = Seen()
    with gateway(seen) as address, channels(address) as file, platform(env={"ZHUNSHENG_CHANNELS": str(file)}):
        living, cases = bureau()
        with worker(), watching(seen):
            load(living, cases, asked.seconds, seen)
            until(all_carried)
            report(seen)


@contextmanager
def gateway(seen: Seen) -> Iterator[str]:
    """A receiver of messages."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            key = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["key"]
            seen.messages.setdefault(int(key.split("-")[1]), time.perf_counter())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def channels(address: str) -> Iterator[Path]:
    """The file of channels, and its secret."""
    with tempfile.TemporaryDirectory() as folder:
        secret, file = Path(folder) / "secret", Path(folder) / "channels.json"
        secret.write_text("of-a-benchmark", encoding="utf-8")
        hook = {"url": address, "secret_file": str(secret)}
        file.write_text(json.dumps({"chat": hook, "sms": hook}), encoding="utf-8")
        yield file


def bureau() -> tuple[Any, list[Any]]:
    """Everybody with an address, and the cases in which something goes wrong."""
    from zhunsheng.people.models import Officer
    from zhunsheng.supervision.delivery import contact_set
    from zhunsheng.supervision.demo import generate
    from zhunsheng.supervision.demo.living import LivingBureau

    made = generate(seed=11, cases=3_000)
    living = LivingBureau(made.bureau)
    living.found(FOUNDED)
    for officer in Officer.objects.all():
        for channel in ("chat", "sms"):
            contact_set(channel, f"{channel}-{officer.pk}", by=officer)
    planted = {one.case_id for one in made.planted}
    # The shortest first: more goes wrong in as many acts.
    return living, sorted((c for c in made.cases if c.case_id in planted), key=lambda case: len(case.acts))


@contextmanager
def worker(queues: str = "alerts,ledger,upkeep") -> Iterator[None]:
    """`zhunsheng worker` beside us. The clock of obligations is left out: it would judge these old cases as of today."""
    programme = str(Path(sys.executable).with_name("zhunsheng"))
    command = [programme, "worker", "--queues", queues]
    running = subprocess.Popen(
        command, env=os.environ.copy(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(worker_lives)
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)


def worker_lives() -> bool:
    """Whether a worker has said so."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM procrastinate_workers)")
        return bool(cursor.fetchone()[0])


def all_carried() -> bool:
    """Whether every message has arrived."""
    from zhunsheng.supervision.models import Delivery

    return not Delivery.objects.filter(sent_at=None, given_up_at=None).exists()


def until(holds: Callable[[], bool], seconds: float = WAIT_S) -> None:
    """Wait for it."""
    end = time.perf_counter() + seconds
    while not holds() and time.perf_counter() < end:
        time.sleep(0.1)


@contextmanager
def watching(seen: Seen) -> Iterator[None]:
    """Look for new rows from a connection of its own."""
    from django.db import connection

    stop = threading.Event()

    def look() -> None:
        newest = 0
        with connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute(
                    "SELECT id FROM supervision_alert WHERE id > %s AND level = 'officer' ORDER BY id",
                    [newest],
                )
                now = time.perf_counter()
                for (alert,) in cursor.fetchall():
                    seen.rows[alert] = now
                    newest = alert
                time.sleep(POLL_S)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def load(living: Any, cases: list[Any], seconds: float, seen: Seen) -> None:
    """Twenty acts a second, the clock held at each act's own time."""
    from zhunsheng.base import clock
    from zhunsheng.base.errors import InputError
    from zhunsheng.procedure import projections
    from zhunsheng.procedure.door import enact

    registered = projections._registered  # noqa: SLF001 - measured from outside
    view = registered["supervision"]

    def timed(changed: Any) -> None:
        start = time.perf_counter()
        view(changed)
        seen.projection.append(time.perf_counter() - start)

    registered["supervision"] = timed
    due, end = time.perf_counter(), time.perf_counter() + seconds
    for case in cases:
        dossier = None
        for step in living.steps(case, "演示补录"):
            time.sleep(max(0.0, due - time.perf_counter()))
            if time.perf_counter() > end:
                return
            due += 1 / PACE
            start = time.perf_counter()
            try:
                with clock.holding(step.at):
                    done = enact(replace(step.draft, dossier=dossier), by=step.by)
            except InputError:
                continue
            seen.committed[str(done.act.id)] = time.perf_counter()
            seen.door.append(time.perf_counter() - start)
            dossier = done.dossier.id


def report(seen: Seen) -> None:
    """What it took."""
    from zhunsheng.supervision.models import Alert, Delivery, Finding

    acts = dict(
        Alert.objects.filter(level="officer", finding__history__number=1).values_list(
            "pk", "finding__history__act_id"
        )
    )
    pace = len(seen.door) / (max(seen.committed.values()) - min(seen.committed.values()))
    print(
        f"{pace:.1f} acts/s of {PACE} asked for; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    told("the door, whole", seen.door)
    told("of it findings and alerts", seen.projection)
    committed = {
        alert: seen.committed[str(act)] for alert, act in acts.items() if act and str(act) in seen.committed
    }
    told("act's commit to alert row (aim: p95 under 2 s)", gaps(committed, seen.rows))
    told("act's commit to the gateway", gaps(committed, seen.messages))
    messages = list(Delivery.objects.values_list("sent_at", "attempts", "fault"))
    sent = sum(at is not None for at, _, _ in messages)
    findings = Finding.objects.unfenced("a benchmark").count()
    print(
        f"{len(seen.committed)} acts, {findings} findings, {len(seen.rows)} alerts, {sent} of {len(messages)} messages sent"
    )
    unsent = Counter((attempts, fault or "no fault") for at, attempts, fault in messages if at is None)
    for (attempts, fault), times in unsent.most_common(3):
        print(f"not sent: {times} times after {attempts} attempts, {fault}")


def gaps(begin: dict[int, float], end: dict[int, float]) -> list[float]:
    """Seconds from one to the other; a row seen before the caller had its answer counts as none."""
    return [max(0.0, end[key] - begin[key]) for key in begin.keys() & end.keys()]


def told(name: str, taken: list[float]) -> None:
    """Print middle and slow end."""
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [0.0] * 99
    print(
        f"{name}: {len(taken)} times, p50 {1e3 * cuts[49]:.1f} ms, p95 {1e3 * cuts[94]:.1f} ms, p99 {1e3 * cuts[98]:.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
