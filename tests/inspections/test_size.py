"""Pages cost the same however many cases were read, and tell nothing of a case that was sealed meanwhile."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.inspections.conftest import Looked
from tests.inspections.looking import LOOKING, answered, assigned, sheets
from tests.procedure.dossiers import at
from tests.supervision.loop.acting import OVER, passed, released, signed_in
from zhunsheng.base import clock
from zhunsheng.inspections.models import Inspection, Problem
from zhunsheng.inspections.pages import circular, inspection
from zhunsheng.people.demo import STATION

pytestmark = pytest.mark.django_db
SECRET = "证人住在某某小区三号楼"


@pytest.fixture
def wrong(looked: Looked) -> Looked:
    """In five of six cases the person was not released in time."""
    released(looked.scenes[5], 100)
    passed(OVER + 10)
    return looked


def pages_of(made: Inspection) -> list[str]:
    top = f"/inspections/{made.pk}/"
    return [top, f"{top}ledger/", f"{top}units/{STATION}/", f"{top}sample.csv"]


def told(looked: Looked, made: Inspection) -> list[str]:
    with clock.holding(at(LOOKING + 50)):
        client = signed_in(looked.supervisor)
        answers = [client.get(url) for url in pages_of(made)]
    assert [one.status_code for one in answers] == [200] * 4
    return [one.content.decode() for one in answers]


def questions_asked(looked: Looked, made: Inspection) -> list[int]:
    """Of the database, by each page."""
    found = []
    with clock.holding(at(LOOKING + 50)):
        client = signed_in(looked.supervisor)
        for url in pages_of(made):
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(url)
            found.append(len(queries))
    return found


def test_two_cases_or_six_the_pages_ask_the_database_as_often(wrong: Looked) -> None:
    asked = []
    for size in (2, 6):
        made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol", size=size, double=100)
        for sheet in sheets(made):
            human = ("problem", f"第{sheet.reading}次阅看") if sheet.reading == 1 else ("order", "")
            answered(sheet, q__facts=human)
        asked.append(questions_asked(wrong, made))
    assert asked[0] == asked[1]


def test_what_is_shown_is_bounded_and_what_waits_comes_first(
    wrong: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol")
    for sheet in sheets(made):
        answered(sheet)
    last = Problem.objects.order_by("-chosen__place")[0]
    Problem.objects.filter(pk=last.pk).update(finding=None)
    for module in (inspection, circular):
        monkeypatch.setattr(module, "SHOWN", 1)
    page, _, letter, _ = told(wrong, made)
    problems = page[page.index('id="problems"') : page.index("样本</h2>")]
    assert "还有4项，见台账" in problems
    assert last.chosen.dossier.number in problems
    assert "另有4项，见问题台账" in letter


def test_of_a_case_sealed_meanwhile_nothing_noted_is_shown(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol", double=100)
    scene = wrong.scenes[0]
    for sheet in sheets(made):
        mine = sheet.chosen.dossier_id == scene.id
        differs = ("problem", SECRET) if sheet.reading == 1 else ("order", "")
        answered(sheet, test__hours=("problem", SECRET), q__facts=differs) if mine else answered(sheet)
    assert Problem.objects.filter(note=SECRET).count() == 1
    assert all(SECRET in page for page in told(wrong, made)[:1])
    assert SECRET in told(wrong, made)[2]
    scene.do(
        "dossier.sealed",
        LOOKING + 40,
        by=wrong.bureau.approver,
        fields={"law": "-", "article": "1", "reason": "-"},
    )
    page, ledger, letter, table = told(wrong, made)
    assert SECRET not in page + ledger + letter + table
    assert "不显示案情" in page
    assert "不公开案情" in ledger
    number = Problem.objects.get(note=SECRET).chosen.dossier.number
    assert number not in letter + table
    assert len(list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))) == 6
