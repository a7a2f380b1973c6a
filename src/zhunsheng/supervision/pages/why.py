"""The reasons of a finding as people read them: names for numbers, places for ids, and the form by which it is put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhunsheng.acts.columns import effective
from zhunsheng.acts.models import Act
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.acts.words import label
from zhunsheng.casework.forms.advice import Cure, act_url, plain, wanted_type
from zhunsheng.casework.forms.codes import codes_told
from zhunsheng.casework.pages.course import title_of
from zhunsheng.casework.readable import names_in, with_names, without_codes
from zhunsheng.people.bilingual import both
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.access import FindingView
from zhunsheng.supervision.models import Finding, FindingVersion
from zhunsheng.supervision.pages.words import moment

Told = Mapping[str, Any]
LINES = ("facts", "steps", "missing")


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
        return with_names(codes_told(plain(text, positions), self.view.language), self.names)

    def choices(self, since: Any = None) -> list[tuple[str, object]]:
        """The acts to choose from by their place, the newest first: all, or those recorded since."""
        return [
            (str(act.position), chosen(act))
            for act in reversed(self.acts)
            if since is None or act.recorded_at >= since
        ]


def reader(view: FindingView) -> Reader:
    """Read what the lines need, once for the page."""
    dossier = view.finding.dossier
    acts = tuple(act for _, act in effective(dossier_acts(dossier))) if view.contents and dossier else ()
    told = [view.told(version) for version in view.history]
    lines = [line for one in told for name in LINES for line in one.get(name) or () if isinstance(line, str)]
    return Reader(view, acts, names_in([*lines, *(one.get("verdict") or "" for one in told)]))


def chosen(act: Act) -> object:
    """An act as a list to choose from shows it."""
    zh, en = f"第{act.position}项", f"act {act.position}"
    when = moment(act.occurred_at)
    return both(f"{zh}　{when}　{title_of(act)}", f"{en}, {when}, {title_of(act)}")


def remedy(finding: Finding) -> Cure | None:
    """The form of the act the norm asks for, about the same person or thing; None where it names none or the case is not ours."""
    known = (finding.norm_id, finding.norm_version)
    plan = next((p for p in rulebook().plans if (p.norm_id, p.version) == known), None)
    wanted = None if plan is None else wanted_type(plan)
    if wanted is None or finding.obligation is None:
        return None
    scope = dict(part.partition("=")[::2] for part in finding.obligation.scope.split(";") if part)
    return Cure(
        act_url(finding.dossier_id, wanted, scope),
        both(f"去登记“{label(wanted)}”", f"Record: {label(wanted, 'en')}"),
    )
