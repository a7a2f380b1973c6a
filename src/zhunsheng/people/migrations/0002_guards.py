"""What the tables of people refuse whoever asks: overlaps, excluded roles, grants without authority, altered history."""

from __future__ import annotations

from django.db import migrations

# A range over words lets GiST compare them for equality, so that no extension (btree_gist) is needed.
TERMS = """
CREATE TYPE people_words AS RANGE (subtype = text, collation = "C");

ALTER TABLE people_post ADD CONSTRAINT post_once_at_a_time EXCLUDE USING gist (
    int8range(officer_id, officer_id, '[]') WITH &&,
    people_words(unit_id, unit_id, '[]') WITH &&,
    people_words(title, title, '[]') WITH &&,
    tstzrange(valid_from, valid_to) WITH &&
);
ALTER TABLE people_qualification ADD CONSTRAINT qualification_once_at_a_time EXCLUDE USING gist (
    int8range(officer_id, officer_id, '[]') WITH &&,
    people_words(kind, kind, '[]') WITH &&,
    tstzrange(valid_from, valid_to) WITH &&
);
ALTER TABLE people_roleassignment ADD CONSTRAINT roleassignment_once_at_a_time EXCLUDE USING gist (
    int8range(officer_id, officer_id, '[]') WITH &&,
    people_words(role, role, '[]') WITH &&,
    people_words(unit_id, unit_id, '[]') WITH &&,
    tstzrange(valid_from, valid_to) WITH &&
);
"""
TERMS_UNDONE = """
ALTER TABLE people_roleassignment DROP CONSTRAINT roleassignment_once_at_a_time;
ALTER TABLE people_qualification DROP CONSTRAINT qualification_once_at_a_time;
ALTER TABLE people_post DROP CONSTRAINT post_once_at_a_time;
DROP TYPE people_words;
"""

HISTORY = """
CREATE FUNCTION people_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps its history: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;

-- A new row has not ended; the end foreseen is kept beside the end that may come sooner.
CREATE FUNCTION people_term_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ended_at IS NOT NULL THEN
        RAISE EXCEPTION '%: a row begins before it ends', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    NEW.granted_to := NEW.valid_to;
    RETURN NEW;
END $$;

-- The only change: an end, once, that does not lengthen the term.
CREATE FUNCTION people_term_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open constant text[] := '{valid_to,ended_at,ended_by_id,end_reason}';
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR to_jsonb(NEW) - open IS DISTINCT FROM to_jsonb(OLD) - open
        OR NEW.valid_to IS NULL OR NEW.valid_to > OLD.valid_to
    THEN
        RAISE EXCEPTION '% is written once and ended once', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION people_token_revoke() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open constant text[] := '{revoked_at,revoked_by_id}';
BEGIN
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
        OR to_jsonb(NEW) - open IS DISTINCT FROM to_jsonb(OLD) - open
    THEN
        RAISE EXCEPTION 'a token is issued once and revoked once' USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER revoke_once BEFORE UPDATE ON people_apitoken FOR EACH ROW EXECUTE FUNCTION people_token_revoke();
"""
HISTORY_UNDONE = """
DROP TRIGGER revoke_once ON people_apitoken;
DROP FUNCTION people_token_revoke();
DROP FUNCTION people_term_end();
DROP FUNCTION people_term_begin();
DROP FUNCTION people_refuse();
"""

KEPT = ("unit", "officer", "post", "qualification", "roleassignment", "apitoken")
TERM_TABLES = ("post", "qualification", "roleassignment")

KEEP = "".join(
    f"CREATE TRIGGER keep_rows BEFORE DELETE ON people_{table} FOR EACH ROW EXECUTE FUNCTION people_refuse();"
    f"CREATE TRIGGER keep_table BEFORE TRUNCATE ON people_{table} FOR EACH STATEMENT EXECUTE FUNCTION people_refuse();"
    for table in KEPT
) + "".join(
    f"CREATE TRIGGER begin_term BEFORE INSERT ON people_{table} FOR EACH ROW EXECUTE FUNCTION people_term_begin();"
    f"CREATE TRIGGER end_once BEFORE UPDATE ON people_{table} FOR EACH ROW EXECUTE FUNCTION people_term_end();"
    for table in TERM_TABLES
)
KEEP_UNDONE = "".join(
    f"DROP TRIGGER end_once ON people_{table}; DROP TRIGGER begin_term ON people_{table};"
    for table in TERM_TABLES
) + "".join(
    f"DROP TRIGGER keep_table ON people_{table}; DROP TRIGGER keep_rows ON people_{table};" for table in KEPT
)

# The pairs of people.roles.EXCLUSIONS and the kinds of people.roles.MAY_HOLD as they stood at this migration;
# tests/people/test_guards.py holds the functions in force equal to the catalogue.
ROLES = """
CREATE FUNCTION people_roles_exclude(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT EXISTS (
        SELECT FROM (VALUES
            ('handler', '{legal-reviewer,approver,property-keeper,custody-keeper,recording-keeper}'::text[]),
            ('legal-reviewer', '{approver,property-keeper,custody-keeper,recording-keeper,window}'),
            ('approver', '{property-keeper,custody-keeper,recording-keeper,window}'),
            ('supervisor', '{handler,legal-reviewer,approver,property-keeper,custody-keeper,recording-keeper,window}'),
            ('assessor', '{handler,approver,property-keeper,custody-keeper,recording-keeper,window}')
        ) AS pairs(role, others)
        WHERE (role = one AND other = ANY (others)) OR (role = other AND one = ANY (others))
    ) OR (one <> other AND (one IN ('outside-observer', 'auditor', 'administrator')
        OR other IN ('outside-observer', 'auditor', 'administrator')))
$$;

CREATE FUNCTION people_kind_may_hold(kind text, role text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind
        WHEN 'officer' THEN role <> 'outside-observer'
        WHEN 'auxiliary' THEN role IN ('recording-keeper', 'window')
        WHEN 'observer' THEN role = 'outside-observer'
        WHEN 'machine' THEN role IN ('handler', 'property-keeper', 'custody-keeper', 'recording-keeper')
        ELSE false
    END
$$;

CREATE FUNCTION people_role_granted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text;
    holder_kind text;
BEGIN
    -- Two grants to one person wait for each other; the second then sees the first.
    SELECT kind INTO holder_kind FROM people_officer WHERE id = NEW.officer_id FOR NO KEY UPDATE;
    IF NOT people_kind_may_hold(holder_kind, NEW.role) THEN
        RAISE EXCEPTION 'an account of kind % may not hold %', holder_kind, NEW.role
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_kind_may_hold', TABLE = TG_TABLE_NAME;
    END IF;
    SELECT role INTO held FROM people_roleassignment
        WHERE officer_id = NEW.officer_id AND people_roles_exclude(role, NEW.role)
            AND tstzrange(valid_from, valid_to) && tstzrange(NEW.valid_from, NEW.valid_to)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% and % exclude each other', held, NEW.role
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'roleassignment_exclusions', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.granted_by_id IS NULL THEN
        -- Founding: the first administrator, or a new one when the installation has lost its last.
        LOCK TABLE people_roleassignment IN SHARE ROW EXCLUSIVE MODE;
        IF NEW.role <> 'administrator' OR EXISTS (
            SELECT FROM people_roleassignment assignment JOIN people_officer officer ON officer.id = assignment.officer_id
            WHERE assignment.role = 'administrator' AND officer.is_active
                AND tstzrange(assignment.valid_from, assignment.valid_to) @> NEW.granted_at
        ) THEN
            RAISE EXCEPTION 'only the founding administrator is granted by nobody'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_granted_by_somebody', TABLE = TG_TABLE_NAME;
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM people_roleassignment
        WHERE officer_id = NEW.granted_by_id AND role = 'administrator' AND tstzrange(valid_from, valid_to) @> NEW.granted_at
    ) THEN
        RAISE EXCEPTION 'roles are granted by an administrator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roleassignment_granted_by_administrator', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_within_rules BEFORE INSERT ON people_roleassignment
    FOR EACH ROW EXECUTE FUNCTION people_role_granted();
"""
ROLES_UNDONE = """
DROP TRIGGER grant_within_rules ON people_roleassignment;
DROP FUNCTION people_role_granted();
DROP FUNCTION people_kind_may_hold(text, text);
DROP FUNCTION people_roles_exclude(text, text);
"""

NAMES = """
-- Acts and the ledger carry numbers and codes: they never change, nor does the kind of person a number stands for.
CREATE FUNCTION people_officer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.kind, NEW.entered_at) IS DISTINCT FROM (OLD.id, OLD.number, OLD.kind, OLD.entered_at) THEN
        RAISE EXCEPTION 'an officer''s number and kind never change' USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stay_the_same BEFORE UPDATE ON people_officer FOR EACH ROW EXECUTE FUNCTION people_officer_stays();

CREATE FUNCTION people_unit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.code) IS DISTINCT FROM (OLD.id, OLD.code) THEN
        RAISE EXCEPTION 'a unit''s code never changes' USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
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
CREATE TRIGGER stay_a_tree BEFORE INSERT OR UPDATE ON people_unit FOR EACH ROW EXECUTE FUNCTION people_unit_stays();
"""
NAMES_UNDONE = """
DROP TRIGGER stay_a_tree ON people_unit;
DROP FUNCTION people_unit_stays();
DROP TRIGGER stay_the_same ON people_officer;
DROP FUNCTION people_officer_stays();
"""


class Migration(migrations.Migration):
    """Exclusion constraints, triggers and the functions behind them; PostgreSQL 15 without extensions."""

    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(TERMS, TERMS_UNDONE),
        migrations.RunSQL(HISTORY, HISTORY_UNDONE),
        migrations.RunSQL(KEEP, KEEP_UNDONE),
        migrations.RunSQL(ROLES, ROLES_UNDONE),
        migrations.RunSQL(NAMES, NAMES_UNDONE),
    ]
