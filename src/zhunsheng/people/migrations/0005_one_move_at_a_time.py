"""Units are moved one at a time: of two moves that together would make a circle the second must see the first."""

from __future__ import annotations

from django.db import migrations

LOCKED = """
CREATE OR REPLACE FUNCTION people_unit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.code) IS DISTINCT FROM (OLD.id, OLD.code) THEN
        RAISE EXCEPTION 'a unit''s code never changes' USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
        -- Held until the move is committed; the question below is then asked of what is committed by then.
        PERFORM pg_advisory_xact_lock({key});
    END IF;
    IF NEW.parent_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT unit.parent_id FROM people_unit unit JOIN above ON unit.id = above.id WHERE unit.parent_id IS NOT NULL
        ) SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a unit cannot stand below itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_is_a_tree', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
TREE_KEY = 0x5A5354
"""The number of the advisory lock that whoever moves a unit holds."""


class Migration(migrations.Migration):
    """The guard of the tree, with a lock; undone, the guard of 0002 remains in force with it."""

    dependencies = [("people", "0004_guards_of_sign_in")]
    operations = [migrations.RunSQL(LOCKED.format(key=TREE_KEY), migrations.RunSQL.noop)]
