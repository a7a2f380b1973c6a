"""The headings under which all forms are listed, by how the names of their act types begin."""

from __future__ import annotations

from zhunsheng.casework.forms.sheets import Sheet
from zhunsheng.people.bilingual import both

HEADINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "接报与受理",
        "Report and opening",
        ("report.", "case.", "emergency.", "jurisdiction.", "crime.", "investigation."),
    ),
    ("回避", "Recusal", ("recusal.",)),
    (
        "到案与询问",
        "Arrival and questioning",
        ("person.", "inquiry", "summons.", "restraint.", "area.", "defence.stated", "defence.verified"),
    ),
    ("未成年人与监护人", "Juveniles and guardians", ("guardian.", "legal-aid.")),
    (
        "取证",
        "Evidence",
        (
            "evidence.",
            "electronic-data.",
            "monitor-record.",
            "identification.",
            "inspection.",
            "body.",
            "biosample.",
            "scene.",
            "recording.",
            "esignature.",
            "remote-interview.",
        ),
    ),
    (
        "鉴定与检测",
        "Appraisals and tests",
        ("appraisal.", "reappraisal.", "injury.", "drug-test.", "alcohol.", "blood"),
    ),
    (
        "财物",
        "Property",
        ("property.", "item.", "vehicle.", "medium.", "belongings.", "proceeds.", "treasury.", "coercion."),
    ),
    ("调解", "Mediation", ("mediation.",)),
    (
        "告知与听证",
        "Notices and hearings",
        ("notice.", "family.", "hearing.", "penalty.proposed", "defence."),
    ),
    (
        "审核、审批与决定",
        "Review, approval, decision",
        ("approval.", "legal-review.", "decision", "penalty.", "penalties.", "fast-track.", "conduct."),
    ),
    ("文书与送达", "Papers and service", ("document.", "service.", "system.")),
    (
        "执行",
        "Enforcement",
        (
            "fine.",
            "detention",
            "bond.",
            "guarantor.",
            "enforcement.",
            "reminder.",
            "obligation.",
            "court-",
            "remedy.",
            "detainee",
            "wrongful-detention.",
            "substitute.",
        ),
    ),
    (
        "取保候审与监视居住",
        "Bail and residential surveillance",
        ("bail", "surveillance.", "measure.", "outside-measure.", "guarantor-fine.", "decider."),
    ),
    ("归档", "The file", ("file.",)),
)
"""Heading → how the names of its act types begin."""


def sections(found: list[Sheet]) -> list[tuple[object, list[Sheet]]]:
    """Forms under the headings of the vocabulary's subjects; those of several acts first."""
    together = [s for s in found if len(s.steps) > 1]
    groups: list[tuple[object, list[Sheet]]] = [(both("一次登记几项", "Several acts at once"), together)]
    for zh, en, prefixes in HEADINGS:
        mine = [s for s in found if len(s.steps) == 1 and s.slug.startswith(prefixes)]
        groups.append((both(zh, en), mine))
    placed = {s.slug for _, group in groups for s in group}
    rest = [s for s in found if s.slug not in placed]
    return [(title, group) for title, group in (*groups, (both("其他", "Others"), rest)) if group]
