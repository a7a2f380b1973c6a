"""The forms of inspections; the query is built from plain fields."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.stages import STAGE_WORDS
from zhunsheng.inspections.checklists import sorted_elements
from zhunsheng.inspections.codes import Kind, Verdict
from zhunsheng.inspections.models import SavedQuery
from zhunsheng.inspections.query import Query, query_read
from zhunsheng.inspections.rules import Theme, inspections_file
from zhunsheng.inspections.wording import STATUS_WORDS
from zhunsheng.people.bilingual import both
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.pages.forms import HouseForm, RowForm, long, short

THEME, SAVED = "theme:", "saved:"


@dataclass(frozen=True)
class Part:
    """Some fields of a form under a heading."""

    title: object
    fields: list[forms.BoundField]
    folded: bool = False
    open: bool = False


def day(zh: str, en: str, *, required: bool = True) -> forms.DateField:
    """A date."""
    label = both(zh, en) if required else both(f"{zh}（选填）", f"{en} (optional)")
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def number(
    zh: str, en: str, *, least: int = 1, most: int = 36_500, help_text: Any = ""
) -> forms.IntegerField:
    """A whole number, left out where it is not asked."""
    return forms.IntegerField(
        label=both(f"{zh}（选填）", f"{en} (optional)"),
        required=False,
        min_value=least,
        max_value=most,
        help_text=help_text,
    )


def several(zh: str, en: str, choices: Sequence[tuple[str, object]]) -> forms.MultipleChoiceField:
    """Some of a closed list."""
    return forms.MultipleChoiceField(
        label=both(f"{zh}（可多选）", f"{en} (any number)"),
        required=False,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
    )


class PlanForm(HouseForm):
    """What is looked at, when, how many and how."""

    slug = "plan"

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Kind.choices, label=both("种类", "Kind"))
    title = short("名称", "Name")
    unit = forms.ChoiceField(label=both("范围单位（含下级）", "Unit, with those below"))
    base = forms.ChoiceField(
        required=False,
        label=both("专题或者保存的查询", "Theme or saved query"),
        help_text=both(
            "专题决定查哪些案件、问哪些规范；下面的条件再缩小范围。",
            "A theme says which cases and which norms; the conditions below narrow it.",
        ),
    )
    period_from = day("检查期间从", "Period from")
    period_to = day("至", "to")
    due_on = day("办结期限", "To be closed by")

    state = forms.ChoiceField(
        required=False,
        choices=(
            ("all", both("全部", "all")),
            ("open", both("未结", "open")),
            ("closed", both("已结", "closed")),
        ),
        label=both("办结情况", "Open or closed"),
    )
    kinds = several("案件类别", "Kinds of case", [(code, both(*words)) for code, words in CASE_KINDS.items()])
    stages = several("阶段", "Stages", [(stage.value, words) for stage, words in STAGE_WORDS.items()])
    opened_from = day("受理日期从", "Opened from", required=False)
    opened_to = day("受理日期至", "Opened until", required=False)
    open_longer_than = number("未结超过（天）", "Open for more than (days)")
    idle_for = number("没有办案活动（天）", "Nothing done for (days)")
    has_acts = short(
        "有以下行为之一",
        "Has one of these acts",
        required=False,
        help_text=both("行为的名称或者编号，用逗号分开", "names or types of acts, with commas"),
    )
    lacks_acts = short("没有以下行为", "Has none of these acts", required=False)
    elements = several(
        "有关于这些要素的问题",
        "With findings about these elements",
        [(one.element, both(one.title.zh, one.title.en)) for one in sorted_elements()],
    )
    standing = forms.BooleanField(
        required=False, label=both("有尚未解决的问题", "With findings that stand"), widget=forms.CheckboxInput
    )
    duty_status = several(
        "有这些状态的义务",
        "With obligations in these states",
        [(c, both(*w)) for c, w in STATUS_WORDS.items()],
    )
    duty_norms = short(
        "……属于这些规范",
        "… of these norms",
        required=False,
        help_text=both("规范的名称或者编号，用逗号分开", "titles or ids of norms, with commas"),
    )

    size = number("抽取件数", "How many are drawn", help_text=both("不填为全部检查", "all, where left empty"))
    stratified = forms.BooleanField(
        required=False, label=both("按单位分层抽取", "Each unit in proportion"), widget=forms.CheckboxInput
    )
    double = number("双人背靠背评查的比例（%）", "Read by two, unseen by each other (%)", least=0, most=100)
    public_source = short(
        "公开数值的来源",
        "Source of a public value",
        required=False,
        help_text=both(
            "例如固定总体以后才开奖的某期彩票；抽取时填入，任何人都不能左右种子。",
            "such as a lottery drawn after the freezing; typed in for the draw, so that nobody can steer the seed",
        ),
    )
    save_as = short("保存查询的名称", "Save the query as", required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
        *,
        units: Sequence[tuple[str, object]] = (),
        saved: Sequence[SavedQuery] = (),
    ) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), "state": "all"} | (initial or {}))
        themes = [
            (f"{THEME}{t.code}", both(t.title.zh, t.title.en))
            for t in inspections_file().themes_of(visits=False)
        ]
        kept = [
            (f"{SAVED}{q.pk}", both(f"{q.name}（第{q.number}版）", f"{q.name} (version {q.number})"))
            for q in saved
        ]
        self.saved = {f"{SAVED}{q.pk}": q for q in saved}
        for name, choices in (("unit", list(units)), ("base", [("", both("无", "none")), *themes, *kept])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @staticmethod
    def dress(widget: forms.Widget) -> None:
        """Boxes keep their own looks."""
        if not isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            HouseForm.dress(widget)

    @property
    def theme(self) -> Theme | None:
        """The theme chosen."""
        return inspections_file().theme(self.cleaned_data["base"].removeprefix(THEME))

    @property
    def saved_query(self) -> SavedQuery | None:
        """The saved query chosen."""
        return self.saved.get(self.cleaned_data["base"])

    def parts(self) -> list[Part]:
        """The fields in their parts; what is asked of cases beyond the theme is folded away until something is in it."""
        fields = list(self.visible_fields())
        names = [one.name for one in fields]
        more, how = names.index("stages"), names.index("size")
        folded = fields[more:how]
        asked = any(one.errors or one.value() for one in folded)
        return [
            Part(both("检查什么", "What"), fields[: names.index("state")]),
            Part(both("进一步的条件", "More conditions"), fields[names.index("state") : more]),
            Part(both("其他条件", "Other conditions"), folded, folded=True, open=asked),
            Part(both("怎样抽取", "How it is drawn"), fields[how:]),
        ]

    def query(self) -> Query:
        """The query of a form that is valid; InputError for act types there are none of."""
        given = self.cleaned_data
        spec: dict[str, Any] = {
            name: given[name]
            for name in (
                "kinds",
                "stages",
                "state",
                "opened_from",
                "opened_to",
                "open_longer_than",
                "idle_for",
            )
            if given[name]
        }
        acts = {"any_of": acts_named(given["has_acts"]), "none_of": acts_named(given["lacks_acts"])}
        duties = {"norms": norms_named(given["duty_norms"]), "status": given["duty_status"]}
        if any(acts.values()):
            spec["acts"] = acts
        if any(duties.values()):
            spec["duties"] = duties
        if given["elements"] or given["standing"]:
            spec["findings"] = {"elements": given["elements"], "standing": given["standing"]}
        saved, theme = self.saved_query, self.theme
        base = saved.spec if saved is not None else theme.query if theme is not None else {}
        return query_read(spec | ({"any_of": [base]} if base else {}))

    def refused(self, fault: InputError) -> None:
        """Say what was refused, at its field where it has one."""
        place = {"acts": "has_acts", "population": "size"}.get(fault.where, fault.where)
        words = both(f"{fault.zh}。{fault.remedy_zh}", f"{fault.en}. {fault.remedy_en}")
        self.add_error(place if place in self.fields else None, str(words))


def listed(text: str) -> list[str]:
    """What stands between commas and blanks."""
    return [one.strip() for one in re.split(r"[,，;；\n]+", text) if one.strip()]


def acts_named(text: str) -> list[str]:
    """Types of acts by their names in either language, or by their codes."""
    names = {word: kind.name for kind in vocabulary().types.values() for word in (kind.zh, kind.en)}
    return [names.get(one, one) for one in listed(text)]


def norms_named(text: str) -> list[str]:
    """Norms by their titles, or by their ids."""
    titles = {word: norm.id for norm in rulebook().norms.norms for word in (norm.title.zh, norm.title.en)}
    return [titles.get(one, one) for one in listed(text)]


def usual_days() -> dict[str, Any]:
    """This month, and half a month more to finish."""
    today = clock.now().astimezone(clock.LOCAL).date()
    first = today.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return {"period_from": first, "period_to": last, "due_on": last + dt.timedelta(days=15)}


class FreezeForm(HouseForm):
    """Nothing to say: the population is fixed."""

    slug = "freeze"


class DrawForm(HouseForm):
    """The value announced beforehand, where one was."""

    slug = "draw"
    public_value = short("公开数值", "Public value", required=False)


class AssignForm(HouseForm):
    """Who reads."""

    slug = "assign"
    inspectors = long(
        "检查人员警号",
        "Inspectors, by number",
        help_text=both(
            "用逗号或者换行分开；轮流分派，参与过案件的人自动避开。",
            "with commas or line ends; given out in turn, never to somebody with a hand in the case",
        ),
    )


class TakeForm(HouseForm):
    """Why somebody goes on with visits that another ordered."""

    slug = "take"
    reason = long("接手的理由", "Why you take over")


class CloseForm(HouseForm):
    """What was concluded."""

    slug = "close"
    conclusion = long("结论", "Conclusion")


class SettleForm(RowForm):
    """What counts where two differ."""

    slug = "settle"
    answer = forms.ChoiceField(choices=Verdict.choices, label=both("认定", "What counts"))
    reason = long("理由", "Reason")


class AsideForm(RowForm):
    """Why it is not read."""

    slug = "aside"
    reason = long("不再阅看的理由", "Why it is not read")


class ReassignForm(RowForm):
    """Who reads it instead."""

    slug = "reassign"
    inspector = short("改由谁检查（警号）", "Who reads it instead, by number")
