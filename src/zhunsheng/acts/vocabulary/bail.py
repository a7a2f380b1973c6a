"""Bail and residential surveillance in criminal cases: deciding, carrying out, ending, and what is done with bond and guarantor.

The bond that suspends administrative detention is another thing with rules of its own: see `enforcement`.
"""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

GUARANTEES = {
    "guarantor": ("保证人", "a guarantor"),
    "bond": ("保证金", "a bond"),
    "both": ("同时责令提出保证人和交纳保证金", "both a guarantor and a bond"),
}

DESIGNATED_GROUNDS = {
    "no-fixed-home": ("无固定住处", "no fixed home"),
    "state-security": (
        "涉嫌危害国家安全犯罪，在住处执行可能有碍侦查",
        "crime against state security, surveillance at home may hinder the investigation",
    ),
    "terrorism": (
        "涉嫌恐怖活动犯罪，在住处执行可能有碍侦查",
        "terrorist crime, surveillance at home may hinder the investigation",
    ),
}

SURVEILLANCE_PLACES = {
    "home": ("住处", "the person's home"),
    "designated-residence": ("指定的居所", "a designated residence"),
    "custody-facility": ("羁押场所", "a place of custody"),
    "handling-place": ("专门的办案场所", "a place for handling cases"),
    "office": ("办公场所", "an office"),
}

CHANGES = {
    "bail": ("取保候审", "bail"),
    "residential-surveillance": ("监视居住", "residential surveillance"),
    "detention": ("刑事拘留", "criminal detention"),
    "arrest": ("逮捕", "arrest"),
    "taken-over": (
        "检察院、法院重新作出取保候审、监视居住决定",
        "procuratorate or court decided on bail or surveillance anew",
    ),
}

FIELDS = (
    ActField("guarantee", "text", "保证方式", "kind of guarantee", GUARANTEES),
    ActField("designated", "flag", "在指定居所执行", "in a designated residence"),
    ActField(
        "designated_ground", "text", "指定居所的事由", "ground of a designated residence", DESIGNATED_GROUNDS
    ),
    ActField(
        "surveillance_place",
        "text",
        "监视居住的处所",
        "where surveillance is carried out",
        SURVEILLANCE_PLACES,
    ),
    ActField("changed_to", "text", "变更为", "changed to", CHANGES),
)

TYPES = (
    ActType(
        "bail.decided",
        "决定取保候审",
        "bail decided",
        ("guarantee", "amount", "level", "reason"),
        ("person",),
    ),
    ActType(
        "bail.announced",
        "宣读取保候审决定",
        "bail decision read out",
        ("signed", "refused", "noted"),
        ("person",),
    ),
    ActType("bail.lifted", "解除取保候审", "bail lifted", ("level", "reason"), ("person",)),
    ActType(
        "surveillance.decided",
        "决定监视居住",
        "residential surveillance decided",
        ("designated", "designated_ground", "level"),
        ("person",),
    ),
    ActType(
        "surveillance.started",
        "开始执行监视居住",
        "residential surveillance started",
        ("surveillance_place",),
        ("person",),
    ),
    ActType(
        "surveillance.lifted",
        "解除监视居住",
        "residential surveillance lifted",
        ("level", "reason"),
        ("person",),
    ),
    ActType(
        "measure.changed", "变更强制措施", "coercive measure changed", ("changed_to", "reason"), ("person",)
    ),
    ActType(
        "outside-measure.received",
        "收到法院、检察院取保候审、监视居住的法律文书和材料",
        "papers on bail or surveillance received from court or procuratorate",
        ("measure",),
        ("person",),
    ),
    ActType(
        "outside-measure.assigned",
        "指定派出所核实执行",
        "station told to verify and carry out",
        ("measure", "recipient"),
        ("person",),
    ),
    ActType("decider.notified", "通知决定机关", "organ that decided told", ("notice", "method"), ("person",)),
    ActType(
        "bail-bond.forfeited",
        "没收取保候审保证金",
        "bail bond forfeited",
        ("amount", "level", "reason"),
        ("person",),
    ),
    ActType(
        "bail-bond.forfeiture-read",
        "宣读没收保证金决定",
        "forfeiture of the bail bond read out",
        ("recipient", "signed", "refused", "noted"),
        ("person",),
    ),
    ActType(
        "bail-bond.forfeiture-final",
        "没收保证金决定已过复议期限或者经复议、复核维持、变更",
        "forfeiture of the bail bond no longer open to review",
        ("amount",),
        ("person",),
    ),
    ActType(
        "bail-bond.refunded",
        "决定退还取保候审保证金",
        "bail bond ordered to be refunded",
        ("amount",),
        ("person",),
    ),
    ActType(
        "bail-guarantor.unfit",
        "发现保证人不愿继续担保或者丧失担保条件",
        "guarantor found unwilling or no longer fit",
        ("reason",),
        ("person",),
    ),
    ActType(
        "guarantor-fine.final",
        "对保证人罚款决定已过复议期限或者经复议、复核维持、变更",
        "fine on a guarantor no longer open to review",
        ("amount",),
        ("person",),
    ),
    ActType("case.sent-for-prosecution", "移送审查起诉", "case sent for prosecution", (), ("person",)),
)
