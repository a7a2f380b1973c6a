"""From checked norms to plans: conditions are parsed and typed, terms put into the unit the law counts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.norms import language as lang
from zhunsheng.norms.expressions import Company, Compare, Dated, Logic, Node, Not, Shared
from zhunsheng.norms.loading import LoadedFile, NormSet
from zhunsheng.norms.parsing import EPOCH, ConditionError, Names, day_number, parse, parse_flag, scaled
from zhunsheng.norms.period_instants import DAY_US, ELAPSED_US
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import (
    Check,
    Conflict,
    Covered,
    Extend,
    Form,
    Plan,
    Prior,
    Ref,
    ScopeKey,
    Standing,
    Stop,
    Tier,
    Timed,
)
from zhunsheng.norms.surroundings import Surroundings


def bind(norms: NormSet, around: Surroundings) -> list[Plan]:
    """Every version of every norm as a plan; InputError with the place of the first condition or term that does not fit."""
    names = names_of(norms, around)
    return [
        plan
        for file, number, norm in norms.located()
        for plan in bind_norm(norms, file, number, norm, names, around)
    ]


def names_of(norms: NormSet, around: Surroundings) -> Names:
    """What conditions may refer to: the fields and types around, and the parameters of the files."""
    parameters = {
        p.name: dated(file, number, p)
        for file in norms.files
        for number, p in enumerate(file.model.parameters)
    }
    return Names(around.fields, parameters, around.types)


def bind_norm(
    norms: NormSet, file: LoadedFile, number: int, norm: lang.Norm, names: Names, around: Surroundings
) -> list[Plan]:
    """The versions of one norm, the `number`-th of its file, as plans."""
    return [
        Binder(file, number, norm, i, names, norms.dates, around).plan() for i in range(len(norm.versions))
    ]


def dated(file: LoadedFile, number: int, parameter: lang.Parameter) -> Dated:
    """A parameter as a node with its values by day."""
    versions = []
    for index, v in enumerate(parameter.versions):
        value: int | str | bool | None = v.value if parameter.type == "flag" else str(v.value)
        if parameter.type == "number":
            value = scaled(str(v.value))
        elif parameter.type == "date":
            value = day_number(str(v.value))
        if value is None:
            raise InputError(
                zh=f"参数 {parameter.name} 的值 {v.value} 不是日期",
                en=f"{v.value} is not a date",
                where=file.place("parameters", number, "versions", index, "value"),
                remedy_zh="写成 2026-01-01",
                remedy_en="write it as 2026-01-01",
            )
        first, last = days_in_force(v.in_force)
        versions.append((first, last, value))
    return Dated(parameter.type, parameter.name, tuple(versions))


def days_in_force(period: lang.InForce) -> tuple[int, int | None]:
    """First and last day as day numbers."""
    return (period.from_ - EPOCH).days, None if period.to is None else (period.to - EPOCH).days


MEND = (
    "按提示改写这一处，写法见 docs/norm-language.md",
    "rewrite this place as the message says; docs/norm-language.md shows how",
)


class Binder:
    """One version of one norm on its way to a plan."""

    def __init__(
        self,
        file: LoadedFile,
        number: int,
        norm: lang.Norm,
        index: int,
        names: Names,
        dates: Mapping[str, str],
        around: Surroundings,
    ) -> None:
        self.file, self.number, self.norm, self.index = file, number, norm, index
        self.version, self.names, self.dates, self.around = norm.versions[index], names, dates, around

    def plan(self) -> Plan:
        """The plan of this version."""
        first, last = days_in_force(self.version.in_force)
        latest = max(v.in_force.from_ for v in self.norm.versions) == self.version.in_force.from_
        return Plan(
            norm_id=self.norm.id,
            version=self.version.in_force.from_.isoformat(),
            kind=self.version.kind,
            severity=self.norm.severity,
            per=self.scope(),
            governed=self.governed(),
            from_day=first,
            to_day=last,
            latest=latest,
            form=self.form(),
            norm=self.norm,
            body=self.version,
        )

    def fail(self, zh: str, en: str, *keys: str | int, remedy: tuple[str, str] | None = None) -> InputError:
        """An error at a piece of this version."""
        return InputError(
            zh=f"规范“{self.norm.id}”：{zh}",
            en=f"norm {self.norm.id}: {en}",
            remedy_zh=(remedy or MEND)[0],
            remedy_en=(remedy or MEND)[1],
            where=self.file.place("norms", self.number, "versions", self.index, *keys),
        )

    def scope(self) -> tuple[ScopeKey, ...]:
        """The keys of `per` beside the case."""
        if "case" not in self.norm.per:
            raise InputError(
                zh=f"规范“{self.norm.id}”的 per 须含 case",
                en=f"norm {self.norm.id}: `per` must include case",
                where=self.file.place("norms", self.number, "per"),
                remedy_zh="写成 per: [case, …]",
                remedy_en="write per: [case, …]",
            )
        keys = []
        for name in self.norm.per:
            if name == "case":
                continue
            kind = self.names.fields.get(name)
            if kind not in (None, "text"):
                raise InputError(
                    zh=f"规范“{self.norm.id}”不能按 {name} 分开计时：它不是文本字段",
                    en=f"norm {self.norm.id}: {name} is a {kind}; only a subject or a text field can be in `per`",
                    where=self.file.place("norms", self.number, "per"),
                    remedy_zh="用要素（person、item …）或文本字段",
                    remedy_en="use a subject (person, item …) or a text field",
                )
            keys.append(ScopeKey(name, f"f_{name}" if kind else None))
        return tuple(keys)

    def governed(self) -> Node | None:
        """The governing date's expression; None for the act's own day."""
        if self.norm.governed_by == "act":
            return None
        text = self.dates.get(self.norm.governed_by)
        if text is None:
            raise InputError(
                zh=f"规范“{self.norm.id}”的 governed_by: {self.norm.governed_by} 没有定义",
                en=f"norm {self.norm.id}: governed_by {self.norm.governed_by} is not defined",
                where=self.file.place("norms", self.number, "governed_by"),
                remedy_zh="写 act，或在 dates: 下定义它",
                remedy_en="write act, or define it under `dates:`",
            )
        node = self.parsed(text, parse, "governed_by")
        if node.type not in ("date", "time"):
            raise self.fail(f"{text} 不是日期", f"{text} is not a date", "governed_by")
        return self.parsed(f"day({text})", parse, "governed_by")

    def parsed(self, text: str, parser: Callable[[str, Names], Node], *keys: str | int) -> Node:
        """A condition or value, or an error at its place."""
        try:
            return parser(text, self.names)
        except ConditionError as error:
            raise self.fail(
                f"条件“{text}”第 {error.column} 列：{error.zh}",
                f"condition `{text}`, column {error.column}: {error.en}",
                *keys,
                remedy=("条件语言见 docs/norm-language.md", "docs/norm-language.md describes conditions"),
            ) from None

    def flag(self, text: str | None, *keys: str | int) -> Node | None:
        """A condition, where there is one."""
        return None if text is None else self.parsed(text, parse_flag, *keys)

    def ref(self, ref: lang.ActRef | lang.Extension | lang.Other, *keys: str | int) -> Ref:
        """An act reference with its officers folded into the condition."""
        types = tuple(ref.act or ())
        for t in types:
            if t != "*" and self.around.types is not None and t not in self.around.types:
                raise self.fail(
                    f"没有“{t}”这种执法行为",
                    f"there is no act type {t}",
                    *keys,
                    remedy=(
                        "见 zhunsheng acts，或先在词表中定义它",
                        "see `zhunsheng acts`, or define it in the vocabulary first",
                    ),
                )
        cond = self.flag(ref.if_, *keys, "if")
        by = getattr(ref, "by", None)
        if by is not None:
            who = Company(
                "flag", 1, tuple(by.role or ()), tuple(by.rank or ()), tuple(by.qualification or ())
            )
            cond = who if cond is None else Logic("flag", "and", (cond, who))
        return Ref(() if "*" in types else types, cond)

    def counting(self, name: str | None) -> Counting:
        """The counting profile a body names, or the file's, or plain calendar days."""
        wanted = name or self.file.model.counting or "calendar"
        if wanted not in self.around.countings:
            known = ", ".join(sorted(self.around.countings))
            raise self.fail(
                f"没有“{wanted}”这种计算方法",
                f"there is no counting {wanted}",
                self.version.kind,
                "counting",
                remedy=(f"可用：{known}", f"there are: {known}"),
            )
        return self.around.countings[wanted]

    def period(self, span: lang.Span | None, counting: Counting) -> Period | None:
        """A span in the unit in which the law counts it."""
        return None if span is None else counting.as_counted(Period.parse(span.amounts()))

    def form(self) -> Form:
        """The form of this version's kind."""
        body = self.version.body
        build: dict[type, Callable[[Any], Form]] = {
            lang.Deadline: self.deadline,
            lang.Requires: self.requires,
            lang.Forbids: self.forbids,
            lang.Actors: self.actors,
            lang.Separation: self.separation,
            lang.Range: self.range,
            lang.Accompanied: self.accompanied,
            lang.Retention: self.retention,
        }
        return build[type(body)](body)

    def tiers(self, tiers: list[lang.Tier], counting: Counting, kind: str) -> tuple[Tier, ...]:
        """Tiers with typed conditions."""
        made = []
        for n, tier in enumerate(tiers):
            cond, period = self.flag(tier.if_, kind, "instead", n, "if"), self.period(tier.within, counting)
            assert cond is not None
            assert period is not None
            made.append(Tier(cond, period))
        return tuple(made)

    def deadline(self, b: lang.Deadline) -> Timed:
        counting = self.counting(b.counting)
        period = self.period(b.within, counting)
        by = self.parsed(b.by, parse, "deadline", "by") if b.by else None
        if by is not None and by.type not in ("date", "time"):
            raise self.fail(
                f"by: {b.by} 不是日期或时间", f"by: {b.by} is not a date or time", "deadline", "by"
            )
        warn = None
        if b.warn_before is not None:
            warned = Period.parse(b.warn_before.amounts())
            if warned.unit not in ("minutes", "hours", "days"):
                raise self.fail(
                    "提前提醒只能用分钟、小时或日",
                    "a warning is so many minutes, hours or days ahead",
                    "deadline",
                    "warn_before",
                )
            warn = warned.amount * (DAY_US if warned.unit == "days" else ELAPSED_US[warned.unit])
        return Timed(
            open=self.ref(b.when, "deadline", "when"),
            meet=self.ref(b.then, "deadline", "then"),
            counting=counting,
            period=period,
            tiers=self.tiers(b.instead, counting, "deadline"),
            by=by,
            first_only=b.each == "first",
            already=b.already,
            extends=self.extends(b, counting, period),
            stops=self.stops(b),
            voids=tuple(self.ref(v, "deadline", "void") for v in b.void),
            warn_before_us=warn,
        )

    def extends(self, b: lang.Deadline, counting: Counting, period: Period | None) -> tuple[Extend, ...]:
        """Every grant of every extension, in the term's own unit."""
        made = []
        for entry, e in enumerate(b.extend):
            span = e.adds or e.to
            assert span is not None
            assert period is not None
            length = Period.parse(span.amounts())
            tier_units = {
                t.unit for tier in b.instead if (t := self.period(tier.within, counting)) is not None
            }
            stated = {Period.parse(b.within.amounts()).unit} if b.within else set()
            if e.adds is not None and (
                length.unit not in stated | {period.unit} or tier_units - {period.unit}
            ):
                raise self.fail(
                    "延长的单位须与原期限相同",
                    "an extension that adds must use the unit of the term",
                    "deadline",
                    "extend",
                    entry,
                )
            length = Period(length.amount, period.unit) if e.adds is not None else counting.as_counted(length)
            ref = self.ref(e, "deadline", "extend", entry)
            made += [Extend(ref, length, e.adds is not None, entry)] * e.times
        return tuple(made)

    def stops(self, b: lang.Deadline) -> tuple[Stop, ...]:
        """Stops with typed references."""
        made = []
        for n, s in enumerate(b.stop):
            if s.pair is not None and self.names.fields.get(s.pair) != "text":
                raise self.fail(
                    f"pair: {s.pair} 不是文本字段",
                    f"pair: {s.pair} is not a text field",
                    "deadline",
                    "stop",
                    n,
                    "pair",
                )
            made.append(
                Stop(
                    self.ref(s.from_, "deadline", "stop", n, "from"),
                    self.ref(s.to, "deadline", "stop", n, "to"),
                    f"f_{s.pair}" if s.pair else None,
                )
            )
        return tuple(made)

    def retention(self, b: lang.Retention) -> Timed:
        counting = self.counting(b.counting)
        return Timed(
            open=self.ref(b.act, "retention", "act"),
            meet=self.ref(b.ended_by, "retention", "ended_by"),
            counting=counting,
            period=self.period(b.keep, counting),
            tiers=self.tiers(b.instead, counting, "retention"),
            voids=tuple(self.ref(v, "retention", "void") for v in b.void),
            keep=True,
        )

    def requires(self, b: lang.Requires) -> Prior:
        counting = self.counting(b.counting)
        act, unless = self.ref(b.act, "requires", "act"), self.flag(b.unless, "requires", "unless")
        return Prior(
            act=but_not(act, unless),
            bare=None if unless is None else act,
            prior=self.ref(b.after, "requires", "after"),
            counting=counting,
            since=self.ref(b.since, "requires", "since") if b.since else None,
            at_least=self.period(b.at_least, counting),
            at_most=self.period(b.at_most, counting),
            ignore_absent=b.if_absent == "ignore",
        )

    def forbids(self, b: lang.Forbids) -> Standing:
        counting = self.counting(b.counting)
        state = b.while_
        return Standing(
            act=self.ref(b.act, "forbids", "act"),
            counting=counting,
            when=self.flag(b.when, "forbids", "when"),
            start=self.ref(state.from_, "forbids", "while", "from") if state else None,
            end=self.ref(state.to, "forbids", "while", "to") if state and state.to else None,
            span=self.period(state.for_, counting) if state else None,
            unless=self.flag(b.unless, "forbids", "unless"),
        )

    def actors(self, b: lang.Actors) -> Check:
        who = (tuple(b.role or ()), tuple(b.rank or ()), tuple(b.qualification or ()))
        parts: list[Node] = [Company("flag", b.at_least, *who)] if b.at_least is not None else []
        if b.at_most is not None:
            parts.append(Not("flag", Company("flag", b.at_most + 1, *who)))
        return Check(self.ref(b.act, "actors", "act"), every(parts), self.flag(b.unless, "actors", "unless"))

    def separation(self, b: lang.Separation) -> Check | Conflict:
        roles, others = tuple(b.role or ()), tuple(b.not_.role or ())
        act, unless = self.ref(b.act, "separation", "act"), self.flag(b.unless, "separation", "unless")
        if b.not_.act is None:
            return Check(act, Not("flag", Shared("flag", roles, others)), unless)
        return Conflict(act, self.ref(b.not_, "separation", "not"), roles, others, unless)

    def range(self, b: lang.Range) -> Check:
        value = self.parsed(b.value, parse, "range", "value")
        signs = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}
        parts = [
            self.limit(b, value, key, sign) for key, sign in signs.items() if getattr(b, key) is not None
        ]
        return Check(self.ref(b.act, "range", "act"), every(parts), self.flag(b.unless, "range", "unless"))

    def limit(self, b: lang.Range, value: Node, key: str, sign: Any) -> Node:
        """One limit as a comparison, typed like any other."""
        text = getattr(b, key)
        self.parsed(text, parse, "range", key)
        node = self.parsed(f"({b.value}) {sign} ({text})", parse_flag, "range", key)
        assert isinstance(node, Compare)
        assert node.left.type in (value.type, "date")
        return node

    def accompanied(self, b: lang.Accompanied) -> Form:
        act, unless = self.ref(b.act, "accompanied", "act"), self.flag(b.unless, "accompanied", "unless")
        if b.has is not None:
            holds = self.flag(b.has, "accompanied", "has")
            assert holds is not None
            return Check(act, holds, unless)
        if b.covered_by is not None:
            gap = Period.parse(b.gap.amounts()) if b.gap else Period(0, "minutes")
            if gap.in_days:
                raise self.fail(
                    "gap 只能用分钟或小时", "a gap is so many minutes or hours", "accompanied", "gap"
                )
            return Covered(
                act,
                self.ref(b.covered_by, "accompanied", "covered_by"),
                gap.amount * ELAPSED_US[gap.unit],
                unless,
            )
        assert b.with_ is not None
        counting = self.counting(b.counting)
        period = self.period(b.within, counting) if b.within else Period(0, "days")
        return Timed(
            open=but_not(act, unless),
            bare=None if unless is None else act,
            meet=self.ref(b.with_, "accompanied", "with"),
            counting=counting,
            period=period,
            already=True,
        )


def every(parts: list[Node]) -> Node:
    """All of the conditions."""
    return parts[0] if len(parts) == 1 else Logic("flag", "and", tuple(parts))


def but_not(act: Ref, unless: Node | None) -> Ref:
    """The acts without those that are excused; an act whose excuse is unknown stays in doubt."""
    if unless is None:
        return act
    return Ref(act.types, every([*([act.cond] if act.cond else []), Not("flag", unless)]))
