"""A line that no finding brought knows the dossier it speaks of."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One column more."""

    dependencies = [
        ("acts", "0004_guards_of_concerns"),
        ("supervision", "0006_rectified"),
    ]

    operations = [
        migrations.AddField(
            model_name="rectification",
            name="dossier",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acts.dossier"
            ),
        ),
    ]
