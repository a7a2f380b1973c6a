"""Taking in an administrative case: registration, whose case it is, suspicion of crime, and who must stand aside."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

COMPETENCES = {
    "own": ("属本单位管辖", "this unit's own case"),
    "other-unit": ("属公安机关职责、不属本单位管辖", "a police matter of another unit"),
    "not-police": ("不属公安机关职责", "no police matter"),
}

RECUSAL_RANKS = {
    "officer": ("办案人民警察", "handling officer"),
    "head": ("公安机关负责人", "head of the bureau"),
    "appraiser": ("鉴定人", "appraiser"),
    "interpreter": ("翻译人员", "interpreter"),
}

RECUSAL_SOURCES = {
    "party": ("当事人及其法定代理人", "a party or legal representative"),
    "self": ("本人", "the officer"),
    "bureau": ("公安机关指令", "the bureau of its own motion"),
}

FIELDS = (
    ActField("competence", "text", "管辖归属", "whose matter it is", COMPETENCES),
    ActField("judged_on_spot", "flag", "能够当场判断", "could be judged on the spot"),
    ActField("objected", "flag", "有异议", "objected"),
    ActField("unreachable", "flag", "因客观原因无法告知", "cannot be reached for objective reasons"),
    ActField("anonymous", "flag", "不愿公开姓名和报案行为", "wants name and report kept secret"),
    ActField("recusal_of", "text", "被申请回避人", "whose recusal is at stake"),
    ActField("recusal_rank", "text", "被申请回避人的身份", "position of the one to be recused", RECUSAL_RANKS),
    ActField("recusal_by", "text", "回避由谁提出", "who asked for the recusal", RECUSAL_SOURCES),
)

TYPES = (
    ActType("report.registered", "网上接报案登记", "report registered online",
            ("case_kind", "competence", "judged_on_spot", "objected", "unreachable", "anonymous", "complex", "summary"), ()),
    ActType("report.declined", "认为不属于违法行为并告知报案人", "no violation seen, reporter told", ("reason", "recipient", "method"), ()),
    ActType("emergency.started", "紧急情况先行处置", "urgent handling began before registration", ("reason",), ()),
    ActType("emergency.handled", "紧急情况处置完毕", "emergency dealt with", (), ()),
    ActType("jurisdiction.designated", "上级指定管辖或者直接办理", "superior bureau designates or takes over", ("recipient",), ()),
    ActType("jurisdiction.lost", "原受理机关收到指定管辖书面通知", "original bureau received the written designation", (), ()),
    ActType("crime.suspected", "认为涉嫌犯罪", "crime suspected", ("reason",), ("person",)),
    ActType("crime.ruled-out", "排除犯罪嫌疑", "crime ruled out", ("reason",), ("person",)),
    ActType("recusal.requested", "申请回避", "recusal asked for", ("recusal_of", "recusal_rank", "recusal_by", "reason"), ()),
    ActType("recusal.decided", "作出回避决定", "recusal decided", ("recusal_of", "recusal_rank", "approved", "level"), ()),
    ActType("investigation.suspended", "停止调查", "investigation suspended", ("reason",), ()),
)
