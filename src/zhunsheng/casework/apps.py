"""The Django application `casework`."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Names the application and its tables."""

    name = "zhunsheng.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Case lists follow the acts in one transaction; the door asks what norms cannot: fallen reviews, tables."""
        from zhunsheng.casework.discretion.gate import discretion_check
        from zhunsheng.casework.papers.gate import paper_check
        from zhunsheng.casework.projection import case_project
        from zhunsheng.casework.review.gate import review_check
        from zhunsheng.casework.sole_officer import sole_officer_check
        from zhunsheng.procedure.checks import check_register
        from zhunsheng.procedure.projections import projection_register

        check_register("legal-review", review_check)
        check_register("discretion", discretion_check)
        check_register("sole-officer", sole_officer_check)
        check_register("papers", paper_check, always=True)
        projection_register("casework", case_project)
