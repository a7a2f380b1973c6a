"""The log of the made-up bureau: cases spread over the period, breaches planted in some, cut off at its last day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from zhunsheng.supervision.demo.breaches import Planted, plant
from zhunsheng.supervision.demo.bureau import Branch, Bureau, Station, made_up_bureau
from zhunsheng.supervision.demo.case_file import CaseFile, DemoAct
from zhunsheng.supervision.demo.shapes import SHAPES

FIRST_DAY = dt.date(2025, 7, 1)
LAST_DAY = dt.date(2026, 11, 20)


@dataclass(frozen=True)
class Demo:
    """A made-up log and what was planted in it."""

    bureau: Bureau
    cases: list[CaseFile]
    first: dt.date
    last: dt.date
    planted: list[Planted]

    @property
    def acts(self) -> int:
        """How many acts there are."""
        return sum(len(c.acts) for c in self.cases)


def generate(
    *,
    seed: int = 1,
    cases: int = 600,
    breaches: bool = True,
    first: dt.date = FIRST_DAY,
    last: dt.date = LAST_DAY,
) -> Demo:
    """A log of `cases` cases between two days, the same for the same arguments."""
    bureau, rng = made_up_bureau(), dice(seed)
    names = list(SHAPES)
    weights = [SHAPES[n][0] for n in names]
    made = []
    for number in range(1, cases + 1):
        shape = names[number % len(names)] if number <= 3 * len(names) else rng.choices(names, weights)[0]
        made.append(one_case(bureau, number, shape, first, last, f"{seed}/{number}"))
    made.sort(key=lambda c: (c.acts[0].at, c.case_id))
    planted = plant(made, last, rng) if breaches else []
    for case in made:
        case.acts = cut(case.acts, dt.datetime.combine(last, dt.time(23, 59)))
    return Demo(bureau, made, first, last, planted)


def dice(seed: int | str) -> Random:
    """The same dice each time."""
    return Random(seed)  # noqa: S311 - that is what a demo wants


def one_case(bureau: Bureau, number: int, shape: str, first: dt.date, last: dt.date, seed: str) -> CaseFile:
    """One lawful case of a shape, begun somewhere in the period."""
    rng = dice(seed)
    branch = rng.choice(bureau.branches)
    day = first + dt.timedelta(days=rng.randrange((last - first).days))
    start = dt.datetime.combine(day, dt.time(rng.randint(7, 20), rng.randrange(60)))
    return case_of(number, shape, rng.choice(branch.stations), branch, start, rng)


def case_of(
    number: int, shape: str, station: Station, branch: Branch, start: dt.datetime, rng: Random
) -> CaseFile:
    """One lawful case of a shape, begun then."""
    case = CaseFile(f"演治{start.year}-{number:04d}", shape, station, branch, start, rng)
    SHAPES[shape][1](case)
    return case


def cut(acts: list[DemoAct], end: dt.datetime) -> list[DemoAct]:
    """The acts that were over by the end; one that was still going on is not yet recorded, nor what came with it."""
    going_on = [a.at for a in acts if a.ended is not None and a.at <= end < a.ended]
    limit = min([end, *going_on])
    return [a for a in acts if a.at < limit]
