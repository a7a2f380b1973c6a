"""What to do next in a case: first what norms ask for and by when, then what usually comes at this stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import CaseFacts
from zhunsheng.casework.forms.advice import act_url, wanted_type
from zhunsheng.casework.forms.sheets import Sheet, sheets
from zhunsheng.casework.parties import named
from zhunsheng.casework.stages import Stage
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import roles_for
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.selectors import LIVE, Explained

When = Literal["overdue", "due", "usual"]


@dataclass(frozen=True)
class NextAct:
    """One thing to do: its form, why, and until when. `basis` are the articles; empty for what is only usual."""

    url: str
    label: object
    when: When
    why: str = ""
    basis: tuple[str, ...] = ()
    due: dt.datetime | None = None
    slug: str = ""


def next_acts(view: CaseView, by: Officer) -> list[NextAct]:
    """What the officer may record next, overdue first, then by due time, then what is usual; each form once for each person."""
    mine = {held.role for held in roles_held(by)}
    found: dict[str, NextAct] = {}
    for one in (*owed(view), *usual(view)):
        if roles_for(sheets()[one.slug].types[0]) & mine:
            found.setdefault(one.url, one)
    return sorted(found.values(), key=lambda a: (ORDER[a.when], a.due or LATEST))


ORDER: Mapping[When, int] = {"overdue": 0, "due": 1, "usual": 2}
LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)


def owed(view: CaseView) -> Iterator[NextAct]:
    """What live obligations ask for."""
    plans = {(plan.norm_id, plan.version): plan for plan in rulebook().plans}
    for one in view.obligations:
        row = one.obligation
        plan = plans.get((row.norm_id, row.version))
        wanted = wanted_type(plan) if plan is not None and row.status in LIVE else None
        if wanted is None:
            continue
        yield asked_by(one, view, better(wanted, view.facts))


def asked_by(one: Explained, view: CaseView, sheet: Sheet) -> NextAct:
    """The act an obligation asks for."""
    row, told = one.obligation, one.explanation
    scope = dict(part.split("=", 1) for part in row.scope.split(";") if "=" in part)
    due = row.due_at
    return NextAct(
        act_url(view.dossier.id, sheet.slug, scope),
        label_of(sheet, scope.get("person", ""), view.facts),
        "overdue" if row.status == "overdue" else "due",
        named(told.title, view.facts.parties),
        told.basis,
        due,
        sheet.slug,
    )


def better(wanted: str, facts: CaseFacts) -> Sheet:
    """The form that records an act with what goes with it, where the rest of it is still to be done; else the plain one."""
    for slug, types in TOGETHER.items():
        if wanted in types and not any(facts.has(t) for t in types):
            return sheets()[slug]
    return sheets()[wanted]


TOGETHER: Mapping[str, tuple[str, ...]] = {
    "opened-and-told": ("case.opened",),
    "detention-begun": ("detention.started",),
}
"""Form of several acts → the acts none of which may have been done yet for it to be offered in their place."""


def label_of(sheet: Sheet, person: str, facts: CaseFacts) -> object:
    """The form's name, and whom it is about."""
    who = facts.parties.get(person)
    return (
        both(sheet.zh, sheet.en)
        if who is None
        else both(f"{sheet.zh}：{who.shown}", f"{sheet.en}: {who.shown}")
    )


USUAL: Mapping[Stage, tuple[str, ...]] = {
    Stage.INTAKE: ("opened-and-told", "scene-recorded", "report.declined", "case.transferred", "brought-in"),
    Stage.INVESTIGATION: (
        "brought-in",
        "questioning-finished",
        "released-after-questioning",
        "evidence-taken",
        "seized-with-list",
        "inspection.made",
        "identification.held",
        "appraisal.commissioned",
        "appraisal.received",
        "mediation.held",
        "approval.requested",
        "case.characterised",
        "penalty.proposed",
        "penalty.decided-on-the-spot",
    ),
    Stage.MEDIATION: ("mediation.held", "mediation.agreed", "mediation.performed", "mediation.failed"),
    Stage.NOTICE: (
        "told-of-penalty",
        "defence.heard",
        "defence.waived",
        "guardian-told-of-penalty",
        "hearing.requested",
        "defence.rechecked",
    ),
    Stage.REVIEW: ("approval.requested", "defence.rechecked", "evidence-taken"),
    Stage.DECISION: ("approval.requested", "decision-handed-over"),
    Stage.SERVICE: ("decision-handed-over", "document.served", "family.notified"),
    Stage.ENFORCEMENT: ("detention-begun", "detention.ended", "fine.collected", "closed-and-filed"),
    Stage.CLOSED: ("file.archived", "remedy.filed"),
}
"""What officers usually record at a stage, in the order it usually comes; the rest is in the list of all forms."""

ONCE = frozenset(("case.opened", "case.closed", "file.archived", "penalty.decided-on-the-spot"))
"""Acts done once in a case."""


def usual(view: CaseView) -> Iterator[NextAct]:
    """What usually comes at this stage and has not been done yet where it is done once."""
    for slug in USUAL.get(Stage(view.case.stage), ()):
        sheet = sheets()[slug]
        if any(t in ONCE and view.facts.has(t) for t in sheet.types):
            continue
        yield NextAct(act_url(view.dossier.id, slug), both(sheet.zh, sheet.en), "usual", slug=slug)
