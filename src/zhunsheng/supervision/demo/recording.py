"""The year recorded through the door by several processes at once, and what the door made of every planted breach."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.supervision.demo.breaches import Planted
from zhunsheng.supervision.demo.bureau import BRANCHES, STATIONS_PER_BRANCH, made_up_bureau
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.generating import Demo
from zhunsheng.supervision.demo.year import year
from zhunsheng.supervision.processes import gathered

PROCESSES = 2
LATE = "演示：埋下的违法，按补录登记"
"""Why acts of a planted breach are recorded although the gate refuses them."""
Outcome = Literal["lawful", "recorded", "refused-first", "held"]


@dataclass(frozen=True)
class Recorded:
    """What became of one case: recorded as it is; its breach recorded at once, or late because the gate refused it; or held.

    Where the door let the breach happen in no way, the officers did it lawfully instead.
    """

    case_id: str
    number: str
    acts: int
    outcome: Outcome
    refused: tuple[str, ...] = ()
    """The norms by which the gate refused it, or what else the door said."""


@dataclass(frozen=True)
class Order:
    """What a process records: its share of a year."""

    seed: int
    cases: int
    until: dt.datetime
    share: int
    of: int
    breaches: bool = True
    branches: str = BRANCHES
    stations: int = STATIONS_PER_BRANCH

    def made(self) -> Demo:
        """The year, all shares of it."""
        bureau = made_up_bureau(self.branches, self.stations)
        return year(seed=self.seed, cases=self.cases, until=self.until, breaches=self.breaches, bureau=bureau)


def record_year(order: Order, told: Callable[[int, int], None]) -> list[Recorded]:
    """Record the whole year by `order.of` processes; `told` hears (cases done, in all). InputError when one of them fails."""
    shares = [replace(order, share=n) for n in range(order.of)]
    return gathered(share_of, shares, len(order.made().cases), told)


def share_of(order: Order) -> Iterable[Recorded]:
    """Record the share, case by case. Commits need not reach the disk one by one: it is made-up data, and can be made again."""
    from django.db import connection

    from zhunsheng.supervision.demo.living import LivingBureau

    made = order.made()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    bureau = LivingBureau(made.bureau)
    bureau.known()
    planted = {p.case_id: p for p in made.planted}
    for case in made.cases:
        if station_number(made, case) % order.of == order.share:
            yield record_case(bureau, case, planted.get(case.case_id))


def station_number(made: Demo, case: CaseFile) -> int:
    """The place of the case's station among all: two processes never wait for one station's numbering."""
    stations = [station.name for branch in made.bureau.branches for station in branch.stations]
    return stations.index(case.station.name)


def record_case(bureau: Any, case: CaseFile, planted: Planted | None) -> Recorded:
    """One case through the door: lawful acts as they are, a breach as far as the door lets it; then time goes on to now."""
    if planted is None:
        return recorded(bureau, case, "lawful")
    try:
        return recorded(bureau, case, "recorded")
    except InputError as refusal:
        refused = reasons(refusal)
    try:
        return recorded(bureau, case, "refused-first", refused, LATE)
    except InputError:
        instead = copy.copy(case)
        instead.acts = case.lawful
        return recorded(bureau, instead, "held", refused)


def recorded(
    bureau: Any, case: CaseFile, outcome: Outcome, refused: tuple[str, ...] = (), backfill: str = ""
) -> Recorded:
    """A case recorded whole, in one transaction; InputError when the door refuses any of it.

    One in which something is to be found is recorded act by act, time passing between them.
    """
    from zhunsheng.acts.models import Dossier
    from zhunsheng.supervision.demo.living import time_passes

    enact = bureau.enact_whole if outcome in ("lawful", "held") else bureau.enact_in_time
    told = enact(case, backfill=backfill)
    assert told.dossier is not None
    time_passes(told.dossier, clock.now())
    number = (
        Dossier.objects.unfenced("the demo's own bureau")
        .values_list("number", flat=True)
        .get(pk=told.dossier)
    )
    return Recorded(case.case_id, number, told.recorded, outcome, refused)


def reasons(refusal: InputError) -> tuple[str, ...]:
    """The norms that refused, or what the door said instead."""
    from zhunsheng.procedure.errors import Refused

    if isinstance(refusal, Refused):
        return tuple(dict.fromkeys(notice.norm_id for notice in refusal.reasons))
    return (refusal.zh,)
