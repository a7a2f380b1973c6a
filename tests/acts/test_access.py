"""The only way to a dossier: what is out of reach looks like what is not there, each reading is on record, subjects are told how often."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.procedure.dossiers import SUSPECT, Scene, at
from zhunsheng.acts.access import access_act, access_dossier, access_log, dossiers_within
from zhunsheng.acts.models import Act, Dossier, Reading
from zhunsheng.acts.selectors import dossier_acts, dossier_readings, subject_readings
from zhunsheng.base import clock
from zhunsheng.people.access import Denied
from zhunsheng.people.fence import Unfenced
from zhunsheng.people.models import Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.services import observer_grant
from zhunsheng.procedure.models import Obligation

BASIS = {"law": "某法", "article": "5", "reason": "理由"}
Reader = Callable[[Scene], Officer]
MAY_READ: list[tuple[Reader, str]] = [
    (lambda s: s.bureau.handler, "handling"),
    (lambda s: s.bureau.second_handler, "party-request"),
    (lambda s: s.bureau.legal_reviewer, "review"),
    (lambda s: s.bureau.approver, "approval"),
    (lambda s: s.bureau.property_keeper, "keeping"),
    (lambda s: s.bureau.supervisor, "supervision"),
    (lambda s: s.bureau.assessor, "assessment"),
    (lambda s: s.bureau.window, "reception"),
    (lambda s: s.bureau.supervisor, "export"),
]
MAY_NOT: list[tuple[Reader, str]] = [
    (lambda s: s.bureau.other_handler, "handling"),
    (lambda s: s.bureau.other_approver, "approval"),
    (lambda s: s.bureau.handler, "review"),
    (lambda s: s.bureau.handler, "supervision"),
    (lambda s: s.bureau.handler, "no such purpose"),
    (lambda s: s.bureau.handler, ""),
    (lambda s: s.bureau.auditor, "audit"),
    (lambda s: s.bureau.administrator, "administration"),
    (lambda s: s.bureau.administrator, "handling"),
    (lambda s: s.bureau.outside_observer, "outside-supervision"),
]


@pytest.fixture
def written(scene: Scene) -> Scene:
    return scene.in_custody()


@pytest.mark.parametrize(("reader", "purpose"), MAY_READ, ids=[p for _, p in MAY_READ])
def test_whoever_has_a_purpose_reads_and_it_is_on_record(
    written: Scene, reader: Reader, purpose: str
) -> None:
    by = reader(written)
    with clock.holding(at(60)):
        assert access_dossier(written.dossier.number, by=by, purpose=purpose, via="test") == written.dossier
        assert (
            access_dossier(written.id or uuid.uuid4(), by=by, purpose=purpose, via="x" * 200).id == written.id
        )
        assert (
            access_act(written.acts["case.opened"].id, by=by, purpose=purpose, via="test").type
            == "case.opened"
        )
    readings = list(dossier_readings(written.dossier))
    assert [(r.officer_id, r.purpose, r.at) for r in readings] == [(by.number, purpose, at(60))] * 3
    assert [len(r.via) for r in readings] == [4, 80, 4]


@pytest.mark.parametrize(("reader", "purpose"), MAY_NOT, ids=[f"{n} {p}" for n, (_, p) in enumerate(MAY_NOT)])
def test_what_is_out_of_reach_looks_like_what_is_not_there(
    written: Scene, reader: Reader, purpose: str
) -> None:
    by, told = reader(written), []
    there = (written.dossier.number, written.id, written.acts["case.opened"].id)
    absent = ("990101010000-2026-999999", uuid.uuid4(), uuid.uuid4())
    for number, dossier, act in (there, absent):
        for ask in (
            lambda n=number: access_dossier(n, by=by, purpose=purpose, via="test"),
            lambda d=dossier: access_dossier(d, by=by, purpose=purpose, via="test"),
            lambda a=act: access_act(a, by=by, purpose=purpose, via="test"),
        ):
            with CaptureQueriesContext(connection) as asked, pytest.raises(Denied) as denied:
                ask()
            told.append((str(denied.value), len(asked)))
    assert told[:3] == told[3:]
    assert not Reading.objects.exists()


def test_lists_counts_and_subqueries_show_what_is_within_reach_and_nothing_else(written: Scene) -> None:
    bureau = written.bureau
    other = Scene(bureau)
    other.do("report.received", 1, by=bureau.other_handler, fields={"case_kind": "traffic"})
    seen = {
        by.number: set(dossiers_within(by=by, purpose=purpose).values_list("pk", flat=True))
        for by, purpose in (
            (bureau.handler, "handling"),
            (bureau.other_handler, "handling"),
            (bureau.supervisor, "supervision"),
        )
    }
    assert list(seen.values()) == [{written.id}, {other.id}, {written.id}]
    for table in (Dossier, Act, Obligation):
        with pytest.raises(Unfenced):
            list(table.objects.all())
        with pytest.raises(Unfenced):
            table.objects.filter(pk=None).exists()


def test_a_sealed_dossier_is_read_for_no_ordinary_purpose(written: Scene) -> None:
    written.do("dossier.sealed", 60, by=written.bureau.approver, fields=BASIS)
    for reader, purpose in MAY_READ:
        with pytest.raises(Denied):
            access_dossier(written.id or "", by=reader(written), purpose=purpose, via="test")
        assert not dossiers_within(by=reader(written), purpose=purpose).exists()
    assert (
        access_log(written.id or uuid.uuid4(), by=written.bureau.auditor, purpose="audit", via="test").id
        == written.id
    )
    written.do("dossier.unsealed", 61, by=written.bureau.approver, fields=BASIS)
    assert access_dossier(written.id or "", by=written.bureau.handler, purpose="handling", via="test")


def test_an_observer_reads_what_was_granted_singly_and_nothing_beside(written: Scene) -> None:
    observer, other = written.bureau.outside_observer, Scene(written.bureau).opened()
    with clock.holding(at(30)):
        observer_grant(
            observer,
            entity="dossier",
            subject=str(written.id),
            unit=written.dossier.unit_id,
            basis="检察建议书〔2026〕1号",
            valid_to=at(30) + dt.timedelta(days=5),
            by=written.bureau.supervisor,
            reason="检察监督",
        )
    with clock.holding(at(60)):
        assert (
            access_dossier(written.id or "", by=observer, purpose="outside-supervision", via="test").id
            == written.id
        )
        with pytest.raises(Denied):
            access_dossier(other.id or "", by=observer, purpose="outside-supervision", via="test")
    with clock.holding(at(30) + dt.timedelta(days=6)), pytest.raises(Denied):
        access_dossier(written.id or "", by=observer, purpose="outside-supervision", via="test")


def test_who_read_it_is_seen_by_auditors_and_supervisors_alone_and_without_contents(written: Scene) -> None:
    access_dossier(written.id or "", by=written.bureau.handler, purpose="handling", via="test")
    assert written.id is not None
    found = access_log(written.id, by=written.bureau.supervisor, purpose="supervision", via="test")
    assert dossier_readings(found).count() == 2
    for by, purpose in (
        (written.bureau.handler, "handling"),
        (written.bureau.auditor, "supervision"),
        (written.bureau.assessor, "assessment"),
    ):
        with pytest.raises(Denied):
            access_log(written.id, by=by, purpose=purpose, via="test")
    with pytest.raises(Denied):
        access_log(uuid.uuid4(), by=written.bureau.auditor, purpose="audit", via="test")
    with pytest.raises(Denied):
        access_dossier(written.id, by=written.bureau.auditor, purpose="audit", via="test")


def test_a_subject_is_told_how_often_and_why_but_not_by_whom(written: Scene) -> None:
    bureau = written.bureau
    second = Scene(bureau).opened()
    second.do("person.identified", 20, subjects=SUSPECT)
    for minutes, by, purpose, scene in (
        (60, bureau.handler, "handling", written),
        (61, bureau.second_handler, "handling", second),
        (62, bureau.supervisor, "supervision", written),
        (24 * 60, bureau.handler, "handling", Scene(bureau).opened()),
    ):
        with clock.holding(at(minutes)):
            access_dossier(scene.id or "", by=by, purpose=purpose, via="test")
    told = subject_readings("person", "某乙")
    assert [(t.purpose, t.times, t.latest) for t in told] == [
        ("handling", 2, "2026-03-02"),
        ("supervision", 1, "2026-03-02"),
    ]
    assert all(t.basis == PURPOSES[t.purpose].basis and t.zh and t.en for t in told)
    assert bureau.handler.number not in repr(told)
    assert subject_readings("person", "某某某") == []
    assert len(list(dossier_acts(written.dossier))) == 4
