"""Bail and residential surveillance that another system tells of by a table: what comes due, what is not lifted in time, what cures it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.feeds.conftest import Feeding, feed
from tests.feeds.rows import STATION
from tests.feeds.test_same_norms import handed_over, own_results, values
from tests.procedure.conftest import bureau, governed, home, scene
from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.test_imported_alike import told
from zhunsheng.acts.export import log_write
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.feeds.evaluating import imported_results
from zhunsheng.feeds.judging import feeds_watch
from zhunsheng.feeds.models import Obligation
from zhunsheng.feeds.services import feed_run
from zhunsheng.people.demo import Bureau
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision.models import Finding, Notice
from zhunsheng.supervision.notices import notices_make

__all__ = ["bureau", "feed", "governed", "home", "scene"]
pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "examples" / "criminal-measures" / "mapping.yaml"
HEADER = "序号,案件编号,事项,办理时间,办案单位,民警警号,嫌疑人,保证方式,保证金,批准人层级,执行处所,变更后措施,告知事项"
HANDLER = "021001"
DAY = 24 * 60


def day(text: str, hour: int = 10) -> dt.datetime:
    """An hour of a day, local time."""
    return dt.datetime.fromisoformat(text).replace(hour=hour, tzinfo=LOCAL)


def row(key: int, what: str, when: str, *more: str, case: str = "A330001") -> str:
    """A row as the criminal-case system exports it."""
    cells = [*more, *([""] * (6 - len(more)))]
    return ",".join((str(key), case, what, when, STATION, HANDLER, "某乙", *cells))


BAIL = row(1, "取保候审", "2026-03-02 10:00", "保证人", "", "县局领导")
LIFTED = row(2, "解除取保候审", "2027-03-05 10:00")


@pytest.fixture
def drop(tmp_path: Path, feed: Feeding, bureau: Bureau) -> Path:
    """A folder the feed of criminal measures reads, mapped as the example in the documentation is."""
    folder = tmp_path / "drop"
    folder.mkdir()
    feed(
        {"kind": "folder", "path": str(folder), "settled": 0},
        mapping=yaml.safe_load(MAPPING.read_text(encoding="utf-8")),
        officers={HANDLER: bureau.handler.number},
    )
    return folder


def put(folder: Path, name: str, *rows: str) -> None:
    """A file of these rows."""
    (folder / name).write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")


def read(when: dt.datetime) -> None:
    """Read the feed at that time; every row has an act."""
    with clock.holding(when):
        run = feed_run("city")
        assert (run.state, run.quarantined) == ("done", 0)


def term(norm: str) -> Finding:
    """The one finding under a norm."""
    found: Finding = Finding.objects.unfenced("a test").get(norm_id=norm)
    return found


def notices(norm: str) -> Iterator[tuple[str, str]]:
    """Who was told of a duty under a norm before it was due, and at which step."""
    for one in Notice.objects.filter(imported__norm_id=norm).order_by("id"):
        yield one.step, one.officer_id


def test_bail_nearly_over_is_told_then_found_and_a_later_row_cures_it(drop: Path, bureau: Bureau) -> None:
    put(drop, "a.csv", BAIL)
    read(day("2026-03-03"))
    with clock.holding(day("2027-01-29")):
        feeds_watch()
        notices_make()
    assert list(notices("bail.term")) == []
    read(day("2027-02-02"))
    with clock.holding(day("2027-02-02")):
        notices_make()
        notices_make()
    assert list(notices("bail.term")) == [("warn", bureau.handler.number)]
    assert not Finding.objects.unfenced("a test").exists()
    read(day("2027-03-02", 23))
    assert not Finding.objects.unfenced("a test").exists(), "the last day belongs to the term"
    read(day("2027-03-03"))
    one = term("bail.term")
    assert (one.status, one.breach, one.severity, one.element) == ("open", "overdue", "serious", "person")
    assert (one.officer_id, one.unit_id, one.case_number) == (bureau.handler.number, STATION, "A330001")
    assert one.due_at == day("2027-03-03", 0) - dt.timedelta(microseconds=1)
    put(drop, "b.csv", LIFTED)
    read(day("2027-03-05", 12))
    one.refresh_from_db()
    assert (one.status, one.breach, one.cured_at) == ("cured", "late", day("2027-03-05"))
    assert one.cured_event is not None
    assert one.cured_event.key == "2"


@pytest.mark.parametrize(
    "end",
    [
        row(2, "解除取保候审", "2027-03-02 17:00"),
        row(2, "移送审查起诉", "2026-09-01 10:00"),
        row(2, "监视居住", "2027-02-26 10:00"),
        row(2, "变更强制措施", "2026-06-01 10:00", "", "", "", "", "逮捕"),
    ],
)
def test_whatever_ends_bail_in_time_leaves_no_finding(drop: Path, end: str) -> None:
    put(drop, "a.csv", BAIL, end)
    read(day("2027-04-01"))
    assert not Finding.objects.unfenced("a test").filter(norm_id="bail.term").exists()
    assert {o.status for o in Obligation.objects.unfenced("a test").filter(norm_id="bail.term")} <= {
        "met",
        "void",
    }


def test_bail_granted_once_more_meanwhile_does_not_begin_anew(drop: Path) -> None:
    put(drop, "a.csv", BAIL, row(2, "取保候审", "2027-02-26 10:00", "保证人", "", "县局领导"))
    read(day("2027-03-04"))
    assert term("bail.term").breach == "overdue"


def test_a_designated_residence_the_family_was_not_told_of_and_a_term_not_kept(drop: Path) -> None:
    decided = row(1, "监视居住", "2026-03-02 09:00", "", "", "县局领导")
    started = row(2, "执行监视居住", "2026-03-02 10:20", "", "", "", "指定居所")
    put(drop, "a.csv", decided, started)
    read(day("2026-03-03", 10))
    assert not Finding.objects.unfenced("a test").exists()
    read(day("2026-03-03", 12))
    family = term("surveillance.family-told")
    assert (family.breach, family.due_at) == ("overdue", day("2026-03-03", 11))
    put(drop, "b.csv", row(3, "通知家属", "2026-03-03 15:00", "", "", "", "", "", "监视居住"))
    read(day("2026-03-03", 16))
    family.refresh_from_db()
    assert (family.status, family.breach) == ("cured", "late")
    read(day("2026-09-03"))
    assert term("surveillance.term").due_at == day("2026-09-03", 0) - dt.timedelta(microseconds=1)


def test_what_breaks_a_norm_is_found_at_once_and_what_is_missing_is_no_finding(drop: Path) -> None:
    put(
        drop,
        "a.csv",
        row(1, "取保候审", "2026-03-02 10:00", "保证人和保证金", "500", "派出所", case="A1"),
        row(2, "执行监视居住", "2026-03-02 10:20", "", "", "", "办案场所", case="A2"),
        row(3, "取保候审", "2026-03-02 10:00", case="A3"),
        row(4, "没收保证金", "2026-03-02 10:00", "", "60000", "县局领导", case="A4"),
    )
    read(day("2026-03-03"))
    found = Finding.objects.unfenced("a test")
    assert sorted((one.case_number, one.norm_id, one.breach) for one in found) == [
        ("A1", "bail.approved", "broken"),
        ("A1", "bail.one-guarantee", "broken"),
        ("A2", "surveillance.not-in-custody-places", "broken"),
        ("A4", "bail-bond.forfeiture-approved", "broken"),
    ]
    doubtful = Obligation.objects.unfenced("a test").filter(status="unknown", case__number="A3")
    assert {o.norm_id for o in doubtful} >= {"bail.approved", "bail.one-guarantee"}


def criminal(scene: Scene) -> None:
    """A criminal case of our own: bail, changed to surveillance in a designated residence, the family told late; a bond forfeited."""
    officer = scene.bureau.approver
    scene.do("case.opened", 0, fields={"case_kind": "criminal", "conduct_on": "2026-03-01"})
    scene.do(
        "bail.decided",
        60,
        by=officer,
        subjects=SUSPECT,
        fields={"guarantee": "bond", "amount": 2000, "level": "county-head"},
    )
    scene.do("bail.announced", 2 * DAY, subjects=SUSPECT, fields={"signed": True})
    scene.do(
        "bail-bond.forfeited",
        10 * DAY,
        by=officer,
        subjects=SUSPECT,
        fields={"amount": 2000, "level": "county-head"},
    )
    scene.do("bail-bond.forfeiture-read", 15 * DAY, subjects=SUSPECT, fields={"signed": True})
    scene.do(
        "surveillance.decided",
        20 * DAY,
        by=officer,
        subjects=SUSPECT,
        fields={"designated": True, "designated_ground": "no-fixed-home", "level": "county-head"},
    )
    place = {"surveillance_place": "designated-residence"}
    scene.do("surveillance.started", 20 * DAY + 30, subjects=SUSPECT, fields=place)
    told_of = {"notice": "residential-surveillance", "method": "phone"}
    scene.do("family.notified", 22 * DAY, subjects=SUSPECT, fields=told_of)


def test_the_same_acts_through_the_door_give_the_same_obligations_and_findings(
    scene: Scene, feed: Feeding, tmp_path: Path
) -> None:
    criminal(scene)
    log = log_write(tmp_path / "log")
    handed_over(log, tmp_path / "drop", "acts.csv", feed)
    later = 250 * DAY
    with clock.holding(at(later)):
        obligations_watch()
        run = feed_run("city")
    assert (run.state, run.quarantined) == ("done", 0)
    theirs: list[Any] = sorted(map(values, imported_results("city", as_of=at(later)).to_pylist()), key=str)
    assert theirs == own_results(log, later)
    judged = {(one[0], one[8]) for one in theirs}
    assert judged >= {
        ("bail.approved", "met"),
        ("bail.term", "void"),
        ("bail.term", "met"),
        ("bail-bond.forfeiture-read", "late"),
        ("surveillance.family-told", "late"),
        ("surveillance.term", "void"),
        ("surveillance.term", "overdue"),
    }
    rows = Finding.objects.unfenced("a test").filter(closed_at=None)
    own, imported = (sorted(map(told, rows.filter(feed__isnull=door)), key=str) for door in (True, False))
    assert len(own) >= 3
    assert imported == own
