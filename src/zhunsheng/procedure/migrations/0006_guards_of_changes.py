"""A step of changing the rulebook is only ever added, and nobody decides on what they proposed, whoever asks."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, undone

TABLE = "procedure_rulebookchange"
SECOND_PERSON = """
CREATE FUNCTION procedure_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NOT NULL AND EXISTS (
        SELECT FROM procedure_rulebookchange p
        WHERE p.id = NEW.proposal_id
            AND (p.by_id = NEW.by_id OR p.step <> 'proposed' OR p.draft <> NEW.draft OR p.name <> NEW.name
                OR p.retires <> NEW.retires OR p.backtest <> NEW.backtest)
    )
    THEN
        RAISE EXCEPTION 'a second person decides, on what was proposed and nothing else'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER second_person BEFORE INSERT ON procedure_rulebookchange
    FOR EACH ROW EXECUTE FUNCTION procedure_second_person();
ALTER TABLE procedure_rulebookchange ENABLE ALWAYS TRIGGER second_person;
"""
BACK = f"DROP TRIGGER second_person ON {TABLE};\nDROP FUNCTION procedure_second_person();\n"


class Migration(migrations.Migration):
    """Triggers on the changes of the rulebook."""

    dependencies = [("procedure", "0005_rulebook_changes")]
    operations = [
        migrations.RunSQL(append_only(TABLE, "procedure_refuse") + SECOND_PERSON, undone([TABLE], []) + BACK)
    ]
