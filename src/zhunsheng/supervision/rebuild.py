"""Findings held against the obligations: what is missing or wrong is told, and mended under each dossier's lock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from zhunsheng.acts.models import Dossier
from zhunsheng.norms.plans import BREACHES
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.projections import Changed
from zhunsheng.procedure.standing import standing
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.own import findings_project
from zhunsheng.supervision.recording import retired


@dataclass(frozen=True)
class Rebuilt:
    """How many dossiers were looked at, and in how many the findings were not what the obligations say."""

    dossiers: int
    different: int


def findings_rebuild(*, mend: bool = True) -> Rebuilt:
    """Hold every dossier's findings against its obligations; without `mend` nothing is changed."""
    seen = different = 0
    ids = Dossier.objects.unfenced("findings follow obligations").order_by("pk").values_list("pk", flat=True)
    for dossier_id in ids.iterator():
        seen += 1
        different += dossier_rebuild(dossier_id, mend=mend)
    return Rebuilt(seen, different)


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
    gone = standing.exclude(obligation__in=breached.values("pk")).select_related("obligation")
    wrong = {row.dossier_id for row in gone if row.obligation.withdrawn_at is None or not retired(row)}
    return wrong | set(missing.distinct())


def differences_mend() -> int:
    """Mend the dossiers that differ, each under its lock; how many. They do after an update, or a change of the rule."""
    return sum(dossier_rebuild(dossier_id) for dossier_id in sorted(dossiers_differing()))


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
