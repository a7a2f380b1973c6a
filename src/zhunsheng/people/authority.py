"""Who may manage whom: an administrator, the accounts and roles of the unit the role is held for and of every unit below it."""

from __future__ import annotations

import datetime as dt

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over, unit_now


def require_administrator(by: Officer, unit_code: str) -> None:
    """Denied unless `by` administers that unit now."""
    if not holds_over(by, [Role.ADMINISTRATOR], unit_code, clock.now()):
        raise Denied


def require_supervisor(by: Officer, unit_code: str, at: dt.datetime) -> None:
    """Denied unless `by` supervises that unit at the instant."""
    if not holds_over(by, [Role.SUPERVISOR], unit_code, at):
        raise Denied


def require_another(by: Officer, officer: Officer) -> None:
    """InputError where somebody would grant something to themselves."""
    if by.pk == officer.pk:
        raise InputError(
            zh="不能给自己授予角色、职务或者资格",
            en="nobody grants a role, post or qualification to themselves",
            where=officer.number,
            remedy_zh="请另一位管理员办理",
            remedy_en="ask another administrator",
        )


def unit_named(code: str) -> Unit:
    """The unit with that code; InputError where there is none."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise InputError(
            zh="没有这个单位代码",
            en="no unit has this code",
            where=code,
            remedy_zh="先登记单位，或改正代码",
            remedy_en="enter the unit first, or mend the code",
        )
    return unit


def require_living(unit: Unit) -> None:
    """InputError with its successor for a unit that was merged: nothing new is placed in it, granted over it or opened in it."""
    if unit.merged_into_id is None:
        return
    heir = unit_now(unit)
    raise InputError(
        zh=f"{unit}已并入{heir}",
        en=f"{unit} was merged into {heir}",
        where=unit.code,
        remedy_zh=f"改用{heir}（{heir.code}）",
        remedy_en=f"use {heir} ({heir.code})",
    )


def require_living_code(code: str) -> None:
    """The same, for a code; one that nobody has is for others to refuse."""
    unit = Unit.objects.filter(code=code).first()
    if unit is not None:
        require_living(unit)


def reason_given(reason: str) -> str:
    """The reason without blanks around it; InputError where nothing is left."""
    if not reason.strip():
        raise InputError(
            zh="没有写明理由",
            en="no reason was given",
            remedy_zh="写明依据的文件或事由",
            remedy_en="name the paper or the occasion it rests on",
        )
    return reason.strip()


def from_now_on(instant: dt.datetime | None, present: dt.datetime) -> dt.datetime:
    """The instant, or the present where none is given; InputError for one gone by."""
    if instant is not None and instant < present:
        raise InputError(
            zh="不能向过去授予或者终止",
            en="nothing is granted or ended for the past",
            where=instant.isoformat(),
            remedy_zh="从现在或者将来的时间起",
            remedy_en="give the present or a time to come",
        )
    return instant or present
