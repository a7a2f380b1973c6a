"""Units, officers, and what officers are for a term."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhunsheng.base.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Officer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("number", models.CharField(max_length=64, unique=True, verbose_name="警号")),
                ("name", models.CharField(max_length=100, verbose_name="姓名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("officer", "人民警察"),
                            ("auxiliary", "警务辅助人员"),
                            ("observer", "外部监督人员"),
                            ("machine", "接入系统"),
                        ],
                        default="officer",
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="可以登录")),
                (
                    "entered_at",
                    models.DateTimeField(
                        default=zhunsheng.base.clock.now, editable=False, verbose_name="登记时间"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=64, unique=True, verbose_name="机构代码")),
                ("name_zh", models.CharField(max_length=200, verbose_name="名称")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="英文名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ministry", "公安部"),
                            ("province", "省级公安机关"),
                            ("city", "市级公安机关"),
                            ("county", "县级公安机关"),
                            ("station", "派出所"),
                            ("department", "职能部门"),
                            ("outside", "外部监督机关"),
                        ],
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="people.unit",
                        verbose_name="上级单位",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateTimeField(default=zhunsheng.base.clock.now, verbose_name="起")),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="止（不含）")),
                (
                    "granted_to",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="原定止期"),
                ),
                (
                    "granted_at",
                    models.DateTimeField(
                        default=zhunsheng.base.clock.now, editable=False, verbose_name="授予时间"
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="终止时间")),
                (
                    "end_reason",
                    models.CharField(blank=True, editable=False, max_length=400, verbose_name="终止理由"),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("handler", "办案民警"),
                            ("legal-reviewer", "法制审核人员"),
                            ("approver", "审批人"),
                            ("property-keeper", "涉案财物管理人员"),
                            ("custody-keeper", "办案区管理人员"),
                            ("recording-keeper", "执法记录管理人员"),
                            ("supervisor", "执法监督人员"),
                            ("assessor", "执法考评人员"),
                            ("window", "窗口受理人员"),
                            ("outside-observer", "外部监督人员"),
                            ("auditor", "安全审计员"),
                            ("administrator", "系统管理员"),
                        ],
                        max_length=24,
                        verbose_name="角色",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授予人",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roleassignments",
                        to="people.unit",
                        to_field="code",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ["valid_from", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateTimeField(default=zhunsheng.base.clock.now, verbose_name="起")),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="止（不含）")),
                (
                    "granted_to",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="原定止期"),
                ),
                (
                    "granted_at",
                    models.DateTimeField(
                        default=zhunsheng.base.clock.now, editable=False, verbose_name="授予时间"
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="终止时间")),
                (
                    "end_reason",
                    models.CharField(blank=True, editable=False, max_length=400, verbose_name="终止理由"),
                ),
                ("title", models.CharField(max_length=100, verbose_name="职务")),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("officer", "民警"),
                            ("deputy", "副职负责人"),
                            ("head", "负责人"),
                            ("chief", "主要负责人"),
                        ],
                        max_length=16,
                        verbose_name="层级",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授予人",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="people.unit",
                        to_field="code",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ["valid_from", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="officer",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="officers",
                to="people.unit",
                to_field="code",
                verbose_name="所在单位",
            ),
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=100, verbose_name="用途说明")),
                ("prefix", models.CharField(max_length=16, unique=True, verbose_name="前缀")),
                ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="摘要")),
                ("purpose", models.CharField(max_length=24, verbose_name="目的")),
                (
                    "issued_at",
                    models.DateTimeField(default=zhunsheng.base.clock.now, verbose_name="签发时间"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="到期时间")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="吊销时间")),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="吊销人",
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="apitoken_expires"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", None)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="apitoken_revocation_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateTimeField(default=zhunsheng.base.clock.now, verbose_name="起")),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="止（不含）")),
                (
                    "granted_to",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="原定止期"),
                ),
                (
                    "granted_at",
                    models.DateTimeField(
                        default=zhunsheng.base.clock.now, editable=False, verbose_name="授予时间"
                    ),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="终止时间")),
                (
                    "end_reason",
                    models.CharField(blank=True, editable=False, max_length=400, verbose_name="终止理由"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("enforcement", "执法资格"),
                            ("legal-profession", "法律职业资格"),
                            ("reviewer-before-rule", "规定施行前已任审核人员"),
                            ("auxiliary", "警务辅助人员资格"),
                        ],
                        max_length=24,
                        verbose_name="资格",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("basic", "基本级"), ("middle", "中级"), ("advanced", "高级")],
                        max_length=16,
                        verbose_name="等级",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=100, verbose_name="证书编号")),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止人",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授予人",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "ordering": ["valid_from", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="qualification_term_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="qualification_reason_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("valid_to__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="qualification_end_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "enforcement"), ("level__in", ["basic", "middle", "advanced"])),
                            models.Q(
                                ("kind__in", ["legal-profession", "reviewer-before-rule", "auxiliary"]),
                                ("level", ""),
                            ),
                            _connector="OR",
                        ),
                        name="qualification_level_fits_kind",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["ministry", "province", "city", "county", "station", "department", "outside"],
                    )
                ),
                name="unit_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", ""), _negated=True), name="unit_code_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="unit_not_its_own_parent"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="roleassignment_term_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="roleassignment_reason_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at", None), ("ended_by", None)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("valid_to__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="roleassignment_end_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "handler",
                            "legal-reviewer",
                            "approver",
                            "property-keeper",
                            "custody-keeper",
                            "recording-keeper",
                            "supervisor",
                            "assessor",
                            "window",
                            "outside-observer",
                            "auditor",
                            "administrator",
                        ],
                    )
                ),
                name="roleassignment_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by", None),
                    models.Q(("granted_by", models.F("officer")), _negated=True),
                    _connector="OR",
                ),
                name="roleassignment_not_self_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__gte", models.F("granted_at"))),
                name="roleassignment_not_for_the_past",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None), ("valid_to__gte", models.F("ended_at")), _connector="OR"
                ),
                name="roleassignment_end_not_for_the_past",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="post_term_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="post_reason_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at", None), ("ended_by", None)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("valid_to__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="post_end_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__in", ["officer", "deputy", "head", "chief"])),
                name="post_rank_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="officer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["officer", "auxiliary", "observer", "machine"])),
                name="officer_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="officer",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="officer_number_given"
            ),
        ),
    ]
