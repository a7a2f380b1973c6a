"""Clients that post acts over HTTP and do not let go: each request is sent again under its key until it is answered for good."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.cases import Letter, Town, note, report
from zhunsheng.supervision.demo import CaseFile

TIMEOUT_S = 40
HOT_ACTS = 120
"""Acts after which everybody goes on to a fresh dossier: the guard reads the whole of it for each."""


@dataclass(frozen=True)
class Acknowledged:
    """What the platform answered with 200 or 201: from here on the act may not be lost."""

    sender: str
    key: str
    act: str
    dossier: str
    position: int
    receipt: str
    attempts: int


@dataclass
class Ledger:
    """What the clients know for certain, together."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    declined: list[tuple[str, str, int]] = field(default_factory=list)
    """Sender, key and status of what was answered with a no."""
    trouble: Counter[str] = field(default_factory=Counter)
    """What went wrong on the way, by kind, before an answer for good came."""
    sent: int = 0

    def since(self, count: int) -> int:
        """Acts acknowledged since there were so many."""
        return len(self.acknowledged) - count


class Client(threading.Thread):
    """One sender at a time: posts letters of cases, or in turn with others to the dossier that everybody writes in."""

    def __init__(
        self, port: int, town: Town, known: Ledger, work: Callable[[Client], None], seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.port, self.town, self.known, self.work = port, town, known, work
        self.wire: http.client.HTTPConnection | None = None
        self.ended = threading.Event()
        self.failed: BaseException | None = None
        self.dice = random.Random(seed)

    def run(self) -> None:
        try:
            self.work(self)
        except Stopped:
            pass
        except BaseException as fault:  # noqa: BLE001 - told by the test
            self.failed = fault

    def post(self, path: str, letter: Letter) -> Acknowledged | None:
        """Send until there is an answer for good; None where that is a no."""
        headers = {"Idempotency-Key": letter.key, "Content-Type": "application/json"}
        if letter.seen is not None:
            headers["If-Match"] = f'"{letter.seen}"'
        self.known.sent += 1
        for attempt in itertools.count(1):
            status, body = self.ask("POST", path, letter.sender, headers, letter.data)
            if status in (200, 201):
                assert body["outcome"] == ("recorded" if status == 201 else "replayed")
                found = Acknowledged(
                    letter.sender,
                    letter.key,
                    body["act"],
                    body["dossier"],
                    body["position"],
                    body["receipt"],
                    attempt,
                )
                self.known.acknowledged.append(found)
                return found
            if 400 <= status < 500:
                # An earlier attempt whose answer was lost must be answered for as it was.
                self.known.declined.append((letter.sender, letter.key, status))
                if status not in (409, 412):
                    raise AssertionError((path, letter, status, body))
                return None

    def ask(
        self, method: str, path: str, sender: str, headers: dict[str, str], data: bytes | None
    ) -> tuple[int, Any]:
        """Status and document; 0 where no answer came. Waits a little before another attempt would make sense."""
        if self.ended.is_set():
            raise Stopped
        try:
            if self.wire is None:
                self.wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
            authority = {"Authorization": f"Bearer {self.town.tokens[sender]}"}
            self.wire.request(method, f"/api/v1{path}", data, headers | authority)
            answer = self.wire.getresponse()
            body = answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException) as fault:
            self.hang_up(type(fault).__name__)
            return 0, None
        if status >= 500:
            self.hang_up(f"{status}")
            return status, body
        return status, json.loads(body)

    def hang_up(self, why: str) -> None:
        """Close the connection and wait a moment."""
        self.known.trouble[why] += 1
        if self.wire is not None:
            self.wire.close()
        self.wire = None
        time.sleep(self.dice.uniform(0.02, 0.3))


class Stopped(Exception):
    """The client was asked to stop between two attempts."""


def cases_one_after_another(cases: Iterator[CaseFile], lock: threading.Lock) -> Callable[[Client], None]:
    """Whole cases, each by one client from its first act to its last."""

    def work(client: Client) -> None:
        while True:
            with lock:
                case = next(cases, None)
            if case is None:
                return
            path = "/dossiers"
            for letter in client.town.letters(case):
                done = client.post(path, letter)
                if done is None and path == "/dossiers":
                    break
                if done is not None:
                    path = f"/dossiers/{done.dossier}/acts"

    return work


class Shared:
    """The dossier that several clients write in at the same time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.place: str | None = None
        self.acts = 0

    def take(self, client: Client, sender: str) -> str:
        """The dossier to write in, a fresh one now and then."""
        with self.lock:
            if self.place is None or self.acts >= HOT_ACTS:
                opened = client.post("/dossiers", Letter(sender, report("某甲")))
                assert opened is not None
                self.place, self.acts = opened.dossier, 0
            self.acts += 1
            return self.place

    def work(self, client: Client) -> None:
        """Notes, every other one for the position that was just seen."""
        sender = client.dice.choice([c.first.number for c in client.town.cases[:1]])
        for n in itertools.count():
            dossier = self.take(client, sender)
            seen = None
            if n % 2:
                status, body = client.ask("GET", f"/dossiers/{dossier}", sender, {}, None)
                if status != 200:
                    continue
                seen = body["position"]
            client.post(f"/dossiers/{dossier}/acts", Letter(sender, note(f"某{client.name}-{n}"), seen))
