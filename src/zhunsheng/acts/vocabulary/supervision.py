"""Acts of supervision in a dossier: talks with those who answer for a unit, listed supervision and its end."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

LISTING_GROUNDS = {
    "overdue": ("整改超过期限仍未完成", "rectification is past its term"),
    "recurred": ("整改后又发生", "it happened again after it was put right"),
    "grave": ("违反阻断性规范", "a norm that blocks was broken"),
    "handed-down": ("上级机关或者检察机关交办", "handed down by an organ above or the procuratorate"),
}

FIELDS = (
    ActField("supervised_norm", "text", "督办所依规范", "norm the matter is about"),
    ActField("listing_ground", "text", "挂牌理由", "ground of the listing", LISTING_GROUNDS),
    ActField("exit_criteria", "text", "解除条件", "when the listing ends"),
    ActField("rectification_number", "text", "整改台账号", "number in the rectification ledger"),
)
MATTER = ("rectification_number", "supervised_norm", "reason")

TYPES = (
    ActType(
        "supervision.talked-with-deputy",
        "约谈分管负责人",
        "talk with the deputy head",
        (*MATTER, "recipient"),
        (),
    ),
    ActType(
        "supervision.talked-with-head",
        "约谈主要负责人",
        "talk with the head",
        (*MATTER, "recipient"),
        (),
    ),
    ActType(
        "supervision.listed",
        "挂牌督办",
        "put under listed supervision",
        (*MATTER, "listing_ground", "exit_criteria"),
        (),
    ),
    ActType("supervision.delisted", "解除挂牌督办", "listed supervision ended", MATTER, ()),
)
