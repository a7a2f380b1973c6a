"""Events are only ever added; runs and rows in quarantine change their state but do not go."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, refuse_function, undone

KEPT = ["feeds_quarantined", "feeds_run"]
SQL = (
    refuse_function("feeds_refuse")
    + append_only("feeds_event", "feeds_refuse")
    + "".join(append_only(table, "feeds_refuse", events="DELETE") for table in KEPT)
)


class Migration(migrations.Migration):
    """Triggers on the tables of feeds."""

    dependencies = [("feeds", "0001_initial")]
    operations = [migrations.RunSQL(SQL, undone(["feeds_event", *KEPT], ["feeds_refuse"]))]
