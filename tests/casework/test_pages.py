"""The desk, the list and the case page as officers see them, by role and reach."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.procedure.dossiers import KIND, SUSPECT, Scene, at
from zhunsheng.acts.models import Reading
from zhunsheng.base import clock
from zhunsheng.casework.models import Case, Party, SearchTrace
from zhunsheng.casework.rebuild import Rebuilt, cases_rebuild
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def told(scene: Scene) -> Scene:
    """A case with a summary and a suspect in custody."""
    scene.do(
        "report.received",
        0,
        fields=KIND | {"summary": "两人在菜场争吵，一人被打伤"},
        subjects={"person": ("某甲",)},
    )
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
    scene.do(
        "person.identified",
        20,
        fields={
            "name": "演示·张𬭎",
            "age": 30,
            "sex": "male",
            "person_role": "suspect",
            "identity_known": True,
        },
        subjects=SUSPECT,
    )
    scene.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    return scene


def read(officer: Officer, url: str, minutes: float = 60) -> tuple[int, str]:
    """The answer to a signed-in officer at that time."""
    client = Client()
    with clock.holding(at(minutes)):
        client.force_login(officer, backend=BACKEND)
        session = client.session
        session[BEGAN] = session[SEEN] = clock.now().timestamp()
        session[FACTOR] = officer.number
        session.save()
        answer = client.get(url, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_desk_says_what_is_due_first(told: Scene) -> None:
    """The handler's own duties with their time; a handler of another branch sees nothing of it."""
    status, page = read(told.bureau.handler, "/desk/")
    assert status == 200
    assert "两人在菜场争吵，一人被打伤" in page
    assert "还剩" in page
    status, page = read(told.bureau.other_handler, "/desk/")
    assert status == 200
    assert "菜场" not in page


def test_the_case_stands_on_the_desks_of_both_who_handle_it(told: Scene) -> None:
    """Under what each of them handles, and in the list of one's own."""
    for officer in (told.bureau.handler, told.bureau.second_handler):
        _, page = read(officer, "/desk/")
        mine = page.split('id="mine-heading"', 1)
        assert len(mine) == 2, officer
        assert "两人在菜场争吵" in mine[1]
        assert "共1件" in read(officer, "/cases/?mine=on")[1]
    _, page = read(told.bureau.handler, f"/cases/{told.id}/")
    assert told.bureau.second_handler.name in page.split("<main", 1)[1].split("<nav", 1)[0]


@pytest.mark.parametrize("tab", ["", "course/", "due/", "supervision/"])
def test_a_case_is_read_on_record_and_only_within_reach(told: Scene, tab: str) -> None:
    """Every tab opens for the handler with names in place of keys, and is refused to others."""
    before = Reading.objects.count()
    status, page = read(told.bureau.handler, f"/cases/{told.id}/{tab}")
    assert status == 200
    assert "演示·张𬭎" in page
    assert Reading.objects.count() == before + 1
    status, page = read(told.bureau.other_handler, f"/cases/{told.id}/{tab}")
    assert status == 403
    assert "演示·张𬭎" not in page


def test_due_tells_article_and_reason(told: Scene) -> None:
    """The questioning clock of a person in custody, with its article."""
    _, page = read(told.bureau.handler, f"/cases/{told.id}/due/")
    assert "询问查证" in page
    assert "治安管理处罚法" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("张", False), ("演示·张", True), ("菜场", False), ("990101", True), ("未有其人", False)],
)
def test_search_goes_by_the_beginning_of_names_and_numbers(told: Scene, query: str, found: bool) -> None:
    """Two characters at least; each search is on record."""
    _, page = read(told.bureau.handler, f"/cases/?text={query}")
    assert ("共1件" in page) is found
    assert SearchTrace.objects.get().query == query


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", True),
        ("show=closed", False),
        ("stage=investigation", True),
        ("stage=review", False),
        ("mine=on", True),
        ("juvenile=on", False),
        ("unit=990101000000", True),
        ("stage=nonsense&page=99999&since=never", True),
        ("since=2026-03-02&until=2026-03-02", True),
        ("since=2026-03-03", False),
    ],
)
def test_filters_are_addresses(told: Scene, filters: str, found: bool) -> None:
    """Whatever cannot be read is passed over."""
    status, page = read(told.bureau.handler, f"/cases/?{filters}")
    assert status == 200
    assert ("共1件" in page) is found


def test_nobody_without_a_purpose_reads_cases(told: Scene) -> None:
    """Administrators and auditors have no desk."""
    for officer in (told.bureau.administrator, told.bureau.auditor):
        assert read(officer, "/cases/")[0] == 403
        assert read(officer, f"/cases/{told.id}/")[0] == 403


def test_reminders_come_at_the_norms_own_time(told: Scene) -> None:
    """Eight hours for questioning from the next full hour on, an eighth of it before they are over; afterwards it is overdue. A colleague has none."""
    _, page = read(told.bureau.handler, "/notices/", 60)
    assert "没有将到期或者逾期的事项" in page
    _, page = read(told.bureau.handler, "/notices/", 40 + 7.75 * 60)
    assert "将到期" in page
    assert "还剩35分钟" in page
    _, page = read(told.bureau.handler, "/notices/", 40 + 9 * 60)
    assert "已逾期" in page
    assert "已超" in page
    assert "没有将到期" in read(told.bureau.other_handler, "/notices/", 40 + 9 * 60)[1]


def test_letters_grow_for_whoever_asks(told: Scene) -> None:
    """A cookie of the browser, with or without an account."""
    client = Client()
    assert 'class="large-text"' not in client.get("/sign-in/").content.decode()
    assert client.post("/text-size/", {"size": "large", "next": "/sign-in/"}).url == "/sign-in/"
    assert 'class="large-text"' in client.get("/sign-in/").content.decode()
    assert client.post("/text-size/", {"size": "usual", "next": "//elsewhere.example/"}).url == "/"


def test_rows_can_be_made_anew(told: Scene) -> None:
    """They are what the acts say; a row that was tampered with is found and mended."""
    assert cases_rebuild(mend=False) == Rebuilt(1, 0)
    Case.objects.unfenced("a test").update(stage="closed", title="别的")
    Party.objects.unfenced("a test").update(name="别人")
    assert cases_rebuild(mend=False) == Rebuilt(1, 1)
    assert cases_rebuild() == Rebuilt(1, 1)
    assert cases_rebuild(mend=False) == Rebuilt(1, 0)


def test_the_course_says_what_was_told_and_in_words(told: Scene) -> None:
    """The heading of a notice or a paper names it; codes of the rulebook are shown as their words."""
    told.do(
        "notice.given",
        50,
        fields={"notice": "hearing-right", "recipient": "suspect", "method": "written"},
        subjects=SUSPECT,
    )
    told.do("case.characterised", 55, fields={"violation": "po.gambling", "facts": "赌博"}, subjects=SUSPECT)
    _, page = read(told.bureau.handler, f"/cases/{told.id}/course/")
    assert "告知：要求听证的权利" in page
    assert "hearing-right" not in page
    assert "<dd>赌博</dd>" in page
    assert "po.gambling" not in page


def test_a_matter_that_became_no_case_is_over_when_the_reporter_was_told(scene: Scene) -> None:
    """Nobody closes it by an act of its own; a case that was opened stays open until it is closed."""
    scene.do("report.received", 0, fields=KIND | {"summary": "噪声"}, subjects={"person": ("某甲",)})
    scene.do(
        "report.registered",
        2,
        fields=KIND
        | {"competence": "not-police", "judged_on_spot": True, "objected": False, "unreachable": False},
    )
    assert "共1件" in read(scene.bureau.handler, "/cases/")[1]
    scene.do(
        "report.declined", 5, fields={"reason": "不属公安机关职责", "recipient": "reporter", "method": "oral"}
    )
    row = Case.objects.unfenced("a test").get(pk=scene.id)
    assert (row.stage, row.closed_at) == ("closed", at(5))
    assert "共0件" in read(scene.bureau.handler, "/cases/")[1]
    assert "共1件" in read(scene.bureau.handler, "/cases/?show=closed")[1]


def test_a_beginning_shared_by_too_many_is_asked_for_in_full(
    told: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is listed then is exactly so, and the page says why."""
    monkeypatch.setattr("zhunsheng.casework.selectors.MOST_TERMS", 0)
    _, page = read(told.bureau.handler, "/cases/?text=演示·张")
    assert "太多" in page
    assert "共0件" in page
    assert "共1件" in read(told.bureau.handler, "/cases/?text=演示·张𬭎")[1]


def test_every_tab_leads_to_the_forms_for_whoever_records(told: Scene) -> None:
    """An officer who has just recorded something goes on from there; a supervisor only reads."""
    for tab in ("", "people/", "evidence/", "decision/"):
        _, page = read(told.bureau.handler, f"/cases/{told.id}/{tab}")
        assert f'href="/cases/{told.id}/act/">登记行为' in page
    _, page = read(told.bureau.supervisor, f"/cases/{told.id}/")
    assert "登记行为" not in page
