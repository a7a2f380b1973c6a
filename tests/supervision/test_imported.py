"""Findings of cases that another system tells of: found, told, answered, contested, decided and put right as those from the door."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from tests.feeds.conftest import Feeding, feed
from tests.feeds.rows import STATION, csv
from tests.procedure.conftest import bureau, governed, home, scene
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.acting import signed_in
from tests.supervision.loop.conftest import Ruled, ruled
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError
from zhunsheng.feeds.judging import feeds_watch
from zhunsheng.feeds.models import Case, Obligation, Quarantined, Reading
from zhunsheng.feeds.services import feed_replay, feed_run, quarantine_drop, quarantine_retry
from zhunsheng.people import services as people
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY, Bureau
from zhunsheng.supervision import escalation, rectifying
from zhunsheng.supervision.access import finding_open, findings_within
from zhunsheng.supervision.models import Alert, Finding, Notice, Rectification
from zhunsheng.supervision.notices import moot, notice_words, notices_make
from zhunsheng.supervision.pages.notices import notice_lines
from zhunsheng.supervision.pages.words import sentence
from zhunsheng.supervision.rebuild import differences_mend, findings_rebuild
from zhunsheng.supervision.selectors import own_notices
from zhunsheng.supervision.services import contest_decide, contest_file, finding_accept, finding_cure
from zhunsheng.supervision.telling import levels_pass_on

__all__ = ["bureau", "feed", "governed", "home", "ruled", "scene"]
pytestmark = pytest.mark.django_db

HANDLER = "021001"


def day(number: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """An instant in March 2026, local time."""
    return dt.datetime(2026, 3, number, hour, minute, tzinfo=LOCAL)


def row(
    key: str,
    what: str,
    when: str,
    *,
    case: str = "X-1",
    person: str = "某乙",
    officer: str = HANDLER,
    unit: str = STATION,
) -> str:
    """A row as the other system exports it."""
    return f"{key},{case},{what},2026-03-{when},{unit},{officer},{person},"


ARRIVED = row("2", "到案", "02 10:00")
LEFT_LATE = row("3", "离开", "02 23:30")
LEFT_IN_TIME = row("3", "离开", "02 17:30")


@pytest.fixture
def drop(tmp_path: Path, feed: Feeding, ruled: Ruled, bureau: Bureau) -> Path:
    """A folder that a feed reads, and one norm: whoever arrives must leave within eight hours."""
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity="serious"))
    folder = tmp_path / "drop"
    folder.mkdir()
    feed({"kind": "folder", "path": str(folder), "settled": 0}, officers={HANDLER: bureau.handler.number})
    return folder


def read(at: dt.datetime) -> None:
    """Read the feed at that time."""
    with clock.holding(at):
        assert feed_run("city").state == "done"


def found() -> list[Finding]:
    return list(Finding.objects.unfenced("a test").order_by("pk"))


def events(one: Finding) -> list[tuple[str, str]]:
    return list(one.history.order_by("number").values_list("event", "status"))


def told(one: Finding) -> list[tuple[str, str]]:
    return list(Alert.objects.filter(finding=one).order_by("id").values_list("level", "officer_id"))


def overdue(drop: Path, *more: str) -> Finding:
    """Somebody arrived, and the day after nothing tells that they left."""
    csv(drop, "a.csv", (ARRIVED, *more))
    read(day(3, 9))
    (one,) = found()
    return one


def test_what_is_overdue_elsewhere_is_a_finding_with_its_rows_and_the_officer_is_told(
    drop: Path, bureau: Bureau
) -> None:
    one = overdue(drop)
    assert (one.status, one.breach, one.severity) == ("open", "overdue", "serious")
    assert (one.officer_id, one.unit_id, one.feed_id) == (bureau.handler.number, STATION, "city")
    assert (one.obligation, one.dossier, one.case_number, one.element) == (None, None, "X-1", "person")
    assert one.since == one.due_at == day(2, 18)
    reasons = one.history.get().explanation
    assert set(reasons) == {"zh", "en"}
    assert "至今未见记录" in reasons["zh"]["verdict"]
    assert reasons["zh"]["rows"] == ["到案 2026-03-02 10:00（市局平台，a.csv第1行，编号2）"]
    assert reasons["en"]["rows"][0].endswith("(City platform, a.csv row 1, key 2)")
    assert told(one) == [("officer", bureau.handler.number)]
    assert "市局平台案件X-1" in str(sentence(one))


def test_the_next_file_cures_it_and_a_correction_closes_it_and_brings_it_back(
    drop: Path, bureau: Bureau
) -> None:
    one = overdue(drop)
    csv(drop, "b.csv", (LEFT_LATE,))
    read(day(3, 10))
    one.refresh_from_db()
    assert (one.status, one.breach, one.cured_at) == ("cured", "late", day(2, 23, 30))
    assert one.cured_event is not None
    assert one.cured_event.key == "3"
    assert Alert.objects.get(finding=one).answered_at is not None
    csv(drop, "c.csv", (LEFT_IN_TIME,))
    read(day(3, 11))
    one.refresh_from_db()
    assert one.status == "closed"
    csv(drop, "d.csv", (LEFT_LATE,))
    read(day(3, 12))
    one.refresh_from_db()
    assert (one.status, one.breach) == ("cured", "late")
    assert [event for event, _ in events(one)] == ["found", "cured", "closed", "reopened"]
    last = one.history.last()
    assert "第3次记录" in last.explanation["zh"]["rows"][1]
    assert len(found()) == 1


def test_a_term_that_comes_near_elsewhere_is_told_to_the_officer_before_it_is_over(
    drop: Path, bureau: Bureau
) -> None:
    """Of eight hours an eighth is left; once the row that ends it is read nothing is carried any more."""
    csv(drop, "a.csv", (ARRIVED,))
    read(day(2, 11))
    with clock.holding(day(2, 16, 50)):
        assert notices_make() == 0
    with clock.holding(day(2, 17, 10)):
        assert notices_make() == 1
        assert notices_make() == 0
        notice = Notice.objects.get()
        assert (notice.kind, notice.officer_id, notice.about_at) == (
            "duty",
            bureau.handler.number,
            day(2, 18),
        )
        (line,) = notice_lines(own_notices(bureau.handler))
        assert str(line.about).endswith("（市局平台 X-1）")
        assert line.due_at == day(2, 18)
        assert notice_words(notice).endswith("2026-03-02 18:00 到期\n市局平台 X-1")
        assert not moot(notice)
        answer = signed_in(bureau.handler).get(reverse("notice", args=(notice.pk,)))
        assert answer["Location"] == reverse("my_findings")
    csv(drop, "b.csv", (LEFT_IN_TIME,))
    read(day(2, 17, 40))
    assert moot(Notice.objects.get())


def test_time_alone_makes_it_overdue_at_the_next_reading_and_never_before(drop: Path) -> None:
    csv(drop, "a.csv", (ARRIVED,))
    read(day(2, 11))
    assert found() == []
    with clock.holding(day(2, 19)):
        # Due at 18:00, but the feed is known up to 11:00 only: whoever left may stand in a row not read yet.
        assert feeds_watch() == 0
    assert found() == []
    read(day(2, 19))
    (one,) = found()
    assert (one.status, one.breach) == ("open", "overdue")
    with clock.holding(day(2, 20)):
        assert feeds_watch() == 0


def test_a_system_whose_rows_come_a_day_later_is_given_that_day(drop: Path, feed: Feeding) -> None:
    feed({"kind": "folder", "path": str(drop), "settled": 0}, delay=24)
    csv(drop, "a.csv", (ARRIVED,))
    read(day(3, 9))
    assert found() == []
    csv(drop, "b.csv", (row("5", "受案", "03 10:00"),))
    read(day(3, 11))
    assert found() == [], "a newer row of the case does not mean that every older one has come"
    with clock.holding(day(3, 12)):
        assert findings_rebuild(mend=False).different == 0
    read(day(3, 19))
    assert len(found()) == 1


def test_rows_read_once_more_do_not_make_the_system_known(drop: Path) -> None:
    csv(drop, "a.csv", (ARRIVED, row("9", "走了", "02 10:30", case="X-9")))
    read(day(2, 11))
    with clock.holding(day(3, 9)):
        quarantine_retry("city")
        feed_replay("city")
        feeds_watch()
    assert found() == []
    read(day(3, 9))
    assert len(found()) == 1


def test_a_feed_that_fails_finds_nothing_missing(drop: Path) -> None:
    csv(drop, "a.csv", (ARRIVED,))
    read(day(2, 11))
    drop.rename(drop.with_name("gone"))
    with clock.holding(day(5, 9)):
        assert feed_run("city").state == "failed"
        assert feeds_watch() == 0
    assert found() == []


def test_read_again_replayed_and_copied_it_is_one_finding(drop: Path) -> None:
    one = overdue(drop)
    csv(drop, "copy.csv", (ARRIVED,))
    with clock.holding(day(3, 10)):
        feed_replay("city")
        feed_run("city")
        feeds_watch()
    assert [f.pk for f in found()] == [one.pk]
    assert events(one) == [("found", "open")]
    assert len(told(one)) == 1


def test_what_the_other_system_deletes_counts_no_more(drop: Path, feed: Feeding, bureau: Bureau) -> None:
    feed(
        {"kind": "folder", "path": str(drop), "settled": 0},
        deleted={"column": "行为", "values": ["作废"]},
        officers={HANDLER: bureau.handler.number},
    )
    one = overdue(drop, row("9", "离开", "03 08:00", case="X-9"))
    csv(drop, "b.csv", ("2,,作废,,,,,",))
    read(day(3, 10))
    one.refresh_from_db()
    assert one.status == "closed"
    csv(drop, "c.csv", (ARRIVED,))
    read(day(3, 11))
    one.refresh_from_db()
    assert (one.status, one.breach) == ("open", "overdue")
    assert [event for event, _ in events(one)] == ["found", "closed", "reopened"]


def test_rows_in_quarantine_may_be_what_is_missed(drop: Path, bureau: Bureau) -> None:
    csv(drop, "a.csv", (ARRIVED, LEFT_IN_TIME.replace("离开", "走了")))
    read(day(3, 9))
    assert found() == []
    with clock.holding(day(3, 10)):
        (waiting,) = Obligation.objects.unfenced("a test")
        assert waiting.status == "unknown"
        quarantine_drop(Quarantined.objects.unfenced("a test").get().pk, by=bureau.supervisor, reason="重复")
        assert feeds_watch() == 1
    (one,) = found()
    assert one.breach == "overdue"


def test_a_mended_mapping_meets_what_was_in_doubt(drop: Path, home: Path) -> None:
    csv(drop, "a.csv", (ARRIVED, LEFT_IN_TIME.replace("离开", "走了")))
    read(day(3, 9))
    file = home / "feeds" / "city.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["mapping"]["types"]["走了"] = "person.released"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with clock.holding(day(3, 10)):
        assert quarantine_retry("city").new == 1
    assert found() == []
    assert Obligation.objects.unfenced("a test").get().status == "met"


def test_nobody_named_here_means_the_heads_are_told_at_once_and_whoever_is_mapped_later_is_told(
    drop: Path, feed: Feeding, bureau: Bureau
) -> None:
    source = {"kind": "folder", "path": str(drop), "settled": 0}
    feed(source)
    csv(drop, "a.csv", (row("2", "到案", "02 10:00", unit="外单位"),))
    read(day(3, 9))
    (one,) = found()
    assert (one.officer_id, one.unit_id) == (None, COUNTY)
    assert one.imported is not None
    assert one.imported.owner_code == HANDLER
    assert told(one)[0][0] == "unit"
    with clock.holding(day(3, 9)):
        assert findings_within(by=bureau.supervisor, purpose="supervision").get() == one
    feed(source, units={"外单位": STATION}, officers={HANDLER: bureau.handler.number})
    with clock.holding(day(3, 10)):
        assert feeds_watch() == 1
    one.refresh_from_db()
    assert (one.officer_id, one.unit_id) == (bureau.handler.number, STATION)
    last = one.history.last()
    assert (last.event, last.status) == ("changed", "open")
    assert STATION in last.note
    assert told(one)[-1] == ("officer", bureau.handler.number)
    assert Case.objects.unfenced("a test").get().unit_id == STATION


def test_the_officer_contests_and_another_decides(drop: Path, bureau: Bureau) -> None:
    one = overdue(drop)
    with clock.holding(day(3, 10)):
        with pytest.raises(Denied):
            contest_file(one.pk, by=bureau.second_handler, ground="facts", reason="不对", evidence="台账")
        contest = contest_file(one.pk, by=bureau.handler, ground="facts", reason="已经离开", act="2")
        assert contest.evidence_event is not None
        with pytest.raises(Denied):
            contest_decide(contest.pk, by=bureau.handler, outcome="upheld", reason="自己裁决")
        contest_decide(contest.pk, by=bureau.supervisor, outcome="dismissed", reason="属实", cause="record")
    one.refresh_from_db()
    assert one.status == "dismissed"
    csv(drop, "b.csv", (LEFT_LATE,))
    read(day(3, 11))
    one.refresh_from_db()
    assert (one.status, one.breach) == ("dismissed", "late")


def test_whoever_the_other_system_names_does_not_decide(drop: Path, feed: Feeding, bureau: Bureau) -> None:
    feed(
        {"kind": "folder", "path": str(drop), "settled": 0},
        officers={HANDLER: bureau.handler.number, "888": bureau.supervisor.number},
    )
    one = overdue(drop, row("1", "受案", "02 09:00", officer="888"))
    with clock.holding(day(3, 10)):
        contest = contest_file(
            one.pk, by=bureau.handler, ground="facts", reason="已经离开", evidence="登记簿"
        )
        with pytest.raises(InputError, match="参与"):
            contest_decide(contest.pk, by=bureau.supervisor, outcome="upheld", reason="不成立")


def test_a_contest_refused_after_it_was_done_late_is_cured_by_that_row(drop: Path, bureau: Bureau) -> None:
    one = overdue(drop)
    with clock.holding(day(3, 10)):
        contest = contest_file(
            one.pk, by=bureau.handler, ground="facts", reason="已经离开", evidence="登记簿"
        )
    csv(drop, "b.csv", (LEFT_LATE,))
    read(day(3, 11))
    with clock.holding(day(3, 12)):
        contest_decide(contest.pk, by=bureau.supervisor, outcome="upheld", reason="不成立")
    one.refresh_from_db()
    assert (one.status, one.cured_event.key if one.cured_event else "") == ("cured", "3")


def test_a_row_of_the_source_cures_by_its_key(drop: Path, bureau: Bureau) -> None:
    one = overdue(drop, row("7", "受案", "03 08:30"))
    with clock.holding(day(3, 10)):
        for wrong in ("2", "99"):
            with pytest.raises(InputError):
                finding_cure(one.pk, wrong, by=bureau.handler)
        finding_cure(one.pk, "7", by=bureau.handler, note="已另行处理")
    one.refresh_from_db()
    assert (one.status, one.cured_by, one.cured_at) == ("cured", None, day(3, 8, 30))
    assert one.history.last().event_row.key == "7"


def test_it_is_put_right_and_escalated_by_steps_without_an_act(drop: Path, bureau: Bureau) -> None:
    one = overdue(drop)
    with clock.holding(day(3, 10)):
        finding_accept(one.pk, by=bureau.handler)
        line: Rectification = Rectification.objects.unfenced("a test").get()
        assert line.problem.startswith("X-1：")
    with clock.holding(day(30, 10)):
        escalation.talk(line.pk, by=bureau.supervisor, recipient="副所长", reason="逾期")
        escalation.talk(line.pk, by=bureau.supervisor, recipient="所长", reason="逾期")
        escalation.listing_put(line.pk, by=bureau.supervisor, ground="overdue", reason="逾期")
        rectifying.rectification_done(line.pk, by=bureau.handler, measure="补办", act="2")
        rectifying.rectification_verify(line.pk, by=bureau.supervisor, good=True, note="已核实")
    line.refresh_from_db()
    assert (line.status, line.rung) == ("closed", 3)
    assert "编号2" in line.evidence
    assert [s.kind for s in line.steps.order_by("id")] == [
        "opened",
        "deputy",
        "head",
        "listed",
        "done",
        "closed",
    ]
    assert not line.steps.exclude(act=None).exists()


def test_levels_go_on_and_reading_is_on_record(drop: Path, bureau: Bureau) -> None:
    one = overdue(drop)
    with clock.holding(day(3, 9)):
        assert not findings_within(by=bureau.supervisor, purpose="supervision").exists()
        with pytest.raises(Denied):
            finding_open(one.pk, by=bureau.other_handler, purpose="handling", via="a test")
        assert finding_open(one.pk, by=bureau.handler, purpose="handling", via="a test").contents
    assert Reading.objects.get().officer_id == bureau.handler.number
    with clock.holding(day(4, 9)):
        assert levels_pass_on() == 1
        seen = finding_open(one.pk, by=bureau.supervisor, purpose="supervision", via="a test")
        assert seen.told(seen.history[0])["rows"]
        with pytest.raises(Denied):
            finding_open(one.pk, by=bureau.other_approver, purpose="approval", via="a test")


def test_an_officer_who_left_a_unit_moved_a_norm_retired_and_a_feed_taken_away_lose_nothing(
    drop: Path, bureau: Bureau, home: Path, ruled: Ruled
) -> None:
    one = overdue(drop)
    with clock.holding(day(3, 10)):
        people.officer_suspend(bureau.handler, by=bureau.founder, reason="调离")
        people.unit_move(one.unit, by=bureau.founder, parent=COUNTY)
        with pytest.raises(Denied):
            finding_accept(one.pk, by=bureau.other_handler)
    ruled(norm("other", KEPT_HOURS, per="case, person", severity="serious"))
    with clock.holding(day(3, 11)):
        feeds_watch()
    one.refresh_from_db()
    assert (one.status, one.closed_at) == ("open", None)
    assert one.imported is not None
    assert one.imported.withdrawn_at is not None
    (home / "feeds" / "city.yaml").unlink()
    with clock.holding(day(3, 12)):
        assert feeds_watch() == 0
        assert findings_rebuild(mend=False).different == 0
        finding_accept(one.pk, by=bureau.second_handler)
        people.officer_restore(bureau.handler, by=bureau.founder, reason="调回")
    one.refresh_from_db()
    assert one.status == "accepted"
    assert len(found()) == 2


def test_what_was_lost_or_changed_by_hand_is_told_and_mended(drop: Path) -> None:
    one = overdue(drop)
    with clock.holding(day(3, 10)):
        assert findings_rebuild(mend=False).different == 0
        Finding.objects.unfenced("a test").filter(pk=one.pk).update(breach="broken")
        assert findings_rebuild(mend=False).different == 1
        assert differences_mend() == 1
        Obligation.objects.unfenced("a test").update(status="met")
        assert findings_rebuild(mend=False).different == 1
        findings_rebuild()
        feeds_watch()
        assert findings_rebuild(mend=False).different == 0
    one.refresh_from_db()
    assert (one.status, one.breach) == ("open", "overdue")
