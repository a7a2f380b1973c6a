"""From declared fields to Django form fields: plain controls with words, none of them needing a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.widgets import Widget

from zhunsheng.acts.drafts import LONGEST_TEXT
from zhunsheng.acts.registry import ActField
from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.forms.asking import LONG, Manner, manner
from zhunsheng.casework.forms.codes import choices_for
from zhunsheng.people.bilingual import both

MINUTE = "%Y-%m-%dT%H:%M"
Choices = Iterable[tuple[str, object]]
YES_NO = (("yes", both("是", "Yes")), ("no", both("否", "No")))
CHOOSE = both("请选择", "Choose")
NOT_SAID = both("（不填）", "(not stated)")
WRONG_TIME = both("写成日期加时分，如 2026-03-02 09:30", "Write a date and a time, as 2026-03-02 09:30")


def words(zh: str, en: str) -> str:
    """A wording for a label; lazy, so that the reader's language decides."""
    return both(zh, en)  # type: ignore[return-value] # Django's forms take lazy strings


class Minutes(forms.DateTimeInput):
    """A moment to the minute, as browsers pick one."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "form-control field-time", **(attrs or {})}, format=MINUTE)


class Day(forms.DateInput):
    """A day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "form-control field-date", **(attrs or {})}, format="%Y-%m-%d")


class Ticks(forms.CheckboxSelectMultiple):
    """Several of a list, each with a box."""

    template_name = "casework/controls/options.html"
    option_template_name = "casework/controls/option.html"


class OneOf(forms.RadioSelect):
    """One of a short list, all of it in sight."""

    template_name = "casework/controls/options.html"
    option_template_name = "casework/controls/option.html"


class Several(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class AnyOf(forms.MultipleChoiceField):
    """Several of a list that others check: a form sent twice names what is offered no more."""

    def valid_value(self, value: str) -> bool:  # noqa: ARG002 - Django's signature
        """Taken as it is."""
        return True


class FilesField(forms.FileField):
    """A list of uploaded files, empty where there are none."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file checked as Django checks one."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


class Moment(forms.DateTimeField):
    """A local time to the minute."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            widget=Minutes(),
            input_formats=[MINUTE, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
            error_messages={"invalid": WRONG_TIME},
            **more,
        )

    def prepare_value(self, value: Any) -> Any:
        """Shown in local time."""
        return (
            value.astimezone(LOCAL).replace(tzinfo=None)
            if isinstance(value, dt.datetime) and value.tzinfo
            else value
        )


def control(field: ActField, act_type: str) -> forms.Field:
    """The form field for a declared field at an act of a type; never required: what is missing is told by the guard."""
    label = words(field.zh, field.en)
    how = manner(field)
    if how in (Manner.DUTY, Manner.EXCEPTION):
        return forms.BooleanField(label=label, widget=forms.CheckboxInput({"class": "tick"}), required=False)
    if how is Manner.QUESTION:
        return forms.ChoiceField(label=label, choices=YES_NO, widget=OneOf(), required=False)
    codes = choices_for(act_type, field.name)
    if codes:
        options: list[tuple[str, object]] = [
            ("", CHOOSE),
            *((code, both(*said)) for code, said in codes.items()),
        ]
        return forms.ChoiceField(label=label, choices=options, widget=select(), required=False)
    return written(field, label)


def written(field: ActField, label: str) -> forms.Field:
    """A field somebody types into."""
    match field.type:
        case "number":
            widget: Widget = forms.NumberInput(
                {"class": "form-control field-number", "inputmode": "decimal", "step": "any"}
            )
            return forms.DecimalField(label=label, required=False, widget=widget)
        case "date":
            return forms.DateField(label=label, required=False, widget=Day())
        case "time":
            return Moment(label=label, required=False)
        case _:
            attrs: dict[str, Any] = {"class": "form-control"}
            widget = forms.Textarea({**attrs, "rows": 3}) if field.name in LONG else forms.TextInput(attrs)
            return forms.CharField(label=label, required=False, max_length=LONGEST_TEXT, widget=widget)


def select() -> forms.Select:
    """A list that drops down."""
    return forms.Select({"class": "form-control form-select"})


def given(field: ActField, value: Any) -> Any:
    """What a form field says, as an act states it; None where nothing is said."""
    match manner(field):
        case Manner.DUTY | Manner.EXCEPTION:
            return bool(value)
        case Manner.QUESTION:
            return None if value in ("", None) else value == "yes"
        case _:
            return None if value in ("", None) else value


def shown(field: ActField, value: Any) -> Any:
    """What an act states, as a form field shows it."""
    return ("yes" if value else "no") if manner(field) is Manner.QUESTION and value is not None else value
