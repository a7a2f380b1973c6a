"""A unit is merged once and stays where it went; nothing that lives is placed in it or granted over it from then on."""

from __future__ import annotations

from django.db import migrations

LIVES = """
-- Locked until the transaction ends: of a merger and of what would be placed in the unit at that moment, one sees the other.
CREATE FUNCTION people_unit_lives(wanted text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
BEGIN
    SELECT merged_into_id INTO gone FROM people_unit WHERE code = wanted FOR SHARE;
    RETURN gone IS NULL;
END $$;

CREATE FUNCTION people_among_living() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT people_unit_lives(to_jsonb(NEW) ->> TG_ARGV[0]) THEN
        RAISE EXCEPTION '%: the unit was merged into another', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_lives', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
LIVES_UNDONE = "DROP FUNCTION people_among_living(); DROP FUNCTION people_unit_lives(text);"

# Triggers go by their names: the unit is locked before the officer, as a merger does it, so that nobody waits in a circle.
PLACED = """
CREATE TRIGGER among_living BEFORE INSERT ON people_officer
    FOR EACH ROW EXECUTE FUNCTION people_among_living('unit_id');
CREATE TRIGGER among_living_moved BEFORE UPDATE OF unit_id ON people_officer
    FOR EACH ROW WHEN (NEW.unit_id IS DISTINCT FROM OLD.unit_id) EXECUTE FUNCTION people_among_living('unit_id');
CREATE TRIGGER among_living BEFORE INSERT ON people_post
    FOR EACH ROW EXECUTE FUNCTION people_among_living('unit_id');
CREATE TRIGGER among_living BEFORE INSERT ON people_roleassignment
    FOR EACH ROW EXECUTE FUNCTION people_among_living('unit_id');
CREATE TRIGGER among_living BEFORE INSERT ON people_observergrant
    FOR EACH ROW WHEN (NEW.entity = 'unit') EXECUTE FUNCTION people_among_living('subject');
"""
PLACED_UNDONE = """
DROP TRIGGER among_living ON people_observergrant;
DROP TRIGGER among_living ON people_roleassignment;
DROP TRIGGER among_living ON people_post;
DROP TRIGGER among_living_moved ON people_officer;
DROP TRIGGER among_living ON people_officer;
"""

MERGED = """
CREATE FUNCTION people_unit_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above text;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.merged_into_id IS NOT NULL
        AND (NEW.parent_id, NEW.merged_into_id, NEW.merged_at)
            IS DISTINCT FROM (OLD.parent_id, OLD.merged_into_id, OLD.merged_at)
    THEN
        RAISE EXCEPTION 'a unit is merged once, and stays where it went'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unit_merged_once', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.parent_id, NEW.merged_into_id) IS NOT DISTINCT FROM (OLD.parent_id, OLD.merged_into_id) THEN
        RETURN NEW;
    END IF;
    SELECT code INTO above FROM people_unit WHERE id = NEW.parent_id;
    IF above IS NOT NULL AND NOT people_unit_lives(above) THEN
        RAISE EXCEPTION 'the unit above was merged into another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_lives', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.merged_into_id IS NOT NULL AND (
        EXISTS (SELECT FROM people_unit WHERE parent_id = NEW.id AND merged_into_id IS NULL)
        OR EXISTS (SELECT FROM people_officer WHERE unit_id = NEW.code)
    ) THEN
        RAISE EXCEPTION 'units and officers move first, then the unit is merged'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_merged_empty', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER merge_once BEFORE INSERT OR UPDATE ON people_unit FOR EACH ROW EXECUTE FUNCTION people_unit_merged();
"""
MERGED_UNDONE = "DROP TRIGGER merge_once ON people_unit; DROP FUNCTION people_unit_merged();"


class Migration(migrations.Migration):
    """Triggers; what `people.merging` checks in words is refused here too, at the same moment."""

    dependencies = [("people", "0007_units_merged")]
    operations = [
        migrations.RunSQL(LIVES, LIVES_UNDONE),
        migrations.RunSQL(PLACED, PLACED_UNDONE),
        migrations.RunSQL(MERGED, MERGED_UNDONE),
    ]
