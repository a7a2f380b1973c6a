"""What is shipped: the package, its types marker and the law, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.consistency.tree import ROOT, name_of, tracked


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a wheel built from this tree."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_whole_rulebook_travels_with_the_package(shipped: set[str]) -> None:
    rules = {name_of(p) for p in tracked() if name_of(p).startswith("rulebook/")}
    assert rules
    assert {f"zhunsheng/{name}" for name in rules} <= shipped


def test_types_travel_with_the_package(shipped: set[str]) -> None:
    assert "zhunsheng/py.typed" in shipped


def test_tests_and_benchmarks_stay_at_home(shipped: set[str]) -> None:
    tops = {name.split("/", 1)[0] for name in shipped}
    assert {top for top in tops if not top.startswith("zhunsheng")} == set()
