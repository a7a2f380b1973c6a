"""Every route × every role, nobody's role and nobody × own unit and another: let in exactly as the tables of `access` say."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.api.access import (
    API,
    CASE_PAGES,
    LEDGER,
    LOG_READERS,
    PAGES,
    READERS,
    ROLES,
    Lists,
    Reads,
    Records,
    Rest,
    Uploads,
)
from tests.api.conftest import REPORT, Asking, act, asking, at, case_opened, signed_in
from zhunsheng.api.urls import api
from zhunsheng.base import clock
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.roles import Role
from zhunsheng.people.services import observer_grant

RECORD = b"a record of questioning"
NOBODY, ROLELESS = "nobody", "none"
PASSWORD = make_password("correct horse battery staple")


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, str]]:
    """Namespace and name of every route there is."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, one.namespace or space)
        else:
            yield space, one.name or f"unnamed: {one.pattern}"


def operations() -> set[str]:
    """Method and route of every operation of the API, from what ninja put up, not from what it documents."""
    return {
        f"{method} {view.url_name}"
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for one in view.operations
        for method in one.methods
    }


def test_every_route_stands_in_a_table() -> None:
    found = set(routes(get_resolver().url_patterns))
    tables = {
        "api": {name.split()[1] for name in API},
        "ledger": set(LEDGER),
        "": set(PAGES) | set(CASE_PAGES),
    }
    assert {space for space, _ in found} == set(tables)
    for space, names in tables.items():
        assert {name for where, name in found if where == space} == names, (
            f"see the tables in tests/api/access.py: {space}"
        )


def test_every_operation_stands_in_a_table() -> None:
    assert operations() | {"GET openapi-json", "GET api-root"} == set(API)


def test_the_tables_speak_of_every_role_and_of_known_purposes() -> None:
    assert {role.value for role in Role} == ROLES
    for row in API.values():
        if isinstance(row, Reads | Lists):
            assert set(row.who) <= ROLES
            assert {purpose for purposes in row.who.values() for purpose in purposes} <= set(PURPOSES)


@dataclass
class Case:
    """A dossier and what is in it."""

    dossier: str
    act: str

    def path(self, pattern: str) -> str:
        return pattern.format(dossier=self.dossier, act=self.act, digest=hashlib.sha256(RECORD).hexdigest())


@dataclass
class House:
    """Callers by role, a case of their own unit, and one of a unit nobody here has within reach."""

    callers: Mapping[str, Asking]
    own: Case
    other: Case
    elsewhere: str


@pytest.fixture
def house(bureau: Bureau, roleless: Officer, elsewhere: Officer) -> House:
    def case(handler: Officer) -> Case:
        caller = asking(handler, "handling")
        caller.upload(RECORD)
        opened = case_opened(caller, documents=[{"digest": hashlib.sha256(RECORD).hexdigest()}])
        return Case(opened["dossier"], opened["act"])

    own, other = case(bureau.handler), case(elsewhere)
    ledger_sequence()
    observer_grant(
        bureau.outside_observer,
        entity="dossier",
        subject=own.dossier,
        unit=bureau.handler.unit_id,
        basis="检察建议〔2026〕1号",
        valid_to=clock.now() + dt.timedelta(days=7),
        by=bureau.supervisor,
        reason="检察监督",
    )
    people = {role.value: officer for role, officer in bureau.by_role().items()} | {ROLELESS: roleless}
    Officer.objects.update(password=PASSWORD)
    # Anew from the table: the bureau's own objects are used by other tests too.
    callers = {name: signed_in(Officer.objects.get(pk=one.pk)) for name, one in people.items()} | {
        NOBODY: Asking()
    }
    return House(callers, own, other, elsewhere.unit_id)


def asked(caller: Asking, method: str, path: str, body: Any, purpose: str) -> int:
    """The status of the answer."""
    headers = {"X_Purpose": purpose} if purpose else {}
    answer = caller.get(path, **headers) if method == "GET" else caller.post(path, body, key=None, **headers)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def purposes_tried(role: str, allowed: frozenset[str]) -> list[str]:
    """Those that should open, the others that the role may give elsewhere, one of somebody else's, one unknown, and none."""
    own = READERS.get(role, frozenset()) | LOG_READERS.get(role, frozenset()) | allowed
    return [*sorted(own), *sorted(set(PURPOSES) - own)[:1], "curiosity", ""]


def expected_of(role: str, purpose: str, allowed: frozenset[str], otherwise: int) -> int:
    """401 for nobody, 400 without a purpose, 403 for a purpose that is not theirs, else what the dossier says."""
    if role == NOBODY:
        return 401
    if not purpose:
        return 400
    return otherwise if purpose in allowed else 403


@pytest.mark.parametrize("name", [name for name, row in API.items() if isinstance(row, Reads)])
def test_contents_open_to_their_readers_in_their_own_unit(house: House, name: str) -> None:
    row, method = API[name], name.split(maxsplit=1)[0]
    assert isinstance(row, Reads)
    wrong = {}
    for role, caller in house.callers.items():
        allowed = row.who.get(role, frozenset())
        for purpose in purposes_tried(role, allowed):
            for case, found in ((house.own, 200), (house.other, 404)):
                status = asked(caller, method, case.path(row.path), row.body, purpose)
                expected = expected_of(role, purpose, allowed, found)
                if status != expected:
                    wrong[role, purpose, "own" if case is house.own else "other"] = (status, expected)
    assert wrong == {}


def test_a_dossier_opens_for_no_other_purpose_at_all(house: House) -> None:
    wrong = {}
    for role, caller in house.callers.items():
        for purpose in PURPOSES:
            status = asked(caller, "GET", f"/dossiers/{house.own.dossier}", None, purpose)
            if status != expected_of(role, purpose, READERS.get(role, frozenset()), 200):
                wrong[role, purpose] = status
    assert wrong == {}


@pytest.mark.parametrize("name", [name for name, row in API.items() if isinstance(row, Lists)])
def test_lists_show_what_is_within_reach_and_nothing_else(house: House, name: str) -> None:
    row = API[name]
    assert isinstance(row, Lists)
    for role, caller in house.callers.items():
        allowed = row.who.get(role, frozenset())
        for purpose in purposes_tried(role, allowed):
            headers = {"X_Purpose": purpose} if purpose else {}
            answer = caller.get(row.path, **headers)
            assert answer.status_code == expected_of(role, purpose, allowed, 200), (role, purpose)
            if answer.status_code == 200:
                shown = {
                    item.get("number") and item.get("dossier", item["id"]) for item in answer.json()["items"]
                }
                assert shown == {house.own.dossier}, (role, purpose)


@pytest.mark.parametrize("name", [name for name, row in API.items() if isinstance(row, Records)])
def test_acts_are_recorded_by_their_roles_in_their_own_unit(house: House, name: str) -> None:
    row = API[name]
    assert isinstance(row, Records)
    opens = "{dossier}" not in row.path
    wrong = {}
    for type_, roles in row.by_type.items():
        for role, caller in house.callers.items():
            for place in ("own", "other", "absent"):
                if place == "absent" and (opens or type_ != next(iter(row.by_type))):
                    continue
                body: dict[str, Any] = act(type_, 1) | {"subjects": REPORT["subjects"]}
                case = {"own": house.own, "other": house.other}.get(place, Case(str(uuid.uuid4()), ""))
                if opens:
                    body["unit"] = None if place == "own" else house.elsewhere
                status = asked(caller, "POST", case.path(row.path) + "?dry_run=true", body, "")
                expected = recorded_or(role, roles, place, opens)
                if status not in expected:
                    wrong[type_, role, place] = (status, expected)
    assert wrong == {}


def recorded_or(role: str, roles: frozenset[str], place: str, opens: bool) -> set[int]:
    """The statuses that are right: let through to the law, or turned away without telling more than one may know."""
    if role == NOBODY:
        return {401}
    if place != "own" or (role == ROLELESS and not opens):
        return {403} if opens else {404}
    # A blocking norm may stand against it, or a field be missing: the door was reached.
    return {200, 409, 422} if role in roles else {403}


def test_bytes_are_stored_by_those_who_record_acts(house: House) -> None:
    row = API["POST document_store"]
    assert isinstance(row, Uploads)
    for role, caller in house.callers.items():
        # 200 tells an officer that they brought these bytes before.
        expected = {401} if role == NOBODY else {200, 201} if role in row.who else {403}
        assert caller.upload(RECORD).status_code in expected, role


def sent_to_sign_in(answer: Any) -> bool:
    """Whether somebody was told to prove who they are first."""
    return answer.status_code == 401 or answer.get("Location", "").startswith("/sign-in/?next=")


REST = [
    *[("api:", name.split()[1], row) for name, row in API.items() if isinstance(row, Rest)],
    *[("ledger:", name, row) for name, row in LEDGER.items()],
    *[("", name, row) for name, row in PAGES.items()],
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_rest_opens_to_whom_the_tables_say(house: House, method: str) -> None:
    for space, name, row in REST:
        path = reverse(space + name, kwargs=dict(row.arguments))
        for role, caller in house.callers.items():
            if method == "POST" and role not in (NOBODY, ROLELESS, "handler", "administrator"):
                continue
            # What some of these pages do to a session is undone before the next is asked for.
            with transaction.atomic():
                check(row, role, caller, method, path)
                transaction.set_rollback(True)


def check(row: Rest, role: str, caller: Asking, method: str, path: str) -> None:
    """One caller at one address."""
    client = Client(raise_request_exception=False)
    client.cookies.update(caller.client.cookies)
    answer = client.generic(method, path)
    if answer.status_code == 405:
        return
    assert answer.status_code < 500 or path == "/ready", (path, role)
    assert sent_to_sign_in(answer) == (row.signed_in and role == NOBODY), (path, role, answer.status_code)
    if not row.may_be_empty:
        assert (answer.status_code == 404) == row.nowhere, (path, role)
    if row.signed_in_elsewhere and role != NOBODY:
        assert answer["Location"] == "/", (path, role)
    if row.this_machine_only:
        assert client.generic(method, path, REMOTE_ADDR="203.0.113.9").status_code == 403, (path, role)


@pytest.mark.parametrize("name", CASE_PAGES)
def test_pages_of_cases_open_to_readers_within_reach(house: House, name: str) -> None:
    row = CASE_PAGES[name]
    for place in ("own", "other") if row.of_case else ("",):
        arguments = dict(row.arguments)
        if place:
            arguments["case_id"] = getattr(house, place).dossier
        path = reverse(name, kwargs=arguments)
        for role, caller in house.callers.items():
            client = Client(raise_request_exception=False)
            client.cookies.update(caller.client.cookies)
            answer = client.get(path)
            if role == NOBODY:
                assert sent_to_sign_in(answer) or answer.status_code == 405, path
            elif row.posts_only:
                assert answer.status_code == 405, (path, role)
            else:
                open_to = role in row.who and place != "other"
                assert answer.status_code == (200 if open_to else 403), (path, role)


def test_times_are_those_of_the_tests_own_day(house: House) -> None:
    """The case opened under held time; had it not, every answer above would have been about the future."""
    shown = house.callers["handler"].get(f"/acts/{house.own.act}", X_Purpose="handling").json()
    assert dt.datetime.fromisoformat(shown["occurred_at"]) == dt.datetime.fromisoformat(at(0))
