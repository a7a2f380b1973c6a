"""The Django application `people`."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what the sign-in log records."""
        from zhunsheng.people.sign_in import record

        record.connect()
