"""The Django application `config`: error pages, checks and probes of the web application itself; no tables."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers what the web application itself knows about its state and its surroundings."""

    name = "zhunsheng.config"
    label = "config"

    def ready(self) -> None:
        """Checks and probes are registered once every application is loaded."""
        from zhunsheng.config import checks, health

        checks.register_all()
        health.register()
