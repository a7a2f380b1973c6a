"""`zhunsheng people …` as an administrator at the server types it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from tests.people.commands import code_in
from tests.people.commands import said as managed
from tests.procedure.dossiers import SUSPECT, Scene, at
from zhunsheng.acts.access import access_dossier
from zhunsheng.base import clock
from zhunsheng.cli import people
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.demo import CITY, COUNTY, OTHER_COUNTY, OTHER_STATION, STATION, Bureau, demo_bureau
from zhunsheng.people.enrolment import enrolment_use
from zhunsheng.people.models import ApiToken, ObserverGrant, Officer, Unit
from zhunsheng.people.selectors import roles_held, standing_of
from zhunsheng.people.tokens import token_officer
from zhunsheng.procedure.models import Discrepancy

Run = Callable[..., tuple[int, str]]
TOP = "420000000000"
PASSWORD = "牛头山的松树下有三块石头"
WHY = ("--reason", "人事令第1号")


@pytest.fixture
def people_run(db: None, run_here: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`zhunsheng people …` on the database of the tests instead of an installation's own."""
    monkeypatch.setattr(people, "database", nullcontext)
    monkeypatch.setenv("PGAPPNAME", "zhunsheng people")
    return lambda *words: run_here("people", *words)


@pytest.fixture
def bureau(db: None) -> Bureau:
    return demo_bureau(at=at(-24 * 60))


def refused(run: Run, *words: str) -> str:
    code, said = run(*words)
    assert code == 2, said
    assert said.startswith("错误 "), said
    assert "\nError " in said
    assert "Traceback" not in said
    return said


def done(run: Run, *words: str) -> str:
    code, said = run(*words)
    assert code == 0, said
    return said


def test_from_the_first_administrator_to_a_suspended_officer(people_run: Run) -> None:
    managed("found_administrator", "1", "张三", unit=TOP, unit_name="某省公安厅", unit_kind="province")
    by = ("--by", "1")
    done(people_run, "unit-add", "4201", "某市公安局", "--parent", TOP, "--kind", "city", *by)
    done(people_run, "officer-add", "2", "李四", "--unit", "4201", *by)
    done(people_run, "officer-add", "M1", "采集站", "--unit", "4201", "--kind", "machine", *by)
    done(people_run, "role-grant", "2", "approver", "4201", *by, *WHY, "--until", "2999-01-01")
    done(
        people_run,
        "post-add",
        "2",
        "局长",
        "--rank",
        "chief",
        "--unit",
        "4201",
        *by,
        *WHY,
        "--since",
        "2020-01-01",
    )
    done(people_run, "qualification-add", "2", "enforcement", "--level", "middle", *by, *WHY)
    officer = Officer.objects.get(number="2")
    standing = standing_of(officer, "approver", clock.now())
    assert (standing.rank, standing.qualification) == ("chief", "enforcement")
    assert standing_of(officer, "approver", clock.now().replace(year=2021)).rank == "chief"
    listed = done(people_run, "roles", TOP, *by)
    assert "4201  李四（2）  approver" in listed
    assert "2999-01-01 00:00" in listed
    assert "administrator" in listed
    code = code_in(done(people_run, "enrolment-code", "2", *by, *WHY))
    assert enrolment_use("2", code, PASSWORD) == officer
    done(people_run, "factors-remove", "2", *by, *WHY)
    officer.refresh_from_db()
    assert officer.sessions_ended == 1

    said = done(people_run, "token-issue", "2", "approval", "--label", "审批", "--days", "30", "--by", "2")
    own = re.search(r"token: (zs_\S+)", said)[1]
    assert token_officer(own).officer == officer
    said = done(people_run, "token-issue", "M1", "keeping", "--label", "采集", "--days", "30", *by)
    machine = re.search(r"token: (zs_\S+)", said)[1]
    prefix = ApiToken.objects.get(officer__number="M1").prefix
    assert prefix in said
    done(people_run, "token-revoke", prefix, *by)
    with pytest.raises(Denied):
        token_officer(machine)

    done(people_run, "officer-suspend", "2", *by, *WHY)
    with pytest.raises(Denied):
        token_officer(own)
    assert "suspended" in done(people_run, "roles", "4201", *by)
    # A shut account does nothing, not even for itself.
    refused(people_run, "token-issue", "2", "approval", "--label", "审批", "--days", "30", "--by", "2")
    done(people_run, "officer-restore", "2", *by, *WHY)
    assert token_officer(own).officer == officer
    done(people_run, "role-end", "2", "approver", "4201", *by, *WHY)
    assert roles_held(officer) == []
    assert "Nobody" in done(people_run, "roles", "4201", *by)


def test_what_is_refused_in_one_sentence(people_run: Run, bureau: Bureau) -> None:
    handler, admin = bureau.handler.number, bureau.administrator.number
    grant = ("role-grant", handler)
    one_sentence = "没有这项内容，或者办理人无权办理"
    for words in (
        (*grant, "window", STATION, "--by", handler, *WHY),
        (*grant, "window", CITY, "--by", admin, *WHY),
        (*grant, "window", STATION, "--by", "nobody", *WHY),
        ("officer-suspend", "nobody", "--by", admin, *WHY),
        ("officer-suspend", admin, "--by", admin, *WHY),
        ("officer-suspend", bureau.other_handler.number, "--by", admin, *WHY),
        ("enrolment-code", admin, "--by", admin, *WHY),
        ("factors-remove", handler, "--by", bureau.supervisor.number, *WHY),
        ("token-issue", handler, "handling", "--label", "x", "--days", "9", "--by", admin),
        ("token-revoke", "zs_none", "--by", admin),
        ("role-end", handler, "window", STATION, "--by", admin, *WHY),
        ("roles", CITY, "--by", admin),
        ("readings", "person", "某乙", "--by", admin),
        ("discrepancies", "--by", handler),
    ):
        assert one_sentence in refused(people_run, *words), words
    assert "互斥" in refused(people_run, *grant, "approver", STATION, "--by", admin, *WHY)
    assert "自己" in refused(people_run, "role-grant", admin, "auditor", COUNTY, "--by", admin, *WHY)
    assert "可用：handler" in refused(people_run, *grant, "king", STATION, "--by", admin, *WHY)
    assert "理由" in refused(people_run, "officer-suspend", handler, "--by", admin, "--reason", " ")
    assert "单位代码" in refused(people_run, "roles", "0", "--by", admin)
    assert "警号已被使用" in refused(
        people_run, "officer-add", handler, "某", "--unit", STATION, "--by", admin
    )
    assert "太长" in refused(people_run, "officer-add", "9" * 65, "某", "--unit", STATION, "--by", admin)
    assert [held.role for held in roles_held(bureau.handler)] == ["handler"]


def test_a_supervisor_lets_an_observer_in(people_run: Run, bureau: Bureau) -> None:
    words = ("observer-grant", bureau.outside_observer.number, "unit", STATION, "--unit", STATION)
    rest = ("--basis", "检察建议书第1号", "--until", "2999-01-01", *WHY)
    refused(people_run, *words, *rest, "--by", bureau.administrator.number)
    done(people_run, *words, *rest, "--by", bureau.supervisor.number)
    grant = ObserverGrant.objects.get()
    assert (grant.subject, grant.basis, grant.granted_by) == (STATION, "检察建议书第1号", bureau.supervisor)
    assert reach(bureau.outside_observer, "outside-supervision").covers(STATION)


def test_what_a_subject_may_be_told(people_run: Run, bureau: Bureau) -> None:
    scene = Scene(bureau).opened()
    scene.do("person.identified", 20, subjects=SUSPECT)
    with clock.holding(at(60)):
        access_dossier(scene.id or "", by=bureau.handler, purpose="handling", via="test")
    for by in (bureau.window, bureau.auditor):
        said = done(people_run, "readings", "person", "某乙", "--by", by.number)
        assert "办理案件 handling a case  1 次 times  最近 latest 2026-03-02" in said
        assert "行政处罚法第54条" in said
        assert bureau.handler.number not in said
    assert "No readings" in done(people_run, "readings", "person", "无人", "--by", bureau.window.number)


def test_only_discrepancies_that_stand_are_listed(people_run: Run, bureau: Bureau) -> None:
    by = ("--by", bureau.administrator.number)
    assert "Nothing stands" in done(people_run, "discrepancies", *by)
    now = clock.now()
    Discrepancy.objects.create(kind="still-there", detail={"n": "甲"}, found_at=now)
    Discrepancy.objects.create(kind="gone-again", detail={"n": "乙"}, found_at=now, gone_at=now)
    said = done(people_run, "discrepancies", *by)
    assert 'still-there  -  {"n": "甲"}' in said
    assert "gone-again" not in said


def merger(*more: str, by: str = "演1000", gone: str = STATION, into: str = OTHER_STATION) -> tuple[str, ...]:
    return ("unit-merge", gone, "--into", into, "--by", by, *WHY, *more)


def test_a_merger_is_tried_first_and_says_what_it_touches(people_run: Run, bureau: Bureau) -> None:
    Scene(bureau).opened()
    said = done(people_run, *merger("--dry-run", "--roles"))
    assert "试算，没有改动 dry run" in said
    assert "甲分局第一派出所（990101010000） → 乙分局第一派出所（990102010000）" in said
    for words, count in (
        ("转入的人员", 7),
        ("未办结案卷", 1),
        ("现有问题", 0),
        ("整改中的台账", 0),
        ("未办结的检查", 0),
        ("为该单位授予的角色", 7),
    ):
        assert re.search(rf"^{words} [^:]*: {count}$", said, re.MULTILINE), (words, said)
    assert said.count("已同样授予 granted") == 7
    assert Unit.objects.get(code=STATION).merged_at is None
    assert roles_held(bureau.handler) == roles_held(bureau.second_handler)
    said = done(people_run, *merger())
    assert said.startswith("已合并 merged\n")
    assert "加 --roles" in said
    assert Unit.objects.get(code=STATION).merged_at is not None
    assert len(roles_held(bureau.handler)) == 1
    assert "已并入乙分局第一派出所" in refused(people_run, *merger())


def test_a_merger_of_a_branch_says_what_roles_no_longer_reach(people_run: Run, bureau: Bureau) -> None:
    said = done(people_run, *merger("--roles", gone=COUNTY, into=OTHER_COUNTY))
    assert "转走的下级单位" in said
    assert re.search(r"^转入的直属下级单位 [^:]*: 4$", said, re.MULTILINE)


def test_who_does_not_administer_a_unit_learns_nothing_of_it(people_run: Run, bureau: Bureau) -> None:
    for by in ("演1001", "演1002"):
        said = refused(people_run, *merger("--dry-run", by=by))
        assert "案卷" not in said
