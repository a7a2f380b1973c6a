"""Short words for what the tests of accountability do again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, overdue, signed_in
from zhunsheng.accountability import deciding, externals, services
from zhunsheng.accountability.deciding import Found, Ruling
from zhunsheng.accountability.models import (
    Decision,
    ExternalResult,
    ExternalReview,
    ResponsibilityCase,
)
from zhunsheng.accountability.services import Accepted, Changed
from zhunsheng.base import clock
from zhunsheng.people import services as people
from zhunsheng.people.demo import CITY, COUNTY, DISCIPLINE, REASON, STATION
from zhunsheng.people.models import AccountEvent, Officer, RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.supervision.models import Finding

DAY = 24 * 60
SEEN = OVER + 3 * DAY
"""Minutes after the start: from here on supervisors see the finding."""


@dataclass
class Bench:
    """The dossier, its finding, and who opens, who decides, and who decides again from above."""

    scene: Scene
    finding: Finding
    opener: Officer
    decider: Officer
    above: Officer

    @property
    def handler(self) -> Officer:
        return self.scene.bureau.handler

    @property
    def case(self) -> ResponsibilityCase:
        found: ResponsibilityCase = (
            ResponsibilityCase.objects.unfenced("a test").select_related("dossier").order_by("-id").first()
        )
        return found


def supervisor(scene: Scene, number: str, name: str, over: str) -> Officer:
    """One more supervisor."""
    founder = scene.bureau.founder
    officer = people.officer_create(number, name, unit=DISCIPLINE, by=founder)
    people.role_grant(officer, Role.SUPERVISOR, over, by=founder, reason=REASON)
    return officer


def numbering_set() -> None:
    """The bureau's rows were put back with their keys: new rows are numbered after them."""
    with connection.cursor() as cursor:
        for table in (Officer, RoleAssignment, AccountEvent):
            last = table._default_manager.aggregate(last=Max("pk"))["last"] or 0
            drawn = 0
            while drawn < last:
                cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table._meta.db_table])
                drawn = cursor.fetchone()[0]


def benched(scene: Scene) -> Bench:
    """The person is held beyond the time; a fine is proposed, reviewed and decided after that; the finding is seen."""
    found = overdue(scene)
    bureau = scene.bureau
    fine = {"decision": "fine", "amount": "200"}
    scene.do("penalty.proposed", OVER + 60, fields=fine, subjects=SUSPECT)
    scene.do("legal-review.submitted", OVER + 70)
    scene.do("legal-review.passed", OVER + 80, by=bureau.legal_reviewer)
    scene.do("penalty.decided", OVER + 90, by=bureau.approver, fields=fine, subjects=SUSPECT)
    numbering_set()
    with clock.holding(at(0)):
        decider = supervisor(scene, "演3001", "监督乙", COUNTY)
        above = supervisor(scene, "演3002", "市局监督", CITY)
    return Bench(scene, found, bureau.supervisor, decider, above)


def opened(bench: Bench, minutes: float = SEEN, **more: Any) -> ResponsibilityCase:
    given = {"by": bench.opener, "reason": "询问查证超时", "findings": [bench.finding.pk]} | more
    with clock.holding(at(minutes)):
        return services.case_open(**given)


def attributed(
    bench: Bench,
    minutes: float = SEEN + 10,
    *,
    effects: Mapping[int, str] | None = None,
    changes: Mapping[int, Changed] | None = None,
    falsified: frozenset[str] = frozenset(),
    by: Officer | None = None,
) -> ResponsibilityCase:
    found = services.proposed(bench.case, effects or {}, falsified)
    accepted = Accepted(found.effects, found.mark, falsified, "笔录系事后补造", changes or {})
    with clock.holding(at(minutes)):
        return services.case_attribute(
            bench.case.pk, by=by or bench.opener, accepted=accepted, note="按行为链划分"
        )


def stated(bench: Bench, by: Officer, minutes: float = SEEN + 20, text: str = "当时警力不足") -> None:
    with clock.holding(at(minutes)):
        services.statement_make(bench.case.pk, by=by, text=text, evidence="值班表")


def everybody_stated(bench: Bench) -> None:
    for number in services.still_to_state(bench.case):
        stated(bench, Officer.objects.get(number=number))


def heard(bench: Bench, minutes: float = SEEN + 30, *, by: Officer | None = None) -> ResponsibilityCase:
    with clock.holding(at(minutes)):
        return services.hearing_close(bench.case.pk, by=by or bench.opener, note="都已陈述")


def ruling(bench: Bench, outcome: str = "fault", share: str = "main", **more: Any) -> Ruling:
    found = {bench.handler.number: Found(share, "negligence" if share != "none" else "")}
    return Ruling(outcome, "超过法定时限，未及时报告", found, **more)


def decided(
    bench: Bench,
    minutes: float = SEEN + 40,
    *,
    by: Officer | None = None,
    made: Ruling | None = None,
    expected: int | None = None,
) -> Decision:
    with clock.holding(at(minutes)):
        return deciding.case_decide(
            bench.case.pk, by=by or bench.decider, ruling=made or ruling(bench), expected=expected
        )


def to_decision(bench: Bench) -> None:
    """Opened, attributed, everybody heard."""
    opened(bench)
    attributed(bench)
    everybody_stated(bench)
    heard(bench)


def entered(bench: Bench, minutes: float = SEEN, **more: Any) -> ExternalResult:
    given: dict[str, Any] = {
        "by": bench.opener,
        "kind": "not-prosecuted-insufficient",
        "organ": "演示市甲区人民检察院",
        "number": "甲检刑不诉〔2026〕12号",
        "decided_on": dt.date(2026, 3, 4),
        "unit": STATION,
        "decision": "对某乙不起诉",
        "reason": "现有证据不能证明某乙实施了该行为",
        "dossier": bench.scene.dossier.number,
    } | more
    with clock.holding(at(minutes)):
        return externals.external_enter(**given)


def reviewed(bench: Bench, result: ExternalResult, minutes: float = SEEN + 5, **more: Any) -> ExternalReview:
    acts = [str(bench.scene.acts["person.arrived"].id)]
    given: dict[str, Any] = {
        "by": bench.opener,
        "conclusion": "fault-possible",
        "reason": "取证不全面",
        "acts": acts,
        "proposal": "到案后应当在二小时内固定关键证据",
    } | more
    with clock.holding(at(minutes)):
        return externals.external_review(result.pk, **given)


def page(officer: Officer, url: str, minutes: float) -> tuple[int, str]:
    with clock.holding(at(minutes)):
        answer = signed_in(officer).get(url)
    return answer.status_code, answer.content.decode()


def sent(officer: Officer, url: str, minutes: float, **data: Any) -> tuple[int, str]:
    """A form submitted, and the page it led to."""
    with clock.holding(at(minutes)):
        client = signed_in(officer)
        answer = client.post(url, data)
        body = answer.content.decode()
        if answer.status_code == 302:
            body = client.get(answer.url).content.decode()
    return answer.status_code, body
