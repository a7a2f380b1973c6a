"""What a period is and how a law counts it, as values; the counting itself is in `period_days` and `period_instants`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar_days import Language, Words

Unit = Literal["minutes", "hours", "days", "working_days", "months", "years"]
UNITS: tuple[Unit, ...] = get_args(Unit)

NAMES: dict[Unit, tuple[str, str]] = {
    "minutes": ("分钟", "minute"),
    "hours": ("小时", "hour"),
    "days": ("日", "day"),
    "working_days": ("个工作日", "working day"),
    "months": ("个月", "month"),
    "years": ("年", "year"),
}
LONGEST = 100_000_000
"""No amount is larger, so that every engine can add it to an instant without overflow; it outlasts the year 9999 in hours."""

NO_WORDS: Words = {"zh": "", "en": ""}


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in one unit, as a law states it: 8 hours, 30 days, 7 working days, 1 month."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, given: Mapping[str, Any], where: str = "") -> Period:
        """Read `{days: 90}` and the like; hours with minutes become minutes. InputError for anything else."""
        amounts = {unit: given[unit] for unit in UNITS if given.get(unit) is not None}
        whole = all(
            isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= LONGEST for n in amounts.values()
        )
        if set(given) <= set(UNITS) and whole and len(amounts) == 1:
            unit, amount = next(iter(amounts.items()))
            return cls(int(amount), unit)
        if set(given) <= set(UNITS) and whole and set(amounts) == {"hours", "minutes"}:
            return cls(60 * int(amounts["hours"]) + int(amounts["minutes"]), "minutes")
        raise InputError(
            zh=f"看不懂的期间：{dict(given)}",
            en=f"not a period: {dict(given)}",
            where=where,
            remedy_zh="写一个单位和一个不小于 0 的整数，如 {days: 30}；只有 hours 与 minutes 可以并用",
            remedy_en="give one unit and a whole number not below 0, such as {days: 30}; only hours and minutes go together",
        )

    @property
    def in_days(self) -> bool:
        """Whether the period ends with a day rather than at an instant."""
        return self.unit not in ("minutes", "hours")

    def text(self, language: Language = "zh") -> str:
        """'8小时', '7小时30分钟', '7个工作日'; '8 hours', '7 hours 30 minutes', '7 working days'."""
        if self.unit == "minutes" and self.amount >= 60:
            hours, minutes = divmod(self.amount, 60)
            parts = [Period(hours, "hours"), Period(minutes, "minutes")][: 2 if minutes else 1]
            return ("" if language == "zh" else " ").join(part.text(language) for part in parts)
        zh, en = NAMES[self.unit]
        return (
            f"{self.amount}{zh}"
            if language == "zh"
            else f"{self.amount} {en}{'' if self.amount == 1 else 's'}"
        )


@dataclass(frozen=True)
class LegalBasis:
    """The provision a counting rests on: the law's key in `rulebook/laws.yaml`, the article, how it is cited, its words."""

    law: str
    article: str
    cite: Words
    quote: str = ""


@dataclass(frozen=True)
class Counting:
    """How a law counts its periods; two countings are equal when they count alike under the same name.

    hours: from the moment itself, or from the next full hour because the hour in which it falls is not counted.
    roll: a last day that is not worked moves to the next workday.
    days_as: what `{days: n}` means when neither of the next two says otherwise.
    working_days_up_to: `{days: n}` with n no greater than this is n working days.
    working_day_numbers: `{days: n}` with exactly one of these n is n working days.
    """

    name: str
    hours: Literal["from_moment", "from_next_hour"] = "from_moment"
    roll: bool = False
    days_as: Literal["natural", "working"] = "natural"
    working_days_up_to: int | None = None
    working_day_numbers: tuple[int, ...] = ()
    title: Words = field(default_factory=lambda: NO_WORDS, compare=False)
    note: Words = field(default_factory=lambda: NO_WORDS, compare=False)
    basis: tuple[LegalBasis, ...] = field(default=(), compare=False)

    def counts_working(self, period: Period) -> bool:
        """Whether the period runs on workdays only."""
        if period.unit != "days":
            return period.unit == "working_days"
        limit = self.working_days_up_to
        return (
            self.days_as == "working"
            or (limit is not None and period.amount <= limit)
            or period.amount in self.working_day_numbers
        )

    def as_counted(self, period: Period) -> Period:
        """The period in the unit it really runs in: 7 days under the Penalties Law become 7 working days.

        Apply it before adding an extension, for the sum is not a number the law speaks of.
        """
        return Period(period.amount, "working_days") if self.counts_working(period) else period
