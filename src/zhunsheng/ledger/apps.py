"""The Django application `ledger`."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What can be measured is made known once every application is loaded."""
        from zhunsheng.ledger import measures

        measures.register()
