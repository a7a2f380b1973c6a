"""A case written step by step up to the review, and what its people do then."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.procedure.dossiers import IDENTIFIED, KIND, Scene, at
from zhunsheng.acts.models import Act
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.casework.facts import CaseFacts, case_facts
from zhunsheng.people import services
from zhunsheng.people.codes import Rank
from zhunsheng.people.demo import REASON, Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ONE, OTHER, VICTIM = "P0000001", "P0000002", "P0000003"
ABOUT_ONE: dict[str, tuple[str, ...]] = {"person": (ONE,)}
FINE = {"decision": "fine", "amount": 300}
EVIDENCE = "证人某丙的证言"
LEVEL = {"level": "county-head"}


class ReviewScene(Scene):
    """A dossier with the hands a review needs. Minutes run on by themselves."""

    def __init__(self, bureau: Bureau) -> None:
        super().__init__(bureau)
        self.minute = 0.0

    def then(self, type_: str, *, by: Officer | None = None, **more: Any) -> Act:
        """An act ten minutes later."""
        self.minute += 10
        return self.do(type_, self.minute, by=by, **more).act

    def reviewer(self, type_: str, **more: Any) -> Act:
        """By the legal reviewer."""
        return self.then(type_, by=self.bureau.legal_reviewer, **more)

    def head(self, type_: str, **more: Any) -> Act:
        """By the head."""
        return self.then(type_, by=self.bureau.approver, **more)

    def proposed(self) -> ReviewScene:
        """Opened, the suspect known, evidence taken, a fine proposed and told."""
        self.then("report.received", fields=KIND | {"summary": "菜场争吵"}, subjects={"person": (VICTIM,)})
        self.then("case.opened", fields=KIND | {"conduct_on": "2026-03-01"})
        self.then("person.identified", fields=IDENTIFIED | {"name": "演示·某乙"}, subjects=ABOUT_ONE)
        self.then(
            "evidence.received",
            fields={"evidence": EVIDENCE, "evidence_kind": "statement"},
            subjects={"person": (VICTIM,)},
        )
        self.then("penalty.proposed", fields=FINE | {"complex": False, "cites": EVIDENCE}, subjects=ABOUT_ONE)
        self.told()
        return self

    def told(self) -> None:
        """The proposal told, the defence waived."""
        told = {"notice": "penalty-proposed", "recipient": "suspect", "method": "written"}
        self.then("notice.given", fields=told, subjects=ABOUT_ONE)
        self.then("defence.waived", fields={"signed": True}, subjects=ABOUT_ONE)

    def decide(self, **fields: Any) -> Act:
        """The penalty is decided."""
        given = FINE | LEVEL | {"complex": False} | fields
        return self.head("penalty.decided", fields=given, subjects=ABOUT_ONE)

    @property
    def facts(self) -> CaseFacts:
        """What the case says now."""
        dossier = self.dossier
        return case_facts(
            dossier.number, dossier_acts(dossier), unit=dossier.unit_id, opened_at=dossier.opened_at
        )

    def client(self, officer: Officer) -> Client:
        """A browser in which the officer is signed in."""
        client = Client()
        with clock.holding(at(self.minute)):
            client.force_login(officer, backend=BACKEND)
            session = client.session
            session[BEGAN] = session[SEEN] = clock.now().timestamp()
            session[FACTOR] = officer.number
            session.save()
        return client

    def page(self, officer: Officer) -> str:
        """The review tab as the officer sees it."""
        with clock.holding(at(self.minute)):
            answer = self.client(officer).get(f"/cases/{self.id}/review/")
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, officer: Officer, form: str, do: str = "record", **fields: Any) -> Any:
        """Send a form of the tab ten minutes later."""
        self.minute += 10
        given = {
            "form": form,
            "do": do,
            f"{form}-key": f"{form}-{self.minute}",
            f"{form}-expected": self.dossier.position,
        }
        given |= {f"{form}-{name.replace('__', '-')}": value for name, value in fields.items()}
        client = self.client(officer)
        with clock.holding(at(self.minute)):
            return client.post(f"/cases/{self.id}/review/", given)

    def last(self, type_: str) -> Act:
        """The last act of a type."""
        return [a for a in dossier_acts(self.dossier) if a.type == type_][-1]


def unqualified(bureau: Bureau) -> Officer:
    """A reviewer without the legal profession qualification."""
    with clock.holding(at(-600)):
        unit = bureau.legal_reviewer.unit_id
        officer = services.officer_create(
            "演1902", "审核乙", unit=unit, kind=bureau.approver.kind, by=bureau.founder
        )
        services.role_grant(
            officer, Role.LEGAL_REVIEWER, bureau.approver.unit_id, by=bureau.founder, reason=REASON
        )
    return officer


def second_head(bureau: Bureau, name: str = "审批丙", number: str = "演1901") -> Officer:
    """Another head of the same branch."""
    with clock.holding(at(-600)):
        unit = bureau.approver.unit_id
        officer = services.officer_create(
            number, name, unit=unit, kind=bureau.approver.kind, by=bureau.founder
        )
        services.post_grant(officer, "副局长", rank=Rank.DEPUTY, unit=unit, by=bureau.founder, reason=REASON)
        services.role_grant(officer, Role.APPROVER, unit, by=bureau.founder, reason=REASON)
    return officer
