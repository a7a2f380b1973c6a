"""The rows of signed papers, made from the acts; they hold nothing that the acts do not say."""

from __future__ import annotations

from typing import Any

from zhunsheng.acts.models import Dossier
from zhunsheng.casework.facts import CaseFacts
from zhunsheng.casework.models import Paper
from zhunsheng.casework.papers.making import MADE


def paper_rows(facts: CaseFacts) -> list[dict[str, Any]]:
    """The columns of each paper of a dossier, as `casework.models.Paper` has them."""
    return [
        {
            "act_id": act.id,
            "kind": str(act.fields.get("template") or act.fields.get("document") or "")[:80],
            "number": str(act.fields.get("paper_number") or "")[:120],
            "person": act.person[:200],
            "template": str(act.fields.get("template_version") or "")[:80],
            "digest": next((d["digest"] for d in act.documents), ""),
            "token": str(act.fields.get("paper_token") or "")[:40],
            "unit_id": act.unit,
            "signed_at": act.at,
        }
        for act in facts.all(MADE)
    ]


def papers_project(dossier: Dossier, facts: CaseFacts) -> None:
    """Bring the rows of a dossier to what its acts say."""
    wanted = {row["act_id"]: row for row in paper_rows(facts)}
    rows = Paper.objects.unfenced("rows follow acts").filter(dossier=dossier)
    columns = ("act_id", "kind", "number", "person", "template", "digest", "token", "unit_id", "signed_at")
    kept = {row["act_id"]: row for row in rows.values(*columns)}
    stale = [act for act, row in kept.items() if wanted.get(act) != row]
    if stale:
        rows.filter(act__in=stale).delete()
    Paper.objects.bulk_create(
        [Paper(dossier=dossier, **row) for act, row in wanted.items() if kept.get(act) != row]
    )
