"""The merger of a unit into another: it keeps its code and its history, and everything of it is reached through its successor.

Acts, the ledger and findings carry codes and are never rewritten. The merged unit stands below its successor for ever, so that
whoever looks downwards finds what was its own, and whoever is looked for upwards is found in the successor.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.account_log import event_record
from zhunsheng.people.authority import reason_given, require_administrator, require_living, unit_named
from zhunsheng.people.codes import AccountEventKind, UnitKind
from zhunsheng.people.models import ObserverGrant, Officer, RoleAssignment, Unit
from zhunsheng.people.refusals import row_write
from zhunsheng.people.selectors import units_over, units_under
from zhunsheng.people.services import role_grant, tree_lock

HELD_ALREADY = ("在并入后的单位（或其上级）已有同一角色", "holds the same role there, or above, already")
SHUT = ("账号已停用", "the account is suspended")
NOT_YOURS = ("办理人不管理此人所在单位", "whoever merges does not administer the officer's own unit")


@dataclass(frozen=True)
class Left:
    """A role over the merged unit that was not granted over its successor, and why, in both languages."""

    assignment: RoleAssignment
    zh: str
    en: str


@dataclass(frozen=True)
class Concerned:
    """What a merger touches among people; cases and findings are counted by those who know them."""

    units_moved: int
    """Living units directly below, which come to stand below the successor."""
    units_under: int
    """The unit and all below it."""
    officers: int
    roles: int
    """Roles over the unit, in force or to come."""
    observers: int
    """Outside observers who were granted the unit: from then on they see what is its own, not the units that moved."""


@dataclass(frozen=True)
class Merger:
    """What was done."""

    unit: Unit
    into: Unit
    concerned: Concerned
    granted: list[RoleAssignment] = field(default_factory=list)
    """Granted over the successor; empty unless it was asked for."""
    left: list[Left] = field(default_factory=list)


@transaction.atomic
def unit_merge(unit: Unit, *, into: str, by: Officer, reason: str, roles: bool = False) -> Merger:
    """Merge a unit into another that `by` administers too; with `roles`, grant what is held over it over the other as well.

    Roles over the merged unit stay until they are ended, so that nobody is cut off from what they have open in it. InputError:
    into itself or below itself, either merged already, an outside organ with a bureau's unit, no reason.
    """
    said = reason_given(reason)
    tree_lock()
    gone, heir = _pair_locked(unit.code, into)
    require_administrator(by, gone.code)
    require_administrator(by, heir.code)
    _require_fitting(gone, heir)
    now = clock.now()
    told = concerned_by(gone, now)
    for child in Unit.objects.filter(parent=gone, merged_into=None).exclude(pk=heir.pk):
        child.parent = heir
        row_write(child, update_fields=["parent"])
    Officer.objects.filter(unit=gone).update(unit=heir)
    gone.parent, gone.merged_into, gone.merged_at = heir, heir, now
    row_write(gone, update_fields=["parent", "merged_into", "merged_at"])
    event_record(AccountEventKind.UNIT_MERGED, None, by=by, detail=f"{gone.code} → {heir.code}：{said}")
    granted, left = _roles_granted(gone, heir, by=by, reason=said, now=now) if roles else ([], [])
    return Merger(gone, heir, told, granted, left)


def concerned_by(unit: Unit, now: dt.datetime) -> Concerned:
    """What a merger of the unit touches among people."""
    return Concerned(
        units_moved=Unit.objects.filter(parent=unit, merged_into=None).count(),
        units_under=len(units_under(unit.code)),
        officers=Officer.objects.filter(unit=unit).count(),
        roles=_standing(unit, now).count(),
        observers=ObserverGrant.objects.filter(entity=ObserverGrant.UNIT, subject=unit.code).at(now).count(),
    )


def _pair_locked(gone: str, heir: str) -> tuple[Unit, Unit]:
    """Both units as they stand, locked in the order of their codes; what would be placed in either waits."""
    list(Unit.objects.select_for_update(no_key=True).filter(code__in=[gone, heir]).order_by("code"))
    return unit_named(gone), unit_named(heir)


def _require_fitting(gone: Unit, heir: Unit) -> None:
    """InputError unless the one may become part of the other."""
    require_living(gone)
    require_living(heir)
    if gone.code in units_over(heir.code):
        raise InputError(
            zh="单位不能并入自己或者自己的下级单位",
            en="a unit is not merged into itself or into one below it",
            where=heir.code,
            remedy_zh="先把下级单位调出，或者另选并入的单位",
            remedy_en="move that unit out first, or choose another",
        )
    if (gone.kind == UnitKind.OUTSIDE) != (heir.kind == UnitKind.OUTSIDE):
        raise InputError(
            zh="外部监督机关与公安机关的单位不能合并",
            en="an outside organ and a unit of the police are not merged",
            where=heir.code,
            remedy_zh="核对单位代码",
            remedy_en="check the codes",
        )


def _standing(unit: Unit, now: dt.datetime) -> QuerySet[RoleAssignment]:
    """The roles over a unit that hold now or will hold, in the order granted."""
    rows: QuerySet[RoleAssignment] = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), unit=unit
    )
    return rows.select_related("officer").order_by("valid_from", "id")


def _roles_granted(
    gone: Unit, heir: Unit, *, by: Officer, reason: str, now: dt.datetime
) -> tuple[list[RoleAssignment], list[Left]]:
    """The roles over the one granted over the other, each as an administrator would grant it; and those that could not be."""
    granted: list[RoleAssignment] = []
    left: list[Left] = []
    for one in list(_standing(gone, now)):
        done = _granted_there(one, heir, by, reason, now)
        if isinstance(done, Left):
            left.append(done)
        else:
            granted.append(done)
    return granted, left


def _granted_there(
    one: RoleAssignment, heir: Unit, by: Officer, reason: str, now: dt.datetime
) -> RoleAssignment | Left:
    """The same role over the successor, for what is left of its term; or why not."""
    if not one.officer.is_active:
        return Left(one, *SHUT)
    if _held_there(one, heir, now):
        return Left(one, *HELD_ALREADY)
    begin = one.valid_from if one.valid_from > now else None
    try:
        with transaction.atomic():
            return role_grant(
                one.officer,
                one.role,
                heir.code,
                by=by,
                reason=reason,
                valid_from=begin,
                valid_to=one.valid_to,
            )
    except InputError as error:
        return Left(one, error.zh, error.en)
    except Denied:
        return Left(one, *NOT_YOURS)


def _held_there(one: RoleAssignment, heir: Unit, now: dt.datetime) -> bool:
    """Whether the officer holds the role over the successor, or over a unit above it, for the same time."""
    rows = RoleAssignment.objects.filter(
        officer=one.officer, role=one.role, unit__code__in=units_over(heir.code)
    )
    lasting = Q(valid_to=None) if one.valid_to is None else Q(valid_to=None) | Q(valid_to__gte=one.valid_to)
    return rows.filter(lasting, valid_from__lte=max(one.valid_from, now)).exists()
