"""Erasures against the acts that ordered them and those they touched: nothing dropped without an order, no order idle."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from zhunsheng.acts.audit_acts import Order
from zhunsheng.acts.models import Erasure
from zhunsheng.ledger.faults import Fault


def erasure_faults(
    orders: Mapping[uuid.UUID, Order], dropped: Mapping[uuid.UUID, Mapping[str, str]]
) -> Iterator[Fault]:
    """What is wrong between orders (by ordering act), erasures kept, and what acts say was dropped (act → path → erasure)."""
    waiting = dict(orders)
    covered: dict[uuid.UUID, dict[str, str]] = {}
    for erasure in Erasure.objects.order_by("id").iterator():
        where = f"erasure {erasure.id}"
        order = waiting.pop(erasure.ordered_in_id, None)
        if order is None or not agrees(erasure, order):
            yield Fault(
                "erasure-changed",
                where,
                "与命令删除的行为不符",
                "it is not what the act that ordered it says",
            )
        covered.setdefault(erasure.act_id, {}).update(dict.fromkeys(erasure.paths, str(erasure.id)))
    for act in waiting:
        yield Fault(
            "erasure-removed",
            f"act {act}",
            "删除记录已不存在",
            "the record of the erasure it ordered is gone",
        )
    for act in sorted(covered.keys() | dropped.keys()):
        if covered.get(act, {}) != dict(dropped.get(act, {})):
            yield Fault(
                "content-dropped",
                f"act {act}",
                "内容的缺失与删除记录不符",
                "what is missing is not what was erased",
            )


def agrees(erasure: Erasure, order: Order) -> bool:
    """Whether the record of an erasure says what its order says; what of the order was itself erased is not compared."""
    stated = zip(
        (order.law, order.article, order.reason), (erasure.law, erasure.article, erasure.reason), strict=True
    )
    return (
        str(erasure.act_id) == order.act
        and erasure.paths == order.paths
        and erasure.at == order.at
        and all(said is None or said == kept for said, kept in stated)
    )
