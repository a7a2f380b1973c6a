"""Realistic traffic: cases of the made-up bureau through the door, and by chance mistakes corrected, withdrawn and erased in them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.database import TestServer
from tests.soundness import connected_to
from zhunsheng.acts.columns import effective
from zhunsheng.acts.drafts import Actor, Draft, Erases
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.record_types import ERASED, WITHDRAWN
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision.demo.bureau import made_up_bureau
from zhunsheng.supervision.demo.generating import generate
from zhunsheng.supervision.demo.living import LivingBureau, Told

FOUNDED = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
AFTERWARDS = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
"""When every case has been told."""
BASIS = {"law": "个人信息保护法", "article": "47", "reason": "保存期限届满"}
ERASABLE = ("subjects.", "fields.")
FEW = 3
"""Cases of the fast tests."""


@dataclass
class Traffic:
    """A living bureau and what was done in it."""

    bureau: LivingBureau
    told: dict[str, Told] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def dossiers(self) -> list[Dossier]:
        return list(Dossier.objects.unfenced("a test").order_by("id"))


def lived(cases: int, *, seed: int = 1, backfill: str = "演示补录") -> Traffic:
    """A bureau founded and its cases recorded act by act at their own time, planted breaches too."""
    made = generate(seed=seed, cases=cases)
    traffic = Traffic(LivingBureau(made.bureau))
    traffic.bureau.found(FOUNDED)
    for case in made.cases:
        traffic.told[case.case_id] = traffic.bureau.enact_case(case, backfill=backfill)
    return traffic


def disturbed(traffic: Traffic, times: int, r: Random, since: dt.datetime = AFTERWARDS) -> Traffic:
    """By chance acts are corrected, withdrawn and partly erased, and the clock runs, an hour or so between one and the next."""
    now = since
    for _ in range(times):
        now += dt.timedelta(minutes=r.randrange(1, 90))
        with clock.holding(now):
            if r.random() < 0.2:
                obligations_watch()
            change = r.choice((corrected, corrected, withdrawn, erased))
            dossier = r.choice(traffic.dossiers)
            acts = [act for _, act in effective(dossier_acts(dossier))]
            if not acts:
                continue
            try:
                change(traffic, dossier, r.choice(acts), r)
                traffic.done[change.__name__] += 1
            except InputError:
                traffic.done["not allowed"] += 1
    return traffic


def again(act: Act, **changes: Any) -> Draft:
    """The act as a draft that corrects it."""
    given: dict[str, Any] = {
        "type": act.type,
        "occurred_at": act.occurred_at,
        "ended_at": act.ended_at,
        "dossier": act.dossier_id,
        "unit": act.unit_id,
        "officers": tuple(Actor(o["officer"], o["role"]) for o in act.officers),
        "subjects": act.subjects,
        "fields": act.fields,
        "corrects": act.id,
    }
    return Draft(**(given | changes))


def corrected(traffic: Traffic, dossier: Dossier, act: Act, r: Random) -> None:
    """One thing about an act told otherwise."""
    kind = r.randrange(4)
    fields, subjects, at = dict(act.fields), dict(act.subjects), act.occurred_at
    if kind == 0 and fields:
        del fields[r.choice(sorted(fields))]
    elif kind == 1:
        at = min(
            at + dt.timedelta(minutes=r.randrange(-3000, 3000)), act.ended_at or at + dt.timedelta(days=9)
        )
    elif kind == 2:
        fields = {name: not value if isinstance(value, bool) else value for name, value in fields.items()}
    elif subjects:
        del subjects[r.choice(sorted(subjects))]
    draft = again(act, fields=fields, subjects=subjects, occurred_at=at)
    enact(draft, by=traffic.bureau.officers[act.recorded_by_id])


def withdrawn(traffic: Traffic, dossier: Dossier, act: Act, r: Random) -> None:
    """An act that should not have been recorded."""
    draft = again(
        act,
        type=WITHDRAWN,
        occurred_at=clock.now(),
        ended_at=None,
        fields={"reason": "误录"},
        officers=(),
        subjects={},
    )
    enact(draft, by=traffic.bureau.officers[act.recorded_by_id])


def erased(traffic: Traffic, dossier: Dossier, act: Act, r: Random) -> None:
    """Some of what an act says dropped by law, ordered by the head of the bureau."""
    paths = sorted(path for path in act.content if path.startswith(ERASABLE))
    chosen = tuple(r.sample(paths, min(len(paths), r.randrange(1, 4))))
    draft = Draft(ERASED, clock.now(), dossier.id, fields=BASIS, erases=Erases(act.id, chosen))
    enact(draft, by=traffic.bureau.officers[traffic.bureau.made.head.number])


_made: dict[int, str] = {}


def living_template(server: TestServer, migrated: str, cases: int) -> str:
    """The name of a database that holds a bureau and its cases, for copying only; made once for each number of cases."""
    if cases not in _made:
        name = server.fresh(migrated)
        with connected_to(NAME=name):
            lived(cases)
        _made[cases] = name
    return _made[cases]


@pytest.fixture
def living(
    request: pytest.FixtureRequest,
    test_server: TestServer,
    migrated: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[Traffic]:
    """A living bureau in a database of the test's own, where transactions really commit; the parameter is how many cases."""
    cases: int = getattr(request, "param", FEW)
    with django_db_blocker.unblock():
        name = test_server.fresh(living_template(test_server, migrated, cases))
        with connected_to(NAME=name):
            bureau = LivingBureau(made_up_bureau())
            bureau.known()
            yield Traffic(bureau)
        test_server.drop(name)
