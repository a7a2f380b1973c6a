"""Administrative coercive measures on persons, and what is found out about things before they are taken.

The taking itself (seizing, sealing, freezing, registering) is in `property`; restraint of drunk persons in `inquiry`.
"""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

RELATIONS = {
    "related": ("与案件有关、需要作为证据", "related to the case and needed as evidence"),
    "unrelated": ("与案件无关", "unrelated to the case"),
    "victim-or-third-party": (
        "被侵害人或者善意第三人合法占有",
        "lawfully held by the victim or a third party in good faith",
    ),
    "necessity": ("公民个人及其所扶养家属的生活必需品", "necessity of life of a citizen and dependants"),
}

FIELDS = (
    ActField("item_relation", "text", "物品与案件的关系", "how the thing relates to the case", RELATIONS),
    ActField("appraisal_needed", "flag", "与案件有关必须鉴定", "related to the case and must be appraised"),
    ActField("data_medium", "flag", "电子数据原始存储介质", "original storage medium of electronic data"),
    ActField("sealed_elsewhere", "flag", "已被其他国家机关依法查封", "already sealed by another state organ"),
)

TYPES = (
    ActType(
        "coercion.applied",
        "对人实施行政强制措施",
        "coercive measure applied to a person",
        ("case_kind", "measure", "urgent", "card_shown", "method"),
        ("person",),
        lasts=True,
    ),
    ActType(
        "officers.returned",
        "办案民警带当事人返回单位",
        "officers back at their unit with the person",
        (),
        ("person",),
    ),
    ActType("person.sobered", "确认醉酒人酒醒", "drunk person found sober", (), ("person",)),
    ActType(
        "item.identified",
        "查明物品、场所情况",
        "what a thing or place is, found out",
        ("item_kind", "item_relation", "appraisal_needed", "data_medium", "sealed_elsewhere"),
        ("item",),
    ),
    ActType(
        "evidence.sampled",
        "抽样取证",
        "evidence taken by sampling",
        ("case_kind", "urgent"),
        ("item", "person"),
    ),
    ActType("medium.sealed", "封存存储介质", "storage medium sealed", ("noted",), ("item",)),
)
