"""People brought before the officers of the made-up bureau: summons, arrival, questioning, and leaving again."""

from __future__ import annotations

from zhunsheng.supervision.demo.case_file import CaseFile, Person, Value

RECORD: dict[str, Value] = {
    "signed": True,
    "refused": False,
    "noted": True,
    "officer_signed": True,
    "card_shown": True,
    "stay_noted": True,
    "food_rest_noted": True,
    "family_noted": True,
    "individual": True,
    "deaf": False,
    "needs_interpreter": False,
    "recording_replaces": False,
    "read_out": True,
}
"""What a proper record of questioning states."""


def known(case: CaseFile, person: Person, role: str) -> None:
    """Who the person is, found out and noted."""
    case.act(
        "person.identified",
        case.one,
        person=person,
        age=person.age,
        sex=person.sex,
        identity_known=True,
        person_role=role,
    )


def summoned(case: CaseFile, person: Person, how: str) -> None:
    """A summons in writing, orally at the scene, or by force."""
    known(case, person, "suspect")
    if how == "written":
        case.approve("summons", "department-head", person=person)
        case.act("document.made", case.one, person=person, document="summons", signed=True, noted=False)
        case.wait(10, 30)
    if how == "forced":
        case.approve("forced-summons", "county-duty-head", person=person)
    case.act("person.summoned", case.pair, person=person, method=how, reason="suspected-violation")
    case.act(
        "notice.given", case.pair, person=person, notice="summons-reason", recipient="suspect", method="oral"
    )


def arrived(case: CaseFile, person: Person, how: str = "written", *, belongings: bool = False) -> None:
    """The person comes, is taken into the handling area, and the family hears of it."""
    if how in ("surrender", "brought-in"):
        known(case, person, "suspect")
    else:
        summoned(case, person, how)
    case.wait(15, 40)
    way = how if how in ("surrender", "brought-in") else f"{how}-summons"
    case.act("person.arrived", case.pair, person=person, method=way)
    case.act("area.entered", case.one, person=person)
    if how == "written":
        case.act(
            "summons.endorsed", case.one, person=person, endorsed_for="arrival", signed=True, noted=False
        )
    case.act(
        "person.security-checked",
        case.one,
        person=person,
        belongings_found=belongings,
        contraband_found=False,
    )
    if belongings:
        case.act("belongings.registered", case.one, person=person, signed=True)
    case.act("family.notified", case.one, person=person, notice="summons", method="phone")
    if person.age < 18:
        guardian_called(case, person)


def guardian_called(case: CaseFile, person: Person) -> None:
    """A young person's guardian is asked to come."""
    case.act(
        "guardian.notified",
        case.one,
        person=person,
        recipient="guardian",
        notice="questioning",
        method="phone",
    )
    case.wait(20, 45)


def questioned(
    case: CaseFile,
    person: Person,
    role: str = "suspect",
    *,
    minutes: int | None = None,
    alone: bool = False,
    place: str = "",
) -> None:
    """The person is told the rights, questioned under recording, and reads and signs the record."""
    case.act(
        "notice.given", case.pair, person=person, notice="inquiry-rights", recipient=role, method="written"
    )
    suspect = role == "suspect"
    case.recorded(
        "person.questioned",
        case.one if alone else case.pair,
        lasts=minutes or case.rng.randint(25, 80),
        camera="room-camera",
        person=person,
        person_role=role,
        place=place or ("handling-area" if suspect else "witness-place"),
        method="in-person",
        signed=True,
        refused=False,
        noted=True,
    )
    case.act(
        "inquiry-record.made",
        case.one if alone else case.pair,
        person=person,
        person_role=role,
        method="in-person",
        facts=RECORD,
    )


def statement(case: CaseFile, person: Person, role: str) -> None:
    """A victim or witness gives a statement."""
    known(case, person, role)
    if person.age < 18:
        guardian_called(case, person)
    questioned(case, person, role)


def defended(case: CaseFile, person: Person) -> None:
    """The person says something in defence while questioned, and it is looked into."""
    case.act("defence.stated", case.one, person=person)
    case.wait(60, 100)
    case.act("defence.verified", case.one, person=person, noted=True)


def released(case: CaseFile, person: Person, how: str = "written", *, belongings: bool = False) -> None:
    """The person leaves."""
    if belongings:
        case.act("belongings.returned", case.one, person=person, signed=True)
    case.act("area.left", case.one, person=person, exit_ground="finished")
    if how == "written":
        case.act(
            "summons.endorsed", case.one, person=person, endorsed_for="leaving", signed=True, noted=False
        )
    case.act("person.released", case.one, person=person, reason="questioning-finished")


def inquiry(
    case: CaseFile, person: Person, how: str = "written", *, belongings: bool = False, alone: bool = False
) -> None:
    """From summons to release, within the day."""
    case.by_day(13)
    arrived(case, person, how, belongings=belongings)
    questioned(case, person, alone=alone)
    if case.rng.random() < 0.3:
        defended(case, person)
    released(case, person, how, belongings=belongings)
