"""People of a case: what a number tells, juveniles, somebody unknown, corrections, and two entries that are one."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.casework.forms.filling import Browser, errors_in
from tests.procedure.dossiers import Scene
from zhunsheng.acts.models import Act
from zhunsheng.base.errors import InputError
from zhunsheng.casework.forms.identity import identity_read
from zhunsheng.casework.models import Party

pytestmark = pytest.mark.django_db
ADULT = "110105194912310" + "02X"
CHILD = "990101201001010" + "019"


def wide(text: str) -> str:
    """As an input method for Chinese writes it in full width."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@pytest.fixture
def case(scene: Scene) -> Scene:
    return scene.opened()


def new(scene: Scene) -> str:
    return f"/cases/{scene.id}/people/new/"


def identified(scene: Scene) -> list[Act]:
    return list(
        Act.objects.unfenced("a test").filter(dossier=scene.id, type="person.identified").order_by("position")
    )


def test_a_number_tells_birth_sex_and_division() -> None:
    told = identity_read("resident", " 11010519491231002x ")
    assert (told.number, told.birth_on, told.sex, told.division) == (
        ADULT,
        dt.date(1949, 12, 31),
        "female",
        "北京市朝阳区",
    )
    reserved = identity_read("resident", CHILD)
    assert reserved.birth_on == dt.date(2010, 1, 1)
    assert reserved.division is None, "a division nobody has is no error"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("110105194912310021", "校验位"),
        ("1101051949", "18位"),
        ("110105194913310021", "不是一个日期"),
        (wide("11010520991231002X"), "不可能"),
    ],
)
def test_a_wrong_number_is_explained(number: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        identity_read("resident", number)


def test_one_number_fills_in_the_rest(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    assert (
        browser.send(new(case), person_role="witness", name=" 演示·张㛃 ", id_number=ADULT).status_code == 302
    )
    (act,) = identified(case)
    assert act.fields == {
        "name": "演示·张㛃", "id_kind": "resident", "id_number": ADULT, "birth_on": "1949-12-31", "sex": "female", "age": "76",
        "division": "北京市朝阳区", "nationality": "中国", "party_kind": "individual", "identity_known": True, "person_role": "witness",
    }  # fmt: skip
    (key,) = act.subjects["person"]
    assert Party.objects.unfenced("a test").get(key=key).name == "演示·张㛃"
    page = browser.get(f"/cases/{case.id}/people/").content.decode()
    assert "演示·张㛃" in page
    assert "76周岁" in page


def test_what_is_typed_against_the_number_is_pointed_out(case: Scene) -> None:
    answer = Browser(case.bureau.handler).send(
        new(case), person_role="suspect", name="演示某", id_number=ADULT, sex="male", birth_on="1950-01-01"
    )
    assert answer.status_code == 422
    assert any("号码说的是女" in line for line in errors_in(answer))
    assert any("1949-12-31" in line for line in errors_in(answer))


def test_a_juvenile_is_recognised_on_the_day_of_the_conduct_with_what_follows(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    data = browser.filled(new(case), person_role="suspect", name="演示少年", id_number=CHILD)
    told = browser.post(f"/cases/{case.id}/people/read/", data).content.decode()
    for words in ("16周岁", "未成年人", "监护人", "听证", "封存"):
        assert words in told
    browser.post(new(case), data)
    (act,) = identified(case)
    assert act.fields["age"] == "16", "on 1 March 2026, the day of the conduct"
    page = browser.get(f"/cases/{case.id}/people/").content.decode()
    assert "登记监护人" in page
    ward = act.subjects["person"][0]
    guardian = browser.send(new(case) + "?role=guardian", name="演示父", id_kind="none", guardian_of=ward)
    assert guardian.status_code == 302
    assert identified(case)[-1].fields["guardian_of"] == ward
    page = browser.get(f"/cases/{case.id}/people/").content.decode()
    assert "登记监护人" not in page
    assert page.count("演示父") > 1


def test_somebody_unknown_can_be_entered_and_named_later(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    assert browser.send(new(case), person_role="suspect", id_kind="none", age="40").status_code == 302
    (act,) = identified(case)
    assert act.fields == {
        "id_kind": "none",
        "party_kind": "individual",
        "identity_known": False,
        "age": "40",
        "person_role": "suspect",
    }
    assert "无名氏" in browser.get(f"/cases/{case.id}/people/").content.decode()
    key = act.subjects["person"][0]
    browser.minutes = 90
    answer = browser.send(
        f"/cases/{case.id}/people/{key}/", name="演示某丁", id_kind="resident", id_number=ADULT, age=None
    )
    assert answer.status_code == 302
    _, corrected = identified(case)
    assert corrected.corrects_id == act.id
    assert corrected.fields["identity_known"] is True


def test_a_foreigner_and_a_company(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    browser.send(
        new(case),
        person_role="witness",
        name="Demo Person",
        id_kind="passport",
        id_number="E1234567",
        birth_on="1990-05-05",
        sex="male",
        nationality="某国",
    )
    browser.send(
        new(case),
        person_role="third-party",
        name="演示商贸有限公司",
        id_kind="credit-code",
        id_number="91110000600037341L",
    )
    foreigner, company = identified(case)
    assert (foreigner.fields["nationality"], foreigner.fields["age"]) == ("某国", "35")
    assert company.fields["party_kind"] == "organization"
    assert "age" not in company.fields


def test_two_entries_become_one_by_corrections(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    for _ in range(2):
        browser.send(new(case), person_role="suspect", name="演示某戊", id_number=ADULT)
    one, other = (act.subjects["person"][0] for act in identified(case))
    case.do("person.summoned", 61, fields={"method": "oral"}, subjects={"person": (other,)})
    browser.minutes = 70
    page = browser.get(f"/cases/{case.id}/people/").content.decode()
    assert "可能是同一人" in page
    url = f"/cases/{case.id}/people/merge/"
    shown = browser.get(f"{url}?stays={one}&gone={other}").content.decode()
    assert "传唤" in shown
    answer = browser.post(url, {"stays": one, "gone": other, "expected": case.dossier.position})
    assert answer.status_code == 302
    assert list(
        Party.objects.unfenced("a test")
        .filter(dossier=case.id, name="演示某戊")
        .values_list("key", flat=True)
    ) == [one]
    last = (
        Act.objects.unfenced("a test")
        .filter(dossier=case.id, type="person.summoned")
        .order_by("position")
        .last()
    )
    assert last is not None
    assert last.subjects["person"] == (one,)


@pytest.mark.parametrize("who", ["other_handler", "approver", "auditor"])
def test_nobody_else_enters_people(case: Scene, who: str) -> None:
    browser = Browser(getattr(case.bureau, who))
    assert browser.get(new(case)).status_code in (403, 404)
    assert browser.post(new(case), {"person_role": "suspect"}).status_code in (403, 404)
