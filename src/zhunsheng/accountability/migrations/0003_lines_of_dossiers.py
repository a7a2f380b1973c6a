"""Lines ordered as remedies before a line knew the dossier it speaks of."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

NAMED = """
UPDATE supervision_rectification SET dossier_id = responsible.dossier_id
FROM accountability_remedy JOIN accountability_responsibilitycase responsible ON responsible.id = case_id
WHERE line_id = supervision_rectification.id
"""


class Migration(migrations.Migration):
    """After the column is there."""

    dependencies: ClassVar = [("accountability", "0002_guards"), ("supervision", "0007_lines_of_dossiers")]

    operations: ClassVar = [migrations.RunSQL(NAMED, migrations.RunSQL.noop)]
