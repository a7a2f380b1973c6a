"""Acts that protect juveniles: guardians, legal aid, separate custody, sealing of records."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

PURPOSES = {
    "judicial": ("司法机关办案需要", "a judicial body needs it for a case"),
    "statutory": ("有关单位根据国家规定查询", "a body entitled by state rules asks"),
    "other": ("其他", "other"),
}

FIELDS = (
    ActField("female_staff_present", "flag", "女性工作人员在场", "female staff present"),
    ActField("with_adults", "flag", "与成年人同室", "together with adults"),
    ActField("prison_years", "number", "判处有期徒刑年数", "years of imprisonment sentenced"),
    ActField("disclosure_purpose", "text", "查询目的", "purpose of the inquiry", PURPOSES),
    ActField("conditional", "flag", "附条件", "conditional"),
)

TYPES = (
    ActType(
        "guardian.notified",
        "通知监护人或者合适成年人到场",
        "guardian or suitable adult asked to come",
        ("recipient", "notice", "method"),
        ("person",),
    ),
    ActType(
        "guardian.unreachable",
        "无法通知监护人或者通知后未到场，已注明",
        "guardian not reached or did not come, noted",
        ("noted",),
        ("person",),
    ),
    ActType("guardian.heard", "听取监护人意见", "guardian heard", (), ("person",)),
    ActType(
        "guardian.ordered",
        "责令监护人严加管教",
        "guardian ordered to discipline the juvenile",
        (),
        ("person",),
    ),
    ActType(
        "suspect.interrogated",
        "讯问犯罪嫌疑人",
        "criminal suspect interrogated",
        ("female_staff_present", "place", "signed"),
        ("person",),
        lasts=True,
    ),
    ActType("defender.retained", "已委托辩护人", "defender retained", (), ("person",)),
    ActType(
        "legal-aid.notified",
        "通知法律援助机构指派律师",
        "legal aid asked to appoint a lawyer",
        (),
        ("person",),
    ),
    ActType("cell.assigned", "安排监室", "cell assigned", ("with_adults",), ("person",)),
    ActType(
        "judgment.received",
        "收到生效刑事判决",
        "final criminal judgment received",
        ("prison_years",),
        ("person",),
    ),
    ActType("criminal-record.sealed", "封存犯罪记录", "criminal record sealed", (), ("person",)),
    ActType(
        "criminal-record.unsealed", "解除犯罪记录封存", "criminal record unsealed", ("reason",), ("person",)
    ),
    ActType(
        "criminal-record.disclosed",
        "提供犯罪记录",
        "criminal record disclosed",
        ("recipient", "disclosure_purpose"),
        ("person",),
    ),
    ActType(
        "non-prosecution.received",
        "收到不起诉决定书",
        "decision not to prosecute received",
        ("conditional",),
        ("person",),
    ),
    ActType(
        "non-prosecution.reconsideration-requested",
        "要求复议不起诉决定",
        "reconsideration of the non-prosecution requested",
        ("level",),
        ("person",),
    ),
    ActType(
        "non-prosecution.reconsideration-received",
        "收到检察院复议决定书",
        "the procuratorate's reconsideration decision received",
        (),
        ("person",),
    ),
    ActType(
        "non-prosecution.review-requested",
        "提请上一级检察院复核",
        "review by the higher procuratorate requested",
        ("level",),
        ("person",),
    ),
)
