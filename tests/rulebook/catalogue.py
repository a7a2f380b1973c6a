"""The source catalogue of checked rules (norms.json, kept outside the repository): rows by id, their citations and periods."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAMILY = (
    "recording",
    "case-property",
    "continued-questioning",
    "legal-review",
    "juvenile",
    "service",
    "mediation",
    "evidence",
)
OUTSIDE_CUSTODY = (
    *("cp-bail-", "cp-bond-", "cp-guarantor-", "cp-residential-surveillance-"),
    *("cp-surveillance-", "cp-designated-residence-", "cp-release-on-expiry"),
)
"""How the rules on bail and residential surveillance begin: of criminal procedure, these alone are accounted for."""
TEXT_COLUMNS = ("trigger", "act", "limit", "exceptions", "quote", "note", "paraphrase")
OPEN_END = dt.date.max

Period = tuple[dt.date, dt.date]
"""First and last day in force, both included."""


@dataclass(frozen=True)
class Row:
    """One rule of the catalogue."""

    id: str
    procedure: str
    limit: str
    words: str
    citations: frozenset[tuple[str, str]]
    periods: tuple[Period, ...]
    full_text: bool

    @property
    def in_family(self) -> bool:
        """Whether the rulebook must account for it."""
        own = self.procedure.startswith("admin-") or self.procedure in FAMILY
        return own or self.id.startswith(OUTSIDE_CUSTODY)


def read_catalogue(file: Path) -> dict[str, Row]:
    """Every row by id."""
    given = {raw["id"]: raw for raw in json.loads(file.read_text(encoding="utf-8"))}
    return {key: row(raw, given) for key, raw in given.items()}


def row(raw: dict[str, Any], given: dict[str, dict[str, Any]]) -> Row:
    """A row with what it says of its predecessor: `prior` carries an older wording or points at the row that does."""
    prior = raw.get("prior") or {}
    older = given[prior["see"]] if "see" in prior else prior
    wordings = [raw, *([prior] if "law" in prior else [])]
    return Row(
        id=raw["id"],
        procedure=raw["procedure"],
        limit=raw["limit"],
        words="\n".join(str(w.get(c) or "") for w in wordings for c in TEXT_COLUMNS),
        citations=frozenset((w["law"], str(w["article"])) for w in (raw, older) if "law" in w),
        periods=tuple(sorted(period(w) for w in wordings)),
        full_text=raw["verification"] == "full-text",
    )


def period(raw: dict[str, Any]) -> Period:
    """The days on which a wording is law."""
    to = raw.get("effective_to")
    return dt.date.fromisoformat(raw["effective_from"]), dt.date.fromisoformat(to) if to else OPEN_END


def covered(wanted: Period, given: list[Period]) -> bool:
    """Whether the given periods together hold every day of the wanted one."""
    day = wanted[0]
    for first, last in sorted(given):
        if first <= day <= last:
            if last >= wanted[1]:
                return True
            day = last + dt.timedelta(days=1)
    return False
