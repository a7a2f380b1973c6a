"""Whom and what dossiers are about, told anew from their acts: a subject left out would not learn who read about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.db import connection

from zhunsheng.ledger.faults import Fault

DIFFERENCES = """
WITH named AS (
    SELECT DISTINCT a.dossier_id, split_part(part.path, '.', 2) AS kind, part.value AS name
    FROM acts_act a, jsonb_each_text(a.content) AS part(path, value)
    WHERE a.dossier_id >= %(low)s AND a.dossier_id < %(high)s AND starts_with(part.path, 'subjects.')
), kept AS (
    SELECT dossier_id, kind, name FROM acts_concern WHERE dossier_id >= %(low)s AND dossier_id < %(high)s
), differing AS (
    SELECT dossier_id, kind, kept.dossier_id IS NULL AS gone, count(*)
    FROM named FULL JOIN kept USING (dossier_id, kind, name)
    WHERE named.dossier_id IS NULL OR kept.dossier_id IS NULL
    GROUP BY 1, 2, 3
)
SELECT coalesce(d.number, x.dossier_id::text), x.kind, x.gone, x.count
FROM differing x LEFT JOIN acts_dossier d ON d.id = x.dossier_id ORDER BY 1, 2, 3
"""


def concern_faults(low: uuid.UUID, high: uuid.UUID) -> Iterator[Fault]:
    """Where concerns are not what the acts of dossiers with ids in [low, high) name; kinds and numbers are told, no names."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, {"low": low, "high": high})
        for number, kind, gone, count in cursor.fetchall():
            where = f"{number} subjects.{kind}"
            if gone:
                yield Fault(
                    "concern-removed",
                    where,
                    f"行为所涉的{count}个对象不在案卷的涉及对象中",
                    f"{count} that acts name are not among those the dossier is about",
                )
            else:
                yield Fault(
                    "concern-added",
                    where,
                    f"案卷的涉及对象中有{count}个没有任何行为提到",
                    f"{count} that no act names are among those the dossier is about",
                )
