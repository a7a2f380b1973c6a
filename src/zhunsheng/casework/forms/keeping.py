"""What was typed and not submitted: kept for the officer alone, one for each form of a case, gone once submitted or too old."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from zhunsheng.base import clock
from zhunsheng.base.environment import environment
from zhunsheng.casework.models import KeptDraft
from zhunsheng.people.models import Officer

LARGEST = 100_000
"""Characters of one draft; a form that holds more is not kept."""
NOT_KEPT = frozenset(("csrfmiddlewaretoken", "do", "key", "expected", "files"))


def draft_keep(
    officer: Officer, form: str, posted: Mapping[str, Any], *, dossier: uuid.UUID | None
) -> KeptDraft | None:
    """Keep what stands in a form; None where nothing does, or too much."""
    data = typed(posted)
    if not data or len(json.dumps(data, ensure_ascii=False)) > LARGEST:
        return None
    kept, _ = KeptDraft.objects.update_or_create(
        officer=officer, **place(form, dossier), defaults={"data": data, "kept_at": clock.now()}
    )
    return kept


def typed(posted: Any) -> dict[str, Any]:
    """The fields of a sent form with something in them: one value, or a list where there are several."""
    lists = (
        posted.lists()
        if hasattr(posted, "lists")
        else ((k, v if isinstance(v, list) else [v]) for k, v in posted.items())
    )
    found: dict[str, Any] = {}
    for name, values in lists:
        # A column of JSON holds no NUL.
        said = [v.replace("\0", "") for v in values if isinstance(v, str) and v.strip("\0 \r\n\t")]
        if said and name not in NOT_KEPT:
            found[name] = said if len(said) > 1 else said[0]
    return found


def draft_find(officer: Officer, form: str, *, dossier: uuid.UUID | None) -> KeptDraft | None:
    """The officer's own draft of a form, unless it is too old."""
    return drafts_of_officer(officer).filter(**place(form, dossier)).first()


def drafts_of_officer(officer: Officer) -> QuerySet[KeptDraft]:
    """The officer's drafts, the newest first."""
    return KeptDraft.objects.filter(officer=officer, kept_at__gt=oldest()).order_by("-kept_at")


def draft_drop(officer: Officer, form: str, *, dossier: uuid.UUID | None) -> None:
    """Forget a draft."""
    KeptDraft.objects.filter(officer=officer, **place(form, dossier)).delete()


def drafts_forget() -> int:
    """Forget every draft that is too old; how many. They hold people's data that nobody submitted."""
    gone, _ = KeptDraft.objects.filter(kept_at__lte=oldest()).delete()
    return gone


def place(form: str, dossier: uuid.UUID | None) -> dict[str, Any]:
    """Which draft of an officer's."""
    return {"dossier_id": dossier, "form": form}


def oldest() -> dt.datetime:
    """Drafts kept before this instant are over."""
    return clock.now() - dt.timedelta(days=environment().draft_kept_days)
