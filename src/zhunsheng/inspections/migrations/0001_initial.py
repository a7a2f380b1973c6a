"""The tables of inspections."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhunsheng.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acts", "0004_guards_of_concerns"),
        ("people", "0006_sessions_ended"),
        ("supervision", "0004_imported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Chosen",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.CharField(max_length=64)),
                ("place", models.PositiveIntegerField()),
                ("random", models.BooleanField()),
                ("mandatory", models.CharField(blank=True, max_length=60)),
                ("double", models.BooleanField(default=False)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acts.dossier"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                        to_field="code",
                    ),
                ),
            ],
            options={
                "ordering": ("inspection", "place"),
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.UUIDField(default=zhunsheng.base.ids.new_id, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("patrol", "网上巡检"),
                            ("review", "案件评查"),
                            ("campaign", "专项整治"),
                            ("spot", "随机抽查"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("theme", models.CharField(blank=True, max_length=60)),
                ("cadence", models.CharField(blank=True, max_length=60)),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("spec", models.JSONField()),
                ("norms", models.JSONField(default=list)),
                ("size", models.PositiveIntegerField()),
                ("stratified", models.BooleanField(default=False)),
                ("double", models.PositiveSmallIntegerField(default=0)),
                ("public_source", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "已计划"),
                            ("frozen", "总体已固定，待抽取"),
                            ("drawn", "检查中"),
                            ("closed", "已办结"),
                        ],
                        max_length=8,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("conclusion", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                        to_field="code",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Checklist",
            fields=[
                (
                    "chosen",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="checklist",
                        serialize=False,
                        to="inspections.chosen",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("edition", models.CharField(max_length=64)),
                ("questions", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="chosen",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chosen",
                to="inspections.inspection",
            ),
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=zhunsheng.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField(unique=True)),
                ("step", models.CharField(choices=[("frozen", "frozen"), ("drawn", "drawn")], max_length=8)),
                ("content", models.JSONField()),
                ("salts", models.BinaryField()),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="inspections.inspection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=160)),
                ("norm_id", models.CharField(blank=True, max_length=120)),
                ("element", models.CharField(max_length=10)),
                ("title_zh", models.CharField(max_length=400)),
                ("title_en", models.CharField(max_length=400)),
                ("note", models.TextField(blank=True)),
                ("by_engine", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "chosen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="inspections.chosen",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supervision.finding",
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supervision.rectification",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedQuery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("number", models.PositiveIntegerField()),
                ("spec", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                        to_field="code",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="inspection",
            name="query",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inspections.savedquery",
            ),
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=160)),
                (
                    "answer",
                    models.CharField(
                        choices=[("order", "符合"), ("problem", "存在问题"), ("none", "不适用")], max_length=8
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="inspections.chosen",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reading", models.PositiveSmallIntegerField()),
                ("assigned_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("aside", models.TextField(blank=True)),
                (
                    "aside_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="inspections.chosen",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
            ],
            options={
                "ordering": ("chosen", "reading"),
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=160)),
                (
                    "answer",
                    models.CharField(
                        choices=[("order", "符合"), ("problem", "存在问题"), ("none", "不适用")], max_length=8
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="inspections.sheet",
                    ),
                ),
            ],
            options={
                "ordering": ("sheet", "id"),
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("planned", "计划"),
                            ("frozen", "固定总体"),
                            ("drawn", "抽取样本"),
                            ("assigned", "分派"),
                            ("aside", "不再阅看"),
                            ("read", "完成一份检查表"),
                            ("settled", "认定"),
                            ("ordered", "列入整改台账"),
                            ("closed", "办结"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="inspections.inspection",
                    ),
                ),
            ],
            options={
                "ordering": ("inspection", "id"),
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="draw",
                        serialize=False,
                        to="inspections.inspection",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("origin", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("public_value", models.CharField(blank=True, max_length=200)),
                ("seed", models.CharField(max_length=64)),
                ("drawn", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="number",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="population",
                        serialize=False,
                        to="inspections.inspection",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField(max_length=32)),
                (
                    "dossiers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                (
                    "strata",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
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
            model_name="chosen",
            constraint=models.UniqueConstraint(fields=("inspection", "dossier"), name="chosen_once"),
        ),
        migrations.AddConstraint(
            model_name="chosen",
            constraint=models.UniqueConstraint(fields=("inspection", "place"), name="chosen_place_once"),
        ),
        migrations.AddConstraint(
            model_name="chosen",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("random", True), models.Q(("mandatory", ""), _negated=True), _connector="OR"
                ),
                name="chosen_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(fields=("inspection", "step"), name="evidence_once"),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.UniqueConstraint(fields=("chosen", "question"), name="problem_once"),
        ),
        migrations.AddConstraint(
            model_name="savedquery",
            constraint=models.UniqueConstraint(fields=("unit", "name", "number"), name="saved_query_once"),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(fields=["unit", "status", "due_at"], name="inspection_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cadence", ""), _negated=True),
                fields=("cadence", "unit", "period_from"),
                name="cadence_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("status", "closed"),
                        models.Q(("conclusion", ""), _negated=True),
                    ),
                    models.Q(models.Q(("status", "closed"), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="inspection_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="inspection_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("double__lte", 100)), name="inspection_double_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(fields=("chosen", "question"), name="settlement_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="settlement_has_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["inspector", "done_at"], name="sheet_of_inspector"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("chosen", "reading"), name="sheet_once"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("chosen", "inspector"), name="sheet_by_another"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("reading__in", (1, 2))), name="sheet_first_or_second"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("aside", ""), ("aside_by", None)),
                    models.Q(
                        models.Q(("aside", ""), _negated=True),
                        ("aside_by__isnull", False),
                        ("done_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="sheet_done_or_aside",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["order", "problem", "none"])), name="answer_known"
            ),
        ),
    ]
