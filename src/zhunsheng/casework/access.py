"""The only way from a person to cases: lists within reach, and one case opened on record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from zhunsheng.acts.access import access_dossier
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.casework.facts import CaseFacts, case_facts
from zhunsheng.casework.models import Case
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.models import Officer
from zhunsheng.procedure.selectors import Explained, obligations_explained


@dataclass
class CaseView:
    """A case opened for reading, with what pages ask of it; each is read once."""

    case: Case
    dossier: Dossier
    by: Officer
    purpose: str
    language: Language

    @cached_property
    def acts(self) -> list[Act]:
        """Every act, those that were corrected or withdrawn too, by position."""
        return list(dossier_acts(self.dossier).select_related("recorded_by", "unit"))

    @cached_property
    def facts(self) -> CaseFacts:
        """What the acts that count say."""
        dossier = self.dossier
        return case_facts(
            dossier.number,
            self.acts,
            unit=dossier.unit_id,
            opened_at=dossier.opened_at,
            closed_at=dossier.closed_at,
        )

    @cached_property
    def obligations(self) -> list[Explained]:
        """Every obligation with its reasons, as of now, what is due first first."""
        return obligations_explained(self.dossier, self.language)


def cases_within(*, by: Officer, purpose: str) -> QuerySet[Case]:
    """The cases within reach for a purpose; what every list, search and count starts from. Denied when none may be."""
    return Case.objects.within(reach(by, purpose))


def case_open(
    case_id: uuid.UUID, *, by: Officer, purpose: str, via: str, language: Language = "zh"
) -> CaseView:
    """One case, to be read; the reading is on record. Denied when there is none or it is out of reach, without a difference."""
    dossier = access_dossier(case_id, by=by, purpose=purpose, via=via)
    case = Case.objects.unfenced("access to the dossier was given").filter(pk=dossier.pk).first()
    if case is None:
        raise Denied
    return CaseView(case, dossier, by, purpose, language)
