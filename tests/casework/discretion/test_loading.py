"""Faults of the files: each named with file, line and cure; a defence is no circumstance."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base.errors import InputError
from zhunsheng.casework.discretion.loading import load_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(rulebook_folder() / "discretion", tmp_path / "discretion")
    shutil.copy(rulebook_folder() / "laws.yaml", tmp_path)
    return tmp_path / "discretion"


def fault(folder: Path, file: str, old: str, new: str) -> InputError:
    """The fault once `old` has become `new`."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_tables(folder)
    return raised.value


FAULTS = [
    ("persons-violations.yaml", "days: 5..10", "days: 10..5", "下限不能高于上限"),
    ("persons-violations.yaml", "days: 5..10", "days: five", "写成 5..10"),
    ("persons-violations.yaml", "{penalty: warning}", "{penalty: warning, yuan: ..5}", "警告都不写"),
    ("persons-violations.yaml", "must_add: 1000..2000", "must_add: 1000..2000, may_add: ..5", "二者取一"),
    ("persons-violations.yaml", "law: public-order-law-2025", "law: no-such-law", "没有法律“no-such-law”"),
    ("persons-violations.yaml", ", quote: 强迫他人劳动的}", "}", "要有一小段原文"),
    ("persons-violations.yaml", "code: po.restraint", "code: po.theft", "重复"),
    ("persons-violations.yaml", "code: po.theft", "code: po.larceny", "没有“po.theft”"),
    (
        "persons-violations.yaml",
        "from: 2013-01-01, to: 2025-12-31",
        "from: 2013-01-01, to: 2026-01-01",
        "重叠",
    ),
    ("persons-violations.yaml", "tier: lighter", "tier: ordinary", "同一档写了两次"),
    ("persons-violations.yaml", "tier: lighter", "tier: mild", "不是允许的取值"),
    ("persons-violations.yaml", "title:", "name:", "title"),
    (
        "benchmarks.yaml",
        "factors: [f.short-and-stopped, f.slight-harm,",
        "factors: [f.nothing,",
        "没有“f.nothing”",
    ),
    ("benchmarks.yaml", "for: [po.theft]", "for: [po.theft, po.fraud]", "它已有一张表"),
    ("benchmarks.yaml", "band: lighter", "band: much-lighter", "band"),
    ("benchmarks.yaml", "危害后果轻微, en", "在询问中否认违法事实, en", "不能作为情节"),
    ("benchmarks.yaml", "en: Slight harm}", "en: Asked for a hearing}", "不能作为情节"),
    ("circumstances.yaml", "zh: 有立功表现", "zh: 多次申辩", "不能作为情节"),
    ("circumstances.yaml", "zh: 有较严重后果,", "zh: 认错态度恶劣,", "不能作为情节"),
    ("circumstances.yaml", "allows: [none]", "allows: [forgive]", "allows"),
]


@pytest.mark.parametrize(("file", "old", "new", "zh"), FAULTS)
def test_each_fault_names_its_line_and_its_cure(folder: Path, file: str, old: str, new: str, zh: str) -> None:
    found = fault(folder, file, old, new)
    assert zh in found.zh
    assert re.search(r"[a-z-]+\.yaml:\d+:\d+$", found.where)
    assert found.remedy_zh
    assert found.remedy_en
    assert "‖" not in found.zh + found.en
    assert not re.search(r"[\u4e00-\u9fff]", found.en)


def test_a_violation_without_a_table_is_named(folder: Path) -> None:
    path = folder / "benchmarks.yaml"
    path.write_text(
        re.sub(r"- for: \[po\.tip-off\]\n.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"po\.tip-off"):
        load_tables(folder)


@pytest.mark.parametrize("key", ["parts", "comparison"])
def test_what_is_written_once_must_be_there(folder: Path, key: str) -> None:
    path = folder / "benchmarks.yaml"
    kept = re.sub(rf"(?m)^{key}:.*(\n  .*)*", "", path.read_text(encoding="utf-8"))
    path.write_text(kept, encoding="utf-8")
    with pytest.raises(InputError, match=key):
        load_tables(folder)


def test_an_empty_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到裁量基准文件"):
        load_tables(tmp_path)
