"""What the tables of inspections refuse whoever asks: what was frozen, drawn, asked and answered stays as it was."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, row_guard, undone

ADDED_TO = tuple(
    f"inspections_{name}"
    for name in (
        "savedquery",
        "evidence",
        "population",
        "draw",
        "chosen",
        "checklist",
        "answer",
        "settlement",
        "step",
    )
)
KEPT = ("inspections_inspection", "inspections_sheet", "inspections_problem")
GUARD = """
CREATE FUNCTION inspections_sheet_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.done_at IS NULL AND OLD.aside = '' AND NEW.chosen_id = OLD.chosen_id AND NEW.reading = OLD.reading THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a checklist that is done or set aside stays as it is'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
CREATE FUNCTION inspections_inspection_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'closed' AND (
        OLD.status = 'planned' OR to_jsonb(NEW) - '{status,changed_at,closed_at,closed_by_id,conclusion}'::text[]
            = to_jsonb(OLD) - '{status,changed_at,closed_at,closed_by_id,conclusion}'::text[]
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what an inspection was announced to be does not change once its population is frozen, nor anything once closed'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""
SQL = (
    refuse_function("inspections_refuse")
    + GUARD
    + "".join(append_only(table, "inspections_refuse") for table in ADDED_TO)
    + "".join(append_only(table, "inspections_refuse", events="DELETE") for table in KEPT)
    + row_guard("inspections_sheet", "inspections_sheet_guard", events="UPDATE")
    + row_guard("inspections_inspection", "inspections_inspection_guard", events="UPDATE")
)


class Migration(migrations.Migration):
    """Triggers on the tables of inspections."""

    dependencies = [("inspections", "0001_initial")]
    operations = [
        migrations.RunSQL(
            SQL,
            undone(
                [*ADDED_TO, *KEPT],
                ["inspections_refuse", "inspections_sheet_guard", "inspections_inspection_guard"],
            ),
        )
    ]
