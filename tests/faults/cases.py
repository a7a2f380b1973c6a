"""What the clients post: the made-up bureau's lawful cases as requests of the API, and one dossier that everybody writes in."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.tokens import token_issue
from zhunsheng.supervision.demo import CaseFile, DemoAct, generate
from zhunsheng.supervision.demo.living import LivingBureau

BEGAN, ENDED = dt.timedelta(days=300), dt.timedelta(days=2)
"""How long ago the cases begin and how long ago the last act is, so that some duties are met, some late and some to come."""
PURPOSE = {
    Role.HANDLER: "handling",
    Role.APPROVER: "approval",
    Role.LEGAL_REVIEWER: "review",
    Role.PROPERTY_KEEPER: "keeping",
}


@dataclass
class Letter:
    """One request to record an act: sent under its key until it is answered for good."""

    sender: str
    body: dict[str, Any]
    seen: int | None = None
    """The position given as If-Match."""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def data(self) -> bytes:
        return json.dumps(self.body).encode()


@dataclass(frozen=True)
class Town:
    """The bureau, a token for each of its officers who records, and its cases."""

    bureau: LivingBureau
    tokens: dict[str, str]
    cases: list[CaseFile]

    def letters(self, case: CaseFile) -> Iterator[Letter]:
        """A case act by act; the first opens the dossier."""
        acts = sorted(case.acts, key=lambda act: act.at)
        for n, act in enumerate(acts):
            body = self.body(act)
            if n == 0:
                body["kind"] = case.kind
            yield Letter(self.bureau.recording(act, case).number, body)

    def body(self, act: DemoAct) -> dict[str, Any]:
        """An act as the API takes it."""
        return {
            "type": act.type,
            "occurred_at": act.at.replace(tzinfo=LOCAL).isoformat(),
            "ended_at": None if act.ended is None else act.ended.replace(tzinfo=LOCAL).isoformat(),
            "unit": self.bureau.units.get(act.unit),
            "officers": [{"officer": one.number, "role": role} for one, role in act.officers],
            "subjects": {kind: list(names) for kind, names in act.subjects.items()},
            "fields": {name: shown(value) for name, value in act.fields.items()},
        }


def shown(value: Any) -> Any:
    """A field's value in JSON."""
    return value.isoformat() if isinstance(value, dt.date) else value


def town(*, cases: int, seed: int) -> Town:
    """The bureau registered in the present database, with tokens, and so many cases of its recent past."""
    now = clock.now()
    made = generate(
        seed=seed,
        cases=cases,
        breaches=False,
        first=(now - BEGAN).date(),
        last=(now - ENDED).astimezone(LOCAL).date(),
    )
    bureau = LivingBureau(made.bureau)
    bureau.found(now - BEGAN - dt.timedelta(days=30))
    return Town(bureau, dict(tokens(now)), made.cases)


def tokens(now: dt.datetime) -> Iterator[tuple[str, str]]:
    """A token for everybody who holds a role that records."""
    for number, role in RoleAssignment.objects.filter(role__in=PURPOSE).values_list(
        "officer__number", "role"
    ):
        officer = Officer.objects.get(number=number)
        secret, _ = token_issue(
            officer, PURPOSE[Role(role)], label="load", expires_at=now + dt.timedelta(days=7), by=officer
        )
        yield number, secret


def report(person: str) -> dict[str, Any]:
    """What the dossier begins with that everybody writes in."""
    return {
        "type": "report.received",
        "occurred_at": (clock.now() - dt.timedelta(minutes=10)).isoformat(),
        "kind": "public-order",
        "fields": {"case_kind": "public-order"},
        "subjects": {"person": [person]},
    }


def note(person: str) -> dict[str, Any]:
    """A further act of it."""
    return {
        "type": "person.identified",
        "occurred_at": (clock.now() - dt.timedelta(minutes=5)).isoformat(),
        "fields": {"age": 30, "sex": "male", "identity_known": True, "person_role": "witness"},
        "subjects": {"person": [person]},
    }
