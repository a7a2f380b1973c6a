"""What was written stays: every way to change, remove or replace a row is refused to every database role, in replica sessions too."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RestrictViolation, UniqueViolation

from tests.procedure.sealed import SealedLedger
from zhunsheng.base.postgres.layout import APPLICATION, OWNER, SUPERUSER

KEPT = (
    "acts_act",
    "acts_erasure",
    "acts_reading",
    "ledger_batch",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_entry",
    "procedure_change",
    "procedure_receipt",
)
"""Only ever added to, but that content of an act may be erased."""
LASTING = (
    *KEPT,
    "acts_concern",
    "acts_dossier",
    "ledger_tile",
    "procedure_obligation",
    "procedure_discrepancy",
)
"""Rows that do not go."""
GUARDED = (*LASTING, "ledger_unsealed")
SESSIONS = {
    "application": (APPLICATION, ""),
    "owner": (OWNER, ""),
    "superuser": (SUPERUSER, ""),
    "replica": (SUPERUSER, "SET session_replication_role = replica"),
}
FROZEN = {
    "acts_concern": {"name": "name || 'x'", "kind": "kind", "dossier_id": "dossier_id"},
    "acts_dossier": {
        "id": "gen_random_uuid()",
        "number": "number || 'x'",
        "kind": "'other'",
        "opened_at": "opened_at + interval '1 microsecond'",
        "position": "position - 1",
        "head": "'\\x00'::bytea",
        "revision": "revision - 1",
        "closed_at": "now()",
        "sealed_at": "now()",
    },
    "ledger_tile": {
        "level": "level + 1",
        "index": "index + 1",
        "data": "substring(data FOR length(data) - 1)",
        '"data"': "set_byte(data, 0, get_byte(data, 0) # 1)",
    },
    "ledger_unsealed": {"seq": "seq + 1", "at": "now()"},
}
"""Columns of tables whose rows may change in one way, and a change they must not take."""


def statements(table: str, columns: list[str]) -> list[str]:
    """Ways to change, remove or replace a row of a table."""
    first = f"(SELECT min(ctid) FROM {table})"
    found = [f"TRUNCATE {table} CASCADE"]
    if table in LASTING:
        found += [f"DELETE FROM {table} WHERE ctid = {first}", f"DELETE FROM {table}"]
        found.append(f"MERGE INTO {table} t USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE")
    if table in KEPT:
        found += [f'UPDATE {table} SET "{c}" = "{c}" WHERE ctid = {first}' for c in columns]
        found.append(f"UPDATE {table} SET {columns[0]} = DEFAULT")
        found.append(
            f'MERGE INTO {table} t USING (SELECT 1) one ON true WHEN MATCHED THEN UPDATE SET "{columns[0]}" = t."{columns[0]}"'
        )
        found.append(
            f'INSERT INTO {table} SELECT * FROM {table} LIMIT 1 ON CONFLICT ("{columns[0]}") DO UPDATE SET "{columns[0]}" = EXCLUDED."{columns[0]}"'
        )
    found += [
        f"UPDATE {table} SET {c} = {to} WHERE ctid = {first}" for c, to in FROZEN.get(table, {}).items()
    ]
    return [s for s in found if not (table == "ledger_cosignature" and "ON CONFLICT" in s)]


@pytest.mark.parametrize("session", SESSIONS)
def test_no_role_changes_removes_or_replaces_what_is_there(
    sealed: SealedLedger, session: str, test_server: object
) -> None:
    role, first = SESSIONS[session]
    with psycopg.connect(test_server.url(sealed.database, role), autocommit=True) as connection:  # type: ignore[attr-defined]
        if first:
            connection.execute(first)
        before = digests(connection)
        tried = 0
        for table in GUARDED:
            row = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(table)))
            assert row.fetchone() is not None, table
            assert row.description is not None
            for statement in statements(table, [column.name for column in row.description]):
                tried += 1
                refused = (
                    (RestrictViolation, InsufficientPrivilege) if role == APPLICATION else RestrictViolation
                )
                with pytest.raises(refused):
                    connection.execute(statement)
        assert tried > 100
        assert digests(connection) == before


@pytest.mark.parametrize("session", SESSIONS)
def test_copy_adds_and_never_replaces(sealed: SealedLedger, session: str, test_server: object) -> None:
    role, first = SESSIONS[session]
    with psycopg.connect(test_server.url(sealed.database, role), autocommit=True) as connection:  # type: ignore[attr-defined]
        if first:
            connection.execute(first)
        before = digests(connection)
        for table in KEPT:
            with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as out:
                rows = b"".join(out)
            with pytest.raises(UniqueViolation), connection.cursor().copy(f"COPY {table} FROM STDIN") as into:
                into.write(rows)
        assert digests(connection) == before


def test_the_owner_alone_could_take_the_guards_away_and_the_application_cannot(
    sealed: SealedLedger, test_server: object
) -> None:
    with psycopg.connect(test_server.url(sealed.database), autocommit=True) as connection:  # type: ignore[attr-defined]
        for table in GUARDED:
            for statement in (
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"DROP TABLE {table}",
                f"CREATE TRIGGER mine BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "SET session_replication_role = replica",
            ):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(statement)


def digests(connection: psycopg.Connection) -> dict[str, str]:
    """A digest of all rows of each table."""
    found = {}
    for table in GUARDED:
        row = connection.execute(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        ).fetchone()
        assert row is not None
        found[table] = row[0]
    return found
