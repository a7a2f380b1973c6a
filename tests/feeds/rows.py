"""Rows of another bureau's system, as its exports write them."""

from __future__ import annotations

from pathlib import Path

from tests.feeds.conftest import HEADER

STATION = "990101010000"
ROWS = (
    f"1,X-1,受案,2026-03-02 09:00,{STATION},021001,,",
    f"2,X-1,到案,2026-03-02 10:00,{STATION},021001,某乙,是",
    f"3,X-1,离开,2026-03-02 23:30,{STATION},021001,某乙,",
    f"4,X-2,受案,2026-03-03 09:00,{STATION},021002,,",
)


def csv(folder: Path, name: str = "a.csv", rows: tuple[str, ...] = ROWS, header: str = HEADER) -> Path:
    """A CSV file with these rows."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path
