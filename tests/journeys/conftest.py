"""A journey's beginning: a bureau founded long before, a browser, and the clock at nine on the second of March 2026."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.console.browsing import axe, browser
from tests.console.signing_in import PASSWORD
from tests.journeys.officers import IDLE_S, Hands, Walk, hands
from zhunsheng.people import services
from zhunsheng.people.codes import EnforcementLevel, QualificationKind, Rank
from zhunsheng.people.demo import COUNTY, LEGAL, REASON, STATION, Bureau, demo_bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role

__all__ = ["axe", "browser", "hands"]


def join(
    bureau: Bureau, number: str, name: str, role: Role, unit: str, over: str, *, legal: bool = False
) -> Officer:
    """One more officer of the bureau."""
    founder = bureau.founder
    officer = services.officer_create(number, name, unit=unit, by=founder)
    services.post_grant(officer, "民警", rank=Rank.OFFICER, unit=unit, by=founder, reason=REASON)
    services.qualification_grant(
        officer,
        QualificationKind.ENFORCEMENT,
        level=EnforcementLevel.ADVANCED,
        number=f"执{number}",
        by=founder,
        reason=REASON,
    )
    if legal:
        services.qualification_grant(
            officer, QualificationKind.LEGAL_PROFESSION, number=f"法{number}", by=founder, reason=REASON
        )
    services.role_grant(officer, role, over, by=founder, reason=REASON)
    return officer


@pytest.fixture
def walk(
    browser: Any,
    live_server: Any,
    hands: Hands,
    axe: str,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Walk]:
    """Somebody for every role, and colleagues where the law asks for more than one."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    settings.SESSION_IDLE_S = IDLE_S
    settings.SESSION_LIFETIME_S = 400 * 86_400
    cache.clear()
    bureau = demo_bureau(password=PASSWORD)
    extra = {
        "third_handler": join(bureau, "演2001", "办案丁", Role.HANDLER, STATION, STATION),
        "hearing_host": join(bureau, "演2002", "审核乙", Role.LEGAL_REVIEWER, LEGAL, COUNTY, legal=True),
        "hearing_clerk": join(bureau, "演2003", "审核丙", Role.LEGAL_REVIEWER, LEGAL, COUNTY, legal=True),
        "second_approver": join(bureau, "演2004", "审批丙", Role.APPROVER, COUNTY, COUNTY),
    }
    hands.at = hands.at.replace(year=2026, month=3, day=2)
    name = request.node.originalname.removeprefix("test_").replace("_", "-")[:24]
    made = Walk(browser, live_server.url, bureau, axe, hands, name, extra)
    yield made
    made.close()
