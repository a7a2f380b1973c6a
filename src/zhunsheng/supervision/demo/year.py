"""A year of the made-up bureau up to the present: mostly small matters, some cases with all steps, some at every stage now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from zhunsheng.supervision.demo.breach_ops import Beside, Breach, if_any
from zhunsheng.supervision.demo.breaches import Planted, plant
from zhunsheng.supervision.demo.bureau import Branch, Bureau, made_up_bureau
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.generating import Demo, case_of, cut, dice

MIX: Mapping[str, float] = {
    "told-elsewhere": 32,
    "nothing-found": 25,
    "passed-on": 8,
    "settled-on-the-scene": 7,
    "spot-warning": 6,
    "spot-fine": 6,
    "roadside-fine": 4,
    "camera": 1.5,
    "fine": 2.0,
    "detention": 1.5,
    "warning": 1.2,
    "fast-track": 1.2,
    "mediation": 1.0,
    "mediation-failed": 0.4,
    "terminated": 0.6,
    "on-the-spot": 0.8,
    "seizure": 0.4,
    "urgent-seizure": 0.3,
    "injury": 0.4,
    "several-suspects": 0.35,
    "hearing": 0.45,
    "juvenile-warning": 0.3,
    "juvenile-detention": 0.25,
    "child": 0.2,
    "stop-and-question": 0.3,
    "stop-and-case": 0.2,
    "drunk": 0.2,
    "drunk-driving": 0.4,
    "turned-criminal": 0.2,
    "suspended-detention": 0.4,
    "unpaid-fine": 0.3,
    "papers-left": 0.2,
}
"""Shape → how many of a hundred matters (docs/demo.md); what a norm asks for is in every shape, so each must occur."""
LEAST = 3
"""Matters of every shape, however small the year."""
COMMON_SHARE = 0.02
"""Matters with one of the common breaches on top of one of every kind."""
STARTS = (0, 0, 0, 0, 0, 1, 1, 3, 5, 6, 6, 5, 5, 5, 6, 6, 6, 6, 7, 8, 8, 7, 5, 2)
"""How many matters begin in each hour of the day, weekday or not; the shapes move on to office hours by themselves."""
AT_NIGHT = frozenset(("told-elsewhere", "nothing-found", "stop-and-question"))
BEFORE_MIDNIGHT = 23
LAST_HOUR = 19
"""Later in the day only matters of a few acts begin: what the others begin with is to be done by midnight."""
BUSY = {"甲分局第一派出所": 3, "丙分局第二派出所": 3}
"""Stations with more matters than others, how many times as many; the first is where the handlers of the sign-in page work."""
YEAR = 365
TRIES = 200
PATIENCE = dt.timedelta(hours=30)
"""How long a case may stand before an act that follows within the hour."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that stands at the present before one of its acts."""

    shape: str
    act: str
    facts: Mapping[str, object]
    count: int = 2
    late: int = 0
    """Days since the act was lawfully due to come; then it was left lying, and that breaches `norm`."""
    norm: str = ""
    also: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    beside: Beside | None = None
    today: bool = False
    """Begun today: what is due by midnight is not overdue."""


NOTHING: Mapping[str, object] = {}
STAGES = (
    Waiting("fine", "case.opened", NOTHING, today=True),
    Waiting("detention", "person.arrived", NOTHING),
    Waiting("injury", "appraisal.received", NOTHING),
    Waiting("seizure", "penalty.proposed", NOTHING),
    Waiting("mediation", "mediation.agreed", NOTHING),
    Waiting("fine", "legal-review.passed", NOTHING, 4),
    Waiting("detention", "legal-review.passed", NOTHING, 4),
    Waiting("juvenile-warning", "legal-review.passed", NOTHING, 1),
    Waiting("several-suspects", "legal-review.passed", NOTHING, 1),
    Waiting("fine", "notice.given", {"notice": "penalty-proposed"}),
    Waiting("warning", "approval.given", {"measure": "penalty"}, 4),
    Waiting("detention", "approval.given", {"measure": "penalty"}, 4),
    Waiting("detention", "penalty.decided", NOTHING, 3),
    Waiting("hearing", "hearing.accepted", NOTHING),
    Waiting("hearing", "hearing.held", NOTHING, 3),
    Waiting("hearing", "legal-review.passed", NOTHING),
    Waiting("fine", "document.served", {"document": "penalty-decision"}, 3),
    Waiting("detention", "detention.ended", NOTHING, 4),
    Waiting("fine", "fine.collected", NOTHING, 4),
    Waiting("suspended-detention", "bond.banked", NOTHING, 1),
    Waiting("fine", "case.closed", NOTHING),
    Waiting("warning", "file.archived", NOTHING),
)
"""Cases under way, in the order of a case."""

LYING = (
    Waiting(
        "fine",
        "case.reviewed",
        NOTHING,
        3,
        45,
        "decision.case-period",
        (),
        "超过期限仍未办结",
        "not settled in time",
    ),
    Waiting(
        "fine",
        "document.served",
        {"recipient": "suspect"},
        2,
        15,
        "service.decision-public-order",
        (),
        "决定书至今没有送达",
        "decision still not served",
        beside=if_any("person.identified", "service.victim-copy", person_role="victim"),
    ),
    Waiting(
        "fine",
        "case.opened",
        NOTHING,
        2,
        6,
        "intake.review-24h",
        ("intake.opened-at-once",),
        "接报多日没有处理",
        "a report left lying",
    ),
    Waiting(
        "on-the-spot",
        "fine.turned-in",
        NOTHING,
        1,
        9,
        "enforcement.fine-turned-in-public-order",
        (),
        "收缴的罚款没有上交",
        "a fine collected and not turned in",
    ),
    Waiting(
        "suspended-detention",
        "bond.banked",
        NOTHING,
        1,
        20,
        "suspension.bond-banked",
        (),
        "保证金没有存行",
        "a bond not banked",
    ),
    Waiting(
        "detention",
        "detention.ended",
        NOTHING,
        1,
        2,
        "detention.released-on-time",
        (),
        "拘留期满没有解除",
        "not released when the detention was over",
    ),
)
"""Cases left lying until now: breaches by omission, which show because time passes."""


def year(
    *, seed: int, cases: int, until: dt.datetime, breaches: bool = True, bureau: Bureau | None = None
) -> Demo:
    """The matters of the 365 days up to `until` (local time), the same for the same arguments; the last are under way."""
    bureau, rng = bureau or made_up_bureau(), dice(f"year/{seed}")
    first = until.date() - dt.timedelta(days=YEAR)
    standing = [*STAGES, *(LYING if breaches else ())]
    shapes = spread(cases - sum(w.count for w in standing), rng)
    made = [
        somewhere(bureau, number, shape, first, until, f"{seed}/{number}")
        for number, shape in enumerate(shapes, 1)
    ]
    made.sort(key=lambda c: (c.acts[0].at, c.case_id))
    planted = plant(made, until.date(), rng, round(COMMON_SHARE * cases)) if breaches else []
    for case in made:
        case.acts, case.lawful = cut(case.acts, until), cut(case.lawful, until)
    number = len(shapes)
    for waiting in standing:
        for _ in range(waiting.count):
            number += 1
            found = stood_still(bureau, number, waiting, until, f"{seed}/{number}")
            if found is None:
                continue
            stood, left = found
            made.append(stood)
            if waiting.norm:
                breach = left_lying(waiting)
                planted.append(Planted(stood.case_id, breach, breach.neighbours(stood), left))
    made = [case for case in made if case.acts]
    made.sort(key=lambda c: (c.acts[0].at, c.case_id))
    return Demo(bureau, made, first, until.date(), planted)


def spread(count: int, rng: Random) -> list[str]:
    """So many shapes as the mix has them, at least a few of each, in no order."""
    shapes = [name for name in MIX for _ in range(LEAST)][:count]
    shapes += rng.choices(list(MIX), list(MIX.values()), k=max(0, count - len(shapes)))
    rng.shuffle(shapes)
    return shapes


def somewhere(
    bureau: Bureau, number: int, shape: str, first: dt.date, until: dt.datetime, seed: str
) -> CaseFile:
    """One matter begun on some day of the period, at an hour as matters begin."""
    rng = dice(seed)
    branch = rng.choice(bureau.branches)
    day = first + dt.timedelta(days=rng.randrange((until.date() - first).days))
    hour = rng.choices(range(24), STARTS)[0]
    if shape not in AT_NIGHT:
        hour = min(hour, LAST_HOUR)
    start = dt.datetime.combine(day, dt.time(hour, rng.randrange(60 if hour < BEFORE_MIDNIGHT else 15)))
    return case_of(number, shape, rng.choices(branch.stations, busy(branch))[0], branch, start, rng)


def busy(branch: Branch) -> list[int]:
    """How many matters each station of a branch has beside the others."""
    return [next((n for name, n in BUSY.items() if s.name.endswith(name)), 1) for s in branch.stations]


def stood_still(
    bureau: Bureau, number: int, waiting: Waiting, until: dt.datetime, seed: str
) -> tuple[CaseFile, frozenset[str]] | None:
    """A lawful case cut off before the act it waits for, and the types of the acts that have not come.

    The beginning is moved until that act falls behind the present and the act before it does not, or, of a case left lying, until
    the act was due so many days ago. None where no beginning does: at night nothing that begins by day is an hour old.
    """
    end = until - dt.timedelta(days=waiting.late)
    lead = 0
    for attempt in range(TRIES):
        rng = dice(f"{seed}/{attempt}")
        branch = rng.choice(bureau.branches)
        start = (end - dt.timedelta(days=lead)).replace(hour=rng.randint(7, 19), minute=rng.randrange(60))
        if waiting.today:
            start = end - dt.timedelta(minutes=rng.randint(20, 240))
        case = case_of(number, waiting.shape, rng.choice(branch.stations), branch, start, rng)
        place = next((n for n, act in enumerate(case.acts) if waits_for(act, waiting)), 0)
        while place and case.acts[place - 1].type == "recording.made":
            place -= 1
        if place == 0:
            continue
        last, wanted = max(act.ended or act.at for act in case.acts[:place]), case.acts[place].at
        latest = max(last, wanted) if waiting.late else last
        if latest > end:
            lead += max(1, (latest - end).days)
        elif waiting.today and start.date() != end.date():
            continue
        elif waiting.late or wanted > end or end - last < PATIENCE:
            left = frozenset(act.type for act in case.acts[place:])
            case.acts = case.acts[:place]
            return case, left
        else:
            lead = max(0, lead - max(1, (end - wanted).days))
    return None


def waits_for(act: object, waiting: Waiting) -> bool:
    """Whether this is the act that has not come yet."""
    return getattr(act, "type", "") == waiting.act and all(
        getattr(act, "fields", {}).get(name) == value for name, value in waiting.facts.items()
    )


def left_lying(waiting: Waiting) -> Breach:
    """The breach by omission, for the hidden ledger."""
    return Breach(
        waiting.norm,
        lambda _case: True,
        waiting.zh,
        waiting.en,
        (waiting.shape,),
        waiting.also,
        kind="overdue",
        beside=waiting.beside,
    )
