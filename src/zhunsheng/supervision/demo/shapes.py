"""The shapes of cases the made-up bureau has, each a lawful sequence of steps, and how often each comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from zhunsheng.supervision.demo import incidents, intake, property_steps, special_steps, traffic
from zhunsheng.supervision.demo import violations as sorts
from zhunsheng.supervision.demo.arrival import (
    arrived,
    defended,
    inquiry,
    known,
    questioned,
    released,
    statement,
)
from zhunsheng.supervision.demo.case_file import CaseFile, Person
from zhunsheng.supervision.demo.conduct import sanction, weighed
from zhunsheng.supervision.demo.decision import (
    closed,
    decided,
    detained,
    executed,
    fine_unpaid,
    hearing,
    penalised,
    proposed,
    reviewed,
    served,
)

LAST_MINUTES = dt.timedelta(minutes=15)
SHORT = (3, 4, 5)
"""Days of detention in a simple case."""
NOT_SMALL = (200, 300, 400, 500)
VICTIMLESS = 0.3
"""How many of the ordinary cases are about something that has no victim."""


def begun(
    case: CaseFile, how: str = "written", *, age: tuple[int, int] = (19, 66), victim: str = "victim"
) -> tuple[Person, Person]:
    """Report, opening, the statement of the victim or of who saw it, the suspect questioned; (victim or witness, suspect)."""
    reporter, suspect = case.person(), case.person(age)
    intake.opened(case, reporter=reporter, anonymous=case.rng.random() < 0.05)
    intake.evidence_handed_in(case, reporter)
    case.by_day(13)
    statement(case, reporter, victim)
    case.to_morning(case.rng.randint(0, 2), working=False)
    inquiry(case, suspect, how, belongings=case.rng.random() < 0.5)
    return reporter, suspect


def ordinary(case: CaseFile, decision: str, how: str = "written") -> None:
    """From the report to the archive, with one suspect, mostly a victim, and a piece of evidence."""
    harmless = case.rng.random() < VICTIMLESS
    other, suspect = begun(case, how, victim="witness" if harmless else "victim")
    victim = None if harmless else other
    sanction(case, suspect, decision, victim="none" if harmless else "needed")
    case.to_morning(case.rng.randint(1, 3))
    case.rng.choice((intake.evidence_ordered, intake.data_extracted, intake.premises_inspected))(case)
    if case.rng.random() < 0.4:
        witness = case.person()
        case.by_day(13)
        statement(case, witness, "witness")
        intake.identified(case, witness)
    case.to_morning(case.rng.randint(1, 5))
    level = "county-head" if decision == "detention" else case.rng.choice(("station", "county-head"))
    what = penalised(case, suspect, decision, victim=victim, raised=case.rng.random() < 0.35, level=level)
    executed(case, suspect, what)
    closed(case)


def large_fine(case: CaseFile) -> None:
    """A fine beside a detention, so large that the party may ask for a hearing, and does."""
    _, suspect = begun(case, victim="witness")
    case.to_morning(1)
    what = sanction(case, suspect, "large-fine", sorts.LUCRATIVE)
    reviewed(case, suspect, hearing="large-fine")
    proposed(case, suspect, what, discussed=True, raised=True)
    hearing(case, suspect)
    decided(case, suspect, what, level="county-head", discussed=True)
    served(case, suspect)
    executed(case, suspect, what)
    closed(case)


def juvenile(case: CaseFile, decision: str) -> None:
    """A suspect under eighteen, with the guardian called, told and heard."""
    victim, suspect = begun(case, age=(16, 17))
    case.to_morning(case.rng.randint(1, 4))
    what = penalised(case, suspect, decision, sorts.CHILDISH, victim=victim)
    if what["decision"] == "detention":
        case.act("family.notified", case.one, person=suspect, notice="detention", method="phone")
    else:
        executed(case, suspect, what)
    closed(case)


def child(case: CaseFile) -> None:
    """A child under fourteen: no penalty, and the guardian is told to see to it."""
    victim, suspect = begun(case, age=(12, 13))
    case.to_morning(1)
    what = sanction(case, suspect, "no-penalty", sorts.CHILDISH)
    reviewed(case, suspect)
    decided(case, suspect, what, level="county-head")
    case.act("guardian.ordered", case.pair, person=suspect)
    served(case, suspect, victim=victim)
    closed(case)


def several(case: CaseFile) -> None:
    """A brawl with three suspects, one of them in a longer inquiry."""
    victim = case.person()
    intake.opened(case, reporter=victim)
    case.by_day(13)
    statement(case, victim, "victim")
    suspects = [case.person() for _ in range(3)]
    for number, suspect in enumerate(suspects):
        case.to_morning(1, working=False)
        arrived(case, suspect, "oral" if number else "forced")
        questioned(case, suspect)
        if number == 0:
            case.act(
                "inquiry.extended",
                case.at_level("county-duty-head"),
                person=suspect,
                extension_ground="complex-detention",
            )
            case.wait(180, 240)
            questioned(case, suspect)
            special_steps.sampled(case, suspect)
        released(case, suspect, "oral")
    for suspect, decision in zip(suspects, ("detention", "fine", "warning"), strict=True):
        case.to_morning(1)
        executed(case, suspect, penalised(case, suspect, decision, sorts.BRAWL, victim=victim))
    closed(case)


def mediated(case: CaseFile) -> None:
    """A quarrel settled by mediation."""
    victim, suspect = begun(case, "oral")
    case.to_morning(1)
    special_steps.mediation(case, suspect, victim)
    special_steps.agreement(case, suspect, victim)
    closed(case)


def mediation_failed(case: CaseFile) -> None:
    """Mediation tried twice without success, then a decision."""
    victim, suspect = begun(case, "oral")
    case.to_morning(1)
    special_steps.mediation(case, suspect, victim)
    case.to_morning(2)
    special_steps.mediation(case, suspect, victim)
    case.act("mediation.failed", case.one, reason="no-agreement")
    case.to_morning(case.rng.randint(1, 5))
    executed(case, suspect, penalised(case, suspect, "fine", sorts.QUARREL, victim=victim))
    closed(case)


def on_the_spot(case: CaseFile) -> None:
    """A small penalty on the spot, collected, turned in and banked."""
    party = case.person()
    case.by_day(18)
    reporter = case.person()
    intake.opened(case, reporter=reporter, scene=False)
    known(case, party, "suspect")
    case.act(
        "notice.given", case.one, person=party, notice="penalty-proposed", recipient="suspect", method="oral"
    )
    case.act("defence.heard", case.one, person=party, defence_raised=False)
    what = sanction(case, party, "fine", sorts.SMALL, yuan=(50,))
    case.recorded(
        "penalty.decided-on-the-spot",
        case.one,
        lasts=8,
        person=party,
        case_kind=case.kind,
        facts={**incidents.SPOT, **weighed(case, party, what)},
    )
    case.act(
        "document.served",
        case.one,
        person=party,
        document="penalty-decision",
        recipient="suspect",
        method="direct",
        refused=False,
    )
    case.act(
        "fine.collected",
        case.one,
        person=party,
        method="on-spot",
        amount=50,
        collection_ground="small-undisputed",
        on_water_or_train=False,
        official_receipt=True,
    )
    case.wait(90, 300)
    case.act("penalty.spot-filed", case.one, person=party)
    case.to_morning(1)
    case.act("fine.turned-in", case.one, person=party, amount=50)
    case.to_morning(1)
    case.act("fine.banked", (), person=party, amount=50)
    closed(case)


def fast_track(case: CaseFile) -> None:
    """A simple case the suspect agrees to have decided quickly."""
    victim = case.person()
    suspect = case.person()
    intake.opened(case, reporter=victim)
    case.by_day(13)
    statement(case, victim, "victim")
    arrived(case, suspect, "oral")
    case.act("fast-track.consented", case.pair, person=suspect, method="written", signed=True)
    case.act(
        "fast-track.started",
        case.pair,
        person=suspect,
        impairment="none",
        hearing_ground="none",
        expected_days=5,
    )
    questioned(case, suspect, minutes=25)
    released(case, suspect, "oral")
    what = sanction(case, suspect, case.rng.choice(("fine", "detention")), days=SHORT)
    reviewed(case, suspect)
    proposed(case, suspect, what)
    decided(case, suspect, what, level="county-head")
    served(case, suspect, victim=victim)
    executed(case, suspect, what)
    closed(case)


def thing_taken(case: CaseFile, *, urgent: bool = False, given_to_victim: bool = True) -> None:
    """A thing is seized, appraised, and given back with the decision."""
    victim, suspect = begun(case)
    case.to_morning(1)
    item = property_steps.seized(case, suspect, urgent=urgent)
    case.to_morning(1)
    property_steps.priced(case, item, suspect, victim, days=case.rng.randint(4, 9))
    if case.rng.random() < 0.4:
        case.to_morning(case.rng.randint(2, 4))
        property_steps.term_extended(case, item, suspect)
    case.to_morning(case.rng.randint(1, 4))
    what = penalised(case, suspect, case.rng.choice(("fine", "detention")), sorts.TAKING, victim=victim)
    if given_to_victim:
        property_steps.returned(case, item, victim)
    else:
        property_steps.given_back(case, item, suspect)
    executed(case, suspect, what)
    closed(case)


def injured(case: CaseFile) -> None:
    """An injury is appraised first; a second appraisal is asked for and refused."""
    victim, suspect = begun(case)
    case.to_morning(1)
    property_steps.injury(case, suspect, victim, days=case.rng.randint(6, 14))
    property_steps.reappraisal_refused(case, suspect)
    case.to_morning(case.rng.randint(1, 3))
    executed(case, suspect, penalised(case, suspect, "detention", sorts.INJURING, victim=victim, raised=True))
    closed(case)


def kept_for_questioning(case: CaseFile, *, extended: bool) -> None:
    """Stop and check, continued questioning; suspicion excluded, or a case opened."""
    person = case.person()
    case.by_day(12)
    special_steps.stopped_and_kept(case, person, extended=extended)
    if not extended:
        case.act("person.cleared", case.one, person=person, reason="alibi")
        case.act("person.released", case.one, person=person, reason="cleared")
        return
    case.act("person.released", case.one, person=person, reason="questioning-finished")
    if (case.now + LAST_MINUTES).date() != case.now.date():
        # The register is made on the day the case is opened.
        case.wait(20)
    intake.open_case(case, case.acts[0].at.date())
    case.to_morning(1)
    inquiry(case, person, "written")
    case.to_morning(1)
    executed(case, person, penalised(case, person, "detention", sorts.TAKING))
    closed(case)


def drunk(case: CaseFile) -> None:
    """A drunk suspect, restrained until sober."""
    victim, suspect = case.person(), case.person()
    intake.opened(case, reporter=victim)
    case.by_day(11)
    statement(case, victim, "victim")
    case.to_morning(1, working=False)
    special_steps.sobered(case, suspect)
    case.to_morning(case.rng.randint(1, 3))
    executed(case, suspect, penalised(case, suspect, "warning", sorts.DRUNKEN, victim=victim))
    closed(case)


def passed_on(case: CaseFile) -> None:
    """A report that belongs to another unit."""
    reporter = case.person()
    case.now = min(case.now, case.now.replace(hour=19, minute=30))
    intake.reported(case, reporter, competence="other-unit")
    case.wait(30, 200)
    case.act("case.transferred", case.one, recipient="another-station", reason="jurisdiction")
    case.act(
        "notice.given", case.one, person=reporter, notice="transfer", recipient="reporter", method="phone"
    )


def turned_criminal(case: CaseFile) -> None:
    """A case in which a crime is suspected and which is handed on."""
    begun(case)
    case.act("crime.suspected", case.pair, reason="value")
    case.to_morning(1)
    case.act("case.transferred", case.pair, recipient="criminal-investigation", reason="crime-suspected")


def terminated(case: CaseFile) -> None:
    """An investigation that leads nowhere; what was taken goes back first."""
    victim = case.person()
    intake.opened(case, reporter=victim)
    intake.evidence_handed_in(case, victim)
    case.by_day(13)
    statement(case, victim, "victim")
    case.to_morning(case.rng.randint(5, 15))
    case.approve("termination", "department-head")
    case.act("case.terminated", case.pair, reason="no-violation")
    case.to_morning(2)
    case.act("file.archived", case.one, file_complete=True, own_file=True)


def suspended(case: CaseFile) -> None:
    """A detention suspended against a bond."""
    victim, suspect = begun(case, "surrender")
    case.to_morning(1)
    special_steps.recusal(case, suspect)
    case.to_morning(1)
    what = penalised(case, suspect, "detention", victim=victim)
    special_steps.detention_suspended(case, suspect, int(str(what["days"])))
    closed(case)


def unpaid(case: CaseFile) -> None:
    """A fine that is never paid."""
    victim, suspect = begun(case)
    defended(case, suspect)
    case.to_morning(2)
    sanction(case, suspect, "fine", yuan=NOT_SMALL)
    what = penalised(case, suspect, "fine", victim=victim)
    closed(case)
    fine_unpaid(case, suspect, int(str(what["amount"])))


def papers_left(case: CaseFile) -> None:
    """A decision the party refuses to take; it is left before a witness."""
    victim, suspect = begun(case)
    case.to_morning(2)
    what = sanction(case, suspect, "detention")
    reviewed(case, suspect)
    proposed(case, suspect, what)
    decided(case, suspect, what, level="county-head")
    case.act(
        "document.left",
        case.pair,
        person=suspect,
        document="penalty-decision",
        recipient="suspect",
        noted=True,
        witness_signed=True,
        refusal_recorded=True,
    )
    case.act(
        "service.failed",
        case.one,
        person=victim,
        document="penalty-decision",
        recipient="victim",
        reason="moved",
    )
    detained(case, suspect, int(str(what["days"])))
    closed(case)


SHAPES: dict[str, tuple[int, Callable[[CaseFile], None]]] = {
    "fine": (14, lambda case: ordinary(case, "fine")),
    "detention": (12, lambda case: ordinary(case, "detention")),
    "warning": (5, lambda case: ordinary(case, "warning", "oral")),
    "hearing": (3, large_fine),
    "juvenile-warning": (3, lambda case: juvenile(case, "warning")),
    "juvenile-detention": (2, lambda case: juvenile(case, "detention")),
    "child": (2, child),
    "several-suspects": (4, several),
    "mediation": (5, mediated),
    "mediation-failed": (3, mediation_failed),
    "on-the-spot": (5, on_the_spot),
    "fast-track": (5, fast_track),
    "seizure": (5, thing_taken),
    "urgent-seizure": (4, lambda case: thing_taken(case, urgent=True, given_to_victim=False)),
    "injury": (4, injured),
    "stop-and-question": (3, lambda case: kept_for_questioning(case, extended=False)),
    "stop-and-case": (3, lambda case: kept_for_questioning(case, extended=True)),
    "drunk": (3, drunk),
    "passed-on": (2, passed_on),
    "turned-criminal": (2, turned_criminal),
    "terminated": (3, terminated),
    "suspended-detention": (2, suspended),
    "unpaid-fine": (2, unpaid),
    "papers-left": (2, papers_left),
    "drunk-driving": (4, traffic.driver_tested),
    "camera": (3, traffic.caught_by_camera),
    "roadside-fine": (3, traffic.fined_at_the_roadside),
    "told-elsewhere": (1, incidents.told_elsewhere),
    "nothing-found": (1, incidents.nothing_found),
    "settled-on-the-scene": (1, incidents.settled_on_the_scene),
    "spot-warning": (1, incidents.warned_on_the_spot),
    "spot-fine": (1, incidents.fined_on_the_spot),
}
"""Name → (weight in a log of cases, how such a case goes)."""
