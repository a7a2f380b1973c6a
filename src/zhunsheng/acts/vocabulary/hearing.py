"""Hearings before a penalty: right told, request, acceptance, notice, the session and its record and report."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

HEARING_GROUNDS = {
    "none": ("不属听证事项", "no right to a hearing"),
    "large-fine": ("较大数额罚款", "large fine"),
    "large-confiscation": (
        "没收较大数额违法所得、较大价值非法财物",
        "confiscation of large gains or valuable illegal property",
    ),
    "qualification-or-licence": (
        "降低资质等级、吊销许可证件",
        "lowering of a qualification, revocation of a licence",
    ),
    "closure-or-restriction": (
        "责令停产停业、责令关闭、限制从业",
        "suspension, closure or ban from a trade",
    ),
    "juvenile-detention": ("可能执行行政拘留的未成年人", "juvenile whose detention may be carried out"),
    "complex-or-impact": (
        "案情复杂或者具有重大社会影响，公安机关认为必要",
        "complex or of major social impact, and the bureau finds a hearing necessary",
    ),
    "other-grave": ("其他较重的处罚", "another grave penalty"),
}

CLOSED_REASONS = {
    "state-secret": ("国家秘密", "state secret"),
    "trade-secret": ("商业秘密", "trade secret"),
    "privacy": ("个人隐私", "personal privacy"),
    "juvenile": ("未成年人案件", "juvenile case"),
}

ORGANISERS = {
    "legal-department": ("法制部门", "legal department"),
    "independent-unit": (
        "依法具有独立执法主体资格的业务部门",
        "department that decides penalties in its own name",
    ),
    "border-station": ("出入境边防检查站", "border inspection station"),
    "handling-department": ("办案部门", "handling department"),
}

FIELDS = (
    ActField("hearing_ground", "text", "听证事项", "ground for a hearing", HEARING_GROUNDS),
    ActField("open_to_public", "flag", "公开举行", "open to the public"),
    ActField("closed_reason", "text", "不公开的理由", "why it is not public", CLOSED_REASONS),
    ActField("organiser", "text", "组织听证的部门", "who organises the hearing", ORGANISERS),
    ActField("agents", "number", "代理人人数", "number of agents"),
    ActField("record_attached", "flag", "附听证笔录", "hearing record attached"),
    ActField(
        "party_kind",
        "text",
        "当事人类别",
        "kind of party",
        {"individual": ("个人", "individual"), "organization": ("单位", "organization")},
    ),
)

TYPES = (
    ActType("hearing.waived", "当事人放弃听证", "right to a hearing waived", (), ("person",)),
    ActType("hearing.withdrawn", "撤回听证申请", "hearing request withdrawn", (), ("person",)),
    ActType("hearing.accepted", "受理听证申请", "hearing request accepted", ("hearing_ground",), ("person",)),
    ActType("hearing.rejected", "不予受理听证", "hearing request not accepted", ("reason",), ("person",)),
    ActType(
        "hearing.arranged",
        "确定听证安排",
        "time, place and form of the hearing settled",
        ("open_to_public", "closed_reason", "organiser"),
        ("person",),
    ),
    ActType(
        "hearing.notified", "送达举行听证通知书", "notice of the hearing served", ("method",), ("person",)
    ),
    ActType(
        "hearing.agents-admitted",
        "确认听证代理人",
        "agents admitted to the hearing",
        ("agents",),
        ("person",),
    ),
    ActType("hearing.postponed", "准许听证延期", "hearing postponed", ("reason",), ("person",)),
    ActType("hearing.suspended", "中止听证", "hearing suspended", ("reason",), ("person",)),
    ActType("hearing.resumed", "恢复听证", "hearing resumed", (), ("person",)),
    ActType("hearing.terminated", "终止听证", "hearing terminated", ("reason",), ("person",)),
    ActType(
        "hearing.reported", "报送听证报告书", "hearing report submitted", ("record_attached",), ("person",)
    ),
)
