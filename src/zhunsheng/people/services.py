"""Writes: units, officers, and what they are for a term. Each says who did it and why; none can be undone, only ended."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Q

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.account_log import event_record
from zhunsheng.people.authority import (
    from_now_on,
    reason_given,
    require_administrator,
    require_another,
    require_living,
    require_supervisor,
    unit_named,
)
from zhunsheng.people.bilingual import wordings
from zhunsheng.people.codes import AccountEventKind, OfficerKind, UnitKind
from zhunsheng.people.models import ObserverGrant, Officer, Post, Qualification, RoleAssignment, Term, Unit
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.refusals import row_write
from zhunsheng.people.roles import MAY_HOLD, Role, conflicts

FOUNDING = "设立本系统的首任管理员"
TREE_KEY = 0x5A5354
"""The advisory lock of whoever changes the tree, as the guard of migration 0005 takes it."""
T = TypeVar("T", bound=Term)


# ---------------------------------------------------------------- units and officers


def unit_create(code: str, name_zh: str, *, kind: str, by: Officer, parent: str, name_en: str = "") -> Unit:
    """A new unit below one that `by` administers; an outside organ stands below the bureau that lets it in.

    InputError: code taken, parent unknown, kind unknown.
    """
    above = unit_named(parent)
    require_administrator(by, above.code)
    require_living(above)
    return _unit_insert(code, name_zh, name_en, kind, above)


@transaction.atomic
def unit_move(unit: Unit, *, by: Officer, parent: str) -> Unit:
    """Put a unit with everything below it under another; both places must be administered by `by`, and neither merged."""
    tree_lock()
    above = unit_named(parent)
    require_administrator(by, unit.code)
    require_administrator(by, above.code)
    require_living(above)
    require_living(unit_named(unit.code))
    unit.parent = above
    row_write(unit, update_fields=["parent"])
    return unit


def officer_create(
    number: str, name: str, *, unit: str, by: Officer, kind: str = OfficerKind.OFFICER
) -> Officer:
    """A new account without a password (see `enrolment`). InputError: number taken, unit unknown."""
    place = unit_named(unit)
    require_administrator(by, place.code)
    require_living(place)
    return _officer_insert(number, name, kind, place)


@transaction.atomic
def officer_move(officer: Officer, *, by: Officer, unit: str) -> Officer:
    """Where the officer serves from now on; roles stay for the units they were granted for until they are ended."""
    # The unit is locked before the officer, as a merger does it: of the two one sees the other, and neither waits in a circle.
    list(Unit.objects.select_for_update(no_key=True).filter(code=unit))
    place = unit_named(unit)
    require_administrator(by, officer.unit_id)
    require_administrator(by, place.code)
    require_living(place)
    officer.unit = place
    row_write(officer, update_fields=["unit"])
    return officer


def officer_suspend(officer: Officer, *, by: Officer, reason: str) -> Officer:
    """Shut the account at once: its sessions and tokens stop working, its roles are held by nobody."""
    return _switch(officer, active=False, by=by, reason=reason)


def officer_restore(officer: Officer, *, by: Officer, reason: str) -> Officer:
    """Open a suspended account again."""
    return _switch(officer, active=True, by=by, reason=reason)


@transaction.atomic
def administrator_found(number: str, name: str, *, unit_code: str, unit_name: str, kind: str) -> Officer:
    """The first administrator, with the topmost unit, granted by nobody; again only when the last one is gone.

    Meant for whoever stands at the server. InputError while an administrator holds office.
    """
    unit = Unit.objects.filter(code=unit_code).first() or _unit_insert(unit_code, unit_name, "", kind, None)
    officer = Officer.objects.filter(number=number).first() or _officer_insert(
        number, name, OfficerKind.OFFICER, unit
    )
    present = clock.now()
    row_write(
        RoleAssignment(
            officer=officer,
            role=Role.ADMINISTRATOR,
            unit=unit,
            valid_from=present,
            granted_at=present,
            granted_by=None,
            reason=FOUNDING,
        )
    )
    return officer


# ---------------------------------------------------------------- roles


def role_grant(
    officer: Officer,
    role: str,
    unit: str,
    *,
    by: Officer,
    reason: str,
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
) -> RoleAssignment:
    """A role for a unit and everything below it, [valid_from, valid_to), from now unless said.

    InputError: oneself, a kind of account that may not hold it, an excluded role at an overlapping time, the past. Denied: units
    that `by` does not administer, the officer's own among them.
    """
    place = unit_named(unit)
    require_administrator(by, place.code)
    require_administrator(by, officer.unit_id)
    require_another(by, officer)
    require_living(place)
    present = clock.now()
    begin = from_now_on(valid_from, present)
    _require_kind(officer, Role(role))
    _require_no_exclusion(officer, Role(role), begin, valid_to)
    return row_write(
        RoleAssignment(
            officer=officer,
            role=Role(role),
            unit=place,
            valid_from=begin,
            valid_to=valid_to,
            granted_by=by,
            granted_at=present,
            reason=reason_given(reason),
        )
    )


def role_end(
    assignment: RoleAssignment, *, by: Officer, reason: str, at: dt.datetime | None = None
) -> RoleAssignment:
    """End a role now or at a time to come; whoever holds it may give it up. InputError: already over, the past."""
    if by.pk != assignment.officer_id:
        require_administrator(by, assignment.unit_id)
    present = clock.now()
    return _term_end(assignment, by, reason, from_now_on(at, present), present)


# ---------------------------------------------------------------- posts and qualifications


def post_grant(
    officer: Officer,
    title: str,
    *,
    rank: str,
    unit: str,
    by: Officer,
    reason: str,
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
) -> Post:
    """Enter a post; one that began before today is entered with its own date."""
    place = unit_named(unit)
    require_administrator(by, place.code)
    require_another(by, officer)
    require_living(place)
    return row_write(
        Post(
            officer=officer,
            title=title,
            rank=rank,
            unit=place,
            valid_from=valid_from or clock.now(),
            valid_to=valid_to,
            granted_by=by,
            granted_at=clock.now(),
            reason=reason_given(reason),
        )
    )


def qualification_grant(
    officer: Officer,
    kind: str,
    *,
    by: Officer,
    reason: str,
    level: str = "",
    number: str = "",
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
) -> Qualification:
    """Enter a qualification with the days its certificate gives."""
    require_administrator(by, officer.unit_id)
    require_another(by, officer)
    return row_write(
        Qualification(
            officer=officer,
            kind=kind,
            level=level,
            number=number,
            valid_from=valid_from or clock.now(),
            valid_to=valid_to,
            granted_by=by,
            granted_at=clock.now(),
            reason=reason_given(reason),
        )
    )


def post_end(post: Post, *, by: Officer, reason: str, at: dt.datetime | None = None) -> Post:
    """End a post; a transfer heard of late is entered with its own date."""
    require_administrator(by, post.unit_id)
    present = clock.now()
    return _term_end(post, by, reason, at or present, present)


def qualification_end(
    qualification: Qualification, *, by: Officer, reason: str, at: dt.datetime | None = None
) -> Qualification:
    """End a qualification: withdrawn, or entered by mistake."""
    require_administrator(by, qualification.officer.unit_id)
    present = clock.now()
    return _term_end(qualification, by, reason, at or present, present)


# ---------------------------------------------------------------- outside observers


def observer_grant(
    officer: Officer,
    *,
    entity: str,
    subject: str,
    unit: str,
    basis: str,
    valid_to: dt.datetime,
    by: Officer,
    reason: str,
    purpose: str = "outside-supervision",
) -> ObserverGrant:
    """Let an outside observer see one thing, or a unit (`entity` "unit"), until `valid_to`.

    `unit` is the unit the thing belongs to: `by` must supervise it. The paper that asks for it is the `basis`.
    """
    present = clock.now()
    place = unit_named(unit)
    require_supervisor(by, place.code, present)
    elsewhere = entity == ObserverGrant.UNIT and subject != unit
    if officer.kind != OfficerKind.OBSERVER or not PURPOSES[purpose].explicit or elsewhere:
        raise Denied
    if entity == ObserverGrant.UNIT:
        require_living(place)
    return row_write(
        ObserverGrant(
            officer=officer,
            purpose=purpose,
            entity=entity,
            subject=subject,
            basis=reason_given(basis),
            valid_from=present,
            valid_to=valid_to,
            granted_by=by,
            granted_at=present,
            reason=reason_given(reason),
        )
    )


def observer_end(grant: ObserverGrant, *, by: Officer, reason: str) -> ObserverGrant:
    """Take back what an observer was granted; whoever granted it may, and every administrator of the observer's unit."""
    if by.pk != grant.granted_by_id:
        require_administrator(by, grant.officer.unit_id)
    present = clock.now()
    return _term_end(grant, by, reason, present, present)


# ---------------------------------------------------------------- what the functions above share


def tree_lock() -> None:
    """Held until the transaction ends by whoever changes who stands below whom: such changes come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_KEY])


def _unit_insert(code: str, name_zh: str, name_en: str, kind: str, parent: Unit | None) -> Unit:
    if not code.strip() or not name_zh.strip() or kind not in UnitKind.values:
        raise InputError(
            zh="单位的代码、名称或者类别不完整",
            en="a unit needs a code, a name and a kind",
            where=code,
            remedy_zh=f"类别可用：{'、'.join(UnitKind.values)}",
            remedy_en=f"kinds: {', '.join(UnitKind.values)}",
        )
    return row_write(
        Unit(code=code.strip(), name_zh=name_zh.strip(), name_en=name_en, kind=kind, parent=parent)
    )


def _officer_insert(number: str, name: str, kind: str, unit: Unit) -> Officer:
    if not number.strip() or not name.strip() or kind not in OfficerKind.values:
        raise InputError(
            zh="人员的警号、姓名或者类别不完整",
            en="an officer needs a number, a name and a kind",
            where=number,
            remedy_zh=f"类别可用：{'、'.join(OfficerKind.values)}",
            remedy_en=f"kinds: {', '.join(OfficerKind.values)}",
        )
    officer = Officer(number=number.strip(), name=name.strip(), kind=kind, unit=unit)
    officer.set_unusable_password()
    return row_write(officer)


@transaction.atomic
def _switch(officer: Officer, *, active: bool, by: Officer, reason: str) -> Officer:
    require_administrator(by, officer.unit_id)
    if by.pk == officer.pk:
        raise Denied
    officer.is_active = active
    row_write(officer, update_fields=["is_active"])
    event = AccountEventKind.RESTORED if active else AccountEventKind.SUSPENDED
    event_record(event, officer, by=by, detail=reason_given(reason))
    return officer


def _term_end(term: T, by: Officer, reason: str, at: dt.datetime, present: dt.datetime) -> T:
    """Bring the end forward to `at`, said at `present`; what had not begun by then is never in force."""
    if term.ended_at is not None or (term.valid_to is not None and term.valid_to <= at):
        raise InputError(
            zh="已经终止或者期满",
            en="it is over already",
            where=str(term),
            remedy_zh="不需要再办理",
            remedy_en="there is nothing left to do",
        )
    term.valid_to = max(at, term.valid_from)
    term.ended_at, term.ended_by, term.end_reason = present, by, reason_given(reason)
    return row_write(term, update_fields=["valid_to", "ended_at", "ended_by", "end_reason"])


def _require_kind(officer: Officer, role: Role) -> None:
    """InputError where this kind of account may not hold the role."""
    if role not in MAY_HOLD[OfficerKind(officer.kind)]:
        (kind_zh, kind_en), (role_zh, role_en) = (
            wordings(OfficerKind(officer.kind).label),
            wordings(role.label),
        )
        raise InputError(
            zh=f"{kind_zh}不能担任{role_zh}",
            en=f"{kind_en}: may not be {role_en}",
            where=officer.number,
            remedy_zh="改授予符合条件的人员",
            remedy_en="grant it to somebody who may",
        )


def _require_no_exclusion(officer: Officer, role: Role, begin: dt.datetime, end: dt.datetime | None) -> None:
    """InputError with the reason and the law where a role held in [begin, end) excludes this one."""
    held = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=begin), officer=officer)
    if end is not None:
        held = held.filter(valid_from__lt=end)
    # A role cancelled before it began holds at no time.
    roles = held.exclude(valid_to=F("valid_from")).values_list("role", flat=True)
    for rule in (found for other in roles for found in conflicts((role, other))):
        zh, en = zip(*(wordings(Role(one).label) for one in sorted(rule.roles)), strict=True)
        articles = "；".join(str(article) for article in rule.basis)
        raise InputError(
            zh=f"{'、'.join(zh)}互斥：{rule.zh}{f'（{articles}）' if articles else ''}",
            en=f"{' and '.join(en)} exclude each other: {rule.en}",
            where=officer.number,
            remedy_zh="先终止互斥的角色，或授予另一人",
            remedy_en="end the other role first, or grant it to somebody else",
        )
