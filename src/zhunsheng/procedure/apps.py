"""The Django application `procedure`."""

from __future__ import annotations

from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.procedure"
    label = "procedure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What can be measured, and which chain of the ledger is ours, is made known once every application is loaded."""
        from zhunsheng.acts.audit import OTHER_CHAINS
        from zhunsheng.procedure import measures
        from zhunsheng.procedure.audit_changes import changes_audit
        from zhunsheng.procedure.changing import CHAIN

        measures.register()
        OTHER_CHAINS[CHAIN] = changes_audit
