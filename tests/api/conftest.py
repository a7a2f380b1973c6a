"""A made-up bureau, a case in it, and callers with tokens."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from zhunsheng.base import clock
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.demo import PROVINCE, Bureau, demo_bureau
from zhunsheng.people.models import Officer, Post, Qualification, RoleAssignment, Unit
from zhunsheng.people.roles import Role
from zhunsheng.people.services import officer_create, role_grant, unit_create
from zhunsheng.people.sign_in.adapter import FACTOR
from zhunsheng.people.sign_in.session import BEGAN, SEEN
from zhunsheng.people.tokens import token_issue

FOUNDED = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
TODAY = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
LATER = dt.timedelta(days=30)


@dataclass
class Asking:
    """A caller: a token for one purpose, and the language wanted."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers | dashed(headers))

    def post(self, path: str, body: Any, *, key: str | None = "", **headers: str) -> Any:
        named = {} if key is None else {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.post(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers=self.headers | named | dashed(headers),
        )

    def upload(self, data: bytes, content_type: str = "application/octet-stream") -> Any:
        return self.client.post("/api/v1/documents", data, content_type=content_type, headers=self.headers)

    def speaking(self, language: str) -> Asking:
        return Asking(self.headers | {"Accept-Language": language})


def dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def asking(officer: Officer, purpose: str, *, by: Officer | None = None) -> Asking:
    """The officer with a token for a purpose: a person's own, a programme's from its administrator."""
    expires_at = clock.now() + LATER
    secret, _ = token_issue(officer, purpose, label="test", expires_at=expires_at, by=by or officer)
    return Asking({"Authorization": f"Bearer {secret}"})


def signed_in(officer: Officer, purpose: str = "") -> Asking:
    """The officer in a browser, a second factor given, for a purpose where one is named."""
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    session = client.session
    session[BEGAN] = session[SEEN] = clock.now().timestamp()
    session[FACTOR] = officer.number
    session.save()
    return Asking({"X-Purpose": purpose} if purpose else {}, client)


def at(minutes: int) -> str:
    """So many minutes after the day began."""
    return (TODAY + dt.timedelta(minutes=minutes)).isoformat()


def act(type_: str, minutes: int = 0, **more: Any) -> dict[str, Any]:
    """The body of an act."""
    return {"type": type_, "occurred_at": at(minutes), **more}


SUSPECT = {"person": ["某乙"]}
REPORT = {"fields": {"case_kind": "public-order"}, "subjects": {"person": ["某甲"]}}


def case_opened(caller: Asking, **more: Any) -> dict[str, Any]:
    """A dossier that begins with a report."""
    answer = caller.post("/dossiers", act("report.received", **(REPORT | more)))
    assert answer.status_code == 201, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def in_custody(caller: Asking) -> str:
    """A dossier with a suspect who has arrived."""
    dossier: str = case_opened(caller)["dossier"]
    identified = {"age": 30, "sex": "male", "identity_known": True, "person_role": "suspect"}
    for body in (
        act("case.opened", 10, fields={"case_kind": "public-order", "conduct_on": "2026-03-01"}),
        act("person.identified", 20, fields=identified, subjects=SUSPECT),
        act("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT),
    ):
        answer = caller.post(f"/dossiers/{dossier}/acts", body)
        assert answer.status_code == 201, answer.content.decode()
    return dossier


@pytest.fixture
def today() -> Iterator[None]:
    """The clock stands an hour after the day began."""
    with clock.holding(TODAY + dt.timedelta(hours=1)):
        yield


MADE: list[tuple[Bureau, Officer, Officer, list[list[Model]]]] = []
"""The bureau and its rows, once they have been made: making them anew takes most of a second, putting them back does not."""


@pytest.fixture
def bureau(db: None, today: None) -> Bureau:
    """Somebody for every role, in two branches."""
    if not MADE:
        founded = demo_bureau(at=FOUNDED)
        with clock.holding(FOUNDED):
            roleless = officer_create("演1100", "无职甲", unit=founded.handler.unit_id, by=founded.founder)
            far = unit_create(
                "990200000000", "演示外市公安局", kind=UnitKind.CITY, parent=PROVINCE, by=founded.founder
            )
            elsewhere = officer_create("演1200", "外市甲", unit=far.code, by=founded.founder)
            role_grant(elsewhere, Role.HANDLER, far.code, by=founded.founder, reason="演示数据")
        tables: list[type[Model]] = [Unit, Officer, Post, Qualification, RoleAssignment]
        MADE.append(
            (founded, roleless, elsewhere, [list(table._default_manager.order_by("pk")) for table in tables])
        )
    elif not Unit.objects.exists():
        for rows in MADE[0][3]:
            type(rows[0])._default_manager.bulk_create(rows)
    return MADE[0][0]


@pytest.fixture
def roleless(bureau: Bureau) -> Officer:
    """An officer of the station who holds no role."""
    return MADE[0][1]


@pytest.fixture
def elsewhere(bureau: Bureau) -> Officer:
    """A handler of another city, whom nobody in the bureau has anything to do with."""
    return MADE[0][2]


@pytest.fixture
def handler(bureau: Bureau) -> Asking:
    return asking(bureau.handler, "handling")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own: documents, ledger key."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
