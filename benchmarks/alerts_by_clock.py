"""From the instant a duty falls due to the alert: findings that time alone makes, 20 acts a second and a worker running.

Run `python -m benchmarks.alerts_by_clock [--seconds 60] [--dossiers 30]`. Everything happens now: the load is reports coming
in, and some people were brought in for continued questioning twelve hours ago less some seconds, so that their time is up one
by one meanwhile (most terms in hours end on the full hour; this one runs from the moment). The worker's clock looks every
two seconds; that is most of what is measured.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks.alerts import PACE, told, until, worker
from benchmarks.platform_under_test import platform

if TYPE_CHECKING:
    from collections.abc import Iterator

TERM = dt.timedelta(hours=12)
NORM, BEGINS, ENDS = "continued-questioning.duration", "person.brought-in", "continued-questioning.ended"
SETTLE = dt.timedelta(seconds=15)
"""Until the first falls due: the worker starts meanwhile."""
AFTER_S = 45.0
"""How long is waited for the clock once the last has fallen due."""


def main() -> None:
    """What falls due, the load beside it, and what came of it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=60)
    given.add_argument("--dossiers", type=int, default=30)
    asked = given.parse_args()
    with platform():
        living, kept, cases = bureau(asked.dossiers)
        start = dt.datetime.now(dt.UTC) + SETTLE
        gap = dt.timedelta(seconds=asked.seconds) / asked.dossiers
        due = [start + n * gap for n in range(len(kept))]
        ids = [waiting(living, case, at - TERM) for case, at in zip(kept, due, strict=True)]
        with worker("alerts,clock,ledger,upkeep"):
            acts, taken = load(living, cases, asked.seconds + SETTLE.total_seconds())
            until(lambda: len(rows(ids)) >= len(ids), AFTER_S)
        report(acts, taken, ids)


def bureau(dossiers: int) -> tuple[Any, list[Any], list[Any]]:
    """Everybody; people who are questioned; and cases whose reports are the load."""
    from zhunsheng.supervision.demo import generate
    from zhunsheng.supervision.demo.living import LivingBureau

    made = generate(seed=12, cases=4_000, breaches=False)
    living = LivingBureau(made.bureau)
    living.found(dt.datetime.now(dt.UTC) - dt.timedelta(days=900))
    kept = [case for case in made.cases if case.shape == "stop-and-question"]
    return living, kept[:dossiers], [c for c in made.cases if c.shape in ("fine", "detention", "warning")]


def until_then(living: Any, case: Any, last: str) -> list[Any]:
    """The acts of a case before one of that type."""
    steps = list(living.steps(case, "演示补录"))
    end = next(n for n, step in enumerate(steps) if step.draft.type == last)
    return [step for step in steps[:end] if not step.draft.type.startswith("recording.")]


def waiting(living: Any, case: Any, brought_in: dt.datetime) -> Any:
    """Record that somebody was brought in at an instant, and not that it is over; the dossier."""
    steps, dossier = until_then(living, case, ENDS), None
    first = next(step.draft.occurred_at for step in steps if step.draft.type == BEGINS)
    for step in steps:
        dossier = enacted(step, brought_in - first, dossier) or dossier
    return dossier


def enacted(step: Any, later: dt.timedelta, dossier: Any) -> Any:
    """One act, so much later than the case has it and never in the future; None where the door will not have it."""
    from zhunsheng.base.errors import InputError
    from zhunsheng.procedure.door import enact

    now = dt.datetime.now(dt.UTC)
    draft = replace(step.draft, dossier=dossier, occurred_at=min(now, step.draft.occurred_at + later))
    if draft.ended_at is not None:
        draft = replace(draft, ended_at=min(now, draft.ended_at + later))
    try:
        return enact(draft, by=step.by).dossier.id
    except InputError:
        return None


def load(living: Any, cases: list[Any], seconds: float) -> tuple[int, float]:
    """Twenty acts a second, each report as it comes in; how many in how long."""
    begun = due = time.perf_counter()
    acts = 0
    for case in cases:
        dossier, steps = None, until_then(living, case, "case.opened")
        for step in steps:
            time.sleep(max(0.0, due - time.perf_counter()))
            if time.perf_counter() > begun + seconds:
                return acts, time.perf_counter() - begun
            due += 1 / PACE
            found = enacted(step, dt.datetime.now(dt.UTC) - step.at, dossier)
            acts += found is not None
            dossier = found or dossier
    return acts, time.perf_counter() - begun


def rows(dossiers: list[Any]) -> list[tuple[dt.datetime, dt.datetime]]:
    """When each duty of these fell due, and when the alert's row was made."""
    from zhunsheng.supervision.models import Alert

    made = Alert.objects.filter(level="officer", finding__norm_id=NORM, finding__dossier__in=dossiers)
    return list(made.values_list("finding__due_at", "made_at"))


def report(acts: int, taken: float, ids: list[Any]) -> None:
    """What it took."""
    print(
        f"{acts / taken:.1f} acts/s of {PACE}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    gaps = list(waits(rows(ids)))
    told(f"due instant to alert row, made by the clock, {len(gaps)} of {len(ids)}", gaps)


def waits(found: list[tuple[dt.datetime, dt.datetime]]) -> Iterator[float]:
    """Seconds from the one to the other."""
    yield from ((made - due).total_seconds() for due, made in found)


if __name__ == "__main__":
    main()
