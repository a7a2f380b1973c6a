"""A long load without a fault: memory, sealing, connections and jobs stay within bounds however many acts have gone by.

ZHUNSHENG_LOAD_ACTS makes it as long as one likes.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.faults.cases import town
from tests.faults.clients import Ledger
from tests.faults.installation import Installation, running
from tests.faults.killing import web_workers
from tests.faults.load import calm, clients, inside, say, until
from tests.faults.watching import Watch
from tests.soundness import what_is_wrong

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
ACTS = int(os.environ.get("ZHUNSHENG_LOAD_ACTS", "3000"))
STEPS = 10
GROWTH_MB = 60
"""What the web's processes together may have grown by in the second half."""
LAG_S = 20


@dataclass
class Sizes:
    """Resident memory in MB, by program, as the load goes on."""

    web: list[float] = field(default_factory=list)
    worker: list[float] = field(default_factory=list)

    def take(self, it: Installation) -> None:
        self.web.append(sum(map(resident, web_workers(it))))
        self.worker.append(resident(it.worker.pid or 0))


def resident(pid: int) -> float:
    """Resident memory of a process in MB; 0 where there is none."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0
    return int(found[1]) / 1024 if found else 0


def test_nothing_grows_without_end(
    home: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHUNSHENG_HOME", str(home))
    it, known, sizes = Installation(home), Ledger(), Sizes()
    it.prepare()
    with django_db_blocker.unblock(), inside(it):
        people = town(cases=max(100, ACTS // 30), seed=1)
    watch = Watch(it)
    with running(it):
        until(it.answers, "the platform answers", it)
        watch.start()
        began = time.monotonic()
        with clients(it, people, known, 1):
            for step in range(1, STEPS + 1):
                wanted = ACTS * step // STEPS
                until(lambda wanted=wanted: known.since(0) >= wanted, f"{wanted} acts", it, seconds=ACTS)
                sizes.take(it)
        seconds = time.monotonic() - began
        calm(it)
        watch.ended.set()
        watch.join()
        codes = it.worker.stop(), it.web.stop()
    say(
        f"{known.since(0)} acts in {seconds:.0f} s, {known.since(0) / seconds:.0f} a second; trouble {dict(known.trouble)}"
    )
    say(f"web workers MB {[round(x) for x in sizes.web]}, worker MB {[round(x) for x in sizes.worker]}")
    say(f"at most {watch.most.figures}")
    with django_db_blocker.unblock(), inside(it):
        assert what_is_wrong() == {}
    assert codes == (0, 0), it.output()
    assert not known.trouble
    assert sizes.web[-1] - sizes.web[STEPS // 2] < GROWTH_MB
    assert sizes.worker[-1] - sizes.worker[STEPS // 2] < GROWTH_MB
    assert watch.most.figures["sealing_lag_s"] < LAG_S
    assert watch.most.figures["overdue_lag_s"] < 60
    assert watch.most.figures["connections"] < 20
    assert watch.most.figures["idle_in_transaction_s"] < 5
    assert watch.halves == {}
