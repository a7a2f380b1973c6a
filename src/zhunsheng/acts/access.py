"""The only way from a person to a dossier and its acts. Each reading of contents says why and leaves a trace."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from zhunsheng.acts.models import Act, Dossier, Reading
from zhunsheng.base import clock
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.models import Officer

VIA_LENGTH = 80
LOG_PURPOSES = frozenset(("audit", "supervision"))
"""For these it may be seen who read a dossier; the first opens no contents."""


def dossiers_within(*, by: Officer, purpose: str) -> QuerySet[Dossier]:
    """The dossiers within reach for a purpose; what every list, search, count and export starts from. Denied when none may be."""
    return Dossier.objects.within(reach(by, purpose))


def access_dossier(name: uuid.UUID | str, *, by: Officer, purpose: str, via: str) -> Dossier:
    """The dossier of that id or number, to be read; Denied when it does not exist or is out of reach, without a difference.

    `via` names the door it is read through (a route, an export). The reading is on record before this returns.
    """
    key = {"pk": name} if isinstance(name, uuid.UUID) else {"number": name}
    dossier = dossiers_within(by=by, purpose=purpose).filter(**key).first()
    if dossier is None:
        raise Denied
    reading_record(dossier, by=by, purpose=purpose, via=via)
    return dossier


def access_act(act_id: uuid.UUID, *, by: Officer, purpose: str, via: str) -> Act:
    """One act, to be read, with its dossier; Denied as `access_dossier`."""
    act: Act | None = (
        Act.objects.within(reach(by, purpose)).select_related("dossier").filter(pk=act_id).first()
    )
    if act is None:
        raise Denied
    reading_record(act.dossier, by=by, purpose=purpose, via=via)
    return act


def access_log(dossier_id: uuid.UUID, *, by: Officer, purpose: str, via: str) -> Dossier:
    """The dossier of that id, to see who has read it and nothing else; a sealed one too. Denied as `access_dossier`.

    Looking is on record before this returns.
    """
    far = reach(by, purpose)
    rows = Dossier.objects.unfenced("who read it may be seen without its contents")
    dossier: Dossier | None = rows.filter(pk=dossier_id, unit__in=far.units).first()
    if purpose not in LOG_PURPOSES or dossier is None:
        raise Denied
    reading_record(dossier, by=by, purpose=purpose, via=via)
    return dossier


def reading_record(dossier: Dossier, *, by: Officer, purpose: str, via: str) -> Reading:
    """Put one reading on record."""
    return Reading.objects.create(
        dossier=dossier, officer=by, purpose=purpose, via=via[:VIA_LENGTH], at=clock.now()
    )
