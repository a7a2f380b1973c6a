"""Every route of the web application."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zhunsheng.api.urls import urls as api_urls
from zhunsheng.config.health import health, ready
from zhunsheng.config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("ready", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", api_urls),
    path("ledger/", include("zhunsheng.api.ledger_files")),
    path("", include("zhunsheng.console.urls")),
]

handler400 = "zhunsheng.config.errors.bad_request"
handler403 = "zhunsheng.config.errors.permission_denied"
handler404 = "zhunsheng.config.errors.page_not_found"
handler500 = "zhunsheng.config.errors.server_error"
