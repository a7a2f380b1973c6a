"""Changing the norms in force: one person proposes a file with its back-test, another activates or refuses it.

Both steps are entries of the ledger in a chain of their own. The overlay's file follows the activation; see `overlay`.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from zhunsheng.acts.models import stamp
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.base.storage import storage
from zhunsheng.ledger.append import append
from zhunsheng.people.access import Denied
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over, roles_held, unit_now, units_living
from zhunsheng.procedure.models import RulebookChange
from zhunsheng.procedure.overlay import activated, overlay_remove, overlay_write

CHAIN = uuid.UUID("7a687368-656e-8067-b6ed-72756c657300")
"""The ledger's chain of changes of the rulebook: one for an installation."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LARGEST_FILE = 4 << 20
LOCK = 0x5A4852
ORGANS = frozenset((UnitKind.MINISTRY, UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY))
"""Units whose heads may put a norm into force for the installation; a station or a department may not."""


def norm_propose(name: str, *, draft: bytes, backtest: bytes, reason: str, by: Officer) -> RulebookChange:
    """Propose a norm file, checked and tried on history by the caller. Denied unless `by` reviews law here."""
    if not NAME.fullmatch(name):
        raise InputError(
            zh="名称只用小写字母、数字和连字符，最多60个",
            en="a name has lower-case letters, digits and hyphens, at most 60",
            where="name",
        )
    unit = unit_of(by, Role.LEGAL_REVIEWER)
    kept = [storage().put([content], most=LARGEST_FILE).digest for content in (draft, backtest)]
    return written(
        step="proposed", name=name, draft=kept[0], backtest=kept[1], unit_id=unit, by=by, reason=reason
    )


def norm_retirement_propose(name: str, *, reason: str, by: Officer) -> RulebookChange:
    """Propose that an activated file go out of force again. Denied unless `by` reviews law here."""
    unit = unit_of(by, Role.LEGAL_REVIEWER)
    if name not in activated():
        raise InputError(
            zh=f"没有已启用的规则文件“{name}”",
            en=f"no activated norm file is called {name}",
            where="name",
            remedy_zh=f"已启用：{'、'.join(activated()) or '（无）'}",
            remedy_en=f"activated: {', '.join(activated()) or 'none'}",
        )
    draft = activated()[name]
    return written(step="proposed", name=name, draft=draft, retires=True, unit_id=unit, by=by, reason=reason)


def norm_decide(
    proposal_id: uuid.UUID, *, activate: bool, draft: str, reason: str, by: Officer
) -> RulebookChange:
    """Activate or refuse a proposal; `draft` is the digest of what the decider has read.

    Denied unless `by` heads an organ over the proposer's unit; InputError for the proposer, for a proposal decided already, and
    for one that is not what was read.
    """
    with transaction.atomic():
        rows = RulebookChange.objects.select_for_update(of=("self",))
        proposal = rows.filter(pk=proposal_id, step="proposed").first()
        if proposal is None:
            raise Denied
        unit = organ_over(by, proposal.unit_id)
        if proposal.by_id == by.number:
            raise InputError(
                zh="提出的人不能自己启用，须由另一名有权人员决定",
                en="whoever proposed a norm does not decide on it; a second person does",
                where="by",
            )
        if RulebookChange.objects.filter(proposal=proposal).exists():
            raise InputError(
                zh="这项提议已经决定", en="this proposal has been decided", where=str(proposal_id)
            )
        if proposal.draft != draft:
            raise InputError(
                zh="所看的内容不是提议的内容",
                en="what was read is not what was proposed",
                where=f"draft {draft[:16]}",
                remedy_zh="重新打开这项提议",
                remedy_en="open the proposal again",
            )
        step = "activated" if activate else "refused"
        made = written(
            step=step,
            proposal=proposal,
            name=proposal.name,
            draft=proposal.draft,
            backtest=proposal.backtest,
            retires=proposal.retires,
            unit_id=unit,
            by=by,
            reason=reason,
        )
        if activate:
            transaction.on_commit(lambda: follow(made))
    return made


def follow(change: RulebookChange) -> None:
    """The overlay's folder after an activation; every process reads the new edition at its next act."""
    if change.retires:
        overlay_remove(change.name)
    else:
        overlay_write(change.name, change.draft)


def written(**columns: Any) -> RulebookChange:
    """Seal a step as the chain's next entry, and write its row."""
    if not str(columns["reason"]).strip():
        raise InputError(
            zh="没有写理由",
            en="no reason is given",
            where="reason",
            remedy_zh="写明理由",
            remedy_en="say why",
        )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        last = RulebookChange.objects.order_by("-position").first()
        row = RulebookChange(
            id=new_id(), position=1 if last is None else last.position + 1, at=clock.now(), **columns
        )
        sealed = append(
            chain=CHAIN,
            position=row.position,
            previous=b"" if last is None else bytes(last.digest),
            record=row.id,
            at=stamp(row.at),
            content=committed(row),
        )
        row.salts, row.digest = sealed.salts, sealed.digest
        row.save(force_insert=True)
    return row


def committed(row: RulebookChange) -> dict[str, Any]:
    """What the entry of a step commits to."""
    found: dict[str, Any] = {
        "step": row.step,
        "name": row.name,
        "retires": row.retires,
        "draft": row.draft,
        "backtest": row.backtest,
        "unit": row.unit_id,
        "by": row.by_id,
        "reason": row.reason,
    }
    if row.proposal_id is not None:
        found["proposal"] = str(row.proposal_id)
    return found


def unit_of(by: Officer, role: Role) -> str:
    """The unit for which somebody holds a role, or its successor where it was merged; Denied without it."""
    unit = next((held.unit_code for held in roles_held(by) if held.role is role), None)
    if unit is None:
        raise Denied
    return unit_now(Unit.objects.get(code=unit)).code


def organ_over(by: Officer, unit: str) -> str:
    """The organ for which somebody approves over a unit; Denied unless there is one."""
    held = [one.unit_code for one in roles_held(by) if one.role is Role.APPROVER]
    organs = set(units_living().filter(code__in=held, kind__in=ORGANS).values_list("code", flat=True))
    if not organs or not holds_over(by, (Role.APPROVER,), unit, clock.now()):
        raise Denied
    return min(organs)


def stored_text(digest: str) -> str:
    """A stored file as text; InputError when its bytes are gone or are not those of the digest."""
    source = storage().open(digest)
    content = b"" if source is None else source.read()
    if source is not None:
        source.close()
    if hashlib.sha256(content).hexdigest() != digest:
        raise InputError(
            zh="文件内容不在存储中，或与摘要不符",
            en="the file is not stored, or is not that of the digest",
            where=digest,
        )
    return content.decode("utf-8")


def proposals_open() -> list[RulebookChange]:
    """The proposals nobody has decided on, oldest first."""
    return list(RulebookChange.objects.filter(step="proposed", decision=None).select_related("by", "unit"))


def changes() -> Iterator[RulebookChange]:
    """Every step, in order."""
    yield from RulebookChange.objects.select_related("by", "unit", "proposal")
