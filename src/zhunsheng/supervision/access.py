"""The only way from a person to findings and the ledger: within reach, or because it is theirs to answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.casework.parties import named
from zhunsheng.feeds.models import Case
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.access import Denied, Reach, reach
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision.codes import ANSWERABLE, PUT_RIGHT, Repair
from zhunsheng.supervision.models import Alert, Contest, Finding, FindingVersion, Rectification
from zhunsheng.supervision.sources import Source, source_of

SHOWN_WITH = ("dossier", "unit", "feed", "imported__case__feed")
"""What a finding in a list is read with."""
OWN_PURPOSE = "handling"
"""On record where an officer reads what is theirs to answer and holds no role any more."""
ANSWERING = (Role.HANDLER, Role.APPROVER)
"""Who answers in the place of an officer who has left."""


@dataclass(frozen=True)
class Shown:
    """A party as words name them."""

    shown: str


@dataclass(frozen=True)
class FindingView:
    """A finding opened for reading."""

    finding: Finding
    source: Source
    by: Officer
    contents: bool
    """Whether facts of the dossier may be shown: it is within reach and not sealed."""
    language: Language
    history: tuple[FindingVersion, ...]
    contests: tuple[Contest, ...]
    alerts: tuple[Alert, ...]
    parties: Mapping[str, Shown] = field(default_factory=dict)

    def told(self, version: FindingVersion) -> dict[str, Any]:
        """The reasons kept with a version, with names in place of keys; without facts where those are closed."""
        kept: dict[str, Any] = version.explanation.get(self.language, {})
        if not self.contents:
            return {name: kept.get(name) for name in ("title", "status", "basis", "cure")}
        return {
            name: named(part, self.parties) if isinstance(part, str)
            else [named(line, self.parties) for line in part] if isinstance(part, list)
            else part
            for name, part in kept.items()
        }  # fmt: skip


def findings_within(*, by: Officer, purpose: str) -> QuerySet[Finding]:
    """The findings within reach for a purpose, released; what every list and figure starts from. Denied when none may be seen."""
    return Finding.objects.within(reach(by, purpose))


def findings_own(by: Officer) -> QuerySet[Finding]:
    """What is the officer's own to answer, or what they were told of."""
    told = Alert.objects.filter(officer=by).values("finding_id")
    return Finding.objects.unfenced("one's own").filter(Q(officer=by) | Q(pk__in=told))


def rectifications_within(*, by: Officer, purpose: str) -> QuerySet[Rectification]:
    """The lines of the ledger within reach."""
    return Rectification.objects.within(reach(by, purpose))


def finding_open(
    finding_id: int, *, by: Officer, purpose: str | None, via: str, language: Language = "zh"
) -> FindingView:
    """One finding, to be read; the reading and the receipt are on record. Denied when there is none or it is not theirs to see.

    Nobody needs a role for what is theirs to answer: whoever lost access still learns what is said of their acts.
    """
    finding = finding_seen(finding_id, by, purpose)
    source = source_of(finding)
    contents = contents_open(finding, by, purpose)
    if contents:
        source.reading(by=by, purpose=purpose or OWN_PURPOSE, via=via)
    Alert.objects.filter(finding=finding, officer=by, seen_at=None).update(seen_at=clock.now())
    return FindingView(
        finding,
        source,
        by,
        contents,
        language,
        tuple(finding.history.select_related("act", "by", "event_row").order_by("number")),
        tuple(
            finding.contests.select_related(
                "officer", "decided_by", "evidence_act", "evidence_event"
            ).order_by("id")
        ),
        tuple(finding.alerts.order_by("id")),
        {key: Shown(name) for key, name in source.names().items()} if contents else {},
    )


def finding_seen(finding_id: int, by: Officer, purpose: str | None) -> Finding:
    """The finding, where it is theirs or within reach."""
    columns = (*SHOWN_WITH, "officer", "cured_by", "cured_event", "obligation")
    own: Finding | None = findings_own(by).filter(pk=finding_id).select_related(*columns).first()
    if own is not None:
        return own
    if purpose is None:
        raise Denied
    found: Finding | None = (
        findings_within(by=by, purpose=purpose).filter(pk=finding_id).select_related(*columns).first()
    )
    if found is None:
        raise Denied
    return found


def contents_open(finding: Finding, by: Officer, purpose: str | None) -> bool:
    """Whether the dossier's facts may be shown with it."""
    source = source_of(finding)
    if finding.officer_id == by.number and not source.sealed:
        return True
    return purpose is not None and source.open_for(by, purpose)


def dossiers_open(ids: set[uuid.UUID], within: Reach) -> set[uuid.UUID]:
    """Of some dossiers those within reach and not sealed; asked once for all of them."""
    if not ids:
        return set()
    return set(Dossier.objects.within(within).filter(pk__in=ids).values_list("pk", flat=True))


def contents_among(findings: Iterable[Finding], by: Officer, purpose: str | None) -> set[int]:
    """Of some findings those whose dossier's facts may be shown; asked once for all of them."""
    rows = list(findings)
    sealed = {one.pk for one in rows if one.dossier is not None and one.dossier.sealed_at is not None}
    found = {one.pk for one in rows if one.officer_id == by.number} - sealed
    if purpose is None:
        return found
    for_it = reach(by, purpose)
    dossiers = dossiers_open({one.dossier_id for one in rows if one.dossier_id}, for_it)
    cases = Case.objects.within(for_it).filter(pk__in={one.imported.case_id for one in rows if one.imported})
    open_ = {*dossiers, *cases.values_list("pk", flat=True)}
    return found | {
        one.pk for one in rows if (one.imported.case_id if one.imported else one.dossier_id) in open_
    }


def rows_words_open(rows: Iterable[Rectification], officer: Officer, purpose: str | None) -> set[int]:
    """Of some lines those of which what people wrote may be shown: it may repeat facts of a dossier, and goes where these go."""
    every = list(rows)
    findings = {row.finding.pk: row.finding for row in every if row.finding is not None}
    facts = contents_among(findings.values(), officer, purpose)
    spoken_of = {row.dossier_id for row in every if row.dossier_id}
    dossiers = (
        dossiers_open(spoken_of, reach(officer, purpose)) if spoken_of and purpose is not None else set()
    )
    return {
        row.pk
        for row in every
        if row.finding_id in facts
        or (row.finding is None and (row.dossier is None or row.dossier_id in dossiers))
        or (row.owner_id == officer.number and not of_sealed(row))
    }


def of_sealed(row: Rectification) -> bool:
    """Whether the dossier it speaks of is sealed."""
    if row.finding is not None:
        return source_of(row.finding).sealed
    return row.dossier is not None and row.dossier.sealed_at is not None


def may_answer(finding: Finding, by: Officer) -> bool:
    """Whether it is theirs to answer: the officer it concerns; where nobody is that any more, who handles or approves there.

    Nobody answers what a silent norm has found.
    """
    if finding.silent or finding.status not in (*ANSWERABLE, *PUT_RIGHT):
        return False
    if finding.officer_id == by.number:
        return True
    gone = finding.officer is None or not finding.officer.is_active
    return gone and holds_over(by, ANSWERING, finding.unit_id, clock.now())


def may_decide(contest: Contest, by: Officer) -> bool:
    """Whether they may decide a contest: a supervisor of the unit, and none of those whose hand is in it."""
    finding = contest.finding
    involved = {contest.officer_id, finding.officer_id, finding.found_by_id}
    return (
        by.number not in involved
        and holds_over(by, [Role.SUPERVISOR], finding.unit_id, clock.now())
        and not source_of(finding).took_part(by)
    )


def may_report(row: Rectification, by: Officer) -> bool:
    """Whether they may say that it is done: the owner; where that account is shut, who handles or approves there."""
    if row.status != Repair.OPEN:
        return False
    gone = not row.owner.is_active
    return row.owner_id == by.number or (gone and holds_over(by, ANSWERING, row.unit_id, clock.now()))


def may_supervise(row: Rectification, by: Officer) -> bool:
    """Whether they may verify, return, open again and escalate: a supervisor of the unit who neither owns it nor did it."""
    return by.number not in (row.owner_id, row.done_by_id) and holds_over(
        by, [Role.SUPERVISOR], row.unit_id, clock.now()
    )


def rectification_seen(row_id: int, by: Officer, purpose: str | None) -> Rectification:
    """A line of the ledger: one's own, or within reach; Denied otherwise."""
    people = ("owner", "done_by", "verified_by", "opened_by")
    columns = ("unit", "hand_down", "dossier", *people, *(f"finding__{name}" for name in SHOWN_WITH))
    own = Rectification.objects.unfenced("one's own").filter(pk=row_id, owner=by)
    found: Rectification | None = own.select_related(*columns).first()
    if found is None and purpose is not None:
        found = (
            rectifications_within(by=by, purpose=purpose).filter(pk=row_id).select_related(*columns).first()
        )
    if found is None:
        raise Denied
    return found
