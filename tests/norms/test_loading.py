"""Norm files: what is read, and errors that name file, line, column and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.norms.norm_files import GOOD, load
from zhunsheng.base.errors import InputError
from zhunsheng.norms.examples import instant
from zhunsheng.norms.loading import load_norms


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (norm,) = load(tmp_path, GOOD).norms
    assert (norm.id, norm.versions[0].kind, norm.per) == ("case.closed-in-time", "deadline", ["case"])


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("within: {days: 30}", "withn: {days: 30}", "11:58", "没有这个键"),
        ("within: {days: 30}", "within: {days: 30, hours: 2}", "11:58", "只写一个单位"),
        ("within: {days: 30}", "within: {days: thirty}", "11:67", "应为整数"),
        ("within: {days: 30}", f"within: {{days: {'9' * 5000}}}", "11:67", "太大"),
        ("        basis: {law: some-law, article: 1}\n", "", "9:9", "缺少这一项"),
        ("deadline: {when", "deadlin: {when", "11:9", "没有这个键"),
        ("in_force: {from: 2026-01-01}", "in_force: {from: 2026-02-30}", "9:20", "2026-02-30"),
        ("    bearer: handler", "    bearer: handler\n    severity: fatal", "8:5", "fatal"),
        ("zh: 三十日内结案,", "zh: 三十日内，结案, 及时,", "6:", "引号"),
        ("id: case.closed-in-time", "id: Case Closed", "5:5", "Case Closed"),
        ("norms:\n", "norms:\n  - [\n", ":", "YAML"),
    ],
)
def test_a_fault_is_placed(tmp_path: Path, old: str, new: str, where: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        load(tmp_path, GOOD.replace(old, new))
    assert where in error.value.where
    assert says in error.value.zh + error.value.remedy_zh
    assert error.value.en
    assert error.value.remedy_zh


def test_two_norms_may_not_share_an_id(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("  - id") :]
    with pytest.raises(InputError, match="重复"):
        load(tmp_path, GOOD + again)


def test_a_single_norm_may_stand_alone(tmp_path: Path) -> None:
    body = GOOD[GOOD.index("  - id") :].replace("  - id", "    id", 1)
    alone = "\n".join(line[4:] for line in body.splitlines())
    assert len(load(tmp_path, alone).norms) == 1
    with pytest.raises(InputError) as error:
        load(tmp_path, alone.replace("days: 30", "dyas: 30"))
    assert ":7:" in error.value.where


def test_a_folder_without_norms_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到"):
        load_norms(tmp_path / "nothing")


@pytest.mark.parametrize("when", ["0001-01-01", "9999-12-31 23:59-12:00"])
def test_an_example_of_a_day_there_is_none_of_is_refused(when: str) -> None:
    """The first hours of the year 1 in the east are of no year in UTC."""
    with pytest.raises(InputError, match="看不懂的时间"):
        instant(when, "Asia/Shanghai", "")
