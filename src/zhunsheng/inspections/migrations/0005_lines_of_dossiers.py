"""Lines ordered of what people found before a line knew the dossier it speaks of."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

NAMED = """
UPDATE supervision_rectification SET dossier_id = chosen.dossier_id
FROM inspections_problem JOIN inspections_chosen chosen ON chosen.id = chosen_id
WHERE rectification_id = supervision_rectification.id AND supervision_rectification.finding_id IS NULL
"""


class Migration(migrations.Migration):
    """After the column is there."""

    dependencies: ClassVar = [("inspections", "0004_places"), ("supervision", "0007_lines_of_dossiers")]

    operations: ClassVar = [migrations.RunSQL(NAMED, migrations.RunSQL.noop)]
