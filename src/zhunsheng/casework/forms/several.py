"""Several acts of one form, all recorded or none, and what the door would say to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from zhunsheng.acts.drafts import Draft
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import Enacted, enact, enact_within, name_of
from zhunsheng.procedure.guard import Notice
from zhunsheng.procedure.models import Receipt
from zhunsheng.procedure.rulebook import rulebook


def acts_record(
    drafts: Sequence[Draft], *, by: Officer, key: str | None = None, expected: int | None = None
) -> list[Enacted]:
    """Record the acts in order, in one transaction; the later ones go into the dossier the first one opens.

    `key` makes the whole repeatable: sent again it answers with the same acts. Raises as `enact`; then none is recorded.
    """
    found: list[Enacted] = []
    with transaction.atomic():
        for n, draft in enumerate(drafts):
            placed = draft if draft.dossier or not found else replace(draft, dossier=found[0].dossier.id)
            found.append(
                enact(
                    placed,
                    by=by,
                    key=None if key is None else f"{key}.{n}",
                    expected=None if expected is None else expected + n,
                )
            )
    return found


def key_used(by: Officer, key: str) -> bool:
    """Whether a request of that name was carried out: what its form held need not be kept any more."""
    return Receipt.objects.filter(officer=by, key=name_of(key)).exists()


def acts_consider(drafts: Sequence[Draft], *, by: Officer, expected: int | None = None) -> list[Notice]:
    """What would be said to the acts if they were recorded now: warnings, or Refused and the other errors of `enact`.

    Each act is judged with those before it. Nothing is written.
    """
    notices: list[Notice] = []
    book = rulebook()
    with transaction.atomic():
        first = None
        for n, draft in enumerate(drafts):
            placed = draft if draft.dossier or first is None else replace(draft, dossier=first.dossier.id)
            found = enact_within(placed, by, None, None if expected is None else expected + n, book)
            first = first or found
            notices += found.warnings
        transaction.set_rollback(True)
    return last_words(notices)


def last_words(notices: Sequence[Notice]) -> list[Notice]:
    """Of warnings about the same obligation the last one, which knows the most."""
    found = {(n.norm_id, n.row.scope_text, str(n.row.opened.facts["act_id"])): n for n in notices}
    return list(found.values())
