"""The forms of the review tab: submitting, answering, excluding, deliberating. Each becomes drafts for the door."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import CaseAct
from zhunsheng.casework.review.deliberation import Deliberation, deliberations, sitting_next
from zhunsheng.casework.review.exclusion import Standing, evidence_of, excluded
from zhunsheng.casework.review.fixes import fix_lines
from zhunsheng.casework.review.state import review_state
from zhunsheng.casework.stages import undecided
from zhunsheng.people.bilingual import both, wordings
from zhunsheng.people.models import Officer

EMPTY = [("", both("请选择", "Choose"))]
LEVELS = ("county-duty-head", "county-head", "city-head", "superior")
"""Levels that decide on an exclusion: a head of the bureau, not of a department."""


@dataclass(frozen=True)
class Room:
    """What a form needs to know: the case, who fills it in, and the colleagues who may be called."""

    case: CaseView
    by: Officer
    colleagues: Sequence[Officer] = ()

    def people(self, keys: Iterable[str]) -> list[tuple[str, str]]:
        """People of the case as choices."""
        return [(key, self.case.facts.parties[key].shown) for key in keys if key in self.case.facts.parties]


def coded(name: str) -> list[tuple[str, Any]]:
    """The values of a field of the vocabulary as choices."""
    return [(code, both(zh, en)) for code, (zh, en) in vocabulary().fields[name].values.items()]


def worded(name: str) -> Any:
    """The name of a field of the vocabulary."""
    known = vocabulary().fields[name]
    return both(known.zh, known.en)


def choice(name: str, *, required: bool = True) -> forms.ChoiceField:
    """A field of the vocabulary with a few values."""
    return forms.ChoiceField(
        label=worded(name),
        choices=[*EMPTY, *coded(name)],
        required=required,
        widget=forms.Select(attrs={"class": "form-control form-select"}),
    )


def radios(name: str) -> forms.ChoiceField:
    """The same as radio buttons, none chosen."""
    return forms.ChoiceField(
        label=worded(name), choices=coded(name), widget=forms.RadioSelect(attrs={"class": "radios"})
    )


def text(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": rows}),
    )


def number(name: str) -> forms.DecimalField:
    """A number that may be left out."""
    return forms.DecimalField(
        label=worded(name),
        required=False,
        min_value=0,
        decimal_places=2 if name == "amount" else 0,
        widget=forms.NumberInput(attrs={"class": "form-control form-short", "inputmode": "numeric"}),
    )


def asked_for(name: Any) -> str:
    """What is said where a field was left empty."""
    zh, en = wordings(name)
    return str(both(f"填写“{zh}”。", f"Fill in: {en}."))


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Give a field its choices."""
    found = form.fields[name]
    assert isinstance(found, forms.ChoiceField)
    found.choices = list(choices)


class PartForm(forms.Form):
    """One thing to do on the page. `slug` names it in what is sent; `types` are the acts it records."""

    slug: ClassVar[str]
    types: ClassVar[tuple[str, ...]]
    key = forms.CharField(widget=forms.HiddenInput)
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=self.slug)
        self.room, self.label_suffix = room, ""
        for known in self.fields.values():
            known.error_messages["required"] = asked_for(known.label)
        self.initial = {"key": uuid.uuid4().hex, "expected": room.case.dossier.position, **self.beginning()}

    def beginning(self) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    @property
    def possible(self) -> bool:
        """Whether there is anything to do here now."""
        return True

    def drafts(self) -> list[Draft]:
        """The acts the form states."""
        raise NotImplementedError

    def draft(self, act_type: str, fields: Mapping[str, Any], **more: Any) -> Draft:
        """An act of the case, now; what is empty is left out."""
        given = {name: value for name, value in fields.items() if value not in (None, "")}
        return Draft(
            type=act_type, occurred_at=clock.now(), dossier=self.room.case.dossier.id, fields=given, **more
        )


class SubmitForm(PartForm):
    """The handling officer submits the case."""

    slug, types = "submit", ("legal-review.submitted",)
    materials = text(
        both("送审材料目录", "What is submitted"),
        help_text=both(
            "已列出在案材料，每行一项，可以增减。", "What is on file is listed, one a line; add or remove."
        ),
        rows=6,
    )
    cites = text(
        both("据以认定事实的证据（选填）", "Evidence the facts rest on (optional)"), required=False, rows=4
    )
    opinion = text(both("办案意见（选填）", "The handling officers' view (optional)"), required=False)

    def beginning(self) -> dict[str, Any]:
        """What is on file, and what earlier conclusions cite; what was excluded is left out."""
        facts = self.room.case.facts
        gone = excluded(facts)
        return {
            "materials": "\n".join(materials_of(self.room.case)),
            "cites": "\n".join(name for name in evidence_of(facts) if name not in gone),
        }

    def drafts(self) -> list[Draft]:
        """The submission."""
        given = self.cleaned_data
        return [
            self.draft("legal-review.submitted", {n: given[n] for n in ("materials", "cites", "opinion")})
        ]


def materials_of(case: CaseView) -> list[str]:
    """What is on file: documents and recordings by name, and the evidence."""
    facts = case.facts
    files = [
        f"{one.get('name') or one['digest'][:12]}（第{act.position}项）"
        for act in facts.acts
        for one in (*act.documents, *act.recordings)
    ]
    records = [
        f"{vocabulary().types[act.type].zh}：{shown_of(case, act) or '—'}（第{act.position}项）"
        for act in facts.all(
            "inquiry-record.made", "person.questioned", "identification.held", "appraisal.received"
        )
    ]
    gone = excluded(facts)
    return list(dict.fromkeys([*files, *records, *(name for name in evidence_of(facts) if name not in gone)]))


def shown_of(case: CaseView, act: CaseAct) -> str:
    """The people an act is about, by name."""
    return "、".join(case.facts.parties[p].shown for p in act.persons)


class FixForm(PartForm):
    """The handling officer answers one thing that was to be put right."""

    slug, types = "fix", ("legal-review.fixed",)
    fix = forms.ChoiceField(
        label=worded("fix"), widget=forms.Select(attrs={"class": "form-control form-select"})
    )
    fix_outcome = radios("fix_outcome")
    answer = text(both("说明", "What was done"))

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        self.open = review_state(room.case.facts).open_fixes
        offer(self, "fix", [(f.number, f"{f.number} {f.text}") for f in self.open])

    @property
    def possible(self) -> bool:
        """Whether something is open."""
        return bool(self.open)

    def drafts(self) -> list[Draft]:
        """The answer."""
        given = self.cleaned_data
        return [self.draft("legal-review.fixed", {n: given[n] for n in ("fix", "fix_outcome", "answer")})]


class ViewedForm(PartForm):
    """The reviewer has looked at a recording."""

    slug, types = "viewed", ("legal-review.recording-viewed",)
    recording = forms.ChoiceField(
        label=both("录音录像", "Recording"), widget=forms.Select(attrs={"class": "form-control form-select"})
    )
    view_result = radios("view_result")
    opinion = text(both("看到的情况", "What was seen"))

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        self.listed = recordings_of(room.case)
        offer(self, "recording", [*EMPTY, *self.listed])

    @property
    def possible(self) -> bool:
        """Whether there are recordings."""
        return bool(self.listed)

    def drafts(self) -> list[Draft]:
        """The looking."""
        given = self.cleaned_data
        return [
            self.draft(
                "legal-review.recording-viewed",
                {n: given[n] for n in ("view_result", "opinion")},
                subjects={"recording": (given["recording"],)},
            )
        ]


def recordings_of(case: CaseView) -> list[tuple[str, str]]:
    """The recordings of the case: by digest, with the act they belong to, and whether a reviewer has looked at them."""
    seen = {
        name
        for act in case.facts.all("legal-review.recording-viewed")
        for name in act.subjects.get("recording", ())
    }
    found = []
    for act in case.facts.acts:
        for one in act.recordings:
            name = one.get("name") or one["digest"][:12]
            looked = str(both("（已调看）", " (looked at)")) if one["digest"] in seen else ""
            found.append((one["digest"], f"{act.position} {label(act.type, case.language)} {name}{looked}"))
    return found


class HeardForm(PartForm):
    """The reviewer asks somebody directly, to verify."""

    slug, types = "heard", ("legal-review.person-heard",)
    person = forms.ChoiceField(
        label=both("核实对象", "Who was asked"),
        widget=forms.Select(attrs={"class": "form-control form-select"}),
    )
    opinion = text(both("核实的问题和回答", "What was asked and answered"))
    signed = forms.BooleanField(label=both("本人已签名确认", "Signed by the person"), required=False)

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        self.listed = room.people(room.case.facts.parties)
        offer(self, "person", [*EMPTY, *self.listed])

    @property
    def possible(self) -> bool:
        """Whether anybody is known."""
        return bool(self.listed)

    def drafts(self) -> list[Draft]:
        """The asking."""
        given = self.cleaned_data
        roles = self.room.case.facts.parties[given["person"]].roles
        return [
            self.draft(
                "legal-review.person-heard",
                {
                    "opinion": given["opinion"],
                    "signed": given["signed"],
                    "person_role": roles[-1] if roles else None,
                },
                subjects={"person": (given["person"],)},
            )
        ]


class ExclusionForm(PartForm):
    """An opinion that a piece of evidence be excluded."""

    evidence = forms.CharField(
        label=worded("evidence"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    exclusion_ground = choice("exclusion_ground")
    reason = text(both("事实和理由", "Facts and reasons"))

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        self.names = list(evidence_of(room.case.facts))
        self.fields["evidence"].widget.attrs["list"] = f"{self.slug}-names"

    def drafts(self) -> list[Draft]:
        """The opinion."""
        given = self.cleaned_data
        names = ("evidence", "exclusion_ground", "reason", "raised_by")
        return [self.draft(self.types[0], {n: given.get(n) for n in names})]


class ProposeExclusionForm(ExclusionForm):
    """By the reviewer."""

    slug, types = "propose-exclusion", ("evidence.exclusion-proposed",)


class RequestExclusionForm(ExclusionForm):
    """By the handling officer, on their own finding or because somebody asked."""

    slug, types = "request-exclusion", ("evidence.exclusion-requested",)
    raised_by = choice("raised_by")


class DecideExclusionForm(PartForm):
    """A head decides on an opinion."""

    slug, types = "decide-exclusion", ("evidence.excluded", "evidence.exclusion-refused")
    evidence = forms.ChoiceField(
        label=worded("evidence"), widget=forms.Select(attrs={"class": "form-control form-select"})
    )
    decided = forms.ChoiceField(
        label=both("决定", "Decision"),
        choices=[
            ("evidence.excluded", both("排除", "exclude it")),
            ("evidence.exclusion-refused", both("不予排除", "do not exclude it")),
        ],
        widget=forms.RadioSelect(attrs={"class": "radios"}),
    )
    level = forms.ChoiceField(
        label=worded("level"),
        choices=[*EMPTY, *(c for c in coded("level") if c[0] in LEVELS)],
        widget=forms.Select(attrs={"class": "form-control form-select"}),
    )
    reason = text(both("理由", "Reasons"))

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        self.open = [e for e in evidence_of(room.case.facts).values() if e.standing is Standing.PROPOSED]
        offer(self, "evidence", [(e.name, e.name) for e in self.open])

    @property
    def possible(self) -> bool:
        """Whether an opinion is open."""
        return bool(self.open)

    def drafts(self) -> list[Draft]:
        """Exclusion or refusal."""
        given = self.cleaned_data
        asked = next(e for e in self.open if e.name == given["evidence"]).opinions[-1]
        fields = {n: given[n] for n in ("evidence", "level", "reason")}
        if given["decided"] == "evidence.excluded":
            fields["exclusion_ground"] = asked.fields.get("exclusion_ground")
        return [self.draft(given["decided"], fields)]


class OpenForm(PartForm):
    """A head puts the case to a deliberation and calls the members."""

    slug, types = "open", ("deliberation.opened",)
    agenda = text(both("议题", "Agenda"))
    persons = forms.MultipleChoiceField(
        label=both("讨论谁的处理", "Whose case is deliberated"), widget=forms.CheckboxSelectMultiple
    )
    members = forms.MultipleChoiceField(
        label=both("参加讨论的其他负责人", "Other heads who deliberate"), widget=forms.CheckboxSelectMultiple
    )
    attendants = text(both("列席人员（选填）", "Others who attend (optional)"), required=False, rows=2)

    def __init__(self, room: Room, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(room, data)
        facts = room.case.facts
        offer(self, "persons", room.people(undecided(facts) or [p.key for p in facts.suspects]))
        offer(self, "members", [(o.number, f"{o.name} {o.number}") for o in room.colleagues])

    @property
    def possible(self) -> bool:
        """Whether no deliberation is open, and there is somebody to deliberate about and with."""
        return deliberation_open(self.room.case) is None

    def drafts(self) -> list[Draft]:
        """The calling, in the name of the one who presides."""
        given = self.cleaned_data
        members = tuple(Actor(n, "deliberation-member") for n in given["members"])
        return [
            self.draft(
                "deliberation.opened",
                {
                    "sitting": sitting_next(self.room.case.facts),
                    "agenda": given["agenda"],
                    "attendants": given["attendants"],
                },
                officers=(Actor(self.room.by.number, "approver"), *members),
                subjects={"person": tuple(given["persons"])},
            )
        ]


def deliberation_open(case: CaseView) -> Deliberation | None:
    """The deliberation that has not concluded."""
    return next((d for d in deliberations(case.facts) if d.open), None)


class MemberForm(PartForm):
    """What a member does in the open deliberation."""

    @property
    def sitting(self) -> Deliberation | None:
        """The open one."""
        return deliberation_open(self.room.case)

    @property
    def possible(self) -> bool:
        """Whether there is one, and the member has neither spoken nor stood aside."""
        sitting = self.sitting
        if sitting is None:
            return False
        member = sitting.member(self.room.by.number)
        return member is None or member.silent

    def about(self) -> dict[str, tuple[str, ...]]:
        """Whom it concerns."""
        return {"person": self.sitting.persons} if self.sitting else {}


class PositionForm(MemberForm):
    """A member's position, in the member's own name."""

    slug, types = "position", ("deliberation.position-taken",)
    stance = radios("stance")
    decision = choice("decision", required=False)
    amount = number("amount")
    days = number("days")
    reason = text(both("理由", "Reasons"))

    def drafts(self) -> list[Draft]:
        """The position."""
        assert self.sitting is not None
        given = self.cleaned_data
        fields = {n: given[n] for n in ("stance", "decision", "amount", "days", "reason")}
        return [self.draft(self.types[0], {"sitting": self.sitting.sitting, **fields}, subjects=self.about())]


class AsideForm(MemberForm):
    """A member with a conflict of interest stands aside."""

    slug, types = "aside", ("deliberation.stood-aside",)
    conflict_ground = radios("conflict_ground")
    reason = text(both("情况说明", "What it is"))

    def drafts(self) -> list[Draft]:
        """The standing aside."""
        assert self.sitting is not None
        given = self.cleaned_data
        fields = {n: given[n] for n in ("conflict_ground", "reason")}
        return [self.draft(self.types[0], {"sitting": self.sitting.sitting, **fields}, subjects=self.about())]


class ConcludeForm(MemberForm):
    """What was concluded; the numbers are counted from the positions."""

    slug, types = "conclude", ("decision.discussed",)
    conclusion = radios("conclusion")
    decision = choice("decision", required=False)
    amount = number("amount")
    days = number("days")
    reason = text(both("理由", "Reasons"))

    @property
    def possible(self) -> bool:
        """Whether one is open and every member has spoken or stood aside."""
        return self.sitting is not None and not any(m.silent for m in self.sitting.members)

    def clean(self) -> dict[str, Any]:
        """A decision that was settled is named."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("conclusion") == "agreed" and not given.get("decision"):
            self.add_error("decision", str(both("写明议定的决定种类。", "Say which decision was settled.")))
        return given

    def drafts(self) -> list[Draft]:
        """The conclusion, with every number stated, so that the decision can be held against it."""
        assert self.sitting is not None
        given = self.cleaned_data
        settled: dict[str, Any] = {}
        if given["conclusion"] == "agreed":
            settled = {
                "decision": given["decision"],
                "amount": given["amount"] or 0,
                "days": given["days"] or 0,
            }
        return [
            self.draft(
                "decision.discussed",
                {
                    "sitting": self.sitting.sitting,
                    "conclusion": given["conclusion"],
                    "reason": given["reason"],
                    **settled,
                    **self.sitting.tally.fields,
                },
                subjects=self.about(),
            )
        ]


def fix_count(lines: str) -> int:
    """How many things are to be put right."""
    return len(fix_lines(lines))
