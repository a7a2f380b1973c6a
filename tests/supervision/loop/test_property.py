"""Whatever is done in whatever order, the findings that stand are the obligations in breach, recomputed independently."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.procedure.dossiers import KIND, Scene, at
from tests.procedure.rules import DECIDED, KEPT_HOURS, PRIOR, STOPPED, norm
from tests.supervision.loop.conftest import Ruled
from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.models import Act
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.norms.dossiers import Dossier as Judged
from zhunsheng.norms.plans import BREACHES
from zhunsheng.procedure.rulebook import Rulebook
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision import rectifying, services
from zhunsheng.supervision.models import Finding, FindingVersion, Rectification
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = pytest.mark.django_db

PEOPLE = ("甲", "乙")
TYPES = (
    "person.arrived",
    "person.released",
    "notice.given",
    "penalty.decided",
    "appraisal.commissioned",
    "appraisal.received",
    "case.terminated",
)
ANSWERS = ("accept", "contest", "uphold", "dismiss", "cure", "report", "verify", "return", "reopen", "order")
STEP = st.tuples(
    st.sampled_from((*TYPES, "clock", "levels", "withdraw", "correct", *ANSWERS)),
    st.integers(1, 30),
    st.sampled_from(PEOPLE),
    st.integers(0, 50),
)


def breaches(book: Rulebook, scene: Scene, now: dt.datetime) -> set[tuple[str, str, str, str]]:
    """The obligations in breach, by an interpreter that knows nothing of what is stored."""
    acts = [judged_act(place, act) for place, act in effective(dossier_acts(scene.dossier))]
    rows = book.interpreter.judge(Judged(scene.dossier.number, acts), as_of_us=clock.microseconds(now))
    return {
        (r.plan.norm_id, r.scope_text, r.opened.facts["act_id"], r.status)
        for r in rows
        if r.status in BREACHES
    }


def findings(scene: Scene) -> set[tuple[str, str, str, str]]:
    """The findings that stand."""
    rows = Finding.objects.unfenced("a test").filter(dossier_id=scene.id, closed_at=None)
    return {
        (f.norm_id, f.obligation.scope, str(f.obligation.opened_by_id), f.breach)
        for f in rows.select_related("obligation")
    }


def done(scene: Scene, what: str, minutes: float, person: str, pick: int) -> None:
    """One step, or nothing where it cannot be."""
    bureau = scene.bureau
    acts = [act for _, act in effective(dossier_acts(scene.dossier))][1:]
    rows = list(Finding.objects.unfenced("a test").filter(dossier_id=scene.id).order_by("id"))
    chosen: Any = rows[pick % len(rows)] if rows else None
    act: Act | None = acts[pick % len(acts)] if acts else None
    subject = {"subjects": {"person": (person,)}}
    if what in TYPES:
        by = bureau.approver if what == "penalty.decided" else bureau.handler
        more: dict[str, Any] = {} if by is bureau.approver else {"officers": scene.pair}
        scene.do(what, minutes, by=by, **more, **subject)
    elif what == "clock":
        obligations_watch()
    elif what == "levels":
        levels_pass_on()
    elif what in ("withdraw", "correct") and act is not None and act.type != "case.opened":
        by = bureau.approver if act.type == "penalty.decided" else bureau.handler
        if what == "withdraw":
            scene.do("record.withdrawn", minutes, by=by, corrects=act.id, fields={"reason": "误录"})
        else:
            earlier = act.occurred_at - dt.timedelta(minutes=pick * 20)
            scene.do(act.type, minutes, by=by, corrects=act.id, occurred_at=earlier, subjects=act.subjects)
    elif chosen is not None:
        answer(scene, what, chosen, str(pick))


def answer(scene: Scene, what: str, found: Finding, number: str) -> None:
    """An answer or a decision."""
    by = scene.bureau.handler
    if what == "accept":
        services.finding_accept(found.pk, by=by)
    elif what == "cure":
        services.finding_cure(found.pk, number, by=by)
    elif what == "contest":
        services.contest_file(found.pk, by=by, ground="facts", reason="-", evidence="-")
    elif what in ("uphold", "dismiss"):
        contest = found.contests.filter(outcome="").first()
        if contest is not None:
            outcome, cause = ("upheld", "") if what == "uphold" else ("dismissed", "norm")
            services.contest_decide(
                contest.pk, by=scene.bureau.supervisor, outcome=outcome, reason="-", cause=cause
            )
    else:
        repair(scene, what, found, int(number))


def repair(scene: Scene, what: str, found: Finding, pick: int) -> None:
    """A step of its line in the ledger."""
    rows = list(Rectification.objects.unfenced("a test").filter(finding=found).order_by("id"))
    by = scene.bureau.supervisor
    if what == "order":
        rectifying.rectification_order(found.pk, by=by, owner=scene.bureau.handler, task="-")
        return
    if not rows:
        return
    row = rows[pick % len(rows)]
    if what == "report":
        rectifying.rectification_done(row.pk, by=scene.bureau.handler, measure="-", evidence="-")
    elif what == "reopen":
        rectifying.rectification_reopen(row.pk, by=by, reason="-")
    else:
        rectifying.rectification_verify(row.pk, by=by, good=what == "verify", note="-")


def first(act: Act) -> Act:
    """What an act corrects at last; itself where it corrects nothing."""
    return act if act.corrects is None else first(act.corrects)


@given(plan=st.lists(STEP, min_size=4, max_size=18))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_findings_are_the_breaches_whatever_happens(
    scene: Scene, ruled: Ruled, plan: list[tuple[str, int, str, int]]
) -> None:
    book = ruled(
        norm("hours", KEPT_HOURS, per="case, person"),
        norm("decided", DECIDED, severity="minor"),
        norm("stopped", STOPPED),
        norm("prior", PRIOR, severity="advisory"),
    )
    point = transaction.savepoint()
    one, minutes = Scene(scene.bureau), 10.0
    one.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
    for what, hours, person, pick in plan:
        minutes += hours * 60
        with clock.holding(at(minutes)):
            try:
                with transaction.atomic():
                    done(one, what, minutes, person, pick)
            except (InputError, PermissionError):
                pass
            except Exception as error:
                if type(error).__name__ != "Denied":
                    raise
    with clock.holding(at(minutes + 1)):
        obligations_watch()
        assert findings(one) == breaches(book, one, clock.now())
    counting = {place for place, _ in effective(dossier_acts(one.dossier))}
    for found in Finding.objects.unfenced("a test").filter(dossier_id=one.id):
        versions = list(FindingVersion.objects.filter(finding=found).order_by("number"))
        assert [v.number for v in versions] == list(range(1, found.versions + 1))
        assert versions[-1].status == found.status
        assert (found.status == "closed") == (found.closed_at is not None)
        lines = list(Rectification.objects.unfenced("a test").filter(finding=found).order_by("id"))
        repaired = bool(lines) and all(line.status == "closed" for line in lines)
        assert found.status != "rectified" or repaired
        assert not (repaired and found.status in ("accepted", "upheld"))
        assert found.status != "cured" or first(found.cured_by).position in counting
        assert found.status not in ("accepted", "upheld") or found.cured_by_id is None
    transaction.savepoint_rollback(point)
