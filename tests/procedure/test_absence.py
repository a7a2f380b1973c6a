"""What was not done shows: an act left out of realistic traffic leaves obligations open, late, broken or in doubt, never nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest

from tests.procedure.traffic import AFTERWARDS, FOUNDED, Traffic
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.guard import judge
from zhunsheng.procedure.invariants import DIFFERENT, invariants_check
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.standing import judged_acts
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision.demo.generating import generate
from zhunsheng.supervision.demo.living import LivingBureau

LATER = AFTERWARDS + dt.timedelta(days=400)
FINE = ("met", "void")
Trouble = Counter[tuple[str, str, str]]


@dataclass
class Judgement:
    """What norms say of a dossier long after its last act."""

    rows: list[Row]

    @property
    def trouble(self) -> Trouble:
        """What is not fine, by norm, scope and status; how often."""
        return Counter((r.plan.norm_id, r.scope_text, r.status) for r in self.rows if r.status not in FINE)

    @property
    def needed(self) -> dict[str, set[tuple[str, str]]]:
        """Act → the norms and scopes it is the one to meet."""
        found: dict[str, set[tuple[str, str]]] = {}
        for row in self.rows:
            if row.status == "met" and row.decided is not None:
                found.setdefault(row.decided.facts["act_id"], set()).add((row.plan.norm_id, row.scope_text))
        return found


def judgement(acts: list[Judged]) -> Judgement:
    return Judgement(judge(rulebook(), "a case", acts, clock.microseconds(LATER)))


def all_left_out(dossier: Dossier) -> tuple[int, int, list[str], int]:
    """Each act left out in turn: how many, how many of them met a duty, which of those went unnoticed, how many were noticed at all."""
    acts = list(judged_acts(list(dossier_acts(dossier))))
    whole = judgement(acts)
    unnoticed, noticed = [], 0
    for act in acts:
        rest = judgement([a for a in acts if a is not act])
        new = rest.trouble - whole.trouble
        noticed += bool(new)
        duties = whole.needed.get(act.facts["act_id"], set())
        for duty in duties:
            told = any((norm, scope) == duty for norm, scope, _ in new)
            others = any((r.plan.norm_id, r.scope_text) == duty and r.status == "met" for r in rest.rows)
            # The duty itself may be gone with the act, where the same act also opened it, or be void for what followed.
            still = [r.status for r in rest.rows if (r.plan.norm_id, r.scope_text) == duty]
            gone = all(status == "void" for status in still)
            if not (told or others or gone):
                unnoticed.append(f"{act.type} {duty}")
    return len(acts), len(whole.needed), unnoticed, noticed


def test_an_act_that_met_a_duty_is_missed_when_it_is_left_out(living: Traffic) -> None:
    acts = met = noticed = 0
    for dossier in living.dossiers:
        found = all_left_out(dossier)
        assert found[2] == []
        acts, met, noticed = acts + found[0], met + found[1], noticed + found[3]
    assert met > 10
    assert noticed >= met / 2


@pytest.mark.slow
@pytest.mark.parametrize("living", [40], indirect=True)
def test_so_it_is_in_cases_of_every_shape(
    living: Traffic, record_property: Callable[[str, object], None]
) -> None:
    acts = met = noticed = 0
    for dossier in living.dossiers:
        found = all_left_out(dossier)
        assert found[2] == []
        acts, met, noticed = acts + found[0], met + found[1], noticed + found[3]
    record_property("left out, met a duty, noticed", (acts, met, noticed))
    assert met > 200


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 9))])
def test_through_the_door_it_shows_in_the_table_by_time_alone(seed: int) -> None:
    """The same lawful case told twice, once without an act by which a deadline was met; nobody asks, the clock finds it."""
    made = generate(seed=seed + 5, cases=1, breaches=False)
    bureau = LivingBureau(made.bureau)
    bureau.found(FOUNDED)
    case = made.cases[0]
    whole = bureau.enact_case(case)
    assert not whole.refused
    acts = list(judged_acts(list(dossier_acts(Dossier.objects.unfenced("a test").get(pk=whole.dossier)))))
    seen = judgement(acts)
    deciding = [
        r.decided for r in seen.rows if r.status == "met" and r.decided is not None and r.due_us is not None
    ]
    missed = [
        a for a in acts if a in deciding and judgement([o for o in acts if o is not a]).trouble - seen.trouble
    ]
    one = Random(seed).choice(missed)
    assert one.at_us is not None
    at = clock.from_microseconds(one.at_us)
    left_out = next(a for a in case.acts if (a.type, a.at.replace(tzinfo=clock.LOCAL)) == (one.type, at))
    case.acts = [a for a in case.acts if a is not left_out]
    part = bureau.enact_case(case, backfill="演示")
    with clock.holding(LATER):
        obligations_watch()
        assert not [d for d in invariants_check() if d.kind == DIFFERENT]
    found = Obligation.objects.unfenced("a test").filter(dossier=part.dossier, withdrawn_at=None)
    assert Counter((o.norm_id, o.scope, o.status) for o in found if o.status not in FINE) - seen.trouble
