"""A dossier of the made-up bureau, written step by step through the door, the clock held at each step."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base import clock
from zhunsheng.people.demo import Bureau, demo_bureau
from zhunsheng.people.models import Officer, Post, Qualification, RoleAssignment, Unit
from zhunsheng.procedure.door import Enacted, enact
from zhunsheng.procedure.models import Obligation

FOUNDED = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
"""A Monday, nine o'clock in the morning."""
SUSPECT = {"person": ("某乙",)}
KIND = {"case_kind": "public-order"}
IDENTIFIED = {"age": 30, "sex": "male", "identity_known": True, "person_role": "suspect"}

_founded: list[tuple[Bureau, list[list[Model]]]] = []


def bureau_founded() -> Bureau:
    """The made-up bureau in the present database; its rows are made once and put back afterwards, which is quicker."""
    if not _founded:
        bureau = demo_bureau(at=FOUNDED)
        tables: list[type[Model]] = [Unit, Officer, Post, Qualification, RoleAssignment]
        _founded.append((bureau, [list(table._default_manager.order_by("pk")) for table in tables]))
    elif not Unit.objects.exists():
        for rows in _founded[0][1]:
            type(rows[0])._default_manager.bulk_create(rows)
    return _founded[0][0]


def at(minutes: float) -> dt.datetime:
    """So many minutes after the start."""
    return START + dt.timedelta(minutes=minutes)


@dataclass
class Scene:
    """One dossier and the people who write in it."""

    bureau: Bureau
    id: uuid.UUID | None = None
    acts: dict[str, Act] = field(default_factory=dict)
    """The last act of each type."""

    @property
    def pair(self) -> tuple[Actor, Actor]:
        return Actor(self.bureau.handler.number, "handler"), Actor(
            self.bureau.second_handler.number, "handler"
        )

    @property
    def dossier(self) -> Dossier:
        found: Dossier = Dossier.objects.unfenced("a test").get(pk=self.id)
        return found

    def draft(self, type_: str, minutes: float, **more: Any) -> Draft:
        """An act of the two handling officers, unless it says otherwise."""
        given: dict[str, Any] = {"occurred_at": at(minutes), "officers": self.pair, "dossier": self.id}
        return Draft(type=type_, **(given | more))

    def do(
        self,
        type_: str,
        minutes: float,
        *,
        by: Officer | None = None,
        door: Callable[..., Enacted] = enact,
        key: str | None = None,
        expected: int | None = None,
        **more: Any,
    ) -> Enacted:
        """Record an act at its own time; alone, where it is another officer's than the handlers'."""
        if by is not None:
            more.setdefault("officers", ())
        options = {name: value for name, value in (("key", key), ("expected", expected)) if value is not None}
        with clock.holding(at(minutes)):
            done = door(self.draft(type_, minutes, **more), by=by or self.bureau.handler, **options)
        if door is enact:
            self.id = done.dossier.id
            self.acts[type_] = done.act
        return done

    def opened(self) -> Scene:
        """Reported and accepted."""
        self.do("report.received", 0, fields=KIND, subjects={"person": ("某甲",)})
        self.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
        return self

    def in_custody(self) -> Scene:
        """A suspect has come, forty minutes after the start."""
        self.opened()
        self.do("person.identified", 20, fields=IDENTIFIED, subjects=SUSPECT)
        self.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
        return self

    def obligations(self, norm: str = "") -> list[Obligation]:
        """The stored obligations, those withdrawn too."""
        rows = Obligation.objects.unfenced("a test").filter(dossier_id=self.id).order_by("id")
        return list(rows.filter(norm_id=norm) if norm else rows)

    def obligation(self, norm: str) -> Obligation:
        """The one of a norm."""
        (found,) = self.obligations(norm)
        return found


def counted() -> dict[str, int]:
    """How many rows every table of the project has."""
    with connection.cursor() as cursor:
        counts = {}
        for model in apps.get_models():
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            counts[model._meta.db_table] = cursor.fetchone()[0]
    return counts
