"""The forms of the tab 决定: characterising somebody's conduct, proposing a penalty, deciding it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from zhunsheng.acts.drafts import LONGEST_TEXT
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.stating import open_to
from zhunsheng.casework.discretion.tables import Circumstance, Factor
from zhunsheng.casework.discretion.weighing import Weighing, proposal_of
from zhunsheng.casework.forms.controls import CHOOSE, Day, OneOf, Ticks, words
from zhunsheng.people.bilingual import both

OTHER = "other"
LONG = {"class": "form-control", "rows": 5}
LINE = {"class": "form-control"}


class Recorded(forms.Form):
    """What every form of an act carries: its own key, so that it is recorded once, and the state of the case it saw."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def begun(position: int, **more: Any) -> dict[str, Any]:
    """Initial values of a form opened at a state of the case."""
    return {"key": uuid.uuid4().hex, "expected": position, **more}


class CharacteriseForm(Recorded):
    """What the conduct is in law: violation, facts, evidence, circumstances."""

    violation = forms.ChoiceField(
        label=words("违法行为", "Violation"),
        widget=forms.Select({"class": "form-control form-select"}),
        error_messages={"required": words("请选择违法行为", "Choose the violation")},
    )
    violation_words = forms.CharField(
        label=words("目录之外的违法行为（选填）", "A violation outside the catalogue (optional)"),
        required=False,
        max_length=80,
        widget=forms.TextInput(LINE),
    )
    conduct_on = forms.DateField(
        label=words("违法行为发生日（持续的，写终了之日）", "Day of the conduct, or its last day"),
        widget=Day,
        error_messages={"required": words("请填写违法行为发生日", "State the day of the conduct")},
    )
    facts = forms.CharField(
        label=words("违法事实", "Facts of the violation"),
        help_text=both(
            "写清时间、地点、人、经过、后果。文书直接用这段文字。",
            "When, where, who, how, with what harm. Papers use this text as it is.",
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(LONG),
        error_messages={"required": words("请写明违法事实", "State the facts of the violation")},
    )
    evidence = forms.CharField(
        label=words("主要证据（选填）", "Main evidence (optional)"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.TextInput(LINE),
    )
    factors = forms.MultipleChoiceField(
        label=words("本行为的情节", "Circumstances of this violation"), required=False, widget=Ticks
    )
    general = forms.MultipleChoiceField(
        label=words("一般情节", "General circumstances"), required=False, widget=Ticks
    )

    def __init__(self, violation: str, age: int | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = shipped()
        self.fields["violation"].choices = catalogue()  # type: ignore[attr-defined] # Django's own way
        factors: tuple[Factor, ...] = (
            tables.benchmarks[violation].factors if violation in tables.violations else ()
        )
        self.fields["factors"].choices = [(f.code, told(f)) for f in factors]  # type: ignore[attr-defined]
        self.fields["general"].choices = [(c.code, told(c)) for c in open_to(age)]  # type: ignore[attr-defined]
        if not factors:
            del self.fields["factors"]

    def clean(self) -> dict[str, Any]:
        """A violation of the catalogue, or one in words."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("violation") == OTHER and not found.get("violation_words"):
            self.add_error("violation_words", both("写明是什么违法行为", "Say which violation it is"))
        return found

    def stated(self) -> str:
        """The violation as the act states it."""
        chosen = str(self.cleaned_data["violation"])
        return str(self.cleaned_data["violation_words"]) if chosen == OTHER else chosen

    def chosen(self) -> tuple[str, ...]:
        """The circumstances chosen."""
        return (*self.cleaned_data.get("factors", ()), *self.cleaned_data.get("general", ()))


def catalogue() -> list[tuple[object, object]]:
    """The violations under the headings of the law's sections."""
    tables = shipped()
    groups: list[tuple[object, object]] = [("", CHOOSE)]
    for about, codes in tables.sections:
        titles = [(c, both(tables.violations[c].title.zh, tables.violations[c].title.en)) for c in codes]
        groups.append((str(both(about.zh, about.en)), titles))
    return [*groups, (OTHER, both("目录之外的违法行为", "A violation outside the catalogue"))]


def told(one: Factor | Circumstance) -> object:
    """A circumstance with where it leads and its article."""
    zh, en = one.title.zh, one.title.en
    tables = shipped()
    if isinstance(one, Factor):
        ends = {
            "lighter": ("较轻", "lighter"),
            "heavier": ("较重", "heavier"),
            "lower": ("从轻", "lower part"),
            "upper": ("从重", "upper part"),
        }
        cites = [tables.cited(b) for b in one.basis]
        led_zh, led_en = ends[one.band]
        return both(
            f"{zh}（{'；'.join((led_zh, *(c.zh for c in cites)))}）",
            f"{en} ({'; '.join((led_en, *(c.en for c in cites)))})",
        )
    cited = tables.cited(one.versions[0].basis)
    return both(f"{zh}（{cited.zh}）", f"{en} ({cited.en})")


def decisions() -> list[tuple[str, object]]:
    """Kinds of decision on a person, in words."""
    values = vocabulary().fields["decision"].values
    return [
        (code, both(*values[code]))
        for code in ("warning", "fine", "detention", "licence-revoked", "no-penalty", "transferred")
    ]


class PenaltyForm(Recorded):
    """A penalty: kind, amount, days, and the reason where it departs from the band."""

    decision = forms.ChoiceField(
        label=words("种类", "Kind"),
        widget=OneOf,
        error_messages={"required": words("请选择处罚种类", "Choose the kind of penalty")},
    )
    days = forms.DecimalField(
        label=words("拘留天数", "Days of detention"), required=False, min_value=Decimal(0), max_digits=4, decimal_places=0,
        widget=forms.NumberInput({"class": "form-control field-number", "inputmode": "numeric"}),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=words("罚款数额（元）", "Fine in yuan"), required=False, min_value=Decimal(0), max_digits=12, decimal_places=2,
        widget=forms.NumberInput({"class": "form-control field-number", "inputmode": "decimal"}),
    )  # fmt: skip
    departure_reason = forms.CharField(
        label=words("偏离裁量基准的理由（在基准幅度内不填）", "Reason for departing from the band (leave empty within it)"),
        required=False, max_length=LONGEST_TEXT, widget=forms.Textarea({**LONG, "rows": 3}),
    )  # fmt: skip
    complex = forms.BooleanField(
        label=words("情节复杂或者重大违法行为", "Complicated or grave"),
        required=False,
        widget=forms.CheckboxInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = decisions()  # type: ignore[attr-defined]

    def proposal(self) -> Proposal:
        """The penalty as stated; nothing where it is empty or noughts."""
        given = self.cleaned_data
        return Proposal(str(given["decision"]), given.get("amount") or None, given.get("days") or None)

    def penalty_fields(self) -> dict[str, Any]:
        """Fields of the act."""
        stated, given = self.proposal(), self.cleaned_data
        found = {"decision": stated.decision, "amount": stated.amount, "days": stated.days}
        found["departure_reason"] = given.get("departure_reason") or None
        found["complex"] = given.get("complex") or None
        return {name: value for name, value in found.items() if value is not None}


class DecideForm(PenaltyForm):
    """The same, decided, with the level that decides."""

    level = forms.ChoiceField(
        label=words("决定层级", "Level that decides"),
        widget=forms.Select({"class": "form-control form-select"}),
        error_messages={"required": words("请选择决定层级", "Choose the level that decides")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = vocabulary().fields["level"].values
        self.fields["level"].choices = [("", CHOOSE), *((code, both(*said)) for code, said in values.items())]  # type: ignore[attr-defined]

    def penalty_fields(self) -> dict[str, Any]:
        """Fields of the act."""
        return {**super().penalty_fields(), "level": self.cleaned_data["level"]}


def characterise_initial(
    weighing: Weighing, position: int, by_age: tuple[str, ...], evidence: str
) -> dict[str, Any]:
    """What the form begins with: what was characterised before, else what is known."""
    before = weighing.characterised
    fields: Mapping[str, Any] = {} if before is None else before.fields
    known = weighing.violation is not None
    chosen = list(weighing.chosen) if before is not None else list(by_age)
    return begun(
        position,
        violation=weighing.stated if known else OTHER if weighing.stated else "",
        violation_words="" if known else weighing.stated,
        conduct_on=weighing.conduct_on,
        facts=fields.get("facts", ""),
        evidence=fields.get("evidence", "") if before is not None else evidence,
        factors=chosen,
        general=chosen,
    )


def penalty_initial(weighing: Weighing, position: int) -> dict[str, Any]:
    """What the form begins with: the penalty proposed before."""
    before = proposal_of(weighing.proposed)
    reason = "" if weighing.proposed is None else weighing.proposed.fields.get("departure_reason", "")
    stated = (
        {} if before is None else {"decision": before.decision, "amount": before.amount, "days": before.days}
    )
    complex_ = weighing.proposed is not None and weighing.proposed.fields.get("complex") is True
    return begun(position, departure_reason=reason, complex=complex_, **stated)
