"""Writing one row, and saying in the user's words what a constraint of the database refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import IntegrityError, models, transaction

from zhunsheng.base.errors import InputError

Row = TypeVar("Row", bound=models.Model)

# Constraint, or the end of its name → fault and remedy, each in Chinese and English.
REFUSALS: tuple[tuple[str, tuple[str, str, str, str]], ...] = (
    (
        "people_unit_code_key",
        ("单位代码已被使用", "this unit code is taken", "换一个代码", "choose another code"),
    ),
    (
        "people_officer_number_key",
        ("警号已被使用", "this officer number is taken", "核对警号", "check the number"),
    ),
    (
        "_once_at_a_time",
        (
            "同一时间已有相同的授予",
            "the same is held already at that time",
            "先终止原来的，或改期",
            "end the one before, or choose other dates",
        ),
    ),
    (
        "_term_runs_forward",
        ("止期早于起期", "it would end before it begins", "改正起止时间", "mend the dates"),
    ),
    (
        "roleassignment_exclusions",
        (
            "与同一时间已有的角色互斥",
            "it excludes a role held at that time",
            "先终止互斥的角色，或授予另一人",
            "end the other role first, or grant it to somebody else",
        ),
    ),
    (
        "roleassignment_kind_may_hold",
        (
            "这类账号不能担任该角色",
            "this kind of account may not hold the role",
            "改授予符合条件的人员",
            "grant it to somebody who may",
        ),
    ),
    (
        "roleassignment_granted_by_somebody",
        (
            "已有在任的系统管理员",
            "an administrator holds office",
            "由在任管理员授予角色",
            "ask that administrator to grant the role",
        ),
    ),
    (
        "qualification_level_fits_kind",
        (
            "资格与等级不相符",
            "this level does not go with the qualification",
            "执法资格填等级，其他资格不填",
            "give a level for the enforcement qualification, and for no other",
        ),
    ),
    (
        "unit_is_a_tree",
        (
            "单位不能位于自己之下",
            "a unit cannot stand below itself",
            "另选上级单位",
            "choose another unit above",
        ),
    ),
    (
        "unit_lives",
        (
            "该单位已并入另一单位",
            "the unit was merged into another",
            "改用并入后的单位",
            "use the unit it was merged into",
        ),
    ),
    (
        "unit_merged_once",
        (
            "已并入另一单位的不再变动",
            "a unit that was merged stays where it went",
            "调整并入后的单位",
            "move the unit it was merged into",
        ),
    ),
)


def row_write(row: Row, update_fields: Sequence[str] | None = None) -> Row:
    """Insert a row, or update the fields named; InputError where a constraint of `REFUSALS` refuses."""
    try:
        with transaction.atomic():
            row.save(force_insert=update_fields is None, update_fields=update_fields)
    except IntegrityError as refused:
        for name, (zh, en, remedy_zh, remedy_en) in REFUSALS:
            if constraint_of(refused).endswith(name):
                # A row's own colon would stand right before the one that follows the place.
                where = str(row).replace("：", "，")
                raise InputError(
                    zh=zh, en=en, where=where, remedy_zh=remedy_zh, remedy_en=remedy_en
                ) from refused
        raise
    return row


def constraint_of(refused: IntegrityError) -> str:
    """The name of the constraint that refused, as PostgreSQL reports it; empty where it names none."""
    diagnosis = getattr(refused.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
