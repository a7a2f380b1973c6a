"""Carrying out administrative decisions: fines, compulsory enforcement, administrative detention and its suspension."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

GROUNDS = {
    "small-undisputed": ("小额且被处罚人无异议", "small fine, not disputed"),
    "pedestrian-undisputed": (
        "行人、乘车人、非机动车驾驶人且无异议",
        "pedestrian, passenger or rider of a non-motor vehicle, not disputed",
    ),
    "remote-requested": (
        "边远、水上等缴款确有困难，本人提出",
        "remote place, paying at the bank is hard, asked by the person",
    ),
    "hard-later": ("没有固定住所等，不当场收缴事后难以执行", "no fixed abode or else hard to enforce later"),
}

EVENTS = {
    "exam": ("参加升学考试", "entrance examination"),
    "birth": ("子女出生", "birth of a child"),
    "relative-dying": ("近亲属病危", "close relative critically ill"),
    "relative-dead": ("近亲属死亡", "death of a close relative"),
    "similar": ("其他类似情形", "another like event"),
}

APPLICATION_GROUNDS = {
    "not-performed": ("救济期满不履行", "not performed after the time for remedies"),
    "surcharge": ("加处罚款后仍不履行", "not performed in spite of the surcharge"),
}

FIELDS = (
    ActField("at_night", "flag", "夜间", "at night"),
    ActField("on_holiday", "flag", "法定节假日", "on a statutory holiday"),
    ActField("collection_ground", "text", "当场收缴事由", "why the fine was collected on the spot", GROUNDS),
    ActField("on_water_or_train", "flag", "在水上或者旅客列车上", "on water or on a passenger train"),
    ActField("official_receipt", "flag", "已出具财政部门统一票据", "official receipt of the treasury given"),
    ActField("daily_surcharge", "number", "每日加处金额（元）", "surcharge per day in yuan"),
    ActField("assets_hidden", "flag", "有转移或者隐匿财物迹象", "signs that assets are moved or hidden"),
    ActField(
        "immediate_clearing",
        "flag",
        "立即清障或者其他紧急代履行",
        "obstacles cleared at once or another urgent case",
    ),
    ActField(
        "application_ground",
        "text",
        "申请强制执行的事由",
        "ground of the application to the court",
        APPLICATION_GROUNDS,
    ),
    ActField(
        "unable_harmless", "flag", "无明显社会危害且确无能力履行", "no evident harm and truly unable to pay"
    ),
    ActField(
        "suspension_event", "text", "暂缓执行或者出所事由", "event that calls for suspension or leave", EVENTS
    ),
    ActField("days_offset", "number", "折抵天数", "days credited"),
    ActField(
        "days_restrained",
        "number",
        "处罚前被采取强制措施限制人身自由的天数（不含询问查证、继续盘问、约束）",
        "days under coercive measures before the penalty, without questioning, continued questioning and restraint",
    ),
    ActField("detained_until", "date", "拘留期满日", "last day of the detention"),
    ActField("first_violation", "flag", "初次违反", "first violation"),
    ActField("pregnant", "flag", "怀孕", "pregnant"),
    ActField("nursing", "flag", "正在哺乳自己婴儿", "nursing her own infant"),
    ActField("infant_under_one", "flag", "婴儿不满一周岁", "the infant is under one year old"),
    ActField("grave_violation", "flag", "情节严重、影响恶劣", "grave circumstances and bad effect"),
    ActField(
        "repeated_within_year", "flag", "一年以内二次以上违反", "two or more violations within one year"
    ),
    ActField(
        "earlier_sanction",
        "flag",
        "曾被收容教养、拘留依法不执行或者被判决有罪",
        "earlier custody for correction, unexecuted detention or conviction",
    ),
    ActField(
        "sent_by_decider", "flag", "由作出决定的公安机关送达执行", "taken there by the bureau that decided"
    ),
    ActField(
        "elsewhere_approved",
        "flag",
        "异地执行经异地拘留所主管公安机关批准",
        "detention elsewhere approved by the bureau in charge there",
    ),
    ActField("certificate_given", "flag", "已发给解除拘留证明书", "certificate of release given"),
    ActField("opened_or_withheld", "flag", "材料被检查或者扣押", "the papers were read or withheld"),
)

DETENTION = (
    "days",
    "days_offset",
    "days_restrained",
    "detained_until",
    "first_violation",
    "pregnant",
    "nursing",
    "infant_under_one",
    "grave_violation",
    "repeated_within_year",
    "earlier_sanction",
    "sent_by_decider",
    "elsewhere_approved",
)

TYPES = (
    ActType(
        "enforcement.carried-out",
        "实施行政强制执行",
        "compulsory enforcement carried out",
        ("at_night", "on_holiday", "urgent"),
        ("person",),
    ),
    ActType("reminder.served", "催告书送达", "written reminder served", ("method",), ("person",)),
    ActType(
        "enforcement.decided",
        "作出强制执行决定",
        "compulsory enforcement decided",
        ("assets_hidden",),
        ("person",),
    ),
    ActType(
        "enforcement.suspended",
        "中止执行",
        "enforcement suspended",
        ("reason", "unable_harmless"),
        ("person",),
    ),
    ActType("enforcement.resumed", "恢复执行", "enforcement resumed", (), ("person",)),
    ActType(
        "substitute.performed",
        "代履行",
        "duty performed in the person's stead",
        ("immediate_clearing",),
        ("person",),
    ),
    ActType("obligation.performed", "履行完毕", "decision performed", (), ("person",)),
    ActType(
        "remedy.filed", "申请复议或者提起诉讼", "reconsideration or lawsuit filed", ("method",), ("person",)
    ),
    ActType("remedy.expired", "救济期限届满", "time for remedies ended", (), ("person",)),
    ActType(
        "court-enforcement.applied",
        "申请法院强制执行",
        "court asked to enforce",
        ("application_ground", "urgent"),
        ("person",),
    ),
    ActType(
        "court-enforcement.refused",
        "收到法院不予受理或者不予执行裁定",
        "court refused to accept or to enforce",
        ("reason",),
        ("person",),
    ),
    ActType("court-review.applied", "向上一级法院申请复议", "higher court asked to review", (), ("person",)),
    ActType(
        "fine.collected",
        "收缴罚款",
        "fine collected",
        ("method", "amount", "collection_ground", "on_water_or_train", "official_receipt"),
        ("person",),
    ),
    ActType(
        "fine.carrier-returned",
        "抵岸、到站或者返回",
        "back on shore, at the station or the base",
        (),
        ("person",),
    ),
    ActType(
        "fine.turned-in",
        "当场收缴的罚款交公安机关",
        "collected fine turned in to the bureau",
        ("amount",),
        ("person",),
    ),
    ActType("fine.banked", "罚款缴付银行", "fine paid to the bank", ("amount",), ("person",)),
    ActType(
        "fine.surcharged",
        "加处罚款",
        "surcharge on an unpaid fine",
        ("amount", "daily_surcharge"),
        ("person",),
    ),
    ActType(
        "fine.deferred", "批准暂缓或者分期缴纳", "deferral or instalments of a fine granted", (), ("person",)
    ),
    ActType(
        "fine.deferral-ended",
        "暂缓或者分期缴纳期限结束",
        "deferral or instalment period ended",
        (),
        ("person",),
    ),
    ActType(
        "detention.started", "送拘留所执行", "person taken to the detention house", DETENTION, ("person",)
    ),
    ActType("detention.resumed", "继续执行拘留", "detention resumed", ("detained_until",), ("person",)),
    ActType(
        "detention.ended",
        "解除拘留",
        "released from administrative detention",
        ("certificate_given",),
        ("person",),
    ),
    ActType("penalty.revoked", "处罚决定被撤销", "penalty decision revoked", ("decision",), ("person",)),
    ActType(
        "detention-suspension.requested",
        "申请暂缓执行拘留",
        "suspension of detention asked for",
        ("method",),
        ("person",),
    ),
    ActType(
        "detention-suspension.granted",
        "决定暂缓执行拘留",
        "suspension of detention granted",
        ("suspension_event",),
        ("person",),
    ),
    ActType(
        "detention-suspension.refused",
        "决定不暂缓执行拘留",
        "suspension of detention refused",
        ("reason",),
        ("person",),
    ),
    ActType(
        "detention-leave.requested",
        "申请请假出所",
        "leave from detention asked for",
        ("suspension_event",),
        ("person",),
    ),
    ActType(
        "detention-leave.granted",
        "准予请假出所",
        "leave from detention granted",
        ("suspension_event",),
        ("person",),
    ),
    ActType(
        "detention-leave.refused", "不准请假出所", "leave from detention refused", ("reason",), ("person",)
    ),
    ActType("guarantor.accepted", "接受担保人", "guarantor accepted", (), ("person",)),
    ActType("guarantor.withdrawn", "担保人退出", "guarantor withdrawn", (), ("person",)),
    ActType("bond.received", "收取保证金", "bond received", ("amount", "days", "method"), ("person",)),
    ActType("bond.banked", "保证金存入银行", "bond paid into the bank", ("amount",), ("person",)),
    ActType("bond.refunded", "退还保证金", "bond refunded", ("amount",), ("person",)),
    ActType("bond.forfeited", "没收保证金", "bond forfeited", ("amount",), ("person",)),
    ActType(
        "detainee.complained",
        "被拘留人举报、控告、申请复议、起诉或者申请暂缓",
        "detainee complained, sought a remedy or asked for suspension",
        ("method",),
        ("person",),
    ),
    ActType(
        "detainee-papers.forwarded",
        "转送被拘留人材料",
        "detainee's papers forwarded",
        ("recipient", "opened_or_withheld"),
        ("person",),
    ),
    ActType(
        "wrongful-detention.reported",
        "拘留所通知可能错误拘留",
        "detention house reports a possibly wrongful detention",
        ("reason",),
        ("person",),
    ),
    ActType(
        "wrongful-detention.decided",
        "对可能错误拘留作出处理决定",
        "possibly wrongful detention decided upon",
        ("method",),
        ("person",),
    ),
)
