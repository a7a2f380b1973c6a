"""The WSGI entry point: `granian --interface wsgi zhunsheng.config.wsgi:application`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.config.settings")
django_application = get_wsgi_application()

# Settings come first. The routes are read now and not with the first request: one without a rule stops the server here.
from zhunsheng.config import metrics, urls  # noqa: E402, F401
from zhunsheng.procedure.rulebook import rulebook  # noqa: E402

metrics.begin()
rulebook()  # Or the first act of each worker would wait two seconds for it.
INHERITED = frozenset(os.environ)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, without the server's own environment variables.

    granian lays them under every request's headers, where an error page could show the database's password and a variable
    called HTTP_… would pass for a header.
    """
    headers = {
        name: value
        for name, value in environ.items()
        if name not in INHERITED or value != os.environ.get(name)
    }
    return django_application(headers, start_response)
