"""Tables that are only ever added to: the triggers that refuse everything else, whichever database role asks."""

from __future__ import annotations

REFUSE = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""
ROWS = """
CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};
"""
TRUNCATE = """
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
"""


def refuse_function(function: str) -> str:
    """SQL that creates the function these triggers call."""
    return REFUSE.format(function=function)


def append_only(table: str, function: str, *, events: str = "UPDATE OR DELETE") -> str:
    """SQL that lets a table only grow: `events` on its rows are refused, and so is TRUNCATE, even in replica sessions.

    With events="" rows are guarded by a trigger of the caller's; with "DELETE" they may change but not go.
    """
    rows = ROWS.format(name="kept", events=events, table=table, function=function) if events else ""
    return rows + TRUNCATE.format(table=table, function=function)


def row_guard(table: str, function: str, *, events: str = "UPDATE OR DELETE") -> str:
    """SQL that has a function of the caller's decide about changes to rows."""
    return ROWS.format(name="guarded", events=events, table=table, function=function)


def undone(tables: list[str], functions: list[str]) -> str:
    """SQL that takes the triggers and functions away again."""
    triggers = "".join(
        f"DROP TRIGGER IF EXISTS {name} ON {table};\n" for table in tables for name in ("kept", "guarded", "no_truncate")
    )
    return triggers + "".join(f"DROP FUNCTION IF EXISTS {function}();\n" for function in functions)
