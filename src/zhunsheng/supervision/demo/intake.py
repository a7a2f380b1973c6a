"""How a case of the made-up bureau begins: report, registration, the scene, opening, and evidence people hand in."""

from __future__ import annotations

import datetime as dt

from zhunsheng.supervision.demo.case_file import CaseFile, Person

CONDUCT_NOTED_BEFORE = dt.datetime(2026, 6, 20)  # noqa: DTZ001
"""The limitation of later conduct ends in a year whose holidays are not announced yet, so the log leaves it out."""


def opened(
    case: CaseFile, *, reporter: Person | None = None, scene: bool = True, anonymous: bool = False
) -> None:
    """A report taken, registered, looked into on the spot, and the case opened the same day."""
    conduct = case.now
    if conduct < CONDUCT_NOTED_BEFORE:
        case.act("conduct.ended", grave_harm=False, timely_complaint=False)
    case.wait(5, 90)
    reported(case, reporter, anonymous=anonymous)
    if scene:
        case.wait(8, 25)
        case.recorded(
            "scene.handled", case.pair, lasts=case.rng.randint(10, 35), case_kind=case.kind, method="on-scene"
        )
    case.wait(5, 20)
    day = case.acts[0].at.date()
    if case.now.date() != day:
        case.now = dt.datetime.combine(day, dt.time(23, 40))
    open_case(case, conduct.date(), noted=anonymous)
    if reporter is not None or not anonymous:
        register = "filing-notice" if case.now.year >= 2026 else "acceptance-receipt"
        case.act(
            "document.served",
            case.one,
            document=register,
            recipient="reporter",
            method="direct",
            refused=False,
        )


def reported(
    case: CaseFile, reporter: Person | None, *, anonymous: bool = False, competence: str = "own"
) -> None:
    """The report and its registration."""
    way = case.rng.choice(("phone", "walk-in", "online"))
    case.act("report.received", case.one, person=reporter, case_kind=case.kind, place="public", method=way)
    case.act(
        "report.registered",
        case.one,
        case_kind=case.kind,
        competence=competence,
        judged_on_spot=True,
        objected=False,
        unreachable=False,
        anonymous=anonymous,
        complex=False,
    )


def open_case(case: CaseFile, conduct: dt.date, *, noted: bool = False) -> None:
    """The opening of the case with its register and its entry in the system."""
    case.act("case.opened", case.pair, case_kind=case.kind, conduct_on=conduct, complex=False)
    register = "filing-register" if case.now.year >= 2026 else "acceptance-register"
    case.act("document.made", case.one, document=register, signed=True, noted=noted)
    case.act("system.entered", (), entered="acceptance")


def evidence_handed_in(case: CaseFile, giver: Person) -> None:
    """Someone hands in evidence and gets a list."""
    case.act("evidence.received", case.pair, person=giver, evidence=case.number("证"), evidence_kind="thing")
    case.act(
        "document.made", case.one, person=giver, document="evidence-receipt-list", signed=True, noted=False
    )


def evidence_ordered(case: CaseFile, holder: Person | None = None) -> None:
    """Evidence is ordered from whoever has it, with approval and notice."""
    case.approve("evidence-order", "department-head")
    case.act("document.made", case.one, document="evidence-order", signed=True, noted=False)
    supply = case.now.date() + dt.timedelta(days=case.rng.randint(1, 5))
    case.act(
        "evidence.ordered",
        case.pair,
        person=holder,
        evidence=case.number("证"),
        supply_by=supply,
        signed=True,
        refused=False,
        noted=True,
        urgent=False,
    )


def data_extracted(case: CaseFile) -> None:
    """Electronic data are extracted with record and list."""
    case.act("electronic-data.extracted", case.pair, evidence=case.number("证"), method="on-site")
    case.act("document.made", case.pair, document="electronic-data-record", signed=True, noted=True)
    case.act("document.made", case.pair, document="electronic-data-list", signed=True, noted=True)


def premises_inspected(case: CaseFile) -> None:
    """Premises are inspected with approval, warrant and recording."""
    case.approve("inspection", "county-head")
    case.recorded(
        "inspection.made",
        case.pair,
        lasts=case.rng.randint(15, 40),
        case_kind=case.kind,
        inspected="premises",
        on_spot=False,
        card_shown=True,
        warrant_shown=True,
        home_danger=False,
        attended=True,
    )
    case.act("document.made", case.pair, document="inspection-record", signed=True, noted=False)


def identified(case: CaseFile, witness: Person) -> None:
    """A witness identifies someone among photographs."""
    case.recorded(
        "identification.held",
        case.pair,
        lasts=12,
        camera="room-camera",
        person=witness,
        parade="photo",
        shown_count=case.rng.randint(10, 12),
        similar_items=0,
        individual=True,
        foils_reused=False,
        place="handling-area",
    )
    case.act(
        "document.made", case.pair, person=witness, document="identification-record", signed=True, noted=False
    )
