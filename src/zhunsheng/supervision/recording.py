"""Findings as rows that follow obligations, in the transaction of what changes them: an act, an imported row, or time alone.

The same for a dossier of our own and for a case that another system tells of: `own` and `imported` say what each is made of.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.alerting import Alerting, alerting, element_of
from zhunsheng.supervision.codes import WRONG_NOW, Event, Outcome, Status
from zhunsheng.supervision.models import Alert, Contest, Finding, FindingVersion, Silence
from zhunsheng.supervision.telling import advance, findings_tell


@dataclass(frozen=True)
class Breach:
    """An obligation that is not simply in order, wherever it is kept."""

    id: int
    norm_id: str
    version: str
    scope: str
    bearer: str
    severity: str
    status: str
    due_at: dt.datetime | None
    opened_type: str
    opened_at: dt.datetime | None
    decided_at: dt.datetime | None
    decided: Mapping[str, object]
    """What decided it, as the columns `cured_by_id` and `cured_event_id` of a finding."""
    unit_id: str
    officer_id: str | None


class Subject(Protocol):
    """A dossier or a case after a change, under its lock."""

    now: dt.datetime

    @property
    def act(self) -> uuid.UUID | None:
        """The act of ours that changed it."""

    def findings(self) -> dict[int, Finding]:
        """Its findings by obligation, locked: an answer and a change come one after the other."""

    def breaches(self) -> dict[int, Breach]:
        """Its obligations in breach, withdrawn ones left out."""

    def rests_on(self, breach: Breach) -> dict[str, object]:
        """The columns by which a new finding rests on an obligation of this subject."""

    def withdrawn(self, finding: Finding) -> bool:
        """Whether nothing opens its obligation any more."""

    def cure_counts(self, finding: Finding, /) -> bool:
        """Whether what was named as its cure still counts."""

    def moved(self, finding: Finding, breach: Breach, /) -> dict[str, str | None]:
        """Whose it has become since it was found: the columns `unit_id` and `officer_id` that changed."""

    def stage(self) -> str:
        """How far the case has come."""

    def reasons(self, finding: Finding) -> dict[str, Any]:
        """What the norm says of it now, by language."""

    def event_row(self, finding: Finding, /) -> int | None:
        """The row of a feed that decided it."""


@dataclass
class Batch:
    """What one change of a subject does to its findings; written together."""

    subject: Subject
    rule: Alerting
    new: list[tuple[Finding, FindingVersion]] = field(default_factory=list)
    altered: list[tuple[Finding, FindingVersion]] = field(default_factory=list)
    anew: list[Finding] = field(default_factory=list)
    """Findings that arose again."""
    handed: list[Finding] = field(default_factory=list)
    """Findings that somebody else is to answer now."""

    @property
    def now(self) -> dt.datetime:
        return self.subject.now

    def alter(self, finding: Finding, event: Event, /, **columns: object) -> FindingVersion:
        """Change a finding and keep what it has become as a version."""
        return self.alter_noting(finding, event, "", columns)

    def alter_noting(
        self, finding: Finding, event: Event, note: str, columns: Mapping[str, object]
    ) -> FindingVersion:
        """The same, with a note."""
        for name, value in columns.items():
            setattr(finding, name, value)
        made = version(finding, event, self.now, act=self.subject.act, note=note)
        self.altered.append((finding, made))
        return made


def findings_follow(subject: Subject) -> None:
    """Bring the findings of one subject to what its obligations say. The caller holds its lock."""
    known = subject.findings()
    batch = Batch(subject, alerting(subject.now))
    breaches = subject.breaches()
    for row in breaches.values():
        finding = known.get(row.id)
        if finding is None:
            found(batch, row)
        else:
            followed(batch, finding, row)
    for obligation_id, finding in known.items():
        if finding.closed_at is None and obligation_id not in breaches:
            fell_away(batch, finding)
    written(batch)


def found(batch: Batch, row: Breach) -> None:
    """A finding that was not there; none where the rule makes none of this."""
    if row.status not in batch.rule.findings.get(row.severity, ()):
        return
    finding = Finding(
        norm_id=row.norm_id,
        norm_version=row.version,
        severity=row.severity,
        unit_id=row.unit_id,
        officer_id=row.officer_id,
        found_at=batch.now,
        released_at=batch.now,
        element=element_of(keys_of(row.scope), row.bearer, row.opened_type),
        **batch.subject.rests_on(row),
        **as_breached(row, batch.now),
    )
    finding.title_zh, finding.title_en = titles(row.norm_id)
    batch.new.append((finding, version(finding, Event.FOUND, batch.now, act=batch.subject.act)))


def followed(batch: Batch, finding: Finding, row: Breach) -> None:
    """A finding whose obligation is still, or again, in breach."""
    columns = as_breached(row, finding.since)
    if finding.closed_at is not None:
        columns |= {
            "closed_at": None,
            "answered_at": None,
            "level": 0,
            "found_at": batch.now,
            "released_at": batch.now,
            "officer_id": row.officer_id or finding.officer_id,
        }
        batch.alter(finding, Event.REOPENED, **columns)
        batch.anew.append(finding)
        return
    if moved := batch.subject.moved(finding, row):
        handed_over(batch, finding, moved)
    same = {name: getattr(finding, name) for name in ("breach", "since", "due_at")}
    facts = {name: columns[name] for name in same}
    uncured = row.status != "late" and cure_gone(batch.subject, finding)
    if facts == same and row.status != "late" and not uncured:
        return
    if finding.status in (Status.CONTESTED, Status.DISMISSED):
        # What it became does not answer the contest, nor bring back what was dismissed.
        if facts != same or uncured:
            batch.alter(finding, Event.CHANGED, **facts, **(dict.fromkeys(CURE) if uncured else {}))
    elif row.status == "late" and (
        finding.status in (*WRONG_NOW, Status.RECTIFIED)
        or (finding.status == Status.CURED and not batch.subject.cure_counts(finding))
    ):
        batch.alter(finding, Event.CURED, next_level_at=None, **columns)
    elif uncured and finding.status == Status.CURED:
        # Nobody has answered what is wrong again: whoever was not told yet is told when their time has come.
        again = {"status": Status.OPEN, "next_level_at": None if finding.silent else batch.now}
        batch.alter(finding, Event.CHANGED, **facts, **again, **dict.fromkeys(CURE))
    elif facts != same:
        batch.alter(finding, Event.CHANGED, **facts)


def cure_gone(subject: Subject, finding: Finding) -> bool:
    """Whether what is not done late has no cure any more: the act that cured it was withdrawn, or does not come late now."""
    named = finding.cured_by_id is not None or finding.cured_event_id is not None
    return finding.breach == "late" or (named and not subject.cure_counts(finding))


def handed_over(batch: Batch, finding: Finding, moved: Mapping[str, str | None]) -> None:
    """Somebody else is to answer now: kept as a version, and where nobody has answered yet, they are told from the beginning."""
    words = "；".join(
        f"{MOVED[name]}：{getattr(finding, name) or '未指明'} → {value or '未指明'}"
        for name, value in moved.items()
    )
    batch.alter_noting(finding, Event.CHANGED, words, moved)
    if finding.status == Status.OPEN and not finding.silent:
        finding.level = 0
        batch.handed.append(finding)


MOVED = {"unit_id": "责任单位", "officer_id": "承办人"}
CURE = ("cured_by_id", "cured_event_id", "cured_at")
"""The columns that say what cured it."""


def fell_away(batch: Batch, finding: Finding) -> None:
    """A finding whose obligation was met in time after all, is void, or is opened by no act any more.

    Where the norm itself has left the rulebook the finding stands as it was: what was wrong then is not put right by that.
    """
    if batch.subject.withdrawn(finding) and retired(finding):
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


def as_breached(row: Breach, otherwise: dt.datetime) -> dict[str, object]:
    """What an obligation in breach makes of its finding, where nobody has answered yet; `otherwise` where no act has a time."""
    late = row.status == "late"
    since = row.due_at if row.status != "broken" or row.decided_at is None else row.decided_at
    decided = row.decided if late else dict.fromkeys(row.decided)
    return {
        "breach": row.status,
        "status": Status.CURED if late else Status.OPEN,
        "since": since or row.decided_at or row.opened_at or otherwise,
        "due_at": row.due_at,
        "cured_at": row.decided_at if late else None,
        **decided,
    }


def keys_of(scope: str) -> frozenset[str]:
    """What a clock is kept by, from a scope's text."""
    return frozenset(part.partition("=")[0] for part in scope.split(";") if part)


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
    "breach", "status", "since", "due_at", "found_at", "released_at", "level", "next_level_at", "officer", "unit",
    "cured_by", "cured_event", "cured_at", "answered_at", "closed_at", "versions", "changed_at", "silent",
)  # fmt: skip
"""What may change of a finding."""


def written(batch: Batch) -> None:
    """Write it all: rows, versions with their reasons, and who is told."""
    if not batch.new and not batch.altered:
        return
    fresh = [finding for finding, _ in batch.new]
    if fresh or batch.anew or batch.handed:
        silence_note(batch, fresh)
    if fresh:
        stage = batch.subject.stage()
        for finding in fresh:
            finding.stage = stage
        Finding.objects.bulk_create(fresh)
    for finding, made in (*batch.new, *batch.altered):
        made.finding_id = finding.pk
        made.explanation = batch.subject.reasons(finding)
        made.event_row_id = batch.subject.event_row(finding)
    FindingVersion.objects.bulk_create([made for _, made in (*batch.new, *batch.altered)])
    findings_tell([*fresh, *batch.anew], batch.rule, batch.now)
    for finding in batch.handed:
        advance(finding, batch.rule, batch.now)
    both = [*fresh, *{finding.pk: finding for finding, _ in batch.altered}.values()]
    if both:
        Finding.objects.unfenced("findings follow obligations").bulk_update(both, COLUMNS)
    cured = [made.finding_id for _, made in batch.altered if made.event == Event.CURED]
    if cured:
        Alert.objects.filter(finding__in=cured, answered_at=None).update(answered_at=batch.now)


def silence_note(batch: Batch, fresh: list[Finding]) -> None:
    """What is found, or arises again, while its norm is silent is silent too; of what was handed over nobody else is told."""
    silent = set(Silence.objects.filter(lifted_at=None).values_list("norm_id", "norm_version"))
    for finding in (*fresh, *batch.anew):
        finding.silent = (finding.norm_id, finding.norm_version) in silent
    batch.handed = [one for one in batch.handed if (one.norm_id, one.norm_version) not in silent]
