"""The closed lists of inspections, with their words."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from zhunsheng.people.bilingual import both


class Kind(TextChoices):
    """What sort of looking it is."""

    PATROL = "patrol", both("网上巡检", "thematic patrol")
    REVIEW = "review", both("案件评查", "case review")
    CAMPAIGN = "campaign", both("专项整治", "special campaign")
    SPOT = "spot", both("随机抽查", "spot check")


class Subject(TextChoices):
    """What is drawn and looked at."""

    CASES = "cases", both("案件", "cases")
    UNITS = "units", both("单位", "units")


class Status(TextChoices):
    """How far it has come."""

    PLANNED = "planned", both("已计划", "planned")
    FROZEN = "frozen", both("总体已固定，待抽取", "population frozen, to be drawn")
    DRAWN = "drawn", both("检查中", "under way")
    CLOSED = "closed", both("已办结", "closed")


class Verdict(TextChoices):
    """What an inspector says of one question."""

    ORDER = "order", both("符合", "in order")
    PROBLEM = "problem", both("存在问题", "a problem")
    NONE = "none", both("不适用", "does not apply")


class Engine(TextChoices):
    """What the rulebook itself says of a question."""

    MET = "met", both("已履行", "met")
    BREACHED = "breached", both("违反", "breached")
    UNKNOWN = "unknown", both("事实不足", "unknown")
    PENDING = "pending", both("未到期", "not due yet")
    NONE = "none", both("未涉及", "not touched")
    HUMAN = "human", both("由人判断", "for a person to judge")


SAYS: Mapping[str, str] = {
    Engine.MET: Verdict.ORDER,
    Engine.BREACHED: Verdict.PROBLEM,
    Engine.NONE: Verdict.NONE,
}
"""The answer the rulebook's own result amounts to; what is missing only a person can say."""


def disagrees(engine: str, answer: str) -> bool:
    """Whether a person says otherwise than the rulebook, where it has said something."""
    return (engine, answer) in {
        (Engine.BREACHED, Verdict.ORDER),
        (Engine.BREACHED, Verdict.NONE),
        (Engine.MET, Verdict.PROBLEM),
        (Engine.NONE, Verdict.PROBLEM),
    }


class StepKind(TextChoices):
    """What happened to an inspection."""

    PLANNED = "planned", both("计划", "planned")
    FROZEN = "frozen", both("固定总体", "population frozen")
    DRAWN = "drawn", both("抽取样本", "sample drawn")
    ASSIGNED = "assigned", both("分派", "assigned")
    ASIDE = "aside", both("不再阅看", "set aside")
    READ = "read", both("完成一份检查表", "checklist done")
    SETTLED = "settled", both("认定", "settled")
    TAKEN = "taken", both("接手办理", "taken over")
    ORDERED = "ordered", both("列入整改台账", "put into the ledger")
    CLOSED = "closed", both("办结", "closed")
