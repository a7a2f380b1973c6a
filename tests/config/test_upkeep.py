"""What ended by itself does not lie about for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from zhunsheng.config.tasks import sessions_clear


@pytest.mark.django_db
def test_sessions_that_ended_are_deleted() -> None:
    """A living one stays."""
    now = timezone.now()
    for key, days in (("ended", -1), ("living", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + dt.timedelta(days=days))
    sessions_clear(0)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["living"]
