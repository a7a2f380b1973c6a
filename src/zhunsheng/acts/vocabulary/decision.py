"""From the end of the investigation to the penalty decision: defence, review, discussion, summary and fast-track decisions."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

REVIEW_ITEMS = (
    "suspect_reviewed",
    "facts_reviewed",
    "characterisation_reviewed",
    "law_reviewed",
    "procedure_reviewed",
    "proposal_reviewed",
)

REVIEW_FACTS = (
    "party_kind",
    "hearing_ground",
    "confession_only",
    "public_interest",
    "several_legal_relations",
    "several_violations",
    "new_facts",
    "deputy",
    "official_to_sanction",
)
"""What the reviewer states about the person and the case, so that the rules on decisions can be judged."""

FIELDS = (
    ActField(
        "defence_raised", "flag", "提出新的事实、理由或者证据", "facts, reasons or evidence were put forward"
    ),
    ActField("new_facts", "flag", "另查明新的违法事实", "further violations came to light"),
    ActField("station_case", "flag", "公安派出所办理的案件", "case handled by a police station"),
    ActField(
        "deputy",
        "text",
        "人大代表身份",
        "deputy to a people's congress",
        {
            "none": ("不是人大代表", "not a deputy"),
            "county-or-above": ("县级以上人大代表", "deputy at county level or above"),
            "township": ("乡镇人大代表", "deputy at township level"),
        },
    ),
    ActField(
        "confession_only",
        "flag",
        "只有本人陈述，没有其他证据",
        "only the person's own statement, no other evidence",
    ),
    ActField("several_violations", "flag", "有两种以上违法行为", "two or more violations"),
    ActField("contents_complete", "flag", "载明法定事项", "states everything the law asks for"),
    ActField("sealed", "flag", "加盖公安机关印章", "sealed by the bureau"),
    ActField(
        "official_to_sanction",
        "flag",
        "公职人员且需要给予政务处分",
        "public official who must face administrative sanction",
    ),
    ActField("public_interest", "flag", "涉及重大公共利益", "touches a major public interest"),
    ActField("several_legal_relations", "flag", "涉及多个法律关系", "involves several legal relations"),
    ActField("suspect_reviewed", "flag", "已审查违法嫌疑人基本情况", "the suspect's particulars reviewed"),
    ActField("facts_reviewed", "flag", "已审查事实和证据", "facts and evidence reviewed"),
    ActField("characterisation_reviewed", "flag", "已审查案件定性", "characterisation of the case reviewed"),
    ActField("law_reviewed", "flag", "已审查法律适用", "application of law reviewed"),
    ActField("procedure_reviewed", "flag", "已审查办案程序", "procedure reviewed"),
    ActField(
        "proposal_reviewed", "flag", "已审查拟作处理是否适当", "fitness of the proposed decision reviewed"
    ),
    ActField(
        "timely_complaint",
        "flag",
        "被侵害人在时效内控告，应当受理而未受理",
        "victim complained in time and was wrongly turned away",
    ),
    ActField(
        "grave_harm",
        "flag",
        "涉及公民生命健康安全、金融安全且有危害后果",
        "harmed life, health or financial safety",
    ),
    ActField(
        "traffic_sanction",
        "text",
        "拟作交通处罚",
        "traffic sanction in question",
        {
            "fine": ("罚款", "fine"),
            "licence-suspended": ("暂扣驾驶证", "driving licence suspended"),
            "licence-revoked": ("吊销驾驶证", "driving licence revoked"),
        },
    ),
    ActField(
        "matter_kind",
        "text",
        "涉黄赌毒",
        "prostitution, gambling or drugs",
        {
            "prostitution": ("卖淫嫖娼", "prostitution"),
            "gambling": ("赌博", "gambling"),
            "drugs": ("毒品", "drugs"),
            "other": ("其他", "other"),
        },
    ),
    ActField(
        "aboard", "flag", "在旅客列车、民航飞机或者水上", "on a passenger train, an aircraft or on water"
    ),
    ActField(
        "impairment",
        "text",
        "残障或者疑似精神病",
        "disability or suspected mental illness",
        {
            "none": ("无", "none"),
            "blind-deaf-mute": ("盲、聋、哑", "blind, deaf or mute"),
            "suspected-mental-illness": ("疑似精神病人", "suspected mental illness"),
        },
    ),
    ActField("expected_days", "number", "可能拘留的天数", "days of detention to be expected"),
)

TYPES = (
    ActType(
        "conduct.ended",
        "违法行为发生（终了）",
        "the violation happened, or ended where it lasted",
        ("grave_harm", "timely_complaint"),
        ("person",),
    ),
    ActType(
        "defence.heard", "听取陈述和申辩", "statement and defence heard", ("defence_raised",), ("person",)
    ),
    ActType(
        "defence.waived",
        "明确放弃陈述和申辩",
        "statement and defence expressly waived",
        ("signed",),
        ("person",),
    ),
    ActType("defence.rechecked", "复核陈述和申辩", "defence re-examined", (), ("person",)),
    ActType("case.reviewed", "案件审核", "case reviewed", (*REVIEW_ITEMS, *REVIEW_FACTS), ("person",)),
    ActType(
        "case-period.extended",
        "批准延长办案期限",
        "time for handling the case extended",
        ("level", "station_case", "reason"),
        (),
    ),
    ActType(
        "npc.permission-given",
        "人大许可拘留代表",
        "people's congress permits detaining a deputy",
        (),
        ("person",),
    ),
    ActType("npc.reported", "报告乡镇人大", "township people's congress told", (), ("person",)),
    ActType(
        "decision-document.issued",
        "制发处罚决定书",
        "written penalty decision issued",
        ("contents_complete", "sealed"),
        ("person",),
    ),
    ActType("penalties.merged", "合并执行拘留", "detentions merged", ("days",), ("person",)),
    ActType(
        "case.converted-to-administrative",
        "刑事案件转行政处理",
        "criminal case turned into an administrative one",
        (),
        (),
    ),
    ActType(
        "case.delay-explained", "向被侵害人说明未能按期处理", "delay explained to the victim", ("reason",), ()
    ),
    ActType(
        "sanctioning-body.informed",
        "通报监察机关等单位",
        "supervisory body informed",
        ("recipient",),
        ("person",),
    ),
    ActType(
        "traffic.processing-accepted",
        "违法行为人接受处理",
        "road user came to have the violation dealt with",
        ("traffic_sanction",),
        ("person",),
    ),
    ActType(
        "penalty.decided-on-the-spot",
        "当场处罚",
        "penalty decided on the spot",
        (
            "case_kind",
            "decision",
            "amount",
            "matter_kind",
            "party_kind",
            "aboard",
            "undisputed",
            "signed",
            "noted",
            "violation",
            "facts",
            "circumstances",
            "band",
            "departs",
            "departure_reason",
            "applied_law",
        ),
        ("person",),
        lasts=True,
    ),
    ActType(
        "penalty.spot-filed",
        "当场处罚决定备案",
        "on-the-spot decision filed with the bureau",
        (),
        ("person",),
    ),
    ActType(
        "fast-track.consented",
        "书面告知并同意快速办理",
        "told in writing of the fast track and agreed",
        ("method", "signed"),
        ("person",),
    ),
    ActType(
        "fast-track.started",
        "适用快速办理",
        "fast track chosen",
        ("impairment", "hearing_ground", "expected_days"),
        ("person",),
    ),
    ActType("fast-track.ended", "转为一般案件办理", "turned into an ordinary case", ("reason",), ("person",)),
)
