"""Units may be drawn beside cases, and are visited by two."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0004_guards_of_concerns"),
        ("inspections", "0003_one_way"),
        ("people", "0008_guards_of_mergers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="inspection",
            name="subject",
            field=models.CharField(
                choices=[("cases", "案件"), ("units", "单位")], default="cases", max_length=5
            ),
        ),
        migrations.AddField(
            model_name="population",
            name="units",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="beside",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                to_field="number",
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="seen",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="sheet",
            name="visited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="chosen",
            name="dossier",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acts.dossier"
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("planned", "计划"),
                    ("frozen", "固定总体"),
                    ("drawn", "抽取样本"),
                    ("assigned", "分派"),
                    ("aside", "不再阅看"),
                    ("read", "完成一份检查表"),
                    ("settled", "认定"),
                    ("taken", "接手办理"),
                    ("ordered", "列入整改台账"),
                    ("closed", "办结"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["beside", "done_at"], name="sheet_of_second"),
        ),
        migrations.AddConstraint(
            model_name="chosen",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dossier", None)), fields=("inspection", "unit"), name="chosen_unit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="chosen",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dossier__isnull", False),
                    models.Q(("double", False), ("mandatory", ""), ("random", True)),
                    _connector="OR",
                ),
                name="chosen_unit_drawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subject", "cases"),
                    models.Q(("double", 0), ("query__isnull", True), ("subject", "units")),
                    _connector="OR",
                ),
                name="inspection_subject_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("beside", None), ("seen", ""), ("visited_at", None)),
                    models.Q(
                        ("beside__isnull", False), models.Q(("beside", models.F("inspector")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="sheet_visit_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("beside", None),
                    ("done_at", None),
                    models.Q(("visited_at__isnull", False), models.Q(("seen", ""), _negated=True)),
                    _connector="OR",
                ),
                name="sheet_visit_told",
            ),
        ),
    ]
