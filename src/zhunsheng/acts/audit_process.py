"""How a process that takes a share of an audit begins; it imports nothing of Django's before Django is set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def begin(database: Mapping[str, Any]) -> None:
    """Set Django up, on the database of the process that asked."""
    import django
    from django.db import connection

    django.setup()
    # Applications may have asked the database something while they were loaded.
    connection.close()
    connection.settings_dict.update(database)
