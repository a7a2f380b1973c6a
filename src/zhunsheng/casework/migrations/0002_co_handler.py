"""The second handler of a case, and the index of that officer's desk."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Filled by `zhunsheng manage cases_rebuild`, or by the next act of a case."""

    dependencies = [
        ("acts", "0004_guards_of_concerns"),
        ("casework", "0001_initial"),
        ("people", "0006_sessions_ended"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="co_handler",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                to_field="number",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["co_handler", "due_at"],
                name="case_open_by_co_handler",
            ),
        ),
    ]
