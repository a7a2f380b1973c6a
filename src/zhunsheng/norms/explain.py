"""Why a result is what it is: facts, version and article, arithmetic, what is missing, what would cure it; in two languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import Language, date_of
from zhunsheng.norms.dossiers import Act
from zhunsheng.norms.expressions import Company, Earlier, Fact, Shared, columns
from zhunsheng.norms.log import FieldType
from zhunsheng.norms.period_instants import DAY_US, local_time
from zhunsheng.norms.periods import Period, Unit, describe, local_day
from zhunsheng.norms.plans import Check, Conflict, Covered, Form, Prior, Standing, Timed, conditions
from zhunsheng.norms.results import Obligation

Label = Callable[[str, Language], str]
"""From an act type, field or law key to the words people read."""

STATUS_WORDS: dict[str, tuple[str, str]] = {
    "met": ("已履行", "met"),
    "pending": ("未到期", "pending"),
    "late": ("逾期履行", "late"),
    "overdue": ("逾期未履行", "overdue"),
    "broken": ("违反", "broken"),
    "void": ("不再需要", "void"),
    "unknown": ("无法判断", "unknown"),
}
MADE_BY = {"officer": ("执法人员", "the officers"), "role": ("执法人员的身份", "the role of an officer")}


@dataclass(frozen=True)
class Explanation:
    """One result told in one language."""

    norm_id: str
    title: str
    status: str
    verdict: str
    basis: tuple[str, ...]
    facts: tuple[str, ...]
    steps: tuple[str, ...]
    missing: tuple[str, ...]
    cure: str

    def lines(self, language: Language = "zh") -> list[str]:
        """As text for a terminal, with headings."""
        names = (
            ("依据", "事实", "计算", "缺什么", "如何补救")
            if language == "zh"
            else ("Basis", "Facts", "Arithmetic", "Missing", "Cure")
        )
        told = [f"{self.title}：{self.verdict}" if language == "zh" else f"{self.title}: {self.verdict}"]
        parts: Sequence[tuple[str, Sequence[str]]] = (
            (names[0], self.basis),
            (names[1], self.facts),
            (names[2], self.steps),
            (names[3], self.missing),
            (names[4], (self.cure,) if self.cure else ()),
        )
        for heading, entries in parts:
            told += [f"  {heading}", *(f"    {entry}" for entry in entries)] if entries else []
        return told


def plain_label(name: str, _language: Language) -> str:
    """The name itself, where no vocabulary gives better words."""
    return name


def explain(
    row: Obligation,
    *,
    calendar: Calendar,
    zone: str,
    as_of_us: int,
    language: Language = "zh",
    label: Label = plain_label,
    fields: Mapping[str, FieldType] | None = None,
) -> Explanation:
    """Tell one obligation; `label` turns act types and fields into words (by default their names).

    `fields` are the types of the log's fields, without which a date could not be told from a number.
    """
    telling = Telling(row, calendar, zone, as_of_us, language, label, fields or {})
    norm = row.plan.norm
    cure = norm.cure or norm.says
    return Explanation(
        norm_id=norm.id,
        title=getattr(norm.title, language),
        status=STATUS_WORDS[row.status][language == "en"],
        verdict=telling.verdict(),
        basis=tuple(telling.basis()),
        facts=tuple(telling.facts()),
        steps=tuple(telling.steps()),
        missing=tuple(telling.missing()),
        cure=getattr(cure, language) if cure and row.status not in ("met", "void") else "",
    )


@dataclass(frozen=True)
class Telling:
    """One obligation, the calendar it was judged by, and the language it is told in."""

    row: Obligation
    calendar: Calendar
    zone: str
    as_of_us: int
    language: Language
    label: Label
    fields: Mapping[str, FieldType] = field(default_factory=dict)

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def moment(self, us: int | None) -> str:
        """A local time; midnight alone is told as a day."""
        if us is None:
            return self.say("时间不详", "time unknown")
        here = local_time(us, self.zone)
        clock = "" if (here.hour, here.minute, here.second) == (0, 0, 0) else f"{here:%H:%M}"
        if (here.hour, here.minute, here.second) == (23, 59, 59):
            return self.say(f"{here.year}年{here.month}月{here.day}日24时", f"the end of {here:%Y-%m-%d}")
        return self.say(
            f"{here.year}年{here.month}月{here.day}日{clock}",
            f"{here:%Y-%m-%d}{' ' + clock if clock else ''}",
        )

    def name(self, act: Act) -> str:
        """An act type in words; a foreign name within a Chinese sentence stands in quotes, for it has no space around it."""
        words = self.label(act.type, self.language)
        return self.say(f"“{words}”" if words.isascii() else words, words)

    def wanted(self) -> str:
        """The acts that would do what the norm asks, in words: at most three, or nothing where any act would."""
        form = self.row.plan.form
        types = form.meet.types if isinstance(form, Timed) else form.prior.types if isinstance(form, Prior) else ()
        names = [self.label(name, self.language) for name in types[:3]]
        told = [f"“{name}”" if self.language == "zh" and name.isascii() else name for name in names]
        return self.say("或", " or ").join(told) + (self.say("等", " …") if len(types) > len(told) else "")

    def to_do(self) -> str:
        """What is still to be done, as a verb: Chinese act types are verbs of their own, foreign ones are completed."""
        wanted = self.wanted()
        return f"完成{wanted}" if not wanted or wanted.startswith("“") else wanted

    def verdict(self) -> str:
        """The result in one sentence."""
        row = self.row
        scope = "、".join(row.scope) if self.language == "zh" else ", ".join(row.scope)
        whom = self.say(f"（{scope}）", f" ({scope})") if scope else ""
        opened = self.say(
            f"{self.moment(row.opened.at_us)}{self.name(row.opened)}{whom}",
            f"{self.name(row.opened)}{whom}, {self.moment(row.opened.at_us)}",
        )
        return {
            "met": self.met,
            "pending": self.pending,
            "late": self.late,
            "overdue": self.overdue,
            "broken": self.broken,
            "void": self.void,
            "unknown": self.unknown,
        }[row.status](opened)

    def decided(self) -> str:
        """The deciding act in words."""
        act = self.row.decided
        return (
            ""
            if act is None
            else self.say(
                f"{self.moment(act.at_us)}{self.name(act)}", f"{self.name(act)} on {self.moment(act.at_us)}"
            )
        )

    def met(self, opened: str) -> str:
        by = self.decided()
        if not by:
            return self.say(f"{opened}，符合要求", f"{opened}: as required")
        if self.row.due_us is None:
            return self.say(f"{opened}，{by}，符合要求", f"{opened}; {by}: as required")
        return self.say(
            f"{opened}，{by}，在{self.moment(self.row.due_us)}期限内",
            f"{opened}; {by}, within the term ending {self.moment(self.row.due_us)}",
        )

    def pending(self, opened: str) -> str:
        if self.row.due_us is None:
            return self.say(
                f"{opened}，尚待{self.to_do()}（没有固定期限）",
                f"{opened}: {self.wanted() or 'it'} still to be done (no fixed term)",
            )
        form = self.row.plan.form
        if isinstance(form, Timed) and form.keep:
            return self.say(
                f"{opened}，须保存至{self.moment(self.row.due_us)}",
                f"{opened}: to be kept until {self.moment(self.row.due_us)}",
            )
        days = local_day(self.row.due_us, self.zone) - local_day(self.as_of_us, self.zone)
        left = self.say(
            "今日到期" if days == 0 else f"还剩{days}日", "due today" if days == 0 else f"{days} days left"
        )
        return self.say(
            f"{opened}，应在{self.moment(self.row.due_us)}前{self.to_do()}，{left}",
            f"{opened}: {self.wanted() or 'it'} is due by {self.moment(self.row.due_us)}, {left}",
        )

    def late(self, opened: str) -> str:
        return self.say(
            f"{opened}，应在{self.moment(self.row.due_us)}前完成，实际于{self.decided()}，超期{self.over(self.row.decided)}",
            f"{opened}: due by {self.moment(self.row.due_us)}, done by {self.decided()}, {self.over(self.row.decided)} late",
        )

    def over(self, act: Act | None) -> str:
        """How far past due, in days where that is what counts, else in hours and minutes."""
        end = self.as_of_us if act is None or act.at_us is None else act.at_us
        assert self.row.due_us is not None
        days = local_day(end, self.zone) - local_day(self.row.due_us, self.zone)
        if days and (end - self.row.due_us) >= DAY_US // 24 and self.by_days():
            return Period(days, "days").text(self.language)
        return Period(max(1, -(-(end - self.row.due_us) // 60_000_000)), "minutes").text(self.language)

    def by_days(self) -> bool:
        """Whether the term ended with a day."""
        form = self.row.plan.form
        if isinstance(form, Prior):
            return form.at_most is None or form.at_most.in_days
        return not (isinstance(form, Timed) and form.period is not None and not form.period.in_days)

    def overdue(self, opened: str) -> str:
        if self.row.due_us is None:
            return self.say(
                f"{opened}，此后始终没有{self.wanted() or '履行'}",
                f"{opened}: {self.wanted() or 'it'} never done afterwards",
            )
        due, over = self.moment(self.row.due_us), self.over(None)
        return self.say(
            f"{opened}，应在{due}前{self.to_do()}，至今未见记录，已超期{over}",
            f"{opened}: {self.wanted() or 'it'} was due by {due}, not recorded yet, {over} overdue",
        )

    def broken(self, opened: str) -> str:
        form, by = self.row.plan.form, self.decided()
        told: dict[type, tuple[str, str]] = {
            Prior: self.distance(opened, form) if isinstance(form, Prior) else ("", ""),
            Standing: (
                f"{opened}，而{by}后不得如此" if by else f"{opened}，依规定不得如此",
                f"{opened}: forbidden after {by}" if by else f"{opened}: forbidden",
            ),
            Conflict: (f"{opened}与{by}由同一人经办", f"{opened} and {by}: the same officer in both"),
            Covered: (
                f"{opened}，录音录像没有覆盖全过程",
                f"{opened}: the recordings do not cover the whole of it",
            ),
            Check: self.unlike(opened, form),
            Timed: (f"{opened}，保存期未满即{by}", f"{opened}: kept until {by} only"),
        }
        return self.say(*told[type(form)])

    def unlike(self, opened: str, form: Form) -> tuple[str, str]:
        """What a check found wrong; whom two roles of one act share is named, for that is the breach."""
        twice = [o for o, n in Counter(slot.officer for slot in self.row.opened.officers).items() if n > 1]
        if isinstance(form, Check) and twice and any(isinstance(n, Shared) for n in form.holds.walk()):
            return (f"{opened}，两种身份同为{'、'.join(twice)}", f"{opened}: {', '.join(twice)} in both roles")
        return f"{opened}，不符合要求", f"{opened}: not as required"

    def distance(self, opened: str, form: Prior) -> tuple[str, str]:
        """What is wrong with the distance to the act that must come before, and by how much; or that there is none."""
        row = self.row
        before, here = row.decided, row.opened.at_us
        if before is None or before.at_us is None or here is None:
            asked = self.wanted()
            fitting = "符合条件的" if form.prior.cond is not None else ""
            return (
                f"{opened}，此前没有{fitting}{asked}记录" if asked else f"{opened}，此前没有应有的行为",
                f"{opened}: no {asked} before it" if asked else f"{opened}: the act that must come before is missing",
            )
        by, lang = self.decided(), self.language
        if form.at_most is not None and row.due_us is not None and here > row.due_us:
            most, over, due = form.at_most.text(lang), self.over(row.opened), self.moment(row.due_us)
            return (
                f"{opened}，距{by}超过{most}，最迟应在{due}，超期{over}",
                f"{opened}: more than {most} after {by}; due by {due}, {over} late",
            )
        least = form.at_least
        if least is None:
            return (
                f"{opened}，此前最近的是{by}，间隔不合要求",
                f"{opened}: the nearest earlier act is {by}, at the wrong distance",
            )
        days = local_day(here, self.zone) - local_day(before.at_us, self.zone)
        gap = Period(days, "days") if least.in_days else Period((here - before.at_us) // 60_000_000, "minutes")
        return (
            f"{opened}，距{by}不足{least.text(lang)}，实际只隔{gap.text(lang)}",
            f"{opened}: less than {least.text(lang)} after {by}, only {gap.text(lang)}",
        )

    def void(self, opened: str) -> str:
        return self.say(
            f"{opened}，因{self.decided()}不再需要", f"{opened}: no longer owed after {self.decided()}"
        )

    def unknown(self, opened: str) -> str:
        return self.say(
            f"{opened}，缺少关键事实，无法判断，不等于没有问题",
            f"{opened}: a fact that decides is missing; this does not mean that all is well",
        )

    def basis(self) -> Iterator[str]:
        """Law, article, version and the date that chose it."""
        plan = self.row.plan
        for basis in plan.body.basis:
            law = self.label(basis.law, self.language)
            own = basis.cite if basis.cite and (self.language == "zh" or basis.cite.isascii()) else None
            article = own or self.say(f"第{basis.article}条", f"art. {basis.article}")
            yield self.say(f"《{law}》{article}", f"{law}, {article}")
        first = date_of(plan.from_day)
        since = f"{first.year}年{first.month}月{first.day}日"
        if plan.to_day is None:
            yield self.say(f"适用自{since}起施行的现行版本", f"version in force since {first.isoformat()}")
        else:
            last = date_of(plan.to_day)
            yield self.say(
                f"适用{since}至{last.year}年{last.month}月{last.day}日施行的版本",
                f"version in force from {first.isoformat()} to {last.isoformat()}",
            )
        if plan.body.verification != "full-text":
            yield self.say(
                "此条尚未经全文核对" if plan.body.verification == "unverified" else "此条依据节录核对",
                f"this norm is {plan.body.verification}",
            )
        for note in (plan.body.conflict, plan.body.note):
            if note is not None:
                yield getattr(note, self.language)

    def facts(self) -> Iterator[str]:
        """The acts that decide, in order."""
        acts = {a.seq: a for a in (self.row.opened, *self.row.evidence)}
        for _, act in sorted(acts.items()):
            parts = [self.moment(act.at_us), self.label(act.type, self.language)]
            who = [
                o.officer + (self.say(f"（{self.label(o.role, 'zh')}）", f" ({self.label(o.role, 'en')})") if o.role else "")
                for o in act.officers
            ]
            parts += [self.say("、", ", ").join(who)] if who else []
            parts += [str(act.facts["unit"])] if act.facts.get("unit") else []
            parts += [self.say(f"{self.label(n, 'zh')}：{v}", f"{self.label(n, 'en')}: {v}") for n, v in self.read(act)]
            yield "  ".join(parts) + f"  [{act.facts.get('act_id', act.seq)}]"

    def read(self, act: Act) -> Iterator[tuple[str, str]]:
        """The fields of an act that the norm read, with their values."""
        for column in sorted({c for node in conditions(self.row.plan) for c in columns(node)}):
            value = act.facts.get(column)
            if column.startswith("f_") and not column.endswith("__day") and value is not None:
                name = column.removeprefix("f_")
                yield name, self.value(name, value)

    def value(self, name: str, value: Any) -> str:
        """A field's value as people write it, by the field's type: codes by their words, dates as dates."""
        if isinstance(value, bool):
            return self.say("是" if value else "否", "yes" if value else "no")
        if isinstance(value, int) and self.fields.get(name) == "date":
            return date_of(value).isoformat()
        if isinstance(value, int) and self.fields.get(name) == "time":
            return self.moment(value)
        return decimal(value) if isinstance(value, int) else self.label(str(value), self.language)

    def steps(self) -> Iterator[str]:
        """The arithmetic of the due time, step by step."""
        row, form = self.row, self.row.plan.form
        if isinstance(form, Prior):
            yield from self.prior_steps(form)
        if not isinstance(form, Timed) or row.opened.at_us is None:
            return
        if form.by is not None:
            yield self.say(
                f"期限由行为自身载明：{self.moment(row.due_us)}",
                f"the act itself names the date: {self.moment(row.due_us)}",
            )
            return
        period = form.period if row.reckoning.term_index < 0 else form.tiers[row.reckoning.term_index].period
        if period is None:
            return
        if row.reckoning.term_index >= 0:
            yield self.say("符合特别情形，适用另定的期限", "a special case: its own term applies")
        yield from describe(row.opened.at_us, period, form.counting, self.calendar, self.zone, self.language)
        for act, index in row.reckoning.extensions:
            grant = form.extends[index]
            length, when = grant.period.text(self.language), self.moment(act.at_us)
            change = ("延长", "longer by") if grant.adds else ("期限改为", "the term becomes")
            yield self.say(
                f"{when}{self.name(act)}，期满前批准，{change[0]}{length}",
                f"{self.name(act)} on {when}, before expiry: {change[1]} {length}",
            )
        for start, end, added in row.reckoning.stopped:
            yield self.stop(start, end, added, period)
        if (row.reckoning.extensions or row.reckoning.stopped) and row.due_us is not None:
            yield self.say(
                f"合计后于{self.moment(row.due_us)}届满",
                f"altogether the term ends at {self.moment(row.due_us)}",
            )
        note = form.counting.note.get(self.language)
        if note:
            yield self.say(f"计算方法：{note}", f"counting: {note}")

    def prior_steps(self, form: Prior) -> Iterator[str]:
        """The arithmetic of a greatest distance, which runs from the earlier act."""
        before = self.row.decided
        if before is None or before.at_us is None or form.at_most is None:
            return
        yield from describe(before.at_us, form.at_most, form.counting, self.calendar, self.zone, self.language)
        note = form.counting.note.get(self.language)
        if note:
            yield self.say(f"计算方法：{note}", f"counting: {note}")

    def stop(self, start: Act, end: Act | None, added: int, period: Period) -> str:
        """One stop that counted."""
        unit: Unit = "working_days" if period.unit == "working_days" else "days"
        shown_as = Period(added, unit) if period.in_days else Period(added // 60_000_000, "minutes")
        length = shown_as.text(self.language)
        last = end or self.row.reckoning.settled
        until = (
            self.say("至今", "until now")
            if last is None
            else self.say(
                f"至{self.moment(last.at_us)}{self.name(last)}",
                f"until {self.name(last)} on {self.moment(last.at_us)}",
            )
        )
        return self.say(
            f"自{self.moment(start.at_us)}{self.name(start)}{until}，扣除{length}",
            f"from {self.name(start)} on {self.moment(start.at_us)} {until}: {length} not counted",
        )

    def missing(self) -> Iterator[str]:
        """Which facts are missing, act by act."""
        if self.row.status == "unknown" and not self.row.doubts:
            yield self.say(
                "节假日日历不含所需日期，或行为没有载明期限",
                "the calendar does not reach, or the act names no date",
            )
        for act in self.row.doubts:
            absent = [
                self.say(f"“{name}”", name) for name in (self.label(n, self.language) for n in self.absent(act))
            ]
            words = self.say("、", ", ").join(dict.fromkeys(absent)) or self.say(
                "据以判断的事实", "the facts that decide"
            )
            yield self.say(
                f"{self.name(act)} [{act.facts.get('act_id', act.seq)}]：没有记录{words}",
                f"{self.name(act)} [{act.facts.get('act_id', act.seq)}]: {words} not recorded",
            )

    def lacks(self, act: Act, part: Fact | Earlier) -> bool:
        """Whether the act lacks a field the condition reads; what an earlier act lacks shows only as a missing value."""
        column = part.column or ""
        return isinstance(part, Earlier) or (column.startswith("f_") and act.facts.get(column) is None)

    def absent(self, act: Act) -> Iterator[str]:
        """Names of facts a condition reads and the act lacks."""
        if act.at_us is None:
            yield self.say("时间", "time")
        for key in self.row.plan.per:
            if not act.values(key):
                yield key.name
        for node in conditions(self.row.plan):
            for part in node.walk():
                if isinstance(part, Fact | Earlier) and part.column and self.lacks(act, part):
                    yield part.column.removeprefix("f_").removesuffix("__day")
                elif isinstance(part, Company | Shared):
                    yield MADE_BY["role" if act.officers else "officer"][self.language == "en"]
        if isinstance(self.row.plan.form, Covered) and act.facts.get("ended_us") is None:
            yield self.say("结束时间", "end time")
        if isinstance(self.row.plan.form, Conflict):
            yield MADE_BY["role" if act.officers else "officer"][self.language == "en"]


def decimal(value: int) -> str:
    """A number kept in ten-thousandths, without needless noughts."""
    whole, rest = divmod(abs(value), 10_000)
    return ("-" if value < 0 else "") + (f"{whole}.{rest:04d}".rstrip("0").rstrip("."))
