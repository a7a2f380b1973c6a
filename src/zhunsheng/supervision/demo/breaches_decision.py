"""Breaches planted from the review to the archive: notice, defence, hearing, decision, service, fine, detention, closing."""

from __future__ import annotations

from zhunsheng.supervision.demo.breach_ops import (
    NEW_LAW,
    Breach,
    Wanted,
    added,
    again,
    all_of,
    by_field,
    by_handler,
    having,
    lacking,
    moved,
    stalled,
    stated,
    without,
    without_role,
)
from zhunsheng.supervision.demo.breaches_inquiry import PLAIN
from zhunsheng.supervision.demo.case_file import Value

FINES = ("fine", "hearing", "mediation-failed", "unpaid-fine")
KEPT = ("detention", "injury", "stop-and-case")
HEARING = ("hearing",)
TO_SUSPECT: dict[str, Wanted] = {"document": "penalty-decision", "recipient": "suspect"}
SPOT = ("on-the-spot",)
BOND = ("suspended-detention",)
CEILINGS: dict[Value | None, str] = {
    "public-order-law-2012": "discretion.ceiling-2012",
    "public-order-law-2025": "discretion.ceiling-2025",
}
"""The norm that goes with the law a penalty applies."""
FINED_MORE = ("po.beating", "po.fraud", "po.property-damage", "po.theft")
"""Violations for which the law gives fines of two thousand yuan and more."""

DECISION = (
    Breach(
        "decision.case-period",
        stalled("case.reviewed", days=42),
        "超过办案期限",
        "decided after the case period",
        ("fine", "warning"),
        room=60,
        kind="late",
    ),
    Breach(
        "decision.prior-notice",
        without("notice.given", notice="penalty-proposed", recipient="suspect"),
        "没有处罚前告知",
        "no notice before the penalty",
        PLAIN,
    ),
    Breach(
        "decision.notice-form",
        stated("notice.given", {"method": "oral"}, notice="penalty-proposed"),
        "一般程序只口头告知",
        "notice given orally only",
        PLAIN,
    ),
    Breach(
        "decision.defence-heard",
        all_of(lacking("defence.stated"), without("defence.waived")),
        "没有听取陈述和申辩",
        "defence not heard",
        ("papers-left", "stop-and-case", "fast-track", "mediation-failed"),
    ),
    Breach(
        "decision.defence-rechecked",
        without("defence.rechecked"),
        "没有复核申辩",
        "defence not checked again",
        ("injury", "hearing"),
    ),
    Breach(
        "decision.no-aggravation",
        stated("penalty.decided", {"amount": 9000}),
        "因申辩加重处罚",
        "more severe after the defence",
        HEARING,
        ("hearing.no-aggravation",),
        beside=by_field("penalty.decided", "applied_law", CEILINGS),
    ),
    Breach(
        "decision.station-cap",
        all_of(
            having("defence.heard", defence_raised=False),
            stated(
                "penalty.decided",
                {"level": "station", "amount": 1800},
                decision="fine",
                violation=FINED_MORE,
                applied_law="public-order-law-2025",
            ),
        ),
        "派出所罚款超过权限",
        "a station fines beyond its powers",
        ("fine", "mediation-failed"),
    ),
    Breach(
        "decision.detention-level",
        stated("penalty.decided", {"level": "department-head"}, decision="detention"),
        "部门负责人决定拘留",
        "detention decided by a department head",
        KEPT,
    ),
    Breach(
        "decision.collective-discussion",
        without("decision.discussed"),
        "复杂案件没有集体讨论",
        "complex case not discussed",
        HEARING,
    ),
    Breach(
        "decision.not-on-confession-alone",
        stated("case.reviewed", {"confession_only": True}),
        "只凭本人陈述处罚",
        "penalised on the confession alone",
        PLAIN,
    ),
    Breach(
        "decision.deputy-permission",
        stated("case.reviewed", {"deputy": "county-or-above"}),
        "未经许可拘留人大代表",
        "a deputy detained without permission",
        KEPT,
    ),
    Breach(
        "decision.no-double-fine",
        again("penalty.decided", minutes=6, decision="fine"),
        "同一行为两次罚款",
        "fined twice",
        ("mediation-failed", "unpaid-fine", "fine"),
    ),
    Breach(
        "decision.document-contents",
        stated("decision-document.issued", {"contents_complete": False}),
        "决定书内容不全",
        "decision incomplete",
        PLAIN,
    ),
    Breach(
        "legal-review.six-items",
        stated("case.reviewed", {"procedure_reviewed": False}),
        "没有审查办案程序",
        "procedure not reviewed",
        PLAIN,
    ),
)

HEARINGS = (
    Breach(
        "hearing.right-told",
        without("notice.given", notice="hearing-right"),
        "没有告知听证权",
        "right to a hearing not told",
        HEARING,
        ("hearing.right-told-penalties-law",),
    ),
    Breach(
        "hearing.accepted-in-time",
        stalled("hearing.accepted", days=14),
        "十四日后才受理听证",
        "accepted after fourteen days",
        HEARING,
        ("hearing.held-in-time",),
        since=NEW_LAW,
        kind="late",
    ),
    Breach(
        "hearing.notice-ahead",
        moved("hearing.notified", days=8),
        "听证前通知不足七个工作日",
        "notified too late",
        HEARING,
    ),
    Breach(
        "hearing.not-by-investigator",
        by_handler("hearing.held", "hearing-host"),
        "办案人主持听证",
        "the handler presides",
        HEARING,
    ),
    Breach(
        "hearing.one-clerk",
        without_role("hearing.held", "hearing-clerk"),
        "听证没有记录员",
        "no clerk",
        HEARING,
    ),
    Breach(
        "hearing.organised-by-legal",
        stated("hearing.arranged", {"organiser": "handling-department"}),
        "办案部门组织听证",
        "organised by the handling department",
        HEARING,
    ),
    Breach(
        "hearing.public",
        stated("hearing.arranged", {"open_to_public": False}),
        "听证没有公开",
        "not open to the public",
        HEARING,
    ),
    Breach(
        "hearing.decided-on-record",
        stated("document.made", {"signed": False, "noted": False}, document="hearing-record"),
        "听证笔录没有签名",
        "record of the hearing not signed",
        HEARING,
    ),
    Breach(
        "legal-review.passed-first",
        without("legal-review.passed"),
        "没有法制审核",
        "no legal review",
        HEARING,
    ),
    Breach(
        "legal-review.qualified-reviewer",
        by_handler("legal-review.passed", "legal-reviewer"),
        "无资格者审核",
        "reviewed without the qualification",
        HEARING,
    ),
)

SERVICE = (
    Breach(
        "service.decision-public-order",
        moved("document.served", days=14, document="penalty-decision", recipient="suspect"),
        "十四日后才送达",
        "served fourteen days later",
        FINES,
        kind="late",
    ),
    Breach(
        "service.victim-copy",
        moved("document.served", days=14, document="penalty-decision", recipient="victim"),
        "十四日后才送被侵害人",
        "victim served fourteen days later",
        FINES,
        kind="late",
    ),
    Breach(
        "service.refusal-noted",
        stated("document.left", {"witness_signed": False, "refusal_recorded": False}),
        "留置送达无见证",
        "left without a witness",
        ("papers-left",),
    ),
)

EXECUTION = (
    Breach(
        "enforcement.spot-cap-public-order",
        stated("fine.collected", {"amount": 300}),
        "当场收缴超过上限",
        "collected beyond the cap",
        SPOT,
    ),
    Breach(
        "enforcement.fine-separation",
        stated(
            "fine.collected",
            {
                "method": "on-spot",
                "collection_ground": "none",
                "on_water_or_train": False,
                "official_receipt": True,
            },
        ),
        "无事由当场收缴",
        "collected on the spot without ground",
        ("fine",),
        ("enforcement.fine-turned-in-public-order",),
    ),
    Breach(
        "enforcement.fine-receipt",
        stated("fine.collected", {"official_receipt": False}),
        "没有统一票据",
        "no official receipt",
        SPOT,
    ),
    Breach(
        "enforcement.fine-turned-in-public-order",
        stalled("fine.turned-in", days=14),
        "十四日后才上交",
        "turned in fourteen days later",
        SPOT,
        kind="late",
    ),
    Breach(
        "enforcement.fine-banked-public-order",
        stalled("fine.banked", days=14),
        "十四日后才存行",
        "banked fourteen days later",
        SPOT,
        kind="late",
    ),
    Breach(
        "enforcement.fine-payment-term-public-order",
        all_of(
            without("fine.surcharged"),
            added(
                "fine.surcharged", {"amount": 6, "daily_surcharge": 6}, "document.served", TO_SUSPECT, days=4
            ),
        ),
        "未满缴款期就加处",
        "surcharged before the term was over",
        ("unpaid-fine",),
    ),
    Breach(
        "enforcement.surcharge-rate",
        stated("fine.surcharged", {"daily_surcharge": 60}),
        "加处超过日率",
        "above the daily rate",
        ("unpaid-fine",),
    ),
    Breach(
        "enforcement.surcharge-cap",
        stated("fine.surcharged", {"amount": 2600}),
        "加处超过本金",
        "above the fine itself",
        ("unpaid-fine",),
    ),
    Breach(
        "enforcement.reminder-first",
        without("reminder.served"),
        "没有催告",
        "no reminder",
        ("unpaid-fine",),
        room=0,
    ),
    Breach(
        "enforcement.court-after-reminder",
        moved("reminder.served", days=42),
        "催告不满期就申请法院",
        "to the court too early",
        ("unpaid-fine",),
        room=0,
    ),
)

DETENTION = (
    Breach(
        "detention.day-count",
        all_of(
            stated("detention.started", {"days": 2}),
            stated("penalty.decided", {"days": 2}),
            stated("penalty.proposed", {"days": 2}),
        ),
        "期满日多算",
        "last day counted wrong",
        KEPT,
    ),
    Breach(
        "detention.released-on-time",
        stalled("detention.ended", days=2),
        "超期拘留",
        "released two days late",
        KEPT,
        since=NEW_LAW,
        kind="late",
    ),
    Breach(
        "detention.release-certificate",
        stated("detention.ended", {"certificate_given": False}),
        "没有发给证明书",
        "no certificate",
        KEPT,
        since=NEW_LAW,
    ),
    Breach(
        "detention.offset-days",
        stated("detention.started", {"days_offset": 1, "days_restrained": 1}),
        "折抵天数没有扣除",
        "offset not deducted",
        KEPT,
    ),
    Breach(
        "detention.offset-measures-only",
        stated("detention.started", {"days_restrained": 1}),
        "没有折抵",
        "time under restraint not offset",
        KEPT,
    ),
    Breach(
        "detention.sent-by-decider",
        stated("detention.started", {"sent_by_decider": False}),
        "未由决定机关送执行",
        "not taken there by the deciding bureau",
        KEPT,
    ),
    Breach(
        "detention.not-executed-public-order",
        stated("person.identified", {"age": 72}, person_role="suspect"),
        "七十岁以上仍送执行",
        "someone over seventy detained",
        KEPT,
    ),
    Breach(
        "suspension.decision",
        moved("detention-suspension.granted", hours=40),
        "超时决定暂缓",
        "suspension decided late",
        BOND,
        kind="late",
    ),
    Breach(
        "suspension.remedy-first",
        without("remedy.filed"),
        "没有申请救济就暂缓",
        "suspended without a remedy filed",
        BOND,
    ),
    Breach(
        "suspension.event",
        stated("detention-suspension.granted", {"suspension_event": "none"}),
        "没有法定事由",
        "no lawful ground",
        BOND,
        since=NEW_LAW,
    ),
    Breach(
        "suspension.bond-amount",
        stated("bond.received", {"amount": 150}),
        "保证金数额不对",
        "wrong bond",
        BOND,
    ),
    Breach(
        "suspension.bond-banked",
        stalled("bond.banked", days=21),
        "保证金二十一日后存行",
        "bond banked twenty-one days later",
        BOND,
        kind="late",
    ),
    Breach(
        "suspension.one-guarantee",
        added("guarantor.accepted", {}, "bond.received", minutes=2),
        "既要保证金又要担保人",
        "bond and guarantor both",
        BOND,
    ),
    Breach(
        "suspension.bond-kept-elsewhere",
        by_handler("bond.banked", "bond-keeper"),
        "办案人管保证金",
        "the handler keeps the bond",
        BOND,
    ),
)

CLOSING = (
    Breach(
        "closing.termination-approved",
        without("approval.given", measure="termination"),
        "终止调查没有批准",
        "no approval",
        ("terminated",),
    ),
    Breach(
        "closing.file-complete",
        stated("file.archived", {"file_complete": False}),
        "案卷不全",
        "file incomplete",
        PLAIN,
    ),
    Breach(
        "recusal.decision-2d",
        all_of(moved("recusal.decided", days=13), moved("notice.given", days=13, notice="recusal-decision")),
        "十三日后才决定回避",
        "decided after thirteen days",
        BOND,
        ("recusal.told-2d",),
        kind="late",
    ),
    Breach(
        "recusal.told-2d",
        moved("notice.given", days=13, notice="recusal-decision"),
        "十三日后才告知",
        "told after thirteen days",
        BOND,
        kind="late",
    ),
)

TABLE = (*DECISION, *HEARINGS, *SERVICE, *EXECUTION, *DETENTION, *CLOSING)
