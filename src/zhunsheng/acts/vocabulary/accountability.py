"""Acts of fault accountability in a dossier, and the superior's order that an officer puts on record.

They name the case and its step, never who is concerned: names stand in the case, for those entitled to it.
"""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

RESPONSIBILITY_OUTCOMES = {
    "fault": ("认定执法过错", "fault"),
    "no-fault": ("没有执法过错", "no fault"),
    "defect": ("属于执法瑕疵，不是执法过错", "a defect, no fault"),
    "exempt": ("有过错，不予追究", "fault, but exempt"),
}

FIELDS = (
    ActField("responsibility_number", "text", "过错责任案号", "number of the responsibility case"),
    ActField("responsibility_round", "number", "第几次划分", "round of attribution"),
    ActField("responsibility_outcome", "text", "认定结论", "what was decided", RESPONSIBILITY_OUTCOMES),
    ActField("responsibility_digest", "text", "案内记录摘要值", "digest of what the case keeps of this step"),
    ActField("statements_made", "number", "陈述申辩份数", "statements made"),
    ActField("statements_digest", "text", "陈述申辩摘要值", "digest of the statements"),
    ActField("order_content", "text", "决定、命令的内容", "what was ordered"),
    ActField("order_objected", "flag", "已提出意见", "objected to"),
    ActField("order_reported", "flag", "已向上级机关报告", "reported to the organ above"),
)
CASE = ("responsibility_number", "responsibility_round", "responsibility_digest")
HEARD = ("statements_made", "statements_digest")

TYPES = (
    ActType(
        "order.received",
        "接到上级决定、命令",
        "superior's order received",
        ("order_content", "order_objected", "order_reported"),
        ("person",),
    ),
    ActType("accountability.opened", "过错责任立案", "responsibility case opened", CASE, ()),
    ActType("accountability.attributed", "过错责任划分", "responsibility attributed", CASE, ()),
    ActType("accountability.heard", "听取过错责任陈述申辩", "statements heard", (*CASE, *HEARD), ()),
    ActType(
        "accountability.decided",
        "过错责任决定",
        "responsibility decided",
        (*CASE, "responsibility_outcome", *HEARD),
        (),
    ),
    ActType(
        "accountability.redecided",
        "过错责任复核决定",
        "objection decided",
        (*CASE, "responsibility_outcome", *HEARD),
        (),
    ),
    ActType("accountability.withdrawn", "撤销过错责任案", "responsibility case withdrawn", CASE, ()),
    ActType("accountability.reopened", "重新划分过错责任", "responsibility case reopened", CASE, ()),
    ActType("accountability.closed", "过错责任案办结", "responsibility case closed", CASE, ()),
)
