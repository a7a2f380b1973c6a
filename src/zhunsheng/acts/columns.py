"""The columns norms may read, from recorded acts: the gate and the Parquet export both take them from here and nowhere else.

An act type's columns are the fields its declaration names; corrections stand in the place of what they correct.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.acts.upcasters import fields_now
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base.clock import LOCAL, microseconds
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.dossiers import Slot
from zhunsheng.norms.log import NUMBER_SCALE, FieldType

EPOCH_DAY = dt.date(1970, 1, 1).toordinal()


def effective(acts: Iterable[Act]) -> list[tuple[int, Act]]:
    """The acts that count, each with its place: a correction takes the place of what it corrects, what is withdrawn is gone.

    `acts` are one dossier's, by position. Of several corrections of one act the last counts.
    """
    standing: dict[uuid.UUID, tuple[int, Act]] = {}
    first: dict[uuid.UUID, uuid.UUID] = {}
    for act in acts:
        root = act.id if act.corrects_id is None else first.get(act.corrects_id, act.corrects_id)
        first[act.id] = root
        if act.type == WITHDRAWN:
            standing.pop(root, None)
        else:
            place = standing[root][0] if root in standing else act.position
            standing[root] = place, act
    return sorted(standing.values(), key=lambda entry: entry[0])


def judged_act(place: int, act: Act, zone: ZoneInfo = LOCAL) -> Judged:
    """An act as norms see it."""
    at_us = microseconds(act.occurred_at)
    day, tod = local_parts(act.occurred_at, zone)
    facts: dict[str, Any] = {
        "act_id": str(act.id),
        "act_type": act.type,
        "at_us": at_us,
        "day": day,
        "tod": tod,
        "ended_us": None if act.ended_at is None else microseconds(act.ended_at),
        "unit": act.unit_id,
    }
    facts |= field_columns(fields_now(act), zone)
    slots = tuple(
        Slot(o["officer"], o.get("role"), o.get("rank"), o.get("qualification")) for o in act.officers
    )
    return Judged(place, act.type, at_us, day, facts, slots, act.subjects)


def field_columns(fields: Mapping[str, Any], zone: ZoneInfo = LOCAL) -> dict[str, Any]:
    """Typed fields as log columns: numbers in ten-thousandths, dates as days, times in microseconds with their local day."""
    types = vocabulary().fields
    found: dict[str, Any] = {}
    for name, value in fields.items():
        declared = types.get(name)
        if declared is None:
            continue
        column = f"f_{name}"
        found[column] = column_value(declared.type, value)
        if declared.type == "time":
            found[f"{column}__day"] = local_parts(dt.datetime.fromisoformat(value), zone)[0]
    return found


def column_value(kind: FieldType, value: Any) -> Any:
    """One recorded value in the form a norm compares."""
    if kind == "number":
        return int(Decimal(value) * NUMBER_SCALE)
    if kind == "date":
        return dt.date.fromisoformat(value).toordinal() - EPOCH_DAY
    if kind == "time":
        return microseconds(dt.datetime.fromisoformat(value))
    return value


def local_parts(at: dt.datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The local day (days since 1970-01-01) and the seconds since its midnight."""
    local = at.astimezone(zone)
    return local.toordinal() - EPOCH_DAY, local.hour * 3600 + local.minute * 60 + local.second
