"""The engines read what the gate reads: every act's facts at the door equal its row in the exported log, column by column."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.acts.values import NAMES, fields_of
from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import PRIOR, Govern, norm
from tests.procedure.traffic import Traffic, disturbed
from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.export import log_write
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.record_types import ERASED, SEALED, UNSEALED, WITHDRAWN
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import Log
from zhunsheng.norms.read_dossiers import read_dossiers
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.powers import ROLE_NEEDED, Desk, desk_of

OTHERS = sorted(set(ROLES) - set(ROLE_NEEDED))
BASE = ("act_id", "act_type", "at_us", "day", "tod", "ended_us", "unit")
HANDLING = [t for t in vocabulary().types if desk_of(t) is Desk.HANDLING and t != WITHDRAWN]


def same_as_gate(log: Log) -> int:
    """Holds export and gate equal, act by act; how many acts."""
    told = {dossier.case_id: dossier.acts for dossier in read_dossiers(log)}
    every = list(Dossier.objects.unfenced("a test"))
    assert set(told) <= {d.number for d in every}
    compared = 0
    for dossier in every:
        gate = [judged_act(place, act) for place, act in effective(dossier_acts(dossier))]
        rows = told.get(dossier.number, [])
        assert len(rows) == len(gate)
        for row, act in zip(rows, gate, strict=True):
            facts = dict(row.facts)
            assert [facts.pop(name) for name in BASE] == [act.facts[name] for name in BASE]
            fields = {
                name: value for name, value in facts.items() if name.startswith("f_") and value is not None
            }
            assert fields == {name: value for name, value in act.facts.items() if name.startswith("f_")}
            assert [type(v) for v in fields.values()] == [type(act.facts[n]) for n in fields]
            assert (row.type, row.at_us, row.day, row.officers) == (
                act.type,
                act.at_us,
                act.day,
                act.officers,
            )
            assert dict(row.subjects) == dict(act.subjects)
            compared += 1
    return compared


@st.composite
def drafts(draw: st.DrawFn, scene: Scene, minutes: int) -> Draft:
    """An act of any type of the handling officers, with anything it may say."""
    name = draw(st.sampled_from(HANDLING))
    declared = vocabulary().types[name]
    happened = at(minutes) - draw(st.timedeltas(dt.timedelta(0), dt.timedelta(days=20_000)))
    lasted = (
        draw(st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(days=9))) if declared.lasts else None
    )
    others = draw(st.lists(st.sampled_from(OTHERS), max_size=4, unique=True))
    names = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
    return Draft(
        name,
        happened,
        scene.id,
        ended_at=None if lasted is None else min(happened + lasted, at(minutes)),
        officers=tuple(Actor(scene.bureau.handler.number, role) for role in others)
        or (Actor(scene.bureau.handler.number, "recorder"),),
        subjects=draw(st.fixed_dictionaries({}, optional=dict.fromkeys(declared.subjects, names))),
        fields=draw(fields_of(name)),
    )


@pytest.mark.slow
@settings(
    max_examples=12,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(data=st.data())
def test_whatever_is_said_of_an_act_the_engines_read_as_the_gate_does(
    scene: Scene, governed: Govern, data: st.DataObject
) -> None:
    governed(norm("prior", PRIOR))
    scene.id = None
    scene.opened()
    recorded = data.draw(st.integers(1, 12))
    for n in range(recorded):
        draft = data.draw(drafts(scene, 100 + n))
        with clock.holding(at(100 + n)):
            enact(draft, by=scene.bureau.handler)
    with tempfile.TemporaryDirectory() as folder:
        log = log_write(Path(folder) / "log")
        assert same_as_gate(log) >= recorded + 2
        only = log_write(Path(folder) / "one", [scene.dossier.id])
        assert only.rows == len(effective(dossier_acts(scene.dossier)))
        columns = set(pq.read_schema(log.acts).names)
    assert {f"f_{name}" for name in vocabulary().fields} <= columns


def test_over_realistic_traffic_with_mistakes_too(living: Traffic, tmp_path: Path) -> None:
    assert same_as_gate(log_write(tmp_path / "before")) > 100
    disturbed(living, 30, Random(5))
    log = log_write(tmp_path / "after")
    assert same_as_gate(log) == log.rows
    assert log.rows < Act.objects.unfenced("a test").count()
    assert (log.zone, log.source) == ("Asia/Shanghai", "zhunsheng")
    types = set(pq.read_table(log.acts, columns=["act_type"])["act_type"].to_pylist())
    assert not types & {WITHDRAWN}
    assert ERASED in types
    assert {SEALED, UNSEALED} <= set(vocabulary().types)


def test_a_folder_that_holds_something_is_left_alone(db: None, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(InputError):
        log_write(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_an_empty_register_is_a_log_of_nothing(db: None, tmp_path: Path) -> None:
    log = log_write(tmp_path / "log")
    found: list[Any] = list(read_dossiers(log))
    assert (log.rows, found) == (0, [])
