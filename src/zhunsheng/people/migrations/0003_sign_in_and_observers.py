"""Outside observers' grants, enrolment codes and the sign-in log."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhunsheng.base.clock


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=zhunsheng.base.clock.now, verbose_name="时间")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("signed-in", "登录"),
                            ("signed-out", "退出"),
                            ("refused", "登录被拒"),
                            ("locked", "锁定屏幕"),
                            ("unlocked", "解锁"),
                            ("unlock-refused", "解锁被拒"),
                            ("expired", "会话到期"),
                            ("password-set", "设置密码"),
                            ("factor-added", "启用双重验证"),
                            ("factor-removed", "停用双重验证"),
                            ("enrolment-issued", "签发启用码"),
                            ("enrolment-refused", "启用码无效"),
                            ("suspended", "停用账号"),
                            ("restored", "恢复账号"),
                            ("token-issued", "签发接口令牌"),
                            ("token-revoked", "吊销接口令牌"),
                        ],
                        max_length=24,
                        verbose_name="事件",
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=24, verbose_name="方式")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="网络地址")),
                ("agent", models.CharField(blank=True, max_length=200, verbose_name="浏览器")),
                ("detail", models.CharField(blank=True, max_length=400, verbose_name="说明")),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="摘要")),
                (
                    "issued_at",
                    models.DateTimeField(default=zhunsheng.base.clock.now, verbose_name="签发时间"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="到期时间")),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
            ],
            options={
                "ordering": ["-issued_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ObserverGrant",
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
                ("purpose", models.CharField(max_length=24, verbose_name="目的")),
                ("entity", models.CharField(max_length=24, verbose_name="对象类别")),
                ("subject", models.CharField(max_length=64, verbose_name="对象")),
                ("basis", models.CharField(max_length=400, verbose_name="依据")),
            ],
            options={
                "ordering": ["valid_from", "id"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by", None),
                    models.Q(("granted_by", models.F("officer")), _negated=True),
                    _connector="OR",
                ),
                name="post_not_self_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by", None),
                    models.Q(("granted_by", models.F("officer")), _negated=True),
                    _connector="OR",
                ),
                name="qualification_not_self_granted",
            ),
        ),
        migrations.AddField(
            model_name="accountevent",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="操作人",
            ),
        ),
        migrations.AddField(
            model_name="accountevent",
            name="officer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account_events",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="issued_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="签发人",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enrolments",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="observergrant",
            name="ended_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="终止人",
            ),
        ),
        migrations.AddField(
            model_name="observergrant",
            name="granted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="授予人",
            ),
        ),
        migrations.AddField(
            model_name="observergrant",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddIndex(
            model_name="accountevent",
            index=models.Index(fields=["officer", "-at"], name="accountevent_of_officer"),
        ),
        migrations.AddConstraint(
            model_name="accountevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "event__in",
                        [
                            "signed-in",
                            "signed-out",
                            "refused",
                            "locked",
                            "unlocked",
                            "unlock-refused",
                            "expired",
                            "password-set",
                            "factor-added",
                            "factor-removed",
                            "enrolment-issued",
                            "enrolment-refused",
                            "suspended",
                            "restored",
                            "token-issued",
                            "token-revoked",
                        ],
                    )
                ),
                name="accountevent_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="enrolment_expires"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued_by", None),
                    models.Q(("issued_by", models.F("officer")), _negated=True),
                    _connector="OR",
                ),
                name="enrolment_not_self_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="observergrant_term_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="observergrant_reason_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by", None),
                    models.Q(("granted_by", models.F("officer")), _negated=True),
                    _connector="OR",
                ),
                name="observergrant_not_self_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
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
                name="observergrant_end_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", ""), _negated=True), name="observergrant_basis_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to__isnull", False)), name="observergrant_has_an_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="observergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__gte", models.F("granted_at"))),
                name="observergrant_not_for_the_past",
            ),
        ),
    ]
