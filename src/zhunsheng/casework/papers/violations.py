"""What violations are called, as the tables of discretion name them; a code that no table knows has no words here."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.casework.papers.kinds import Span
from zhunsheng.norms.yaml_source import read_yaml


@cache
def violations() -> dict[str, dict[str, Any]]:
    """Every violation of the tables by code."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((rulebook_folder() / "discretion").glob("*-violations.yaml")):
        found |= {str(one["code"]): one for one in read_yaml(path)["violations"]}
    return found


def violation_words(code: str) -> str | None:
    """The title of a violation."""
    known = violations().get(code)
    return str(known["title"]["zh"]) if known else None


def violation_basis(code: str, day: dt.date, law: str = "") -> tuple[str, str] | None:
    """Law and article of a violation: in the law named, else as in force on the day."""
    for version in violations().get(code, {}).get("versions", ()):
        basis = version["basis"]
        if basis["law"] == law if law else Span.model_validate(version["in_force"]).holds(day):
            return str(basis["law"]), str(basis["cite"])
    return None
