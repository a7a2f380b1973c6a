"""What somebody's conduct is in law: the violation, its facts and evidence, and how the penalty was weighed."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

FIELDS = (
    ActField("violation", "text", "违法行为（目录代码）", "violation, by its code in the catalogue"),
    ActField("facts", "text", "违法事实", "facts of the violation"),
    ActField("circumstances", "text", "选定的情节（代码，逗号分隔）", "circumstances chosen, codes with commas"),
    ActField("band", "text", "裁量基准幅度（档次和段）", "benchmark band: tier and part"),
    ActField("departs", "flag", "偏离裁量基准", "departs from the benchmark band"),
    ActField("departure_reason", "text", "偏离裁量基准的理由", "reason for departing from the band"),
    ActField("applied_law", "text", "适用的法律", "law applied, by its key"),
)

TYPES = (
    ActType(
        "case.characterised",
        "认定违法事实和定性",
        "conduct characterised",
        ("violation", "facts", "law", "article", "evidence", "conduct_on", "circumstances", "band", "applied_law"),
        ("person",),
    ),
)
