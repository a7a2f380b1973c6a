"""The Django application `feeds`."""

from __future__ import annotations

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"
