"""Penalties and the ranges the law gives them, with the arithmetic of parts, floors and ceilings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

Kind = Literal["warning", "fine", "detention"]
KINDS: tuple[Kind, ...] = ("warning", "fine", "detention")
"""From the lightest to the heaviest."""
KIND_WORDS = {"warning": ("警告", "warning"), "fine": ("罚款", "fine"), "detention": ("拘留", "detention")}
RANGE = re.compile(r"(\d*)\.\.(\d+)")
WHOLE = (0, 100)
Measure = tuple[int, Decimal, Decimal]
"""How heavy a penalty is: liberty before property. Kind, days, yuan."""


@dataclass(frozen=True)
class Said:
    """A sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Range:
    """Whole numbers with both ends; no `least` is the law's 以下 without a lower end."""

    least: int | None
    most: int

    @classmethod
    def read(cls, text: str) -> Range:
        """`5..10` or `..1000`; ValueError for anything else."""
        found = RANGE.fullmatch(text)
        if found is None:
            msg = "写成 5..10（五以上十以下）或 ..1000（一千以下） ‖ write 5..10 or ..1000"
            raise ValueError(msg)
        least, most = (int(found[1]) if found[1] else None), int(found[2])
        if most < 1 or (least is not None and least > most):
            msg = (
                "下限不能高于上限，上限至少为一 ‖ the lower end is not above the upper, which is at least one"
            )
            raise ValueError(msg)
        return cls(least, most)

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies within; nothing does not count as a value."""
        return value > 0 and value <= self.most and (self.least is None or value >= self.least)

    def part(self, percent: tuple[int, int]) -> Range:
        """The piece between two percentages of the range; its ends round inwards, a lower end at the bottom stays as it is."""
        low = self.least or 0
        width = self.most - low
        least = -(-(low * 100 + width * percent[0]) // 100) if percent[0] else self.least
        return Range(least, (low * 100 + width * percent[1]) // 100)

    def days_part(self, percent: tuple[int, int]) -> Range:
        """The same for days, of which there is at least one."""
        found = Range(self.least or 1, self.most).part(percent)
        return Range(self.least if found.least == 1 else found.least, found.most)

    def words(self, unit: Said) -> Said:
        """In words, with a unit."""
        if self.least is None:
            return Said(f"{self.most}{unit.zh}以下", f"up to {self.most} {unit.en}")
        return Said(
            f"{self.least}{unit.zh}以上{self.most}{unit.zh}以下", f"{self.least} to {self.most} {unit.en}"
        )


DAYS, YUAN = Said("日", "days"), Said("元", "yuan")


@dataclass(frozen=True)
class Option:
    """One way the law lets a violation be punished: a kind with its range, and the fine that must or may be added."""

    penalty: Kind
    range: Range | None = None
    added: Range | None = None
    must_add: bool = False

    @property
    def days(self) -> Range | None:
        return self.range if self.penalty == "detention" else None

    @property
    def yuan(self) -> Range | None:
        return self.range if self.penalty == "fine" else self.added

    def part(self, percent: tuple[int, int]) -> Option:
        """The same with its ranges narrowed to a part."""
        if self.range is None or percent == WHOLE:
            return self
        narrowed = self.range.days_part(percent) if self.penalty == "detention" else self.range.part(percent)
        return replace(self, range=narrowed, added=None if self.added is None else self.added.part(percent))

    def unfloored(self) -> Option:
        """The same where the penalty may be reduced: without lower ends, and the fine need not be added."""
        return replace(
            self,
            range=None if self.range is None else Range(None, self.range.most),
            added=None if self.added is None else Range(None, self.added.most),
            must_add=False,
        )

    def below_floor(self) -> Option | None:
        """The same where it must be reduced: strictly below the lower end; None where nothing lies below."""
        if self.range is None or self.range.least is None or self.range.least <= 1:
            return None
        return replace(self.unfloored(), range=Range(None, self.range.least - 1))

    def heaviest(self) -> Measure:
        """The most it allows."""
        days, yuan = (self.days.most if self.days else 0), (self.yuan.most if self.yuan else 0)
        return KINDS.index(self.penalty), Decimal(days), Decimal(yuan)

    def lightest(self) -> Measure:
        """The least it allows."""
        days = (self.days.least or 1) if self.days else 0
        owed = self.penalty == "fine" or self.must_add
        yuan = (self.yuan.least or 0) if self.yuan and owed else 0
        return KINDS.index(self.penalty), Decimal(days), Decimal(yuan)

    def words(self) -> Said:
        """In words."""
        zh, en = KIND_WORDS[self.penalty]
        if self.range is not None:
            said = self.range.words(DAYS if self.penalty == "detention" else YUAN)
            zh, en = said.zh + zh, f"{en} of {said.en}"
        if self.added is not None:
            more = self.added.words(YUAN)
            zh += f"，{'' if self.must_add else '可以'}并处{more.zh}罚款"
            en += f" {'and' if self.must_add else 'and possibly'} a fine of {more.en}"
        return Said(zh, en)


def options_words(options: tuple[Option, ...]) -> Said:
    """Several options in words."""
    said = [option.words() for option in options]
    return Said("；或者".join(s.zh for s in said), "; or ".join(s.en for s in said))


@dataclass(frozen=True)
class Proposal:
    """A penalty somebody proposes or decides, as an act states it."""

    decision: str
    amount: Decimal | None = None
    days: Decimal | None = None

    def measure(self) -> Measure:
        """How heavy it is; no penalty is lighter than any."""
        rank = KINDS.index(self.decision) if self.decision in KINDS else -1
        return rank, self.days or Decimal(0), self.amount or Decimal(0)

    def words(self) -> Said:
        """In words."""
        zh, en = KIND_WORDS.get(self.decision, ("不予处罚", "no penalty"))
        if self.decision == "detention":
            more = f"，并处罚款{self.amount:f}元" if self.amount else ""
            also = f" and a fine of {self.amount:f} yuan" if self.amount else ""
            return Said(f"行政拘留{self.days or 0:f}日{more}", f"detention of {self.days or 0:f} days{also}")
        if self.decision == "fine":
            return Said(f"罚款{self.amount or 0:f}元", f"a fine of {self.amount or 0:f} yuan")
        return Said(zh, en)


def admits(option: Option, proposal: Proposal) -> bool:
    """Whether an option allows a penalty."""
    if option.penalty != proposal.decision:
        return False
    days, amount = proposal.days or Decimal(0), proposal.amount or Decimal(0)
    if option.days is not None and (not option.days.holds(days) or days != days.to_integral_value()):
        return False
    if option.penalty == "fine":
        return option.yuan is not None and option.yuan.holds(amount)
    if not amount:
        return not option.must_add
    return option.added is not None and option.added.holds(amount)
