"""Which law applies when it changed between the conduct and the decision: both computed, the lighter explained.

Procedure is not part of this: each step follows the law of its own day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from zhunsheng.casework.discretion.bands import Band, band_for, violation_of
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Measure, Said, options_words
from zhunsheng.casework.discretion.tables import Tables, Violation

Verdict = Literal["same-law", "old", "new", "not-then", "not-now", "elsewhere", "neither"]
NO_PENALTY: Measure = (-1, Decimal(0), Decimal(0))
CHOICE = "rule.choice-of-law"


@dataclass(frozen=True)
class Switch:
    """Both laws' results and which applies. `band` is the one to use; none where nothing can be imposed under either."""

    verdict: Verdict
    old: Band
    new: Band
    mixed: bool
    """One law is lighter at the top and heavier in some other respect: for a lawyer to confirm."""
    steps: tuple[Said, ...]

    @property
    def band(self) -> Band:
        return self.new if self.verdict in ("new", "not-now") else self.old

    @property
    def straddles(self) -> bool:
        return self.verdict != "same-law"

    @property
    def law(self) -> str | None:
        """The law applied, by key; none where the conduct is not punished."""
        return (
            self.band.law
            if self.verdict in ("same-law", "old", "new", "elsewhere") and self.band.tier
            else None
        )


def lighter_law(
    violation: Violation | str,
    conduct_on: dt.date,
    decided_on: dt.date,
    circumstances: Collection[str],
    tables: Tables | None = None,
) -> Switch:
    """The law of the day of the conduct, unless the law of the day of the decision is lighter or no longer punishes.

    Compared is what each law gives for the tier: first the heaviest it allows, then the lightest; liberty counts before money.
    Conduct that went on is dated by its last day. InputError as `band_for`.
    """
    tables = tables or shipped()
    known = violation if isinstance(violation, Violation) else violation_of(violation, tables)
    old = band_for(known, circumstances, conduct_on, tables)
    new = band_for(known, circumstances, decided_on, tables)
    if known.on(conduct_on) is known.on(decided_on):
        verdict: Verdict = "neither" if known.on(conduct_on) is None else "same-law"
        return Switch(verdict, old, new, False, (same_step(old, conduct_on, tables),))
    verdict = verdict_of(known, old, new)
    mixed = verdict in ("old", "new") and uneven(*((new, old) if verdict == "new" else (old, new)))
    steps = [*both_steps(known, old, new, tables), verdict_step(verdict, known, tables)]
    if mixed:
        steps.append(
            Said(
                "两法互有轻重：所用的法律在其他方面不一定较轻，请法制部门确认。",
                "Each law is lighter in some respect: the one applied may be heavier in another; a lawyer should confirm.",
            )
        )
    return Switch(verdict, old, new, mixed, tuple(steps))


def verdict_of(known: Violation, old: Band, new: Band) -> Verdict:
    """Which law applies, when they are not the same."""
    if old.tier is None:
        return "neither" if new.tier is None else "not-then"
    if new.law is None:
        return "elsewhere" if known.elsewhere is not None else "not-now"
    if new.tier is None:
        return "not-now"
    return "new" if (heaviest(new), lightest(new)) < (heaviest(old), lightest(old)) else "old"


def heaviest(band: Band) -> Measure:
    """The most the law gives for the tier."""
    return max((o.heaviest() for o in band.tier_options), default=NO_PENALTY)


def lightest(band: Band) -> Measure:
    """The least the law gives for the tier."""
    return (
        NO_PENALTY
        if band.sparing != "no"
        else min((o.lightest() for o in band.tier_options), default=NO_PENALTY)
    )


def uneven(chosen: Band, other: Band) -> bool:
    """Whether the lighter law is heavier in some respect: longest detention, highest fine, or its least."""
    return lightest(chosen) > lightest(other) or any(most(chosen, n) > most(other, n) for n in (1, 2))


def most(band: Band, place: int) -> Decimal:
    """The longest detention or the highest fine in any option."""
    return max((Decimal(o.heaviest()[place]) for o in band.tier_options), default=Decimal(0))


def same_step(band: Band, day: dt.date, tables: Tables) -> Said:
    """That there is nothing to choose."""
    law = tables.laws[band.law] if band.law else None
    if law is None:
        return Said("行为时和决定时的法律都没有规定这一行为。", "Neither law has this conduct.")
    return Said(
        f"行为时（{day.isoformat()}）和决定时都是{law.zh}，没有新旧法的选择。",
        f"The {law.en} was in force at the time of the conduct ({day.isoformat()}) and of the decision: nothing to choose.",
    )


def both_steps(known: Violation, old: Band, new: Band, tables: Tables) -> list[Said]:
    """What each law says."""
    found = []
    for band, zh, en in ((old, "行为时", "Then"), (new, "决定时", "Now")):
        version = known.on(band.on)
        if version is None or band.law is None:
            found.append(
                Said(
                    f"{zh}（{band.on.isoformat()}）：没有规定这一行为。",
                    f"{en} ({band.on.isoformat()}): the law does not have this conduct.",
                )
            )
            continue
        cited = tables.cited(version.basis)
        allowed = options_words(band.tier_options) if band.tier_options else Said("不予处罚", "no penalty")
        if band.sparing == "may":
            allowed = Said(f"{allowed.zh}，也可以不予处罚", f"{allowed.en}, or no penalty")
        found.append(
            Said(
                f"{zh}（{band.on.isoformat()}）：{cited.zh}，本档{allowed.zh}。",
                f"{en} ({band.on.isoformat()}): {cited.en}; the tier gives {allowed.en}.",
            )
        )
    return found


def verdict_step(verdict: Verdict, known: Violation, tables: Tables) -> Said:
    """Which applies and why."""
    cited = tables.cited(tables.rules[CHOICE].basis)
    match verdict:
        case "new":
            zh, en = "新法处罚较轻，适用新法", "The new law is lighter and applies"
        case "not-then":
            zh, en = (
                "行为时不处罚这一行为，不予处罚",
                "The conduct was not punished when it happened: no penalty",
            )
        case "not-now":
            zh, en = "新法不再处罚这一行为，不予处罚", "The new law no longer punishes it: no penalty"
        case "neither":
            zh, en = "两法都不处罚，不予处罚", "Neither law punishes it: no penalty"
        case "elsewhere":
            assert known.elsewhere is not None
            zh = f"{known.elsewhere.zh}；适用行为时的法律，请法制部门核对另一部法律是否较轻"
            en = f"{known.elsewhere.en}; the law of the conduct applies, and a lawyer checks whether the other law is lighter"
        case _:
            zh, en = (
                "新法不轻于旧法，适用行为时的法律",
                "The new law is not lighter: the law of the conduct applies",
            )
    return Said(f"{zh}（{cited.zh}）。", f"{en} ({cited.en}).")
