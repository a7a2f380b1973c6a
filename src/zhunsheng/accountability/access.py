"""The only way from a person to external results, to cases and to their own part in one."""

from __future__ import annotations

from django.db.models import QuerySet

from zhunsheng.accountability.codes import AFTER_DECISION, Share, State
from zhunsheng.accountability.models import ExternalResult, Involvement, PartSeen, ResponsibilityCase
from zhunsheng.acts.access import reading_record
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision.watching import hands_in

DECIDERS = (Role.SUPERVISOR, Role.APPROVER)
DECIDED_UPON = (State.HEARD, *AFTER_DECISION)
"""From here on the heads of the unit read a case: there is something for them to decide."""


def externals_within(*, by: Officer, purpose: str) -> QuerySet[ExternalResult]:
    """The external results within reach for a purpose. Denied where none may be seen."""
    return ExternalResult.objects.within(reach(by, purpose))


def external_seen(result_id: int, *, by: Officer, purpose: str) -> ExternalResult:
    """One external result; Denied where there is none within reach."""
    rows = externals_within(by=by, purpose=purpose).filter(pk=result_id)
    found: ExternalResult | None = rows.select_related("dossier", "unit", "hand_down").first()
    if found is None:
        raise Denied
    return found


def cases_within(*, by: Officer, purpose: str) -> QuerySet[ResponsibilityCase]:
    """The cases within reach, save those that concern the reader: of one's own case one sees one's own part and no more."""
    concerned = Involvement.objects.filter(officer=by).values("case_id")
    rows = ResponsibilityCase.objects.within(reach(by, purpose)).exclude(pk__in=concerned)
    return rows if purpose == "supervision" else rows.filter(state__in=DECIDED_UPON)


def case_seen(case_id: int, *, by: Officer, purpose: str, via: str) -> ResponsibilityCase:
    """One case, to be read with its chain of acts; the reading of the dossier is on record. Denied where none is within reach."""
    rows = cases_within(by=by, purpose=purpose).filter(pk=case_id)
    found: ResponsibilityCase | None = rows.select_related("dossier", "unit", "opened_by").first()
    if found is None:
        raise Denied
    reading_record(found.dossier, by=by, purpose=purpose, via=via)
    return found


def parts_own(by: Officer) -> QuerySet[Involvement]:
    """One's own parts that carry a share, in the cases as attributed last; whatever role one holds now."""
    rows = Involvement.objects.filter(officer=by).exclude(accepted=Share.NONE)
    return rows.select_related("case", "ground_act", "own_act")


def part_open(case_id: int, *, by: Officer) -> ResponsibilityCase:
    """The case that one is concerned by, to see one's own part; the receipt is on record. Denied for whoever has none."""
    parts = parts_own(by).filter(case_id=case_id)
    part = parts.order_by("-round").first()
    if part is None:
        raise Denied
    case: ResponsibilityCase = (
        ResponsibilityCase.objects.unfenced("one's own part")
        .select_related("dossier", "unit")
        .get(pk=case_id)
    )
    PartSeen.objects.get_or_create(case=case, round=part.round, officer=by, defaults={"at": clock.now()})
    return case


def facts_open(case: ResponsibilityCase, *, by: Officer, purpose: str) -> bool:
    """Whether facts of the dossier, and the words written of it, may be shown: it lies within reach and is not sealed."""
    within = Dossier.objects.within(reach(by, purpose))
    return case.dossier.sealed_at is None and bool(within.filter(pk=case.dossier_id).exists())


def supervises(by: Officer, unit: str) -> bool:
    """Whether they supervise the unit now."""
    return holds_over(by, [Role.SUPERVISOR], unit, clock.now())


def had_a_hand(dossier: Dossier | None, by: Officer) -> bool:
    """Whether they recorded or stood in an act of the dossier, other than to watch it."""
    return dossier is not None and by.number in hands_in(dossier)


def named_in(case: ResponsibilityCase, *, round_: int | None = None) -> list[str]:
    """The numbers of those who carry a share, as attributed in the round."""
    rows = Involvement.objects.filter(case=case, round=round_ or case.round).exclude(accepted=Share.NONE)
    return list(dict.fromkeys(str(one.officer_id) for one in rows.order_by("id")))


def may_decide(case: ResponsibilityCase, by: Officer) -> bool:
    """Whether they may decide: over the unit, concerned in no round, not who opened or attributed, no hand in the dossier."""
    concerned = Involvement.objects.filter(case=case, officer=by).exists()
    before = case.decisions.filter(by=by, round=case.round).exists()
    return (
        not concerned
        and not before
        and by.number not in (case.opened_by_id, case.attributed_by_id)
        and holds_over(by, DECIDERS, case.unit_id, clock.now())
        and not had_a_hand(case.dossier, by)
    )
