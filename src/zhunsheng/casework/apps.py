"""The Django application `casework`."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Case lists follow the acts in the transaction that records them; a review that has fallen carries no decision."""
        from zhunsheng.casework.projection import case_project
        from zhunsheng.casework.review.gate import review_check
        from zhunsheng.procedure.checks import check_register
        from zhunsheng.procedure.projections import projection_register

        check_register("legal-review", review_check)
        projection_register("casework", case_project)
