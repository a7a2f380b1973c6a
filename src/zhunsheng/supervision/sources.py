"""What a finding rests on, behind one interface: a dossier of our own, or a case that another system tells of.

Pages and services ask the source; they need not know which of the two it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from django.urls import reverse

from zhunsheng.acts.access import reading_record
from zhunsheng.acts.columns import effective
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.casework.models import Party
from zhunsheng.feeds.models import Case, Event, Obligation, Reading
from zhunsheng.feeds.selectors import events_that_count
from zhunsheng.people.access import reach
from zhunsheng.people.models import Officer
from zhunsheng.supervision.imported import officers_here, row_words
from zhunsheng.supervision.models import Finding

HOUSE = "access to the finding was given"


@dataclass(frozen=True)
class Named:
    """What was done in a case, as somebody names it: an act of ours or another system's event."""

    done: Act | Event
    known_at: dt.datetime
    """Not done before this, as far as can be told."""
    zh: str

    @property
    def occurred_at(self) -> dt.datetime:
        """When it was done; where that is not stated, when it became known."""
        at: dt.datetime | None = self.done.occurred_at if isinstance(self.done, Act) else self.done.at
        return at or self.known_at

    @property
    def act(self) -> Act | None:
        """The act, where it is one of ours."""
        return self.done if isinstance(self.done, Act) else None

    @property
    def event(self) -> Event | None:
        """The row of a feed, where it is one."""
        return self.done if isinstance(self.done, Event) else None


class Source(Protocol):
    """Where a finding was found."""

    number: str
    """What people call the case."""
    sealed: bool

    @property
    def url(self) -> str:
        """The page of the case; empty where it is kept elsewhere."""

    def named(self, text: str) -> Named | None:
        """What was done, by its number or id; None for what names nothing that counts."""

    def open_for(self, by: Officer, purpose: str) -> bool:
        """Whether the facts lie within reach."""

    def took_part(self, by: Officer) -> bool:
        """Whether the officer recorded or stood in anything done in the case."""

    def reading(self, *, by: Officer, purpose: str, via: str) -> None:
        """Put on record that the facts were read."""

    def names(self) -> dict[str, str]:
        """Key → name of the people of the case."""

    def lock(self) -> None:
        """Lock the case, before its findings are."""


def source_of(finding: Finding) -> Source:
    """The source of a finding."""
    if finding.dossier is not None:
        return OwnSource(finding.dossier)
    assert finding.imported is not None
    return ImportedSource(finding.imported)


class OwnSource:
    """A dossier of our own."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier, self.number = dossier, dossier.number
        self.sealed = dossier.sealed_at is not None

    @property
    def url(self) -> str:
        """The page of the case."""
        return reverse("case", args=[self.dossier.pk])

    @cached_property
    def acts(self) -> Sequence[Act]:
        """The acts that count."""
        return [act for _, act in effective(dossier_acts(self.dossier))]

    def named(self, text: str) -> Named | None:
        """By its place in the dossier, or its id."""
        for act in self.acts:
            if text.strip() in (str(act.position), str(act.id)):
                return Named(act, act.recorded_at, f"第{act.position}项行为")
        return None

    def open_for(self, by: Officer, purpose: str) -> bool:
        """Within reach and not sealed."""
        return bool(Dossier.objects.within(reach(by, purpose)).filter(pk=self.dossier.pk).exists())

    def took_part(self, by: Officer) -> bool:
        """Whether they recorded an act or stood in one, whether it counts or not."""
        return any(
            act.recorded_by_id == by.number or any(slot.get("officer") == by.number for slot in act.officers)
            for act in dossier_acts(self.dossier)
        )

    def reading(self, *, by: Officer, purpose: str, via: str) -> None:
        """In the dossier's own record."""
        reading_record(self.dossier, by=by, purpose=purpose, via=via)

    def names(self) -> dict[str, str]:
        """From the parties told of."""
        rows = Party.objects.unfenced("access to the dossier was given").filter(dossier=self.dossier)
        return dict(rows.exclude(name="").values_list("key", "name"))

    def lock(self) -> None:
        """The dossier's row."""
        rows = Dossier.objects.unfenced("who may is checked next").select_for_update(no_key=True)
        rows.get(pk=self.dossier.pk)


class ImportedSource:
    """A case that another system tells of: a row is named by its key there."""

    sealed = False
    url = ""

    def __init__(self, obligation: Obligation) -> None:
        self.obligation, self.case = obligation, obligation.case
        self.number = obligation.case.number

    @cached_property
    def events(self) -> Sequence[Event]:
        """The events that count."""
        return list(events_that_count(self.case.feed.name, [self.case.number]))

    def named(self, text: str) -> Named | None:
        """By the key of its row."""
        for event in self.events:
            if text.strip() == event.key:
                known = event.at or event.recorded_at
                return Named(event, known, row_words(event, self.case.feed, "zh"))
        return None

    def open_for(self, by: Officer, purpose: str) -> bool:
        """Within reach by the unit whose case it is."""
        return bool(Case.objects.within(reach(by, purpose)).filter(pk=self.case.pk).exists())

    def took_part(self, by: Officer) -> bool:
        """Whether the other system names them in any version of any row of the case, by our number or by one that leads to it."""
        return by.number in officers_here(self.case)

    def reading(self, *, by: Officer, purpose: str, via: str) -> None:
        """In the record of the feeds."""
        Reading.objects.create(
            case=self.case, officer=by, purpose=purpose[:30], via=via[:100], at=clock.now()
        )

    def names(self) -> dict[str, str]:
        """None: people are told as the other system writes them."""
        return {}

    def lock(self) -> None:
        """The case's row."""
        Case.objects.unfenced("who may is checked next").select_for_update(no_key=True).get(pk=self.case.pk)
