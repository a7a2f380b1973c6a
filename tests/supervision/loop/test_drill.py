"""Every number of the desk that is a link leads to a list of just so many rows, whoever reads it and whatever they chose."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, passed, signed_in
from zhunsheng.base import clock
from zhunsheng.people.demo import COUNTY, LEGAL, OTHER_STATION, STATION
from zhunsheng.people.models import Officer
from zhunsheng.supervision.models import Contest, Finding

pytestmark = pytest.mark.django_db
DAY = 24 * 60
LATER = OVER + 80 * DAY
NUMBERED = re.compile(r'<a href="([^"]+)"[^>]*>(?:<b>)?(\d+)(?:</b>)?[^<]*</a>')
TOTAL = re.compile(r"共(\d+)项")
STATUSES = ("open", "accepted", "upheld", "cured", "contested", "dismissed", "rectified")


def another(scene: Scene, minutes: float) -> Scene:
    """One more dossier in which a person is kept too long."""
    other = Scene(scene.bureau)
    other.do("report.received", minutes, fields={"case_kind": "public-order"}, subjects={"person": ("某甲",)})
    other.do("person.arrived", minutes + 10, fields={"identity_known": True}, subjects=SUSPECT)
    return other


@pytest.fixture
def scattered(held: Scene) -> Scene:
    """Findings of every state, in units above and below one another, of several kinds and times."""
    units = (STATION, COUNTY, LEGAL, OTHER_STATION)
    for number in range(11):
        another(held, number * 7 * DAY)
    passed(OVER + 78 * DAY)
    rows = list(Finding.objects.unfenced("a test").order_by("pk"))
    assert len(rows) == 12
    for number, row in enumerate(rows):
        row.status, row.unit_id = STATUSES[number % 7], units[number % 4]
        row.element, row.stage = ("person", "item")[number % 2], ("", "decision", "investigation")[number % 3]
        row.severity = ("blocking", "minor")[number % 2]
        row.found_at = row.released_at = at(OVER + number * 7 * DAY)
        row.cured_at = row.found_at + dt.timedelta(days=2) if row.status in ("cured", "rectified") else None
        row.save()
        if row.status == "contested":
            made = {
                "officer": held.bureau.handler,
                "ground": "facts",
                "reason": "-",
                "filed_at": row.found_at,
            }
            Contest.objects.create(finding=row, decide_by=row.found_at + dt.timedelta(days=5), **made)
    return held


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """The addresses on a page whose words are a number."""
    for address, number in NUMBERED.findall(page.partition("<h1")[2]):
        yield html.unescape(address), int(number)


def drilled(client: Client, address: str, known: dict[str, int]) -> int:
    """Follow every number, each address once; how many there were."""
    followed = list(numbers(client.get(address).content.decode()))
    for link, number in followed:
        if link not in known:
            told = TOTAL.search(client.get(link).content.decode())
            assert told, link
            known[link] = int(told[1])
        assert known[link] == number, (address, link, number)
    return len(followed)


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        pytest.param("supervisor", "", marks=pytest.mark.slow),
        pytest.param("approver", COUNTY, marks=pytest.mark.slow),
        ("assessor", STATION),
        ("other_approver", ""),
    ],
)
def test_every_number_leads_to_that_many_rows(scattered: Scene, who: str, unit: str) -> None:
    by: Officer = getattr(scattered.bureau, who)
    with clock.holding(at(LATER)):
        client, known = signed_in(by), dict[str, int]()
        for dimension, days in (
            ("norm", 30),
            ("unit", 90),
            ("element", 365),
            ("stage", 30),
            ("severity", 365),
            ("source", 90),
        ):
            assert drilled(client, f"/supervision/?by={dimension}&days={days}&unit={unit}", known) >= 8


def test_the_parts_add_up_to_the_whole(scattered: Scene) -> None:
    """Whatever the breakdown, what is wrong now is the number at the top."""
    with clock.holding(at(LATER)):
        client = signed_in(scattered.bureau.supervisor)
        for dimension in ("norm", "unit", "element", "stage", "severity", "source"):
            page = client.get(f"/supervision/?by={dimension}").content.decode()
            top = int(re.search(r"<b>(\d+)</b> 现有问题", page)[1])  # type: ignore[index]
            cells = re.findall(r'<td data-label="现有">(?:<a[^>]*>)?(\d+)', page)
            assert sum(map(int, cells)) == top > 0


def test_how_many_questions_the_desk_and_the_list_put(scattered: Scene) -> None:
    """As many with twelve findings as with one."""
    with clock.holding(at(LATER)):
        client = signed_in(scattered.bureau.supervisor)
        for address, most in (("/supervision/?by=unit", 32), ("/findings/?state=all", 24)):
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(address)
            assert len(asked) <= most, [q["sql"][:90] for q in asked]
