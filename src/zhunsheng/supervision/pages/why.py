"""The reasons of a finding as people read them: names for numbers, places for ids, and the form by which it is put right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhunsheng.acts.models import Act
from zhunsheng.acts.words import label
from zhunsheng.casework.forms.advice import Cure, act_url, plain, wanted_type
from zhunsheng.casework.forms.codes import codes_told
from zhunsheng.casework.pages.course import title_of
from zhunsheng.casework.readable import names_in, with_names, without_codes
from zhunsheng.feeds.models import Event
from zhunsheng.people.bilingual import both
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.access import FindingView
from zhunsheng.supervision.models import Finding, FindingVersion
from zhunsheng.supervision.pages.words import moment
from zhunsheng.supervision.sources import ImportedSource, OwnSource, Source

Told = Mapping[str, Any]
LINES = ("facts", "steps", "missing")
ROW_KEY = re.compile(r"\s*\[([^\[\]]+)\]")
"""How the interpreter names an act by its id."""


@dataclass(frozen=True)
class Reader:
    """What the lines of one finding are read with."""

    view: FindingView
    acts: tuple[Act, ...]
    """Those of the dossier that count; none where its contents are closed."""
    names: Mapping[str, str]

    def told(self, version: FindingVersion) -> Told:
        """The reasons kept with a version, plain."""
        kept = self.view.told(version)
        language = self.view.language
        basis = (without_codes(line, language) for line in kept.get("basis") or ())
        return {
            **kept,
            "verdict": self.line(kept.get("verdict") or ""),
            "basis": [line for line in basis if line],
            **{name: [self.line(one) for one in kept.get(name) or ()] for name in LINES},
        }

    def line(self, text: str) -> str:
        """One line without ids, codes and numbers of people."""
        positions = {str(act.id): act.position for act in self.acts}
        if self.view.finding.feed_id is not None:
            text = ROW_KEY.sub(lambda found: str(both(f"（编号{found[1]}）", f" (key {found[1]})")), text)
        return with_names(codes_told(plain(text, positions), self.view.language), self.names)

    def choices(self, since: Any = None) -> list[tuple[str, object]]:
        """The acts to choose from by their place, the newest first: all, or those recorded since."""
        return choices_of(self.view.source, since) if self.view.contents else []


def reader(view: FindingView) -> Reader:
    """Read what the lines need, once for the page."""
    source = view.source
    acts = tuple(source.acts) if view.contents and isinstance(source, OwnSource) else ()
    told = [view.told(version) for version in view.history]
    lines = [line for one in told for name in LINES for line in one.get(name) or () if isinstance(line, str)]
    return Reader(view, acts, names_in([*lines, *(one.get("verdict") or "" for one in told)]))


def chosen(act: Act) -> object:
    """An act as a list to choose from shows it."""
    zh, en = f"第{act.position}项", f"act {act.position}"
    when = moment(act.occurred_at)
    return both(f"{zh}　{when}　{title_of(act)}", f"{en}, {when}, {title_of(act)}")


def choices_of(source: Source, since: Any = None) -> list[tuple[str, object]]:
    """What was done in a case, to choose from, the newest first: all, or what was recorded since."""
    if isinstance(source, OwnSource):
        return [
            (str(act.position), chosen(act))
            for act in reversed(source.acts)
            if since is None or act.recorded_at >= since
        ]
    assert isinstance(source, ImportedSource)
    return [
        (event.key, chosen_event(event))
        for event in newest_first(source.events)
        if since is None or (event.at or event.recorded_at) >= since
    ]


def newest_first(events: Iterable[Event]) -> list[Event]:
    """By when they happened; those without a time last."""
    return sorted(events, key=lambda e: (e.at is not None, e.at or e.recorded_at, e.pk), reverse=True)


def chosen_event(event: Event) -> object:
    """A row of another system as a list to choose from shows it."""
    when = "" if event.at is None else moment(event.at)
    return both(
        f"编号{event.key}　{when}　{label(event.type)}", f"{event.key}, {when}, {label(event.type, 'en')}"
    )


def remedy(finding: Finding) -> Cure | None:
    """The form of the act the norm asks for, about the same person or thing; None where it names none or the case is not ours."""
    known = (finding.norm_id, finding.norm_version)
    plan = next((p for p in rulebook().plans if (p.norm_id, p.version) == known), None)
    wanted = None if plan is None else wanted_type(plan)
    if wanted is None or finding.obligation is None or finding.dossier_id is None:
        return None
    scope = dict(part.partition("=")[::2] for part in finding.obligation.scope.split(";") if part)
    return Cure(
        act_url(finding.dossier_id, wanted, scope),
        both(f"去登记“{label(wanted)}”", f"Record: {label(wanted, 'en')}"),
    )
