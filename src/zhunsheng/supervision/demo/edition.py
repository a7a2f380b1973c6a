"""Which edition of the demo's bureau a data folder holds: everything that goes into it, as one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from zhunsheng.acts.surroundings import rulebook_folder


def edition(seed: int, cases: int) -> str:
    """The digest of seed, size, generator, vocabulary, rulebook and tables; another one means that the bureau is made anew."""
    digest = hashlib.sha256(f"{seed}/{cases}".encode())
    for file in ingredients():
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def ingredients() -> Iterator[Path]:
    """The files that the made-up year depends on, in a fixed order."""
    package = Path(__file__).parents[2]
    for folder, pattern in (
        (Path(__file__).parent, "*.py"),
        (package / "acts" / "vocabulary", "*.py"),
        (package / "casework" / "discretion", "*.py"),
        (package, "*/migrations/*.py"),
        (rulebook_folder(), "**/*.yaml"),
    ):
        yield from sorted(folder.glob(pattern))
