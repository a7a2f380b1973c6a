"""The pages as people see them: plan with a preview, one inspection from freezing to its end, checklist, circular, ledger, exports."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from typer.testing import CliRunner

from tests.inspections.conftest import Looked
from tests.inspections.looking import LOOKING, answered, assigned, chosen, drawn, joined, planned, sheets
from tests.procedure.dossiers import at
from tests.supervision.loop.acting import OVER, passed, released, signed_in
from tests.supervision.loop.test_pages import read, sent
from zhunsheng.base import clock
from zhunsheng.cli.sample import app
from zhunsheng.inspections.models import Inspection, Problem, SavedQuery, Sheet
from zhunsheng.ledger.keeping import ledger_signer
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people import services as people
from zhunsheng.people.demo import COUNTY, OTHER_COUNTY, STATION
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role

pytestmark = pytest.mark.django_db
NEW = "/inspections/new/"
FORM: dict[str, Any] = {
    "kind": "campaign",
    "title": "未按时离开专项整治",
    "unit": COUNTY,
    "base": "",
    "period_from": "2026-03-01",
    "period_to": "2026-03-31",
    "due_on": "2026-04-15",
    "state": "open",
    "kinds": ["public-order"],
}


@pytest.fixture
def wrong(looked: Looked) -> Looked:
    for scene in looked.scenes[3:]:
        released(scene, 100)
    passed(OVER + 10)
    return looked


def form(**more: Any) -> dict[str, Any]:
    return FORM | {"key": str(uuid.uuid4())} | more


def only() -> Inspection:
    found: Inspection = Inspection.objects.unfenced("a test").get()
    return found


def test_plan_with_a_preview(wrong: Looked) -> None:
    by = wrong.supervisor
    status, page = read(by, f"{NEW}?theme=money-held", LOOKING)
    assert status == 200
    assert 'value="theme:money-held" selected' in page
    status, page = sent(by, NEW, LOOKING, do="preview", **form())
    assert status == 200
    assert "符合条件的案件：6件" in page
    assert "未结；案件类别：治安案件" in page
    assert not Inspection.objects.unfenced("a test").exists()
    given = form(do="plan", save_as="未结治安案件", size="4")
    status, page = sent(by, NEW, LOOKING, **given)
    assert status == 302
    assert "未按时离开专项整治" in page
    assert "抽取4件" in page
    assert sent(by, NEW, LOOKING, **given)[0] == 302
    made = only()
    assert made.spec == {"state": "open", "kinds": ["public-order"]}
    assert made.query is not None
    assert (made.query.name, made.query.number) == ("未结治安案件", 1)
    saved = SavedQuery.objects.unfenced("a test").get()
    _, page = sent(by, NEW, LOOKING, **form(do="preview", base=f"saved:{saved.pk}", state="all", kinds=[]))
    assert "符合条件的案件：6件" in page


@pytest.mark.parametrize(
    ("wrong_", "said"),
    [
        ({"title": ""}, "请填写“名称”"),
        ({"period_to": "2026-02-01"}, "结束日期早于开始日期"),
        ({"has_acts": "no.such"}, "no.such"),
        ({"size": "5000"}, "一次最多抽"),
        ({"duty_norms": "no.such"}, "规则库没有这条规范"),
        ({"base": "theme:no-such"}, "选择一个有效的选项"),
        ({"unit": "990102000000"}, "选择一个有效的选项"),
        ({"open_longer_than": "-1"}, "1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    looked: Looked, wrong_: dict[str, str], said: str
) -> None:
    status, page = sent(looked.supervisor, NEW, LOOKING, do="plan", **form(public_source="某彩票", **wrong_))
    assert status == 422
    assert said in page
    assert "某彩票" in page
    assert "有问题需要改正" in page
    assert not Inspection.objects.unfenced("a test").exists()


def test_from_freezing_to_the_end_on_the_page(wrong: Looked) -> None:
    by, handler = wrong.supervisor, wrong.bureau.handler
    url = f"/inspections/{planned(by, kind='patrol', size=5).pk}/"
    _, page = read(by, url, LOOKING)
    assert "固定总体" in page
    status, page = sent(by, url, LOOKING, do="freeze")
    assert status == 302
    assert "6件" in page
    assert "通常几秒钟" in page
    assert sent(by, url, LOOKING, do="draw")[0] == 422
    with clock.holding(at(LOOKING)):
        ledger_sequence()
    status, page = sent(by, url, LOOKING + 1, do="draw", public_value="")
    assert status == 302
    assert "种子" in page
    assert "5份没有分派" in page
    status, page = sent(by, url, LOOKING + 1, do="assign", inspectors="演9999")
    assert status == 422
    assert "演9999：没有这个警号" in page
    numbers = "\n".join(one.number for one in wrong.inspectors)
    assert sent(by, url, LOOKING + 1, do="assign", inspectors=numbers)[0] == 302
    for sheet in sheets(only()):
        said = {"q__evidence": ("problem", "缺少现场照片")} if sheet.chosen.place == 1 else {}
        answered(sheet, **said)
    _, page = read(by, url, LOOKING + 20)
    assert "人工发现1" in page
    assert "基数小" in page
    assert "推及总体" in page
    assert "1项问题没有列入台账" in page
    assert '<svg class="bars"' in page
    problem = Problem.objects.get(by_engine=False)
    status, page = sent(by, url, LOOKING + 20, do="order", row=str(problem.pk), owner="演9999", task="补拍")
    assert status == 422
    assert "没有这个警号" in page
    assert 'value="演9999"' in page, "what was typed is there"
    assert (
        sent(by, url, LOOKING + 20, do="order", row=str(problem.pk), owner=handler.number, task="补拍")[0]
        == 302
    )
    status, page = sent(by, url, LOOKING + 30, do="close", conclusion="")
    assert status == 422
    status, page = sent(by, url, LOOKING + 30, do="close", conclusion="总体规范")
    assert status == 302
    assert "总体规范" in page
    _, page = read(by, "/inspections/?state=closed", LOOKING + 40)
    assert "三月评查" in page
    assert sent(by, url, LOOKING + 50, do="close", conclusion="又")[0] == 422
    assert sent(by, url, LOOKING + 50, do="nonsense")[0] == 400


def test_the_checklist(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    sheet = next(s for s in sheets(made) if s.chosen.dossier_id == wrong.scenes[0].id)
    url, by = f"/inspections/sheets/{sheet.pk}/", sheet.inspector
    _, page = read(by, "/inspections/", LOOKING + 4)
    assert "等我作答的检查表" in page
    assert url in page
    status, page = read(by, url, LOOKING + 5)
    assert status == 200
    for words in (
        "警情",
        "案件",
        "人员",
        "物品",
        "场所",
        "卷宗",
        "事实清楚",
        "规范hours",
        "违反",
        "2020-01-01起的版本",
    ):
        assert words in page
    assert "至今未见记录" in page
    assert page.count("checked") == 1, "only what the rulebook knows is chosen already"
    status, page = sent(by, url, LOOKING + 6, do="done", a1="order", n1="一段没有丢的话")
    assert status == 422
    assert "没有回答" in page
    assert "一段没有丢的话" in page
    with clock.holding(at(LOOKING + 7)):
        from zhunsheng.inspections.answering import sheet_open

        questions = sheet_open(sheet.pk, by=by).questions
    given = {f"a{n}": "problem" if q.engine == "breached" else "order" for n, q in enumerate(questions)}
    status, page = sent(by, url, LOOKING + 8, do="save", a0="order", n0="")
    assert status == 302
    assert "已保存" in page
    status, page = sent(by, url, LOOKING + 9, do="done", **given)
    assert status == 302
    assert "检查表已完成" in page
    status, page = read(by, url, LOOKING + 10)
    assert "这份检查表已经完成" in page
    assert sent(by, url, LOOKING + 10, do="done", **given)[0] == 422
    for other in (wrong.supervisor, wrong.bureau.handler, wrong.bureau.assessor):
        assert read(other, url, LOOKING + 10)[0] == 403


def test_rows_are_handed_on_and_set_aside(wrong: Looked) -> None:
    by = wrong.supervisor
    made = assigned(by, wrong.inspectors[:1])
    url = f"/inspections/{made.pk}/"
    first, second = sheets(made)[:2]
    status, _ = sent(
        by, url, LOOKING + 5, do="reassign", row=str(first.pk), inspector=wrong.inspectors[1].number
    )
    assert status == 302
    status, page = sent(by, url, LOOKING + 5, do="aside", row=str(second.pk), reason="")
    assert status == 422
    status, page = sent(by, url, LOOKING + 5, do="aside", row=str(second.pk), reason="已移送其他机关")
    assert status == 302
    assert "已移送其他机关" in page
    assert Sheet.objects.get(pk=first.pk).inspector == wrong.inspectors[1]
    assert sent(by, url, LOOKING + 5, do="aside", row="9" * 30, reason="-")[0] == 403


def test_differences_are_settled_on_the_page(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors[:2], double=100, size=1)
    first, second = sheets(made)
    answered(first, q__facts=("problem", "起因没有查清"))
    _, page = read(wrong.supervisor, f"/inspections/{made.pk}/", LOOKING + 15)
    assert "起因没有查清" not in page, "half a reading is seen by nobody"
    answered(second)
    url = f"/inspections/{made.pk}/"
    _, page = read(wrong.supervisor, url, LOOKING + 20)
    assert "待认定的不一致" in page
    assert "起因没有查清" in page
    given = {"do": "settle", "row": str(chosen(made)[0].pk), "question": "q.facts", "answer": "problem"}
    assert sent(first.inspector, url, LOOKING + 21, reason="确未查清", **given)[0] == 422
    status, page = sent(wrong.supervisor, url, LOOKING + 21, reason="确未查清", **given)
    assert status == 302
    assert "待认定的不一致" not in page
    assert "确未查清" in page


def test_one_circular_for_a_unit(wrong: Looked) -> None:
    by = wrong.supervisor
    made = assigned(by, wrong.inspectors, kind="patrol")
    for sheet in sheets(made):
        answered(sheet)
    with clock.holding(at(LOOKING + 30)):
        from zhunsheng.inspections.following import inspection_close

        inspection_close(made.pk, by=by, conclusion="-")
    with clock.holding(at(LOOKING + 40)):
        pass
    _, page = read(by, f"/inspections/{made.pk}/units/{STATION}/", LOOKING + 40)
    for words in (
        "执法检查情况通报",
        "甲分局第一派出所",
        "没有可比的上次检查",
        "规范hours",
        "已检查6件",
        "按问题流程答复",
    ):
        assert words in page
    assert "办案甲" not in page
    assert read(by, f"/inspections/{made.pk}/units/990102010000/", LOOKING + 40)[0] == 403


def test_the_circular_compares_with_the_one_before(wrong: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.inspections import looking
    from zhunsheng.inspections.following import inspection_close

    by = wrong.supervisor
    first = assigned(by, wrong.inspectors, kind="patrol")
    for sheet in sheets(first):
        answered(sheet)
    with clock.holding(at(LOOKING + 30)):
        inspection_close(first.pk, by=by, conclusion="-")
    monkeypatch.setattr(looking, "LOOKING", LOOKING + 100)
    second = assigned(by, wrong.inspectors, kind="patrol")
    for sheet in sheets(second):
        answered(sheet, minutes=LOOKING + 120)
    _, page = read(by, f"/inspections/{second.pk}/units/{STATION}/", LOOKING + 130)
    assert "上次（2026-03-02）" in page


def test_the_file_that_anybody_checks(wrong: Looked, tmp_path: Path) -> None:
    made = drawn(wrong.supervisor, size=3, stratified=True)
    with clock.holding(at(LOOKING + 5)):
        client = signed_in(wrong.supervisor)
        answer = client.get(f"/inspections/{made.pk}/sample.json")
        table = client.get(f"/inspections/{made.pk}/sample.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="sample-{made.pk}.json"'
    text = answer.content.decode()
    assert not any(str(one.id) in text or one.dossier.number in text for one in wrong.scenes)
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["public_id"] for row in rows] == json.loads(text)["sample"]
    assert {row["number"] for row in rows} <= {one.dossier.number for one in wrong.scenes}
    file = tmp_path / "sample.json"
    file.write_text(text, encoding="utf-8")
    run = CliRunner().invoke
    vkey = ledger_signer().key.vkey
    said = run(app, ["verify", str(file), "--key", vkey])
    assert said.exit_code == 0, said.output
    assert "一致" in said.output
    assert run(app, ["verify", str(file)]).exit_code == 3
    changed = json.loads(text)
    changed["sample"] = changed["sample"][::-1]
    file.write_text(json.dumps(changed), encoding="utf-8")
    said = run(app, ["verify", str(file), "--key", vkey])
    assert said.exit_code == 1
    assert "sample：样本与按规则算出的不同" in said.output


def test_before_the_draw_there_is_no_file(wrong: Looked) -> None:
    made = planned(wrong.supervisor)
    for name in ("sample.json", "sample.csv"):
        assert read(wrong.supervisor, f"/inspections/{made.pk}/{name}", LOOKING)[0] == 403


def test_odd_characters_are_no_fault_of_ours(wrong: Looked) -> None:
    by = wrong.supervisor
    made = assigned(by, wrong.inspectors)
    sheet = sheets(made)[0]
    url = f"/inspections/{made.pk}/"
    for path in (f"{url}units/%00/", f"{url}units/%F0%9F%98%80/", "/inspections/9999999999999999999999/"):
        assert read(by, path, LOOKING + 5)[0] in (403, 404)
    assert read(by, "/inspections/?state=%00&kind=%00&page=%00", LOOKING + 5)[0] == 200
    assert read(by, f"{NEW}?theme=%00", LOOKING + 5)[0] == 200
    for data in (
        {"title": "\0"},
        {"has_acts": "\0"},
        {"duty_norms": "、，"},
        {"kinds": ["\0"]},
        {"key": "x"},
    ):
        assert sent(by, NEW, LOOKING + 5, do="plan", **form(**data))[0] in (302, 422)
    for do in ("assign", "order", "settle", "aside", "reassign", "close"):
        status, _ = sent(
            by,
            url,
            LOOKING + 5,
            do=do,
            row="\uff11",
            question="\0",
            inspectors="\0",
            owner="\0",
            reason="\0",
            inspector="\0",
            answer="\0",
            conclusion="\0",
        )
        assert status in (403, 422), do
    status, _ = sent(
        sheet.inspector,
        f"/inspections/sheets/{sheet.pk}/",
        LOOKING + 5,
        do="save",
        a0="\0",
        n0="\0",
        a1="order",
        n1="\0" * 9,
    )
    assert status == 422


def test_another_branch_and_other_roles_see_nothing(wrong: Looked) -> None:
    bureau = wrong.bureau
    made = assigned(wrong.supervisor, wrong.inspectors)
    url = f"/inspections/{made.pk}/"
    for by in (bureau.handler, bureau.approver, bureau.other_approver, bureau.legal_reviewer, bureau.window):
        for path in ("", "ledger/", f"units/{STATION}/", "sample.json"):
            assert read(by, url + path, LOOKING + 5)[0] == 403
        assert read(by, "/inspections/", LOOKING + 5)[0] == 403
        assert sent(by, url, LOOKING + 5, do="close", conclusion="-")[0] == 403
    _, page = read(bureau.assessor, url, LOOKING + 5)
    assert "可以办理" not in page
    assert sent(bureau.assessor, url, LOOKING + 5, do="assign", inspectors=bureau.assessor.number)[0] == 403
    assert read(bureau.assessor, NEW, LOOKING + 5)[0] == 403


def test_what_a_cadence_planned_and_nobody_held_is_overdue_in_sight(looked: Looked) -> None:
    from zhunsheng.inspections.cadences import cadences_plan

    with clock.holding(at(0)):
        cadences_plan()
    _, page = read(looked.supervisor, "/inspections/?state=overdue", LOOKING)
    assert "执法安全周查（2026-03-02）" in page
    assert "已超" in page
    assert "久挂未结月巡" not in page


def test_a_larger_sample_asks_the_database_no_more(wrong: Looked) -> None:
    """The page of one inspection asks as often for six cases read by two as for two."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for size in (2, 6):
        made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol", size=size, double=100)
        for sheet in sheets(made):
            answered(sheet, q__facts=("problem", "起因没有查清"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(wrong.supervisor, f"/inspections/{made.pk}/", LOOKING + 20)
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 2, asked


def test_pages_are_english_too(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    sheet = sheets(made)[0]
    answered(sheet)
    with clock.holding(at(LOOKING + 20)):
        client = signed_in(wrong.supervisor)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = client.get(f"/inspections/{made.pk}/").content.decode()
        assert "Population and seed" in page
        assert "problems per case" in page
        main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main")])
        left = re.sub(
            r"三月评查|检查\d|监督甲|(?:办案|看护|记录|窗口|辅警)[甲乙]|演示市公安局甲分局|甲分局第一派出所",
            "",
            main,
        )
        assert not re.search(r"[\u4e00-\u9fff]", left), re.findall(r".*[\u4e00-\u9fff].*", left)
        assert "See how many fit" in client.get(NEW).content.decode()
        reader = signed_in(sheet.inspector)
        reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert "The facts are clear" in reader.get(f"/inspections/sheets/{sheet.pk}/").content.decode()


def test_who_may_not_read_is_said_with_the_reason_and_what_was_typed_stays(wrong: Looked) -> None:
    """All or nothing: the case, each person and why; the numbers stand there to be mended."""
    bureau, (first, second, third) = wrong.bureau, wrong.inspectors
    with clock.holding(at(LOOKING - 10)):
        for role in bureau.second_handler.roleassignments.filter(ended_at=None):
            people.role_end(role, by=bureau.founder, reason="调任")
        people.role_grant(bureau.second_handler, Role.SUPERVISOR, COUNTY, by=bureau.founder, reason="调任")
    far = joined(bureau, "演3009", "外县监督", Role.SUPERVISOR, OTHER_COUNTY, over=OTHER_COUNTY)
    made = drawn(wrong.supervisor, double=100)
    url = f"/inspections/{made.pk}/"
    typed = f"{bureau.second_handler.number}，{far.number} {first.number}"
    status, page = sent(wrong.supervisor, url, LOOKING + 3, do="assign", inspectors=typed)
    assert status == 422
    assert f"{bureau.second_handler.name}参与过本案" in page
    assert f"{far.name}看不到本案" in page
    assert f"{first.name}已分派本案的另一次阅看" in page
    assert "第1件" in page
    assert "另有1件" in page
    assert "一件也没有分派" in page
    assert typed in page
    assert not sheets(made)
    Officer.objects.filter(pk=third.pk).update(is_active=False)
    typed = f"演9999 {bureau.approver.number} {third.number} {second.number}"
    status, page = sent(wrong.supervisor, url, LOOKING + 3, do="assign", inspectors=typed)
    assert status == 422
    for words in (
        "演9999：没有这个警号",
        f"（{bureau.approver.name}）不是在任",
        f"（{third.name}）账号已停用",
        typed,
    ):
        assert words in page, words
    assert f"{second.number}（" not in page
    given = f"{first.number} {second.number}"
    assert sent(wrong.supervisor, url, LOOKING + 3, do="assign", inspectors=given)[0] == 302
    sheet = sheets(made)[0]
    for number, why in ((bureau.second_handler.number, "参与过本案"), ("演9999", "没有这个警号")):
        status, page = sent(wrong.supervisor, url, LOOKING + 4, do="reassign", row=sheet.pk, inspector=number)
        assert status == 422
        assert why in page
        assert f'value="{number}"' in page
        assert f'href="#reassign_{sheet.pk}_inspector"' in page
        assert f'id="reassign_{sheet.pk}_inspector"' in page
