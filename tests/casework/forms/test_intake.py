"""Taking a report: everything at once or nothing, a receipt, and a hint where the same report came before."""

from __future__ import annotations

import pytest

from tests.casework.forms.filling import Browser, errors_in
from tests.procedure.dossiers import Scene
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.casework.models import Case, KeptDraft

pytestmark = pytest.mark.django_db
NEW = "/cases/new/"
TOLD = {
    "summary": "菜场两人因摊位争吵，一人被打伤",
    "reporter_name": "演示·李某",
    "reporter_phone": "139 0000 0000",
    "victim_reports": "on",
    "suspects": "演示·王𬭎\n无名氏",
}


def types_of(dossier: Dossier) -> list[str]:
    rows = Act.objects.unfenced("a test").filter(dossier=dossier).order_by("position")
    return list(rows.values_list("type", flat=True))


def the_dossier() -> Dossier:
    return Dossier.objects.unfenced("a test").get()


def test_a_report_that_is_accepted_records_all_its_acts(scene: Scene) -> None:
    browser = Browser(scene.bureau.handler)
    answer = browser.send(NEW, **TOLD, outcome="accept", partner=scene.bureau.second_handler.number)
    dossier = the_dossier()
    assert answer.url == f"/cases/{dossier.id}/receipt/"
    assert types_of(dossier) == [
        "report.received", *["person.identified"] * 4, "report.registered", "case.opened", "document.made", "system.entered", "document.served",
    ]  # fmt: skip
    case = Case.objects.unfenced("a test").get()
    assert "王𬭎" in case.people
    receipt = browser.get(answer.url).content.decode()
    assert dossier.number in receipt
    assert "已立案" in receipt
    assert "菜场两人因摊位争吵" in receipt


def test_a_report_sent_twice_is_one_dossier(scene: Scene) -> None:
    browser = Browser(scene.bureau.handler)
    data = browser.filled(NEW, **TOLD, outcome="accept") | {"do": "record"}
    assert browser.post(NEW, data).url == browser.post(NEW, data).url
    assert len(types_of(the_dossier())) == 10


@pytest.mark.parametrize(
    ("outcome", "more", "last"),
    [
        ("later", {}, "report.registered"),
        ("decline", {"reason": "属于民事纠纷"}, "report.declined"),
        ("hand-on", {"reason": "不属本单位管辖", "recipient": "演示市公安局乙分局"}, "case.transferred"),
    ],
)
def test_every_report_is_registered_whatever_becomes_of_it(
    scene: Scene, outcome: str, more: dict[str, str], last: str
) -> None:
    answer = Browser(scene.bureau.handler).send(NEW, summary="邻里噪音", outcome=outcome, **more)
    assert answer.status_code == 302
    found = types_of(the_dossier())
    assert found[0] == "report.received"
    assert "report.registered" in found
    assert found[-1] == last


def test_declining_and_handing_on_need_a_reason(scene: Scene) -> None:
    browser = Browser(scene.bureau.handler)
    answer = browser.send(NEW, summary="邻里噪音", outcome="hand-on")
    assert answer.status_code == 422
    assert {"请写明理由", "请写明移交给哪个单位"} <= set(errors_in(answer))
    assert not Dossier.objects.unfenced("a test").exists()


def test_the_window_takes_reports_and_opens_no_case(scene: Scene) -> None:
    browser = Browser(scene.bureau.window)
    page = browser.get(NEW).content.decode()
    assert "立案（属于本单位管辖的违法行为）" not in page
    assert browser.send(NEW, summary="丢失手机", outcome="later").status_code == 302
    forged = browser.send(NEW, summary="丢失手机", outcome="accept")
    assert forged.status_code == 422


@pytest.mark.parametrize("who", ["approver", "legal_reviewer", "supervisor", "auditor", "administrator"])
def test_nobody_else_takes_reports(scene: Scene, who: str) -> None:
    assert Browser(getattr(scene.bureau, who)).get(NEW).status_code == 403


def test_a_second_report_by_the_same_number_is_pointed_out(scene: Scene) -> None:
    browser = Browser(scene.bureau.handler)
    browser.send(NEW, **TOLD, outcome="later")
    browser.minutes = 120
    page = browser.post("/cases/new/alike/", {"reporter_phone": "13900000000"}).content.decode()
    assert str(the_dossier().id) in page
    assert "电话相同" in page
    other = Browser(scene.bureau.other_handler).post("/cases/new/alike/", {"reporter_phone": "13900000000"})
    assert other.content.decode().strip() == "", "out of reach"
    browser.minutes = 60 * 24 * 9
    assert browser.post("/cases/new/alike/", {"reporter_phone": "13900000000"}).content.decode().strip() == ""


def test_a_report_begun_is_kept_and_gone_once_recorded(scene: Scene) -> None:
    browser = Browser(scene.bureau.handler)
    browser.post("/cases/new/keep/", browser.filled(NEW, summary="说到一半"))
    again = Browser(scene.bureau.handler, minutes=300)
    assert again.filled(NEW)["summary"] == "说到一半"
    assert again.send(NEW, outcome="later").status_code == 302
    assert not KeptDraft.objects.exists()


def test_the_answer_of_the_law_comes_before_sending(scene: Scene) -> None:
    browser = Browser(scene.bureau.handler)
    data = browser.filled(NEW, **TOLD, outcome="accept", partner=scene.bureau.second_handler.number)
    page = browser.post("/cases/new/look/", data).content.decode()
    assert "可以登记" in page
    assert not Dossier.objects.unfenced("a test").exists()
