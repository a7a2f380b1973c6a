"""Inspecting places, things and bodies in administrative cases, examining bodies and collecting samples from persons.

Routine supervisory inspections of trades are no inspections in a case and not declared here.
"""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

INSPECTED = {
    "premises": ("场所（住所以外）", "premises other than a home"),
    "home": ("公民住所", "a citizen's home"),
    "item": ("物品", "thing"),
    "body": ("人身", "body"),
}

SAMPLES = {
    "portrait": ("肖像", "portrait"),
    "fingerprint": ("指纹", "fingerprint"),
    "blood": ("血液", "blood"),
    "urine": ("尿液", "urine"),
    "other": ("其他生物样本", "other biological sample"),
}

FIELDS = (
    ActField("inspected", "text", "检查对象", "what is inspected", INSPECTED),
    ActField("on_spot", "flag", "确有必要，立即当场检查", "inspected at once because it was necessary"),
    ActField(
        "home_danger",
        "flag",
        "有证据或者报警表明住所内正在发生危害或者存放危险物质，不立即检查危害重大",
        "evidence or an emergency call shows danger in the home that cannot wait",
    ),
    ActField("attended", "flag", "被检查人或者见证人在场", "the person inspected or a witness was there"),
    ActField("by_physician", "flag", "由医师进行", "done by a physician"),
    ActField("sample_kind", "text", "信息或者样本种类", "kind of information or sample", SAMPLES),
    ActField("consent", "flag", "本人或者监护人同意", "the person or the guardian consented"),
)

TYPES = (
    ActType(
        "inspection.made",
        "检查场所、物品或者人身",
        "premises, thing or body inspected",
        (
            "case_kind",
            "inspected",
            "on_spot",
            "card_shown",
            "warrant_shown",
            "home_danger",
            "attended",
            "sex",
            "by_woman",
            "by_physician",
        ),
        ("person", "item"),
        lasts=True,
    ),
    ActType(
        "body.examined",
        "人身检查（查明特征、伤害情况或者生理状态）",
        "body examined for marks, injuries or condition",
        ("person_role", "sex", "by_woman", "by_physician"),
        ("person",),
        lasts=True,
    ),
    ActType(
        "biosample.collected",
        "提取、采集人身信息或者生物样本",
        "personal data or biological sample collected",
        ("sample_kind", "person_role", "consent"),
        ("person",),
    ),
)
