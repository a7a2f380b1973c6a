"""What was erased by law from a dossier's acts goes from the door's own tables too: scopes name persons and things."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.procedure.models import Discrepancy, Obligation

NAMING = ("subjects.", "fields.")


def named(acts: Iterable[Act]) -> set[str]:
    """Every text by which these acts name somebody or something; a scope is made of such texts."""
    return {
        value
        for act in acts
        for path, value in act.content.items()
        if isinstance(value, str) and path.startswith(NAMING)
    }


def scopes_forget(dossier: Dossier, texts: Iterable[str]) -> None:
    """Put a mark that tells nothing in the place of these texts in the scopes kept of a dossier.

    The caller holds the dossier's lock and has withdrawn the obligations that no act opens any more.
    """
    marks = {f"={text}": f"=#{secrets.token_hex(8)}" for text in texts}
    if not marks:
        return
    within = re.compile("(?:" + "|".join(map(re.escape, sorted(marks, key=len, reverse=True))) + ")(?=;|$)")

    def without(scope: str) -> str:
        return within.sub(lambda found: marks[found[0]], scope)

    rows = Obligation.objects.unfenced("erased by law").filter(dossier=dossier)
    for scope in set(rows.exclude(scope="").values_list("scope", flat=True)):
        if (kept := without(scope)) != scope:
            rows.filter(scope=scope).update(scope=kept)
    for finding in Discrepancy.objects.filter(dossier=dossier):
        kept = without(finding.detail.get("scope", ""))
        if kept != finding.detail.get("scope", ""):
            finding.detail |= {"scope": kept}
            finding.save(update_fields=["detail"])
