"""The project's own files, as the consistency tests see them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TEXT_SUFFIXES = {
    ".cfg",
    ".css",
    ".csv",
    ".html",
    ".j2",
    ".js",
    ".json",
    ".md",
    ".py",
    ".sh",
    ".toml",
    ".txt",
    ".xes",
    ".xml",
    ".yaml",
    ".yml",
    "",
}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps and that is on disk; without git, every file outside caches and environments."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        names = [
            p
            for p in ROOT.rglob("*")
            if not any(part.startswith(".") for part in p.relative_to(ROOT).parts[:-1])
        ]
    return tuple(p for p in names if p.is_file())


def name_of(path: Path) -> str:
    """The path from the repository's top, as people write it."""
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    """Tracked Python files."""
    return [p for p in tracked() if p.suffix == ".py"]


@cache
def syntax(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def text_files() -> list[Path]:
    """Tracked files that hold text."""
    return [p for p in tracked() if p.suffix in TEXT_SUFFIXES]


def lines_of(path: Path) -> list[str]:
    """The file's lines; undecodable bytes are shown, not fatal."""
    return path.read_text(encoding="utf-8", errors="backslashreplace").splitlines()
