"""From a case's grounds to the proposal: the acts in question, the dossier's steps, and what each ground says of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhunsheng.accountability.chain import Part, Question, Step, attribute
from zhunsheng.accountability.codes import Effect
from zhunsheng.accountability.models import CaseGround, ResponsibilityCase
from zhunsheng.accountability.rules import rules
from zhunsheng.acts.columns import effective
from zhunsheng.acts.models import Act
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.acts.upcasters import fields_now
from zhunsheng.supervision.codes import Status
from zhunsheng.supervision.watching import WATCHING

FALLEN = (Status.DISMISSED, Status.CLOSED)


@dataclass(frozen=True)
class GroundNow:
    """A ground as it stands now."""

    ground: CaseGround
    contested: bool
    """The officer's contest is still to be decided: the case waits."""
    fallen: bool
    """The finding was dismissed or is gone, or the result was overturned."""
    reconsidered: bool

    @property
    def to_reconsider(self) -> bool:
        return self.fallen and not self.reconsidered


def grounds_now(case: ResponsibilityCase) -> list[GroundNow]:
    """The grounds of a case and how each stands."""
    rows = case.grounds.select_related("finding__obligation", "result").order_by("id")
    noted = set(case.events.filter(kind="reconsidered").values_list("ground_id", flat=True))
    found = []
    for ground in rows:
        finding, result = ground.finding, ground.result
        dismissed = finding is not None and finding.status in FALLEN
        fallen = dismissed or (result is not None and result.overturned_at is not None)
        contested = finding is not None and finding.status == Status.CONTESTED
        found.append(GroundNow(ground, contested, fallen, ground.pk in noted))
    return found


def frozen(case: ResponsibilityCase) -> bool:
    """Whether a finding it rests on is contested and undecided."""
    return any(one.contested for one in grounds_now(case))


def steps_of(acts: Iterable[Act]) -> list[Step]:
    """The acts that count, as attribution looks at them; those that watch the dossier are left out."""
    return [
        Step(
            act.id,
            act.position,
            act.type,
            act.occurred_at,
            tuple((slot["officer"], slot.get("role", "")) for slot in act.officers),
            act.recorded_by_id,
            frozenset(act.subjects.get("person", ())),
            fields_now(act),
        )
        for _, act in effective(acts)
        if not act.type.startswith(WATCHING)
    ]


def standing_id(act: Act, acts: Iterable[Act]) -> uuid.UUID | None:
    """The id under which an act counts now: its own, or its last correction's; None where it was withdrawn."""
    every = list(acts)
    root = act
    by_id = {one.id: one for one in every}
    while root.corrects_id in by_id:
        root = by_id[root.corrects_id]
    return next((one.id for place, one in effective(every) if place == root.position), None)


@dataclass(frozen=True)
class InQuestion:
    """An act that a ground rests on, and since when it is wrong."""

    act: Act
    since: dt.datetime | None


def acts_in_question(ground: CaseGround) -> list[InQuestion]:
    """Of a finding: the act that broke it, else the one that opened the duty nobody met. Of a result: those its review picked."""
    finding = ground.finding
    if finding is not None and (duty := finding.obligation) is not None:
        return [InQuestion(duty.decided_by or duty.opened_by, finding.since)]
    result = ground.result
    reviewed = result is not None and hasattr(result, "review")
    picked = result.review.acts.select_related("act") if result is not None and reviewed else ()
    return [InQuestion(one.act, None) for one in picked]


def effect_suggested(ground: CaseGround) -> Effect:
    """What the review of a result came to; a finding is taken to matter until the supervisor says it changes nothing."""
    if ground.result is not None and hasattr(ground.result, "review"):
        return rules().conclusions[ground.result.review.conclusion].effect
    return Effect.AFFECTS


def proposal(
    case: ResponsibilityCase,
    effects: Mapping[int, str],
    falsified: frozenset[str] = frozenset(),
) -> tuple[Part, ...]:
    """The parts that follow from the grounds that stand; a ground whose defect changes nothing makes nobody answer."""
    acts = list(dossier_acts(case.dossier))
    questions = []
    for now in grounds_now(case):
        if now.fallen or effects.get(now.ground.pk) != Effect.AFFECTS:
            continue
        for one in acts_in_question(now.ground):
            standing = standing_id(one.act, acts)
            if one.act.dossier_id == case.dossier_id and standing is not None:
                questions.append(Question(standing, one.since, falsified))
    return attribute(steps_of(acts), questions)
