"""A change may begin at `withdrawn`: an obligation that nothing opened for a while is opened again."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One letter more."""

    dependencies = [("procedure", "0002_guards")]
    operations = [
        migrations.AlterField("change", "before", models.CharField(max_length=9)),
    ]
