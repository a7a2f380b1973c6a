"""Mediation of public-order cases by the police."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

BARS = {
    "none": ("无不适用调解的情形", "no bar"),
    "hired": ("雇凶伤害他人", "hired violence"),
    "gang-or-provocation": ("结伙斗殴或者其他寻衅滋事", "gang fight or provocation"),
    "repeated": ("多次实施", "repeated violations"),
    "unwilling": ("当事人明确不愿意调解", "a party expressly refuses"),
    "again-during": ("调解中又侵害对方", "a new violation during mediation"),
    "fled": ("调解中嫌疑人逃跑", "the suspect fled"),
    "other": ("其他不宜调解", "otherwise unfit"),
}

FIELDS = (
    ActField("mediation_bar", "text", "不适用调解的情形", "bar to mediation", BARS),
    ActField("suspect_by_proxy", "flag", "违法嫌疑人由他人代为参加", "the suspect sent somebody else"),
    ActField("lives_on_own_income", "flag", "以自己的劳动收入为主要生活来源", "lives mainly on own earnings"),
    ActField("guardian_declined", "flag", "本人同意不通知监护人", "agreed that the guardian is not told"),
    ActField(
        "terms_recorded",
        "flag",
        "当事人情况、主要事实和协议内容已在现场录音录像中明确记录",
        "parties, main facts and terms are clear on the recording made on the scene",
    ),
)

TYPES = (
    ActType(
        "mediation.prepared",
        "调解前核实当事人情况",
        "parties' situation checked before mediation",
        ("lives_on_own_income", "guardian_declined"),
        ("person",),
    ),
    ActType(
        "mediation.held",
        "治安调解",
        "mediation held",
        ("mediation_bar", "suspect_by_proxy"),
        ("person",),
        lasts=True,
    ),
    ActType("mediation.agreed", "达成调解协议", "settlement reached", ("terms_recorded",), ("person",)),
    ActType(
        "mediation.failed",
        "未达成协议或者协议不履行",
        "no settlement, or not performed",
        ("reason",),
        ("person",),
    ),
    ActType("mediation.performed", "调解协议履行完毕", "settlement performed", (), ("person",)),
)
