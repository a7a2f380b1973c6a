"""Who brought which bytes: a digest named in an act opens them only where somebody who has them put it there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from zhunsheng.acts.models import Act, Upload
from zhunsheng.base import clock

WHY = "who has the bytes of a document"


def upload_note(digest: str, officer: str) -> bool:
    """Note that the officer has brought the bytes of this digest; False where that was noted before."""
    _, new = Upload.objects.get_or_create(digest=digest, officer_id=officer, defaults={"at": clock.now()})
    return new


def uploads_follow(act: Act) -> None:
    """Whoever names what the dossier already holds may read it there, and so counts as having it: it outlasts the other act."""
    digests = digests_in(act.content)
    if not digests:
        return
    held = backed(digests, act.dossier_id) - brought(digests, act.recorded_by_id)
    Upload.objects.bulk_create(
        [Upload(digest=d, officer_id=act.recorded_by_id, at=act.recorded_at) for d in sorted(held)],
        ignore_conflicts=True,
    )


def present(digests: Iterable[str], officer: str, dossier: uuid.UUID) -> set[str]:
    """Those of the digests the officer brought or the dossier holds; of others not even their being stored is told."""
    asked = set(digests)
    return brought(asked, officer) | backed(asked, dossier)


def brought(digests: Iterable[str], officer: str) -> set[str]:
    """Those of the digests whose bytes the officer has."""
    return set(Upload.objects.filter(digest__in=digests, officer_id=officer).values_list("digest", flat=True))


def backed(digests: Iterable[str], dossier: uuid.UUID) -> set[str]:
    """Those of the digests that some act of the dossier names whose recorder has the bytes."""
    asked = set(digests)
    having = set(Upload.objects.filter(digest__in=asked).values_list("digest", "officer_id"))
    if not having:
        return set()
    acts = Act.objects.unfenced(WHY).filter(dossier=dossier, recorded_by__in={who for _, who in having})
    return {
        digest
        for content, who in acts.values_list("content", "recorded_by_id")
        for digest in digests_in(content)
        if (digest, who) in having
    }


def named_by_one_who_has_it(digest: str) -> bool:
    """Whether any act still names the digest whose recorder has the bytes."""
    acts = Act.objects.unfenced(WHY).filter(
        recorded_by__in=Upload.objects.filter(digest=digest).values("officer")
    )
    return acts.filter(RawSQL("content::text LIKE %s", [f"%{digest}%"], BooleanField())).exists()


def brought_lately(digest: str, since: float) -> bool:
    """Whether anybody first brought it after that instant, in seconds of the epoch: an act may still take it up."""
    return Upload.objects.filter(digest=digest, at__gt=dt.datetime.fromtimestamp(since, dt.UTC)).exists()


def uploads_forget(digest: str) -> None:
    """Drop who brought it, with the bytes: a digest tells whoever guesses the document that they guessed right."""
    Upload.objects.filter(digest=digest).delete()


def digests_in(content: Mapping[str, Any]) -> set[str]:
    """The digests of the documents and recordings that an act's content names."""
    return {
        value["digest"] for path, value in content.items() if path.startswith(("documents.", "recordings."))
    }
