"""The Django application `config`: error pages, checks and probes of the web application itself; no tables."""

from __future__ import annotations

import gc

from django.apps import AppConfig

COLLECTED_AT = (50_000, 20, 100)
"""How many objects more than were freed call the collector, and how many of its runs call the next older generation.

A process holds the whole rulebook, some million objects that stay; at Python's 700, 10 and 10 looking through them again and
again took a tenth to a fifth of the processor's time.
"""


class WebConfig(AppConfig):
    """Registers what the web application itself knows about its state and its surroundings."""

    name = "zhunsheng.config"
    label = "config"

    def ready(self) -> None:
        """Checks and probes are registered once every application is loaded."""
        from zhunsheng.config import checks, health

        gc.set_threshold(*COLLECTED_AT)
        checks.register_all()
        health.register()
