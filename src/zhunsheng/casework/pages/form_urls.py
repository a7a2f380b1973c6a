"""Addresses of the officer's forms. They stand before those of the tabs, which would take any word."""

from __future__ import annotations

from django.urls import path

from zhunsheng.casework.pages import act_form, evidence, intake, people, uploads, withdrawing

CASE = "cases/<uuid:case_id>/"

urlpatterns = [
    path("cases/new/", intake.intake, name="case_new"),
    path("cases/new/look/", intake.intake_look, name="intake_look"),
    path("cases/new/keep/", intake.intake_keep, name="intake_keep"),
    path("cases/new/alike/", intake.intake_alike, name="intake_alike"),
    path(f"{CASE}receipt/", intake.receipt, name="case_receipt"),
    path(f"{CASE}act/", act_form.act_choice, name="case_acts"),
    path(f"{CASE}act/<str:slug>/", act_form.act_form, name="case_act"),
    path(f"{CASE}act/<str:slug>/look/", act_form.act_look, name="case_act_look"),
    path(f"{CASE}act/<str:slug>/again/", act_form.act_again, name="case_act_again"),
    path(f"{CASE}act/<str:slug>/keep/", act_form.act_keep, name="case_act_keep"),
    path(f"{CASE}acts/<uuid:act_id>/withdraw/", withdrawing.act_withdraw, name="act_withdraw"),
    path(f"{CASE}acts/<uuid:act_id>/files/<str:digest>/", evidence.evidence_file, name="evidence_file"),
    path(f"{CASE}people/new/", people.person_form, name="person_new"),
    path(f"{CASE}people/read/", people.person_read, name="person_read"),
    path(f"{CASE}people/merge/", people.person_merge, name="person_merge"),
    path(f"{CASE}people/<str:key>/", people.person_form, name="person"),
    path("uploads/", uploads.uploads_page, name="uploads"),
    path("uploads/<str:upload_id>/", uploads.upload_page, name="upload"),
]
