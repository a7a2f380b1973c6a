"""A case in which everything happened that a paper comes from, told as facts; nobody in it is or was anybody."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.papers.filling import Sheet
from zhunsheng.casework.papers.kinds import Kind
from zhunsheng.casework.papers.making import Makeable, of_kind, sheet_of
from zhunsheng.casework.papers.view import Issuer, Register

SUSPECT, VICTIM, REPORTER = "PAAAAAA1", "PAAAAAA2", "PAAAAAA3"
NAME = "演示𬭎㛃"
"""Characters of GB 18030-2022 outside the older sets."""
REGISTER = Register(
    {"演1001": "办案甲", "演1002": "办案乙", "演1003": "审核甲", "演1004": "审批甲"},
    {"S": Issuer("S", "甲分局第一派出所", "演示市公安局甲分局", "C")},
)
PAIR = (("演1001", "handler"), ("演1002", "handler"))
ENTRIES: Mapping[str, Any] = {
    "record_text": "问：请你如实陈述事情经过。\n答：我因琐事与某丙发生口角，动手打了某丙。\n问：是否受伤？\n答：没有。",
    "matter": "停止违法行为",
    "venue": "甲分局第一派出所办案区",
    "meeting_at": dt.datetime(2026, 3, 20, 9, 30, tzinfo=LOCAL),
    "due_on": dt.date(2026, 4, 1),
    "counterpart": "演示市虚构单位",
    "execution_text": "到指定的银行缴纳",
}
WHO: Mapping[str, Mapping[str, Any]] = {
    SUSPECT: {
        "name": NAME,
        "sex": "male",
        "age": Decimal(30),
        "birth_on": dt.date(1996, 1, 2),
        "id_kind": "resident",
        "id_number": "990101199601020011",
        "address": "演示省演示市甲区虚构路1号",
        "division": "演示省演示市甲区",
        "occupation": "演示市虚构商店",
        "phone": "00000000001",
        "person_role": "suspect",
    },
    VICTIM: {
        "name": "某丙",
        "sex": "female",
        "age": Decimal(28),
        "address": "演示省演示市甲区虚构路2号",
        "phone": "00000000002",
        "person_role": "victim",
    },
    REPORTER: {
        "name": "某丁",
        "address": "演示省演示市甲区虚构路3号",
        "phone": "00000000003",
        "person_role": "reporter",
    },
}
FACTS_TEXT = "2026年3月1日20时许，在演示市甲区虚构路口，因琐事与某丙发生口角，随后用拳头击打某丙面部"
CHARACTERISED = {
    "violation": "po.beating",
    "facts": FACTS_TEXT,
    "law": "public-order-law-2025",
    "article": "第51条第1款",
}
DETENTION = {"decision": "detention", "amount": Decimal(500), "days": Decimal(7)}

COURSE: Sequence[tuple[str, tuple[str, ...], Mapping[str, Any]]] = (
    ("report.received", (REPORTER,), {"case_kind": "public-order", "method": "电话", "summary": "虚构路口有人打架，一人被打伤。"}),
    ("report.registered", (), {"case_kind": "public-order", "competence": "not-police"}),
    ("report.declined", (), {"reason": "经查没有违法事实"}),
    ("case.opened", (), {"case_kind": "public-order", "conduct_on": dt.date(2026, 3, 1)}),
    *(("person.identified", (key,), fields) for key, fields in WHO.items()),
    ("case.transferred", (), {"recipient": "演示市公安局乙分局", "reason": "属该分局管辖"}),
    ("recusal.decided", (), {"recusal_of": "办案乙", "approved": True}),
    ("evidence.received", (REPORTER,), {"evidence": "手机录像", "evidence_kind": "electronic"}),
    ("person.summoned", (SUSPECT,), {"reason": "殴打他人"}),
    ("person.arrived", (SUSPECT,), {"method": "summons"}),
    ("inquiry.extended", (SUSPECT,), {"extension_ground": "complex-detention"}),
    ("person.questioned", (SUSPECT,), {"person_role": "suspect"}),
    ("person.released", (SUSPECT,), {}),
    ("restraint.started", (SUSPECT,), {"method": "约束带"}),
    ("restraint.ended", (SUSPECT,), {}),
    ("approval.requested", (), {"measure": "inspection"}),
    ("approval.given", (), {"measure": "inspection", "level": "county-head"}),
    ("inspection.made", (SUSPECT,), {"inspected": "premises", "on_spot": False}),
    ("identification.held", (VICTIM,), {"parade": "photo", "shown_count": Decimal(10)}),
    ("evidence.ordered", (), {"evidence": "监控录像"}),
    ("appraisal.commissioned", (VICTIM,), {"appraisal_kind": "injury", "appraisal_matter": "某丙的损伤程度"}),
    ("appraisal.received", (VICTIM,), {"appraisal_kind": "injury", "appraisal_matter": "某丙的损伤程度"}),
    ("property.seized", (SUSPECT,), {"item_kind": "ordinary"}),
    ("property.released", (SUSPECT,), {}),
    ("case.characterised", (SUSPECT,), CHARACTERISED),
    ("mediation.held", (SUSPECT, VICTIM), {}),
    ("mediation.agreed", (SUSPECT, VICTIM), {}),
    ("fast-track.started", (SUSPECT,), {}),
    ("penalty.proposed", (SUSPECT,), {**DETENTION, "hearing_ground": "other-grave", "departure_reason": "积极赔偿"}),
    ("hearing.rejected", (SUSPECT,), {"reason": "超过申请期限"}),
    ("hearing.arranged", (SUSPECT,), {"open_to_public": True}),
    ("hearing.held", (SUSPECT,), {}),
    ("hearing.reported", (SUSPECT,), {"record_attached": True}),
    ("legal-review.passed", (), {}),
    ("decision.discussed", (), {}),
    ("case-period.extended", (), {"reason": "案情复杂", "level": "superior"}),
    ("penalty.decided-on-the-spot", (SUSPECT,), {"decision": "fine", "amount": Decimal(200)}),
    ("penalty.decided", (SUSPECT,), {"decision": "no-penalty"}),
    ("penalty.decided", (SUSPECT,), DETENTION),
    ("property.collected", (SUSPECT,), {"item_kind": "controlled-weapon"}),
    ("property.recovered", (SUSPECT,), {"amount": Decimal(300)}),
    ("case.terminated", (), {"reason": "没有违法事实"}),
    ("enforcement.decided", (SUSPECT,), {}),
    ("court-enforcement.applied", (SUSPECT,), {"application_ground": "not-performed"}),
    ("detention-suspension.granted", (SUSPECT,), {"suspension_event": "exam"}),
    ("detention-suspension.refused", (SUSPECT,), {"reason": "可能逃跑"}),
    ("guarantor.accepted", (SUSPECT,), {}),
    ("bond.received", (SUSPECT,), {"amount": Decimal(1400)}),
    ("bond.refunded", (SUSPECT,), {"amount": Decimal(1400)}),
    ("bond.forfeited", (SUSPECT,), {"amount": Decimal(1400)}),
    ("detention.started", (SUSPECT,), {"detained_until": dt.date(2026, 3, 20)}),
    ("guardian.ordered", (SUSPECT,), {}),
    ("document.served", (SUSPECT,), {"document": "penalty-decision", "recipient": "suspect", "method": "direct", "paper_number": "甲公（一）行罚决字〔2026〕1号"}),
)  # fmt: skip
OFFICERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "approval.given": (("演1004", "approver"),),
    "penalty.decided": (("演1004", "approver"),),
    "decision.discussed": (("演1004", "approver"),),
    "legal-review.passed": (("演1003", "legal-reviewer"),),
    "hearing.arranged": (("演1003", "hearing-host"), ("演1002", "hearing-clerk")),
    "mediation.held": (("演1001", "mediator"),),
}
ITEMS = frozenset(
    ("property.seized", "property.released", "property.collected", "property.recovered", "evidence.received")
)
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=LOCAL)


def act(n: int, type_: str, persons: tuple[str, ...], fields: Mapping[str, Any], at: dt.datetime) -> CaseAct:
    """One act of the case."""
    subjects = {"person": persons} | ({"item": ("折叠刀",)} if type_ in ITEMS else {})
    officers = tuple({"officer": o, "role": r} for o, r in OFFICERS.get(type_, PAIR))
    return CaseAct(
        uuid.UUID(int=n), n, n, type_, at, at + dt.timedelta(minutes=30), at, "演1001", "S", officers, persons, subjects, fields, (), (),
    )  # fmt: skip


@cache
def full_case(start: dt.datetime = START) -> CaseFacts:
    """The whole of it, an act every quarter of an hour."""
    numbers = itertools.count(1)
    acts = tuple(
        act(n, type_, persons, fields, start + dt.timedelta(minutes=15 * n))
        for n, (type_, persons, fields) in zip(numbers, COURSE, strict=False)
    )
    return CaseFacts("990101010000-2026-000001", "S", start, None, acts)


def made_of(kind: Kind, facts: CaseFacts) -> Makeable:
    """The paper of a kind."""
    found = list(of_kind(facts, kind))
    assert found, f"nothing in the full case gives rise to {kind.code}"
    return found[-1]


def sheet(kind: Kind, facts: CaseFacts, **more: Any) -> Sheet:
    """The paper of a kind, filled."""
    entries = {name: ENTRIES[name] for name in kind.asks if name in ENTRIES}
    return sheet_of(facts, REGISTER, made_of(kind, facts), entries, **more)
