"""What a file of `rulebook/discretion/` may say, and the tables all of them make together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from zhunsheng.casework.discretion.penalties import Kind, Option, Range
from zhunsheng.norms.language import Basis, Identifier, InForce, Part, Text, as_list, told

Tier = Literal["lighter", "ordinary", "heavier", "gravest"]
TIERS: tuple[Tier, ...] = ("lighter", "ordinary", "heavier", "gravest")
"""From the lightest to the heaviest."""
TIER_WORDS: Mapping[str, tuple[str, str]] = {
    "lighter": ("情节较轻", "lighter circumstances"),
    "ordinary": ("一般情节", "ordinary circumstances"),
    "heavier": ("情节较重", "heavier circumstances"),
    "gravest": ("情节严重", "grave circumstances"),
}
Shift = Literal["lighter", "heavier", "lower", "upper"]
Allows = Literal["lighten", "reduce", "none", "aggravate", "not-executed"]
Status = Literal["verified", "unverified"]

DEFENCE = re.compile(
    r"申辩|辩解|辩护|狡辩|否认|拒不承认|拒不供认|不认错|不认罪|不认罚|不配合调查|态度恶劣|沉默|听证|行政复议|行政诉讼|信访|上访|投诉"
    r"|拒绝签[名字]|defen[cs]e of oneself|defending oneself|in (?:their|his|her|one's) defen[cs]e|pleaded|denie[sd]|denial"
    r"|hearing|reconsideration|lawsuit|petition|complain",
    re.IGNORECASE,
)
"""Words of somebody who stands up for themself: never a circumstance, whatever it would lead to."""


def as_range(value: Any) -> Any:
    """A range from its text."""
    return Range.read(value) if isinstance(value, str) else value


Ranged = Annotated[Range, BeforeValidator(as_range, json_schema_input_type=str)]
Bases = Annotated[list[Basis], BeforeValidator(as_list)]


def no_defence(title: Text) -> Text:
    """A circumstance's title; ValueError where it is about somebody's defence."""
    if DEFENCE.search(title.zh) or DEFENCE.search(title.en):
        msg = told(
            "陈述、申辩、要求听证、否认、申请救济不能作为情节",
            "speaking in one's defence, denying or seeking a remedy is no circumstance",
        )
        raise ValueError(msg)
    return title


Circumscribed = Annotated[Text, AfterValidator(no_defence)]


class OptionIn(Part):
    """One way of punishing, as written: `{penalty: detention, days: 5..10, may_add: ..1000}`."""

    penalty: Kind
    days: Ranged | None = None
    yuan: Ranged | None = None
    may_add: Ranged | None = None
    must_add: Ranged | None = None

    @model_validator(mode="after")
    def fits(self) -> OptionIn:
        """Detention has days, a fine yuan, a warning neither; a fine is added to detention, one way or the other."""
        wanted = {"warning": (False, False), "fine": (False, True), "detention": (True, False)}[self.penalty]
        added = [r for r in (self.may_add, self.must_add) if r is not None]
        if (self.days is not None, self.yuan is not None) != wanted or len(added) > (
            1 if self.penalty == "detention" else 0
        ):
            msg = told(
                "拘留写 days，罚款写 yuan，警告都不写；may_add、must_add 只与拘留连用，二者取一",
                "detention has `days`, a fine `yuan`, a warning neither; one of `may_add`, `must_add` with detention only",
            )
            raise ValueError(msg)
        return self

    def option(self) -> Option:
        """For computing with."""
        return Option(
            self.penalty,
            self.days or self.yuan,
            self.may_add or self.must_add,
            must_add=self.must_add is not None,
        )


class TierIn(Part):
    """A tier of one version: the words of the article and the options they give."""

    tier: Tier
    cite: str
    words: Annotated[str, StringConstraints(min_length=2)]
    options: Annotated[list[OptionIn], Field(min_length=1)]

    def all(self) -> tuple[Option, ...]:
        """Its options for computing with."""
        return tuple(o.option() for o in self.options)


class ViolationVersion(Part):
    """A violation as one law has it."""

    in_force: InForce
    basis: Basis
    tiers: Annotated[list[TierIn], Field(min_length=1)]

    def tier(self, name: Tier) -> TierIn | None:
        """The tier of that name, where the article has one."""
        return next((t for t in self.tiers if t.tier == name), None)

    @property
    def law(self) -> str:
        return self.basis.law


class Violation(Part):
    """A kind of conduct the law punishes, with its dated versions, the newest first."""

    code: Identifier
    title: Text
    elsewhere: Text | None = None
    """Where the conduct is punished once this law no longer has it."""
    versions: Annotated[list[ViolationVersion], Field(min_length=1)]

    def on(self, day: dt.date) -> ViolationVersion | None:
        """The version that is law on a day."""
        return next((v for v in self.versions if in_force(v.in_force, day)), None)


class Factor(Part):
    """A circumstance of a violation: which tier or part of a tier it leads to. With a `basis` the law itself says so."""

    code: Identifier
    title: Circumscribed
    band: Shift
    basis: Bases = Field(default_factory=list)

    @property
    def aggravates(self) -> bool:
        return self.band in ("heavier", "upper")

    def counts_under(self, law: str) -> bool:
        """Whether it counts under a law: one of the law's own only under the laws that have it."""
        return not self.basis or any(b.law == law for b in self.basis)

    def cite(self, law: str) -> str:
        """The article, for one of the law's own."""
        return next((b.cite or f"第{b.article}条" for b in self.basis if b.law == law), "")


class Table(Part):
    """Which factors some violations have."""

    for_: Annotated[list[str], Field(alias="for", min_length=1)]
    factors: Annotated[list[str], Field(min_length=1)]
    status: Status | None = None
    source: Text | None = None


class CircumstanceVersion(Part):
    """A general circumstance as one law has it."""

    in_force: InForce
    basis: Basis
    allows: Annotated[list[Allows], Field(min_length=1)]
    duty: Literal["shall", "may"]
    status: Literal["full-text", "unverified"] = "full-text"
    note: Text | None = None

    @property
    def must_reduce(self) -> bool:
        return self.duty == "shall" and "reduce" in self.allows and "lighten" not in self.allows

    @property
    def must_spare(self) -> bool:
        return self.duty == "shall" and self.allows == ["none"]


class Ages(Part):
    """Full years, both ends included."""

    from_: int | None = Field(None, alias="from")
    to: int | None = None
    enough: bool = True
    """Whether the age alone makes the circumstance; False where something else must be true as well."""

    def hold(self, age: int) -> bool:
        """Whether somebody of that age is meant."""
        return (self.from_ is None or age >= self.from_) and (self.to is None or age <= self.to)


class Circumstance(Part):
    """A circumstance any violation may have. With `ages`, only people of that age have it."""

    code: Identifier
    title: Circumscribed
    ages: Ages | None = None
    versions: Annotated[list[CircumstanceVersion], Field(min_length=1)]

    def on(self, day: dt.date) -> CircumstanceVersion | None:
        """The version that is law on a day."""
        return next((v for v in self.versions if in_force(v.in_force, day)), None)

    @property
    def aggravates(self) -> bool:
        return any("aggravate" in v.allows for v in self.versions)


class Rule(Part):
    """A rule that explanations cite."""

    code: Identifier
    title: Text
    basis: Basis
    status: Literal["full-text", "unverified"] = "full-text"


class Comparison(Part):
    """How comparable cases are shown: how far back, at most how many, below how many too few, and the groups of fines."""

    years: Annotated[int, Field(ge=1)]
    most: Annotated[int, Field(ge=1)]
    floor: Annotated[int, Field(ge=1)]
    yuan: Annotated[list[int], Field(min_length=2)]


Percent = Annotated[int, Field(ge=0, le=100)]


class Parts(Part):
    """Which percentages of a range the lower and upper parts are."""

    lower: tuple[Percent, Percent]
    upper: tuple[Percent, Percent]


class DiscretionFile(Part):
    """One file: violations, circumstances, rules, or benchmarks (factors, tables, parts, comparison)."""

    about: Text
    violations: list[Violation] = Field(default_factory=list)
    circumstances: list[Circumstance] = Field(default_factory=list)
    rules: list[Rule] = Field(default_factory=list)
    status: Status | None = None
    source: Text | None = None
    parts: Parts | None = None
    factors: list[Factor] = Field(default_factory=list)
    tables: list[Table] = Field(default_factory=list)
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Benchmark:
    """The factors of one violation, and where they come from."""

    factors: tuple[Factor, ...]
    status: Status
    source: Text


@dataclass(frozen=True)
class Tables:
    """Everything the folder says, by code."""

    violations: Mapping[str, Violation]
    benchmarks: Mapping[str, Benchmark]
    circumstances: Mapping[str, Circumstance]
    rules: Mapping[str, Rule]
    sections: tuple[tuple[Text, tuple[str, ...]], ...]
    """The catalogue by the sections of its files, for choosing from."""
    laws: Mapping[str, Text]
    parts: Parts
    comparison: Comparison

    def title_of(self, code: str) -> Text | None:
        """What a factor or circumstance is called."""
        if code in self.circumstances:
            return self.circumstances[code].title
        return next((f.title for b in self.benchmarks.values() for f in b.factors if f.code == code), None)

    def cited(self, basis: Basis) -> Text:
        """A basis as people cite it."""
        law, article = self.laws[basis.law], basis.cite or f"第{basis.article}条"
        return Text(zh=f"《{law.zh}》{article}", en=f"{law.en}, art. {basis.article} ({article})")


def in_force(period: InForce, day: dt.date) -> bool:
    """Whether a day lies in a period."""
    return period.from_ <= day and (period.to is None or day <= period.to)
