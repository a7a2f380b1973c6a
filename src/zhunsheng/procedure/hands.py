"""Is this officer allowed this act in this dossier: power by role and unit, and the three hands kept apart within one dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import Held, standing_of, units_over
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.procedure.powers import (
    DEFAULT_ROLE,
    DESK_OF_ACT_ROLE,
    OPENING,
    ROLE_NEEDED,
    SEPARATE,
    Desk,
    desk_of,
    roles_for,
)

DESK_WORDS: Mapping[Desk, tuple[str, str]] = {
    Desk.HANDLING: ("办案", "handling"),
    Desk.REVIEW: ("审核", "review"),
    Desk.APPROVAL: ("审批", "approval"),
}


def power_check(held: Iterable[Held], act_type: str, unit: str) -> None:
    """NotAllowed unless some role in force lends the power for this type over this unit."""
    wanted = roles_for(act_type)
    if not any(h.role in wanted for h in over(held, unit)):
        names = "、".join(str(role.label) for role in sorted(wanted))
        raise NotAllowed(
            zh=f"在{unit}登记“{vocabulary().types[act_type].zh}”须由{names}进行",
            en=f"recording {act_type} at {unit} needs one of the roles {', '.join(sorted(wanted))}",
            where="type",
            remedy_zh="请有此职权的人员办理，或由管理员授予角色",
            remedy_en="ask somebody with that power, or have the role granted",
        )


def over(held: Iterable[Held], unit: str) -> list[Held]:
    """Those of the roles that are held for the unit or for one above it."""
    above = set(units_over(unit))
    return [h for h in held if h.unit_code in above]


def opening_check(act_type: str) -> None:
    """NotAllowed for a type no dossier begins with."""
    if act_type not in OPENING:
        raise NotAllowed(
            zh=f"“{vocabulary().types[act_type].zh}”不能作为案卷的第一项行为",
            en=f"a dossier does not begin with {act_type}",
            where="type",
            remedy_zh="先登记接报案、受理或者当场盘问等开端行为",
            remedy_en="record how it began first: a report, an acceptance, a stop-check",
        )


def actors_of(draft: Draft, by: Officer) -> tuple[Actor, ...]:
    """The officers at the act: those named, else the recording officer in the natural role."""
    return draft.officers or (Actor(by.number, DEFAULT_ROLE[desk_of(draft.type)]),)


def own_hand_check(draft: Draft, actors: Iterable[Actor], by: Officer) -> None:
    """NotAllowed when a review or an approval is recorded by anybody but the one who reviews or approves."""
    if desk_of(draft.type) in (Desk.REVIEW, Desk.APPROVAL) and by.number not in {a.officer for a in actors}:
        raise NotAllowed(
            zh="审核、审批只能由本人登记",
            en="a review or an approval is recorded by the one who makes it",
            where="officers",
            remedy_zh="由审核人或审批人本人登录办理",
            remedy_en="let the reviewer or approver sign in and record it",
        )


def officers_content(actors: tuple[Actor, ...], draft: Draft) -> dict[str, dict[str, str]]:
    """The officers with rank and qualification on the day of the act; NotAllowed for one unknown or without the role then."""
    known = {o.number: o for o in Officer.objects.filter(number__in={a.officer for a in actors})}
    found = {}
    for n, actor in enumerate(actors):
        officer = known.get(actor.officer)
        needed = ROLE_NEEDED.get(actor.role)
        if officer is None or (needed is not None and not held_then(officer, needed, draft)):
            raise NotAllowed(
                zh=f"{actor.officer}在行为当时没有“{ROLES[actor.role][0]}”的资格"
                if officer is not None
                else f"没有警号为{actor.officer}的人员",
                en=f"{actor.officer} was not {ROLES[actor.role][1]} at the time of the act"
                if officer is not None
                else f"nobody has the number {actor.officer}",
                where=f"officers.{n}",
                remedy_zh="核对警号和角色",
                remedy_en="check the number and the role",
            )
        standing = standing_of(officer, actor.role, draft.occurred_at)
        found[f"officers.{n}"] = {
            "officer": actor.officer,
            "role": actor.role,
            "rank": standing.rank,
            "qualification": standing.qualification,
        }
    return found


def held_then(officer: Officer, role: Role, draft: Draft) -> bool:
    """Whether the officer held the role when the act happened; the term, not the present state of the account, decides."""
    return RoleAssignment.objects.filter(officer=officer, role=role).at(draft.occurred_at).exists()


def separation_check(
    dossier: Dossier, acts: Iterable[Act], draft: Draft, content: Mapping[str, Mapping[str, str]], by: Officer
) -> None:
    """NotAllowed when somebody at this act has already taken part in this dossier at another of the three desks."""
    before = desks_taken(acts)
    for officer, desk in taken_by(draft.type, content.values(), by.number):
        others = before.get(officer, set()) - {desk}
        if desk in SEPARATE and others:
            other = min(others)
            raise NotAllowed(
                zh=f"{officer}已在案卷{dossier.number}中{DESK_WORDS[other][0]}，不能再{DESK_WORDS[desk][0]}",
                en=f"{officer} took part in {dossier.number} at {DESK_WORDS[other][1]}, so not at {DESK_WORDS[desk][1]}",
                where="officers",
                remedy_zh="由另一名人员办理",
                remedy_en="let another person do it",
            )


def desks_taken(acts: Iterable[Act]) -> dict[str, set[Desk]]:
    """Officer → the desks at which they took part in a dossier."""
    found: dict[str, set[Desk]] = {}
    for act in acts:
        for officer, desk in taken_by(act.type, act.officers, act.recorded_by_id):
            if desk in SEPARATE:
                found.setdefault(officer, set()).add(desk)
    return found


def taken_by(
    act_type: str, officers: Iterable[Mapping[str, str]], recorded_by: str
) -> Iterable[tuple[str, Desk]]:
    """Who takes part at which desk: whoever records the act at its type's desk, whoever is named at the desk of their role."""
    yield recorded_by, desk_of(act_type)
    for officer in officers:
        desk = DESK_OF_ACT_ROLE.get(officer.get("role", ""))
        if desk is not None:
            yield officer["officer"], desk
