"""Addresses of casework."""

from __future__ import annotations

from django.urls import path

from zhunsheng.casework.pages import (
    case_list,
    case_page,
    desk,
    form_urls,
    notices,
    purpose,
    registered,
    verify,
)

registered.tabs_register()

urlpatterns = [
    *form_urls.urlpatterns,
    path("desk/", desk.desk_page, name="desk"),
    path("notices/", notices.notices_page, name="notices"),
    path("purpose/", purpose.choose, name="purpose"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:token>/", verify.verify, name="verify_paper"),
    path("cases/", case_list.cases_page, name="cases"),
    path("cases/<uuid:case_id>/", case_page.case_page, name="case"),
    path("cases/<uuid:case_id>/<slug:slug>/", case_page.case_page, name="case_tab"),
]
