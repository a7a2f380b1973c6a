"""The made-up bureau brought to life: its people registered, and its cases recorded act by act through the one door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.codes import EnforcementLevel, OfficerKind, QualificationKind, Rank, UnitKind
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.errors import Refused
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.powers import ROLE_NEEDED, Desk, desk_of
from zhunsheng.procedure.several import Step, enact_all
from zhunsheng.procedure.standing import forget
from zhunsheng.procedure.watch import dossier_judge
from zhunsheng.supervision.demo import bureau as made_up
from zhunsheng.supervision.demo.case_file import CaseFile, DemoAct
from zhunsheng.supervision.demo.dressing import Dressing
from zhunsheng.supervision.demo.identities import MARK, SURNAMES

CITY, REASON = "990100000000", "演示数据"
RANKS = {"chief": Rank.CHIEF, "head": Rank.HEAD, "deputy": Rank.DEPUTY}
QUALIFICATIONS = {
    "enforcement": QualificationKind.ENFORCEMENT,
    "legal-profession": QualificationKind.LEGAL_PROFESSION,
}


MINUTE = dt.timedelta(minutes=1)
JUDGED_AT_MOST = 12
"""How often time is let pass in one dossier; each pass makes at least one duty overdue."""


def branch_code(n: int) -> str:
    """The code of the n-th branch, counted from one; 99 is no division of the country."""
    return f"9901{n:02d}000000"


def station_code(n: int, k: int) -> str:
    """The code of the k-th station of the n-th branch."""
    return f"9901{n:02d}{k:02d}0000"


@dataclass
class Told:
    """What became of the acts of a case: recorded, or refused by which norm."""

    recorded: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rejected: list[str] = field(default_factory=list)
    dossier: uuid.UUID | None = None


class LivingBureau:
    """The bureau as the platform knows it: units by name, officers by number."""

    def __init__(self, made: made_up.Bureau) -> None:
        self.made = made
        self.units: dict[str, str] = {}
        self.officers: dict[str, Officer] = {}

    @transaction.atomic
    def found(self, at: dt.datetime) -> None:
        """Register everybody as of an instant; InputError where a bureau is there already."""
        with clock.holding(at):
            self.founder = services.administrator_found(
                "演0000", "创始管理员", unit_code=CITY, unit_name=self.made.name, kind=UnitKind.CITY
            )
            self.units[self.made.name] = CITY
            self.officer(self.made.head, CITY, Role.APPROVER)
            for n, branch in enumerate(self.made.branches, start=1):
                self.branch(branch, n)

    def known(self) -> None:
        """Take up the bureau registered before, as another process did."""
        self.units = dict(Unit.objects.values_list("name_zh", "code"))
        self.officers = {officer.number: officer for officer in Officer.objects.all()}

    def branch(self, branch: made_up.Branch, n: int) -> None:
        """A branch, its stations and everybody in them."""
        code = branch_code(n)
        self.unit(branch.name, code, UnitKind.COUNTY, CITY)
        for chief in (branch.head, branch.duty_head):
            self.officer(chief, code, Role.APPROVER)
        for reviewer in branch.reviewers:
            self.officer(reviewer, code, Role.LEGAL_REVIEWER)
        for other in (branch.clerk, branch.bond_keeper, *branch.appraisers):
            self.officer(other, code, None)
        for k, station in enumerate(branch.stations, start=1):
            below = station_code(n, k)
            self.unit(station.name, below, UnitKind.STATION, code)
            self.officer(station.head, below, Role.APPROVER)
            self.officer(station.deputy, below, Role.APPROVER)
            for handler in station.handlers:
                self.officer(handler, below, Role.HANDLER)
            self.officer(station.keeper, below, Role.PROPERTY_KEEPER)
            self.officer(station.auxiliary, below, None, kind=OfficerKind.AUXILIARY)

    def unit(self, name: str, code: str, kind: UnitKind, parent: str) -> Unit:
        """One unit."""
        self.units[name] = code
        return services.unit_create(code, name, kind=kind, by=self.founder, parent=parent)

    def officer(
        self, one: made_up.Officer, unit: str, role: Role | None, *, kind: OfficerKind = OfficerKind.OFFICER
    ) -> None:
        """One person with rank, qualification and role."""
        made = self.person(one.number, unit, kind=kind)
        if one.rank in RANKS:
            services.post_grant(
                made, "负责人", rank=RANKS[one.rank], unit=unit, by=self.founder, reason=REASON
            )
        if one.qualification in QUALIFICATIONS:
            qualified = QUALIFICATIONS[one.qualification]
            level = EnforcementLevel.BASIC if qualified is QualificationKind.ENFORCEMENT else ""
            services.qualification_grant(
                made, qualified, level=level, number=one.number, by=self.founder, reason=REASON
            )
        if role is not None:
            services.role_grant(made, role, unit, by=self.founder, reason=REASON)

    def person(self, number: str, unit: str, *, kind: OfficerKind = OfficerKind.OFFICER) -> Officer:
        """One account, under a name nobody can have."""
        name = f"{MARK}{SURNAMES[int(number[1:]) % len(SURNAMES)]}某"
        self.officers[number] = services.officer_create(number, name, unit=unit, kind=kind, by=self.founder)
        return self.officers[number]

    def enact_case(self, case: CaseFile, *, until: dt.datetime | None = None, backfill: str = "") -> Told:
        """Record a case act by act, the clock held at the end of each; what is refused is told and left out.

        With `backfill` acts of handling count as recorded late, so that planted breaches are recorded and not refused.
        """
        told = Told()
        for step in self.steps(case, backfill):
            assert step.at is not None
            if until is not None and step.at > until:
                break
            with clock.holding(step.at):
                enact_step(step, told)
        return told

    def enact_whole(self, case: CaseFile, *, backfill: str = "") -> Told:
        """Record a case as `enact_case` does, in one transaction: InputError where an act is refused, then nothing is."""
        steps = list(self.steps(case, backfill))
        # What follows from the case as a whole, its findings among it, is of the day of its last act.
        with clock.holding(steps[-1].at or clock.now()):
            done = enact_all(steps)
        return Told(len(done), dossier=done[0].dossier.id if done else None)

    def enact_in_time(self, case: CaseFile, *, backfill: str = "") -> Told:
        """Record a case as `enact_whole` does, and let what comes due between its acts become overdue at its time.

        What is found in it is found and told when it would have been: for cases in which something is to be found.
        """
        told = Told()
        try:
            with transaction.atomic():
                for step in self.steps(case, backfill):
                    assert step.at is not None
                    if told.dossier is not None:
                        time_passes(told.dossier, step.at)
                    with clock.holding(step.at):
                        told.dossier = enact(replace(step.draft, dossier=told.dossier), by=step.by).dossier.id
                    told.recorded += 1
        except InputError:
            if told.dossier is not None:
                forget(told.dossier)
            raise
        return told

    def steps(self, case: CaseFile, backfill: str = "") -> Iterator[Step]:
        """The acts of a case as drafts, in the order and at the times they are recorded."""
        dressing = Dressing(case)
        at = dt.datetime.min.replace(tzinfo=dt.UTC)
        for n, act in enumerate(sorted(case.acts, key=lambda a: a.at)):
            at = max(at, (act.ended or act.at).replace(tzinfo=LOCAL))
            late = backfill if desk_of(act.type) not in (Desk.REVIEW, Desk.APPROVAL) else ""
            draft = Draft(
                type=act.type,
                occurred_at=act.at.replace(tzinfo=LOCAL),
                ended_at=None if act.ended is None else act.ended.replace(tzinfo=LOCAL),
                kind=None if n else case.kind,
                unit=self.units.get(act.unit),
                officers=tuple(Actor(one.number, role) for one, role in act.officers),
                subjects=dressing.subjects(act),
                fields=dressing.fields(act),
                backfill=late,
            )
            yield Step(draft, self.recording(act, case), at)

    def recording(self, act: DemoAct, case: CaseFile) -> Officer:
        """Who records it: the first at the act who holds the role its desk asks for, else the case's first handler."""
        wanted = {Desk.REVIEW: Role.LEGAL_REVIEWER, Desk.APPROVAL: Role.APPROVER}.get(desk_of(act.type))
        fitting = [
            one.number for one, role in act.officers if wanted is not None and ROLE_NEEDED.get(role) is wanted
        ]
        return self.officers[next(iter(fitting), case.first.number)]


def time_passes(dossier: uuid.UUID, until: dt.datetime) -> None:
    """What has come due by then becomes overdue at its time, as the clock would have found it."""
    live = Obligation.objects.unfenced("the clock watches all").filter(
        dossier=dossier, status="pending", withdrawn_at=None
    )
    for _ in range(JUDGED_AT_MOST):
        due = live.filter(due_at__lt=until).order_by("due_at").values_list("due_at", flat=True).first()
        if due is None:
            return
        with clock.holding(min(until, due + MINUTE)):
            dossier_judge(dossier)


def enact_step(step: Step, told: Told) -> None:
    """One act through the door, into the dossier of those before."""
    try:
        draft = replace(step.draft, dossier=told.dossier)
        told.dossier = enact(draft, by=step.by).dossier.id
        told.recorded += 1
    except Refused as refused:
        told.refused.update(reason.norm_id for reason in refused.reasons)
    except InputError as error:
        told.rejected.append(f"{step.draft.type}: {error.text('en')}")


def enact_cases(bureau: LivingBureau, cases: Iterable[CaseFile]) -> Mapping[str, Told]:
    """Every case, by its number in the made-up log."""
    return {case.case_id: bureau.enact_case(case) for case in cases}
