"""The Django application `procedure`."""

from __future__ import annotations

from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.procedure"
    label = "procedure"
    default_auto_field = "django.db.models.BigAutoField"
