"""The Django application `accountability`."""

from __future__ import annotations

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.accountability"
    label = "accountability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Its acts come from its services alone; what it wishes of the rulebook is listed where norms are changed."""
        from zhunsheng.accountability.recording import own_door_check
        from zhunsheng.accountability.selectors import proposals_wished
        from zhunsheng.procedure.checks import check_register
        from zhunsheng.supervision.wishes import wishes_register

        check_register("accountability", own_door_check, always=True)
        wishes_register("accountability", proposals_wished)
