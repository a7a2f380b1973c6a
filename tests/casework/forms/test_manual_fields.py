"""An ordinary case through the forms: nothing that was said is asked again, and how much is filled in by hand does not grow."""

from __future__ import annotations

import pytest

from benchmarks.manual_fields import FOUNDED, ordinary, report
from zhunsheng.people.demo import demo_bureau

pytestmark = pytest.mark.django_db


def test_an_ordinary_case_asks_nothing_twice(db: None) -> None:
    case = ordinary(demo_bureau(at=FOUNDED))
    assert case.twice == [], "\n".join(report(case))
    assert case.view(case.bureau.handler).dossier.closed_at is not None
    typed = sum(len(one.typed) for one in case.forms)
    by_hand = sum(one.by_hand for one in case.forms)
    derived = sum(one.derived + one.proposed for one in case.forms)
    assert typed <= 15
    assert derived > by_hand
