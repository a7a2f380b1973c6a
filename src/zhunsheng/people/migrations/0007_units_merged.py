"""Units that were merged into another, and a line of the log for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_sessions_ended"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accountevent",
            name="accountevent_kind_known",
        ),
        migrations.AddField(
            model_name="unit",
            name="merged_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="并入时间"),
        ),
        migrations.AddField(
            model_name="unit",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.unit",
                verbose_name="并入单位",
            ),
        ),
        migrations.AlterField(
            model_name="accountevent",
            name="event",
            field=models.CharField(
                choices=[
                    ("signed-in", "登录"),
                    ("signed-out", "退出"),
                    ("refused", "登录被拒"),
                    ("locked", "锁定屏幕"),
                    ("unlocked", "解锁"),
                    ("unlock-refused", "解锁被拒"),
                    ("expired", "会话到期"),
                    ("sessions-ended", "结束全部登录"),
                    ("password-set", "设置密码"),
                    ("factor-added", "启用双重验证"),
                    ("factor-removed", "停用双重验证"),
                    ("enrolment-issued", "签发启用码"),
                    ("enrolment-refused", "启用码无效"),
                    ("suspended", "停用账号"),
                    ("restored", "恢复账号"),
                    ("token-issued", "签发接口令牌"),
                    ("token-revoked", "吊销接口令牌"),
                    ("unit-merged", "单位合并"),
                ],
                max_length=24,
                verbose_name="事件",
            ),
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
                            "sessions-ended",
                            "password-set",
                            "factor-added",
                            "factor-removed",
                            "enrolment-issued",
                            "enrolment-refused",
                            "suspended",
                            "restored",
                            "token-issued",
                            "token-revoked",
                            "unit-merged",
                        ],
                    )
                ),
                name="accountevent_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_at", None), ("merged_into", None)),
                    models.Q(
                        ("merged_at__isnull", False),
                        ("merged_into", models.F("parent")),
                        ("merged_into__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="unit_merged_whole",
            ),
        ),
    ]
