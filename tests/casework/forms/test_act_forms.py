"""What a form knows, says before it is sent, and does when it is sent twice, late, or by somebody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.casework.forms.filling import Browser, act_url, errors_in
from tests.procedure.dossiers import KIND, Scene, at
from zhunsheng.acts.drafts import Actor
from zhunsheng.acts.models import Act, Reading
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.base.storage import storage
from zhunsheng.casework.models import KeptDraft

pytestmark = pytest.mark.django_db
SUSPECT = {"person": ("P0000001",)}
ADULT = {"name": "演示某乙", "age": 30, "sex": "male", "identity_known": True, "person_role": "suspect"}
CHILD = ADULT | {"name": "演示某乙", "age": 16}


@pytest.fixture
def case(scene: Scene) -> Scene:
    scene.opened()
    scene.do("person.identified", 20, fields=ADULT, subjects=SUSPECT)
    return scene


def acts(scene: Scene, type_: str) -> list[Act]:
    return list(Act.objects.unfenced("a test").filter(dossier=scene.id, type=type_).order_by("position"))


def test_what_follows_from_the_case_is_shown_and_not_asked(case: Scene) -> None:
    page = Browser(case.bureau.handler).get(act_url(case.id, "person.arrived")).content.decode()
    assert 'name="f-case_kind"' not in page
    assert 'name="f-identity_known"' not in page
    assert "不用再填的" in page
    assert "演示某乙（违法嫌疑人，30周岁）" in page
    everything = (
        Browser(case.bureau.handler).get(act_url(case.id, "person.arrived", "?all=1")).content.decode()
    )
    assert 'name="f-case_kind"' in everything


def test_a_form_records_what_it_shows(case: Scene) -> None:
    answer = Browser(case.bureau.handler).send(act_url(case.id, "person.arrived"), f__may_be_detained="no")
    assert answer.status_code == 302
    (act,) = acts(case, "person.arrived")
    assert act.fields == {
        "method": "oral-summons",
        "case_kind": "public-order",
        "complex": False,
        "may_be_detained": False,
        "many_suspects": False,
        "identity_known": True,
    }
    assert act.subjects == SUSPECT
    assert [one["officer"] for one in act.officers] == [
        case.bureau.handler.number,
        case.bureau.second_handler.number,
    ]
    assert act.occurred_at == at(60)


def test_one_form_records_several_acts_or_none(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    answer = browser.send(act_url(case.id, "brought-in"), f__may_be_detained="no")
    assert answer.status_code == 302
    found = [
        a.type
        for a in Act.objects.unfenced("a test").filter(dossier=case.id, position__gt=3).order_by("position")
    ]
    assert found == ["person.summoned", "notice.given", "person.arrived", "notice.given", "family.notified"]
    before = Act.objects.unfenced("a test").count()
    case.do("person.identified", 61, fields=CHILD, subjects={"person": ("少年",)})
    browser.minutes = 70
    refused = browser.send(act_url(case.id, "questioning-finished"), persons="少年")
    assert refused.status_code == 422
    assert Act.objects.unfenced("a test").count() == before + 1, "neither the recording nor the questioning"


def test_the_answer_of_the_law_comes_before_sending_with_the_way_to_its_cure(scene: Scene) -> None:
    scene.opened()
    scene.do("person.identified", 20, fields=CHILD, subjects=SUSPECT)
    browser = Browser(scene.bureau.handler)
    data = browser.filled(act_url(scene.id, "person.questioned"))
    answer = browser.post(act_url(scene.id, "person.questioned", "look/"), data)
    page = answer.content.decode()
    assert "现在登记会被拒绝" in page
    assert "演示某乙" in page, "people by name, not by key"
    assert f"/cases/{scene.id}/act/guardian.notified/?person=" in page
    assert acts(scene, "person.questioned") == []
    looked = browser.post(act_url(scene.id, "person.questioned"), data | {"do": "look"})
    assert "现在登记会被拒绝" in looked.content.decode(), "the same without a script"


def test_what_may_be_recorded_is_said_to_be_clear(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    data = browser.filled(
        act_url(case.id, "evidence.received"),
        persons="P0000001",
        f__evidence="监控录像",
        f__evidence_kind="thing",
    )
    page = browser.post(act_url(case.id, "evidence.received", "look/"), data).content.decode()
    assert "可以登记" in page


def test_an_unfinished_form_says_what_is_missing(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    answer = browser.send(act_url(case.id, "person.summoned"), persons=None, at="")
    assert answer.status_code == 422
    assert any("请选择这项行为涉及的人员" in line for line in errors_in(answer))
    assert "<title>错误：" in answer.content.decode()


def test_a_form_sent_twice_records_once(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "brought-in")
    data = browser.filled(url, f__may_be_detained="no") | {"do": "record"}
    first = browser.post(url, data)
    second = browser.post(url, data)
    assert first.status_code == second.status_code == 302
    assert len(acts(case, "person.arrived")) == 1
    changed = browser.post(url, data | {"f-may_be_detained": "yes"})
    assert changed.status_code == 422
    assert any("已经登记过一次" in line for line in errors_in(changed))


def test_a_case_that_moved_on_is_explained_and_the_form_kept(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "evidence.received")
    data = browser.filled(url, persons="P0000001", f__evidence="监控录像")
    case.do("evidence.ordered", 61, by=case.bureau.second_handler, fields={"evidence": "账本"})
    browser.minutes = 62
    late = browser.post(url, data | {"do": "record"})
    assert late.status_code == 409
    assert any("调取证据（办案乙）" in line for line in errors_in(late))
    page = late.content.decode()
    assert "监控录像" in page
    assert f'name="expected" value="{int(data["expected"]) + 1}"' in page
    again = browser.post(url, data | {"do": "record", "expected": int(data["expected"]) + 1})
    assert again.status_code == 302


def test_a_correction_starts_from_the_act_and_leaves_it_readable(case: Scene) -> None:
    case.do("person.summoned", 30, fields={"method": "oral", "reason": "涉嫌殴打他人"}, subjects=SUSPECT)
    act = case.acts["person.summoned"]
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "person.summoned", f"?corrects={act.id}")
    data = browser.filled(url)
    assert (data["f-method"], data["f-reason"], data["persons"]) == ("oral", "涉嫌殴打他人", "P0000001")
    assert browser.post(url, data | {"f-reason": "涉嫌故意伤害", "do": "record"}).status_code == 302
    _, corrected = acts(case, "person.summoned")
    assert corrected.corrects_id == act.id
    assert corrected.fields["reason"] == "涉嫌故意伤害"
    assert browser.get(act_url(case.id, "person.arrived", f"?corrects={act.id}")).status_code == 404


def test_a_mistake_is_withdrawn_with_its_reason(case: Scene) -> None:
    case.do("person.summoned", 30, fields={"method": "oral"}, subjects=SUSPECT)
    act = case.acts["person.summoned"]
    browser = Browser(case.bureau.handler)
    url = f"/cases/{case.id}/acts/{act.id}/withdraw/"
    page = browser.get(url)
    assert page.status_code == 200
    data = {"key": "a", "expected": case.dossier.position, "reason": ""}
    assert browser.post(url, data).status_code == 422
    assert browser.post(url, data | {"reason": "登记到别的案件"}).status_code == 302
    assert acts(case, WITHDRAWN)[0].corrects_id == act.id
    assert browser.get(url).status_code == 403, "it no longer counts"


def test_what_was_done_long_ago_is_recorded_late_with_its_reason(case: Scene) -> None:
    browser = Browser(case.bureau.handler, minutes=3 * 24 * 60)
    then = (at(60).astimezone(dt.timezone(dt.timedelta(hours=8)))).strftime("%Y-%m-%dT%H:%M")
    answer = browser.send(act_url(case.id, "person.summoned"), at=then, backfill="现场处置时网络中断")
    assert answer.status_code == 302
    (act,) = acts(case, "person.summoned")
    assert (act.occurred_at, act.content["backfill"]) == (at(60), "现场处置时网络中断")


def test_what_was_typed_outlives_the_browser_and_goes_with_the_act(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "evidence.received")
    data = browser.filled(url, persons="P0000001", f__evidence="一段监控录像")
    assert "草稿已保存" in browser.post(act_url(case.id, "evidence.received", "keep/"), data).content.decode()
    again = Browser(case.bureau.handler, minutes=600)
    assert again.filled(url)["f-evidence"] == "一段监控录像"
    assert not Browser(case.bureau.second_handler).filled(url).get("f-evidence")
    assert "一段监控录像" not in again.get(url + "?fresh=1").content.decode()
    assert again.send(url).status_code == 302
    assert not KeptDraft.objects.exists()


def test_files_come_with_the_act_and_are_read_through_it_alone(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "evidence.received")
    data = browser.filled(url, persons="P0000001", f__evidence="照片") | {"do": "record"}
    data["files"] = [
        SimpleUploadedFile("现场.jpg", b"picture", "image/jpeg"),
        SimpleUploadedFile("录像.mp4", b"film", "video/mp4"),
    ]
    assert browser.post(url, data).status_code == 302
    (act,) = acts(case, "evidence.received")
    assert [d["name"] for d in act.documents] == ["现场.jpg"]
    assert [d["name"] for d in act.recordings] == ["录像.mp4"]
    digest = act.documents[0]["digest"]
    assert storage().size(digest) == len(b"picture")
    file = f"/cases/{case.id}/acts/{act.id}/files/{digest}/"
    answer = browser.get(file)
    assert b"".join(answer.streaming_content) == b"picture"
    assert answer["Content-Disposition"].startswith("attachment")
    assert Browser(case.bureau.other_handler).get(file).status_code in (403, 404)
    page = browser.get(f"/cases/{case.id}/evidence/").content.decode()
    assert "现场.jpg" in page
    assert digest in browser.get(f"/cases/{case.id}/evidence/?print=1").content.decode()


@pytest.mark.parametrize(
    "who", ["other_handler", "auditor", "administrator", "supervisor", "outside_observer"]
)
def test_nobody_else_finds_the_form(case: Scene, who: str) -> None:
    officer = getattr(case.bureau, who)
    for part in ("", "look/", "keep/", "again/"):
        url = act_url(case.id, "person.summoned", part)
        browser = Browser(officer)
        answer = browser.post(url, {"persons": "P0000001"}) if part else browser.get(url)
        assert answer.status_code in (403, 404), (who, part)
    assert acts(case, "person.summoned") == []
    assert not KeptDraft.objects.exists()


def test_filling_in_a_form_is_one_reading(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    data = browser.filled(act_url(case.id, "person.summoned"))
    before = Reading.objects.count()
    for _ in range(3):
        browser.post(act_url(case.id, "person.summoned", "look/"), data)
    assert Reading.objects.count() == before


def test_what_comes_next_is_listed_with_what_is_due_first(case: Scene) -> None:
    case.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    page = Browser(case.bureau.handler).get(f"/cases/{case.id}/act/").content.decode()
    owed, usual = page.index("next-due"), page.index("这一阶段通常要办的")
    assert owed < usual
    assert "传唤" in page
    assert KIND["case_kind"] not in page


def test_excluded_evidence_is_marked_wherever_it_is_listed(case: Scene) -> None:
    case.do(
        "evidence.received",
        30,
        fields={"evidence": "监控录像", "evidence_kind": "electronic"},
        subjects=SUSPECT,
    )
    fields = {"evidence": "监控录像", "evidence_kind": "electronic", "level": "county-head"}
    case.do("evidence.excluded", 50, by=case.bureau.approver, fields=fields, backfill="")
    browser = Browser(case.bureau.handler)
    for query in ("", "?print=1"):
        assert "已排除" in browser.get(f"/cases/{case.id}/evidence/{query}").content.decode()


def test_a_correction_keeps_who_else_was_there(case: Scene) -> None:
    officers = (*case.pair, Actor(case.bureau.property_keeper.number, "property-keeper"))
    case.do(
        "property.seized",
        30,
        officers=officers,
        fields={"item_kind": "ordinary"},
        subjects={"item": ("木棍1根",)},
    )
    act = case.acts["property.seized"]
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "item.identified")
    assert browser.get(f"{url}?corrects={act.id}").status_code == 404, "another type"
    url = act_url(case.id, "property.seized", f"?corrects={act.id}")
    assert browser.send(url, f__amount="20").status_code == 302
    _, corrected = acts(case, "property.seized")
    assert [(o["officer"], o["role"]) for o in corrected.officers] == [(a.officer, a.role) for a in officers]
    assert corrected.subjects == {"item": ("木棍1根",)}


def test_the_place_of_the_last_questioning_is_proposed(case: Scene) -> None:
    case.do("person.questioned", 30, fields={"place": "hospital"}, subjects=SUSPECT)
    assert Browser(case.bureau.handler).filled(act_url(case.id, "person.questioned"))["f-place"] == "hospital"


def test_nothing_is_kept_of_a_form_that_was_sent(case: Scene) -> None:
    browser = Browser(case.bureau.handler)
    url = act_url(case.id, "evidence.received")
    data = browser.filled(url, persons="P0000001", f__evidence="照片")
    assert browser.post(url, data | {"do": "record"}).status_code == 302
    browser.post(act_url(case.id, "evidence.received", "keep/"), data)
    assert not KeptDraft.objects.exists(), "a late request of the page that is gone"


def test_a_form_that_makes_a_paper_does_not_ask_for_the_marks_of_the_paper(scene: Scene) -> None:
    """Its number, form and code come from the tab of the papers."""
    scene.opened()
    for slug in ("evidence-taken", "document.made", "seized-with-list"):
        page = Browser(scene.bureau.handler).get(act_url(scene.id, slug)).content.decode()
        assert 'name="f-signed"' in page or 'name="f-list_signed"' in page
        assert "f-paper_token" not in page
        assert "f-template" not in page
