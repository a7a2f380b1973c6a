"""The norm language as pydantic models: what a norm file may say. Meaning lives in `interpret`, files in `loading`.

A version of a norm carries exactly one of eight kinds: deadline, requires, forbids, actors, separation, range,
accompanied, retention. `docs/norm-language.md` explains each to a lawyer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Severity = Literal["blocking", "serious", "minor", "advisory"]
Verification = Literal["full-text", "excerpt", "unverified"]
Expression = Annotated[
    str,
    StringConstraints(min_length=1),
    BeforeValidator(
        lambda v: str(v) if isinstance(v, bool | int | float) else v,
        json_schema_input_type=str | int | float | bool,
    ),
]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.\-]*$")]


TELLS = " ‖ "


def told(zh: str, en: str) -> str:
    """A fault in both languages, as one text that `loading` takes apart again."""
    return f"{zh}{TELLS}{en}"


def as_list(value: Any) -> Any:
    """Accept one thing where a list of things is meant, because a norm file reads better so."""
    return value if isinstance(value, list | tuple) or value is None else [value]


OneOrMore = str | Annotated[list[str], Field(min_length=1)]
Names = Annotated[list[str], BeforeValidator(as_list, json_schema_input_type=OneOrMore), Field(min_length=1)]


class Part(BaseModel):
    """Every piece of a norm file: unknown keys are refused and nothing is mutable after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


class Text(Part):
    """A text people read, in Chinese and English."""

    zh: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]


class Span(Part):
    """A length of time in one unit; hours and minutes may stand together."""

    minutes: Annotated[int, Field(ge=0)] | None = None
    hours: Annotated[int, Field(ge=0)] | None = None
    days: Annotated[int, Field(ge=0)] | None = None
    working_days: Annotated[int, Field(ge=0)] | None = None
    months: Annotated[int, Field(ge=0)] | None = None
    years: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def one_unit(self) -> Span:
        """A period counts in one unit, for the law never mixes days with hours in one term."""
        units = set(self.amounts())
        if not units or (len(units) > 1 and units != {"hours", "minutes"}):
            msg = told(
                "一个期间只写一个单位（时、分可以并用），如 {days: 30}",
                "a period needs exactly one unit (hours and minutes may stand together): {days: 30}",
            )
            raise ValueError(msg)
        return self

    def amounts(self) -> dict[str, int]:
        """The units that are given, by name."""
        return {k: v for k, v in self.model_dump().items() if v is not None}


class Officers(Part):
    """Which officers are meant: by role, rank or qualification; nothing given means any officer."""

    role: Names | None = None
    rank: Names | None = None
    qualification: Names | None = None


class ActRef(Part):
    """Acts of some types, on a condition: `penalty.decided`, or `{act: [a, b], if: amount > 2000, by: {role: approver}}`."""

    act: Names
    if_: Expression | None = Field(None, alias="if")
    by: Officers | None = None


def as_ref(value: Any) -> Any:
    """`then: penalty.served` and `then: [a, b]` are short for `{act: …}`."""
    return (
        {"act": value}
        if isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))
        else value
    )


ShortRef = str | Annotated[list[str], Field(min_length=1)] | ActRef
Ref = Annotated[ActRef, BeforeValidator(as_ref, json_schema_input_type=ShortRef)]


def as_refs(value: Any) -> Any:
    """A list of act references, where a single one may stand alone."""
    return [as_ref(v) for v in value] if isinstance(value, list) else [as_ref(value)]


Refs = Annotated[
    list[ActRef], BeforeValidator(as_refs, json_schema_input_type=str | ActRef | list[str | ActRef])
]


class Tier(Part):
    """A different term when a condition known at the opening act holds; the first that holds is taken."""

    if_: Expression = Field(alias="if")
    within: Span


class Extension(Part):
    """A longer term granted by an act no later than the term then running: `adds` to it, or sets it anew `to`."""

    act: Names
    if_: Expression | None = Field(None, alias="if")
    by: Officers | None = None
    adds: Span | None = None
    to: Span | None = None
    times: Annotated[int, Field(ge=1, le=6)] = 1

    @model_validator(mode="after")
    def adds_or_to(self) -> Extension:
        """Exactly one way of lengthening."""
        if (self.adds is None) == (self.to is None):
            msg = told(
                "延长要么用 adds 加一段期间，要么用 to 改定期限，二者取一",
                "an extension either `adds` a period or sets the term `to` a period",
            )
            raise ValueError(msg)
        return self


class Stop(Part):
    """The clock stands still from one act to the first later act that ends it (of the same `pair` field, if given)."""

    from_: Ref = Field(alias="from")
    to: Ref
    pair: str | None = None


class Deadline(Part):
    """Opened by `when`, met by the first later `then`, within a term."""

    when: Ref
    each: Literal["every", "first"] = "every"
    then: Ref
    already: bool = False
    within: Span | None = None
    by: Expression | None = None
    counting: str | None = None
    instead: list[Tier] = Field(default_factory=list)
    extend: list[Extension] = Field(default_factory=list)
    stop: list[Stop] = Field(default_factory=list)
    void: Refs = Field(default_factory=list)
    warn_before: Span | None = None

    @model_validator(mode="after")
    def one_limit(self) -> Deadline:
        """A term, a date named in the act, or neither (the act must follow, at any time)."""
        if self.within is not None and self.by is not None:
            msg = told(
                "within（期限）与 by（行为自身载明的日期）只能写一个",
                "give either `within` (a term) or `by` (a date the act itself names), not both",
            )
            raise ValueError(msg)
        if self.within is None and (self.instead or self.extend or self.stop):
            msg = told(
                "instead、extend、stop 要有 within 才有意义",
                "`instead`, `extend` and `stop` need a `within` to change",
            )
            raise ValueError(msg)
        return self


class Requires(Part):
    """`act` only after `after`, at least / at most so long after it, and since the last `since` if there was one."""

    act: Ref
    after: Ref
    since: Ref | None = None
    at_least: Span | None = None
    at_most: Span | None = None
    counting: str | None = None
    if_absent: Literal["broken", "ignore"] = "broken"
    unless: Expression | None = None


class While(Part):
    """The state in which something is forbidden: from one act, until another, or for a time."""

    from_: Ref = Field(alias="from")
    to: Ref | None = None
    for_: Span | None = Field(None, alias="for")


class Forbids(Part):
    """`act` must not be done while a state lasts or a condition holds; neither given means never."""

    act: Ref
    when: Expression | None = None
    while_: While | None = Field(None, alias="while")
    unless: Expression | None = None
    counting: str | None = None


class Actors(Part):
    """At least / at most so many different officers, of a role, rank or qualification, do the act."""

    act: Ref
    at_least: Annotated[int, Field(ge=1)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None
    role: Names | None = None
    rank: Names | None = None
    qualification: Names | None = None
    unless: Expression | None = None

    @model_validator(mode="after")
    def some_number(self) -> Actors:
        """A number must be asked for."""
        if self.at_least is None and self.at_most is None:
            msg = told("写明 at_least 或 at_most 几人", "say `at_least` or `at_most` how many officers")
            raise ValueError(msg)
        return self


class Other(Part):
    """The act and role that must be somebody else's; without `act` the same act is meant."""

    act: Names | None = None
    if_: Expression | None = Field(None, alias="if")
    role: Names | None = None


class Separation(Part):
    """The officer in `role` of `act` is not the officer in the other role of the other act (in the same scope)."""

    act: Ref
    role: Names | None = None
    not_: Other = Field(alias="not")
    unless: Expression | None = None


class Range(Part):
    """A value stated by the act, or known from earlier acts, lies within limits."""

    act: Ref
    value: Expression
    at_least: Expression | None = None
    at_most: Expression | None = None
    more_than: Expression | None = None
    less_than: Expression | None = None
    unless: Expression | None = None

    @model_validator(mode="after")
    def some_limit(self) -> Range:
        """A limit must be given."""
        if not any((self.at_least, self.at_most, self.more_than, self.less_than)):
            msg = told(
                "写明限度：at_least、at_most、more_than 或 less_than",
                "give a limit: at_least, at_most, more_than or less_than",
            )
            raise ValueError(msg)
        return self


class Accompanied(Part):
    """The act needs company: a fact stated by the act itself (`has`), another act (`with`), or recordings that cover it."""

    act: Ref
    has: Expression | None = None
    with_: Ref | None = Field(None, alias="with")
    within: Span | None = None
    counting: str | None = None
    covered_by: Ref | None = None
    gap: Span | None = None
    unless: Expression | None = None

    @model_validator(mode="after")
    def one_company(self) -> Accompanied:
        """Exactly one sort of company; a term only for another act, a gap only for recordings."""
        if sum(x is not None for x in (self.has, self.with_, self.covered_by)) != 1:
            msg = told("has、with、covered_by 三者写一个", "give exactly one of `has`, `with`, `covered_by`")
            raise ValueError(msg)
        if (self.within and not self.with_) or (self.gap and not self.covered_by):
            msg = told(
                "within 只与 with 连用，gap 只与 covered_by 连用",
                "`within` goes with `with`, `gap` goes with `covered_by`",
            )
            raise ValueError(msg)
        return self


class Retention(Part):
    """What `act` made is kept for a time; `ended_by` before that is a breach."""

    act: Ref
    keep: Span | None = None
    permanently: bool = False
    instead: list[Tier] = Field(default_factory=list)
    ended_by: Ref
    counting: str | None = None
    void: Refs = Field(default_factory=list)

    @model_validator(mode="after")
    def some_time(self) -> Retention:
        """A time, or for ever."""
        if (self.keep is None) != self.permanently:
            msg = told(
                "keep（期间）与 permanently: true 写一个",
                "give either `keep` (a period) or `permanently: true`",
            )
            raise ValueError(msg)
        return self


Kind = Literal["deadline", "requires", "forbids", "actors", "separation", "range", "accompanied", "retention"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KindBody = Deadline | Requires | Forbids | Actors | Separation | Range | Accompanied | Retention


class InForce(Part):
    """The days on which a version is law, both included; no `to` means still in force."""

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None


class Basis(Part):
    """Where the duty is written: the law (a key of rulebook/laws.yaml, or its title), the article, and its words."""

    law: Annotated[str, StringConstraints(min_length=1)]
    article: Annotated[
        str, BeforeValidator(str, json_schema_input_type=str | int), StringConstraints(min_length=1)
    ]
    cite: str | None = None
    quote: str | None = None


def as_bases(value: Any) -> Any:
    """One basis or several."""
    return as_list(value)


class Version(Part):
    """A dated wording of a norm, with exactly one kind."""

    in_force: InForce
    basis: Annotated[
        list[Basis],
        BeforeValidator(as_bases, json_schema_input_type=Basis | list[Basis]),
        Field(min_length=1),
    ]
    source: Annotated[list[str], BeforeValidator(as_list, json_schema_input_type=str | list[str])] = Field(
        default_factory=list
    )
    verification: Verification = "full-text"
    note: Text | None = None
    conflict: Text | None = None
    deadline: Deadline | None = None
    requires: Requires | None = None
    forbids: Forbids | None = None
    actors: Actors | None = None
    separation: Separation | None = None
    range: Range | None = None
    accompanied: Accompanied | None = None
    retention: Retention | None = None

    @model_validator(mode="after")
    def one_kind(self) -> Version:
        """Exactly one kind."""
        given = [k for k in KINDS if getattr(self, k) is not None]
        if len(given) != 1:
            found = ", ".join(given)
            msg = told(
                f"一个版本要有且只有一个种类（{'、'.join(KINDS)}），这里有：{found or '无'}",
                f"a version needs exactly one kind of {', '.join(KINDS)}; found {found or 'none'}",
            )
            raise ValueError(msg)
        return self

    @property
    def kind(self) -> Kind:
        """Which of the eight kinds this version is."""
        return next(k for k in KINDS if getattr(self, k) is not None)

    @property
    def body(self) -> KindBody:
        """The kind's own model."""
        body: KindBody = getattr(self, self.kind)
        return body


class Example(Part):
    """A small dossier: `[time, act type, {fields}]` rows, judged at `as_of` (default: the last act's day)."""

    acts: Annotated[
        list[tuple[str | None, str] | tuple[str | None, str, dict[str, Any]]], Field(min_length=1)
    ]
    as_of: str | None = None
    closed: bool = False
    why: str | None = None


class Examples(Part):
    """Worked dossiers by the status they must lead to; `met` and `broken` are obligatory."""

    met: list[Example] = Field(default_factory=list)
    broken: list[Example] = Field(default_factory=list)
    pending: list[Example] = Field(default_factory=list)
    unknown: list[Example] = Field(default_factory=list)
    void: list[Example] = Field(default_factory=list)
    silent: list[Example] = Field(default_factory=list)

    def each(self) -> Iterator[tuple[str, int, Example]]:
        """(expected status, number, example) in file order."""
        for status in type(self).model_fields:
            for number, example in enumerate(getattr(self, status), start=1):
                yield status, number, example


class Norm(Part):
    """A duty of officials, with its dated versions."""

    id: Identifier
    title: Text
    says: Text | None = None
    procedure: str = "general"
    bearer: str = "handler"
    per: Annotated[list[str], BeforeValidator(as_list, json_schema_input_type=str | list[str])] = Field(
        default_factory=lambda: ["case"]
    )
    governed_by: Expression = "act"
    severity: Severity = "serious"
    judgement: bool = False
    widens: Identifier | None = None
    """The norm of the law that a bureau's own norm asks more than; it may not ask less."""
    cure: Text | None = None
    versions: Annotated[list[Version], Field(min_length=1)]
    examples: Examples = Field(default_factory=Examples)


class DatedValue(Part):
    """A value of a parameter on the days it is law."""

    in_force: InForce
    value: bool | int | str
    basis: Basis


class Parameter(Part):
    """A number, flag or text the law sets and changes, read by `param("name")`."""

    name: Identifier
    title: Text
    type: Literal["number", "flag", "text", "date"] = "number"
    versions: Annotated[list[DatedValue], Field(min_length=1)]


class LeftOut(Part):
    """A rule of the source catalogue this file does not encode, and why."""

    source: str
    why: Text


class NormFile(Part):
    """One YAML file: a list of norms, the parameters they read, and names for dates that may govern a norm."""

    about: Text | None = None
    acts: dict[str, dict[str, Literal["text", "flag", "number", "date", "time"]]] = Field(
        default_factory=dict
    )
    """Act types and their fields, for norms about somebody else's log; without it the product's own vocabulary is meant."""
    calendar: Literal["china", "weekdays", "none"] | None = None
    counting: str | None = None
    dates: dict[str, Expression] = Field(default_factory=dict)
    parameters: list[Parameter] = Field(default_factory=list)
    norms: list[Norm] = Field(default_factory=list)
    left_out: list[LeftOut] = Field(default_factory=list)
