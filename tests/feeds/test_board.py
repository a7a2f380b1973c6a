"""The page about feeds as its readers see it: a trial first, reasons together, what is unknown, and a feed whose file is gone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.feeds.conftest import Feeding
from tests.feeds.rows import ROWS, STATION, csv
from tests.feeds.test_folder import BAD_TIME, BAD_TYPE, kept
from tests.supervision.loop.acting import signed_in
from zhunsheng.base import clock
from zhunsheng.feeds.models import Feed, Run
from zhunsheng.feeds.selectors import feed_states
from zhunsheng.feeds.services import feed_run
from zhunsheng.people.demo import Bureau

PAGE = "/feeds/?feed=city"


@pytest.fixture
def drop(tmp_path: Path, feed: Feeding) -> Path:
    """A folder, and a feed that reads it."""
    folder = tmp_path / "drop"
    csv(folder, "a.csv", (*ROWS, BAD_TIME, BAD_TYPE, BAD_TYPE.replace("6,", "8,")))
    feed({"kind": "folder", "path": str(folder), "settled": 0})
    return folder


def test_a_trial_says_what_rows_become_and_keeps_nothing(drop: Path, bureau: Bureau) -> None:
    shown = signed_in(bureau.supervisor).post(PAGE, {"do": "preview"}).content.decode()
    for words in (
        "7行中3行不能读入",
        "021001、021002",
        "到案",
        "身份已查明：是",
        "审讯",
    ):
        assert words in shown, words
    assert str(drop) not in shown
    assert (kept(), Feed.objects.count()) == ([], 0)


def test_a_trial_that_cannot_be_made_says_why(drop: Path, bureau: Bureau, feed: Feeding) -> None:
    feed({"kind": "folder", "path": str(drop.with_name("nowhere")), "settled": 0})
    shown = signed_in(bureau.supervisor).post(PAGE, {"do": "preview"}).content.decode()
    assert "投递文件夹不存在" in shown


def test_rows_are_for_supervisors_also_in_a_trial(drop: Path, bureau: Bureau) -> None:
    client = signed_in(bureau.administrator)
    assert client.post(PAGE, {"do": "preview"}).status_code == 302
    assert "某乙" not in client.get(PAGE).content.decode()
    assert signed_in(bureau.handler).post(PAGE, {"do": "preview"}).status_code == 403


def test_reasons_stand_together_and_numbers_say_what_is_in_doubt(drop: Path, bureau: Bureau) -> None:
    feed_run("city")
    shown = signed_in(bureau.supervisor).get(PAGE).content.decode()
    assert shown.count("行为类型“审讯”不在词表中") == 1
    assert "共2行" in shown
    assert "1个案件有未读入的行" in shown
    assert "项义务，不作为问题" in shown


def test_a_feed_whose_file_is_gone_stays_in_sight(drop: Path, bureau: Bureau, home: Path) -> None:
    feed_run("city")
    (home / "feeds" / "city.yaml").unlink()
    shown = signed_in(bureau.supervisor).get(PAGE).content.decode()
    assert "来源文件已撤下，不再读取" in shown
    assert "市局平台" in shown
    assert "现在读取" not in shown
    assert STATION not in shown.split("没有读入的行")[0]


def test_a_run_whose_process_died_is_told_of_and_hides_no_lag(
    drop: Path, bureau: Bureau, feed: Feeding
) -> None:
    """Killed in the middle of a page it leaves a run that never ends by itself."""
    feed_run("city")
    begun = clock.now()
    dead = Run.objects.create(feed=Feed.objects.get(), way="run", begun_at=begun)
    assert [one.state for one in feed_states()] == ["running"]
    with clock.holding(begun + dt.timedelta(hours=25)):
        assert [one.state for one in feed_states()] == ["late"]
        feed_run("city")
        dead.refresh_from_db()
        assert (dead.state, dead.ended_at) == ("failed", clock.now())
        assert "接着读" in dead.fault_zh
        assert [one.state for one in feed_states()] == ["well"]
