"""How comparable cases within an officer's reach were decided: distributions, never one number, never a name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from zhunsheng.acts.models import Dossier
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.tables import TIERS, Comparison
from zhunsheng.casework.discretion.weighing import DECIDED, number
from zhunsheng.casework.facts import CaseFacts
from zhunsheng.casework.models import Decided
from zhunsheng.people.access import reach
from zhunsheng.people.models import Officer

REVOKED = "penalty.revoked"
DECIDING = frozenset((*DECIDED, REVOKED))
"""Acts after which the rows may be others."""
NO_TIER = "not-punishable"
MOST_YUAN = 10**12
COLUMNS = ("unit_id", "violation", "tier", "decision", "amount", "days", "decided_on")


@dataclass(frozen=True)
class Bar:
    """One group of cases and how many there are."""

    zh: str
    en: str
    count: int


@dataclass(frozen=True)
class Past:
    """Comparable decisions. `few`: too few to say much; `more`: there are older ones that are left out."""

    total: int
    more: bool
    few: bool
    floor: int
    years: int
    kinds: tuple[Bar, ...]
    days: tuple[Bar, ...]
    yuan: tuple[Bar, ...]


Row = tuple[str, Decimal | None, int | None]
"""Decision, amount, days."""


def comparables(
    *,
    by: Officer,
    purpose: str,
    violation: str,
    tier: str | None,
    until: dt.date,
    besides: uuid.UUID | None = None,
    settings: Comparison | None = None,
) -> Past:
    """Decisions on the same violation in the same tier within reach, of the last years. Denied when the purpose gives no reach.

    Called only after the officer has proposed: figures seen before would anchor the proposal.
    """
    settings = settings or shipped().comparison
    since = until.replace(day=1, year=until.year - settings.years)
    rows = Decided.objects.within(reach(by, purpose)).filter(
        violation=violation, decided_on__gte=since, decided_on__lte=until
    )
    rows = rows.filter(tier=tier) if tier else rows
    rows = rows.exclude(dossier=besides) if besides is not None else rows
    newest = rows.order_by("-decided_on").values_list("decision", "amount", "days")[: settings.most + 1]
    return distribution(list(newest), settings)


def distribution(rows: Sequence[Row], settings: Comparison) -> Past:
    """Decisions as bars: by kind, by days of detention, by amount of fine."""
    kinds: Counter[str] = Counter()
    days: Counter[int] = Counter()
    yuan: Counter[int] = Counter()
    for decision, amount, length in rows[: settings.most]:
        kinds[decision] += 1
        if length:
            days[length] += 1
        if amount:
            yuan[group_of(amount, settings.yuan)] += 1
    total = sum(kinds.values())
    return Past(
        total,
        len(rows) > settings.most,
        total < settings.floor,
        settings.floor,
        settings.years,
        tuple(Bar(*kind_words(kind), n) for kind, n in kinds.most_common()),
        tuple(Bar(f"{d}日", f"{d} days", days[d]) for d in spread(days)),
        tuple(Bar(*span(i, settings.yuan), yuan[i]) for i in spread(yuan)),
    )


def kind_words(kind: str) -> tuple[str, str]:
    """A kind of decision in words."""
    return vocabulary().fields["decision"].values.get(kind, (kind, kind))


def spread(counted: Counter[int]) -> Iterable[int]:
    """Every place from the first to the last, the empty ones too, so that gaps show."""
    return range(min(counted), max(counted) + 1) if counted else ()


def group_of(amount: Decimal, edges: Sequence[int]) -> int:
    """Which group an amount falls into: above one edge, up to the next."""
    return max((n for n, edge in enumerate(edges) if amount > edge), default=0)


def span(place: int, edges: Sequence[int]) -> tuple[str, str]:
    """A group in words."""
    low = edges[place]
    if place + 1 == len(edges):
        return f"{low}元以上", f"over {low} yuan"
    high = edges[place + 1]
    return (
        (f"{high}元以下", f"up to {high} yuan") if not low else (f"{low}至{high}元", f"{low} to {high} yuan")
    )


@dataclass(frozen=True)
class DecidedRow:
    """What a decision on one person leaves for comparing."""

    act: uuid.UUID
    person: str
    unit_id: str
    violation: str
    tier: str
    decision: str
    amount: Decimal | None
    days: int | None
    decided_on: dt.date


def decided_rows(facts: CaseFacts) -> list[DecidedRow]:
    """The rows of a dossier's decisions that count and were not revoked, in order."""
    return [
        DecidedRow(
            act.id,
            key,
            facts.unit,
            str(act.fields.get("violation") or "")[:80],
            tier_of(act.fields.get("band")),
            str(act.fields["decision"]),
            yuan(act.fields.get("amount")),
            whole(act.fields.get("days")),
            act.at.date(),
        )
        for act in facts.all(*DECIDED)
        if act.fields.get("decision")
        for key in act.persons
        if not any(other.position > act.position for other in facts.all(REVOKED, person=key))
    ]


def tier_of(band: Any) -> str:
    """The tier in what an act states of its band."""
    tier = str(band or "").partition(".")[0]
    return tier if tier in TIERS or tier == NO_TIER else ""


def yuan(value: Any) -> Decimal | None:
    """An amount of a fine; one that no column holds is left out of comparisons."""
    amount = number(value)
    return None if amount is None or not 0 <= amount < MOST_YUAN else amount


def whole(value: Any) -> int | None:
    """Whole days; what is not is left out of comparisons."""
    days = number(value)
    return None if days is None or days != days.to_integral_value() or not 0 < days < 2**15 else int(days)


def decided_project(dossier: Dossier, facts: CaseFacts) -> None:
    """Bring the rows of a dossier to what its acts say; nothing is written where they say so already."""
    wanted = {(row.act, row.person): row for row in decided_rows(facts)}
    rows = Decided.objects.unfenced("rows follow acts").filter(dossier=dossier)
    kept = {(row.act_id, row.person): row for row in rows}
    stale = [
        row.pk
        for key, row in kept.items()
        if key not in wanted or any(getattr(row, c) != getattr(wanted[key], c) for c in COLUMNS)
    ]
    if stale:
        rows.filter(pk__in=stale).delete()
    gone = set(stale)
    Decided.objects.bulk_create(
        [
            Decided(
                dossier=dossier, act_id=row.act, person=row.person, **{c: getattr(row, c) for c in COLUMNS}
            )
            for key, row in wanted.items()
            if key not in kept or kept[key].pk in gone
        ]
    )
