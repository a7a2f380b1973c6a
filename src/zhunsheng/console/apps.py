"""The Django application `console`."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Names the application."""

    name = "zhunsheng.console"
    label = "console"

    def ready(self) -> None:
        """Register the check on browser assets."""
        from zhunsheng.console import assets

        assets.register_check()
