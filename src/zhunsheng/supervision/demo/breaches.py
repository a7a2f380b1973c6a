"""The table of breaches that can be planted, and the planting of them in a log of lawful cases."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from random import Random

from zhunsheng.supervision.demo import breaches_decision, breaches_inquiry, breaches_special
from zhunsheng.supervision.demo.breach_ops import Breach
from zhunsheng.supervision.demo.case_file import CaseFile

TABLE: tuple[Breach, ...] = (*breaches_inquiry.TABLE, *breaches_decision.TABLE, *breaches_special.TABLE)
COMMON = (
    "inquiry.duration-public-order",
    "inquiry.recorded-public-order",
    "service.decision-public-order",
    "service.victim-copy",
    "property.handover",
    "recording.scenes",
    "inquiry.rights-told",
    "decision.case-period",
    "appraisal.delivered-suspect-5d",
)
"""What goes wrong most often."""
CASES_PER_COMMON = 9
"""One case in so many gets a common breach on top."""
CARELESS = ("乙分局第二派出所", "丙分局第四派出所")
"""Where most of it goes wrong."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A breach and the case it was planted in, with all that will be found because of it: said before anything is judged."""

    case_id: str
    breach: Breach
    also: tuple[str, ...] = ()
    """The further norms that it necessarily breaks in this case."""
    touched: frozenset[str] = frozenset()
    """The types of the acts that are not as they would have been."""


def plant(cases: list[CaseFile], last: dt.date, rng: Random, more: int | None = None) -> list[Planted]:
    """Plant breaches in place, at most one in a case: each kind once where it fits, then `more` of the common ones.

    The common ones go to the careless stations first, so that the log has something to tell about its units.
    """
    free = {c.case_id: c for c in cases}
    planted: list[Planted] = []
    common = [b for b in TABLE if b.norm in COMMON]
    again = rng.choices(common, k=len(cases) // CASES_PER_COMMON if more is None else more)
    for breach in (*sorted(TABLE, key=lambda b: (len(b.shapes) or 99, b.norm)), *again):
        order = rng.sample(list(free.values()), len(free))
        if len(planted) >= len(TABLE):
            order.sort(key=lambda c: not c.station.name.endswith(CARELESS))
        case = next((c for c in order if suits(c, breach, last) and attempt(c, breach, last)), None)
        if case is not None:
            del free[case.case_id]
            planted.append(Planted(case.case_id, breach, breach.neighbours(case), touched(case)))
    return planted


def suits(case: CaseFile, breach: Breach, last: dt.date) -> bool:
    """Whether the case is of the right shape and time."""
    begun, over = case.acts[0].at.date(), case.acts[-1].at.date()
    return (
        (not breach.shapes or case.shape in breach.shapes)
        and (breach.since is None or begun >= breach.since)
        and (breach.until is None or over <= breach.until)
        and over + dt.timedelta(days=breach.room) < last
    )


def attempt(case: CaseFile, breach: Breach, last: dt.date) -> bool:
    """Plant it; the case stays as it was when it has not what it takes or would outlast the log."""
    before = copy.deepcopy(case.acts)
    if breach.plant(case) and max(a.at for a in case.acts).date() < last:
        case.lawful = before
        return True
    case.acts = before
    return False


def touched(case: CaseFile) -> frozenset[str]:
    """The types of the acts that the planting left out, added, moved or changed."""
    acts, lawful = list(case.acts), list(case.lawful)
    for act in case.lawful:
        if act in acts:
            acts.remove(act)
            lawful.remove(act)
    return frozenset(act.type for act in (*acts, *lawful))
