"""Findings of our own dossiers: they follow the obligations in the transaction of the act or of the clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.record_types import ERASED
from zhunsheng.base import clock
from zhunsheng.casework.models import Case
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.guard import Key, judge, key_of
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.projections import Changed
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.explanations import explanation_of, explanations_erase
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.recording import Breach, findings_follow

ROLES_TOLD = ("handler", "recorder")
"""Whose notice it is where the duty is an organ's: the officer who last handled the dossier."""


def findings_project(changed: Changed) -> None:
    """Bring the findings of one dossier to what its obligations say. The caller holds the dossier's lock."""
    breaches = any(one.status in BREACHES and not one.withdrawn for one in changed.obligations.values())
    erased = changed.act is not None and changed.act.type == ERASED
    if not breaches and (changed.dossier.position <= 1 or not has_findings(changed.dossier)):
        return
    if erased:
        explanations_erase(changed.dossier)
    findings_follow(OwnSubject(changed, breaches=breaches))


def has_findings(dossier: Dossier) -> bool:
    """Whether anything was ever found in a dossier; nearly always not, and then nothing more is asked."""
    return bool(Finding.objects.unfenced("findings follow obligations").filter(dossier=dossier).exists())


class OwnSubject:
    """A dossier after a change."""

    def __init__(self, changed: Changed, *, breaches: bool) -> None:
        self.changed, self.any = changed, breaches
        self.now: dt.datetime = max(clock.now(), changed.acts[-1].recorded_at)

    @property
    def act(self) -> uuid.UUID | None:
        """The act that changed it; None where time alone did."""
        return None if self.changed.act is None else self.changed.act.id

    def findings(self) -> dict[int, Finding]:
        """By obligation, locked."""
        rows = Finding.objects.unfenced("findings follow obligations").filter(dossier=self.changed.dossier)
        locked = rows.select_for_update(no_key=True, of=("self",)).select_related("obligation", "dossier")
        return {row.obligation_id: row for row in locked.order_by("id")}

    def breaches(self) -> dict[int, Breach]:
        """From the table: what waited to be written in a sitting has its number there only."""
        if not self.any:
            return {}
        rows = Obligation.objects.unfenced("findings follow obligations").filter(
            dossier=self.changed.dossier, status__in=BREACHES, withdrawn_at=None
        )
        self.rows = {row.id: row for row in rows.select_related("opened_by", "decided_by").order_by("id")}
        return {row.id: self.breach(row) for row in self.rows.values()}

    def breach(self, row: Obligation) -> Breach:
        """An obligation as findings see it."""
        return Breach(
            row.id,
            row.norm_id,
            row.version,
            row.scope,
            row.bearer,
            row.severity,
            row.status,
            row.due_at,
            row.opened_by.type,
            row.opened_by.occurred_at,
            None if row.decided_by is None else row.decided_by.occurred_at,
            {"cured_by_id": row.decided_by_id},
            row.owner_unit_id,
            row.owner_id or last_handling(self.changed.acts),
        )

    def rests_on(self, breach: Breach) -> dict[str, object]:
        """The obligation and its dossier."""
        return {"obligation": self.rows[breach.id], "dossier": self.changed.dossier}

    def withdrawn(self, finding: Finding) -> bool:
        """Whether no act opens it any more."""
        return finding.obligation is not None and finding.obligation.withdrawn_at is not None

    def cure_counts(self, finding: Finding, /) -> bool:
        """Whether the act, or what corrects it, still counts."""
        roots: dict[uuid.UUID, uuid.UUID] = {}
        for act in self.changed.acts:
            roots[act.id] = roots.get(act.corrects_id, act.id) if act.corrects_id else act.id
        standing = {roots[act.id] for _, act in effective(self.changed.acts)}
        return finding.cured_by_id is None or roots.get(finding.cured_by_id) in standing

    def moved(self, _finding: Finding, _breach: Breach, /) -> dict[str, str | None]:
        """Never: a finding stays with whom it was told to."""
        return {}

    def stage(self) -> str:
        """How far the case had come; empty for what is no case."""
        rows = Case.objects.unfenced("findings follow obligations").filter(pk=self.changed.dossier.pk)
        return rows.values_list("stage", flat=True).first() or ""

    @cached_property
    def by_key(self) -> Mapping[Key, Row]:
        """What the norms say of the dossier now."""
        changed = self.changed
        rows = changed.rows or judge(rulebook(), changed.dossier.number, judged(changed.acts), self.as_of_us)
        return {key_of(row): row for row in rows}

    @property
    def as_of_us(self) -> int:
        return clock.microseconds(self.now)

    def reasons(self, finding: Finding) -> dict[str, Any]:
        """The reasons, by language."""
        one = finding.obligation
        assert one is not None
        key = (one.norm_id, one.version, one.scope, str(one.opened_by_id))
        return explanation_of(self.by_key.get(key), self.as_of_us)

    def event_row(self, _finding: Finding, /) -> None:
        """None: it is an act."""


def last_handling(acts: Iterable[Act]) -> str | None:
    """The officer who handled the dossier last; the first named leads."""
    for act in reversed(list(acts)):
        for slot in act.officers:
            if slot.get("role") in ROLES_TOLD:
                return slot["officer"]
    return None


def judged(acts: Iterable[Act]) -> list[Judged]:
    """The acts that count, in the norms' form."""
    return [judged_act(place, act) for place, act in effective(acts)]
