"""The application with a few routes and jobs that only tests need: they fail, refuse and defer."""

from __future__ import annotations

from zhunsheng.config.settings import *  # noqa: F403 - the application as it is, one setting apart

ROOT_URLCONF = "tests.config.site_urls"
PROCRASTINATE_IMPORT_PATHS = ["tests.config.site_jobs"]
