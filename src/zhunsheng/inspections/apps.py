"""The Django application `inspections`."""

from __future__ import annotations

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.inspections"
    label = "inspections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Which chain of the ledger is ours is made known once every application is loaded."""
        from zhunsheng.acts.audit import OTHER_CHAINS
        from zhunsheng.inspections.audit import evidence_audit
        from zhunsheng.inspections.evidence import CHAIN

        OTHER_CHAINS[CHAIN] = evidence_audit
