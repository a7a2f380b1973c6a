"""A day of a year that no calendar here holds is told at its field, or passed over where it narrows a list; nothing breaks."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import Scene, at
from tests.supervision.loop.acting import OVER, signed_in
from tests.supervision.loop.test_ledger import DAY, accepted
from zhunsheng.base import clock
from zhunsheng.people.demo import STATION
from zhunsheng.supervision.models import HandDown

pytestmark = pytest.mark.django_db
NEVER = ("0001-01-01", "1800-01-01", "2200-01-01", "9999-12-31")
LATER = OVER + 3 * DAY


@pytest.mark.parametrize("day", NEVER)
def test_lists_pass_it_over(held: Scene, day: str) -> None:
    accepted(held)
    with clock.holding(at(LATER)):
        reader = signed_in(held.bureau.supervisor)
        for page in ("/findings/", "/cases/"):
            for name in ("since", "until"):
                assert reader.get(page, {name: day}).status_code == 200


@pytest.mark.parametrize("day", NEVER)
def test_forms_tell_it(held: Scene, day: str) -> None:
    line = accepted(held)
    with clock.holding(at(LATER)):
        reader = signed_in(held.bureau.supervisor)
        given = {"do": "extend", "due_at": day, "reason": "设备采购"}
        assert "1900" in reader.post(f"/rectification/{line.pk}/", given).content.decode()
        paper = {
            "kind": "complaint",
            "organ": "市局",
            "number": "1",
            "subject": "转办",
            "unit": STATION,
            "norm_id": "test.hours",
            "received_on": "2026-03-02",
        }
        for name in ("received_on", "reply_by"):
            assert "1900" in reader.post("/supervision/hand-downs/", paper | {name: day}).content.decode()
        enter = {"kind": "not-arrested", "organ": "检察院", "number": "1", "decided_on": day, "unit": STATION}
        told = reader.post("/external-results/", enter | {"decision": "-", "reason": "-"}).content.decode()
        assert "1900" in told
    assert not HandDown.objects.unfenced("a test").exists()
