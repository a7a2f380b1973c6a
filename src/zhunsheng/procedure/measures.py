"""How the door, the clock of obligations and the check of ourselves are doing, for monitoring."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count as Number
from django.db.models import Min, QuerySet

from zhunsheng.base import clock
from zhunsheng.base.measures import Count, Gauge, Timing, gauge_register
from zhunsheng.procedure import door
from zhunsheng.procedure.models import Discrepancy, Obligation
from zhunsheng.procedure.watch import due_obligations

ACTS = Count(
    "acts", "Acts brought to the door: recorded, replayed, refused, rejected or failed.", ("outcome",)
)
ACT_SECONDS = Timing("act_seconds", "Time the door took.", ("outcome",))
SOON = timedelta(days=1)


def enacted(outcome: str, seconds: float) -> None:
    """An observer of the door."""
    ACTS.add(outcome=outcome)
    ACT_SECONDS.took(seconds, outcome=outcome)


def pending_obligations() -> float:
    """Live obligations that wait to be met."""
    return float(live().count())


def obligations_due_soon() -> float:
    """Of these, how many come due within a day."""
    now = clock.now()
    return float(live().filter(due_at__gte=now, due_at__lt=now + SOON).count())


def clock_lag_seconds() -> float:
    """How long the longest obligation past its time has waited for the clock to see it; 0 when none waits."""
    now = clock.now()
    first = due_obligations(now).filter(floating=False).aggregate(at=Min("due_at"))["at"]
    return 0.0 if first is None else (now - first).total_seconds()


def standing_discrepancies() -> dict[tuple[str, ...], float]:
    """Findings about ourselves that stand, by kind."""
    kinds = Discrepancy.objects.filter(gone_at=None).values_list("kind").annotate(number=Number("id"))
    return {(kind,): float(number) for kind, number in kinds}


def live() -> QuerySet[Obligation]:
    """Obligations that are pending and not withdrawn."""
    return Obligation.objects.unfenced("counted only").filter(status="pending", withdrawn_at=None)


def register() -> None:
    """Make gauges known and listen at the door; called once applications are loaded."""
    gauge_register(Gauge("obligations_pending", "Live obligations that wait to be met.", pending_obligations))
    gauge_register(Gauge("obligations_due_soon", "Those due within a day.", obligations_due_soon))
    gauge_register(
        Gauge("clock_lag_seconds", "How far the clock of obligations is behind.", clock_lag_seconds)
    )
    gauge_register(
        Gauge("discrepancies", "Findings about ourselves that stand.", standing_discrepancies, ("kind",))
    )
    if enacted not in door.OBSERVERS:
        door.OBSERVERS.append(enacted)
