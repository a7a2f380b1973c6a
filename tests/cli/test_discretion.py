"""`zhunsheng discretion …`, as a lawyer runs it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.test_commands import run
from zhunsheng.acts.surroundings import rulebook_folder

__all__ = ["run"]


def test_check_counts_and_says_what_is_unverified(run) -> None:
    done = run("discretion", "check")
    assert done.returncode == 0
    assert "105 种违法行为" in done.stdout
    assert "105 张基准表未核实" in done.stdout


def test_a_faulty_folder_is_named_with_line_and_cure(run, tmp_path: Path) -> None:
    shutil.copytree(rulebook_folder() / "discretion", tmp_path / "discretion")
    shutil.copy(rulebook_folder() / "laws.yaml", tmp_path)
    file = tmp_path / "discretion" / "benchmarks.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("zh: 危害后果轻微", "zh: 不认错"), encoding="utf-8"
    )
    done = run("discretion", "check", "--folder", tmp_path / "discretion")
    assert done.returncode == 2
    assert "benchmarks.yaml:" in done.stderr
    assert "不能作为情节" in done.stderr
    assert "no circumstance" in done.stderr


def test_show_reckons_a_band_under_the_law_of_a_day(run) -> None:
    done = run("discretion", "show", "po.beating", "--on", "2025-12-31", "--with", "f.victim-at-fault")
    assert "第43条第1款" in done.stdout
    assert "5日以下拘留；或者500元以下罚款" in done.stdout
    wrong = run("discretion", "show", "po.beating", "--on", "yesterday")
    assert (wrong.returncode, "看不懂的日期" in wrong.stderr) == (2, True)


def test_list_and_ceilings(run) -> None:
    assert "po.tip-off" in run("discretion", "list").stdout
    assert 'act.violation in ["po.animal-nuisance"' in run("discretion", "ceilings").stdout
