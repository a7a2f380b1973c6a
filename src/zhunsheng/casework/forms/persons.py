"""The form of a person: what the number of a document tells is not asked; what follows from the age is said at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.parties import ID_KINDS
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.casework.ages import age_on, ages, under
from zhunsheng.casework.facts import CaseFacts, PartyFacts
from zhunsheng.casework.forms.controls import Day, OneOf, select, words
from zhunsheng.casework.forms.identity import identity_read, plain_name
from zhunsheng.people.bilingual import both

ROLES = vocabulary().fields["person_role"].values
SEXES = vocabulary().fields["sex"].values
CHINESE = "中国"
LONGEST = 200
STATED = (
    "name",
    "id_number",
    "birth_on",
    "sex",
    "division",
    "phone",
    "address",
    "occupation",
    "education",
    "nationality",
    "guardian_of",
    "person_role",
)
"""Fields stated as they were given or read from the number."""


def text(zh: str, en: str, **attrs: Any) -> forms.CharField:
    """A line of text that may be left empty."""
    widget = forms.TextInput({"class": "form-control", "autocomplete": "off", **attrs})
    return forms.CharField(label=words(zh, en), required=False, max_length=LONGEST, widget=widget)


class PersonForm(forms.Form):
    """Who somebody is, and what part they have in the case."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput(), max_length=80)
    expected = forms.IntegerField(widget=forms.HiddenInput())
    person_role = forms.ChoiceField(
        label=words("在本案中的身份", "Part in the case"),
        choices=[(code, both(*said)) for code, said in ROLES.items()],
        widget=OneOf(),
        error_messages={"required": words("请选择在本案中的身份", "Choose the part in the case")},
    )
    name = text("姓名或者名称", "Name")
    id_kind = forms.ChoiceField(
        label=words("证件种类", "Kind of document"),
        choices=[(code, both(*said)) for code, said in ID_KINDS.items()],
        widget=select(),
        initial="resident",
    )
    id_number = text("证件号码", "Number", spellcheck="false", autocapitalize="characters")
    birth_on = forms.DateField(label=words("出生日期", "Date of birth"), required=False, widget=Day())
    sex = forms.ChoiceField(
        label=words("性别", "Sex"),
        choices=[(code, both(*said)) for code, said in SEXES.items()],
        required=False,
        widget=OneOf(),
    )
    age = forms.IntegerField(
        label=words("年龄（周岁，只知大概时填）", "Age, where only that is known"),
        required=False,
        min_value=0,
        max_value=130,
        widget=forms.NumberInput({"class": "form-control field-number", "inputmode": "numeric"}),
    )
    phone = text("联系方式", "How to reach them", inputmode="tel")
    address = text("现住址", "Present address")
    occupation = text("工作单位或者职业", "Employer or occupation")
    education = text("文化程度", "Education")
    nationality = text("国籍", "Nationality")
    guardian_of = forms.ChoiceField(
        label=words("是谁的监护人", "Guardian of"), required=False, widget=select()
    )

    def __init__(
        self,
        facts: CaseFacts | None,
        position: int,
        *,
        data: Any = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"key": new_id().hex, "expected": position, **(initial or {})})
        self.facts = facts
        wards = [p for p in facts.parties.values() if p.juvenile or p.age is None] if facts else []
        field = self.fields["guardian_of"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", both("（不是监护人）", "(nobody's)")), *((p.key, p.shown) for p in wards)]
        if not wards:
            del self.fields["guardian_of"]

    def clean(self) -> dict[str, Any]:
        """The number is read, what it tells agrees with what was typed, and a guardian has a ward."""
        given: dict[str, Any] = super().clean() or {}
        given["name"] = plain_name(given.get("name") or "")
        self._read_number(given)
        if (
            given.get("person_role") == "guardian"
            and "guardian_of" in self.fields
            and not given.get("guardian_of")
        ):
            self.add_error("guardian_of", both("请选择是谁的监护人", "Choose whose guardian this is"))
        born = given.get("birth_on")
        if born is not None and born > clock.now().astimezone(LOCAL).date():
            self.add_error("birth_on", both("出生日期在将来", "The date of birth is in the future"))
        return given

    def _read_number(self, given: dict[str, Any]) -> None:
        """What the number tells."""
        kind, number = given.get("id_kind") or "none", given.get("id_number") or ""
        if kind == "none" or not number:
            if number:
                self.add_error(
                    "id_kind",
                    both("填了号码，请选择证件种类", "There is a number; choose the kind of document"),
                )
            return
        try:
            told = identity_read(kind, number)
        except InputError as wrong:
            self.add_error(
                "id_number", both(f"{wrong.zh}。{wrong.remedy_zh}。", f"{wrong.en}. {wrong.remedy_en}.")
            )
            return
        for name, value in told.fields().items():
            typed = given.get(name)
            if typed and name in ("birth_on", "sex") and typed != value:
                self.add_error(
                    name,
                    both(f"与证件号码不一致，号码说的是{value_zh(name, value)}", f"the number says {value}"),
                )
            given[name] = value

    def fields_of_act(self) -> dict[str, Any]:
        """What `person.identified` states."""
        given, day = self.cleaned_data, self.day()
        kind = given.get("id_kind") or "none"
        born = given.get("birth_on")
        found = {name: given.get(name) for name in STATED}
        found["id_kind"] = kind
        found["party_kind"] = "organization" if kind == "credit-code" else "individual"
        found["identity_known"] = bool(given.get("id_number")) and kind != "none"
        if found["party_kind"] == "individual":
            found["age"] = age_on(born, day) if born is not None else given.get("age")
            if kind == "resident" and found["identity_known"] and not found["nationality"]:
                found["nationality"] = CHINESE
        return {name: value for name, value in found.items() if value not in (None, "")}

    def day(self) -> dt.date:
        """The day whose age counts: that of the conduct, else the day the case began, else today."""
        if self.facts is None:
            return clock.now().astimezone(LOCAL).date()
        return self.facts.conduct_on or self.facts.opened_at.date()


def value_zh(name: str, value: Any) -> str:
    """A value the number tells, in Chinese."""
    return SEXES[value][0] if name == "sex" else str(value)


def person_told(fields: Mapping[str, Any], day: dt.date) -> list[object]:
    """What is known of a person from a number or a date of birth, and what follows from it for the officer."""
    lines: list[object] = []
    born, age = fields.get("birth_on"), fields.get("age")
    if born is not None:
        age = age_on(born, day)
        lines.append(
            both(
                f"{born.year}年{born.month}月{born.day}日出生，{day.month}月{day.day}日时{age}周岁",
                f"born {born:%Y-%m-%d}, aged {age} on {day:%Y-%m-%d}",
            )
        )
    if sex := fields.get("sex"):
        lines.append(both(f"性别：{SEXES[sex][0]}", f"sex: {SEXES[sex][1]}"))
    if division := fields.get("division"):
        lines.append(both(f"号码所示地区：{division}", f"division of the number: {division}"))
    if fields.get("person_role") in (None, "", "suspect"):
        lines += consequences(None if age is None else int(age))
    return lines


def consequences(age: int | None) -> list[object]:
    """What follows from a suspect's age, in plain words; the ages stand in the rulebook, what follows in its norms."""
    if age is None:
        return []
    found: list[object] = []
    if under("not-answerable", age):
        years = ages()["not-answerable"]
        found.append(
            both(
                f"行为时不满{years}周岁，依法不予处罚，责令监护人严加管教。",
                f"Under {years} at the time: not punished by law; the guardian is ordered to discipline.",
            )
        )
    if under("juvenile", age):
        years = ages()["juvenile"]
        found += [
            both(f"行为时不满{years}周岁，是未成年人：", f"Under {years} at the time, a juvenile:"),
            both(
                "询问前通知监护人或者其他合适成年人到场；无法通知或者不来的要注明。",
                "Before questioning, ask the guardian or another suitable adult to come; note it where nobody comes.",
            ),
            both(
                "拟处罚时也告知监护人，听取监护人意见；可能执行行政拘留的，告知有权要求听证。",
                "Tell and hear the guardian too; where detention may be carried out, tell of the right to a hearing.",
            ),
            both(
                "案件记录依法封存，不公开、不提供。",
                "The record is sealed by law: neither published nor handed out.",
            ),
        ]
    return found


def merged(parties: Iterable[PartyFacts]) -> list[tuple[PartyFacts, PartyFacts]]:
    """Pairs that may be one person: the same number, or the same name and day of birth."""
    found, people = [], list(parties)
    for n, one in enumerate(people):
        for other in people[n + 1 :]:
            numbers = one.fields.get("id_number"), other.fields.get("id_number")
            same_number = bool(numbers[0]) and numbers[0] == numbers[1]
            same_name = (
                bool(one.name)
                and one.name == other.name
                and one.fields.get("birth_on") == other.fields.get("birth_on")
            )
            if same_number or same_name:
                found.append((one, other))
    return found
