"""Why a finding is one, kept as of then in both languages; what the law has erased goes from there too."""

from __future__ import annotations

from typing import Any

from zhunsheng.acts.models import Dossier
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.explain import Explanation
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.models import FindingVersion

LANGUAGES: tuple[Language, Language] = ("zh", "en")
CONTENT = ("verdict", "facts", "steps", "missing", "rows")
"""What may repeat content of acts."""


def explanation_of(row: Row | None, as_of_us: int) -> dict[str, Any]:
    """The reasons of a result, by language; nothing where the norm no longer speaks of it."""
    if row is None:
        return {}
    return {language: kept(rulebook().told(row, as_of_us, language)) for language in LANGUAGES}


def kept(told: Explanation) -> dict[str, Any]:
    """An explanation as it is kept."""
    return {
        "title": told.title,
        "status": told.status,
        "verdict": told.verdict,
        "basis": list(told.basis),
        "facts": list(told.facts),
        "steps": list(told.steps),
        "missing": list(told.missing),
        "cure": told.cure,
    }


def explanations_erase(dossier: Dossier) -> None:
    """Drop what earlier explanations repeat of a dossier's acts, some of which were erased; article and cure stay."""
    for row in FindingVersion.objects.filter(finding__dossier=dossier).exclude(explanation={}):
        row.explanation = {
            language: {
                **told,
                **{name: "" if name == "verdict" else [] for name in CONTENT if name in told},
                "erased": True,
            }
            for language, told in row.explanation.items()
        }
        row.save(update_fields=["explanation"])
