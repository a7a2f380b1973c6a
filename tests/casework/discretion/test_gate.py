"""The door weighs every penalty anew, whatever face it comes from and whatever it says of itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.procedure.dossiers import KIND, SUSPECT, Scene
from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.stating import weighed_fields
from zhunsheng.casework.models import Decided
from zhunsheng.procedure.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(scene: Scene) -> Scene:
    """A theft, characterised as slight."""
    scene.do("report.received", 0, fields=KIND, subjects={"person": ("某甲",)})
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
    scene.do("person.identified", 20, fields={"age": 30, "person_role": "suspect"}, subjects=SUSPECT)
    conduct = {"violation": "po.theft", "facts": "拿走一只手机", "circumstances": "general.admitted"}
    scene.do("case.characterised", 30, fields=conduct, subjects=SUSPECT)
    return scene


def put(scene: Scene, **fields: Any) -> None:
    scene.do("penalty.proposed", 40, fields={"violation": "po.theft"} | fields, subjects=SUSPECT)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"decision": "detention", "days": 2}, "fields.decision"),
        ({"decision": "detention", "days": 7, "amount": 100}, "fields.decision"),
        ({"decision": "warning"}, "fields.decision"),
        ({"decision": "detention"}, "fields.days"),
        ({"decision": "fine"}, "fields.amount"),
        ({"decision": "fine", "amount": 1500}, "fields.departure_reason"),
        (
            {"decision": "fine", "amount": 1500, "departure_reason": "理由", "departs": False},
            "fields.departs",
        ),
        (
            {"decision": "detention", "days": 2, "departure_reason": "理由", "departs": True},
            "fields.decision",
        ),
        ({"decision": "fine", "amount": 500, "circumstances": "f.relief-goods"}, "fields.departure_reason"),
        ({"decision": "no-penalty"}, "fields.departure_reason"),
    ],
)
def test_what_the_tables_do_not_give_is_not_recorded(told: Scene, fields: dict[str, Any], where: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        put(told, **fields)
    assert refused.value.where == where
    assert "决定" in refused.value.remedy_zh


def test_above_the_ceiling_a_norm_refuses_with_its_article(told: Scene) -> None:
    with pytest.raises(Refused) as refused:
        put(told, decision="detention", days=16, departure_reason="理由", departs=True)
    assert "discretion.ceiling-2025" in [r.norm_id for r in refused.value.reasons]


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "fine", "amount": 500},
        {"decision": "detention", "days": 6, "departs": False},
        {"decision": "fine", "amount": 1500, "departure_reason": "家庭困难", "departs": True},
        {"decision": "transferred"},
        {"decision": "detention", "days": 12, "amount": 2000, "circumstances": "f.large-value"},
    ],
)
def test_what_the_tables_give_is_recorded(told: Scene, fields: dict[str, Any]) -> None:
    put(told, **fields)
    assert told.acts["penalty.proposed"].fields["decision"] == fields["decision"]


def test_the_fields_a_penalty_states_pass_the_door(told: Scene) -> None:
    """As forms and generators ask for them."""
    day = dt.date(2026, 3, 1)
    fields = weighed_fields(
        "po.theft", ["general.admitted"], Proposal("fine", Decimal(1500)), conduct_on=day, decided_on=day, departure_reason="理由"
    )  # fmt: skip
    assert (fields["departs"], fields["band"], fields["applied_law"]) == (
        True,
        "ordinary.lower",
        "public-order-law-2025",
    )
    told.do("penalty.proposed", 40, fields=fields, subjects=SUSPECT)
    within = weighed_fields(
        "po.theft",
        [],
        Proposal("fine", Decimal(500)),
        conduct_on=day,
        decided_on=day,
        departure_reason="理由",
    )
    assert (within["departs"], "departure_reason" in within) == (False, False)


def test_conduct_before_the_new_law_is_weighed_under_the_lighter_one(told: Scene) -> None:
    """Forty-nine and fifty-eight: detention with a fine then, one or the other now; the new law is lighter."""
    conduct = {"violation": "po.theft", "facts": "拿走一只手机", "conduct_on": "2025-12-31"}
    told.do("case.characterised", 35, fields=conduct, subjects=SUSPECT)
    put(told, decision="fine", amount=1800)
    with pytest.raises(NotAllowed):
        put(told, decision="detention", days=6, amount=300)


def test_outside_the_catalogue_nothing_is_weighed(told: Scene) -> None:
    told.do(
        "penalty.proposed",
        40,
        fields={"violation": "违反出境入境管理", "decision": "fine", "amount": 9000},
        subjects=SUSPECT,
    )
    told.do("penalty.proposed", 41, fields={"decision": "fine", "amount": 9000}, subjects=SUSPECT)


def test_what_is_recorded_late_is_recorded_with_its_breaches(told: Scene) -> None:
    fields = {"violation": "po.theft", "decision": "warning"}
    told.do("penalty.proposed", 40, fields=fields, subjects=SUSPECT, backfill="补录")
    assert not Decided.objects.unfenced("a test").exists()
