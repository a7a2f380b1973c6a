"""Whom a dossier is about is forgotten only when no act of it says so any more; it is closed and sealed only by an act."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, row_guard, undone

SQL = """
-- What the acts name goes from them by an erasure only, so a concern that no act bears out is one that was erased.
CREATE FUNCTION acts_concern_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM acts_act a, jsonb_each_text(a.content) AS part(path, value)
        WHERE a.dossier_id = OLD.dossier_id
            AND starts_with(part.path, 'subjects.' || OLD.kind || '.') AND part.value = OLD.name
    )
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'acts of the dossier name this subject: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;

CREATE OR REPLACE FUNCTION acts_dossier_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open constant text[] := '{unit_id,closed_at,sealed_at,position,head,revision,edition}';
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - open = to_jsonb(OLD) - open
        AND NEW.revision >= OLD.revision
        AND (
            NEW.position = OLD.position + 1
            OR (NEW.position, NEW.head) = (OLD.position, OLD.head)
                AND (NEW.closed_at, NEW.sealed_at) IS NOT DISTINCT FROM (OLD.closed_at, OLD.sealed_at)
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a dossier only grows, act by act: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION acts_dossier_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open constant text[] := '{unit_id,closed_at,sealed_at,position,head,revision,edition}';
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - open = to_jsonb(OLD) - open
        AND NEW.revision >= OLD.revision
        AND (NEW.position = OLD.position AND NEW.head = OLD.head OR NEW.position = OLD.position + 1)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a dossier only grows, act by act: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""
GUARDS = row_guard("acts_concern", "acts_concern_guard") + append_only(
    "acts_concern", "acts_refuse", events=""
)


class Migration(migrations.Migration):
    """Triggers on concerns and dossiers."""

    dependencies = [("acts", "0003_upload")]
    operations = [
        migrations.RunSQL(SQL + GUARDS, undone(["acts_concern"], ["acts_concern_guard"]) + BEFORE),
    ]
