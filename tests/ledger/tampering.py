"""Changes an insider could make in the tables of the ledger and of acts once the triggers are out of the way."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg.types.json import Jsonb

from zhunsheng.ledger.tiles import ENTRIES, tile_path

TABLES = (
    "acts_act",
    "acts_dossier",
    "acts_erasure",
    "acts_concern",
    "ledger_entry",
    "ledger_batch",
    "ledger_tile",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_unsealed",
)
NO_EVIDENCE = {
    ("acts_concern", "id"): "numbers rows",
    ("acts_dossier", "revision"): "tells copies in memory that they are old",
    ("acts_dossier", "edition"): "tells by which rulebook obligations were last judged",
    ("ledger_unsealed", "at"): "tells monitoring how long sealing has waited",
}
"""Columns that no act, entry or signature speaks of, and why nothing rests on them."""
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789中文"


@dataclass(frozen=True)
class Tampered:
    """What was done, and words one of which tells where."""

    what: str
    places: tuple[str, ...]


def unguarded() -> None:
    """Out of the way with every trigger, within the running transaction."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def row_of(table: str, r: Random) -> tuple[str, dict[str, Any]]:
    """Some row: where it lies, and its columns."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text FROM {table} ORDER BY ctid")
        place = r.choice(cursor.fetchall())[0]
        cursor.execute(f"SELECT * FROM {table} WHERE ctid = %s::tid", (place,))
        (row,) = cursor.fetchall()
        assert cursor.description is not None
        return place, dict(zip((c.name for c in cursor.description), row, strict=True))


def places_of(table: str, row: dict[str, Any]) -> tuple[str, ...]:
    """Words of which one must stand in a fault about this row."""
    if table in ("acts_act", "ledger_entry"):
        chain = row["dossier_id" if table == "acts_act" else "chain"]
        record = row["id" if table == "acts_act" else "record"]
        seq = (f"seq {row['seq']}",) if "seq" in row else ()
        return (f"{number_of(chain)} {row['position']}", f"{chain} {row['position']}", f"act {record}", *seq)
    if table == "acts_dossier":
        return (row["number"], str(row["id"]))
    if table == "acts_concern":
        return (f"{number_of(row['dossier_id'])} subjects.", f"{row['dossier_id']} subjects.")
    if table == "acts_erasure":
        return (
            f"erasure {row['id']}",
            f"act {row['act_id']}",
            f"act {row['ordered_in_id']}",
            str(row["act_id"]),
        )
    if table == "ledger_tile":
        return (tile_path(ENTRIES if row["level"] < 0 else row["level"], row["index"]),)
    if table == "ledger_batch":
        return (f"ledger_batch {row['first']}", *(f"seq {seq}" for seq in row["seqs"]))
    if table == "ledger_checkpoint":
        return (f"checkpoint {row['size']}", f"cosignature {row['size']} ")
    if table == "ledger_cosignature":
        return (f"cosignature {row['size']} {row['witness']}",)
    return (f"seq {row['seq']}",)


def number_of(chain: uuid.UUID) -> str:
    """The dossier's number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM acts_dossier WHERE id = %s", (chain,))
        found = cursor.fetchone()
        return str(chain) if found is None else str(found[0])


def changed(value: Any, r: Random) -> Any:
    """The value with one bit, character, element or microsecond of it otherwise."""
    match value:
        case None:
            return None
        case bool():
            return not value
        case bytes() | memoryview():
            return changed_bytes(bytes(value), r)
        case int():
            return value ^ (1 << r.randrange(8))
        case uuid.UUID():
            return uuid.UUID(int=value.int ^ (1 << r.randrange(128)))
        case dt.datetime():
            return value + dt.timedelta(microseconds=r.choice((-1, 1, 1_000_000, 86_400_000_000)))
        case str() if value[:1] in "[{" and value != "":
            return changed_json(value, r)
        case str():
            return changed_text(value, r)
        case list():
            return changed_list(value, r)
    raise TypeError(type(value))


def changed_bytes(value: bytes, r: Random) -> bytes:
    """One bit flipped, or a byte less or more."""
    kind = r.randrange(10)
    if kind == 0 or not value:
        return value + b"\x00"
    if kind == 1:
        return value[:-1]
    at = r.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << r.randrange(8))]) + value[at + 1 :]


def changed_text(value: str, r: Random) -> str:
    """One character otherwise, less or more."""
    kind = r.randrange(4)
    if kind == 0 or not value:
        return value + r.choice(LETTERS)
    at = r.randrange(len(value))
    if kind == 1:
        return value[:at] + value[at + 1 :]
    return value[:at] + r.choice([c for c in LETTERS if c != value[at]]) + value[at + 1 :]


def changed_list(value: list[Any], r: Random) -> list[Any]:
    """One element otherwise, less, more, or two in the other order."""
    kind, found = r.randrange(4), list(value)
    if kind == 0 and len(found) > 1:
        a, b = r.sample(range(len(found)), 2)
        found[a], found[b] = found[b], found[a]
    elif kind == 1 and found:
        del found[r.randrange(len(found))]
    elif kind == 2 and found:
        at = r.randrange(len(found))
        found[at] = changed(found[at], r)
    else:
        found.append(found[-1] if found else 1)
    return found


def changed_json(text: str, r: Random) -> Jsonb:
    """One leaf of a JSON value otherwise, or a member less or more."""
    value = json.loads(text)
    if isinstance(value, list):
        return Jsonb(changed_list(value, r))
    kind = r.randrange(5)
    if not value or kind == 0:
        return Jsonb(value | {f"fields.{r.choice(LETTERS[:26])}": "x"})
    name = r.choice(sorted(value))
    if kind == 1:
        return Jsonb({k: v for k, v in value.items() if k != name})
    inner = value[name]
    new = changed_json(json.dumps(inner), r).obj if isinstance(inner, dict | list) else changed(inner, r)
    return Jsonb(value | {name: new if new is not None else "x"})


def column_changed(r: Random, table: str, column: str | None = None) -> Tampered | None:
    """One column of one row changed; None where the table's own constraints do not take the change."""
    place, row = row_of(table, r)
    chosen = column or r.choice([name for name in row if (table, name) not in NO_EVIDENCE])
    value = row[chosen]
    new = changed(value, r) if value is not None else something(table, chosen, r)
    return done(
        f"UPDATE {table} SET {chosen!r} of {row}"[:300],
        (*places_of(table, row), *places_of(table, row | {chosen: new})),
        f'UPDATE {table} SET "{chosen}" = %s WHERE ctid = %s::tid',
        (new, place),
    )


def something(table: str, column: str, r: Random) -> Any:
    """A value where there was none."""
    if column == "corrects_id":
        return row_of("acts_act", r)[1]["id"]
    assert column in ("ended_at", "closed_at", "sealed_at"), column
    return dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC)


def row_removed(r: Random, table: str) -> Tampered | None:
    """One row gone."""
    place, row = row_of(table, r)
    return done(
        f"DELETE {table} {row}"[:300],
        places_of(table, row),
        f"DELETE FROM {table} WHERE ctid = %s::tid",
        (place,),
    )


def row_added(r: Random, table: str) -> Tampered | None:
    """A row made from another, with a key of its own."""
    _, row = row_of(table, r)
    keys = {
        "acts_act": {"id": uuid.uuid4(), "position": row.get("position", 0) + r.choice((1, 100))},
        "acts_dossier": {"id": uuid.uuid4(), "number": "990101010000-2026-999999"},
        "acts_erasure": {"id": uuid.uuid4()},
        "acts_concern": {"id": 9_999, "name": "某某"},
        "ledger_entry": {"seq": 9_999, "record": uuid.uuid4(), "position": row.get("position", 0) + 100},
        "ledger_batch": {"first": 9_999},
        "ledger_tile": {"index": 77},
        "ledger_checkpoint": {"size": row.get("size", 0) - 1},
        "ledger_cosignature": {"witness": "court.example/w3"},
        "ledger_unsealed": {"seq": r.choice((1, 5, 9_999))},
    }[table]
    new = row | keys
    values = [Jsonb(json.loads(v)) if isinstance(v, str) and v[:1] in ("{", "[") else v for v in new.values()]
    columns = ", ".join(f'"{name}"' for name in new)
    return done(
        f"INSERT {table} {new}"[:300],
        (*places_of(table, new), *places_of(table, row)),
        f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(new))})",
        tuple(values),
    )


def rows_swapped(r: Random, table: str) -> Tampered | None:
    """Two rows with one column of theirs exchanged."""
    (one, first), (two, second) = row_of(table, r), row_of(table, r)
    names = [n for n in first if (table, n) not in NO_EVIDENCE and first[n] != second[n] and n not in UNIQUE]
    if not names:
        return None
    name = r.choice(names)
    return done(
        f"SWAP {table}.{name} of {first} and {second}"[:400],
        (*places_of(table, first), *places_of(table, second)),
        f"""UPDATE {table} t SET "{name}" = o."{name}" FROM {table} o
            WHERE t.ctid = ANY(ARRAY[%s, %s]::tid[]) AND o.ctid = ANY(ARRAY[%s, %s]::tid[]) AND o.ctid <> t.ctid""",
        (one, two, one, two),
    )


UNIQUE = {"id", "number", "seq", "record", "first"}
"""Columns whose exchange a unique index may not take row by row."""


def done(what: str, places: tuple[str, ...], statement: str, given: tuple[Any, ...]) -> Tampered | None:
    """Carry out one statement; None where the database does not take it or it changes nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
            return Tampered(what, places) if cursor.rowcount else None
    except DatabaseError:
        return None


HELD_ELSEWHERE = (row_removed, "ledger_cosignature")
"""A cosignature that is gone is not missed here: it is the witness's word, and the witness has it."""
KINDS: tuple[Callable[[Random, str], Tampered | None], ...] = (
    column_changed,
    row_removed,
    row_added,
    rows_swapped,
)
