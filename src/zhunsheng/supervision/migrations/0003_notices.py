"""Notices of terms and events, and the ways they are carried by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from zhunsheng.base.postgres.append_only import append_only, undone


class Migration(migrations.Migration):
    """Notices; a delivery is of an alert or of a notice."""

    dependencies = [
        ("procedure", "0006_guards_of_changes"),
        ("supervision", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("duty", "办理期限"),
                            ("contest", "异议待裁决"),
                            ("decision", "异议裁决结果"),
                            ("repair", "整改"),
                            ("hand-down", "交办文书"),
                        ],
                        max_length=12,
                    ),
                ),
                ("step", models.CharField(max_length=12)),
                ("about_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_once",
        ),
        migrations.AlterField(
            model_name="delivery",
            name="alert",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="supervision.alert",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="contest",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="supervision.contest",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="hand_down",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="supervision.handdown",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="obligation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procedure.obligation",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="officer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                to_field="number",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="rectification",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="supervision.rectification",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="notice",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="supervision.notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("alert", "notice", "channel"), name="delivery_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alert", None), ("notice__isnull", False)),
                    models.Q(("alert__isnull", False), ("notice", None)),
                    _connector="OR",
                ),
                name="delivery_of_one",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["officer", "seen_at"], name="notice_of_officer"),
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
                        ("obligation__isnull", False),
                        ("rectification", None),
                    ),
                    models.Q(
                        ("contest__isnull", False),
                        ("hand_down", None),
                        ("obligation", None),
                        ("rectification", None),
                    ),
                    models.Q(
                        ("contest", None),
                        ("hand_down", None),
                        ("obligation", None),
                        ("rectification__isnull", False),
                    ),
                    models.Q(
                        ("contest", None),
                        ("hand_down__isnull", False),
                        ("obligation", None),
                        ("rectification", None),
                    ),
                    _connector="OR",
                ),
                name="notice_of_one_subject",
            ),
        ),
        migrations.RunSQL(
            append_only("supervision_notice", "supervision_refuse", events="DELETE"),
            undone(["supervision_notice"], []),
        ),
    ]
