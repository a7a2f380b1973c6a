"""The statutory ceilings of every violation as one condition of the norm language: the gate holds them whatever face is used.

`rulebook/admin/discretion.yaml` carries what `zhunsheng discretion ceilings` prints; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from zhunsheng.casework.discretion.tables import Tables, ViolationVersion

NEVER = Decimal(0)


def ceiling_condition(tables: Tables, law: str) -> str:
    """True where days or yuan of a penalty exceed the most the law gives for its violation in any tier."""
    days: dict[Decimal, list[str]] = {}
    yuan: dict[Decimal, list[str]] = {}
    for code, violation in sorted(tables.violations.items()):
        for version in violation.versions:
            if version.law == law:
                longest, highest = ceilings(version)
                days.setdefault(longest, []).append(code)
                yuan.setdefault(highest, []).append(code)
    return f"(known(act.days) and ({clauses('days', days)})) or (known(act.amount) and ({clauses('amount', yuan)}))"


def ceilings(version: ViolationVersion) -> tuple[Decimal, Decimal]:
    """The longest detention and the highest fine a version gives; nothing where it gives none."""
    options = [option for tier in version.tiers for option in tier.all()]
    longest = max((Decimal(o.days.most) for o in options if o.days), default=NEVER)
    return longest, max((Decimal(o.yuan.most) for o in options if o.yuan), default=NEVER)


def clauses(name: str, groups: dict[Decimal, list[str]]) -> str:
    """One clause for each ceiling, the lowest first."""
    return " or ".join(
        f"(act.violation in [{quoted(codes)}] and act.{name} > {most:f})"
        for most, codes in sorted(groups.items())
    )


def quoted(codes: Iterable[str]) -> str:
    """Codes as texts of the norm language."""
    return ", ".join(f'"{code}"' for code in codes)
