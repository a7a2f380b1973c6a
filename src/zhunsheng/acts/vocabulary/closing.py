"""Acts after the decision: making up, checking and archiving the case file."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

FIELDS = (
    ActField(
        "file_complete",
        "flag",
        "案卷含登记表、证据、决定和其他文书",
        "the file holds registration, evidence, decision and other papers",
    ),
    ActField("own_file", "flag", "一案一卷", "one file for one case"),
    ActField("file_damaged", "flag", "案卷材料损毁或者缺失", "file papers damaged or missing"),
    ActField("file_forged", "flag", "案卷材料伪造", "file papers forged"),
)

TYPES = (
    ActType("file.archived", "案卷移交归档", "case file archived", ("file_complete", "own_file"), ()),
    ActType("file.checked", "检查案卷", "case file checked", ("file_damaged", "file_forged"), ()),
    ActType(
        "coercion.lifted", "解除行政强制措施", "coercive measure lifted", ("measure",), ("person", "item")
    ),
)
