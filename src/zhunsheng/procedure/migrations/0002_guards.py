"""What the door's tables refuse whoever asks: obligations that vanish, and changes or receipts rewritten."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, row_guard, undone

CARRIED_OUT = """
CREATE FUNCTION procedure_receipt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.act_id IS NULL AND to_jsonb(NEW) - 'act_id' = to_jsonb(OLD) - 'act_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a receipt is written once: % is refused', TG_OP USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""

TABLES = ["procedure_obligation", "procedure_change", "procedure_receipt", "procedure_discrepancy"]
SQL = (
    refuse_function("procedure_refuse")
    + CARRIED_OUT
    + append_only("procedure_obligation", "procedure_refuse", events="DELETE")
    + append_only("procedure_change", "procedure_refuse")
    + append_only("procedure_receipt", "procedure_refuse", events="")
    + row_guard("procedure_receipt", "procedure_receipt_guard")
    + append_only("procedure_discrepancy", "procedure_refuse", events="DELETE")
)


class Migration(migrations.Migration):
    """Triggers on the door's tables."""

    dependencies = [("procedure", "0001_initial")]
    operations = [
        migrations.RunSQL(SQL, undone(TABLES, ["procedure_receipt_guard", "procedure_refuse"])),
    ]
