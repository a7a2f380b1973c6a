"""What an act costs at the door: guard with the whole rulebook, row, ledger entry, obligations; against a bare insert of its row.

Run `python -m benchmarks.enact [--cases 60] [--seconds 20]`. The database is the embedded one with fsync on. Acts are those
of the made-up bureau's lawful cases. The floor is Django inserting the same rows one by one, each in a transaction, with
nothing else done.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.platform_under_test import bureau, platform

WORKERS = 4
PACE = 20
PARTS = {
    "guard": ("zhunsheng.procedure.door", "judge"),
    "row and ledger entry": ("zhunsheng.procedure.door", "act_write"),
    "obligations": ("zhunsheng.procedure.door", "reconcile"),
    "officers and power": ("zhunsheng.procedure.door", "act_of"),
    "lock and power over the dossier": ("zhunsheng.procedure.door", "dossier_for"),
}


def main() -> None:
    """All parts, one after the other."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--cases", type=int, default=60)
    given.add_argument("--seconds", type=float, default=20)
    asked = given.parse_args()
    with platform():
        living, made = bureau(asked.cases)
        alone(living, made)
        floor()
        guard_alone()
        together(asked.seconds)
        paced(living, asked.seconds)


def alone(living: Any, made: Any) -> None:
    """One writer, as fast as it goes."""
    from zhunsheng.procedure import door

    taken: list[float] = []
    door.OBSERVERS.append(lambda _outcome, seconds: taken.append(seconds))
    living.enact_case(made.cases[0])
    taken.clear()
    with timed_parts() as parts:
        processor = time.process_time()
        for case in made.cases[1:]:
            living.enact_case(case)
        processor = time.process_time() - processor
    door.OBSERVERS.clear()
    told("enact, one writer", taken)
    print(f"  processor time of ours {1e3 * processor / len(taken):.2f} ms an act; where the time goes, in ms an act:")
    for name, seconds in sorted(parts.items(), key=lambda p: -p[1]):
        print(f"    {name:34} {1e3 * seconds / len(taken):6.2f}")
    rest = sum(taken) - sum(parts.values())
    print(f"    {'the rest (transaction, receipt)':34} {1e3 * rest / len(taken):6.2f}")


@contextmanager
def timed_parts() -> Iterator[dict[str, float]]:
    """Within the block the door's parts are timed."""
    import importlib

    spent: dict[str, float] = defaultdict(float)
    originals = {}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - start

        return call

    for name, (module, attribute) in PARTS.items():
        where = importlib.import_module(module)
        originals[name] = where, attribute, getattr(where, attribute)
        setattr(where, attribute, timed(name, getattr(where, attribute)))
    try:
        yield spent
    finally:
        for where, attribute, function in originals.values():
            setattr(where, attribute, function)


def floor() -> None:
    """The same rows, inserted by Django and nothing else."""
    from django.db import transaction

    from zhunsheng.acts.models import Act, Dossier
    from zhunsheng.base.ids import new_id

    acts = list(Act.objects.unfenced("a benchmark").order_by("dossier_id", "position")[:1500])
    copies: dict[Any, Any] = {}
    taken = []
    for act in acts:
        if act.dossier_id not in copies:
            old = Dossier.objects.unfenced("a benchmark").get(pk=act.dossier_id)
            copies[act.dossier_id] = Dossier.objects.create(
                kind=old.kind, unit_id=old.unit_id, opened_at=old.opened_at, number=f"copy-{old.number}"
            )
        act.pk, act.dossier, act.corrects_id = new_id(), copies[act.dossier_id], None
        start = time.perf_counter()
        with transaction.atomic():
            act.save(force_insert=True)
        taken.append(time.perf_counter() - start)
    told("bare insert of the same rows (floor)", taken)


def guard_alone() -> None:
    """The guard by itself on dossiers of about sixty acts."""
    from zhunsheng.acts.models import Dossier
    from zhunsheng.base import clock
    from zhunsheng.procedure.guard import judge
    from zhunsheng.procedure.rulebook import rulebook
    from zhunsheng.procedure.standing import standing

    book, taken = rulebook(), []
    dossiers = Dossier.objects.unfenced("a benchmark").filter(position__range=(50, 70)).exclude(number__startswith="copy-")
    for dossier in dossiers[:40]:
        judged = standing(dossier).judged
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            judge(book, dossier.number, judged, clock.microseconds(clock.now()))
            best = min(best, time.perf_counter() - start)
        taken.append(best)
    told("guard alone, dossiers of 50 to 70 acts", taken)


def together(seconds: float) -> None:
    """Four processes at once, a sequencer beside them; acts of each in dossiers of its own."""
    context = multiprocessing.get_context("spawn")
    begin, results = context.Barrier(WORKERS + 1), context.Queue()
    workers = [context.Process(target=writer, args=(n, seconds, begin, results)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    begin.wait()
    stop = threading.Event()
    sealing = threading.Thread(target=seal_on, args=(stop,))
    sealing.start()
    taken = [one for _ in workers for one in results.get()]
    for worker in workers:
        worker.join()
    stop.set()
    sealing.join()
    print(f"{WORKERS} writers at once for {seconds:.0f} s, sequencer running: {len(taken) / seconds:.0f} acts/s (aim 200)")
    told("  enact then", taken)


def writer(number: int, seconds: float, begin: Any, results: Any) -> None:
    """One of the processes."""
    import django

    django.setup()
    from zhunsheng.procedure import door
    from zhunsheng.procedure.rulebook import rulebook
    from zhunsheng.supervision.demo import generate
    from zhunsheng.supervision.demo.living import LivingBureau

    made = generate(seed=100 + number, cases=300, breaches=False)
    living = LivingBureau(made.bureau)
    living.known()
    rulebook()
    taken: list[float] = []
    begin.wait()
    end = time.perf_counter() + seconds

    def watch(_outcome: str, spent: float) -> None:
        if time.perf_counter() > end:
            raise TimeoutError
        taken.append(spent)

    door.OBSERVERS.append(watch)
    try:
        for case in made.cases:
            living.enact_case(case)
    except TimeoutError:
        pass
    results.put(taken)


def seal_on(stop: threading.Event) -> None:
    """A sequencer every second."""
    from zhunsheng.ledger.sequencer import ledger_sequence

    while not stop.wait(1):
        ledger_sequence()


def paced(living: Any, seconds: float) -> None:
    """Twenty acts a second, as a busy city records them."""
    from zhunsheng.procedure import door
    from zhunsheng.supervision.demo import generate

    taken: list[float] = []
    due = time.perf_counter()

    def pause(_outcome: str, spent: float) -> None:
        nonlocal due
        taken.append(spent)
        due += 1 / PACE
        if len(taken) >= seconds * PACE:
            raise TimeoutError
        time.sleep(max(0.0, due - time.perf_counter()))

    door.OBSERVERS.append(pause)
    try:
        for case in generate(seed=7, cases=200, breaches=False).cases:
            living.enact_case(case)
    except TimeoutError:
        pass
    door.OBSERVERS.clear()
    told(f"enact at {PACE} acts/s (aim: p95 under 25 ms)", taken)


def told(name: str, taken: list[float]) -> None:
    """Print middle and slow end."""
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"{name}: {len(taken)} times, {len(taken) / sum(taken):.0f}/s, p50 {1e3 * cuts[49]:.2f} ms, p95 {1e3 * cuts[94]:.2f} ms, "
        f"p99 {1e3 * cuts[98]:.2f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
