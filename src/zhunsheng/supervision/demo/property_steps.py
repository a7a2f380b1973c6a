"""Things in a case of the made-up bureau: taken, kept, appraised, given back; and injuries appraised."""

from __future__ import annotations

from zhunsheng.supervision.demo.case_file import Acting, CaseFile, Person


def seized(case: CaseFile, owner: Person, *, urgent: bool = False) -> str:
    """A thing is found out about, seized with approval under recording, listed, handed over and stored."""
    item = case.number("物")
    case.act(
        "item.identified",
        case.pair,
        item=item,
        item_kind="ordinary",
        item_relation="related",
        appraisal_needed=False,
        data_medium=False,
        sealed_elsewhere=False,
    )
    if not urgent:
        case.approve("seizure", "county-duty-head", item=item)
    case.recorded(
        "property.seized",
        case.pair,
        lasts=10,
        keep_lasts=True,
        person=owner,
        item=item,
        case_kind=case.kind,
        item_kind="ordinary",
        urgent=urgent,
        amount=case.rng.randint(3, 40) * 100,
        remote_taking=False,
        high_value=False,
        affects_business=False,
        at_scene_or_search=False,
        precious=False,
        warrant_shown=True,
        list_copies=2,
        list_signed=True,
        noted=False,
        before_opening_allowed=False,
    )
    case.act("document.made", case.pair, item=item, document="scene-record", signed=True, noted=False)
    case.act(
        "document.served",
        case.pair,
        person=owner,
        item=item,
        document="preservation-decision",
        recipient="holder",
        method="direct",
        refused=False,
    )
    case.act("system.entered", (), item=item, entered="coercive-measure")
    if urgent:
        case.wait(60, 180)
        case.approve("seizure", "county-duty-head", item=item)
    case.wait(20, 90)
    both: tuple[Acting, ...] = ((case.first, "giver"), *case.keeper)
    case.act("property.handed-over", both, item=item, signed=True)
    case.act("property.stored", case.keeper, item=item, ledgered=True, place="station-store")
    return item


def priced(case: CaseFile, item: str, suspect: Person, victim: Person | None, *, days: int) -> None:
    """The value of the thing is appraised; the term of the seizure stands still meanwhile."""
    number = case.number("鉴")
    matter = f"price-{item}"
    experts: tuple[Acting, ...] = ((case.branch.appraisers[0], "appraiser"),)
    case.approve("property-checkout", "station", item=item)
    case.act("property.checked-out", case.pair, item=item, reason="appraisal")
    case.act(
        "appraisal.commissioned",
        (*case.pair, *experts),
        item=item,
        appraisal=number,
        appraisal_kind="price",
        appraisal_matter=matter,
    )
    case.act(
        "document.served",
        case.one,
        person=suspect,
        item=item,
        document="appraisal-period-notice",
        recipient="suspect",
        method="direct",
        refused=False,
    )
    case.to_morning(days)
    case.act("property.checked-in", case.pair, item=item)
    opinion(case, number, "price", matter, suspect, victim, item=item)


def opinion(
    case: CaseFile,
    number: str,
    kind: str,
    matter: str,
    suspect: Person,
    victim: Person | None,
    *,
    item: str | None = None,
) -> None:
    """The opinion arrives and both sides get a copy."""
    case.act(
        "appraisal.received",
        case.pair,
        item=item,
        appraisal=number,
        appraisal_kind=kind,
        appraisal_matter=matter,
        as_evidence=True,
        has_victim=victim is not None,
    )
    for person, role in ((suspect, "suspect"), (victim, "victim")):
        if person is not None:
            case.act(
                "document.served",
                case.one,
                person=person,
                appraisal=number,
                document="appraisal-opinion",
                recipient=role,
                method="direct",
                refused=False,
            )


def injury(case: CaseFile, suspect: Person, victim: Person, *, days: int) -> None:
    """The victim's injury must be appraised before anything is decided."""
    case.act("injury.appraisal-due", case.one, person=victim, injury_ground="asked")
    number, matter = case.number("鉴"), "injury-degree"
    experts: tuple[Acting, ...] = ((case.branch.appraisers[0], "appraiser"),)
    case.act(
        "appraisal.commissioned",
        (*case.pair, *experts),
        person=victim,
        appraisal=number,
        appraisal_kind="injury",
        appraisal_matter=matter,
    )
    case.to_morning(days)
    opinion(case, number, "injury", matter, suspect, victim)


def reappraisal_refused(case: CaseFile, suspect: Person) -> None:
    """The suspect asks for a second appraisal in time; it is refused with approval and said so in writing."""
    case.to_morning(1)
    case.act(
        "reappraisal.requested", case.one, person=suspect, appraisal_matter="injury-degree", accepted=True
    )
    case.wait(60, 120)
    case.approve("reappraisal-refusal", "county-head", person=suspect)
    case.act(
        "reappraisal.refused", case.pair, person=suspect, appraisal_matter="injury-degree", reason="no-ground"
    )
    case.act(
        "document.served",
        case.one,
        person=suspect,
        document="reappraisal-refusal",
        recipient="suspect",
        method="direct",
        refused=False,
    )


def term_extended(case: CaseFile, item: str, owner: Person) -> None:
    """The term of the seizure is extended and the owner told."""
    case.approve("seizure-extension", "county-head", item=item)
    case.act(
        "document.served",
        case.one,
        person=owner,
        item=item,
        document="seizure-extension-notice",
        recipient="holder",
        method="direct",
        refused=False,
    )


def returned(case: CaseFile, item: str, owner: Person) -> None:
    """The thing is photographed, valued and given back to the victim."""
    case.act("property.photographed", case.keeper, item=item, method="photo")
    case.act("property.appraised", case.keeper, item=item, amount=case.rng.randint(3, 40) * 100)
    case.act(
        "property.returned",
        (*case.pair, *case.keeper),
        item=item,
        person=owner,
        claimant="owner",
        return_papers=True,
    )


def given_back(case: CaseFile, item: str, owner: Person) -> None:
    """The measure is lifted and the thing given back to its holder."""
    case.act("property.released", case.pair, item=item, person=owner, reason="decided", signed=True)
