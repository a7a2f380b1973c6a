"""What an officer has to do is found by the officer, what is due first first."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index more."""

    dependencies = [
        ("acts", "0004_guards_of_concerns"),
        ("people", "0006_sessions_ended"),
        ("procedure", "0003_change_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("status__in", ("pending", "overdue", "unknown")), ("withdrawn_at", None)),
                fields=["owner", "due_at"],
                name="obligation_of_officer",
            ),
        ),
    ]
