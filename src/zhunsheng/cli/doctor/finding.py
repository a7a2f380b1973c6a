"""One thing the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, NOTE, NEEDED = "good", "note", "needed"


@dataclass(frozen=True)
class Finding:
    """`good`, a `note` that something optional is missing or odd, or `needed`: the platform cannot do without it."""

    name: str
    level: str
    zh: str
    en: str
    cure_zh: str = ""
    cure_en: str = ""


def good(name: str, zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(name, GOOD, zh, en)
