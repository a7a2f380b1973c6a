"""How often each norm is right, from what officers answered and others decided; one that misjudges too often falls silent.

Computed by version of a norm: a repaired version starts anew. No person and no unit appears in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held, units_under
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import CONFIRMED, Status
from zhunsheng.supervision.models import Finding, Silence
from zhunsheng.supervision.recording import titles


@dataclass(frozen=True)
class Precision:
    """How a version of a norm has done lately."""

    norm_id: str
    version: str
    title_zh: str
    title_en: str
    found: int
    confirmed: int
    dismissed: int
    contested: int
    silence: Silence | None = None
    small: bool = False

    @property
    def decided(self) -> int:
        return self.confirmed + self.dismissed

    @property
    def share(self) -> int | None:
        """Confirmed of the decided, in per cent rounded down; None where nothing is decided."""
        return self.confirmed * 100 // self.decided if self.decided else None


def precisions(only: tuple[str, str] | None = None) -> list[Precision]:
    """Every version of a norm with findings in the window, the least precise first; since it was last repaired, where it was.

    And every silent one, so that none is forgotten.
    """
    rule = alerting()
    rows = Finding.objects.unfenced("figures by norm, over all units").filter(
        found_at__gte=clock.now() - rule.precision.window.delta
    )
    if only is not None:
        rows = rows.filter(norm_id=only[0], norm_version=only[1])
    silences = {(s.norm_id, s.norm_version): s for s in Silence.objects.filter(lifted_at=None)}
    for norm_id, norm_version, at in repaired():
        rows = rows.exclude(norm_id=norm_id, norm_version=norm_version, found_at__lt=at)
    counted = rows.values("norm_id", "norm_version").annotate(
        zh=Max("title_zh"),
        en=Max("title_en"),
        found=Count("pk"),
        confirmed=Count("pk", filter=Q(status__in=CONFIRMED)),
        dismissed=Count("pk", filter=Q(status=Status.DISMISSED)),
        contested=Count("pk", filter=Q(status=Status.CONTESTED)),
    )
    found = [
        Precision(
            row["norm_id"],
            row["norm_version"],
            row["zh"],
            row["en"],
            row["found"],
            row["confirmed"],
            row["dismissed"],
            row["contested"],
            silences.get((row["norm_id"], row["norm_version"])),
            row["confirmed"] + row["dismissed"] < rule.small_number,
        )
        for row in counted
    ]
    if only is None:
        found += unspoken({(one.norm_id, one.version) for one in found}, silences)
    return sorted(found, key=lambda p: (p.share if p.share is not None else 101, -p.found, p.norm_id))


def unspoken(
    spoken: Collection[tuple[str, str]], silences: Mapping[tuple[str, str], Silence]
) -> list[Precision]:
    """The silent ones that have found nothing in the window: they are to be repaired all the same."""
    return [
        Precision(*key, *titles(key[0]), 0, 0, 0, 0, silence, small=True)
        for key, silence in silences.items()
        if key not in spoken
    ]


def repaired() -> Iterable[tuple[str, str, object]]:
    """The versions that were silent and repaired, and when last."""
    rows = (
        Silence.objects.exclude(lifted_at=None)
        .values("norm_id", "norm_version")
        .annotate(at=Max("lifted_at"))
    )
    return rows.values_list("norm_id", "norm_version", "at")


def silences_note(only: tuple[str, str] | None = None) -> list[Silence]:
    """Silence the norms below the floor of the rulebook; those newly silent."""
    rule = alerting().precision
    new = []
    for one in precisions(only):
        low = one.decided >= rule.least and one.share is not None and one.share < rule.floor
        if not low or one.silence is not None:
            continue
        try:
            with transaction.atomic():
                made = Silence.objects.create(
                    norm_id=one.norm_id,
                    norm_version=one.version,
                    since=clock.now(),
                    decided=one.decided,
                    dismissed=one.dismissed,
                )
        except IntegrityError:
            # Another job was quicker.
            continue
        new.append(made)
        silence_levels(made)
    return new


@transaction.atomic
def silence_levels(silence: Silence) -> None:
    """Nobody further is told of what the norm has found; the clock looks again at what somebody works on now."""
    rows = Finding.objects.unfenced("a silent norm tells nobody further").filter(
        norm_id=silence.norm_id, norm_version=silence.norm_version, next_level_at__isnull=False
    )
    free = list(rows.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))
    rows.filter(pk__in=free).update(next_level_at=None)


def may_lift(silence: Silence, by: Officer) -> bool:
    """Whether the officer supervises every unit in which the silent version found something."""
    overseen = set(units_under(*(held.unit_code for held in roles_held(by) if held.role == Role.SUPERVISOR)))
    rows = Finding.objects.unfenced("units only, to see whether all are overseen")
    spoken_of = rows.filter(norm_id=silence.norm_id, norm_version=silence.norm_version).values_list(
        "unit_id", flat=True
    )
    return bool(overseen) and overseen.issuperset(spoken_of.distinct())


@transaction.atomic
def silence_lift(silence_id: int, *, by: Officer, repair: str) -> Silence:
    """The norm speaks again, repaired; its count starts anew. InputError where it speaks already.

    Denied unless `by` supervises every unit it has spoken of: one branch does not let it loose on the others.
    """
    row = Silence.objects.select_for_update().filter(pk=silence_id).first()
    if row is None or not may_lift(row, by):
        raise Denied
    if row.lifted_at is not None:
        raise InputError(
            zh="这条规范已经恢复提醒",
            en="this norm speaks again already",
            where=row.norm_id,
            remedy_zh="不需要再办理",
            remedy_en="there is nothing left to do",
        )
    row.lifted_at, row.lifted_by, row.repair = clock.now(), by, reason_given(repair)
    row.save()
    return row
