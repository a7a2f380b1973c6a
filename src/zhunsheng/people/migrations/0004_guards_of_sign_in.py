"""Outside observers are let in by supervisors only; codes are used once; the sign-in log only grows; a cache all workers share."""

from __future__ import annotations

from django.db import migrations

OBSERVERS = """
CREATE FUNCTION people_observer_granted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM people_officer WHERE id = NEW.officer_id AND kind = 'observer') THEN
        RAISE EXCEPTION 'only an outside observer is granted things one by one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'observergrant_to_observer', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT EXISTS (
        SELECT FROM people_roleassignment
        WHERE officer_id = NEW.granted_by_id AND role = 'supervisor' AND tstzrange(valid_from, valid_to) @> NEW.granted_at
    ) THEN
        RAISE EXCEPTION 'outside observers are let in by a supervisor'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'observergrant_granted_by_supervisor', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_within_rules BEFORE INSERT ON people_observergrant
    FOR EACH ROW EXECUTE FUNCTION people_observer_granted();
CREATE TRIGGER begin_term BEFORE INSERT ON people_observergrant FOR EACH ROW EXECUTE FUNCTION people_term_begin();
CREATE TRIGGER end_once BEFORE UPDATE ON people_observergrant FOR EACH ROW EXECUTE FUNCTION people_term_end();
"""
OBSERVERS_UNDONE = """
DROP TRIGGER end_once ON people_observergrant;
DROP TRIGGER begin_term ON people_observergrant;
DROP TRIGGER grant_within_rules ON people_observergrant;
DROP FUNCTION people_observer_granted();
"""

CODES = """
CREATE FUNCTION people_code_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR to_jsonb(NEW) - 'used_at' IS DISTINCT FROM to_jsonb(OLD) - 'used_at' THEN
        RAISE EXCEPTION 'an enrolment code is issued once and used once'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER use_once BEFORE UPDATE ON people_enrolment FOR EACH ROW EXECUTE FUNCTION people_code_used();
CREATE TRIGGER keep_lines BEFORE UPDATE ON people_accountevent FOR EACH ROW EXECUTE FUNCTION people_refuse();
"""
CODES_UNDONE = """
DROP TRIGGER keep_lines ON people_accountevent;
DROP TRIGGER use_once ON people_enrolment;
DROP FUNCTION people_code_used();
"""

KEPT = ("observergrant", "enrolment", "accountevent")
KEEP = "".join(
    f"CREATE TRIGGER keep_rows BEFORE DELETE ON people_{table} FOR EACH ROW EXECUTE FUNCTION people_refuse();"
    f"CREATE TRIGGER keep_table BEFORE TRUNCATE ON people_{table} FOR EACH STATEMENT EXECUTE FUNCTION people_refuse();"
    for table in KEPT
)
KEEP_UNDONE = "".join(
    f"DROP TRIGGER keep_table ON people_{table}; DROP TRIGGER keep_rows ON people_{table};" for table in KEPT
)

# The layout of Django's DatabaseCache: attempts at sign-in must be counted by all workers together. Nothing in it outlives a crash.
CACHE = """
CREATE UNLOGGED TABLE people_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX people_cache_expires ON people_cache (expires);
"""


class Migration(migrations.Migration):
    """Triggers and the cache table."""

    dependencies = [("people", "0003_sign_in_and_observers")]
    operations = [
        migrations.RunSQL(OBSERVERS, OBSERVERS_UNDONE),
        migrations.RunSQL(CODES, CODES_UNDONE),
        migrations.RunSQL(KEEP, KEEP_UNDONE),
        migrations.RunSQL(CACHE, "DROP TABLE people_cache"),
    ]
