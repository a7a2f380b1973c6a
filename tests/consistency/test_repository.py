"""The repository holds nothing of the machine it was written on, its locks serve any mirror, and its front pages keep their promises."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import zhunsheng
from tests.consistency.tree import ROOT, lines_of, name_of, text_files, tracked

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-server.txt")
READMES = ("README.md", "README.zh-CN.md")
MACHINE_PATH = re.compile(r"(?:^|[^\w.])/(?:work|root|farm|home/\w+|Users/\w+)/")
REGISTRY = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|registry\s*=", re.IGNORECASE)
CONFIG_SUFFIXES = (".lock", "-lock.json", ".npmrc", "pip.conf", "uv.toml")


def hits(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """`file:line` for each line the pattern is found in."""
    return [
        f"{name_of(p)}:{n}"
        for p in files
        for n, line in enumerate(lines_of(p), start=1)
        if pattern.search(line)
    ]


def requirement_names(requirements: list[str]) -> set[str]:
    """The package names of requirement lines, normalised as the index does."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", r, maxsplit=1)[0]).lower() for r in requirements}


def locked(name: str) -> set[str]:
    """The package names a lock pins."""
    return requirement_names([line for line in lines_of(ROOT / name) if re.match(r"[A-Za-z0-9]", line)])


def test_no_file_names_a_path_of_one_machine() -> None:
    assert hits(MACHINE_PATH, text_files()) == []


def test_the_search_for_machine_paths_finds_one() -> None:
    assert MACHINE_PATH.search("cd /" + "root/project")
    assert not MACHINE_PATH.search("examples/root/file")


def test_locks_and_package_settings_name_no_registry() -> None:
    files = [p for p in tracked() if name_of(p) in LOCKS or p.name.endswith(CONFIG_SUFFIXES)]
    assert hits(REGISTRY, files) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_pinned_and_hashed(name: str) -> None:
    pins = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8"))[1:]
    assert len(pins) > (1 if name == "requirements-node.txt" else 20)
    assert [p.splitlines()[0] for p in pins if "==" not in p or "--hash=sha256:" not in p] == []


def test_the_locks_cover_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = requirement_names(project["dependencies"])
    extras = requirement_names([r for extra in project["optional-dependencies"].values() for r in extra])
    server = requirement_names(project["optional-dependencies"]["server"])
    assert base <= locked("requirements.txt"), "run `make lock`"
    assert base | server <= locked("requirements-server.txt"), "run `make lock`"
    assert base | extras <= locked("requirements-dev.txt"), "run `make lock`"
    served = requirement_names([r for e in ("server", "pkcs11") for r in project["optional-dependencies"][e]])
    assert base | served <= locked("requirements-server.txt"), "run `make lock`"


@pytest.mark.parametrize("name", READMES)
def test_both_front_pages_name_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text


def test_every_make_target_the_pages_promise_exists() -> None:
    targets = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    promised = {
        target
        for p in text_files()
        if p.suffix == ".md"
        for target in re.findall(r"`make ([a-z][a-z-]*)", p.read_text(encoding="utf-8"))
    }
    assert promised <= targets


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(
        int(p.name[:4]) for p in tracked() if name_of(p).startswith("docs/decisions/") and p.suffix == ".md"
    )
    assert numbers == list(range(1, len(numbers) + 1))


def test_decisions_say_what_was_chosen_and_given_up() -> None:
    for path in (p for p in tracked() if name_of(p).startswith("docs/decisions/")):
        headings = {line for line in lines_of(path) if line.startswith("## ")}
        assert {"## Situation", "## Choice", "## Given up"} <= headings, name_of(path)


def test_the_changelog_speaks_of_this_version() -> None:
    assert f"## {zhunsheng.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{name_of(p)} → {link}"
        for p in text_files()
        if p.suffix == ".md"
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", p.read_text(encoding="utf-8"))
        if not (p.parent / link).exists()
    ]
    assert broken == []
