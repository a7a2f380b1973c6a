"""What acts make of a dossier, step by step and told anew from those that count, is the same."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.acts.columns import effective
from zhunsheng.acts.course import Course
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.record import dossier_follow
from zhunsheng.acts.record_types import CLOSING, SEALED, UNSEALED, WITHDRAWN

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TYPES = ("case.closed", "case.terminated", SEALED, UNSEALED, "person.arrived")


@st.composite
def acts(draw: st.DrawFn) -> list[Any]:
    """Acts of one dossier by position: plain ones, corrections and withdrawals of what still counts."""
    made: list[Any] = []
    for position in range(1, draw(st.integers(1, 14)) + 1):
        counting = [act for _, act in effective(made)]
        named = draw(st.none() | st.sampled_from(counting)) if counting else None
        type_ = (
            draw(st.sampled_from(TYPES)) if named is None else draw(st.sampled_from((named.type, WITHDRAWN)))
        )
        at = START + dt.timedelta(hours=draw(st.integers(0, 99)))
        made.append(
            SimpleNamespace(
                id=uuid.uuid4(), position=position, type=type_, occurred_at=at, corrects_id=named and named.id
            )
        )
    return made


@given(acts())
def test_the_course_is_that_of_the_acts_that_count(made: list[Any]) -> None:
    course = Course()
    for act in made:
        course.take(act.id, act.position, act.type, act.occurred_at, act.corrects_id)
    counting = [act for _, act in effective(made)]
    closed = [act.occurred_at for act in counting if act.type in CLOSING]
    sealing = [act for act in counting if act.type in (SEALED, UNSEALED)]
    assert course.closed_at == (closed[0] if closed else None)
    assert course.sealed_at == (sealing[-1].occurred_at if sealing and sealing[-1].type == SEALED else None)


@given(acts())
def test_a_dossier_followed_act_by_act_comes_to_the_same(made: list[Any]) -> None:
    dossier, course = Dossier(), Course()
    for act in made:
        course.take(act.id, act.position, act.type, act.occurred_at, act.corrects_id)
        if act.corrects_id is None:
            dossier_follow(dossier, act)
        else:
            dossier.closed_at, dossier.sealed_at = course.closed_at, course.sealed_at
        assert (dossier.closed_at, dossier.sealed_at) == (course.closed_at, course.sealed_at)
