"""Reads of dossiers, acts and readings, once access has been given."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from zhunsheng.acts.models import Act, Concern, Dossier, Reading
from zhunsheng.people.basis import Basis
from zhunsheng.people.purposes import PURPOSES


def dossier_acts(dossier: Dossier) -> QuerySet[Act]:
    """The acts of a dossier the caller was given access to, by position."""
    return (
        Act.objects.unfenced("access to the dossier was given").filter(dossier=dossier).order_by("position")
    )


def dossier_readings(dossier: Dossier) -> QuerySet[Reading]:
    """Who read the dossier, newest first."""
    return Reading.objects.filter(dossier=dossier).order_by("-id")


@dataclass(frozen=True)
class ReadingCount:
    """How often a subject's dossiers were read for one purpose, and on what basis; who read is not told."""

    purpose: str
    zh: str
    en: str
    basis: tuple[Basis, ...]
    times: int
    latest: str


def subject_readings(kind: str, name: str) -> list[ReadingCount]:
    """What a subject may be told of the readings of the dossiers that concern it: how often, for what purpose, on what basis.

    `latest` is a date. Answers for every dossier that ever concerned the subject, whatever became of it.
    """
    dossiers = Concern.objects.filter(kind=kind, name=name).values("dossier_id")
    rows = (
        Reading.objects.filter(dossier_id__in=dossiers)
        .values("purpose")
        .annotate(times=Count("id"), latest=Max("at"))
        .order_by("-times", "purpose")
    )
    return [
        ReadingCount(
            row["purpose"],
            PURPOSES[row["purpose"]].zh,
            PURPOSES[row["purpose"]].en,
            PURPOSES[row["purpose"]].basis,
            row["times"],
            row["latest"].date().isoformat(),
        )
        for row in rows
    ]
