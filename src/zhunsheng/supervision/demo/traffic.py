"""Road-traffic cases of the made-up bureau: a driver tested and charged, and a violation caught by a camera."""

from __future__ import annotations

import datetime as dt

from zhunsheng.supervision.demo import intake
from zhunsheng.supervision.demo.arrival import known, questioned
from zhunsheng.supervision.demo.case_file import CaseFile, Person, Value
from zhunsheng.supervision.demo.decision import closed, decided, fine_paid, proposed, reviewed, served


def driver_tested(case: CaseFile) -> None:
    """A drunk driver: breath test, blood, vehicle detained, result told, fine decided in time."""
    case.kind = "traffic"
    driver = case.person()
    case.by_day(13)
    day = case.now.date()
    intake.open_case(case, day)
    known(case, driver, "suspect")
    case.recorded("scene.handled", case.pair, lasts=20, case_kind="traffic", method="on-scene")
    case.act("alcohol.tested", case.pair, person=driver, blood_ground="drunk", signed=True)
    vehicle = case.number("车")
    case.act(
        "vehicle.detained",
        case.pair,
        person=driver,
        item=vehicle,
        case_kind="traffic",
        reason="drunk-driving",
        before_opening_allowed=True,
    )
    case.wait(20, 50)
    case.act("blood.sampled", case.pair, person=driver, place="hospital")
    case.wait(60, 150)
    case.act("vehicle.handed-over", case.one, item=vehicle)
    questioned(case, driver)
    case.to_morning(case.rng.randint(1, 3))
    case.act("blood.sent", case.one, person=driver)
    case.to_morning(case.rng.randint(3, 6))
    case.act("blood-result.received", case.one, person=driver)
    case.to_morning(case.rng.randint(1, 3))
    case.act(
        "document.served",
        case.pair,
        person=driver,
        document="blood-result",
        recipient="suspect",
        method="direct",
        refused=False,
    )
    fined(case, driver, "饮酒后驾驶机动车", (1000, 1200, 1500))


def fined(case: CaseFile, driver: Person, violation: str, yuan: tuple[int, ...]) -> None:
    """The driver accepts processing and is fined within the day; the fine is paid."""
    what: dict[str, Value] = {"violation": violation, "decision": "fine", "amount": case.rng.choice(yuan)}
    reviewed(case, driver)
    case.act("traffic.processing-accepted", case.one, person=driver, traffic_sanction="fine")
    proposed(case, driver, what)
    case.wait(20, 60)
    decided(case, driver, what, level="county-head")
    served(case, driver)
    fine_paid(case, driver, what["amount"])
    closed(case)


def caught_by_camera(case: CaseFile) -> None:
    """A camera's record is reviewed, entered, told to the owner, and processed."""
    case.kind = "traffic"
    driver = case.person()
    evidence = case.number("证")
    case.by_day(13)
    case.act("monitor-record.captured", (), evidence=evidence, recording=case.number("录"))
    case.to_morning(case.rng.randint(1, 3))
    case.act("monitor-record.reviewed", case.one, evidence=evidence, approved=True, device_checked=True)
    intake.open_case(case, case.acts[0].at.date())
    known(case, driver, "suspect")
    case.act("violation.entered", case.one, person=driver, case_kind="traffic")
    case.to_morning(case.rng.randint(1, 3))
    case.act(
        "notice.given",
        case.one,
        person=driver,
        notice="recorded-violation",
        recipient="owner",
        method="message",
    )
    case.to_morning(case.rng.randint(2, 12))
    questioned(case, driver)
    case.act("evidence.relied-on", case.one, evidence=evidence, evidence_kind="monitor-record")
    fined(case, driver, "驾驶机动车违反道路交通信号灯通行", (50, 100, 150, 200))


def fined_at_the_roadside(case: CaseFile) -> None:
    """A small fine at the roadside, filed within the days the traffic rules give."""
    case.kind = "traffic"
    driver = case.person()
    case.by_day(17)
    known(case, driver, "suspect")
    case.act(
        "notice.given", case.one, person=driver, notice="penalty-proposed", recipient="suspect", method="oral"
    )
    case.act("defence.heard", case.one, person=driver, defence_raised=False)
    case.recorded(
        "penalty.decided-on-the-spot",
        case.one,
        lasts=6,
        person=driver,
        case_kind="traffic",
        violation="驾驶机动车违反禁止标线指示",
        decision="fine",
        amount=case.rng.choice((50, 100, 150, 200)),
        matter_kind="other",
        party_kind="individual",
        aboard=False,
        undisputed=True,
        signed=True,
        noted=False,
    )
    case.act(
        "document.served",
        case.one,
        person=driver,
        document="penalty-decision",
        recipient="suspect",
        method="direct",
        refused=False,
    )
    case.now += dt.timedelta(hours=case.rng.randint(2, 20))
    case.act("penalty.spot-filed", case.one, person=driver)
