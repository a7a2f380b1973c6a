"""A proposed penalty against its band: within, below or above it, or outside what the law allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhunsheng.casework.discretion.bands import Band
from zhunsheng.casework.discretion.penalties import KINDS, Proposal, Said, admits, options_words

Position = Literal["within", "below", "above", "outside", "other"]
SPARED = "no-penalty"
ON_DEFENCE = "rule.no-heavier-for-defence"


@dataclass(frozen=True)
class Fault:
    """What stands against a proposal: the field it is about, and why."""

    field: str
    said: Said


@dataclass(frozen=True)
class Weighed:
    """Where a proposal lies. `faults` must be cured; a departure needs a reason."""

    position: Position
    faults: tuple[Fault, ...]
    words: Said

    @property
    def departs(self) -> bool:
        return self.position in ("below", "above")

    @property
    def acceptable(self) -> bool:
        return not self.faults


def weigh_proposal(
    band: Band, proposal: Proposal, reason: str = "", *, notified: Proposal | None = None
) -> Weighed:
    """Weigh a penalty against a band.

    `notified` is the penalty the person was told of before speaking in their defence: a heavier one is a fault.
    """
    faults = [*missing(proposal), *heavier_than_notified(proposal, notified)]
    position = position_of(band, proposal) if not missing(proposal) else "outside"
    if position == "outside" and not missing(proposal):
        faults.append(outside(band))
    if position in ("below", "above") and not reason.strip():
        faults.append(
            Fault(
                "departure_reason",
                Said("偏离裁量基准，请写明理由", "The penalty departs from the band: give the reason"),
            )
        )
    return Weighed(position, tuple(faults), position_words(position, band, proposal))


def missing(proposal: Proposal) -> list[Fault]:
    """Amount and days as the kind of penalty needs them."""
    found = []
    if proposal.decision == "detention" and not proposal.days:
        found.append(Fault("days", Said("拘留须写明天数", "Detention needs its days")))
    if proposal.decision == "fine" and not proposal.amount:
        found.append(Fault("amount", Said("罚款须写明数额", "A fine needs its amount")))
    return found


def heavier_than_notified(proposal: Proposal, notified: Proposal | None) -> list[Fault]:
    """A fault where the penalty is heavier than the one notified."""
    if notified is None or not heavier(proposal, notified):
        return []
    return [
        Fault(
            "decision",
            Said(
                "比告知当事人的处罚重：不得因陈述、申辩或者要求听证而加重；有新事实的，重新告知",
                "Heavier than the penalty the person was told of: speaking in one's defence never makes it heavier; "
                "on new facts, give notice again",
            ),
        )
    ]


def heavier(one: Proposal, other: Proposal) -> bool:
    """Whether a penalty is heavier than another: in kind, or of one kind in days or in yuan."""
    (kind, days, yuan), (kind_before, days_before, yuan_before) = one.measure(), other.measure()
    if kind != kind_before:
        return kind > kind_before
    return days > days_before or (days == days_before and yuan > yuan_before)


def position_of(band: Band, proposal: Proposal) -> Position:
    """Where a penalty lies; `other` for decisions that no band measures."""
    if proposal.decision == SPARED:
        return "within" if band.sparing != "no" or not band.options else "below"
    if proposal.decision not in KINDS:
        return "other"
    if band.sparing == "shall" or not any(admits(option, proposal) for option in band.limits):
        return "outside"
    if any(admits(option, proposal) for option in band.options):
        return "within"
    return "above" if exceeds(band, proposal) else "below"


def exceeds(band: Band, proposal: Proposal) -> bool:
    """Whether a penalty outside the band is above it."""
    same = [o.heaviest() for o in band.options if o.penalty == proposal.decision]
    kind, days, yuan = proposal.measure()
    if same:
        return days > max(m[1] for m in same) or yuan > max(m[2] for m in same)
    return kind > max(o.heaviest()[0] for o in band.options)


def outside(band: Band) -> Fault:
    """That the law does not allow it."""
    if band.sparing == "shall":
        return Fault("decision", Said("依法不予处罚，不能处罚", "The law imposes no penalty here"))
    said = options_words(band.limits)
    return Fault(
        "decision",
        Said(f"超出法定幅度；法律允许：{said.zh}", f"Outside the statutory range; the law allows {said.en}"),
    )


def position_words(position: Position, band: Band, proposal: Proposal) -> Said:
    """Where it lies, in words."""
    said, kept = proposal.words(), band.words()
    match position:
        case "within":
            return Said(f"{said.zh}，在基准幅度内。", f"{said.en} lies within the band.")
        case "below" | "above":
            side, en = ("低于", "below") if position == "below" else ("高于", "above")
            return Said(
                f"{said.zh}，{side}基准幅度（{kept.zh}），须说明理由。",
                f"{said.en} lies {en} the band ({kept.en}); a reason is needed.",
            )
        case "outside":
            return Said(f"{said.zh}，不在法定幅度内。", f"{said.en} lies outside what the law allows.")
        case "other":
            return Said("这种决定没有裁量幅度可比。", "No band measures this kind of decision.")
