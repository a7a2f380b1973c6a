"""The form of a sheet for one case: what is asked, what is shown as known, and the acts that come of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from zhunsheng.acts.drafts import LONGEST_NAME, LONGEST_TEXT
from zhunsheng.acts.registry import ActField
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.papers import PAPER_MARKS
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.ids import new_id
from zhunsheng.casework.facts import CaseAct, PartyFacts
from zhunsheng.casework.forms.asking import CONDITIONAL, OF_SUSPECTS, WEIGHED, Manner, manner
from zhunsheng.casework.forms.controls import (
    CHOOSE,
    AnyOf,
    FilesField,
    Moment,
    OneOf,
    Several,
    Ticks,
    control,
    given,
    select,
    shown,
    words,
)
from zhunsheng.casework.forms.deriving import About, Derived, derived_all
from zhunsheng.casework.forms.files import LARGEST_MB
from zhunsheng.casework.forms.known import Known
from zhunsheng.casework.forms.sheets import Sheet
from zhunsheng.people.bilingual import both
from zhunsheng.people.roles import Role
from zhunsheng.procedure.powers import Desk

FIELD, ROLE, STEP = "f-", "r-", "s-"
PART_WORDS = {"suspect": both("违法嫌疑人", "suspect"), "victim": both("被侵害人", "victim")}
UNASKED = frozenset(("departs",))
"""Worked out by the page of the decision, and held against the benchmarks at the door."""
AS_LAST_TIME = frozenset(("place",))
"""Proposed as the last act of the type in the case has it."""
WHOM = ("persons", "items", "items_new", "appraisal", "recording", "room")
WITH_FILES = frozenset(("recording.made", "evidence.received", "appraisal.received", "document.made"))
ALSO = (
    "recorder",
    "auxiliary",
    "appraiser",
    "forensic-doctor",
    "medical-staff",
    "mediator",
    "server",
    "property-keeper",
    "giver",
    "receiver",
    "investigator",
    "entrusted",
)
"""Parts at an act that somebody beside the handling officers may take."""
OWN_DESKS = (Desk.REVIEW, Desk.APPROVAL)


@dataclass(frozen=True)
class Start:
    """What a form begins with besides the case: from the address, from an act to be corrected, or from a kept draft."""

    persons: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    corrects: CaseAct | None = None
    everything: bool = False
    """Ask for what follows from the case, too."""
    uploads: tuple[tuple[str, str], ...] = ()
    """Finished uploads of the officer's that no act names yet: digest, name."""
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Fields that belong together; `folded` ones open on demand."""

    zh: str
    en: str
    fields: list[BoundField]
    folded: bool = False

    @property
    def legend(self) -> object:
        return both(self.zh, self.en)


class SheetForm(forms.Form):
    """The fields of a sheet. Bound or not, what is asked depends on whom it is about: a change of person asks anew."""

    use_required_attribute = False

    def __init__(
        self, sheet: Sheet, known: Known, start: Start | None = None, *, data: Any = None, files: Any = None
    ) -> None:
        start = start or Start()
        super().__init__(data, files, initial=dict(start.kept))
        self.sheet, self.known, self.start = sheet, known, start
        self._hidden_fields()
        self._whom()
        self.about = self._about()
        self.derived = {} if self.start.everything or self.start.corrects else self._derived()
        self._when()
        self._facts()
        self._options()
        self._officers()
        self._papers()
        if self.start.kept:
            # A box that was not ticked is not among what was kept.
            unticked: dict[str, Any] = {
                name: False
                for name, field in self.fields.items()
                if isinstance(field, forms.BooleanField) and name not in self.start.kept
            }
            self.initial.update(unticked)

    # What is asked

    def _hidden_fields(self) -> None:
        """The request's own name, and how far the case had come when it was shown."""
        hidden = forms.HiddenInput()
        self.fields["key"] = forms.CharField(widget=hidden, max_length=80, initial=new_id().hex)
        self.fields["expected"] = forms.IntegerField(widget=forms.HiddenInput(), initial=self.known.position)

    def _when(self) -> None:
        """The time, now unless somebody says otherwise, and the end of what lasts."""
        corrects, now = self.start.corrects, self.known.now.replace(second=0, microsecond=0)
        self.fields["at"] = Moment(
            label=words("开始时间", "Began") if self.sheet.lasts else words("时间", "When"),
            initial=corrects.at if corrects else now,
        )
        if self.sheet.lasts:
            self.fields["ended"] = Moment(
                label=words("结束时间", "Ended"),
                initial=corrects.ended if corrects else now,
                required=False,
            )

    def _whom(self) -> None:
        """People, things and other subjects the acts can be about."""
        kinds = self.sheet.subjects()
        if "person" in kinds:
            self._people()
        if "item" in kinds:
            self._things()
        if "appraisal" in kinds:
            self._one_thing("appraisal", words("鉴定", "Appraisal"), self.known.next_name("appraisal", "鉴"))
        if "recording" in kinds and self.sheet.types != ("recording.made",):
            self._one_thing("recording", words("哪段录音录像", "Which recording"), "")
        if "room" in kinds:
            self._one_thing("room", words("房间", "Room"), "")

    def _people(self) -> None:
        """A choice of the case's people, those it is usually about first."""
        people = self.known.people(self.sheet.people)
        choices = [(p.key, person_words(p)) for p in people]
        label = words("人员", "Person")
        required = self.sheet.whom and not self.start.corrects
        missing = {
            "required": words(
                "请选择这项行为涉及的人员；名单里没有的，先在“人员”页添加",
                "Choose whom it is about; add somebody new under “People” first",
            )
        }
        initial = self._people_first()
        if not self.sheet.many:
            self.fields["persons"] = forms.ChoiceField(
                label=label,
                choices=choices,
                widget=OneOf(),
                required=required,
                initial=next(iter(initial), None),
                error_messages=missing,
            )
            return
        self.fields["persons"] = forms.MultipleChoiceField(
            label=label,
            choices=choices,
            widget=Ticks(),
            required=required,
            initial=list(initial),
            error_messages=missing,
        )

    def _people_first(self) -> tuple[str, ...]:
        """Whom it is about unless changed: as the address or the corrected act says, else the only one there is."""
        if self.start.corrects is not None:
            return self.start.corrects.persons
        if self.start.persons:
            return tuple(p for p in self.start.persons if p in self.known.facts.parties)
        for role in self.sheet.people:
            fitting = self.known.in_roles((role,))
            if len(fitting) == 1:
                return (fitting[0].key,)
            if fitting:
                break
        return ()

    def _things(self) -> None:
        """The case's things, and new ones by a short name."""
        names = self.known.named("item")
        chosen = self.start.corrects.items if self.start.corrects else self.start.items
        if names:
            self.fields["items"] = forms.MultipleChoiceField(
                label=words("物品", "Things"),
                choices=[(n, n) for n in names],
                widget=Ticks(),
                required=False,
                initial=list(chosen),
            )
        self.fields["items_new"] = forms.CharField(
            label=words("新登记的物品", "New things") if names else words("物品", "Things"),
            help_text=words(
                "一行一件，如“弹簧刀1把（黑色手柄）”", "One a line, such as “one flick knife, black handle”"
            ),
            widget=forms.Textarea({"class": "form-control", "rows": 2}),
            required=False,
        )

    def _one_thing(self, kind: str, label: str, fresh: str) -> None:
        """One thing of another kind by name: those of the case, or a new one."""
        names = self.known.named(kind)
        chosen = next(iter(self.start.corrects.subjects.get(kind, ())), "") if self.start.corrects else ""
        initial = chosen or (names[-1] if names else fresh)
        options = list(dict.fromkeys((*names, *([fresh] if fresh else []))))
        if options:
            choices = [("", CHOOSE), *((n, n) for n in options)]
            self.fields[kind] = forms.ChoiceField(
                label=label, choices=choices, widget=select(), required=False, initial=initial
            )
        else:
            self.fields[kind] = forms.CharField(
                label=label,
                required=False,
                max_length=LONGEST_NAME,
                widget=forms.TextInput({"class": "form-control"}),
            )

    def _about(self) -> About:
        """Whom and what it is about as far as the form says: what was sent, else what is shown."""

        def said(name: str) -> tuple[str, ...]:
            if name not in self.fields:
                return ()
            value = self[name].value()
            return tuple(value) if isinstance(value, list | tuple) else ((value,) if value else ())

        return About(said("persons"), said("items"), self._said_when())

    def _said_when(self) -> dt.datetime:
        """When it was, as far as the form says."""
        sent = self.data.get("at") if self.is_bound else self.initial.get("at")
        try:
            return dt.datetime.fromisoformat(str(sent)).replace(tzinfo=LOCAL)
        except ValueError:
            return self.known.now

    def _derived(self) -> dict[str, Derived]:
        """What follows from the case for those it is about."""
        by_type = {s.type: [n for n in s.declared.fields if n not in s.fixed] for s in self.sheet.steps}
        return derived_all(self.sheet.types, by_type, self.known, self.about)

    def _facts(self) -> None:
        """The fields of the acts that do not follow from the case."""
        declared = vocabulary().fields
        for name in self.sheet.asked():
            if name in self.derived or name in UNASKED:
                continue
            asking = [s.type for s in self.sheet.steps if name in s.declared.fields and name not in s.fixed]
            # What marks a paper comes from the tab of the papers, which makes it.
            if not self.start.corrects and name in PAPER_MARKS and set(asking) == {"document.made"}:
                continue
            first = asking[0]
            found = control(declared[name], first)
            found.initial = shown(declared[name], self._proposed(name, first))
            self.fields[FIELD + name] = found

    def _proposed(self, name: str, act_type: str) -> Any:
        """What a field says before anybody changes it: as corrected, as the address says, as last time, as usual."""
        if self.start.corrects is not None:
            return self.start.corrects.fields.get(name)
        if name in self.start.fields:
            return self.start.fields[name]
        if name in AS_LAST_TIME and (before := self.known.last((act_type,), None, None, name)) is not None:
            return before.fields[name]
        return self.sheet.usual.get(name)

    def _options(self) -> None:
        """A tick for each act of the sheet that may not have been done."""
        for n, step in enumerate(self.sheet.steps):
            if step.option is not None:
                self.fields[f"{STEP}{n}"] = forms.BooleanField(
                    label=words(*step.option),
                    required=False,
                    initial=step.done,
                    widget=forms.CheckboxInput({"class": "tick"}),
                )

    def _officers(self) -> None:
        """Who did it: the two handling officers of the case, and other parts. Reviews and approvals are one's own."""
        if self.sheet.desk in OWN_DESKS:
            return
        corrects = self.start.corrects
        known = self.known.officers
        handlers = [(o.number, f"{o.name}（{o.number}）") for o in known.values() if Role.HANDLER in o.roles]
        chosen = corrects.by_role("handler") if corrects else self.known.handlers
        if handlers:
            self.fields["officers"] = forms.MultipleChoiceField(
                label=words("办案民警", "Handling officers"),
                choices=handlers,
                widget=Ticks(),
                required=False,
                initial=list(chosen),
            )
        anyone = [
            ("", words("（无）", "(nobody)")),
            *((o.number, f"{o.name}（{o.number}）") for o in known.values()),
        ]
        for role in self.sheet.roles:
            stood = next(iter(corrects.by_role(role)), "") if corrects else ""
            self.fields[ROLE + role] = forms.ChoiceField(
                label=words(*ROLES[role]), choices=anyone, widget=select(), required=False, initial=stood
            )

        others = [(role, words(*ROLES[role])) for role in ALSO if role not in self.sheet.roles]
        self.fields["also"] = forms.ChoiceField(
            label=words("还有谁", "Who else"), choices=anyone, widget=select(), required=False
        )
        self.fields["also_role"] = forms.ChoiceField(
            label=words("以什么身份", "As what"),
            choices=[("", CHOOSE), *others],
            widget=select(),
            required=False,
        )

    def _papers(self) -> None:
        """Attachments, and why an act that happened long ago is recorded only now."""
        if self.start.uploads or (self.is_bound and "uploaded" in self.data):
            self.fields["uploaded"] = AnyOf(
                label=words("已上传的大文件", "Large files already uploaded"),
                choices=list(self.start.uploads),
                widget=Ticks(),
                required=False,
            )
        self.fields["files"] = FilesField(
            label=words("附件", "Attachments"),
            help_text=words(
                f"扫描件、照片、短录音录像，可以一次选几个，每个不超过{LARGEST_MB} MiB。",
                f"Scans, photos, short recordings; several at once, each of at most {LARGEST_MB} MiB.",
            ),
            widget=Several({"class": "form-control"}),
            required=False,
        )
        self.fields["backfill"] = forms.CharField(
            label=words("补录的理由", "Why it is recorded late"),
            help_text=words(
                "只有事情早已办完、当时没有登记的才填。补录的按实际时间判断，违反的照样记下。",
                "Only for what was done long ago and not recorded then; it is judged by its own time, breaches and all.",
            ),
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea({"class": "form-control", "rows": 2}),
        )

    # How it is shown

    @cached_property
    def groups(self) -> list[Group]:
        """The fields as the page shows them."""
        names = [n for n in self.fields if n.startswith(FIELD)]
        manners = {n: manner(declared_of(n)) for n in names}
        aside = {n for n in names if manners[n] is Manner.EXCEPTION or self._aside(n.removeprefix(FIELD))}
        plain = [n for n in names if n not in aside and manners[n] is not Manner.DUTY]
        duties = [n for n in names if n not in aside and manners[n] is Manner.DUTY]
        steps = [n for n in self.fields if n.startswith(STEP)]
        roles = [n for n in self.fields if n.startswith(ROLE)]
        found = (
            Group(
                "涉及谁、什么",
                "About whom and what",
                self._bound(*(n for n in WHOM if n not in self.sheet.aside)),
            ),
            Group("什么时候", "When", self._bound("at", "ended")),
            Group("情况", "What happened", self._bound(*plain)),
            Group("逐项确认", "Confirm each", self._bound(*steps, *duties)),
            Group("谁办的", "Who did it", self._bound("officers", *roles)),
            Group("附件", "Attachments", self._bound("uploaded", "files"), folded=not self._wants_files()),
            Group(
                "特殊情况（没有就不用动）",
                "Special circumstances, if any",
                self._bound(*(n for n in WHOM if n in self.sheet.aside), *sorted(aside, key=names.index)),
                folded=True,
            ),
            Group("其他在场人员", "Others at the act", self._bound("also", "also_role"), folded=True),
            Group("补录", "Recorded late", self._bound("backfill"), folded=True),
        )
        return [group for group in found if group.fields]

    def _aside(self, name: str) -> bool:
        """Whether a field is out of the ordinary here."""
        if name in self.sheet.first:
            return False
        suspects = {p.key for p in self.known.facts.suspects}
        others = bool(self.about.persons) and not suspects & set(self.about.persons)
        return name in self.sheet.aside | CONDITIONAL | WEIGHED or (name in OF_SUSPECTS and others)

    def _wants_files(self) -> bool:
        """Whether files usually come with it."""
        return any(s.media or s.type in WITH_FILES for s in self.sheet.steps) or bool(self.start.uploads)

    def _bound(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def known_facts(self) -> Iterator[tuple[object, object, object]]:
        """What is not asked: label, value in words, and where it comes from."""
        for name, found in self.derived.items():
            declared = vocabulary().fields[name]
            first = next((s.type for s in self.sheet.steps if name in s.declared.fields), "")
            yield both(declared.zh, declared.en), value_words(declared, found.value, first), found.source

    def by_hand(self) -> list[str]:
        """The fields somebody must fill in themselves in an ordinary case: in sight and without a value."""
        groups = [g for g in self.groups if not g.folded]
        quiet = {"files", "uploaded", "items_new" if "items" in self.fields else "", "ended"}
        quiet |= {n for n in self.fields if n.startswith(ROLE)}
        return [
            f.name
            for group in groups
            for f in group.fields
            if f.name not in quiet and f.value() in (None, "", [], False) and not f.name.startswith(STEP)
        ]

    # What comes of it

    def clean(self) -> dict[str, Any]:
        """The end is not before the beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        at, ended = cleaned.get("at"), cleaned.get("ended")
        if at is not None and ended is not None and ended < at:
            self.add_error("ended", both("结束时间早于开始时间", "The end is before the beginning"))
        if at is not None and at > clock.now() + dt.timedelta(minutes=1):
            self.add_error(
                "at",
                both("时间在将来；办完以后再登记", "The time is in the future; record it once it is done"),
            )
        return cleaned

    def stated(self, name: str) -> Any:
        """A field of the acts: what was given, else what follows from the case."""
        if FIELD + name in self.fields:
            return given(vocabulary().fields[name], self.cleaned_data.get(FIELD + name))
        found = self.derived.get(name)
        return None if found is None else found.value


def declared_of(name: str) -> ActField:
    """The declared field behind a field of the form."""
    return vocabulary().fields[name.removeprefix(FIELD)]


def person_words(party: PartyFacts) -> str:
    """A person as a choice: name, part in the case, age, and whether they are a juvenile."""
    declared = vocabulary().fields["person_role"].values
    told = [str(both(*declared[r])) for r in party.roles if r in declared][:2]
    if party.age is not None:
        told.append(str(both(f"{party.age}周岁", f"aged {party.age}")))
    if party.juvenile:
        told.append(str(both("未成年人", "juvenile")))
    name = party.name or str(both("无名氏（身份未查明）", "unknown person"))
    return f"{name}（{'，'.join(told)}）" if told else name


def value_words(declared: ActField, value: Any, act_type: str = "") -> object:
    """A value for people to read."""
    from zhunsheng.casework.forms.codes import choices_for

    if declared.type == "flag":
        return both("是", "yes") if value else both("否", "no")
    codes = choices_for(act_type, declared.name) if act_type else declared.values
    if value in codes:
        return both(*codes[value])
    if isinstance(value, dt.date):
        return both(f"{value.year}年{value.month}月{value.day}日", f"{value:%Y-%m-%d}")
    return (
        f"{value:f}".rstrip("0").rstrip(".") if declared.type == "number" and "." in f"{value:f}" else value
    )


def names_of(choices: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(choices))
