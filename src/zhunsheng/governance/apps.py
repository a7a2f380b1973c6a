"""The Django application `governance`. It has no tables: changes of the rulebook are the door's."""

from __future__ import annotations

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Names the application."""

    name = "zhunsheng.governance"
    label = "governance"
