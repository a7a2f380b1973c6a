"""The two small forms of a paper's page: what only the paper states and how it was signed; how it was served."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.papers import CONFIRM_MEANS
from zhunsheng.base import clock
from zhunsheng.casework.papers.delivery import MANNERS, Addressee, Service
from zhunsheng.casework.papers.filling import Sheet
from zhunsheng.casework.papers.kinds import Kind
from zhunsheng.casework.papers.signing import Signing
from zhunsheng.people.bilingual import both

LONG = frozenset(("record_text", "evidence_text", "execution_text"))
LOCAL_TIME = "%Y-%m-%dT%H:%M"


def control_of(name: str) -> forms.Field:
    """The control for a field of `document.made`."""
    declared = vocabulary().fields[name]
    label = both(declared.zh, declared.en)
    if declared.type == "date":
        return forms.DateField(
            label=label,
            required=False,
            widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
        )
    if declared.type == "time":
        widget = forms.DateTimeInput(
            format=LOCAL_TIME, attrs={"type": "datetime-local", "class": "form-control"}
        )
        return forms.DateTimeField(label=label, required=False, input_formats=[LOCAL_TIME], widget=widget)
    look: forms.Widget = forms.TextInput(attrs={"class": "form-control"})
    if name in LONG:
        look = forms.Textarea(attrs={"rows": 8 if name == "record_text" else 3, "class": "form-control"})
    return forms.CharField(label=label, required=False, max_length=10_000, widget=look)


class SignForm(forms.Form):
    """What only this paper states, and how it was signed and sealed."""

    def __init__(self, kind: Kind, sheet: Sheet, *, replaces: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind, self.replaces = kind, replaces
        for name in kind.asks:
            self.fields[name] = control_of(name)
            if not any(word.name == name for word in sheet.missing):
                self.fields[name].help_text = both(
                    "可以不填：案卷中已有，或者由系统从证据生成。",
                    "May stay empty: the dossier states it already.",
                )
        if kind.signs == "parties":
            self.fields["confirm_means"] = forms.ChoiceField(
                label=both("当事人签名确认方式", "How the parties signed"),
                required=False,
                choices=[("", both("请选择", "Choose")), *((c, both(*w)) for c, w in CONFIRM_MEANS.items())],
                widget=forms.Select(attrs={"class": "form-control form-select"}),
            )
        if any(block.seal for block in sheet.version.body):
            self.fields["sealed"] = forms.BooleanField(
                label=both("加盖公安机关印章", "Sealed by the bureau"), required=False
            )

    def entries(self) -> dict[str, Any]:
        """What was entered for the paper alone."""
        return {
            n: self.cleaned_data.get(n) for n in self.kind.asks if self.cleaned_data.get(n) not in (None, "")
        }

    def signing(self, where: str) -> Signing:
        """What is stated when it is signed."""
        return Signing(
            entries=self.entries(),
            means=self.cleaned_data.get("confirm_means") or "",
            sealed=self.cleaned_data.get("sealed"),
            replaces=self.replaces,
            where=where,
        )


class ServiceForm(forms.Form):
    """To whom, how and when a signed paper was served."""

    addressee = forms.ChoiceField(label=both("受送达人", "Served on"))
    manner = forms.ChoiceField(
        label=both("送达方式", "Manner"),
        choices=[(code, both(zh, en)) for code, (_, zh, en) in MANNERS.items()],
    )
    at = forms.DateTimeField(
        label=both("送达时间", "Time"),
        input_formats=[LOCAL_TIME],
        widget=forms.DateTimeInput(format=LOCAL_TIME, attrs={"type": "datetime-local"}),
    )
    reason = forms.CharField(
        label=both("拒收或者无法送达的理由", "Why it was refused or could not be served"),
        required=False,
        max_length=400,
    )
    witness_signed = forms.BooleanField(
        label=both("见证人已签名（留置送达）", "A witness signed (left)"), required=False
    )
    refusal_recorded = forms.BooleanField(
        label=both("对拒收情况录音录像（留置送达）", "The refusal was recorded (left)"), required=False
    )
    noted = forms.BooleanField(
        label=both("已在附卷文书上注明（留置送达）", "Noted on the copy on file (left)"), required=False
    )

    def __init__(self, to: list[Addressee], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.to = {one.ref: one for one in to}
        self.fields["addressee"].choices = [(one.ref, one.shown) for one in to]  # type: ignore[attr-defined]
        self.fields["at"].initial = clock.now().astimezone(clock.LOCAL).replace(second=0, microsecond=0)
        for name in ("addressee", "manner", "at", "reason"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def service(self) -> Service:
        """What is stated."""
        data = self.cleaned_data
        at: dt.datetime = data["at"]
        left = MANNERS[data["manner"]][0] == "document.left"
        return Service(
            manner=data["manner"],
            at=min(at, clock.now()) if at - clock.now() < dt.timedelta(minutes=1) else at,
            addressee=self.to[data["addressee"]],
            reason=data["reason"],
            witness_signed=data["witness_signed"] if left else None,
            refusal_recorded=data["refusal_recorded"] if left else None,
            noted=data["noted"] if left else None,
        )
