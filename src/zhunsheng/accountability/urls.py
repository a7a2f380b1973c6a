"""Addresses of accountability."""

from __future__ import annotations

from django.urls import path

from zhunsheng.accountability.pages import cases, externals, mine

urlpatterns = [
    path("external-results/", externals.external_results_page, name="external_results"),
    path("external-results/<int:result_id>/", externals.external_result_page, name="external_result"),
    path("accountability/", cases.responsibility_cases_page, name="responsibility_cases"),
    path("accountability/new/", cases.responsibility_new_page, name="responsibility_new"),
    path("accountability/mine/", mine.my_responsibility_page, name="my_responsibility"),
    path("accountability/mine/<int:case_id>/", mine.my_part_page, name="my_part"),
    path("accountability/<int:case_id>/", cases.responsibility_case_page, name="responsibility_case"),
]
