"""Routes of the pages about the rulebook."""

from __future__ import annotations

from django.urls import path

from zhunsheng.governance.pages import changes

urlpatterns = [path("rulebook/", changes.changes_page, name="rulebook")]
