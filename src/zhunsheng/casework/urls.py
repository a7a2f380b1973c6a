"""Addresses of casework."""

from __future__ import annotations

from django.urls import path

from zhunsheng.casework.pages import case_list, case_page, desk, form_urls, notices, purpose, registered

assert registered, "the tabs are part of the addresses"

urlpatterns = [
    *form_urls.urlpatterns,
    path("desk/", desk.desk_page, name="desk"),
    path("notices/", notices.notices_page, name="notices"),
    path("purpose/", purpose.choose, name="purpose"),
    path("cases/", case_list.cases_page, name="cases"),
    path("cases/<uuid:case_id>/", case_page.case_page, name="case"),
    path("cases/<uuid:case_id>/<slug:slug>/", case_page.case_page, name="case_tab"),
]
