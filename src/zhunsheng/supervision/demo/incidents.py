"""The small matters that fill a station's day: told and sent home, looked into, settled on the scene, fined on the spot."""

from __future__ import annotations

from zhunsheng.supervision.demo import intake
from zhunsheng.supervision.demo.arrival import known
from zhunsheng.supervision.demo.case_file import Acting, CaseFile, Person, Value
from zhunsheng.supervision.demo.conduct import sanction, weighed
from zhunsheng.supervision.demo.violations import SMALL

SPOT: dict[str, Value] = {
    "matter_kind": "other",
    "party_kind": "individual",
    "aboard": False,
    "undisputed": True,
    "signed": True,
    "noted": False,
}
"""What a decision on the spot states besides the penalty."""
SMALL_YUAN = (50, 100, 150, 200)


def told_elsewhere(case: CaseFile) -> None:
    """No police matter: the caller is told whose it is."""
    reporter = case.person()
    intake.reported(case, reporter, competence="not-police")
    told(case, reporter, "not-police")


def nothing_found(case: CaseFile) -> None:
    """Officers go there and see no violation; the caller is told."""
    reporter = case.person()
    case.now = min(case.now, case.now.replace(hour=22, minute=0))
    intake.reported(case, reporter)
    looked_at(case)
    told(case, reporter, "no-violation")


def told(case: CaseFile, reporter: Person, reason: str) -> None:
    """The caller hears why no case is opened."""
    case.act("report.declined", case.one, person=reporter, reason=reason, recipient="reporter", method="oral")


def looked_at(case: CaseFile) -> None:
    """Officers at the scene, under recording."""
    case.wait(8, 25)
    case.recorded(
        "scene.handled", case.pair, lasts=case.rng.randint(8, 25), case_kind=case.kind, method="on-scene"
    )


def settled_on_the_scene(case: CaseFile) -> None:
    """A small quarrel, settled where it arose and performed at once; the recording holds who they are and what they agreed."""
    victim, suspect = case.person(), case.person()
    case.by_day(18)
    intake.opened(case, reporter=victim)
    known(case, victim, "victim")
    known(case, suspect, "suspect")
    mediators: tuple[Acting, ...] = ((case.first, "mediator"), (case.second, "mediator"))
    case.act("mediation.prepared", mediators, lives_on_own_income=True, guardian_declined=False)
    case.recorded(
        "mediation.held",
        mediators,
        lasts=case.rng.randint(10, 30),
        person=(suspect, victim),
        mediation_bar="none",
        suspect_by_proxy=False,
    )
    case.act("mediation.agreed", mediators, person=(suspect, victim), terms_recorded=True)
    case.act("mediation.performed", case.one, person=(suspect, victim))
    case.act("case.closed", case.one)
    case.to_morning(case.rng.randint(1, 9))
    case.act("file.archived", case.one, file_complete=True, own_file=True)


def warned_on_the_spot(case: CaseFile) -> None:
    """A warning on the spot."""
    decided_on_the_spot(case, "warning")


def fined_on_the_spot(case: CaseFile) -> None:
    """A small fine on the spot, paid at the bank."""
    party, what = decided_on_the_spot(case, "fine")
    case.to_morning(case.rng.randint(1, 9))
    case.act("fine.collected", (), person=party, method="bank", amount=what["amount"])


def decided_on_the_spot(case: CaseFile, decision: str) -> tuple[Person, dict[str, Value]]:
    """Officers come upon it, tell, listen, decide, hand over the decision and file it; whom it is about, and the penalty."""
    party = case.person()
    case.by_day(18)
    known(case, party, "suspect")
    case.act(
        "notice.given", case.one, person=party, notice="penalty-proposed", recipient="suspect", method="oral"
    )
    case.act("defence.heard", case.one, person=party, defence_raised=False)
    what = sanction(case, party, decision, SMALL, yuan=SMALL_YUAN)
    case.recorded(
        "penalty.decided-on-the-spot",
        case.one,
        lasts=6,
        person=party,
        case_kind=case.kind,
        facts={**SPOT, **weighed(case, party, what)},
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
    case.wait(60, 240)
    case.act("penalty.spot-filed", case.one, person=party)
    return party, what
