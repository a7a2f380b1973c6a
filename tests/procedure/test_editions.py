"""The edition in force is what the files say, however often it is asked for, and is not read twice while it is at hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.procedure.rulebook import EDITIONS_KEPT, edition_ready, ready

FILES = ("admin/service.yaml", "laws.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small rulebook that may be changed."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(rulebook_folder() / name, tmp_path / name)
    return tmp_path


def test_files_that_change_are_another_edition_and_changed_back_the_one_before(folder: Path) -> None:
    first = ready((folder,))
    assert ready((folder,)) is first
    file = folder / FILES[0]
    before = file.read_bytes()
    file.write_bytes(before + b"\n# amended\n")
    second = ready((folder,))
    assert second.digest != first.digest
    assert second.plans == first.plans
    file.write_bytes(before)
    assert ready((folder,)) is first


def test_no_more_editions_are_kept_than_are_of_use(folder: Path) -> None:
    file = folder / FILES[0]
    for number in range(EDITIONS_KEPT + 2):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n# {number}\n", encoding="utf-8")
        ready((folder,))
    assert edition_ready.cache_info().currsize == EDITIONS_KEPT
