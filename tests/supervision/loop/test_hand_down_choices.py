"""What the forms about papers handed down offer: norms by their titles, the people of the unit; what is sent is checked all the same."""

from __future__ import annotations

import re

import pytest

from tests.procedure.dossiers import Scene
from tests.supervision.loop.acting import OVER, overdue
from tests.supervision.loop.test_pages import read, sent
from zhunsheng.people.demo import COUNTY, STATION
from zhunsheng.people.models import Officer
from zhunsheng.supervision.models import HandDown, Rectification

pytestmark = pytest.mark.django_db
URL = "/supervision/hand-downs/"
GIVEN = {
    "do": "hand_down",
    "kind": "supervision-notice",
    "organ": "演示市司法局",
    "subject": "询问时间",
    "unit": STATION,
    "received_on": "2026-03-02",
    "proposal": "",
}


def options(page: str, listed: str) -> dict[str, str]:
    """The choices of a list by their values."""
    (found,) = re.findall(rf'<datalist id="{listed}">(.*?)</datalist>', page, re.DOTALL)
    return dict(re.findall(r'<option value="([^"]*)">([^<]*)</option>', found))


def entered(scene: Scene, number: str, **more: str) -> HandDown:
    status, _ = sent(scene.bureau.supervisor, URL, 100, **(GIVEN | {"number": number, "norm_id": ""} | more))
    assert status == 302
    return HandDown.objects.unfenced("a test").get(number=number)


def test_norms_are_found_by_their_titles(held: Scene) -> None:
    page = read(held.bureau.supervisor, URL, 100)[1]
    assert options(page, "norms") == {"test.hours": "规范hours"}
    assert 'list="norms"' in page
    assert "输入标题中的字，从列表选择" in page
    assert entered(held, "监1", norm_id="test.hours").norm_id == "test.hours"
    assert entered(held, "监2", norm_id=" 规范hours ").norm_id == "test.hours"
    wrong = GIVEN | {"number": "监3", "norm_id": "没有的规范"}
    status, page = sent(held.bureau.supervisor, URL, 100, **wrong)
    assert status == 200
    assert "规则库没有这条规范。从列表中选择" in page
    assert 'value="没有的规范"' in page
    assert "norms" in page


def test_the_people_of_the_unit_are_offered_once_and_nothing_is_counted(held: Scene) -> None:
    shut = Officer.objects.filter(unit=STATION).exclude(pk=held.bureau.handler.pk).first()
    assert shut is not None
    Officer.objects.filter(pk=shut.pk).update(is_active=False)
    first = entered(held, "监1", norm_id="test.hours")
    second = entered(held, "监2", norm_id="test.hours")
    page = read(held.bureau.supervisor, URL, 110)[1]
    offered = options(page, f"officers-{STATION}")
    assert offered[held.bureau.handler.number] == held.bureau.handler.name
    assert shut.number not in offered
    kinds = Officer.objects.filter(number__in=offered).values_list("kind", flat=True)
    assert set(kinds) <= {"officer", "auxiliary"}
    assert page.count(f'list="officers-{STATION}"') == 2
    assert page.count("输入姓名或者警号，从列表选择") == 2
    for row in (first, second):
        assert f'id="order_{row.pk}_owner"' in page
    assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))


def test_of_a_unit_above_those_below_are_offered_too(held: Scene) -> None:
    entered(held, "监1", norm_id="test.hours", unit=COUNTY)
    offered = list(options(read(held.bureau.supervisor, URL, 110)[1], f"officers-{COUNTY}"))
    assert held.bureau.handler.number in offered
    assert Officer.objects.get(number=offered[0]).unit_id == COUNTY


def test_who_does_not_supervise_the_unit_is_offered_nobody(held: Scene) -> None:
    entered(held, "监1", norm_id="test.hours")
    status, page = read(held.bureau.approver, URL, 110)
    assert status in (200, 403)
    assert "<option value=" + f'"{held.bureau.handler.number}"' not in page


def test_what_was_typed_stays_at_its_paper(held: Scene) -> None:
    entered(held, "监1", norm_id="test.hours")
    row = entered(held, "监2", norm_id="test.hours")
    by = held.bureau.supervisor
    for owner in ("演9999", held.bureau.machine.number + "x"):
        status, page = sent(by, URL, 110, do="order", hand_down=str(row.pk), owner=owner, task="逐案自查")
        assert status == 200
        assert "没有这个警号" in page
        assert page.count("逐案自查") == 1
        assert f'value="{owner}"' in page
        assert f'href="#order_{row.pk}_owner"' in page
    assert not Rectification.objects.unfenced("a test").exists()
    status, page = sent(by, URL, 110, do="reply", hand_down=str(row.pk), reply="", reply_number="复9")
    assert status == 200
    assert page.count('value="复9"') == 1


def test_the_owner_of_a_finding_is_chosen_among_the_people_of_its_unit(held: Scene) -> None:
    found, by = overdue(held), held.bureau.supervisor
    url = f"/findings/{found.pk}/"
    page = read(by, url, OVER + 3 * 24 * 60)[1]
    assert options(page, "owners")[held.bureau.second_handler.number] == held.bureau.second_handler.name
    assert 'list="owners"' in page
    assert f'value="{held.bureau.handler.number}"' in page
    status, page = sent(by, url, OVER + 3 * 24 * 60, do="order", owner="演9999", task="逐案自查")
    assert status in (200, 422)
    assert 'value="演9999"' in page
    assert "逐案自查" in page
    assert options(page, "owners")
    assert "datalist" not in read(held.bureau.handler, url, OVER + 3 * 24 * 60)[1]
