"""The pages of visits: from plan to the circular that is posted, and who sees what on the way."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.inspections.looking import LOOKING, again, assigned, chosen, joined, sheets
from tests.inspections.places import (
    SAW,
    SECOND,
    STATIONS,
    THIRD,
    Branch,
    branch_of,
    recorded,
    visit_of,
    visits_given,
)
from tests.procedure.dossiers import Scene, at
from tests.supervision.loop.acting import signed_in
from tests.supervision.loop.test_pages import read, sent
from zhunsheng.base import clock
from zhunsheng.inspections.checklists import checklist_of, questions_of
from zhunsheng.inspections.models import Inspection, Problem, Sheet
from zhunsheng.inspections.visiting import version_of
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.demo import COUNTY, OTHER_COUNTY, STATION, Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.procedure.rulebook import Rulebook

pytestmark = pytest.mark.django_db
NEW = "/inspections/new-visits/"
FORM: dict[str, Any] = {
    "title": "一季度现场抽查",
    "unit": COUNTY,
    "unit_kinds": ["station"],
    "period_from": "2026-03-01",
    "period_to": "2026-03-31",
    "due_on": "2026-04-15",
}
NAMES = {STATION: "甲分局第一派出所", SECOND: "甲分局第二派出所", THIRD: "甲分局第三派出所"}


@pytest.fixture
def branch(book: Rulebook, bureau: Bureau) -> Branch:
    return branch_of(bureau)


def form(**more: Any) -> dict[str, Any]:
    return FORM | {"key": str(uuid.uuid4())} | more


def status(officer: Officer, url: str, minutes: float = LOOKING + 90) -> int:
    return read(officer, url, minutes)[0]


def named(page: str) -> set[str]:
    """The stations a page names."""
    return {code for code, name in NAMES.items() if name in page}


def filled(sheet: Sheet, **wrong: str) -> dict[str, str]:
    """The sheet of a visit as a form: all in order but what is named."""
    with clock.holding(at(LOOKING + 20)):
        questions = questions_of(checklist_of(sheet.chosen))
    given = {"visited_at": clock_text(LOOKING + 30), "seen": SAW}
    for n, one in enumerate(questions):
        note = wrong.get(one.key.removeprefix("q.").replace("-", "_"), "")
        given |= {f"a{n}": "problem" if note else "order", f"n{n}": note}
    return given


def clock_text(minutes: float) -> str:
    return at(minutes).astimezone(clock.LOCAL).strftime("%Y-%m-%dT%H:%M")


def sent_by(officer: Officer, sheet: Sheet, minutes: float, **data: Any) -> tuple[Any, str]:
    """The sheet submitted as its page shows it now."""
    url = f"/inspections/visits/{sheet.pk}/"
    (version,) = re.findall(r'name="version" value="(\w+)"', read(officer, url, minutes)[1])
    return sent(officer, url, minutes, **({"version": version} | data))


def filled_in(made: Inspection, station: str) -> None:
    """One visit through its page: refused once, kept, recorded once; only at the second station something is wrong."""
    sheet = visit_of(made, station)
    visit = f"/inspections/visits/{sheet.pk}/"
    assert NAMES[station] in read(sheet.beside, "/inspections/", LOOKING + 40)[1]
    assert "到访的两人" in read(sheet.inspector, visit, LOOKING + 40)[1]
    wrong = {"store_agrees": "两件不在柜中"} if station == SECOND else {}
    typed = filled(sheet, **wrong)
    code, page = sent_by(sheet.inspector, sheet, LOOKING + 60, do="done", **(typed | {"seen": ""}))
    assert (code, "须写明看到的情况" in page) == (422, True)
    assert "checked" in page, "what was typed stays"
    assert sent_by(sheet.inspector, sheet, LOOKING + 60, do="save", **typed)[0] == 302
    assert sent_by(sheet.beside, sheet, LOOKING + 61, do="done", **typed)[0] == 302
    assert sent_by(sheet.beside, sheet, LOOKING + 62, do="done", **typed)[0] == 422
    said = "发现问题1项" if wrong else "没有发现问题"
    assert said in read(sheet.inspector, visit, LOOKING + 63)[1]


def test_from_plan_to_the_posted_circular(branch: Branch) -> None:
    by = branch.supervisor
    code, page = read(by, NEW, LOOKING)
    assert code == 200
    assert "派出所" in page
    assert sent(by, NEW, LOOKING, do="plan", **form(unit_kinds=[]))[0] == 422
    assert sent(by, NEW, LOOKING, do="plan", **form(due_on="2026-01-01"))[0] == 422
    code, page = sent(by, NEW, LOOKING, do="preview", **form())
    assert "可以抽取的单位：3个" in page
    given = form(do="plan")
    for _ in range(2):
        code, page = sent(by, NEW, LOOKING, **given)
        assert (code, "下级单位中的派出所" in page) == (302, True)
    made: Inspection = Inspection.objects.unfenced("a test").get()
    url = f"/inspections/{made.pk}/"
    sent(by, url, LOOKING + 1, do="freeze")
    with clock.holding(at(LOOKING + 1)):
        ledger_sequence()
    code, page = sent(by, url, LOOKING + 2, do="draw")
    assert named(page) == STATIONS
    code, page = sent(by, url, LOOKING + 3, do="assign", inspectors=branch.inspectors[0].number)
    assert (code, "不能派出两人的单位" in page) == (422, True)
    numbers = ",".join(one.number for one in branch.inspectors)
    code, page = sent(by, url, LOOKING + 3, do="assign", inspectors=numbers)
    assert "3个单位" in page
    for station in STATIONS:
        filled_in(made, station)
    code, page = read(by, url, LOOKING + 70)
    assert "两件不在柜中" in page
    assert f'value="{branch.heads[SECOND].number}"' in page, "the head of the station is proposed"
    problem = Problem.objects.get()
    order = {"do": "order", "row": problem.pk, "task": "清点"}
    code, page = sent(by, url, LOOKING + 71, owner=branch.heads[THIRD].number, **order)
    assert (code, "责任人不是被检查单位的人员" in page) == (422, True)
    assert sent(by, url, LOOKING + 71, owner=branch.heads[SECOND].number, **order)[0] == 302
    assert "现场" in read(by, f"{url}ledger/", LOOKING + 72)[1]
    head = branch.heads[THIRD]
    assert status(head, f"{url}posted/") == 403, "not posted yet"
    assert "还没有公布的通报" in read(head, "/inspections/posted/", LOOKING + 72)[1]
    assert sent(by, url, LOOKING + 80, do="close", conclusion="一所有问题，已列入台账")[0] == 302
    assert f'href="{url}posted/"' in read(head, "/inspections/posted/", LOOKING + 90)[1]
    for outsider in (branch.bureau.outside_observer, branch.bureau.other_handler):
        assert f"{url}posted/" not in read(outsider, "/inspections/posted/", LOOKING + 90)[1]
        assert status(outsider, f"{url}posted/") == 403
    code, page = read(head, f"{url}posted/", LOOKING + 90)
    assert code == 200
    assert named(page) == STATIONS
    assert "保管室的财物与台账、标签相符" in page
    assert "不符合：保管室的财物与台账、标签相符（整改中，期限" in page
    assert "基数小" in page
    people = [branch.supervisor, *branch.inspectors, *branch.heads.values()]
    shown = page[page.index("<article") :]
    assert not [one for one in people if one.name in shown or one.number in shown], "nothing per person"
    assert "两件不在柜中" not in shown, "no note, which might name somebody"


@pytest.fixture
def given_out(branch: Branch) -> Inspection:
    return visits_given(branch)


def test_who_sees_what_before_and_after_a_visit(branch: Branch, given_out: Inspection) -> None:
    url, first = f"/inspections/{given_out.pk}/", visit_of(given_out, SECOND)
    visit = f"/inspections/visits/{first.pk}/"
    strangers = [branch.bureau.assessor, branch.insider]
    locals_ = list(branch.heads.values())
    outside = joined(branch.bureau, "演3090", "乙监督", Role.SUPERVISOR, OTHER_COUNTY, over=OTHER_COUNTY)
    kept = [f"{url}sample.json", f"{url}sample.csv"]
    for by in strangers:
        code, page = read(by, url, LOOKING + 5)
        assert (code, named(page)) == (200, set())
        assert "3个单位，到访记录以前不显示" in page
        assert [status(by, one) for one in kept] == [403, 403]
        assert named(read(by, f"{url}posted/", LOOKING + 5)[1]) == set()
        assert named(read(by, f"{url}ledger/", LOOKING + 5)[1]) == set()
        assert [status(by, f"{url}units/{code}/") for code in STATIONS] == [403] * 3
        assert status(by, visit) == 403
        assert sent(by, url, LOOKING + 5, do="assign", inspectors=branch.inspectors[0].number)[0] == 403
    for by in (*locals_, outside):
        assert [status(by, one) for one in (url, visit, f"{url}posted/", f"{url}ledger/", *kept)] == [403] * 6
        assert status(by, "/inspections/") == (200 if by == outside else 403)
    assert "接手办理" in read(branch.inspectors[0], url, LOOKING + 5)[1]
    assert "接手办理" not in read(branch.insider, url, LOOKING + 5)[1], "of a station that may be drawn"
    assert named(read(branch.supervisor, url, LOOKING + 5)[1]) == STATIONS
    assert [status(branch.supervisor, one) for one in kept] == [200, 200]
    recorded(first)
    code, page = read(branch.insider, url, LOOKING + 90)
    assert named(page) == {SECOND}
    assert SAW in page
    assert first.inspector.name not in page[page.index("抽中的单位</h2>") : page.index("经过</h2>")]
    for code in STATIONS - {SECOND}:
        recorded(visit_of(given_out, code))
    assert [status(branch.insider, one) for one in kept] == [200, 200]
    with clock.holding(at(LOOKING + 90)):
        content = signed_in(branch.insider).get(kept[1]).content.decode("utf-8-sig")
    assert {row["unit"] for row in csv.DictReader(io.StringIO(content))} == STATIONS


def test_taking_over_is_on_record(branch: Branch, given_out: Inspection) -> None:
    url, other = f"/inspections/{given_out.pk}/", branch.inspectors[0]
    code, page = sent(other, url, LOOKING + 5, do="take", reason="")
    assert (code, "请填写“接手的理由”" in page) == (422, True)
    assert sent(other, url, LOOKING + 5, do="take", reason="原承办人出差")[0] == 302
    code, page = read(other, url, LOOKING + 6)
    assert named(page) == STATIONS
    assert "原承办人出差" in page
    assert sent(branch.insider, url, LOOKING + 6, do="take", reason="看看")[0] == 403


def test_a_visit_set_aside_or_handed_on(branch: Branch, given_out: Inspection) -> None:
    url, sheet = f"/inspections/{given_out.pk}/", visit_of(given_out, THIRD)
    one = {"row": sheet.pk}
    code, page = sent(branch.supervisor, url, LOOKING + 5, do="reassign", inspector="演3001", **one)
    assert (code, "须写明两人" in page) == (422, True)
    pair = "演3002 演3003"
    assert sent(branch.supervisor, url, LOOKING + 5, do="reassign", inspector=pair, **one)[0] == 302
    assert sent(branch.supervisor, url, LOOKING + 6, do="aside", reason="第三所搬迁", **one)[0] == 302
    assert "第三所搬迁" in read(branch.supervisor, url, LOOKING + 7)[1]
    assert "第三所搬迁" not in read(branch.insider, url, LOOKING + 7)[1]


def test_neither_of_the_two_overwrites_what_they_have_not_seen(branch: Branch, given_out: Inspection) -> None:
    sheet = visit_of(given_out, SECOND)
    typed, old = filled(sheet), {"version": version_of(sheet)}
    assert sent_by(sheet.inspector, sheet, LOOKING + 40, do="save", **typed)[0] == 302
    mine = typed | {"seen": "我看到的不一样"}
    code, page = sent(
        sheet.beside, f"/inspections/visits/{sheet.pk}/", LOOKING + 41, do="done", **mine, **old
    )
    assert code == 422
    assert "另一人在您打开以后保存过" in page
    assert "我看到的不一样" in page
    assert Sheet.objects.get(pk=sheet.pk).seen == SAW
    assert sent_by(sheet.beside, sheet, LOOKING + 42, do="done", **mine)[0] == 302
    assert Sheet.objects.get(pk=sheet.pk).seen == "我看到的不一样"


def test_sheets_of_cases_and_of_visits_do_not_open_one_another(branch: Branch, given_out: Inspection) -> None:
    Scene(branch.bureau).in_custody()
    cases = assigned(branch.supervisor, branch.inspectors)
    of_case, of_visit = sheets(cases)[0], sheets(given_out)[0]
    assert status(of_case.inspector, f"/inspections/visits/{of_case.pk}/") == 403
    assert status(of_visit.inspector, f"/inspections/sheets/{of_visit.pk}/") == 403
    assert status(branch.supervisor, f"/inspections/{cases.pk}/posted/") == 403
    code = chosen(again(given_out))[0].unit_id
    assert status(branch.supervisor, f"/inspections/{given_out.pk}/units/{code}/") == 403


def test_pages_cost_the_same_however_many_units_are_visited(branch: Branch) -> None:
    counts = []
    for size in (1, 3):
        made = visits_given(branch, size=size)
        for sheet in sheets(made):
            recorded(sheet, store_agrees="不符")
        with clock.holding(at(LOOKING + 90)):
            client = signed_in(branch.supervisor)
            top = f"/inspections/{made.pk}/"
            for url in (top, f"{top}posted/"):
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    assert client.get(url).status_code == 200
                counts.append(len(queries))
    page, posted = counts[2] - counts[0], counts[3] - counts[1]
    assert page <= 2 * 4, "for each unit more the list of its people, from whom the owner is chosen"
    assert posted == 0
