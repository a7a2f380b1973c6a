"""Who brought which bytes."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from zhunsheng.base.postgres.append_only import append_only, undone


class Migration(migrations.Migration):
    """The table of uploads; its rows may go, which closes access, but never change."""

    dependencies = [("acts", "0002_guards"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(fields=("digest", "officer"), name="upload_once"),
        ),
        migrations.RunSQL(
            append_only("acts_upload", "acts_refuse", events="UPDATE"), undone(["acts_upload"], [])
        ),
    ]
