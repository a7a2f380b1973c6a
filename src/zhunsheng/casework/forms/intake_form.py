"""The fields of the intake: what somebody who calls at night can tell, and nothing that is known already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.ids import new_id
from zhunsheng.casework.forms.codes import PLACES, RECEIVED, TOLD
from zhunsheng.casework.forms.controls import CHOOSE, Day, FilesField, Moment, OneOf, Several, select, words
from zhunsheng.casework.forms.intake import Named, Report
from zhunsheng.casework.forms.persons import text
from zhunsheng.people.bilingual import both

OUTCOMES = (
    ("accept", both("立案（属于本单位管辖的违法行为）", "Open a case: a violation, and ours")),
    (
        "later",
        both(
            "不能当场判断，先登记，核查后再定",
            "Cannot be judged at once: register now, decide after checking",
        ),
    ),
    ("hand-on", both("移交有管辖权的单位", "Hand on to the unit in charge")),
    ("decline", both("不属于违法行为，告知报案人", "No violation: tell the reporter")),
)
NOT_OPENING = frozenset(("later",))
"""What somebody at the window may do with a report: take it, no more."""


class IntakeForm(forms.Form):
    """One page."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput(), max_length=80)
    method = forms.ChoiceField(
        label=words("怎么来的", "How it came"),
        choices=[(code, both(*said)) for code, said in RECEIVED.items()],
        widget=OneOf(),
        initial="phone",
    )
    received_at = Moment(label=words("接报时间", "Received"))
    summary = forms.CharField(
        label=words("简要情况", "What happened"),
        help_text=words("时间、地点、谁、发生了什么，几句话。", "When, where, who, what, in a few words."),
        widget=forms.Textarea({"class": "form-control", "rows": 4}),
        max_length=4000,
        error_messages={"required": words("请写明简要情况", "Say what happened")},
    )
    place = forms.ChoiceField(
        label=words("地点类别", "Kind of place"),
        required=False,
        choices=[
            ("", CHOOSE),
            *((code, both(*PLACES[code])) for code in ("scene", "home", "workplace", "public", "other")),
        ],
        widget=select(),
        initial="public",
    )
    case_kind = forms.ChoiceField(
        label=words("案件类别", "Kind of case"),
        choices=[(code, both(*said)) for code, said in CASE_KINDS.items() if code != "criminal"],
        widget=select(),
        initial="public-order",
    )
    reporter_name = text("报案人姓名", "Name of the reporter")
    reporter_phone = text("报案人电话", "Telephone of the reporter", inputmode="tel")
    victim_reports = forms.BooleanField(
        label=words("报案人就是被侵害人", "The reporter is the victim"),
        required=False,
        widget=forms.CheckboxInput({"class": "tick"}),
    )
    anonymous = forms.BooleanField(
        label=words("报案人要求不公开姓名和报案行为", "The reporter wants name and report kept secret"),
        required=False,
        widget=forms.CheckboxInput({"class": "tick"}),
    )
    suspects = forms.CharField(
        label=words("违法嫌疑人", "Suspects"),
        help_text=words(
            "一行一人；不知道姓名的写“无名氏”或者特征。",
            "One a line; where the name is not known, what is known.",
        ),
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
    )
    victims = forms.CharField(
        label=words("其他被侵害人", "Other victims"),
        help_text=words("一行一人", "One a line"),
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
    )
    outcome = forms.ChoiceField(
        label=words("怎么处理", "What becomes of it"),
        choices=OUTCOMES,
        widget=OneOf(),
        error_messages={"required": words("请选择怎么处理", "Choose what becomes of it")},
    )
    conduct_on = forms.DateField(
        label=words("行为发生日", "Day of the conduct"), required=False, widget=Day()
    )
    partner = forms.ChoiceField(
        label=words("共同办案的民警", "Second handling officer"), required=False, widget=select()
    )
    notice_given = forms.BooleanField(
        label=words("已将立案告知书交报案人", "The notice was given to the reporter"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput({"class": "tick"}),
    )
    recipient = text("移交给（单位名称）", "Handed on to")
    reason = forms.CharField(
        label=words("理由", "Reason"),
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
    )
    told_by = forms.ChoiceField(
        label=words("怎样告知报案人", "How the reporter was told"),
        required=False,
        choices=[(code, both(*TOLD[code])) for code in ("oral", "written", "phone", "sms")],
        widget=select(),
        initial="oral",
    )

    def __init__(
        self,
        *,
        partners: Iterable[tuple[str, str]],
        opens: bool,
        data: Any = None,
        files: Any = None,
        kept: Any = None,
    ) -> None:
        now = clock.now().astimezone(LOCAL).replace(second=0, microsecond=0)
        first = {"key": new_id().hex, "received_at": now, "conduct_on": now.date(), **(kept or {})}
        super().__init__(data, files, initial=first)
        self.fields["files"] = FilesField(
            label=words("附件", "Attachments"), widget=Several({"class": "form-control"}), required=False
        )
        partner, outcome = self.fields["partner"], self.fields["outcome"]
        assert isinstance(partner, forms.ChoiceField)
        assert isinstance(outcome, forms.ChoiceField)
        partner.choices = [("", words("（无）", "(nobody)")), *partners]
        if not opens:
            outcome.choices = [choice for choice in OUTCOMES if choice[0] in NOT_OPENING]
            outcome.initial = "later"
            for name in ("conduct_on", "partner", "notice_given", "recipient", "reason", "told_by"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What the chosen outcome needs is there."""
        given: dict[str, Any] = super().clean() or {}
        outcome = given.get("outcome")
        if outcome in ("decline", "hand-on") and not given.get("reason"):
            self.add_error("reason", both("请写明理由", "State the reason"))
        if outcome == "hand-on" and not given.get("recipient"):
            self.add_error("recipient", both("请写明移交给哪个单位", "Say to which unit"))
        at = given.get("received_at")
        if at is not None and at > clock.now():
            self.add_error("received_at", both("接报时间在将来", "The time is in the future"))
        if given.get("victim_reports") and not given.get("reporter_name"):
            self.add_error(
                "reporter_name", both("报案人是被侵害人的，请写明姓名", "Name the reporter who is the victim")
            )
        return given

    def report(self) -> Report:
        """What the form states."""
        given = self.cleaned_data
        name, phone = given.get("reporter_name"), given.get("reporter_phone")
        reporter = (
            Named("reporter", {"name": name, "phone": "".join((phone or "").split())})
            if name or phone
            else None
        )
        others = [
            *(
                Named("suspect", {**person_line(line), "identity_known": False})
                for line in lines(given["suspects"])
            ),
            *(Named("victim", person_line(line)) for line in lines(given["victims"])),
        ]
        return Report(
            method=given["method"],
            summary=given["summary"],
            received_at=given["received_at"],
            case_kind=given["case_kind"],
            place=given["place"],
            reporter=reporter,
            anonymous=given["anonymous"],
            unreachable=reporter is None,
            victim_reports=given["victim_reports"],
            others=tuple(others),
            outcome=given["outcome"],
            conduct_on=given.get("conduct_on"),
            reason=given.get("reason") or "",
            recipient=given.get("recipient") or "",
            told_by=given.get("told_by") or "oral",
            notice_given=bool(given.get("notice_given")),
            partner=given.get("partner") or "",
        )


UNKNOWN = frozenset(("无名氏", "不明", "不详", "未知", "unknown"))


def lines(written: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in (written or "").splitlines() if line.strip()]


def person_line(line: str) -> dict[str, str]:
    """Somebody by one line: a name, or nothing where the name is not known."""
    return {} if line in UNKNOWN else {"name": line[:200]}
