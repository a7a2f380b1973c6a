"""Evidence: received, ordered, extracted, excluded, relied on; identification parades; appraisals and tests."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

PARADES = {
    "person": ("违法嫌疑人", "suspect"),
    "photo": ("违法嫌疑人照片", "photo of the suspect"),
    "item": ("物品", "thing"),
    "place": ("场所", "place"),
}

BLOOD_GROUNDS = {
    "none": ("无须抽血", "no blood sample needed"),
    "objected": ("对呼气测试结果有异议", "objects to the breath test"),
    "refused": ("拒绝配合呼气测试", "refuses the breath test"),
    "drunk": ("涉嫌醉酒驾驶", "suspected of drunken driving"),
    "accident": ("涉嫌酒后驾驶发生事故", "accident, drink suspected"),
}

INJURY_GROUNDS = {
    "serious": ("可能轻伤以上", "minor injury or worse is possible"),
    "asked": ("被侵害人要求鉴定", "the victim asks for it"),
    "disputed": ("对伤害程度有争议", "the degree of injury is disputed"),
}

FIELDS = (
    ActField("evidence", "text", "证据名称或者编号", "name or number of the evidence"),
    ActField("evidence_kind", "text", "证据种类", "kind of evidence", {
        "statement": ("陈述、申辩或者证言", "statement or testimony"), "thing": ("物证、书证", "thing or document"),
        "monitor-record": ("电子技术监控记录", "record of technical monitoring"), "electronic": ("电子数据", "electronic data")}),
    ActField("supply_by", "date", "要求提供证据的日期", "day by which the evidence is asked for"),
    ActField("device_checked", "flag", "设备经法制和技术审核", "device passed legal and technical review"),
    ActField("parade", "text", "辨认对象种类", "what is identified", PARADES),
    ActField("shown_count", "number", "被辨认人数或者照片人数", "persons or photographed persons shown"),
    ActField("similar_items", "number", "混杂的同类物品件数", "similar things mixed in"),
    ActField("foils_reused", "flag", "重复使用陪衬照片或者陪衬人", "foils used again"),
    ActField("appraisal_kind", "text", "鉴定种类", "kind of appraisal", {
        "injury": ("伤情鉴定", "injury"), "price": ("价格鉴证", "price"), "mental": ("精神病鉴定", "mental illness"), "other": ("其他", "other")}),
    ActField("appraisal_matter", "text", "鉴定事项", "matter appraised"),
    ActField("as_evidence", "flag", "经审查作为证据使用", "to be used as evidence after review"),
    ActField("has_victim", "flag", "案件有被侵害人", "the case has a victim"),
    ActField("accepted", "flag", "已接收申请", "request accepted"),
    ActField("injury_ground", "text", "应当伤情鉴定的事由", "why an injury appraisal is due", INJURY_GROUNDS),
    ActField("blood_ground", "text", "应当抽血的事由", "why a blood sample is due", BLOOD_GROUNDS),
    ActField("by_woman", "flag", "由女性工作人员进行", "done by a female staff member"),
)

ABOUT = ("evidence", "evidence_kind")
APPRAISAL = ("appraisal_kind", "appraisal_matter")

TYPES = (
    ActType("evidence.received", "接受证据材料", "evidence handed in", ABOUT, ("person", "item")),
    ActType("evidence.ordered", "调取证据", "evidence ordered from its holder", ("evidence", "supply_by", "signed", "refused", "noted", "urgent"), ("person",)),
    ActType("evidence.found-illegal", "认定系非法方法收集", "evidence found illegally obtained", (*ABOUT, "reason"), ()),
    ActType("evidence.defect-found", "发现收集程序不合法、可能严重影响公正", "grave procedural defect found", (*ABOUT, "reason"), ()),
    ActType("evidence.defect-cured", "补正或者作出合理解释", "defect cured or explained", ABOUT, ()),
    ActType("evidence.excluded", "排除证据", "evidence excluded", (*ABOUT, "level", "exclusion_ground", "reason"), ()),
    ActType("evidence.relied-on", "列为定案依据", "evidence relied on", ABOUT, ()),
    ActType("electronic-data.extracted", "提取电子数据", "electronic data extracted", ("evidence", "method"), ("person", "item")),
    ActType("monitor-record.captured", "监控设备收集违法记录", "violation captured by monitoring", ("evidence",), ("recording",)),
    ActType("monitor-record.reviewed", "审核监控记录", "monitoring record reviewed", ("evidence", "approved", "device_checked"), ("recording",)),
    ActType("identification.held", "辨认", "identification held",
            ("parade", "shown_count", "similar_items", "individual", "foils_reused", "place"), ("person",), lasts=True),
    ActType("appraisal.commissioned", "指派或者聘请鉴定", "appraisal commissioned", APPRAISAL, ("person", "item", "appraisal")),
    ActType("appraisal.received", "收到鉴定意见", "appraisal opinion received", (*APPRAISAL, "as_evidence", "has_victim"), ("person", "item", "appraisal")),
    ActType("appraisal.declined", "被侵害人拒绝鉴定并记录在案", "victim declined the appraisal, on record", (*APPRAISAL, "noted"), ("person",)),
    ActType("reappraisal.requested", "申请重新鉴定", "second appraisal asked for", ("appraisal_matter", "accepted"), ("person", "appraisal")),
    ActType("reappraisal.refused", "决定不准重新鉴定", "second appraisal refused", ("appraisal_matter", "reason"), ("person", "appraisal")),
    ActType("reappraisal.commissioned", "进行重新鉴定", "second appraisal commissioned", APPRAISAL, ("person", "item", "appraisal")),
    ActType("injury.appraisal-due", "登记应当伤情鉴定的情形", "injury appraisal found to be due", ("injury_ground",), ("person",)),
    ActType("drug-test.sampled", "采集吸毒检测样本", "sample for a drug test taken", ("sex", "by_woman", "refused"), ("person",)),
    ActType("alcohol.tested", "呼气酒精测试", "breath test", ("blood_ground", "signed"), ("person",)),
    ActType("blood.sampled", "提取血样", "blood sample taken", ("place",), ("person",)),
    ActType("blood.sent", "血样送检", "blood sample sent to the laboratory", (), ("person",)),
    ActType("blood-result.received", "收到血样检验结果", "blood test result received", (), ("person",)),
)
