"""经过: what was done in the case, newest first, each with who, when, on whom, the papers, and its receipt in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhunsheng.acts.columns import effective
from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.facts import PartyFacts, typed
from zhunsheng.casework.forms.codes import choices_for
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer

PAGE = 100


@dataclass(frozen=True)
class Line:
    """One act in the timeline."""

    act: Act
    title: object
    people: str
    officers: str
    things: str
    fields: list[tuple[object, object]]
    state: object
    """Empty for an act that counts; else what became of it."""
    late: bool
    """Whether it was recorded on a later day than it happened."""


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """The timeline; `?all=1` shows every act of a long one."""
    whole = "all" in request.GET
    acts = case.acts[::-1]
    shown = acts if whole else acts[:PAGE]
    lines = timeline(shown, case)
    hidden = len(acts) - len(shown)
    return show(request, case, "course", "casework/course.html", {"lines": lines, "hidden": hidden})


def timeline(acts: Iterable[Act], case: CaseView) -> list[Line]:
    """The acts in words."""
    counting = {act.id for _, act in effective(case.acts)}
    acts = list(acts)
    numbers = {slot["officer"] for act in acts for slot in act.officers}
    names = dict(Officer.objects.filter(number__in=numbers).values_list("number", "name"))
    return [line(act, case.facts.parties, names, counts=act.id in counting) for act in acts]


def line(act: Act, parties: Mapping[str, PartyFacts], names: Mapping[str, str], *, counts: bool) -> Line:
    """One act in words."""
    subjects = act.subjects
    people = [parties[key].shown if key in parties else key for key in subjects.get("person", ())]
    things = [name for kind, found in subjects.items() if kind != "person" for name in found]
    officers = [officer_words(slot, names) for slot in act.officers]
    return Line(
        act,
        title_of(act),
        "、".join(people),
        "、".join(officers),
        "、".join(things),
        [field_words(name, value, act.type) for name, value in act.fields.items()],
        "" if counts or act.type == WITHDRAWN else both("已被更正或者撤回", "corrected or withdrawn"),
        late=act.recorded_at.date() > (act.ended_at or act.occurred_at).date(),
    )


def title_of(act: Act) -> object:
    """The type of an act, and what was told, served or asked for where that is what matters."""
    declared = vocabulary().types.get(act.type)
    if declared is None:
        return act.type
    name = next((n for n in TELLING if act.fields.get(n)), None)
    words = choices_for(act.type, name).get(act.fields[name]) if name else None
    if words is None:
        return both(declared.zh, declared.en)
    return both(f"{declared.zh}：{words[0]}", f"{declared.en}: {words[1]}")


def officer_words(slot: Mapping[str, str], names: Mapping[str, str]) -> str:
    """An officer with the part played."""
    number = slot["officer"]
    name, (zh, en) = names.get(number, number), ROLES.get(slot.get("role", ""), ("", ""))
    return f"{name}（{both(zh, en)}）" if zh else name


def field_words(name: str, value: Any, act_type: str) -> tuple[object, object]:
    """A field and its value in words."""
    declared = vocabulary().fields.get(name)
    if declared is None:
        return name, value
    return both(declared.zh, declared.en), value_words(name, value, act_type)


def value_words(name: str, value: Any, act_type: str) -> object:
    """A recorded value in words: codes by their names, flags as yes and no, numbers without needless zeros."""
    declared = vocabulary().fields[name]
    if declared.type == "flag":
        return both("是", "yes") if value else both("否", "no")
    if declared.type == "number":
        return f"{typed(name, value):f}"
    if name == "violation" and value in shipped().violations:
        title = shipped().violations[value].title
        return both(title.zh, title.en)
    words = declared.values.get(value) or choices_for(act_type, name).get(value)
    return both(*words) if words else value


TELLING = ("notice", "document", "measure")
"""Fields that belong in the heading of an act."""

TAB = Tab("course", "经过", "course", view)
