"""Lending a Django connection to the role that owns the tables, for as long as migrations run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from zhunsheng.base.postgres.address import limited

IDENTITY = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def as_owner(alias: str, *, lock_s: int, statement_s: int) -> Iterator[None]:
    """Within the block this connection is the owner's, in the same database, with these time limits in seconds."""
    connection = connections[alias]
    connection.close()
    kept = connection.settings_dict
    owner = limited(settings.OWNER_DATABASE, lock_s=lock_s, statement_s=statement_s)
    connection.settings_dict = {**kept, **{k: owner[k] for k in IDENTITY}, "OPTIONS": owner["OPTIONS"]}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept
