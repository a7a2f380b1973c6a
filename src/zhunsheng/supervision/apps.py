"""The Django application `supervision`."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Findings follow the obligations in the transaction that changes them."""
        from zhunsheng.feeds.projections import case_projection_register
        from zhunsheng.procedure.projections import projection_register
        from zhunsheng.supervision.imported import case_findings_project
        from zhunsheng.supervision.own import findings_project
        from zhunsheng.supervision.wishes import hand_downs_wished, wishes_register

        projection_register("supervision", findings_project)
        case_projection_register("supervision", case_findings_project)
        wishes_register("hand-downs", hand_downs_wished)
