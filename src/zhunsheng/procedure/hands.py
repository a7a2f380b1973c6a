"""Is this officer allowed this act in this dossier: power by role and unit, and the three hands kept apart within one dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.selectors import Record, holds_over, records_at, unit_now
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.procedure.powers import (
    COLLECTIVE,
    DESK_OF_ACT_ROLE,
    NATURAL_ROLES,
    OPENING,
    ROLE_NEEDED,
    ROLES_APART,
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


def power_check(by: Officer, act_type: str, unit: str, at: dt.datetime) -> None:
    """NotAllowed unless some role in force lends the power for this type over this unit."""
    wanted = roles_for(act_type)
    if not holds_over(by, wanted, unit, at):
        names = "、".join(str(role.label) for role in sorted(wanted))
        raise NotAllowed(
            zh=f"在{unit}登记“{vocabulary().types[act_type].zh}”须由{names}进行",
            en=f"recording {act_type} at {unit} needs one of the roles {', '.join(sorted(wanted))}",
            where="type",
            remedy_zh="请有此职权的人员办理，或由管理员授予角色",
            remedy_en="ask somebody with that power, or have the role granted",
        )


def unit_check(unit: str, happened: dt.datetime) -> None:
    """NotAllowed for an acting unit that nobody has registered, or that was merged into another before the act happened."""
    found = Unit.objects.filter(code=unit).first()
    if found is None:
        raise NotAllowed(
            zh=f"没有代码为“{unit}”的单位",
            en=f"no unit has the code {unit!r}",
            where="unit",
            remedy_zh="核对单位代码，或不写，以案卷的单位为准",
            remedy_en="check the code, or leave it out for the dossier's own",
        )
    if found.merged_at is not None and found.merged_at <= happened:
        heir = unit_now(found, happened)
        raise NotAllowed(
            zh=f"{found}已并入{heir}",
            en=f"{found} was merged into {heir}",
            where="unit",
            remedy_zh=f"改用{heir}（{heir.code}）",
            remedy_en=f"use {heir} ({heir.code})",
        )


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


def own_hand_check(draft: Draft, desk: Desk, by: Officer) -> None:
    """NotAllowed when a review or an approval is recorded by, or in the name of, anybody but the one who makes it.

    The one who records stands in it in a role of the desk; in acts of several (`COLLECTIVE`) others may stand beside.
    """
    if not draft.officers or desk not in (Desk.REVIEW, Desk.APPROVAL):
        return
    standing = {(actor.officer, DESK_OF_ACT_ROLE.get(actor.role)) for actor in draft.officers}
    taken = {officer for officer, at in standing if at in (Desk.REVIEW, Desk.APPROVAL)}
    sound = (by.number, desk) in standing and (draft.type in COLLECTIVE or taken == {by.number})
    if not sound:
        raise NotAllowed(
            zh="审核、审批、决定只能由本人以本人名义登记",
            en="a review, an approval or a decision is recorded by the one who makes it, in their own name",
            where="officers",
            remedy_zh="由审核人、审批人或决定人本人登录办理",
            remedy_en="let the reviewer, approver or decider sign in and record it",
        )


def reach_check(draft: Draft, unit: str, at: dt.datetime) -> None:
    """NotAllowed where somebody named in a review, an approval or as a head lacks the role over the dossier's unit."""
    for n, actor in enumerate(draft.officers):
        needed = ROLE_NEEDED.get(actor.role)
        if DESK_OF_ACT_ROLE.get(actor.role) not in (Desk.REVIEW, Desk.APPROVAL) or needed is None:
            continue
        officer = Officer.objects.filter(number=actor.officer).first()
        if officer is None or not holds_over(officer, (needed,), unit, at):
            zh, en = ROLES[actor.role]
            raise not_an_actor(
                n, f"{actor.officer}不是{unit}的{zh}", f"{actor.officer} was no {en} over {unit}"
            )


def officers_content(draft: Draft, desk: Desk, by: Officer, at: dt.datetime) -> dict[str, dict[str, str]]:
    """The officers with rank and qualification at the time of the act; NotAllowed for one unknown or without the role then.

    Where the draft names nobody it is the officer who records, in the first natural role of the desk that was theirs to take.
    """
    records = records_at({actor.officer for actor in draft.officers} or {by.number}, at)
    actors = draft.officers or (Actor(by.number, natural_role(desk, records.get(by.number))),)
    found = {}
    for n, actor in enumerate(actors):
        record = records.get(actor.officer)
        if record is None:
            raise not_an_actor(
                n, f"没有警号为{actor.officer}的人员", f"nobody has the number {actor.officer}"
            )
        if not may_stand(actor.role, record):
            zh, en = ROLES[actor.role]
            raise not_an_actor(
                n, f"{actor.officer}在行为当时不是{zh}", f"{actor.officer} was no {en} at the time of the act"
            )
        standing = record.standing(actor.role)
        found[f"officers.{n}"] = {
            "officer": actor.officer,
            "role": actor.role,
            "rank": standing.rank,
            "qualification": standing.qualification,
        }
    return found


def natural_role(desk: Desk, record: Record | None) -> str:
    """What the recording officer is at an act of a desk that names no one."""
    natural = NATURAL_ROLES[desk]
    return next((role for role in natural if record is not None and may_stand(role, record)), natural[0])


def may_stand(act_role: str, record: Record) -> bool:
    """Whether somebody with this record may stand in a role of an act."""
    needed = ROLE_NEEDED.get(act_role)
    if ROLES_APART.get(act_role, frozenset()) & record.roles:
        return False
    return needed is None or needed in record.roles


def not_an_actor(n: int, zh: str, en: str) -> NotAllowed:
    """The refusal of one of the officers named."""
    return NotAllowed(
        zh=zh,
        en=en,
        where=f"officers.{n}",
        remedy_zh="核对警号和身份",
        remedy_en="check the number and the role",
    )


def separation_check(
    dossier: Dossier, desks: Mapping[str, frozenset[Desk]], taken: Iterable[tuple[str, Desk]]
) -> None:
    """NotAllowed when somebody at this act has taken part, in this dossier or this act, at another of the three desks."""
    now: dict[str, set[Desk]] = {}
    for officer, desk in taken:
        before = now.setdefault(officer, {d for d in desks.get(officer, ()) if d in SEPARATE})
        others = before - {desk}
        if desk in SEPARATE and others:
            other = min(others)
            raise NotAllowed(
                zh=f"{officer}已在案卷{dossier.number}中{DESK_WORDS[other][0]}，不能再{DESK_WORDS[desk][0]}",
                en=f"{officer} took part in {dossier.number} at {DESK_WORDS[other][1]}, so not at {DESK_WORDS[desk][1]}",
                where="officers",
                remedy_zh="由另一名人员办理",
                remedy_en="let another person do it",
            )
        if desk in SEPARATE:
            before.add(desk)


def taken_by(
    power: str, officers: Iterable[Mapping[str, str]], recorded_by: str
) -> Iterable[tuple[str, Desk]]:
    """Who takes part at which desk: whoever records at the desk whose power it took, whoever is named at that of their role."""
    yield recorded_by, desk_of(power)
    for officer in officers:
        desk = DESK_OF_ACT_ROLE.get(officer.get("role", ""))
        if desk is not None:
            yield officer["officer"], desk
