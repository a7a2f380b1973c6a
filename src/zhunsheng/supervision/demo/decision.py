"""From review to archive in a case of the made-up bureau: notice, defence, hearing, decision, service, fine and detention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from zhunsheng.supervision.demo.case_file import Acting, CaseFile, Person, Value
from zhunsheng.supervision.demo.conduct import characterised, sanction, weighed

SIX = (
    "suspect_reviewed",
    "facts_reviewed",
    "characterisation_reviewed",
    "law_reviewed",
    "procedure_reviewed",
    "proposal_reviewed",
)
PLAIN: dict[str, Value] = {
    "confession_only": False,
    "public_interest": False,
    "several_legal_relations": False,
    "several_violations": False,
    "new_facts": False,
    "deputy": "none",
    "official_to_sanction": False,
}
HEARING_LASTS = 95


def reviewed(case: CaseFile, person: Person, *, hearing: str = "none", kind: str = "individual") -> None:
    """The conduct is put into law, and the case reviewed in all six respects."""
    characterised(case, person)
    case.act(
        "case.reviewed",
        case.reviewer,
        person=person,
        party_kind=kind,
        hearing_ground=hearing,
        facts=dict.fromkeys(SIX, True) | PLAIN,
    )


def proposed(
    case: CaseFile, person: Person, what: dict[str, Value], *, discussed: bool = False, raised: bool = False
) -> None:
    """The proposal, the notice to the party (and the guardian), and the defence."""
    case.act(
        "penalty.proposed", case.pair, person=person, complex=discussed, facts=weighed(case, person, what)
    )
    case.act(
        "notice.given",
        case.pair,
        person=person,
        notice="penalty-proposed",
        recipient="suspect",
        method="written",
    )
    if person.age < 18:
        case.act(
            "notice.given",
            case.pair,
            person=person,
            notice="penalty-proposed",
            recipient="guardian",
            method="written",
        )
        case.act("guardian.heard", case.pair, person=person)
    case.wait(10, 40)
    if raised:
        case.act("defence.heard", case.pair, person=person, defence_raised=True)
        case.wait(60, 120)
        case.act("defence.rechecked", case.pair, person=person)
    elif case.rng.random() < 0.5:
        case.act("defence.heard", case.pair, person=person, defence_raised=False)
    else:
        case.act("defence.waived", case.pair, person=person, signed=True)


def hearing(case: CaseFile, person: Person, *, open_to_public: bool = True) -> None:
    """The party is told of the hearing, asks for it, and it is held, recorded and reported."""
    case.act(
        "notice.given",
        case.pair,
        person=person,
        notice="hearing-right",
        recipient="suspect",
        method="written",
    )
    if person.age < 18:
        case.act(
            "notice.given",
            case.pair,
            person=person,
            notice="hearing-right",
            recipient="guardian",
            method="written",
        )
    case.to_morning(case.rng.randint(1, 2))
    legal = case.reviewer
    case.act("hearing.requested", legal, person=person)
    case.act(
        "hearing.accepted",
        legal,
        person=person,
        hearing_ground="large-fine" if person.age >= 18 else "juvenile-detention",
    )
    more: dict[str, Value] = {} if open_to_public else {"closed_reason": "juvenile"}
    case.act(
        "hearing.arranged",
        legal,
        person=person,
        open_to_public=open_to_public,
        organiser="legal-department",
        facts=more,
    )
    case.act("hearing.notified", legal, person=person, method="written")
    case.act("hearing.postponed", legal, person=person, reason="notice-runs")
    case.after_workdays(8)
    host, member = case.branch.reviewers[1:3]
    bench: tuple[Acting, ...] = (
        (host, "hearing-host"),
        (member, "hearing-member"),
        (case.branch.clerk, "hearing-clerk"),
    )
    case.recorded("hearing.held", bench, lasts=HEARING_LASTS, camera="room-camera", person=person)
    case.act("document.made", bench[2:], person=person, document="hearing-record", signed=True, noted=False)
    case.wait(60, 120)
    case.act("hearing.reported", bench[:1], person=person, record_attached=True)
    case.to_morning(1)


def legally_reviewed(case: CaseFile) -> None:
    """The file goes to the legal department, which lets it pass."""
    case.act("legal-review.submitted", case.one)
    case.wait(40, 120)
    case.act("legal-review.passed", case.reviewer)


def decided(
    case: CaseFile, person: Person, what: dict[str, Value], *, level: str, discussed: bool = False
) -> None:
    """Legal review, approval and decision, with its paper and its entry in the system."""
    legally_reviewed(case)
    if discussed:
        case.act("decision.discussed", case.at_level("county-head"))
    case.act("approval.requested", case.one, person=person, measure="penalty", level=level)
    case.approve("penalty", level, person=person)
    case.act(
        "penalty.decided",
        (*case.pair, *case.at_level(level)),
        person=person,
        level=level,
        complex=discussed,
        facts=weighed(case, person, what),
    )
    if what["decision"] in ("no-penalty", "transferred"):
        case.act(
            "document.made", case.one, person=person, document="penalty-decision", signed=True, noted=False
        )
    else:
        case.act("decision-document.issued", case.one, person=person, contents_complete=True, sealed=True)
    case.act("system.entered", (), person=person, entered="disposition")


def served(case: CaseFile, person: Person, *, victim: Person | None = None) -> None:
    """The decision reaches the party and the victim."""
    case.wait(15, 60)
    case.act(
        "document.served",
        case.pair,
        person=person,
        document="penalty-decision",
        recipient="suspect",
        method="direct",
        refused=False,
    )
    if victim is not None:
        case.act(
            "document.served",
            case.pair,
            person=victim,
            document="penalty-decision",
            recipient="victim",
            method="direct",
            refused=False,
        )


def detained(case: CaseFile, person: Person, days: int) -> None:
    """The family is told, and the detention is served to its last day."""
    case.act("family.notified", case.one, person=person, notice="detention", method="phone")
    case.wait(20, 60)
    until = case.now.date() + dt.timedelta(days=days)
    case.act(
        "detention.started",
        case.pair,
        person=person,
        days=days,
        days_offset=0,
        days_restrained=0,
        detained_until=until,
        first_violation=True,
        pregnant=False,
        nursing=False,
        infant_under_one=False,
        grave_violation=False,
        repeated_within_year=False,
        earlier_sanction=False,
        sent_by_decider=True,
        elsewhere_approved=False,
    )
    case.now = dt.datetime.combine(until, dt.time(9, 10))
    case.wait(1, 60)
    case.act("detention.ended", (), person=person, certificate_given=True)


def fine_paid(case: CaseFile, person: Person, amount: Value) -> None:
    """The fine is paid at the bank."""
    case.to_morning(case.rng.randint(2, 11))
    case.act("fine.collected", (), person=person, method="bank", amount=amount)


def fine_unpaid(case: CaseFile, person: Person, amount: int) -> None:
    """The fine stays unpaid: surcharge, reminder, and in the end the court."""
    case.to_morning(24)
    case.act("fine.surcharged", case.one, person=person, amount=amount * 0.03, daily_surcharge=amount * 0.03)
    case.to_morning(140)
    case.act("reminder.served", case.pair, person=person, method="direct")
    case.to_morning(40)
    case.act("remedy.expired", (), person=person)
    case.to_morning(6)
    case.act(
        "court-enforcement.applied",
        case.pair,
        person=person,
        application_ground="not-performed",
        urgent=False,
    )


def closed(case: CaseFile) -> None:
    """The case is closed and its file archived."""
    case.to_morning(case.rng.randint(1, 6))
    case.act("case.closed", case.one)
    case.to_morning(case.rng.randint(1, 9))
    case.act("file.archived", case.one, file_complete=True, own_file=True)


def penalised(
    case: CaseFile,
    person: Person,
    decision: str,
    codes: Collection[str] = (),
    *,
    level: str = "county-head",
    victim: Person | None = None,
    raised: bool = False,
) -> dict[str, Value]:
    """The whole way from review to service; what was decided. Of what was done it is asked unless that is known already."""
    known = case.conducts.get(person.name)
    what = sanction(case, person, decision, codes) if known is None else known.what
    case.by_day(13)
    reviewed(case, person)
    proposed(case, person, what, raised=raised)
    case.wait(20, 60)
    decided(case, person, what, level=level)
    served(case, person, victim=victim)
    return what


def executed(case: CaseFile, person: Person, what: dict[str, Value]) -> None:
    """The fine is paid or the detention served."""
    if what["decision"] == "detention":
        detained(case, person, int(str(what["days"])))
    if what.get("amount"):
        fine_paid(case, person, what["amount"])
