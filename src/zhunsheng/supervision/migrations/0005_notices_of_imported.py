"""Notices of duties in cases that another system tells of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One subject more that a notice may have."""

    dependencies = [
        ("feeds", "0005_case_known"),
        ("procedure", "0006_guards_of_changes"),
        ("supervision", "0004_imported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_once",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_of_one_subject",
        ),
        migrations.AddField(
            model_name="notice",
            name="imported",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feeds.obligation",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=(
                    "kind",
                    "step",
                    "officer",
                    "about_at",
                    "obligation",
                    "imported",
                    "contest",
                    "rectification",
                    "hand_down",
                ),
                name="notice_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("contest", None),
                        ("hand_down", None),
                        ("imported", None),
                        ("obligation__isnull", False),
                        ("rectification", None),
                    ),
                    models.Q(
                        ("contest", None),
                        ("hand_down", None),
                        ("imported__isnull", False),
                        ("obligation", None),
                        ("rectification", None),
                    ),
                    models.Q(
                        ("contest__isnull", False),
                        ("hand_down", None),
                        ("imported", None),
                        ("obligation", None),
                        ("rectification", None),
                    ),
                    models.Q(
                        ("contest", None),
                        ("hand_down", None),
                        ("imported", None),
                        ("obligation", None),
                        ("rectification__isnull", False),
                    ),
                    models.Q(
                        ("contest", None),
                        ("hand_down__isnull", False),
                        ("imported", None),
                        ("obligation", None),
                        ("rectification", None),
                    ),
                    _connector="OR",
                ),
                name="notice_of_one_subject",
            ),
        ),
    ]
