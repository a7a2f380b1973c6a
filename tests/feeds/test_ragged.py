"""Rows of a table that do not fit its heading: each waits alone with its line, and comes with the mended file."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest

from tests.feeds.conftest import HEADER, Feeding
from tests.feeds.rows import ROWS, STATION, csv
from tests.feeds.test_folder import kept, waiting
from tests.supervision.loop.acting import signed_in
from zhunsheng.feeds.models import Case, Obligation
from zhunsheng.feeds.services import feed_preview, feed_run, quarantine_drop, quarantine_retry
from zhunsheng.people.demo import Bureau

LONG = ROWS[1].replace("某乙", "某乙,又名某丙")
SHORT = f"5,X-2,到案,2026-03-03 10:00,{STATION},021002"


@pytest.fixture
def drop(tmp_path: Path, feed: Feeding) -> Path:
    """An empty folder, and a feed named `city` that reads it."""
    folder = tmp_path / "drop"
    folder.mkdir()
    feed({"kind": "folder", "path": str(folder), "settled": 0})
    return folder


def test_a_row_that_does_not_fit_waits_alone_with_its_line(drop: Path) -> None:
    csv(drop, rows=(ROWS[0], LONG, ROWS[2], "", SHORT, ROWS[3]))
    run = feed_run("city")
    assert (run.state, run.read, run.new, run.quarantined) == ("done", 5, 3, 2)
    assert [(one.key, one.number) for one in kept()] == [("1", 1), ("3", 3), ("4", 5)]
    long, short = waiting()
    assert (long.where.rpartition("/")[2], short.where.rpartition("/")[2]) == ("a.csv:3", "a.csv:6")
    assert "此行有 9 列，表头有 8 列" in long.reason_zh
    assert "改正这一行" in long.reason_zh
    assert "This row has 6 columns, the header 8" in short.reason_en
    csv(drop, rows=(*ROWS, f"{SHORT},某丁,是"))
    run = feed_run("city")
    assert (run.new, run.same, run.quarantined) == (2, 3, 0)
    assert waiting() == []


def test_the_place_of_a_row_behind_one_that_does_not_fit_is_its_own(drop: Path) -> None:
    csv(drop, rows=(LONG, ROWS[0], ROWS[3].replace("2026-03-03 09:00", "昨天")))
    feed_run("city")
    assert sorted(one.where.rpartition("/")[2] for one in waiting()) == ["a.csv:2", "a.csv:4"]


def test_a_workbook_holds_back_the_row_alone_too(drop: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in (HEADER, ROWS[0], LONG + ",x", ROWS[3]):
        book.active.append(line.split(","))
    book.save(drop / "a.xlsx")
    assert feed_run("city").new == 2
    (row,) = waiting()
    assert row.where.endswith("a.xlsx, row 3")
    assert "没有列名" in row.reason_zh
    assert [one.number for one in kept()] == [1, 3]


def test_a_file_with_an_unusable_heading_is_held_whole(drop: Path) -> None:
    csv(drop, header=HEADER.replace("案号", "编号"))
    run = feed_run("city")
    assert (run.new, run.quarantined) == (0, 1)
    (row,) = waiting()
    assert "表头有重复" in row.reason_zh
    csv(drop)
    assert feed_run("city").new == 4
    assert waiting() == []


def test_a_trial_tells_the_row_in_its_place(drop: Path) -> None:
    csv(drop, rows=(ROWS[0], LONG, ROWS[2], SHORT, ROWS[3]))
    told = feed_preview("city", rows=3)
    assert (told.rows, told.rejected, len(told.outcomes)) == (3, 1, 2)
    assert [one.where.rpartition("/")[2] for one in told.unreadable] == ["a.csv:3"]
    assert waiting() == []


def test_what_may_stand_in_such_a_row_is_not_held_undone(drop: Path) -> None:
    """Whatever cell has moved: the case is found by its number among the cells."""
    csv(drop, rows=ROWS[:2])
    feed_run("city")
    before = statuses("X-1")
    csv(drop, "b.csv", (ROWS[2].replace("3,X-1", "3,甲,X-1"),))
    feed_run("city")
    (row,) = waiting()
    assert row.case == "X-1"
    assert "overdue" in before
    assert "overdue" not in statuses("X-1")
    assert set(Case.objects.unfenced("a test").values_list("number", flat=True)) == {"X-1"}
    csv(drop, "b.csv", (ROWS[2],))
    feed_run("city")
    assert waiting() == []
    assert "unknown" not in set(statuses("X-1")) - set(before)


def statuses(case: str) -> list[str]:
    rows = Obligation.objects.unfenced("a test").filter(case__number=case, withdrawn_at=None)
    return sorted(rows.values_list("status", flat=True))


def test_a_row_that_was_dropped_does_not_come_back_with_the_same_file(drop: Path, bureau: Bureau) -> None:
    csv(drop, rows=(ROWS[0], LONG, SHORT))
    feed_run("city")
    quarantine_drop(waiting()[0].pk, by=bureau.supervisor, reason="已另行补录")
    run = quarantine_retry("city")
    assert [row.where.rpartition("/")[2] for row in waiting()] == ["a.csv:4"]
    assert run.quarantined == 1


def row(number: int) -> list[str]:
    return [str(number), f"C-{number % 7}", "受案", "2026-03-02 09:00", STATION, "021001", "", ""]


@pytest.mark.parametrize("seed", range(12))
def test_k_rows_among_n_wait_and_come_once_the_file_is_mended(drop: Path, seed: int) -> None:
    """Any order, any number of cells, line breaks and quotes inside cells, blank lines between."""
    by = random.Random(seed)
    n = by.randint(1, 60)
    ragged = set(by.sample(range(n), by.randint(0, n)))
    good = [row(number) for number in range(n)]
    for cells in good:
        if by.random() < 0.3:
            cells[6] = '"某乙\n""别名"",又名"'
    bad = [
        (cells + ["多"] * by.randint(1, 3) if by.random() < 0.5 else cells[: by.randint(1, 7)])
        if number in ragged
        else cells
        for number, cells in enumerate(good)
    ]
    lines = [",".join(cells) + "\n" * by.choice((1, 1, 2)) for cells in bad]
    path = drop / "a.csv"
    path.write_text(HEADER + "\n" + "".join(lines), encoding="utf-8")
    run = feed_run("city")
    assert (run.read, run.new, run.quarantined) == (n, n - len(ragged), len(ragged))
    assert {one.key for one in kept()} == {str(k) for k in range(n) if k not in ragged}
    starts = [2 + sum(text.count("\n") for text in lines[:k]) for k in range(n)]
    assert {one.where.rpartition(":")[2] for one in waiting()} == {str(starts[k]) for k in ragged}
    assert [one.number for one in kept()] == [k + 1 for k in range(n) if k not in ragged]
    path.write_text(HEADER + "\n" + "".join(",".join(cells) + "\n" for cells in good), encoding="utf-8")
    run = feed_run("city")
    assert (run.new, run.quarantined) == (len(ragged), 0)
    assert waiting() == []
    assert len(kept()) == n


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", HEADER, HEADER + "\n", f"{HEADER}\n,,,,,,,\n"])
def test_a_file_without_a_row_is_named_and_nothing_waits(drop: Path, bureau: Bureau, content: str) -> None:
    (drop / "0.csv").write_text(content, encoding="utf-8")
    csv(drop)
    assert feed_preview("city").empty == ["0.csv"]
    run = feed_run("city")
    assert (run.state, run.new, run.quarantined, run.empty) == ("done", 4, 0, ["0.csv"])
    assert feed_run("city").empty == ["0.csv"]
    shown = signed_in(bureau.supervisor).get("/feeds/?feed=city").content.decode()
    assert "空文件1个：0.csv。没有数据行" in shown
    assert "以同名文件再次投递" in shown
    csv(drop, "0.csv", (ROWS[0].replace("1,X-1", "9,X-9"),))
    run = feed_run("city")
    assert (run.new, run.empty) == (1, [])
    assert "空文件" not in signed_in(bureau.supervisor).get("/feeds/?feed=city").content.decode()


def test_an_empty_file_releases_nothing_that_waits_under_its_name(drop: Path) -> None:
    csv(drop, rows=(ROWS[0], LONG))
    feed_run("city")
    (drop / "a.csv").write_text("", encoding="utf-8")
    assert feed_run("city").empty == ["a.csv"]
    assert len(waiting()) == 1


def test_a_workbook_without_a_row_is_empty_too(drop: Path) -> None:
    (drop / "0.xlsx").write_bytes(b"")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.split(","))
    book.save(drop / "1.xlsx")
    run = feed_run("city")
    assert (run.state, run.quarantined, run.empty) == ("done", 0, ["0.xlsx", "1.xlsx"])


@pytest.mark.parametrize("cell", ["某\r丙", "某\u2028丙", '某"丙', "长" * 1_000_000], ids=range(4))
def test_whatever_such_a_row_holds_it_alone_waits(drop: Path, cell: str) -> None:
    csv(drop, rows=(ROWS[0], f"{LONG},{cell}", ROWS[3]))
    run = feed_run("city")
    assert (run.state, run.new) == ("done", 2)
    assert 0 < len(waiting()) == run.quarantined


def test_a_file_whose_name_begins_alike_releases_nothing_of_another(drop: Path) -> None:
    csv(drop, "a.csv b.csv", (ROWS[0], LONG))
    csv(drop, "a.csv+(1).csv", (ROWS[0], SHORT))
    feed_run("city")
    csv(drop, "a.csv", (ROWS[3],))
    feed_run("city")
    assert len(waiting()) == 2
    csv(drop, "a.csv b.csv", ROWS[:2])
    csv(drop, "a.csv+(1).csv", ROWS[:2])
    feed_run("city")
    assert waiting() == []
