"""What the made-up bureau did about its findings: put right, contested and decided, left lying until they were listed.

Every step is taken by the one who may take it, through the services that the pages call, with the clock held at its time.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from random import Random

from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision import escalation, rectifying, services
from zhunsheng.supervision.codes import Status
from zhunsheng.supervision.demo.found import levels_catch_up
from zhunsheng.supervision.demo.generating import dice
from zhunsheng.supervision.hand_downs import hand_down_enter, hand_down_reply
from zhunsheng.supervision.models import Finding, Rectification
from zhunsheng.supervision.reopening import lines_reopen

FATES: Mapping[str, int] = {
    "repaired": 52,
    "contested, upheld": 10,
    "contested, dismissed": 6,
    "contested, waiting": 4,
    "left lying": 8,
    "unanswered": 20,
}
"""What becomes of a hundred findings."""
OUTCOMES = {"contested, upheld": "upheld", "contested, dismissed": "dismissed", "contested, waiting": ""}
DISMISSED = (
    ("record", "核对登记簿，当时已经办理，登记时间填错。"),
    ("exception", "属于法律规定的例外情形，规则没有写明。"),
    ("norm", "规则把同一行为算了两次。"),
)
MEASURES = (
    ("补办手续，对照规范自查同类案件", "补办的文书已入卷"),
    ("组织学习有关条文，办案区张贴时限提示", "学习记录、现场照片"),
    ("交接班时由值班领导核对到期事项", "交接班登记"),
)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
RUNGS = (3 * DAY, 10 * DAY, 20 * DAY)
"""So long after its term a line left lying is escalated, rung by rung."""


class Afterwards:
    """The time after the findings were made, up to the present."""

    def __init__(self, seed: int, supervisors: tuple[Officer, ...]) -> None:
        self.seed, self.supervisors, self.end = seed, supervisors, clock.now()

    def answered(self) -> Counter[str]:
        """Let everybody answer what they were told of long enough ago; how often each fate came."""
        rows = Finding.objects.unfenced("the demo's own bureau").filter(
            status=Status.OPEN, silent=False, officer__is_active=True, dossier__sealed_at=None
        )
        told = Counter[str]()
        for finding in rows.select_related("dossier", "officer").order_by("found_at", "pk"):
            assert finding.dossier is not None
            rng = dice(f"{self.seed}/{finding.dossier.number}/{finding.norm_id}")
            fate = rng.choices(list(FATES), list(FATES.values()))[0]
            told[fate] += 1
            self.lived(finding, fate, rng)
        levels_catch_up(self.end)
        lines_reopen()
        return told

    def lived(self, finding: Finding, fate: str, rng: Random) -> None:
        """One finding, as far as the present lets it come; a service that refuses ends it there, as it would people."""
        try:
            if fate == "repaired":
                self.repaired(finding, rng)
            elif fate.startswith("contested"):
                self.contested(finding, rng, OUTCOMES[fate])
            elif fate == "left lying":
                self.left_lying(finding, rng)
        except InputError:
            return

    def at(self, finding: Finding, time: dt.datetime, do: Callable[[], object]) -> bool:
        """Do something about a finding at a time, after whoever was to be told by then; not at all where that is to come."""
        if time >= self.end:
            return False
        levels_catch_up(time, finding)
        with clock.holding(time):
            do()
        return True

    def supervisor(self, finding: Finding) -> Officer:
        """Who supervises the unit, the nearest first."""
        over = (s for s in self.supervisors if holds_over(s, [Role.SUPERVISOR], finding.unit_id, self.end))
        return next(over)

    def repaired(self, finding: Finding, rng: Random) -> None:
        """Accepted the same day, done within a week or so, verified."""
        time = finding.found_at + rng.randint(1, 20) * HOUR
        if self.at(finding, time, partial(services.finding_accept, finding.pk, by=officer_of(finding))):
            self.put_right(finding, time + rng.randint(20, 200) * HOUR, rng)

    def put_right(self, finding: Finding, time: dt.datetime, rng: Random) -> None:
        """Reported done, and verified by the supervisor; sent back where it has happened again."""
        row = line_of(finding)
        measure, evidence = rng.choice(MEASURES)
        report = partial(rectifying.rectification_done, row.pk, by=officer_of(finding))
        if not self.at(finding, time, partial(report, measure=measure, evidence=evidence)):
            return
        verify = partial(rectifying.rectification_verify, row.pk, by=self.supervisor(finding))
        later = time + rng.randint(10, 60) * HOUR
        try:
            self.at(finding, later, partial(verify, good=True, note="抽查案卷，属实"))
        except InputError:
            self.at(finding, later, partial(verify, good=False, note="同一规范又有发生，措施不够"))

    def contested(self, finding: Finding, rng: Random, outcome: str) -> None:
        """Contested within the officer's time, and decided within the term; what is waiting is of these days."""
        time = finding.found_at + rng.randint(1, 15) * HOUR
        if not outcome:
            time = max(time, self.end - rng.randint(5, 90) * HOUR)
        cause, why = rng.choice(DISMISSED)
        file = partial(services.contest_file, finding.pk, by=officer_of(finding), ground=GROUNDS[cause])
        if not self.at(finding, time, partial(file, reason=why, evidence="登记簿复印件")) or not outcome:
            return
        decided = time + rng.randint(20, 90) * HOUR
        reason = why if outcome == "dismissed" else "登记簿没有相应记载，异议不成立。"
        decide = partial(services.contest_decide, contest_of(finding), by=self.supervisor(finding))
        done = self.at(finding, decided, partial(decide, outcome=outcome, reason=reason, cause=cause))
        finding.refresh_from_db()
        if done and finding.status == Status.UPHELD:
            self.put_right(finding, decided + rng.randint(20, 200) * HOUR, rng)

    def left_lying(self, finding: Finding, rng: Random) -> None:
        """Accepted and not put right: talks, then listed, each once its time has come."""
        accepted = finding.found_at + rng.randint(1, 20) * HOUR
        if not self.at(
            finding, accepted, partial(services.finding_accept, finding.pk, by=officer_of(finding))
        ):
            return
        row, by = line_of(finding), self.supervisor(finding)
        for number, after in enumerate(RUNGS):
            time = max(row.due_at + after, last_recorded(finding) + HOUR)
            if not self.at(finding, time, partial(climb, row, number, by)):
                return


GROUNDS = {"record": "facts", "exception": "exception", "norm": "norm"}


def climb(row: Rectification, number: int, by: Officer) -> None:
    """One rung."""
    if number < len(RUNGS) - 1:
        post = ("分管副所长", "所长")[number]
        escalation.talk(row.pk, by=by, recipient=post, reason="整改超过期限，没有说明原因")
    else:
        escalation.listing_put(row.pk, by=by, ground="overdue", reason="两级约谈以后仍未整改")


def officer_of(finding: Finding) -> Officer:
    """Who answers."""
    assert finding.officer is not None
    return finding.officer


def line_of(finding: Finding) -> Rectification:
    """Its line of the ledger."""
    found: Rectification = Rectification.objects.unfenced("the demo's own bureau").get(finding=finding)
    return found


def contest_of(finding: Finding) -> int:
    """Its contest."""
    found: int = finding.contests.values_list("pk", flat=True).get()
    return found


def last_recorded(finding: Finding) -> dt.datetime:
    """When the last act came into its dossier."""
    acts = Act.objects.unfenced("the demo's own bureau").filter(dossier=finding.dossier)
    found: dt.datetime = acts.latest("position").recorded_at
    return found


def hand_downs_come(by: Officer, unit: str) -> int:
    """Two papers from outside: one replied to, one whose reply is due these days."""
    end = clock.now()
    with clock.holding(end - 75 * DAY):
        paper = hand_down_enter(
            by=by,
            kind="procuratorial-suggestion",
            number="演检行建〔2026〕7号",
            organ="演示市人民检察院",
            subject="传唤后未及时通知家属",
            unit=unit,
            received_at=clock.now(),
            norm_id="inquiry.family-told",
        )
    with clock.holding(end - 40 * DAY):
        hand_down_reply(
            paper.pk,
            by=by,
            reply="已逐案自查，补充通知记录，办案区登记增设提示。",
            number="演公复〔2026〕3号",
        )
    with clock.holding(end - 12 * DAY):
        hand_down_enter(
            by=by,
            kind="supervision-notice",
            number="演司监通〔2026〕2号",
            organ="演示市司法局",
            subject="行政检查没有登记检查结果",
            unit=unit,
            received_at=clock.now(),
            proposal="每次行政检查当日登记检查对象、事项和结果。",
        )
    return 2
