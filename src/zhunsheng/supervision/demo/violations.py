"""The violations the made-up suspects commit: how frequent each is, under which circumstances, and what happened in words.

Codes and circumstances are those of rulebook/discretion; the law on them is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Victim = Literal["needed", "either", "none"]
"""Whether somebody is the victim of it."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One violation as it occurs: the circumstances it may have, and some ways to tell it."""

    code: str
    weight: int
    victim: Victim
    variants: tuple[tuple[str, ...], ...]
    facts: tuple[str, ...]


PLAIN: tuple[str, ...] = ()

SORTS = (
    Sort(
        "po.beating",
        30,
        "needed",
        (("f.slight-harm",), ("f.quarrel-both-at-fault",), ("f.victim-at-fault",), ("f.compensated",)),
        (
            "因排队与他人发生口角，用拳头殴打他人面部",
            "因琐事与邻居争吵，推搡并踢打他人腿部",
            "在餐馆因劝酒与邻桌发生争执，用手掌击打他人头面部",
            "因停车位与他人发生争执，挥拳击打他人肩部、背部",
        ),
    ),
    Sort(
        "po.theft",
        24,
        "needed",
        (PLAIN, ("f.small-value",), ("f.returned",), ("f.living-needs",), ("f.large-value",)),
        (
            "趁店内无人，窃得他人放在柜台上的手机一部",
            "在小区楼下窃得他人电动自行车一辆",
            "在超市内将货架商品藏入衣袋，未付款离开",
            "在公交车站窃得他人挎包内的钱包一个",
        ),
    ),
    Sort(
        "po.property-damage",
        8,
        "needed",
        (PLAIN, ("f.small-value",), ("f.quarrel-both-at-fault",), ("f.repeated",)),
        (
            "因停车纠纷，用钥匙划伤他人汽车车门",
            "因邻里矛盾，踢坏他人停放的电动自行车",
        ),
    ),
    Sort(
        "po.insult-defamation",
        8,
        "needed",
        (PLAIN, ("f.slight-harm",), ("f.quarrel-both-at-fault",), ("f.wide-spread",), ("f.repeated",)),
        (
            "在小区广场当众用下流言语辱骂他人",
            "在业主微信群内捏造事实诽谤他人",
        ),
    ),
    Sort(
        "po.threat",
        5,
        "needed",
        (PLAIN, ("f.slight-harm",), ("f.repeated",)),
        ("因债务纠纷，发送信息扬言伤害他人及其家人", "因感情纠纷，写恐吓信威胁他人人身安全"),
    ),
    Sort(
        "po.harassment",
        5,
        "needed",
        (PLAIN, ("f.slight-harm",), ("f.repeated",)),
        ("多次发送侮辱、恐吓信息，干扰他人正常生活",),
    ),
    Sort(
        "po.fraud",
        7,
        "needed",
        (PLAIN, ("f.small-value",), ("f.returned",), ("f.large-value",)),
        ("谎称代购演出票骗取他人钱款", "以出租房屋为名骗取他人定金"),
    ),
    Sort(
        "po.random-beating",
        4,
        "needed",
        (PLAIN, ("f.slight-harm",), ("f.injury-caused",)),
        ("酒后无故殴打过路行人",),
    ),
    Sort(
        "po.gambling",
        14,
        "none",
        (PLAIN, ("f.small-value",), ("f.minor-part",)),
        (
            "与他人在出租屋内以打麻将的方式赌博，赌资较大",
            "在棋牌室与他人以扑克牌“炸金花”的方式赌博，赌资较大",
        ),
    ),
    Sort(
        "po.disturb-public-place",
        10,
        "either",
        (PLAIN, ("f.short-and-stopped",), ("f.slight-harm",), ("f.refused-to-stop",)),
        (
            "在商场内大声吵闹，影响商户经营，经劝阻不听",
            "在饭店内拍打桌椅、滋扰其他顾客",
            "在车站候车厅高声叫骂，引起围观",
        ),
    ),
    Sort(
        "po.disturb-workplace",
        5,
        "either",
        (PLAIN, ("f.short-and-stopped",), ("f.refused-to-stop",)),
        ("在医院门诊大厅吵闹，致使工作不能正常进行", "在公司前台滞留吵闹，致使营业不能正常进行"),
    ),
    Sort(
        "po.obstruct-official",
        6,
        "none",
        (PLAIN, ("f.slight-harm",), ("s.police-obstructed",), ("f.refused-to-stop",)),
        ("民警依法盘问检查时拒不配合，推搡民警", "执法人员检查摊点时阻拦、拉扯"),
    ),
    Sort(
        "po.paying-for-sex",
        4,
        "none",
        (("f.slight-harm",), PLAIN),
        ("在宾馆房间内嫖娼",),
    ),
    Sort(
        "po.prostitution",
        3,
        "none",
        (("f.slight-harm",), PLAIN),
        ("在宾馆房间内卖淫",),
    ),
    Sort(
        "po.prostitution-aided",
        2,
        "none",
        (PLAIN,),
        ("在自己经营的足浴店内容留他人卖淫",),
    ),
    Sort(
        "po.animal-nuisance",
        6,
        "either",
        (PLAIN, ("f.short-and-stopped",), ("s.animal-after-warning",)),
        ("饲养的犬只长时间吠叫，干扰邻居正常生活", "遛犬不束牵引绳，干扰他人正常生活"),
    ),
)
INJURING = ("po.beating",)
TAKING = ("po.theft",)
DRUNKEN = ("po.disturb-public-place", "po.obstruct-official")
LUCRATIVE = ("po.prostitution-aided", "po.paying-for-sex", "po.prostitution")
QUARREL = ("po.beating", "po.insult-defamation", "po.property-damage", "po.harassment")
BRAWL = ("po.random-beating", "po.beating", "po.disturb-public-place")
CHILDISH = ("po.beating", "po.theft", "po.property-damage", "po.insult-defamation", "po.disturb-public-place")
SMALL = ("po.disturb-public-place", "po.disturb-workplace", "po.animal-nuisance")
"""What shapes of their own are about."""
