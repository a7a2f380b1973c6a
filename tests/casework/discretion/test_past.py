"""Comparable decisions: rows that follow the acts, counted within reach only, as distributions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.procedure.dossiers import KIND, SUSPECT, Scene
from zhunsheng.acts.models import Act
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.past import NO_TIER, comparables, distribution, tier_of
from zhunsheng.casework.models import Decided
from zhunsheng.casework.pages.purpose import purposes_of
from zhunsheng.casework.rebuild import dossier_rebuild
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def spot(scene: Scene) -> Scene:
    """A theft fined on the spot (recorded late, so that no other norm is in the way)."""
    scene.do("report.received", 0, fields=KIND, subjects={"person": ("某甲",)})
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
    fine = {"violation": "po.theft", "band": "ordinary.whole", "decision": "fine", "amount": 300}
    scene.do("penalty.decided-on-the-spot", 20, fields=fine, subjects=SUSPECT, backfill="补录")
    return scene


@pytest.mark.django_db
def test_rows_follow_the_acts(spot: Scene) -> None:
    row = Decided.objects.unfenced("a test").get()
    assert (row.violation, row.tier, row.decision, row.amount, row.days) == (
        "po.theft",
        "ordinary",
        "fine",
        Decimal(300),
        None,
    )
    assert row.decided_on == DAY
    assert not dossier_rebuild(spot.id)
    first = spot.acts["penalty.decided-on-the-spot"]
    fine = {"violation": "po.theft", "band": "ordinary.whole", "decision": "fine", "amount": 200}
    spot.do(
        "penalty.decided-on-the-spot", 30, fields=fine, subjects=SUSPECT, corrects=first.id, backfill="补录"
    )
    assert Decided.objects.unfenced("a test").get().amount == Decimal(200)
    spot.do("penalty.revoked", 40, fields={"decision": "fine"}, subjects=SUSPECT)
    assert not Decided.objects.unfenced("a test").exists()


@pytest.fixture
def many(spot: Scene) -> Scene:
    act = Act.objects.unfenced("a test").filter(dossier=spot.id)[0]
    kinds = [("fine", 150, None), ("fine", 900, None), ("detention", None, 5), ("detention", 400, 7)]
    rows = []
    for n in range(20):
        decision, amount, days = kinds[n % 4]
        rows.append(
            Decided(
                dossier_id=spot.id, act=act, person=f"P{n}", unit_id=spot.dossier.unit_id, violation="po.theft", tier="ordinary",
                decision=decision, amount=amount, days=days, decided_on=DAY - dt.timedelta(days=n),
            )
        )  # fmt: skip
    rows[0].decided_on = dt.date(2020, 1, 1)
    rows[1].tier = "heavier"
    Decided.objects.bulk_create(rows)
    return spot


def purpose_for(officer: Officer) -> str:
    return purposes_of(officer)[0].code


@pytest.mark.django_db
def test_distributions_of_the_tier_within_reach_and_years(many: Scene) -> None:
    handler = many.bureau.handler
    with CaptureQueriesContext(connection) as queries:
        found = comparables(
            by=handler, purpose=purpose_for(handler), violation="po.theft", tier="ordinary", until=DAY
        )
    assert found.total == 19
    assert not found.few
    assert {(b.zh, b.count) for b in found.kinds} == {("罚款", 9), ("行政拘留", 10)}
    assert [(b.zh, b.count) for b in found.days] == [("5日", 5), ("6日", 0), ("7日", 5)]
    assert [(b.zh, b.count) for b in found.yuan] == [("200元以下", 4), ("200至500元", 6), ("500至1000元", 4)]
    assert sum("decided" in q["sql"] for q in queries) == 1


@pytest.mark.django_db
def test_another_branch_sees_none_of_them(many: Scene) -> None:
    other = many.bureau.other_handler
    found = comparables(
        by=other, purpose=purpose_for(other), violation="po.theft", tier="ordinary", until=DAY
    )
    assert (found.total, found.few, found.kinds) == (0, True, ())
    with pytest.raises(Denied):
        comparables(
            by=many.bureau.auditor, purpose="handling", violation="po.theft", tier="ordinary", until=DAY
        )


@pytest.mark.django_db
def test_the_case_itself_is_not_its_own_example(many: Scene) -> None:
    handler = many.bureau.handler
    found = comparables(
        by=handler,
        purpose=purpose_for(handler),
        violation="po.theft",
        tier="ordinary",
        until=DAY,
        besides=many.id,
    )
    assert found.total == 0


@pytest.mark.parametrize(("count", "few"), [(9, True), (10, False)])
def test_small_numbers_are_called_small(count: int, few: bool) -> None:
    assert distribution([("fine", Decimal(100), None)] * count, shipped().comparison).few is few


def test_the_newest_are_taken_where_there_are_too_many() -> None:
    most = shipped().comparison.most
    found = distribution([("fine", Decimal(100), None)] * (most + 1), shipped().comparison)
    assert (found.total, found.more) == (most, True)


def test_every_amount_has_its_group() -> None:
    found = distribution(
        [("fine", Decimal(a), None) for a in (1, 200, 201, 5000, 5001)], shipped().comparison
    )
    assert [(b.zh, b.count) for b in found.yuan if b.count] == [
        ("200元以下", 2), ("200至500元", 1), ("3000至5000元", 1), ("5000元以上", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("band", "tier"),
    [("lighter.lower", "lighter"), ("not-punishable", NO_TIER), ("else.where", ""), (None, "")],
)
def test_the_tier_of_a_band(band: object, tier: str) -> None:
    assert tier_of(band) == tier


@pytest.mark.parametrize("day", [dt.date(2028, 2, 29), dt.date(2026, 1, 1)])
@pytest.mark.django_db
def test_any_day_has_years_before_it(scene: Scene, day: dt.date) -> None:
    handler = scene.bureau.handler
    assert (
        comparables(
            by=handler, purpose=purpose_for(handler), violation="po.theft", tier=None, until=day
        ).total
        == 0
    )
