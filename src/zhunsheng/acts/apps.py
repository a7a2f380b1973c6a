"""The Django application `acts`."""

from __future__ import annotations

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.acts"
    label = "acts"
    default_auto_field = "django.db.models.BigAutoField"
