"""A case written through the door, and its papers signed as an officer signs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.procedure.dossiers import KIND, Scene, at
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.casework.facts import CaseFacts, case_facts
from zhunsheng.casework.papers.kinds import kinds
from zhunsheng.casework.papers.making import Makeable, of_kind
from zhunsheng.casework.papers.signing import Signed, Signing, paper_sign
from zhunsheng.casework.papers.view import register_of

SUSPECT, VICTIM, REPORTER = "PAAAAAA1", "PAAAAAA2", "PAAAAAA3"
NAME = "演示𬭎㛃"
WHO = {
    "name": NAME, "sex": "male", "age": 30, "birth_on": "1996-01-02", "id_kind": "resident", "id_number": "990101199601020011",
    "address": "演示省演示市甲区虚构路1号", "person_role": "suspect", "identity_known": True,
}  # fmt: skip


@dataclass
class Decided:
    """The case and what is done with its papers."""

    scene: Scene

    def written(self) -> Decided:
        """From the report to the characterisation; the address of the suspect is told at the end by `addressed`."""
        scene = self.scene
        scene.do(
            "report.received",
            0,
            fields=KIND | {"summary": "虚构路口有人打架，一人被打伤", "method": "phone"},
            subjects={"person": (REPORTER,)},
        )
        scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
        scene.do(
            "person.identified",
            12,
            fields={"name": "某丁", "person_role": "reporter"},
            subjects={"person": (REPORTER,)},
        )
        scene.do(
            "person.identified",
            14,
            fields={"name": "某丙", "person_role": "victim"},
            subjects={"person": (VICTIM,)},
        )
        scene.do(
            "person.identified",
            20,
            fields={k: v for k, v in WHO.items() if k != "address"},
            subjects={"person": (SUSPECT,)},
        )
        scene.do(
            "case.characterised",
            30,
            fields={
                "violation": "po.beating",
                "facts": "在虚构路口用拳头击打某丙面部",
                "evidence": "证人证言、视听资料",
            },
            subjects={"person": (SUSPECT,)},
        )
        scene.do(
            "penalty.proposed",
            35,
            fields={"decision": "fine", "amount": 300},
            subjects={"person": (SUSPECT,)},
        )
        return self

    def addressed(self) -> None:
        """The address comes to be known."""
        self.scene.do("person.identified", 40, fields=WHO, subjects={"person": (SUSPECT,)})

    @property
    def dossier(self) -> Dossier:
        return self.scene.dossier

    @property
    def facts(self) -> CaseFacts:
        dossier = self.dossier
        return case_facts(
            dossier.number, dossier_acts(dossier), unit=dossier.unit_id, opened_at=dossier.opened_at
        )

    def paper(self, code: str) -> Makeable:
        """The last of a kind that can be made."""
        return list(of_kind(self.facts, kinds()[code]))[-1]

    def sign(self, code: str, minutes: float = 60, **stated: Any) -> Signed:
        """Sign it as the handler."""
        stated = {"means": "handwritten", "where": "https://zs.example"} | stated
        facts = self.facts
        with clock.holding(at(minutes)):
            return paper_sign(
                self.paper(code),
                dossier=self.dossier.id,
                facts=facts,
                register=register_of(facts),
                position=self.dossier.position,
                by=self.scene.bureau.handler,
                signing=Signing(**stated),
            )

    def act(self, signed: Signed) -> Act:
        """The act as it stands in the table."""
        found: Act = Act.objects.unfenced("a test").get(pk=signed.enacted.act.id)
        return found
