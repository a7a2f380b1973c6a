"""Legal review, exclusion of illegally obtained evidence, and deliberation by several heads before a penalty is decided."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

VERDICTS = {
    "sound": ("符合", "in order"),
    "fixable": ("须补正", "to be put right"),
    "unsound": ("不符合", "not in order"),
    "not-applicable": ("不涉及", "does not arise"),
}

POINTS = {
    "subject": ("执法主体合法、执法人员有资格", "the organ may act and its officers are qualified"),
    "jurisdiction": ("有管辖权、受案立案正确", "jurisdiction, and the case was rightly opened"),
    "proof": ("事实清楚、证据达到标准", "facts are clear and the evidence reaches the standard"),
    "characterisation": ("定性准确、适用法律正确", "characterisation and application of law are right"),
    "taking": ("取证合法、及时、全面", "evidence was taken lawfully, in time and completely"),
    "doubt": ("矛盾和合理怀疑已经排除", "contradictions and reasonable doubts are removed"),
    "procedure": ("办案程序合法", "the procedure is lawful"),
    "measures": ("采取的措施适当", "the measures taken are fit"),
    "formalities": ("法律手续完备、文书规范", "formalities are complete and papers in form"),
    "limitation": ("未超过时效、期限", "no limitation or time limit has run out"),
    "discretion": (
        "拟作处理适当、符合裁量基准",
        "the proposal is fit and keeps to the discretion benchmarks",
    ),
    "file": ("案卷材料齐全、装订有序", "the file is complete and in order"),
}
"""The twelve points a reviewer goes through."""

ELEMENTS = {
    "legality": ("证据合法性", "legality of the evidence"),
    "authenticity": ("证据真实性", "authenticity of the evidence"),
    "relevance": ("证据关联性", "relevance of the evidence"),
    "capacity": ("证据能力", "admissibility of the evidence"),
    "force": ("证明力", "probative force"),
    "object": ("证明对象", "what is to be proved"),
    "standard": ("证明标准", "standard of proof"),
}
"""The seven elements of evidence a reviewer goes through."""

REFUSAL_GROUNDS = {
    "facts-unproved": ("违法事实不清、证据不足", "facts unclear or evidence insufficient"),
    "no-violation": ("不构成违法或者不应处罚", "no violation, or none to be penalised"),
    "wrong-law": ("定性或者适用法律错误", "wrong characterisation or law"),
    "unlawful-procedure": ("程序严重违法", "gravely unlawful procedure"),
    "no-authority": ("无管辖权或者超越职权", "no jurisdiction, or beyond the powers"),
    "time-barred": ("超过追究时效", "time-barred"),
    "unfit-penalty": ("拟作处理明显不当", "the proposal is plainly unfit"),
}

EXCLUSION_GROUNDS = {
    "torture": ("刑讯逼供", "torture"),
    "violence-or-threat": ("暴力、威胁", "violence or threats"),
    "enticement-or-deceit": ("引诱、欺骗", "enticement or deceit"),
    "procedure-uncured": (
        "收集程序不合法，不能补正或者作出合理解释",
        "taken in an irregular way that is neither cured nor reasonably explained",
    ),
    "recording-missing": (
        "应当全程同步录音录像而没有、丢失或者损毁",
        "the recording the law asks for is missing, lost or damaged",
    ),
    "other-illegal": ("其他非法手段", "other illegal means"),
}

FIX_OUTCOMES = {
    "fixed": ("已补正", "put right"),
    "explained": ("作出说明", "explained"),
    "cannot": ("无法补正", "cannot be put right"),
}

VIEW_RESULTS = {
    "agrees": ("与笔录、事实一致", "agrees with the record"),
    "differs": ("与笔录、事实不一致", "differs from the record"),
    "gap": ("有中断或者缺失", "has gaps"),
    "unlawful": ("反映取证违法", "shows evidence taken unlawfully"),
}

STANCES = {
    "agree": ("同意", "agrees"),
    "disagree": ("不同意", "disagrees"),
    "abstain": ("保留意见", "reserves"),
}

CONCLUSIONS = {
    "agreed": ("形成处理意见", "a decision was settled"),
    "further-investigation": ("补充调查后再议", "to be investigated further"),
    "no-agreement": ("未形成一致意见，报上级", "not settled; referred upwards"),
}

CONFLICT_GROUNDS = {
    "party-or-relative": ("是当事人或者其近亲属", "is a party, or a close relative of one"),
    "interest": ("本人或者近亲属与本案有利害关系", "has an interest in the case, or a close relative has"),
    "other-relation": (
        "与当事人有其他关系，可能影响公正处理",
        "is otherwise related to a party so that fairness may suffer",
    ),
}

RAISERS = {
    "handler": ("办案民警发现", "found by the handling officers"),
    "party": ("违法嫌疑人申请", "asked for by the suspect"),
    "victim": ("被侵害人申请", "asked for by the victim"),
    "witness": ("证人等其他人员反映", "raised by a witness or another person"),
}

FINDINGS = tuple(
    ActField(f"{group}_{code}", "text", zh, en, VERDICTS)
    for group, listed in (("point", POINTS), ("element", ELEMENTS))
    for code, (zh, en) in listed.items()
)
NOTES = tuple(ActField(f"{f.name}_note", "text", f"{f.zh}：说明", f"{f.en}: note") for f in FINDINGS)

FIELDS = (
    *FINDINGS,
    *NOTES,
    ActField("materials", "text", "送审材料目录", "what is submitted"),
    ActField("fixes", "text", "补正意见（每行一项）", "what is to be put right, one a line"),
    ActField("fix_count", "number", "补正事项数", "number of things to be put right"),
    ActField("fix", "text", "补正事项编号", "number of the thing to be put right"),
    ActField("fix_outcome", "text", "补正结果", "what came of it", FIX_OUTCOMES),
    ActField("answer", "text", "答复", "answer"),
    ActField("opinion", "text", "意见", "opinion"),
    ActField("refusal_ground", "text", "不予核准的理由", "ground of refusal", REFUSAL_GROUNDS),
    ActField("view_result", "text", "调看结果", "what the recording shows", VIEW_RESULTS),
    ActField("exclusion_ground", "text", "排除理由", "ground of exclusion", EXCLUSION_GROUNDS),
    ActField("raised_by", "text", "提出人", "who raised it", RAISERS),
    ActField("cites", "text", "引用的证据（每行一项）", "evidence cited, one a line"),
    ActField("sitting", "text", "集体讨论次", "which deliberation"),
    ActField("agenda", "text", "议题", "agenda"),
    ActField("attendants", "text", "列席人员", "who attends without a voice"),
    ActField("stance", "text", "表态", "position taken", STANCES),
    ActField("conflict_ground", "text", "回避情形", "conflict of interest", CONFLICT_GROUNDS),
    ActField("conclusion", "text", "讨论结论", "conclusion of the deliberation", CONCLUSIONS),
    ActField("in_favour", "number", "同意人数", "members in favour"),
    ActField("against", "number", "不同意人数", "members against"),
    ActField("abstaining", "number", "保留意见人数", "members with reservations"),
    ActField("standing_aside", "number", "回避人数", "members who stood aside"),
)

LOOKED_INTO = tuple(name for f in FINDINGS for name in (f.name, f"{f.name}_note"))
"""Verdict and note of each of the twelve points and seven elements, as fields of an outcome."""
ABOUT = ("evidence", "evidence_kind", "exclusion_ground", "reason", "opinion")
SANCTION = ("decision", "amount", "days")

TYPES = (
    ActType(
        "legal-review.submitted",
        "送法制审核",
        "submitted for legal review",
        ("materials", "cites", "opinion"),
        (),
    ),
    ActType(
        "legal-review.passed", "法制审核通过", "legal review passed", ("opinion", "cites", *LOOKED_INTO), ()
    ),
    ActType(
        "legal-review.returned",
        "法制审核退回补正",
        "legal review: returned to be put right",
        ("reason", "opinion", "cites", "fixes", "fix_count", *LOOKED_INTO),
        (),
    ),
    ActType(
        "legal-review.refused",
        "法制审核不予核准",
        "legal review: refused",
        ("refusal_ground", "reason", "opinion", "cites", *LOOKED_INTO),
        (),
    ),
    ActType(
        "legal-review.fixed",
        "答复补正意见",
        "answer to what was to be put right",
        ("fix", "fix_outcome", "answer"),
        (),
    ),
    ActType(
        "legal-review.recording-viewed",
        "审核调看录音录像",
        "recording looked at for review",
        ("view_result", "opinion"),
        ("recording",),
    ),
    ActType(
        "legal-review.person-heard",
        "审核当面核实",
        "person asked by the reviewer",
        ("person_role", "opinion", "signed", "refused", "noted"),
        ("person",),
        lasts=True,
    ),
    ActType(
        "evidence.exclusion-requested",
        "提请排除证据",
        "exclusion of evidence asked for",
        (*ABOUT, "raised_by"),
        ("person",),
    ),
    ActType(
        "evidence.exclusion-proposed", "非法证据排除意见", "opinion that evidence be excluded", ABOUT, ()
    ),
    ActType(
        "evidence.exclusion-refused",
        "不予排除证据",
        "exclusion of evidence refused",
        ("evidence", "evidence_kind", "level", "reason"),
        (),
    ),
    ActType(
        "deliberation.opened",
        "提交集体讨论",
        "deliberation opened",
        ("sitting", "agenda", "attendants"),
        ("person",),
    ),
    ActType(
        "deliberation.position-taken",
        "集体讨论发表意见",
        "position taken in a deliberation",
        ("sitting", "stance", "reason", *SANCTION),
        ("person",),
    ),
    ActType(
        "deliberation.stood-aside",
        "集体讨论中回避",
        "stood aside from a deliberation",
        ("sitting", "conflict_ground", "reason"),
        ("person",),
    ),
    ActType(
        "decision.discussed",
        "负责人集体讨论",
        "decision discussed by the heads together",
        (
            "sitting",
            "conclusion",
            *SANCTION,
            "in_favour",
            "against",
            "abstaining",
            "standing_aside",
            "reason",
            "cites",
        ),
        ("person",),
    ),
)
