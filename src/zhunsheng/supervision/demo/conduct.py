"""What the made-up suspects did: a violation of the catalogue, its circumstances, and a penalty that lies within the band.

Chosen with dice of its own, so that it changes nothing else of a case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random

from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.proposals import weigh_proposal
from zhunsheng.casework.discretion.stating import article_fields, band_fields, by_age, weighed_fields
from zhunsheng.casework.discretion.switch import Switch, lighter_law
from zhunsheng.supervision.demo.case_file import CaseFile, Person, Value
from zhunsheng.supervision.demo.violations import SORTS, Sort, Victim

NEW_LAW = dt.date(2026, 1, 1)
DAYS = (3, 4, 5, 6, 7, 10, 12)
YUAN = (100, 150, 200, 300, 400, 500)
LARGE = (4000, 4500, 5000)
"""Only beside a detention does the catalogue allow so much."""
GROWN = 18
FIRST_TIME = "general.detention-not-executed-first-16-17"
FIRST_TIME_FROM = 16
ADMITTED, ADMITTED_SHARE = "general.admitted", 0.4
ROUND = {3: 2, 5: 4, 7: 2, 10: 2}
"""Days of detention that are decided more often than others."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """What one suspect did and the penalty for it."""

    sort: Sort
    facts: str
    circumstances: tuple[str, ...]
    penalty: Proposal

    @property
    def what(self) -> dict[str, Value]:
        """The penalty as the case goes on with it."""
        told: dict[str, Value] = {"decision": self.penalty.decision}
        if self.penalty.days is not None:
            told |= {"days": int(self.penalty.days), "amount": 0}
        if self.penalty.amount is not None:
            told["amount"] = int(self.penalty.amount)
        return told


def chosen(
    case: CaseFile,
    person: Person,
    decision: str,
    codes: Collection[str] = (),
    *,
    victim: Victim = "needed",
    yuan: tuple[int, ...] = YUAN,
    days: tuple[int, ...] = DAYS,
) -> Conduct | None:
    """What the person did, so that such a decision is lawful whichever law applies; None where none of the violations allows it.

    `codes` narrows the violations; without them those of the `victim` kind are taken. Kept in the case, so that it is asked once.
    """
    dice = Random(f"conduct/{case.case_id}/{person.name}")  # noqa: S311 - the same dice each time
    sorts = [s for s in SORTS if (s.code in codes if codes else s.victim in (victim, "either"))]
    laws = laws_of(conduct_day(case) if case.acts else case.now.date())
    for sort in shuffled(sorts, dice):
        for circumstances in dice.sample(sort.variants, len(sort.variants)):
            own = (*circumstances, *by_age(person.age), *of_the_young(person.age))
            own += (ADMITTED,) if dice.random() < ADMITTED_SHARE and person.age >= GROWN else ()
            fitting = [
                p
                for p in penalties(decision, yuan, days)
                if all(holds(sort.code, own, p, *pair) for pair in laws)
            ]
            if fitting:
                found = Conduct(sort, dice.choice(sort.facts), own, likely(fitting, dice))
                case.conducts[person.name] = found
                return found
    return None


def sanction(
    case: CaseFile,
    person: Person,
    decision: str,
    codes: Collection[str] = (),
    *,
    victim: Victim = "needed",
    yuan: tuple[int, ...] = YUAN,
    days: tuple[int, ...] = DAYS,
) -> dict[str, Value]:
    """What is proposed and decided: the kind, and how much; a detention where the law of the day knows no such penalty."""
    done = chosen(case, person, decision, codes, victim=victim, yuan=yuan, days=days)
    done = done or chosen(case, person, "detention", codes, victim=victim, days=days)
    assert done is not None, (case.shape, decision, codes)
    return done.what


def likely(fitting: list[Proposal], dice: Random) -> Proposal:
    """One of them; round figures are more frequent."""
    return dice.choices(fitting, [ROUND.get(int(p.days or 0), 1) for p in fitting])[0]


def of_the_young(age: int) -> tuple[str, ...]:
    """A first violation at sixteen or seventeen."""
    return (FIRST_TIME,) if FIRST_TIME_FROM <= age < GROWN else ()


def shuffled(sorts: list[Sort], dice: Random) -> Iterator[Sort]:
    """All of them, the frequent ones sooner."""
    left = list(sorts)
    while left:
        one = dice.choices(left, [s.weight for s in left])[0]
        left.remove(one)
        yield one


def penalties(decision: str, yuan: tuple[int, ...], days: tuple[int, ...]) -> list[Proposal]:
    """The penalties a decision may come to."""
    match decision:
        case "fine":
            return [Proposal("fine", Decimal(amount)) for amount in yuan]
        case "detention":
            return [Proposal("detention", None, Decimal(n)) for n in days]
        case "large-fine":
            return [Proposal("detention", Decimal(amount), Decimal(n)) for amount in LARGE for n in days]
        case _:
            return [Proposal(decision)]


def laws_of(day: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Days of conduct and of decision, one for every way in which the laws may meet in a case begun about that day."""
    before, after = NEW_LAW - dt.timedelta(days=1), NEW_LAW
    if day >= NEW_LAW:
        return [(after, after)]
    # A matter of the last days of a year may be opened on the first of the next.
    last = day >= before - dt.timedelta(days=3)
    return [(before, before), (before, after), *([(after, after)] if last else [])]


@cache
def switch(code: str, circumstances: tuple[str, ...], conduct_on: dt.date, decided_on: dt.date) -> Switch:
    """The band under the lighter law, kept because many cases ask for the same."""
    return lighter_law(code, conduct_on, decided_on, circumstances)


def holds(
    code: str, circumstances: tuple[str, ...], penalty: Proposal, conduct_on: dt.date, decided_on: dt.date
) -> bool:
    """Whether the penalty lies within the band."""
    found = weigh_proposal(switch(code, circumstances, conduct_on, decided_on).band, penalty)
    return found.position == "within" and found.acceptable


def conduct_day(case: CaseFile) -> dt.date:
    """The day of the conduct, as the opening of the case states it; on the spot it is the day itself."""
    stated = next((a.fields["conduct_on"] for a in case.acts if "conduct_on" in a.fields), None)
    return stated if isinstance(stated, dt.date) else case.acts[0].at.date()


def characterised(case: CaseFile, person: Person) -> None:
    """What the person did is put into law, with the evidence it rests on."""
    done = case.conducts.get(person.name)
    if done is None:
        return
    day, evidence = conduct_day(case), cited(case)
    found = lighter_law(done.sort.code, day, case.now.date(), done.circumstances)
    case.act(
        "case.characterised",
        case.pair,
        person=person,
        violation=done.sort.code,
        conduct_on=day,
        facts={
            "facts": done.facts,
            **({"evidence": evidence} if evidence else {}),
            **band_fields(found, done.circumstances),
            **article_fields(found, done.sort.code),
        },
    )


def cited(case: CaseFile) -> str:
    """The evidence of the case by its numbers."""
    numbers = [str(a.fields["evidence"]) for a in case.acts if a.fields.get("evidence")]
    things = [name for a in case.acts for kind in ("item", "appraisal") for name in a.subjects.get(kind, ())]
    return "、".join(dict.fromkeys([*numbers, *things]))


def weighed(case: CaseFile, person: Person, what: dict[str, Value]) -> dict[str, Value]:
    """The penalty with every field of how it was weighed, as of now; as it is where the catalogue has not the violation."""
    done = case.conducts.get(person.name)
    if done is None:
        return what
    stated = weighed_fields(
        done.sort.code,
        done.circumstances,
        done.penalty,
        conduct_on=conduct_day(case),
        decided_on=case.now.date(),
    )
    return {name: value for name, value in stated.items() if name not in what} | what
