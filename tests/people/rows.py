"""Bare rows for tests, past every service, so that only the database can refuse them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from zhunsheng.base import clock
from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.demo import STATION, Bureau
from zhunsheng.people.models import AccountEvent, ApiToken, Enrolment, ObserverGrant

DAY = dt.timedelta(days=1)


def token(bureau: Bureau, **more: Any) -> ApiToken:
    given = {
        "officer": bureau.machine,
        "label": "采集站",
        "prefix": "zs_00000000",
        "digest": b"0" * 32,
        "purpose": "keeping",
        "issued_by": bureau.founder,
        "expires_at": clock.now() + DAY,
        **more,
    }
    return ApiToken.objects.create(**given)


def observer_grant(bureau: Bureau, **more: Any) -> ObserverGrant:
    present = clock.now()
    given = {
        "officer": bureau.outside_observer,
        "purpose": "outside-supervision",
        "entity": "unit",
        "subject": STATION,
        "basis": "检察建议书第1号",
        "valid_from": present,
        "valid_to": present + DAY,
        "granted_by": bureau.supervisor,
        "granted_at": present,
        "reason": "专项检查",
        **more,
    }
    return ObserverGrant.objects.create(**given)


def enrolment(bureau: Bureau, **more: Any) -> Enrolment:
    given = {
        "officer": bureau.handler,
        "digest": b"1" * 32,
        "issued_by": bureau.administrator,
        "expires_at": clock.now() + DAY,
        **more,
    }
    return Enrolment.objects.create(**given)


def event(bureau: Bureau) -> AccountEvent:
    return AccountEvent.objects.create(event=AccountEventKind.SIGNED_IN, officer=bureau.handler)
