"""A finding is over once its lines are verified: the status, and the findings whose lines were closed before it was there."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

WRONG_NOW = ("open", "accepted", "upheld")


def rectified_note(apps: Any, _editor: object) -> None:
    """Findings whose lines are all verified and closed are over, as of when the last was verified."""
    tables = {
        name: apps.get_model("supervision", name) for name in ("Finding", "FindingVersion", "Rectification")
    }
    lines = tables["Rectification"].objects.order_by("verified_at", "pk")
    closed = {row.finding_id: row for row in lines.filter(status="closed", finding__status__in=WRONG_NOW)}
    waiting = set(
        lines.exclude(status="closed").filter(finding__in=list(closed)).values_list("finding", flat=True)
    )
    for pk, row in sorted(closed.items()):
        if pk in waiting:
            continue
        finding = tables["Finding"].objects.get(pk=pk)
        versions = tables["FindingVersion"].objects.filter(finding=finding)
        before = versions.order_by("-number").first()
        finding.status, finding.cured_at, finding.next_level_at = "rectified", row.verified_at, None
        finding.versions, finding.changed_at = finding.versions + 1, max(finding.changed_at, row.verified_at)
        finding.save()
        tables["FindingVersion"].objects.create(
            finding=finding,
            number=finding.versions,
            at=finding.changed_at,
            event="rectified",
            status="rectified",
            breach=finding.breach,
            by=row.verified_by,
            explanation={} if before is None else before.explanation,
        )


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_notices_of_imported")]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "待答复"),
                    ("contested", "异议待决"),
                    ("accepted", "已认可，待整改"),
                    ("upheld", "异议不成立"),
                    ("cured", "已补正"),
                    ("rectified", "已整改销号"),
                    ("dismissed", "异议成立，不作为问题"),
                    ("closed", "义务已不成立"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="findingversion",
            name="event",
            field=models.CharField(
                choices=[
                    ("found", "发现"),
                    ("changed", "情况变化"),
                    ("cured", "补正"),
                    ("closed", "义务不再成立"),
                    ("reopened", "再次成立"),
                    ("accepted", "认可"),
                    ("contested", "提出异议"),
                    ("upheld", "异议不成立"),
                    ("dismissed", "异议成立"),
                    ("rectified", "整改核实销号"),
                    ("returned", "重新整改"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="findingversion",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "待答复"),
                    ("contested", "异议待决"),
                    ("accepted", "已认可，待整改"),
                    ("upheld", "异议不成立"),
                    ("cured", "已补正"),
                    ("rectified", "已整改销号"),
                    ("dismissed", "异议成立，不作为问题"),
                    ("closed", "义务已不成立"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "rectified"), _negated=True),
                    ("cured_at__isnull", False),
                    _connector="OR",
                ),
                name="finding_rectified_has_time",
            ),
        ),
        migrations.RunPython(rectified_note, migrations.RunPython.noop),
    ]
