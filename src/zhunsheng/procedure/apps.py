"""The Django application `procedure`."""

from __future__ import annotations

from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.procedure"
    label = "procedure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What can be measured is made known once every application is loaded."""
        from zhunsheng.procedure import measures

        measures.register()
