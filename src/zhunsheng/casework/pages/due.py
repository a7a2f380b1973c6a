"""待办: what is due in the case, by when and why; what was missed; what cannot be told for want of a fact; and what is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.http import HttpRequest, HttpResponse

from zhunsheng.casework.access import CaseView
from zhunsheng.casework.forms.next_acts import next_acts
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.casework.parties import named
from zhunsheng.casework.readable import names_in, with_names, without_codes
from zhunsheng.people.bilingual import both
from zhunsheng.procedure.selectors import Explained

GROUPS = (
    ("overdue", both("已逾期，仍须办理", "Overdue, still to be done")),
    ("pending", both("待办", "To be done")),
    ("broken", both("违反或者迟办", "Broken, or done late")),
    ("unknown", both("缺少事实，无法判断", "Cannot be told: a fact is missing")),
    ("met", both("已履行", "Done")),
    ("void", both("不再需要", "No longer needed")),
)
PLACE = {"late": "broken"}
OPEN = frozenset(("overdue", "pending", "broken", "unknown"))


@dataclass(frozen=True)
class Duty:
    """An obligation in words, people by name."""

    explained: Explained
    title: str
    verdict: str
    basis: tuple[str, ...]
    facts: tuple[str, ...]
    steps: tuple[str, ...]
    missing: tuple[str, ...]
    cure: str


@dataclass
class Group:
    """Obligations of one standing."""

    slug: str
    title: object
    duties: list[Duty] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether they concern anybody now."""
        return self.slug in OPEN


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """Every obligation of the case, in groups."""
    context = {"groups": grouped(case.obligations, case), "next": next_acts(case, case.by)}
    return show(request, case, "due", "casework/due.html", context)


def grouped(obligations: Iterable[Explained], case: CaseView) -> list[Group]:
    """The obligations by standing; groups without any are left out."""
    groups = {slug: Group(slug, title) for slug, title in GROUPS}
    for one in obligations:
        status = one.explanation.status if one.explanation.status in groups else one.obligation.status
        groups[PLACE.get(status, status)].duties.append(duty(one, case))
    found = [group for group in groups.values() if group.duties]
    names = names_in(line for group in found for one in group.duties for line in (one.verdict, *one.facts))
    for group in found:
        group.duties = [
            replace(
                one,
                verdict=with_names(one.verdict, names),
                facts=tuple(with_names(line, names) for line in one.facts),
            )
            for one in group.duties
        ]
    return found


def duty(one: Explained, case: CaseView) -> Duty:
    """One obligation with names in place of keys."""
    told, parties = one.explanation, case.facts.parties

    def words(lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(named(line, parties) for line in lines)

    return Duty(
        one,
        told.title,
        named(told.verdict, parties),
        tuple(filter(None, (without_codes(line, case.language) for line in told.basis))),
        words(told.facts),
        words(told.steps),
        words(told.missing),
        named(told.cure, parties),
    )


TAB = Tab("due", "待办", "due", view)
