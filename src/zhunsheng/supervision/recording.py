"""Findings as rows that follow the obligations of a dossier, in the transaction of the act or of the clock that changes them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

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
from zhunsheng.supervision.alerting import Alerting, alerting, element_of
from zhunsheng.supervision.codes import WRONG_NOW, Event, Outcome, Status
from zhunsheng.supervision.explanations import explanation_of, explanations_erase
from zhunsheng.supervision.models import Alert, Contest, Finding, FindingVersion, Silence
from zhunsheng.supervision.recurring import recurrence_note
from zhunsheng.supervision.telling import findings_tell

ROLES_TOLD = ("handler", "recorder")
"""Whose notice it is where the duty is an organ's: the officer who last handled the dossier."""


@dataclass
class Batch:
    """What one change of a dossier does to its findings; written together."""

    changed: Changed
    rule: Alerting
    now: dt.datetime
    new: list[tuple[Finding, FindingVersion]] = field(default_factory=list)
    altered: list[tuple[Finding, FindingVersion]] = field(default_factory=list)
    anew: list[Finding] = field(default_factory=list)
    """Findings that arose again."""

    @property
    def act(self) -> uuid.UUID | None:
        return None if self.changed.act is None else self.changed.act.id

    def alter(self, finding: Finding, event: Event, **columns: object) -> FindingVersion:
        """Change a finding and keep what it has become as a version."""
        for name, value in columns.items():
            setattr(finding, name, value)
        made = version(finding, event, self.now, act=self.act)
        self.altered.append((finding, made))
        return made


def findings_project(changed: Changed) -> None:
    """Bring the findings of one dossier to what its obligations say. The caller holds the dossier's lock."""
    breaches = {
        key: stored
        for key, stored in changed.obligations.items()
        if stored.status in BREACHES and not stored.withdrawn
    }
    erased = changed.act is not None and changed.act.type == ERASED
    if not breaches and (changed.dossier.position <= 1 or not has_findings(changed.dossier)):
        return
    known = findings_of(changed.dossier)
    now = max(clock.now(), changed.acts[-1].recorded_at)
    batch = Batch(changed, alerting(now), now)
    if erased:
        explanations_erase(changed.dossier)
    obligations = breaches_by_id(changed, breaches)
    for row in obligations.values():
        finding = known.get(row.id)
        if finding is None:
            found(batch, row)
        else:
            followed(batch, finding, row)
    for finding in known.values():
        if finding.closed_at is None and finding.obligation_id not in obligations:
            fell_away(batch, finding)
    written(batch)


def has_findings(dossier: Dossier) -> bool:
    """Whether anything was ever found in a dossier; nearly always not, and then nothing more is asked."""
    return bool(Finding.objects.unfenced("findings follow obligations").filter(dossier=dossier).exists())


def findings_of(dossier: Dossier) -> dict[int, Finding]:
    """The findings of a dossier by obligation, locked: an answer and a change come one after the other."""
    rows = Finding.objects.unfenced("findings follow obligations").filter(dossier=dossier)
    locked = rows.select_for_update(no_key=True, of=("self",)).select_related("obligation")
    return {row.obligation_id: row for row in locked.order_by("id")}


def breaches_by_id(changed: Changed, breaches: Mapping[Key, object]) -> dict[int, Obligation]:
    """The rows of the obligations in breach, from the table: what waited to be written in a sitting has its number there only."""
    if not breaches:
        return {}
    rows = Obligation.objects.unfenced("findings follow obligations").filter(
        dossier=changed.dossier, status__in=BREACHES, withdrawn_at=None
    )
    return {row.id: row for row in rows.select_related("opened_by", "decided_by").order_by("id")}


def found(batch: Batch, row: Obligation) -> None:
    """A finding that was not there; none where the rule makes none of this."""
    if row.status not in batch.rule.findings.get(row.severity, ()):
        return
    officer = row.owner_id or last_handling(batch.changed.acts)
    finding = Finding(
        obligation=row,
        dossier=batch.changed.dossier,
        norm_id=row.norm_id,
        norm_version=row.version,
        severity=row.severity,
        unit_id=row.owner_unit_id,
        officer_id=officer,
        found_at=batch.now,
        released_at=batch.now,
        element=element_of(keys_of(row.scope), row.bearer, row.opened_by.type),
        **as_breached(row),
    )
    finding.title_zh, finding.title_en = titles(row.norm_id)
    batch.new.append((finding, version(finding, Event.FOUND, batch.now, act=batch.act)))


def followed(batch: Batch, finding: Finding, row: Obligation) -> None:
    """A finding whose obligation is still, or again, in breach."""
    columns = as_breached(row)
    if finding.closed_at is not None:
        columns |= {
            "closed_at": None,
            "answered_at": None,
            "level": 0,
            "found_at": batch.now,
            "released_at": batch.now,
            "officer_id": row.owner_id or finding.officer_id,
        }
        batch.alter(finding, Event.REOPENED, **columns)
        batch.anew.append(finding)
        return
    same = {name: getattr(finding, name) for name in ("breach", "since", "due_at")}
    facts = {name: columns[name] for name in same}
    if facts == same and row.status != "late":
        return
    if finding.status in (Status.CONTESTED, Status.DISMISSED):
        # What it became does not answer the contest, nor bring back what was dismissed.
        if facts != same:
            batch.alter(finding, Event.CHANGED, **facts)
    elif row.status == "late" and finding.status in WRONG_NOW:
        batch.alter(finding, Event.CURED, next_level_at=None, **columns)
    elif facts != same:
        # The act that cured it was withdrawn, or it is wrong in another way now.
        back = finding.status == Status.CURED and finding.breach == "late"
        more = {name: columns[name] for name in ("status", "cured_by_id", "cured_at")} if back else {}
        batch.alter(finding, Event.CHANGED, **facts, **more)


def fell_away(batch: Batch, finding: Finding) -> None:
    """A finding whose obligation was met in time after all, is void, or is opened by no act any more.

    Where the norm itself has left the rulebook the finding stands as it was: what was wrong then is not put right by that.
    """
    if finding.obligation.withdrawn_at is not None and retired(finding):
        return
    if finding.status == Status.CONTESTED:
        rows = Contest.objects.filter(finding=finding, outcome="")
        rows.update(outcome=Outcome.MOOT, decided_at=batch.now)
    batch.alter(
        finding,
        Event.CLOSED,
        status=Status.CLOSED,
        closed_at=batch.now,
        next_level_at=None,
        breach=finding.breach,
    )


def retired(finding: Finding) -> bool:
    """Whether the rulebook in force no longer has the version of the norm."""
    kept = {(plan.norm_id, plan.version) for plan in rulebook().plans}
    return (finding.norm_id, finding.norm_version) not in kept


def as_breached(row: Obligation) -> dict[str, object]:
    """What an obligation in breach makes of its finding, where nobody has answered yet."""
    decided = row.decided_by
    late = row.status == "late"
    since = row.due_at if row.status != "broken" or decided is None else decided.occurred_at
    return {
        "breach": row.status,
        "status": Status.CURED if late else Status.OPEN,
        "since": since or (decided or row.opened_by).occurred_at,
        "due_at": row.due_at,
        "cured_by_id": row.decided_by_id if late else None,
        "cured_at": decided.occurred_at if late and decided is not None else None,
    }


def keys_of(scope: str) -> frozenset[str]:
    """What a clock is kept by, from a scope's text."""
    return frozenset(part.partition("=")[0] for part in scope.split(";") if part)


def last_handling(acts: Iterable[Act]) -> str | None:
    """The officer who handled the dossier last; the first named leads."""
    for act in reversed(list(acts)):
        for slot in act.officers:
            if slot.get("role") in ROLES_TOLD:
                return slot["officer"]
    return None


def titles(norm_id: str) -> tuple[str, str]:
    """A norm's title in both languages; its id where the edition in force has no such norm."""
    for norm in rulebook().norms.norms:
        if norm.id == norm_id:
            return norm.title.zh, norm.title.en
    return norm_id, norm_id


def version(
    finding: Finding,
    event: Event,
    at: dt.datetime,
    *,
    act: uuid.UUID | None = None,
    by: str | None = None,
    note: str = "",
) -> FindingVersion:
    """The next version of a finding, as it stands now; not yet written."""
    finding.versions += 1
    finding.changed_at = at
    return FindingVersion(
        finding=finding,
        number=finding.versions,
        at=at,
        event=event,
        status=finding.status,
        breach=finding.breach,
        act_id=act,
        by_id=by,
        note=note,
    )


COLUMNS = (
    "breach", "status", "since", "due_at", "found_at", "released_at", "level", "next_level_at", "officer",
    "cured_by", "cured_at", "answered_at", "closed_at", "versions", "changed_at", "silent",
)  # fmt: skip
"""What may change of a finding."""


def written(batch: Batch) -> None:
    """Write it all: rows, versions with their reasons, and who is told."""
    if not batch.new and not batch.altered:
        return
    told(batch)
    fresh = [finding for finding, _ in batch.new]
    if fresh:
        stage_and_silence(batch, fresh)
        Finding.objects.bulk_create(fresh)
    for finding, made in batch.new:
        made.finding_id = finding.pk
    FindingVersion.objects.bulk_create([made for _, made in (*batch.new, *batch.altered)])
    findings_tell([*fresh, *batch.anew], batch.rule, batch.now)
    both = [*fresh, *(finding for finding, _ in batch.altered)]
    if both:
        Finding.objects.unfenced("findings follow obligations").bulk_update(both, COLUMNS)
    cured = [made.finding_id for _, made in batch.altered if made.event == Event.CURED]
    if cured:
        Alert.objects.filter(finding__in=cured, answered_at=None).update(answered_at=batch.now)
    for finding in (*fresh, *batch.anew):
        recurrence_note(finding, batch.rule, batch.now)


def told(batch: Batch) -> None:
    """Put the reasons into the new versions: what the norm says of the dossier now."""
    changed = batch.changed
    as_of_us = clock.microseconds(batch.now)
    rows = changed.rows or judge(rulebook(), changed.dossier.number, judged(changed.acts), as_of_us)
    by_key: dict[Key, Row] = {key_of(row): row for row in rows}
    for finding, made in (*batch.new, *batch.altered):
        obligation = finding.obligation
        key = (obligation.norm_id, obligation.version, obligation.scope, str(obligation.opened_by_id))
        made.explanation = explanation_of(by_key.get(key), as_of_us)


def judged(acts: Iterable[Act]) -> list[Judged]:
    """The acts that count, in the norms' form."""
    return [judged_act(place, act) for place, act in effective(acts)]


def stage_and_silence(batch: Batch, fresh: list[Finding]) -> None:
    """How far the case had come, and which norms are silent."""
    rows = Case.objects.unfenced("findings follow obligations").filter(pk=batch.changed.dossier.pk)
    stage = rows.values_list("stage", flat=True).first() or ""
    silent = set(Silence.objects.filter(lifted_at=None).values_list("norm_id", "norm_version"))
    for finding in fresh:
        finding.stage = stage
        finding.silent = (finding.norm_id, finding.norm_version) in silent


def rebuilt(changed: Changed) -> None:
    """The same for a dossier as it stands, where nothing has changed: what is missing is made, what is wrong is mended."""
    findings_project(replace(changed, act=None))
