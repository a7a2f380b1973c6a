"""A breach that another system's file tells of: tried first, read, told to the officer, cured by the next day's file, or contested."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.feeds.conftest import HEADER, MAPPING
from tests.journeys.breaches import answer, waiting
from tests.journeys.officers import Walk
from zhunsheng.feeds.services import feed_run
from zhunsheng.people.demo import COUNTY, STATION
from zhunsheng.supervision.models import Alert, Finding
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
TITLE = "治安案件询问查证时间"
SYSTEM = "城区分局警综平台"
ROWS = (
    f"R1,JZ-0007,受案,2026-03-02 09:00,{STATION},J-0417,,,治安案件",
    f"R2,JZ-0007,人员登记,2026-03-02 09:05,{STATION},J-0417,王某,是,治安案件",
    f"R3,JZ-0007,到案,2026-03-02 09:10,{STATION},J-0417,王某,是,治安案件",
    f"R4,JZ-0008,受案,2026-03-02 09:30,{STATION},J-0999,,,治安案件",
    f"R5,JZ-0008,问话,2026-03-02 10:30,{STATION},J-0999,李某,是,治安案件",
)
CONTEST = {
    "异议类别": "记录与事实不符",
    "理由": "当事人17时45分已离开，离开登记在对方系统漏传。",
    "证据": "办案区出入登记簿第12页，存办案区值班室。",
}
LEFT = f"R6,JZ-0007,离开,2026-03-02 19:40,{STATION},J-0417,王某,,治安案件"


def dropped(folder: Path, name: str, *rows: str) -> None:
    """A file of the other system."""
    (folder / name).write_text("\n".join((f"{HEADER},案件类别", *rows)) + "\n", encoding="utf-8-sig")


@pytest.fixture
def drop(walk: Walk, tmp_path: Path) -> Path:
    """The folder into which the other system drops its files, and the feed that reads it."""
    folder, feeds = tmp_path / "drop", tmp_path / "home" / "feeds"
    folder.mkdir()
    feeds.mkdir(parents=True, exist_ok=True)
    types = {
        "受案": "case.opened",
        "人员登记": "person.identified",
        "到案": "person.arrived",
        "离开": "person.released",
    }
    fields = MAPPING["fields"] | {"case_kind": {"from": "案件类别", "values": {"治安案件": "public-order"}}}  # type: ignore[operator] # a plain dict
    told = {
        "name": "city",
        "title": {"zh": SYSTEM, "en": "City case platform"},
        "unit": COUNTY,
        "source": {"kind": "folder", "path": str(folder), "settled": 0},
        "mapping": MAPPING | {"types": types, "fields": fields},
    }
    (feeds / "city.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    dropped(folder, "2026-03-02.csv", *ROWS)
    return folder


def mapped(walk: Walk, drop: Path) -> None:
    """What the trial told is put into the feed file: who is who, and an act by its name."""
    file = drop.parent / "home" / "feeds" / "city.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    told["officers"] = {"J-0417": walk.bureau.handler.number}
    told["mapping"]["types"]["问话"] = "person.questioned"
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def found() -> Finding:
    """The finding of the term of questioning."""
    one: Finding = Finding.objects.unfenced("a test").get(title_zh=TITLE)
    return one


def read(walk: Walk, drop: Path) -> Finding:
    """Tried on the page, mended, read."""
    walk.at("2026-03-02 18:30")
    supervisor = walk.officer("supervisor")
    supervisor.page.goto("/feeds/?feed=city")
    supervisor.look("feeds-never")
    supervisor.page.get_by_role("button", name="试读前20行").click()
    shown = supervisor.page.locator("main").inner_text()
    for words in ("5行中1行不能读入", "问话", "J-0417", "在来源文件的 officers 中写明"):
        assert words in shown, words
    supervisor.look("tried")
    assert not Finding.objects.unfenced("a test").exists()
    mapped(walk, drop)
    assert feed_run("city").state == "done"
    supervisor.page.goto("/feeds/?feed=city")
    shown = supervisor.page.locator("main").inner_text()
    assert "正常" in shown
    assert "不作为问题" in shown
    supervisor.look("read")
    return found()


def test_tried_read_told_and_cured_by_the_next_file(walk: Walk, drop: Path) -> None:
    one = read(walk, drop)
    handler = walk.officer("handler")
    handler.page.goto("/desk/")
    assert waiting(handler) >= 1
    handler.page.get_by_role("link", name="我的问题").click()
    assert SYSTEM in handler.page.locator("main").inner_text()
    handler.look("mine")
    handler.page.locator("main").get_by_role("link", name=TITLE).click()
    shown = handler.page.locator("main").inner_text()
    for words in (
        SYSTEM,
        "JZ-0007",
        "《治安管理处罚法（2025修订）》第97条第1款",
        "至今未见记录",
        "2026-03-02.csv第3行，编号R3",
        "到时立即让人离开",
    ):
        assert words in shown, words
    assert "演1002" not in shown, "officers by name"
    handler.look("finding")
    assert Alert.objects.get(finding=one, officer=walk.bureau.handler).seen_at == walk.hands.at
    walk.at("2026-03-03 08:30")
    dropped(drop, "2026-03-03.csv", LEFT)
    assert feed_run("city").new == 1
    one.refresh_from_db()
    assert (one.status, one.breach) == ("cured", "late")
    handler.page.goto(f"/findings/{one.pk}/")
    shown = handler.page.locator("main").inner_text()
    assert "已补正" in shown
    assert "来源记录编号R6" in shown
    handler.look("cured")
    walk.at("2026-03-04 09:00")
    supervisor = walk.officer("supervisor")
    supervisor.page.goto("/supervision/?by=source&days=30")
    assert SYSTEM in supervisor.page.locator("main").inner_text()
    supervisor.look("desk-by-source")
    supervisor.page.goto("/findings/?source=city&state=counted")
    assert supervisor.page.locator("main").get_by_role("link", name=TITLE).count() == 1
    supervisor.look("list-by-source")


def test_tried_read_and_contested(walk: Walk, drop: Path) -> None:
    one = read(walk, drop)
    handler = walk.officer("handler")
    handler.page.goto(f"/findings/{one.pk}/")
    answer(handler, "提出异议", CONTEST | {"作为证据的行为（选填）": "编号R3　2026-03-02 09:10　到案"})
    assert not handler.page.locator(".error-summary").count(), handler.answer()
    handler.look("contested")
    walk.at("2026-03-03 10:00")
    levels_pass_on()
    supervisor = walk.officer("supervisor")
    supervisor.page.goto("/findings/contests/")
    supervisor.page.locator("main").get_by_role("link", name=TITLE).click()
    answer(
        supervisor,
        "裁决异议",
        {
            "裁决": "异议成立，问题撤销",
            "撤销的，错在哪里": "记录有误",
            "理由": "登记簿载明按时离开，来源系统漏传。",
        },
    )
    one.refresh_from_db()
    assert one.status == "dismissed"
    supervisor.look("dismissed")
