"""The forms of supervision: answers, decisions, and steps of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxLengthValidator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhunsheng.base.errors import InputError
from zhunsheng.casework.pages.days import within_years
from zhunsheng.people.bilingual import both, wordings
from zhunsheng.supervision.codes import Cause, Ground, HandDownKind, Outcome

Offer = Sequence[tuple[str, object]]
"""Values and what they mean."""
OWNER_HELP = both(
    "输入姓名或者警号，从列表选择；上下级单位的人员也可以填警号。",
    "Type a name or a number and choose; others above or below the unit may be given by number.",
)
NORM_HELP = both("输入标题中的字，从列表选择。", "Type words of its title and choose.")
OPTIONAL = both("（选填）", " (optional)")


def long(
    zh: str, en: str, *, required: bool = True, either: bool = False, help_text: Any = ""
) -> forms.CharField:
    """A few sentences; `either` where this or another field is needed, so that neither is called optional."""
    label = both(zh, en) if required or either else both(f"{zh}（选填）", f"{en} (optional)")
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def short(zh: str, en: str, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A line."""
    label = both(zh, en) if required else both(f"{zh}（选填）", f"{en} (optional)")
    return forms.CharField(label=label, required=required, max_length=200, help_text=help_text)


def tell(field: forms.Field) -> None:
    """Let a field say what is wanted by its own name."""
    zh, en = wordings(field.label)
    verb = ("请选择", "choose") if isinstance(field, forms.ChoiceField) else ("请填写", "enter")
    field.error_messages["required"] = str(both(f"{verb[0]}“{zh}”", f"{verb[1]} “{en}”"))
    if isinstance(field, forms.DateField):
        field.error_messages["invalid"] = str(
            both(f"“{zh}”写成年-月-日", f"“{en}” is written year-month-day")
        )
        within_years(field)
    if isinstance(field, forms.CharField) and field.max_length:
        most = field.max_length
        field.validators = [v for v in field.validators if not isinstance(v, MaxLengthValidator)]
        told = str(both(f"“{zh}”最多{most}字", f"“{en}” takes at most {most} characters"))
        field.validators.append(MaxLengthValidator(most, told))


class Suggested(forms.TextInput):
    """A line with values to choose from, each with what it means; the browser finds them by either, without JavaScript."""

    def __init__(self, listed: str, offered: Offer | None, attrs: dict[str, Any]) -> None:
        super().__init__({**attrs, "list": listed, "autocomplete": "off"})
        self.listed, self.offered = listed, offered

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The control, and the list where it is brought along."""
        control = super().render(name, value, attrs, renderer)
        if self.offered is None:
            return control
        options = format_html_join("", '<option value="{}">{}</option>', self.offered)
        return format_html('{}<datalist id="{}">{}</datalist>', control, self.listed, options)


class HouseForm(forms.Form):
    """A form with ids of its own, so that several stand on one page."""

    slug = "form"

    def __init__(self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id=f"{self.slug}_%s")
        for bound in self.visible_fields():
            self.dress(bound.field.widget)
            tell(bound.field)

    @staticmethod
    def dress(widget: forms.Widget) -> None:
        """Give a control the looks of its kind; a group of radios has its own."""
        if not isinstance(widget, forms.RadioSelect):
            chosen = isinstance(widget, forms.Select)
            widget.attrs.setdefault("class", "form-control form-select" if chosen else "form-control")

    def offer_acts(self, acts: Sequence[tuple[str, object]]) -> Self:
        """Let the act be chosen from these rather than typed; one that was sent stays chosen where it is among them."""
        if acts:
            widget = forms.Select(choices=[("", both("请选择", "Choose")), *acts])
            widget.is_required = False
            self.dress(widget)
            self.fields["act"].widget = widget
        return self

    def suggest(self, name: str, listed: str, offered: Offer | None, help_text: Any) -> Self:
        """Offer values for a text field, by their names; others may be typed."""
        field = self.fields[name]
        field.widget = Suggested(listed, offered, {**field.widget.attrs})
        self[name].help_text = help_text
        return self

    def done(self, call: Callable[[dict[str, Any]], object]) -> bool:
        """Call with what was entered; whether it went through. What is refused stands at its field, else at the top."""
        seen = {bound.name for bound in self.visible_fields()}
        if not self.is_valid():
            if not set(self.errors) & {*seen, NON_FIELD_ERRORS}:
                # What is wrong is in no field that anybody can see.
                self.add_error(
                    None,
                    str(both("这一页不完整，请重新打开后再提交", "this page is not whole; open it anew")),
                )
            return False
        try:
            call(self.cleaned_data)
        except InputError as refused:
            words = both(
                f"{refused.zh}。{refused.remedy_zh}" if refused.remedy_zh else refused.zh,
                f"{refused.en}. {refused.remedy_en}" if refused.remedy_en else refused.en,
            )
            self.add_error(refused.where if refused.where in seen else None, str(words))
            return False
        return True


class AnswerForm(HouseForm):
    """An answer to a finding as it was seen."""

    expected = forms.IntegerField(widget=forms.HiddenInput)


class AcceptForm(AnswerForm):
    """It is a finding."""

    slug = "accept"
    note = long("说明", "Note", required=False)


class CureForm(AnswerForm):
    """It was put right by an act."""

    slug = "cure"
    act = short(
        "补做的行为",
        "The act that cures it",
        help_text=both("问题发生以后登记的行为", "an act recorded after it went wrong"),
    )
    note = long("说明", "Note", required=False)


class ContestForm(AnswerForm):
    """It is none, and why."""

    slug = "contest"
    ground = forms.ChoiceField(choices=Ground.choices, label=both("异议类别", "Ground"))
    reason = long("理由", "Reason")
    evidence = long(
        "证据",
        "Evidence",
        required=False,
        either=True,
        help_text=both(
            "写明材料名称和存放处；案卷里已有的，在下面指明行为",
            "what it is and where it is kept; or choose an act of the dossier below",
        ),
    )
    act = short("作为证据的行为", "Act that proves it", required=False)


class DecideForm(HouseForm):
    """What somebody else decides."""

    slug = "decide"
    outcome = forms.ChoiceField(
        choices=[c for c in Outcome.choices if c[0] != Outcome.MOOT],
        label=both("裁决", "Decision"),
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(
        choices=[("", both("——", "—")), *Cause.choices],
        required=False,
        label=both("撤销的，错在哪里", "Where it falls: what was at fault"),
    )
    decision = long("理由", "Reason")


class RowForm(HouseForm):
    """A form that stands on a page once for every row."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
        *,
        row: object = "",
    ) -> None:
        super().__init__(data, initial=initial)
        if row != "":
            self.auto_id = f"{self.slug}_{row}_%s"


class OrderForm(RowForm):
    """Who is to put it right."""

    slug = "order"
    owner = short("责任人警号", "Officer who answers for it, by number")
    task = long("整改任务", "What is to be done", required=False)

    def offer(self, listed: str, officers: Offer | None = None) -> Self:
        """Let the owner be chosen from a list of that name; it is drawn with the form that brings it, once a page."""
        return self.suggest("owner", listed, officers, OWNER_HELP)


class LineForm(HouseForm):
    """A step of a line of the ledger as it was seen: with how many steps."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DoneForm(LineForm):
    """It is put right, and what proves it."""

    slug = "done"
    measure = long("整改措施", "Measure taken")
    evidence = long(
        "证据",
        "Evidence",
        required=False,
        either=True,
        help_text=both(
            "写明材料名称和存放处；案卷里已有的，在下面指明行为",
            "what it is and where it is kept; or choose an act of the dossier below",
        ),
    )
    act = short("作为证据的行为", "Act that proves it", required=False)


class VerifyForm(LineForm):
    """What another hand found."""

    slug = "verify"
    good = forms.ChoiceField(
        choices=(
            ("yes", both("整改到位，销号", "put right: close")),
            ("no", both("不到位，退回", "not yet: return")),
        ),
        label=both("核实结果", "Result"),
        widget=forms.RadioSelect,
    )
    note = long("核实情况", "What was looked at")


class ReopenForm(LineForm):
    """It was not put right after all."""

    slug = "reopen"
    reason = long("重新打开的理由", "Reason to open it again")


class ExtendForm(LineForm):
    """More time."""

    slug = "extend"
    due_at = forms.DateField(
        label=both("新的期限", "New term"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = long("延长的理由", "Reason")


class TalkForm(LineForm):
    """A talk with somebody who answers for the unit."""

    slug = "talk"
    recipient = short("约谈对象（职务）", "With whom, by their post")
    reason = long("事由和要求", "Occasion and what is asked")


class ListForm(LineForm):
    """Listed supervision."""

    slug = "list"
    ground = forms.ChoiceField(label=both("挂牌理由", "Ground of listing"))
    reason = long("事由和要求", "Occasion and what is asked")


class DelistForm(LineForm):
    """The end of listed supervision."""

    slug = "delist"
    reason = long("解除的理由", "Reason to end it")


class RepairForm(HouseForm):
    """A norm was repaired."""

    slug = "repair"
    repair = long("怎样修正的", "What was repaired")


class ContactForm(HouseForm):
    """Where one is reached."""

    slug = "contact"
    email = short("电子邮件", "E-mail", required=False)
    chat = short("即时通讯（手机号或者用户号）", "Enterprise chat: mobile number or user id", required=False)
    sms = short("短信（手机号）", "Text message: mobile number", required=False)


class HandDownForm(HouseForm):
    """A paper of another organ."""

    slug = "hand_down"
    kind = forms.ChoiceField(choices=HandDownKind.choices, label=both("文书种类", "Kind"))
    organ = short("发出机关", "From which organ")
    number = short("文号", "Number")
    subject = long("事由", "Subject")
    unit = forms.ChoiceField(label=both("对象单位", "Unit it is addressed to"))
    received_on = forms.DateField(
        label=both("收到日期", "Received"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reply_by = forms.DateField(
        required=False,
        label=both("文书规定的回复期限（选填）", "Term set by the paper (optional)"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    norm_id = short("对应的规范", "Norm it is about", required=False)
    proposal = long("没有对应规范的，规范建议", "Proposal of a norm where there is none", required=False)


class ReplyForm(RowForm):
    """What was replied."""

    slug = "reply"
    reply = long("回复内容", "Reply")
    reply_number = short("回复文号", "Number of the reply", required=False)
