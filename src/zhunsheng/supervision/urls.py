"""Addresses of supervision."""

from __future__ import annotations

from django.urls import path

from zhunsheng.casework.pages.tabs import tab_register
from zhunsheng.supervision.pages import (
    case_tab,
    deliveries,
    desk,
    finding,
    hand_downs,
    ledger,
    lists,
    norms,
    notices,
)

tab_register(case_tab.TAB)
urlpatterns = [
    path("supervision/", desk.supervision_desk_page, name="supervision_desk"),
    path("supervision/norms/", norms.precision_page, name="norm_precision"),
    path("supervision/deliveries/", deliveries.failed_deliveries_page, name="failed_deliveries"),
    path("supervision/hand-downs/", hand_downs.hand_downs_page, name="hand_downs"),
    path("findings/", lists.findings_page, name="findings"),
    path("findings/mine/", lists.my_findings_page, name="my_findings"),
    path("findings/contests/", lists.contests_page, name="contests"),
    path("findings/notices/<int:notice_id>/", notices.notice_page, name="notice"),
    path("findings/<int:finding_id>/", finding.finding_page, name="finding"),
    path("rectification/", ledger.rectifications_page, name="rectifications"),
    path("rectification/<int:row_id>/", ledger.rectification_page, name="rectification"),
    path("account/contacts/", deliveries.contacts_page, name="contacts"),
]
