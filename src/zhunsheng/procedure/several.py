"""Several acts of one dossier through the door in one transaction: all of them, or none."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial

from django.db import transaction

from zhunsheng.acts.drafts import Draft
from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import Enacted, enact_within, observed
from zhunsheng.procedure.projections import projected_once
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.sitting import Sitting
from zhunsheng.procedure.standing import forget


@dataclass(frozen=True)
class Step:
    """One act to be recorded: what, by whom, and for demonstrations when the clock shall say it was."""

    draft: Draft
    by: Officer
    at: dt.datetime | None = None


def enact_all(steps: Iterable[Step], *, dossier: uuid.UUID | None = None) -> list[Enacted]:
    """Record acts one after the other in one dossier, each judged as `door.enact` would with those before it recorded.

    Drafts go into the dossier given, else into the one that the first of them opens. Whatever one of them is refused for (see
    `door.enact`) fails them all, and nothing is written. The rows are the same as after one `enact` for each.
    """
    book, sitting, found = rulebook(), Sitting(), list[Enacted]()
    into = dossier
    try:
        with transaction.atomic(), projected_once():
            for step in steps:
                draft = step.draft if into is None else replace(step.draft, dossier=into)
                with held(step.at):
                    one = observed(partial(enact_within, draft, step.by, None, None, book, sitting))
                found.append(one)
                into = one.dossier.id
            sitting.write()
    finally:
        if into is not None:
            forget(into)
    return found


def held(at: dt.datetime | None) -> AbstractContextManager[None]:
    """The clock held at an instant, or going."""
    return nullcontext() if at is None else clock.holding(at)
