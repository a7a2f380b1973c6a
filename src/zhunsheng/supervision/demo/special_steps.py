"""Rarer steps of the made-up bureau: continued questioning, drunk restraint, mediation, suspension of detention, samples."""

from __future__ import annotations

from zhunsheng.supervision.demo.arrival import questioned, summoned
from zhunsheng.supervision.demo.case_file import Acting, CaseFile, Person


def stopped_and_kept(case: CaseFile, person: Person, *, extended: bool) -> None:
    """Stop and check in the street, then continued questioning at the station, all before any case is opened."""
    case.recorded("stop-check.made", case.pair, lasts=12, person=person, card_shown=True)
    case.wait(15, 30)
    case.act(
        "person.brought-in",
        case.pair,
        person=person,
        case_kind=case.kind,
        age=person.age,
        sex=person.sex,
        pregnant=False,
        nursing=False,
        infant_under_one=False,
        questioning_bar="none",
    )
    case.approve("continued-questioning", "county-duty-head", person=person)
    case.act("family.notified", case.one, person=person, notice="continued-questioning", method="phone")
    for paper, to in (
        ("continued-questioning-notice", "suspect"),
        ("continued-questioning-approval-form", "county-bureau"),
    ):
        case.act(
            "document.served",
            case.one,
            person=person,
            document=paper,
            recipient=to,
            method="direct",
            refused=False,
        )
    case.recorded(
        "continued-questioning.held",
        case.pair,
        lasts=case.rng.randint(50, 90),
        camera="room-camera",
        person=person,
        signed=True,
        noted=False,
    )
    case.act(
        "waiting.started", case.one, person=person, room="候问室1", kept_in="waiting-room", sex=person.sex
    )
    case.wait(90, 150)
    case.act("waiting.ended", case.one, person=person, room="候问室1", kept_in="waiting-room", sex=person.sex)
    if extended:
        case.approve("continued-questioning-24h", "county-duty-head", person=person)
        case.wait(480, 600)
    case.act("continued-questioning.ended", case.one, person=person, reason="finished")
    case.act(
        "document.made",
        case.one,
        person=person,
        document="continued-questioning-register",
        signed=True,
        noted=False,
    )


def sobered(case: CaseFile, person: Person) -> None:
    """A drunk person is summoned at the scene, restrained until sober, then questioned and let go."""
    summoned(case, person, "oral")
    case.wait(15, 30)
    case.act("person.arrived", case.pair, person=person, method="oral-summons")
    case.act("area.entered", case.one, person=person)
    case.act("officers.returned", case.pair, person=person)
    case.act("family.notified", case.one, person=person, notice="summons", method="phone")
    case.approve("drunk-restraint", "county-duty-head", person=person)
    case.recorded(
        "restraint.started",
        case.pair,
        lasts=10,
        camera="room-camera",
        keep_lasts=False,
        person=person,
        method="restraint-belt",
    )
    case.act("document.made", case.pair, person=person, document="scene-record", signed=True, noted=True)
    case.act("family.notified", case.one, person=person, notice="coercion", method="phone")
    case.act("system.entered", (), person=person, entered="coercive-measure")
    case.wait(240, 330)
    case.act("person.sobered", case.pair, person=person)
    case.act("restraint.ended", case.pair, person=person)
    questioned(case, person)
    case.act("area.left", case.one, person=person, exit_ground="finished")
    case.act("person.released", case.one, person=person, reason="questioning-finished")


def sampled(case: CaseFile, person: Person) -> None:
    """Fingerprints are taken with approval."""
    case.approve("biosample", "department-head", person=person)
    case.act(
        "biosample.collected",
        case.pair,
        person=person,
        sample_kind="fingerprint",
        person_role="suspect",
        consent=True,
    )


def mediation(case: CaseFile, suspect: Person, victim: Person) -> None:
    """Both sides meet before two officers."""
    mediators: tuple[Acting, ...] = ((case.first, "mediator"), (case.second, "mediator"))
    case.act("mediation.prepared", mediators, lives_on_own_income=True, guardian_declined=False)
    case.recorded(
        "mediation.held",
        mediators,
        lasts=case.rng.randint(30, 80),
        camera="room-camera",
        person=(suspect, victim),
        mediation_bar="none",
        suspect_by_proxy=False,
    )


def agreement(case: CaseFile, suspect: Person, victim: Person) -> None:
    """They agree in writing, and it is performed."""
    mediators: tuple[Acting, ...] = ((case.first, "mediator"), (case.second, "mediator"))
    case.act("mediation.agreed", mediators, person=(suspect, victim), terms_recorded=False)
    case.act("document.made", case.one, document="mediation-agreement", signed=True, noted=False)
    case.to_morning(case.rng.randint(1, 12))
    case.act("mediation.performed", case.one, person=(suspect, victim))


def detention_suspended(case: CaseFile, person: Person, days: int) -> None:
    """The detention is suspended against a bond while a remedy runs."""
    case.act("family.notified", case.one, person=person, notice="detention", method="phone")
    case.act("remedy.filed", (), person=person, method="reconsideration")
    case.act("detention-suspension.requested", case.one, person=person, method="written")
    case.wait(120, 240)
    keeper: tuple[Acting, ...] = ((case.branch.bond_keeper, "bond-keeper"),)
    case.act("bond.received", keeper, person=person, amount=200 * days, days=days, method="cash")
    case.act(
        "detention-suspension.granted", case.at_level("county-head"), person=person, suspension_event="exam"
    )
    case.to_morning(1)
    case.act("bond.banked", keeper, person=person, amount=200 * days)
    case.to_morning(40)
    case.act("penalty.revoked", (), person=person, decision="detention")
    case.act("bond.refunded", keeper, person=person, amount=200 * days)


def recusal(case: CaseFile, person: Person) -> None:
    """The person asks for another officer; it is decided and told the same day."""
    officer = case.first.number
    case.act(
        "recusal.requested",
        case.one,
        person=person,
        recusal_of=officer,
        recusal_rank="officer",
        recusal_by="party",
        reason="acquaintance",
    )
    case.wait(60, 150)
    case.act(
        "recusal.decided",
        case.at_level("county-head"),
        recusal_of=officer,
        recusal_rank="officer",
        approved=False,
        level="county-head",
    )
    case.act(
        "notice.given",
        case.one,
        person=person,
        notice="recusal-decision",
        recipient="suspect",
        method="written",
    )
