"""Findings held against the obligations, ours and imported: what is missing or wrong is told, and mended under a lock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from zhunsheng.acts.models import Dossier
from zhunsheng.feeds.judging import case_standing
from zhunsheng.feeds.models import Case
from zhunsheng.feeds.models import Obligation as Imported
from zhunsheng.norms.plans import BREACHES
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.projections import Changed
from zhunsheng.procedure.standing import standing
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.imported import case_findings_project
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.own import findings_project
from zhunsheng.supervision.recording import retired


@dataclass(frozen=True)
class Rebuilt:
    """How many dossiers and imported cases were looked at, and in how many the findings were not what the obligations say."""

    dossiers: int
    different: int
    cases: int = 0


def findings_rebuild(*, mend: bool = True) -> Rebuilt:
    """Hold every dossier's findings against its obligations, and every imported case's against its events and obligations.

    Without `mend` nothing is changed.
    """
    seen = different = 0
    ids = Dossier.objects.unfenced("findings follow obligations").order_by("pk").values_list("pk", flat=True)
    for dossier_id in ids.iterator():
        seen += 1
        different += dossier_rebuild(dossier_id, mend=mend)
    cases = list(
        Case.objects.unfenced("findings follow obligations").order_by("pk").values_list("pk", flat=True)
    )
    different += sum(case_rebuild(pk, mend=mend) for pk in cases)
    return Rebuilt(seen, different, len(cases))


def dossiers_differing() -> set[uuid.UUID]:
    """The dossiers whose findings are not what their obligations say, by one comparison of the tables."""
    rule = alerting().findings
    asked = Q()
    for severity, statuses in rule.items():
        asked |= Q(severity=severity, status__in=statuses)
    breached = Obligation.objects.unfenced("findings follow obligations").filter(asked, withdrawn_at=None)
    standing = Finding.objects.unfenced("findings follow obligations").filter(closed_at=None)
    same = standing.filter(obligation=OuterRef("pk"), breach=OuterRef("status"))
    missing = breached.exclude(Exists(same)).values_list("dossier_id", flat=True)
    own = standing.filter(obligation__isnull=False)
    gone = own.exclude(obligation__in=breached.values("pk")).select_related("obligation")
    wrong = {row.dossier_id for row in gone if row.obligation.withdrawn_at is None or not retired(row)}
    return wrong | set(missing.distinct())


def cases_differing() -> set[int]:
    """The same of imported cases."""
    asked = Q()
    for severity, statuses in alerting().findings.items():
        asked |= Q(severity=severity, status__in=statuses)
    breached = Imported.objects.unfenced("findings follow obligations").filter(asked, withdrawn_at=None)
    standing = Finding.objects.unfenced("findings follow obligations").filter(closed_at=None)
    same = standing.filter(imported=OuterRef("pk"), breach=OuterRef("status"))
    missing = breached.exclude(Exists(same)).values_list("case_id", flat=True)
    gone = standing.filter(imported__isnull=False).exclude(imported__in=breached.values("pk"))
    wrong = {
        row.imported.case_id
        for row in gone.select_related("imported")
        if row.imported.withdrawn_at is None or not retired(row)
    }
    return wrong | set(missing.distinct())


def differences_mend() -> int:
    """Mend what differs, each dossier and case under its lock; how many. They do after an update, or a change of the rule."""
    dossiers = sum(dossier_rebuild(dossier_id) for dossier_id in sorted(dossiers_differing()))
    return dossiers + sum(case_rebuild(case_id) for case_id in sorted(cases_differing()))


@transaction.atomic
def case_rebuild(case_id: int, *, mend: bool = True) -> bool:
    """One imported case: whether its obligations were not what its events say as of then, or its findings not what those say."""
    locked = Case.objects.unfenced("findings follow obligations").select_for_update(no_key=True, of=("self",))
    case: Case = locked.select_related("feed").get(pk=case_id)
    found = case_standing(case)
    standing = Finding.objects.unfenced("findings follow obligations").filter(
        imported__case=case, closed_at=None
    )
    kept = {
        (row.imported_id, row.breach)
        for row in standing.select_related("imported")
        if row.imported.withdrawn_at is None or not retired(row)
    }
    rule = alerting().findings
    wanted = {
        (one.pk, one.status)
        for one in found.changed.obligations.values()
        if one.withdrawn_at is None and one.status in rule.get(one.severity, ())
    }
    different = found.different or kept != wanted
    if different and mend:
        if found.different:
            case.stale = True
            case.save(update_fields=["stale"])
        case_findings_project(found.changed)
    return different


def dossier_rebuild(dossier_id: uuid.UUID, *, mend: bool = True) -> bool:
    """One dossier; whether its findings were different."""
    with transaction.atomic():
        locked = Dossier.objects.unfenced("findings follow obligations").select_for_update(no_key=True)
        dossier: Dossier = locked.get(pk=dossier_id)
        different = standing_findings(dossier) != breaches(dossier)
        if different and mend:
            stands = standing(dossier)
            findings_project(Changed(dossier, stands.acts, stands.stored, None))
    return different


def standing_findings(dossier: Dossier) -> set[tuple[int, str]]:
    """Obligation and breach of the findings that stand; those of norms that left the rulebook are passed over."""
    rows = Finding.objects.unfenced("findings follow obligations").filter(dossier=dossier, closed_at=None)
    return {
        (row.obligation_id, row.breach)
        for row in rows.select_related("obligation")
        if row.obligation.withdrawn_at is None or not retired(row)
    }


def breaches(dossier: Dossier) -> set[tuple[int, str]]:
    """Obligation and breach, as the obligations and the rule have it."""
    rule = alerting().findings
    rows = Obligation.objects.unfenced("findings follow obligations").filter(
        dossier=dossier, status__in=BREACHES, withdrawn_at=None
    )
    columns = rows.values_list("pk", "status", "severity")
    return {(pk, status) for pk, status, severity in columns if status in rule.get(severity, ())}
