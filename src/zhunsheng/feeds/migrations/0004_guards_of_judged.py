"""Cases and what norms say of them do not go; readings are only ever added. Events that were there before have their cases."""

from __future__ import annotations

from django.db import migrations

from zhunsheng.base.postgres.append_only import append_only, undone

KEPT = ["feeds_case", "feeds_obligation"]
CASES = """
INSERT INTO feeds_case (feed_id, number, unit_id, stale, read_with)
SELECT e.feed_id, e."case", f.unit_id, TRUE, '' FROM feeds_event e JOIN feeds_feed f ON f.id = e.feed_id
GROUP BY e.feed_id, e."case", f.unit_id;
UPDATE feeds_feed SET known_at = good_at, title_zh = name, title_en = name;
"""
SQL = append_only("feeds_reading", "feeds_refuse") + "".join(
    append_only(table, "feeds_refuse", events="DELETE") for table in KEPT
)


class Migration(migrations.Migration):
    """Triggers, and a row for every case there is."""

    dependencies = [("feeds", "0003_judged")]
    operations = [
        migrations.RunSQL(SQL, undone(["feeds_reading", *KEPT], [])),
        migrations.RunSQL(CASES, migrations.RunSQL.noop),
    ]
