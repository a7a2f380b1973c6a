"""A folder into which another system drops files: read once, again when changed, bad rows set aside, replayed without doubles."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import yaml
from django.db import IntegrityError, InternalError, transaction

from tests.feeds.conftest import HEADER, MAPPING, Feeding
from tests.feeds.rows import ROWS, STATION, csv
from zhunsheng.base.errors import InputError
from zhunsheng.feeds.models import Event, Feed, Quarantined
from zhunsheng.feeds.selectors import events_that_count, feed_states, quarantined_rows
from zhunsheng.feeds.services import feed_preview, feed_replay, feed_run, quarantine_drop, quarantine_retry
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.demo import Bureau

BAD_TIME = f"5,X-2,到案,昨天,{STATION},021002,某丙,是"
BAD_TYPE = f"6,X-2,审讯,2026-03-03 10:00,{STATION},021002,某丙,是"


@pytest.fixture
def drop(tmp_path: Path, feed: Feeding) -> Path:
    """The folder, and a feed named `city` that reads it."""
    folder = tmp_path / "drop"
    csv(folder)
    feed({"kind": "folder", "path": str(folder), "settled": 0})
    return folder


def kept() -> list[Event]:
    return list(Event.objects.unfenced("a test").order_by("id"))


def waiting() -> list[Quarantined]:
    return list(Quarantined.objects.unfenced("a test").filter(ended_at=None))


def test_a_preview_says_what_the_first_rows_become_and_keeps_nothing(drop: Path) -> None:
    csv(drop, "b.csv", (BAD_TIME, BAD_TYPE))
    told = feed_preview("city", rows=6)
    assert (told.rows, told.rejected, dict(told.types)) == (
        6,
        2,
        {"case.opened": 2, "person.arrived": 1, "person.released": 1},
    )
    assert dict(told.unknown_types) == {"审讯": 1}
    assert (Feed.objects.count(), kept()) == (0, [])


def test_rows_become_events_once_however_often_they_are_read(drop: Path) -> None:
    run = feed_run("city")
    assert (run.state, run.read, run.new, run.same) == ("done", 4, 4, 0)
    event = kept()[1]
    assert (event.key, event.case, event.type, event.unit) == ("2", "X-1", "person.arrived", STATION)
    assert event.at is not None
    assert event.at.isoformat() == "2026-03-02T02:00:00+00:00"
    assert event.content == {
        "officers": [{"officer": "021001", "role": "handler"}],
        "subjects": {"person": ["某乙"]},
        "fields": {"identity_known": True},
    }
    assert feed_run("city").read == 0
    again = feed_replay("city")
    assert (again.read, again.new, again.same) == (4, 0, 4)
    csv(drop, "copy.csv")
    assert feed_run("city").same == 4
    assert len(kept()) == 4


def test_a_row_that_changed_is_a_further_version_and_replaying_the_old_file_does_not_bring_it_back(
    drop: Path,
) -> None:
    feed_run("city")
    csv(drop, "b.csv", (ROWS[2].replace("23:30", "17:30"),))
    run = feed_run("city")
    assert (run.new, run.changed) == (0, 1)
    assert [e.version for e in kept()] == [1, 1, 1, 1, 2]
    feed_replay("city")
    feed_replay("city", "b.csv")
    assert len(kept()) == 5
    counted = [(e.key, e.at.hour) for e in events_that_count("city", ["X-1"]) if e.at]
    assert counted == [("1", 1), ("2", 2), ("3", 9)]


def test_a_bad_row_keeps_no_other_back_and_is_read_again_after_mending(drop: Path, home: Path) -> None:
    csv(drop, "b.csv", (BAD_TIME, ROWS[0].replace("1,X-1", "7,X-3"), BAD_TYPE))
    run = feed_run("city")
    assert (run.state, run.new, run.quarantined) == ("done", 5, 2)
    first, second = waiting()
    assert "昨天" in first.reason_zh
    assert first.where.endswith("b.csv:2")
    assert "审讯" in second.reason_zh
    assert feed_replay("city").quarantined == 2
    assert [row.times for row in waiting()] == [2, 2]
    file = home / "feeds" / "city.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    told["mapping"]["types"]["审讯"] = "person.questioned"
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    retried = quarantine_retry("city")
    assert (retried.read, retried.new, retried.quarantined) == (2, 1, 1)
    assert [row.key for row in waiting()] == ["5"]
    csv(drop, "c.csv", (BAD_TIME.replace("昨天", "2026-03-03 11:00"),))
    feed_run("city")
    assert waiting() == []


def test_only_a_supervisor_of_the_unit_sees_quarantined_rows_and_drops_one_for_a_reason(
    drop: Path, bureau: Bureau
) -> None:
    csv(drop, "b.csv", (BAD_TIME,))
    feed_run("city")
    (row,) = quarantined_rows(reach(bureau.supervisor, "supervision"), "city")
    with pytest.raises(Denied):
        quarantine_drop(row.pk, by=bureau.handler, reason="x")
    with pytest.raises(InputError):
        quarantine_drop(row.pk, by=bureau.supervisor, reason=" ")
    quarantine_drop(row.pk, by=bureau.supervisor, reason="重复导出的测试行")
    assert waiting() == []
    assert quarantine_retry("city").read == 0
    with pytest.raises(Denied):
        quarantine_drop(row.pk, by=bureau.supervisor, reason="再点一次")
    row.refresh_from_db()
    assert row.dropped_why == "重复导出的测试行"


def test_a_damaged_file_is_told_of_and_the_others_are_read(drop: Path) -> None:
    (drop / "0.xlsx").write_bytes(b"no workbook")
    run = feed_run("city")
    assert (run.new, run.quarantined) == (4, 1)
    (row,) = waiting()
    assert row.key.startswith("0.xlsx ")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.split(","))
    book.active.append(ROWS[0].replace("1,X-1", "9,X-9").split(","))
    book.save(drop / "0.xlsx")
    assert feed_run("city").new == 1
    assert waiting() == []


def test_a_file_in_another_encoding_says_what_to_do_and_is_read_once_that_was_done(
    drop: Path, feed: Feeding
) -> None:
    """What Excel saves as CSV on a Chinese machine."""
    text = "\r\n".join((HEADER, ROWS[0].replace("1,X-1", "9,X-9")))
    (drop / "a.csv").unlink()
    (drop / "b.csv").write_bytes(text.encode("gbk"))
    assert feed_run("city").quarantined == 1
    (row,) = waiting()
    assert "encoding" in row.reason_zh
    assert "encoding" in row.reason_en
    feed({"kind": "folder", "path": str(drop), "settled": 0}, mapping=MAPPING | {"encoding": "gb18030"})
    assert feed_run("city").read == 0
    run = quarantine_retry("city")
    assert (run.read, run.new, run.quarantined) == (1, 1, 0)
    assert waiting() == []
    assert [one.case for one in kept()] == ["X-9"]


def test_a_later_file_that_lacks_a_column_keeps_no_other_back(drop: Path) -> None:
    feed_run("city")
    (drop / "b.csv").write_text("编号,案号,行为\n7,X-7,受案\n", encoding="utf-8")
    csv(drop, "c.csv", (ROWS[0].replace("1,X-1", "9,X-9"),))
    run = feed_run("city")
    assert (run.state, run.new, run.quarantined) == ("done", 1, 1)
    (row,) = waiting()
    assert "b.csv" in row.reason_zh
    assert "时间、单位、民警" in row.reason_zh
    csv(drop, "b.csv", (ROWS[0].replace("1,X-1", "7,X-7"),))
    assert feed_run("city").new == 1
    assert waiting() == []


def test_files_still_being_written_are_left(drop: Path, feed: Feeding) -> None:
    csv(drop, "b.csv.part", (BAD_TIME,))
    csv(drop, "c.csv", (BAD_TIME,))
    feed({"kind": "folder", "path": str(drop), "settled": 3600}, name="patient")
    assert feed_run("patient").read == 0


def test_a_mapping_that_fits_no_row_fails_the_run_and_nothing_is_lost(drop: Path, feed: Feeding) -> None:
    feed({"kind": "folder", "path": str(drop), "settled": 0}, mapping=MAPPING | {"time": "日期"})
    run = feed_run("city")
    assert run.state == "failed"
    assert "日期" in run.fault_zh
    assert [s.state for s in feed_states()] == ["failed"]
    feed({"kind": "folder", "path": str(drop), "settled": 0})
    assert feed_run("city").new == 4
    assert [(s.state, s.events, s.cases, s.quarantined) for s in feed_states()] == [("well", 4, 2, 0)]


def test_a_field_mapped_against_the_vocabulary_is_refused(drop: Path, feed: Feeding) -> None:
    wrong = {"identity_known": {"from": "身份已查明", "type": "number"}}
    feed({"kind": "folder", "path": str(drop), "settled": 0}, mapping=MAPPING | {"fields": wrong})
    with pytest.raises(InputError, match="identity_known"):
        feed_preview("city")


def test_events_are_only_ever_added(drop: Path) -> None:
    feed_run("city")
    for change in (
        lambda: Event.objects.unfenced("a test").update(case="Y"),
        lambda: Event.objects.unfenced("a test").delete(),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()
    assert {e.case for e in kept()} == {"X-1", "X-2"}


@pytest.mark.parametrize("when", ["0001-01-01 00:00", "9999-12-31 23:59-12:00"])
def test_a_row_of_a_time_there_is_none_of_waits_alone(drop: Path, when: str) -> None:
    """The first hours of the year 1 here are of no year in UTC."""
    csv(drop, "b.csv", (BAD_TIME.replace("昨天", when),))
    assert feed_preview("city").rejected == 1
    run = feed_run("city")
    assert (run.state, run.new, run.quarantined) == ("done", 4, 1)
    assert "时间" in waiting()[0].reason_zh


def test_a_file_said_to_be_utf_16_without_its_mark_waits(drop: Path, feed: Feeding) -> None:
    feed({"kind": "folder", "path": str(drop), "settled": 0}, mapping=MAPPING | {"encoding": "utf-16"})
    assert feed_run("city").quarantined == 1
    assert "UTF-16" in waiting()[0].reason_zh


@pytest.mark.parametrize("pattern", ["", "/etc/*", "**x"])
def test_a_pattern_that_cannot_be_used_fails_the_run(drop: Path, feed: Feeding, pattern: str) -> None:
    feed({"kind": "folder", "path": str(drop), "settled": 0, "pattern": pattern})
    run = feed_run("city")
    assert (run.state, "样式" in run.fault_zh) == ("failed", True)
