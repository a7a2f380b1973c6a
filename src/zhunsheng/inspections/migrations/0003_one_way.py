"""No change of the table: cases chosen are asked for from their own side."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="chosen",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inspections.inspection"
            ),
        ),
    ]
