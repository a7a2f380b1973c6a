"""What recurs and is still the officer's alone to answer: the line of the ledger says neither which case, nor how often, nor escalates."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import Scene, at
from tests.supervision.loop.acting import finding, reopened_by
from tests.supervision.loop.test_ledger import DAY, accepted, again, done, line, verified
from tests.supervision.loop.test_pages import read
from zhunsheng.base import clock
from zhunsheng.supervision.models import Alert, Notice
from zhunsheng.supervision.notices import notices_make

pytestmark = pytest.mark.django_db


def test_a_recurrence_is_counted_and_escalated_once_it_is_released(held: Scene) -> None:
    accepted(held)
    done(held)
    verified(held)
    other = again(held, 3 * DAY)
    new, row, by = finding(other), line(held), held.bureau
    found, released = ((one - at(0)).total_seconds() / 60 for one in (new.found_at, new.released_at))
    assert found < released
    for reader in (by.supervisor, by.approver):
        page = read(reader, f"/rectification/{row.pk}/", found + 1)[1]
        for words in (other.dossier.number, "整改后又发生", "约谈分管负责人", "登记约谈"):
            assert words not in page, words
        for url in ("/rectification/?state=all", "/supervision/", "/findings/?state=all"):
            assert other.dossier.number not in read(reader, url, found + 1)[1], url
        assert read(reader, f"/findings/{new.pk}/", found + 1)[0] == 403
    with clock.holding(at(found + 1)):
        notices_make()
    assert not Notice.objects.exists()
    assert list(Alert.objects.filter(finding=new).values_list("officer", flat=True)) == [by.handler.number]
    assert reopened_by(found + 1) == 0
    assert line(held).status == "closed"
    assert reopened_by(released + 1) == 1
    page = read(by.supervisor, f"/rectification/{row.pk}/", released + 1)[1]
    assert "整改后又发生" in page
    assert "登记约谈" in page
