"""Freezing and drawing as entries of the ledger, in one chain for the installation."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection

from zhunsheng.acts.models import stamp
from zhunsheng.base import clock
from zhunsheng.base.ids import new_id
from zhunsheng.inspections.models import Evidence, Inspection
from zhunsheng.ledger.append import append

CHAIN = uuid.UUID("7a687368-656e-8067-b6ed-696e73706500")
"""The ledger's chain of inspections."""
LOCK = 0x5A4849


def evidence_seal(inspection: Inspection, step: str, content: dict[str, Any]) -> Evidence:
    """Seal a step as the chain's next entry and keep its row; in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    last = Evidence.objects.order_by("-position").first()
    row = Evidence(
        id=new_id(),
        position=1 if last is None else last.position + 1,
        inspection=inspection,
        step=step,
        content={"step": step, "inspection": str(inspection.key), **content},
        at=clock.now(),
    )
    sealed = append(
        chain=CHAIN,
        position=row.position,
        previous=b"" if last is None else bytes(last.digest),
        record=row.id,
        at=stamp(row.at),
        content=row.content,
    )
    row.salts, row.digest = sealed.salts, sealed.digest
    row.save(force_insert=True)
    return row
