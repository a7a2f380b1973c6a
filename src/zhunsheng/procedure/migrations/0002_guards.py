"""What the door's tables refuse whoever asks: obligations that vanish, and changes or receipts rewritten."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, undone

TABLES = ["procedure_obligation", "procedure_change", "procedure_receipt", "procedure_discrepancy"]
SQL = (
    refuse_function("procedure_refuse")
    + append_only("procedure_obligation", "procedure_refuse", events="DELETE")
    + append_only("procedure_change", "procedure_refuse")
    + append_only("procedure_receipt", "procedure_refuse")
    + append_only("procedure_discrepancy", "procedure_refuse", events="DELETE")
)


class Migration(migrations.Migration):
    """Triggers on the door's tables."""

    dependencies = [("procedure", "0001_initial")]
    operations = [
        migrations.RunSQL(SQL, undone(TABLES, ["procedure_refuse"])),
    ]
