"""Findings of cases that another system tells of: they follow the obligations in the transaction that judges them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.feeds.files import feed_file
from zhunsheng.feeds.models import Case, Event, Obligation
from zhunsheng.feeds.projections import CaseChanged
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.guard import Key, key_of
from zhunsheng.supervision.explanations import LANGUAGES, explanation_of
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.recording import Breach, findings_follow

ROWS_TOLD = 40
"""Rows of the source named with one finding; beyond them only their number."""


def case_findings_project(changed: CaseChanged) -> None:
    """Bring the findings of one case to what its obligations say. The caller holds the case's lock."""
    breaches = any(breached(one) for one in changed.obligations.values())
    if breaches or case_has_findings(changed.case):
        findings_follow(ImportedSubject(changed))


def case_has_findings(case: Case) -> bool:
    """Whether anything was ever found in a case."""
    rows = Finding.objects.unfenced("findings follow obligations").filter(imported__case=case)
    return bool(rows.exists())


def breached(row: Obligation) -> bool:
    """Whether an obligation is in breach."""
    return row.status in BREACHES and row.withdrawn_at is None


class ImportedSubject:
    """A case of another system after it was judged."""

    act = None
    """None of ours."""

    def __init__(self, changed: CaseChanged) -> None:
        self.changed = changed
        self.now: dt.datetime = clock.now()

    def findings(self) -> dict[int, Finding]:
        """By obligation, locked."""
        rows = Finding.objects.unfenced("findings follow obligations").filter(
            imported__case=self.changed.case
        )
        locked = rows.select_for_update(no_key=True, of=("self",))
        return {row.imported_id: row for row in locked.select_related("imported__case__feed").order_by("id")}

    @cached_property
    def by_id(self) -> Mapping[int, Obligation]:
        """The obligations of the case."""
        return {row.id: row for row in self.changed.obligations.values()}

    def one(self, finding: Finding) -> Obligation:
        """The obligation of a finding of the case."""
        assert finding.imported_id is not None
        return self.by_id[finding.imported_id]

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """The events that count, by key."""
        return {event.key: event for event in self.changed.events}

    def breaches(self) -> dict[int, Breach]:
        """Those in breach."""
        return {pk: self.breach(row) for pk, row in sorted(self.by_id.items()) if breached(row)}

    def breach(self, row: Obligation) -> Breach:
        """An obligation as findings see it."""
        decided = self.events.get(row.decided_by)
        return Breach(
            row.id,
            row.norm_id,
            row.version,
            row.scope,
            row.bearer,
            row.severity,
            row.status,
            row.due_at,
            row.opened_type,
            row.opened_at,
            row.decided_at,
            {"cured_event_id": None if decided is None else decided.pk},
            row.owner_unit_id,
            row.owner_id,
        )

    def rests_on(self, breach: Breach) -> dict[str, object]:
        """The obligation and its feed."""
        return {"imported": self.by_id[breach.id], "feed": self.changed.case.feed}

    def withdrawn(self, finding: Finding) -> bool:
        """Whether no event opens it any more."""
        return self.one(finding).withdrawn_at is not None

    def cure_counts(self, finding: Finding) -> bool:
        """Whether the row, as it stands now, still counts."""
        return finding.cured_event is None or finding.cured_event.key in self.events

    def moved(self, finding: Finding, breach: Breach) -> dict[str, str | None]:
        """Another unit, or an officer where nobody was known, since the other system or the feed's settings say so now."""
        told: dict[str, str | None] = {}
        if finding.unit_id != breach.unit_id:
            told["unit_id"] = breach.unit_id
        if finding.officer_id is None and breach.officer_id is not None:
            told["officer_id"] = breach.officer_id
        return told

    def stage(self) -> str:
        """Not known of a case that is kept elsewhere."""
        return ""

    @cached_property
    def by_key(self) -> Mapping[Key, Row]:
        """What the norms say of the case."""
        return {key_of(row): row for row in self.changed.rows}

    def row(self, finding: Finding) -> Row | None:
        """What the norm says of a finding."""
        one = self.one(finding)
        return self.by_key.get((one.norm_id, one.version, one.scope, one.opened_by))

    def reasons(self, finding: Finding) -> dict[str, Any]:
        """The reasons, by language, with the rows of the source that they rest on."""
        row = self.row(finding)
        told = explanation_of(row, self.changed.as_of_us)
        for language in LANGUAGES:
            if language in told:
                told[language]["rows"] = [*self.rows_told(row, language)]
        return told

    def rows_told(self, row: Row | None, language: Language) -> Iterator[str]:
        """The rows that decide, each with where it stands."""
        keys = [] if row is None else [a.facts["act_id"] for a in acts_of(row)]
        events = [self.events[key] for key in dict.fromkeys(keys) if key in self.events]
        for event in events[:ROWS_TOLD]:
            yield row_words(event, self.changed.case.feed, language)
        if len(events) > ROWS_TOLD:
            yield f"等{len(events)}行" if language == "zh" else f"… {len(events)} rows"

    def event_row(self, finding: Finding) -> int | None:
        """The row that decided it."""
        event = self.events.get(self.one(finding).decided_by)
        return None if event is None else event.pk


def acts_of(row: Row) -> Iterable[Any]:
    """The acts a result rests on, the opening one first."""
    decided = () if row.decided is None else (row.decided,)
    return (row.opened, *row.evidence, *row.doubts, *decided)


def row_words(event: Event, feed: Any, language: Language) -> str:
    """A row of a feed for people: what it says was done, and where it stands."""
    when = "" if event.at is None else f"{event.at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
    if language == "zh":
        number = "" if event.number is None else f"第{event.number}行"
        parts = [feed.title_zh or feed.name, f"{event.place}{number}", f"编号{event.key}"]
        changed = f"，第{event.version}次记录" if event.version > 1 else ""
        return f"{label(event.type)} {when}（{'，'.join(p for p in parts if p)}{changed}）"
    number = "" if event.number is None else f" row {event.number}"
    parts = [feed.title_en or feed.name, f"{event.place}{number}", f"key {event.key}"]
    changed = f", version {event.version}" if event.version > 1 else ""
    return f"{label(event.type, 'en')} {when} ({', '.join(p for p in parts if p)}{changed})"


def officers_here(case: Case) -> frozenset[str]:
    """Our numbers of everybody whom any version of any row of a case names."""
    rows = Event.objects.unfenced("who took part decides nothing here").filter(
        feed=case.feed, case=case.number
    )
    codes = {o["officer"] for content in rows.values_list("content", flat=True) for o in content["officers"]}
    try:
        known = feed_file(case.feed.name).officers
    except InputError:
        # The feed was taken away: what its obligations name is still known.
        rows_ = Obligation.objects.unfenced("who took part decides nothing here").filter(case=case)
        known = dict(rows_.exclude(owner=None).values_list("owner_code", "owner_id"))
    return frozenset(known.get(code, code) for code in codes)
