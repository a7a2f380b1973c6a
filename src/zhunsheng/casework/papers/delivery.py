"""Service of papers: to whom, how and when, each as an act; and what is still to be served."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhunsheng.acts.drafts import Draft
from zhunsheng.base.errors import InputError
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.papers.kinds import Kind, kinds
from zhunsheng.casework.papers.words_of_case import METHODS
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import Enacted, enact

SERVED, LEFT, ANNOUNCED, FAILED = "document.served", "document.left", "document.announced", "service.failed"
SERVICE = (SERVED, LEFT, ANNOUNCED, FAILED)
MANNERS: Mapping[str, tuple[str, str, str]] = {
    "direct": (SERVED, "直接送达本人", "handed to the person"),
    "on-spot": (SERVED, "当场宣告并交付", "read out and handed over at once"),
    "relative": (SERVED, METHODS["relative"], "taken in by family, employer or committee"),
    "post": (SERVED, METHODS["post"], "by post"),
    "entrusted": (SERVED, METHODS["entrusted"], "by another bureau on request"),
    "electronic": (SERVED, "电子送达（经本人同意）", "electronically, with consent"),
    "left": (LEFT, "留置送达（拒收）", "left with somebody who refused"),
    "public-notice": (ANNOUNCED, METHODS["public-notice"], "announced to the public"),
    "failed": (FAILED, "无法送达", "could not be served"),
}
"""Code → act, and the manner in words."""


@dataclass(frozen=True)
class Addressee:
    """Somebody a paper goes to: the role that norms know, the person where it is one of the case."""

    role: str
    person: str
    shown: str

    @property
    def ref(self) -> str:
        return f"{self.role}.{self.person}"


@dataclass(frozen=True)
class Service:
    """What the officer states about a service."""

    manner: str
    at: dt.datetime
    addressee: Addressee
    reason: str = ""
    witness_signed: bool | None = None
    refusal_recorded: bool | None = None
    noted: bool | None = None


def addressees(facts: CaseFacts, kind: Kind, made: CaseAct) -> list[Addressee]:
    """Whom the paper is to be served on, by its kind and the people of the case."""
    found: list[Addressee] = []
    for group in kind.service:
        if group == "party":
            keys = made.persons or tuple(p.key for p in facts.suspects)
            found += [Addressee("suspect", key, shown(facts, key)) for key in keys]
        elif group == "other":
            name = str(made.fields.get("counterpart") or "")
            found.append(Addressee("other", made.person, name or "收件单位或者个人"))
        else:
            found += [Addressee(group, p.key, p.shown) for p in facts.in_role(group)]
    return list({one.ref: one for one in found}.values())


def shown(facts: CaseFacts, key: str) -> str:
    """A person's name."""
    return facts.parties[key].shown if key in facts.parties else key


def services_of(facts: CaseFacts, made: CaseAct) -> list[CaseAct]:
    """The acts of service of one paper: by its number, or for papers without one by what it is and whom it is about."""
    number, document = made.fields.get("paper_number"), made.fields.get("document")
    if number:
        return [a for a in facts.all(*SERVICE) if a.fields.get("paper_number") == number]
    return [
        a
        for a in facts.all(*SERVICE)
        if a.fields.get("document") == document
        and not a.fields.get("paper_number")
        and a.position > made.position
    ]


def served(facts: CaseFacts, made: CaseAct, to: Addressee) -> CaseAct | None:
    """The last act by which the paper reached somebody, or is taken to have."""
    for act in reversed(services_of(facts, made)):
        same = act.fields.get("recipient") in (to.role, None, "") or (
            to.role == "other" and act.fields.get("recipient")
        )
        if act.type != FAILED and same and (not to.person or not act.persons or to.person in act.persons):
            return act
    return None


def paper_serve(
    made: CaseAct, service: Service, *, dossier: uuid.UUID, by: Officer, key: str | None = None
) -> Enacted:
    """Record the service of a signed paper. InputError where what the law asks for a manner is not stated; else as `enact`."""
    manner = MANNERS.get(service.manner)
    if manner is None:
        raise InputError(
            zh="请选择送达方式",
            en="choose a manner of service",
            where="manner",
            remedy_zh="从列表中选择",
            remedy_en="choose from the list",
        )
    act_type = manner[0]
    if act_type == FAILED and not service.reason:
        raise InputError(
            zh="没有写明无法送达的理由",
            en="the reason is not stated",
            where="reason",
            remedy_zh="写明理由",
            remedy_en="state the reason",
        )
    enacted = enact(
        Draft(
            type=act_type,
            occurred_at=service.at,
            dossier=dossier,
            subjects={"person": (service.addressee.person,)} if service.addressee.person else {},
            fields=service_fields(made, service, act_type),
        ),
        by=by,
        key=key,
    )
    kind = kinds().get(str(made.fields.get("template")))
    if kind is not None and kind.served_as and act_type in (SERVED, LEFT) and not enacted.replayed:
        enact(
            Draft(
                type=kind.served_as,
                occurred_at=service.at,
                dossier=dossier,
                subjects={"person": (service.addressee.person,)},
                fields={"method": service.manner},
            ),
            by=by,
        )
    return enacted


def service_fields(made: CaseAct, service: Service, act_type: str) -> dict[str, Any]:
    """The fields of the act of service."""
    role = service.addressee.role
    recipient = service.addressee.shown if role == "other" else role
    found: dict[str, Any] = {
        "document": made.fields.get("document"),
        "paper_number": made.fields.get("paper_number"),
    }
    if act_type != ANNOUNCED:
        found["recipient"] = recipient
    if act_type in (SERVED, ANNOUNCED):
        found["method"] = service.manner
    if act_type == LEFT:
        found |= {
            "noted": service.noted,
            "witness_signed": service.witness_signed,
            "refusal_recorded": service.refusal_recorded,
        }
    if act_type == FAILED:
        found["reason"] = service.reason
    return found
