"""What the tables of acts refuse whoever asks: history altered, content dropped without an erasure, dossiers moved back."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, row_guard, undone

GUARDS = """
-- Content goes only by an erasure that names the act and the path; nothing else about an act ever changes.
CREATE FUNCTION acts_act_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open constant text[] := '{content,salts,erased}';
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - open = to_jsonb(OLD) - open
        AND NEW.erased @> OLD.erased
        AND NEW.erased <> OLD.erased
        AND NEW.content = OLD.content - ARRAY(SELECT jsonb_object_keys(NEW.erased))
        AND NOT EXISTS (
            SELECT FROM jsonb_each_text(NEW.erased) AS dropped(path, erasure)
            WHERE NOT OLD.erased ? path AND NOT EXISTS (
                SELECT FROM acts_erasure e WHERE e.id::text = erasure AND e.act_id = OLD.id AND e.paths ? path
            )
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'acts are never rewritten: % is refused', TG_OP USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;

-- A dossier grows by one act at a time and keeps its name.
CREATE FUNCTION acts_dossier_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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

TABLES = ["acts_act", "acts_dossier", "acts_erasure", "acts_reading"]
SQL = (
    refuse_function("acts_refuse")
    + GUARDS
    + row_guard("acts_act", "acts_act_guard")
    + row_guard("acts_dossier", "acts_dossier_guard")
    + append_only("acts_act", "acts_refuse", events="")
    + append_only("acts_dossier", "acts_refuse", events="")
    + append_only("acts_erasure", "acts_refuse")
    + append_only("acts_reading", "acts_refuse")
)


class Migration(migrations.Migration):
    """Triggers on the tables of acts."""

    dependencies = [("acts", "0001_initial")]
    operations = [
        migrations.RunSQL(SQL, undone(TABLES, ["acts_act_guard", "acts_dossier_guard", "acts_refuse"])),
    ]
