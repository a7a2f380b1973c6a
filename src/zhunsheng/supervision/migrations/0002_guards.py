"""What the tables of supervision refuse whoever asks: findings that vanish, versions rewritten, steps and receipts taken back."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, row_guard, undone

KEPT = (
    "supervision_finding",
    "supervision_contest",
    "supervision_silence",
    "supervision_alert",
    "supervision_delivery",
    "supervision_handdown",
    "supervision_rectification",
)
VERSIONS, STEPS = "supervision_findingversion", "supervision_rectificationstep"
GUARD = """
CREATE FUNCTION supervision_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Content erased by law goes from an explanation; nothing else of a version ever changes.
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'explanation' = to_jsonb(OLD) - 'explanation' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is only ever added to: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
CREATE FUNCTION supervision_contest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a contest that was decided stays as it was decided'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""
SQL = (
    refuse_function("supervision_refuse")
    + GUARD
    + "".join(append_only(table, "supervision_refuse", events="DELETE") for table in KEPT)
    + row_guard(VERSIONS, "supervision_version_guard")
    + append_only(VERSIONS, "supervision_refuse", events="")
    + row_guard("supervision_contest", "supervision_contest_guard", events="UPDATE")
    + append_only(STEPS, "supervision_refuse")
)


class Migration(migrations.Migration):
    """Triggers on the tables of supervision."""

    dependencies = [("supervision", "0001_initial")]
    operations = [
        migrations.RunSQL(
            SQL,
            undone(
                [*KEPT, VERSIONS, STEPS],
                ["supervision_refuse", "supervision_version_guard", "supervision_contest_guard"],
            ),
        )
    ]
