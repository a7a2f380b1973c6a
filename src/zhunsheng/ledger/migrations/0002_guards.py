"""What the ledger's tables refuse whoever asks: everything but adding, and tiles that do not grow."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, row_guard, undone

GROWS = """
CREATE FUNCTION ledger_tile_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.level, NEW.index) = (OLD.level, OLD.index)
        AND substring(NEW.data FOR length(OLD.data)) = OLD.data
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a tile only grows: % is refused', TG_OP USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;
"""

KEPT = ["ledger_batch", "ledger_checkpoint", "ledger_cosignature", "ledger_entry"]
SQL = (
    refuse_function("ledger_refuse")
    + GROWS
    + "".join(append_only(table, "ledger_refuse") for table in KEPT)
    + append_only("ledger_tile", "ledger_refuse", events="")
    + append_only("ledger_unsealed", "ledger_refuse", events="UPDATE")
    + row_guard("ledger_tile", "ledger_tile_guard")
)


class Migration(migrations.Migration):
    """Triggers on the ledger's tables."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(
            SQL, undone([*KEPT, "ledger_tile", "ledger_unsealed"], ["ledger_tile_guard", "ledger_refuse"])
        ),
    ]
