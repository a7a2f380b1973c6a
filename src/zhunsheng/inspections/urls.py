"""Addresses of inspections."""

from __future__ import annotations

from django.urls import path

from zhunsheng.inspections.pages import (
    circular,
    exports,
    inspection,
    ledger,
    lists,
    new,
    posted,
    sheet,
    visits,
)

urlpatterns = [
    path("inspections/", lists.inspections_page, name="inspections"),
    path("inspections/new/", new.inspection_new_page, name="inspection_new"),
    path("inspections/posted/", posted.circulars_page, name="inspection_circulars"),
    path("inspections/new-visits/", visits.visits_new_page, name="inspection_visits_new"),
    path("inspections/visits/<int:sheet_id>/", visits.visit_page, name="inspection_visit"),
    path("inspections/<int:inspection_id>/posted/", posted.posted_page, name="inspection_posted"),
    path("inspections/sheets/<int:sheet_id>/", sheet.sheet_page, name="inspection_sheet"),
    path("inspections/<int:inspection_id>/", inspection.inspection_page, name="inspection"),
    path("inspections/<int:inspection_id>/ledger/", ledger.campaign_ledger_page, name="inspection_ledger"),
    path("inspections/<int:inspection_id>/sample.json", exports.sample_json, name="inspection_sample"),
    path("inspections/<int:inspection_id>/sample.csv", exports.sample_csv, name="inspection_sample_table"),
    path(
        "inspections/<int:inspection_id>/units/<str:unit>/",
        circular.circular_page,
        name="inspection_circular",
    ),
]
