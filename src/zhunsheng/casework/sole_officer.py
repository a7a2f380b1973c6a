"""What one officer did alone without a complete recording founds no penalty (治安管理处罚法 2025, art. 108(3))."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from zhunsheng.acts.columns import effective
from zhunsheng.norms.plans import BREACHES
from zhunsheng.procedure.checks import Considered
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.procedure.models import Obligation

NORMS = ("inquiry.one-officer-recorded", "inquiry.one-officer-seizure-recorded")
"""The norms that ask for the recording; whether it is complete is theirs to say."""
FOUND_WANTING = (*BREACHES, "unknown")
DECIDED = "penalty.decided"
EXCLUDED = "evidence.excluded"


def sole_officer_check(considered: Considered) -> None:
    """NotAllowed for a penalty while evidence that one officer took alone, without a complete recording, is not excluded.

    That it was not relied on is shown by an act of exclusion after it, as where a recording was lost.
    """
    act = considered.act
    if act.type != DECIDED or act.fields.get("decision") == "no-penalty":
        return
    places = {str(other.id): place for place, other in effective(considered.before)}
    excluded = [place for place, other in effective(considered.before) if other.type == EXCLUDED]
    for row in considered.rows:
        if row.plan.norm_id not in NORMS or row.status not in FOUND_WANTING:
            continue
        place = places.get(row.opened.facts["act_id"], 0)
        if not any(later > place for later in excluded):
            raise unusable_refusal(place)


def unusable_refusal(place: int) -> NotAllowed:
    """The refusal, naming the act whose recording is wanting."""
    return NotAllowed(
        zh=f"第{place}项由一名民警办理，没有全程同步录音录像，相关证据不能作为处罚的根据（治安管理处罚法第108条第3款）",
        en=f"act {place} was done by one officer without a complete recording: it founds no penalty (art. 108(3))",
        where="evidence",
        remedy_zh="找出同时段完整录像附卷；没有的，提请排除该证据，由两名民警重新取证",
        remedy_en="file the complete recording; if there is none, have the evidence excluded and take it anew with two officers",
    )


def unusable_acts(obligations: Iterable[Obligation]) -> frozenset[uuid.UUID]:
    """The acts whose evidence cannot be used, by what the obligations of the dossier say."""
    return frozenset(
        row.opened_by_id
        for row in obligations
        if row.norm_id in NORMS and row.status in FOUND_WANTING and row.withdrawn_at is None
    )
