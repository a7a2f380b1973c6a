"""The house's rules about findings, from `rulebook/alerting.yaml`: who is told when and how, how contests and repairs run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.norms.language import TELLS, InForce, Part, Severity, Text, told
from zhunsheng.norms.yaml_source import place_of, read_yaml, validated

FILE = "alerting.yaml"
ChannelName = Literal["console", "email", "chat", "sms"]
LevelCode = Literal["officer", "unit", "legal"]
Recipient = Literal["officer", "unit", "legal", "above"]
Breach = Literal["broken", "overdue", "late"]
RoleName = Literal["approver", "legal-reviewer", "supervisor"]
Hour = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


Graded = Annotated[str, StringConstraints(pattern=f"^({'|'.join(get_args(Severity))})$")]
"""A severity of norms."""


class Length(Part):
    """A length of time as clocks show it."""

    minutes: Annotated[int, Field(ge=0)] = 0
    hours: Annotated[int, Field(ge=0)] = 0
    days: Annotated[int, Field(ge=0)] = 0

    @property
    def delta(self) -> dt.timedelta:
        return dt.timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


class Level(Part):
    """One step of telling: whom, how long after the finding, and by which channels, each by severity."""

    code: LevelCode
    title: Text
    roles: tuple[RoleName, ...] = ()
    after: Mapping[Graded, Length]
    channels: Mapping[Graded, tuple[ChannelName, ...]]

    @model_validator(mode="after")
    def whole(self) -> Self:
        """A severity that has a time has channels, and all but the officer are found by a role."""
        if set(self.after) != set(self.channels):
            raise ValueError(
                told("after 和 channels 的严重程度须一致", "`after` and `channels` name the same severities")
            )
        if (self.code == "officer") == bool(self.roles):
            raise ValueError(
                told("officer 不写 roles，其他级写明 roles", "`officer` has no roles, every other level has")
            )
        return self


class Quiet(Part):
    """The hours of the night in which some channels keep silent."""

    from_: Annotated[Hour, Field(alias="from")]
    to: Hour
    channels: tuple[ChannelName, ...]
    except_: Annotated[tuple[Graded, ...], Field(alias="except")] = ()


class Retry(Part):
    """When a message that could not be delivered is tried again."""

    first: Length
    factor: Annotated[int, Field(ge=1)]
    most: Length
    give_up_after: Length

    def wait(self, attempts: int) -> dt.timedelta:
        """How long after so many attempts."""
        times: int = self.factor ** min(attempts - 1, 30)
        return min(self.first.delta * times, self.most.delta)


class Step(Part):
    """Whom a notice goes to, when, by which channels, and of matters how grave."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,11}$")]
    to: Recipient
    before: Length | None = None
    after: Length | None = None
    severities: tuple[Graded, ...] = get_args(Severity)
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def one_time(self) -> Self:
        """Before the term, after it, or when it happens."""
        if self.before is not None and self.after is not None:
            raise ValueError(told("before 和 after 只写一个", "give `before` or `after`, not both"))
        return self


class NoticeRules(Part):
    """Who is told of terms and events, by what they are about."""

    late: Length
    """A decision older than this when it is first seen is not told any more."""
    duty: tuple[Step, ...] = ()
    contest: tuple[Step, ...] = ()
    decision: tuple[Step, ...] = ()
    repair: tuple[Step, ...] = ()
    hand_down: Annotated[tuple[Step, ...], Field(alias="hand-down")] = ()

    @model_validator(mode="after")
    def each_once(self) -> Self:
        """A step is known by its code, and a decision has no term."""
        for name in ("duty", "contest", "decision", "repair", "hand_down"):
            codes = [step.code for step in getattr(self, name)]
            if len(set(codes)) != len(codes):
                raise ValueError(told(f"notices.{name} 的 code 重复", f"notices.{name}: a code comes twice"))
        if any(step.before or step.after for step in self.decision):
            raise ValueError(told("decision 没有期限", "`decision` has no term to be before or after"))
        if any(step.after for step in self.duty):
            raise ValueError(
                told("duty 过期即成问题，不写 after", "`duty`: past its term it is a finding; no `after`")
            )
        return self


class ContestRule(Part):
    """How long a decision may take."""

    decide_within: Length


class PrecisionRule(Part):
    """When a norm falls silent."""

    window: Length
    floor: Annotated[int, Field(ge=0, le=100)]
    least: Annotated[int, Field(ge=1)]


class RectificationRule(Part):
    """How long it takes to put right, and for how long after it counts as the same when it happens again."""

    term: Mapping[Graded, Length]
    recurrence: Length


class Criterion(Part):
    """A condition of entry or exit that the code knows by its name."""

    code: str
    title: Text


class ListingRule(Part):
    """When a matter may be put under listed supervision, and when it comes off."""

    observe: Length
    entry: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    exit: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Alerting(Part):
    """The rules of one time."""

    in_force: InForce
    findings: Mapping[Graded, tuple[Breach, ...]]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    quiet: Quiet | None = None
    retry: Retry
    contest: ContestRule
    notices: NoticeRules
    precision: PrecisionRule
    small_number: Annotated[int, Field(ge=1)]
    rectification: RectificationRule
    listing: ListingRule
    hand_downs: Mapping[str, Length] = {}

    @model_validator(mode="after")
    def officer_first(self) -> Self:
        """Nobody is told before the officer it concerns, and each level later than the one before."""
        codes = [level.code for level in self.levels]
        if codes[0] != "officer" or len(set(codes)) != len(codes):
            raise ValueError(
                told("第一级须是 officer，各级不重复", "the first level is `officer`, and each comes once")
            )
        for severity in get_args(Severity):
            times = [level.after[severity].delta for level in self.levels if severity in level.after]
            if times != sorted(times):
                raise ValueError(
                    told(
                        f"{severity}：后一级不得早于前一级",
                        f"{severity}: no level is told before the one above it",
                    )
                )
        return self

    def level(self, code: LevelCode) -> Level | None:
        """The level of that name, where there is one."""
        return next((one for one in self.levels if one.code == code), None)

    def released(self, found_at: dt.datetime, severity: str) -> dt.datetime:
        """From when others than the officer see a finding: when the first level after the officer's is told."""
        later = [one.after[severity].delta for one in self.levels[1:] if severity in one.after]
        return found_at + min(later, default=dt.timedelta(0))


class Element(Part):
    """One of the six elements and how a norm is known to be about it."""

    element: Literal["incident", "case", "person", "item", "place", "file"]
    title: Text
    per: tuple[str, ...] = ()
    bearer: tuple[str, ...] = ()
    opened_by: tuple[str, ...] = ()

    def fits(self, per: frozenset[str], bearer: str, opened_by: str) -> bool:
        """Whether a norm with these keys, bearer and opening act is about it; a line that asks nothing fits all."""
        if not (self.per or self.bearer or self.opened_by):
            return True
        return (
            bool(per & set(self.per)) or bearer in self.bearer or opened_by.startswith(self.opened_by or "\0")
        )


class AlertingFile(Part):
    """The whole file."""

    versions: Annotated[tuple[Alerting, ...], Field(min_length=1)]
    elements: Annotated[tuple[Element, ...], Field(min_length=1)]


@cache
def alerting_file(path: Path | None = None) -> AlertingFile:
    """The file, checked; InputError names line, column and remedy."""
    source = path or rulebook_folder() / FILE
    tree = read_yaml(source)
    try:
        read = validated(source, tree, AlertingFile)
    except InputError as fault:
        place, apart, words = fault.en.partition("Value error, ")
        zh, _, en = words.partition(TELLS)
        if not apart:
            raise
        raise InputError(
            zh=f"{place}{zh}",
            en=f"{place}{en or zh}",
            where=fault.where,
            remedy_zh="按提示改写这一处",
            remedy_en="rewrite this place as the message says",
        ) from None
    versions_check(source, tree, read)
    return read


def versions_check(path: Path, tree: object, read: AlertingFile) -> None:
    """InputError unless the versions follow one another in time and one of them has no end."""
    spans = [(v.in_force.from_, v.in_force.to) for v in read.versions]
    for number, ((_, end), (begin, _)) in enumerate(zip(spans[1:], spans[:-1], strict=True), start=1):
        if end is None or end >= begin:
            line, column = place_of(tree, ("versions", number, "in_force"))
            raise InputError(
                zh="各版本的有效期间重叠",
                en="versions are in force at the same time",
                where=f"{path}:{line}:{column}",
                remedy_zh="新的写在前面，旧的写明 to",
                remedy_en="write the newest first and give the older ones their `to`",
            )


def alerting(at: dt.datetime | None = None) -> Alerting:
    """The rules in force at an instant, now when not said; before the first version the oldest."""
    day = (at or clock.now()).astimezone(clock.LOCAL).date()
    versions = alerting_file().versions
    fitting = (
        v for v in versions if v.in_force.from_ <= day and (v.in_force.to is None or day <= v.in_force.to)
    )
    return next(fitting, versions[-1])


def element_of(per: frozenset[str], bearer: str, opened_by: str) -> str:
    """Which of the six elements a norm is about; `case` where no line fits."""
    lines = alerting_file().elements
    return next((line.element for line in lines if line.fits(per, bearer, opened_by)), "case")
