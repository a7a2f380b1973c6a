"""Act types and fields that several procedures share: the case, its people, approvals, documents, notices, service."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType
from zhunsheng.acts.vocabulary.papers import PAPER_MARKS
from zhunsheng.acts.vocabulary.parties import IDENTITY

CASE_KINDS = {
    "public-order": ("治安案件", "public-order case"),
    "traffic": ("道路交通违法案件", "road-traffic case"),
    "entry-exit": ("出入境案件", "entry-exit case"),
    "drugs": ("涉毒行政案件", "administrative drug case"),
    "other": ("其他公安行政案件", "other administrative case"),
    "criminal": ("刑事案件", "criminal case"),
}

LEVELS = {
    "station": ("派出所", "police station"),
    "department-head": ("办案部门负责人", "head of the handling department"),
    "county-duty-head": ("县级公安机关值班负责人", "duty head of a county-level bureau"),
    "county-head": ("县级以上公安机关负责人", "head of a bureau at county level or above"),
    "city-head": ("设区的市一级以上公安机关负责人", "head of a city-level bureau or above"),
    "superior": ("上一级公安机关", "the bureau one level up"),
}

FIELDS = (
    ActField("case_kind", "text", "案件类别", "kind of case", CASE_KINDS),
    ActField("conduct_on", "date", "违法行为发生日", "day of the conduct"),
    ActField("urgent", "flag", "情况紧急", "urgent"),
    ActField("complex", "flag", "案情复杂、疑难或重大", "complex, difficult or major"),
    ActField("amount", "number", "金额（元）", "amount in yuan"),
    ActField("reason", "text", "理由", "reason stated"),
    ActField("measure", "text", "措施或事项", "measure or matter"),
    ActField("level", "text", "批准或决定层级", "level that approves or decides", LEVELS),
    ActField("document", "text", "文书", "document"),
    ActField("notice", "text", "告知事项", "what was told"),
    ActField("recipient", "text", "接收人", "who receives"),
    ActField("method", "text", "方式", "method"),
    ActField("signed", "flag", "已签名或捺印", "signed or fingerprinted"),
    ActField("refused", "flag", "拒绝", "refused"),
    ActField("noted", "flag", "已在笔录或文书中注明", "noted in the record"),
    ActField("approved", "flag", "已批准", "approved"),
    ActField("age", "number", "年龄（周岁）", "age in full years"),
    ActField("sex", "text", "性别", "sex", {"female": ("女", "female"), "male": ("男", "male")}),
    ActField("identity_known", "flag", "身份已查明", "identity established"),
    ActField("person_role", "text", "人员身份", "person's part in the case", {
        "suspect": ("违法嫌疑人", "suspect"), "victim": ("被侵害人", "victim"), "witness": ("证人", "witness"),
        "reporter": ("报案人", "reporter"), "third-party": ("第三人", "third party"), "guardian": ("监护人", "guardian"),
        "agent": ("代理人", "agent"), "interpreter": ("翻译人员", "interpreter"), "attesting-witness": ("见证人", "attesting witness"),
        "guarantor": ("担保人", "guarantor")}),
    ActField("place", "text", "地点类别", "kind of place"),
    ActField("decision", "text", "决定种类", "kind of decision", {
        "warning": ("警告", "warning"), "fine": ("罚款", "fine"), "detention": ("行政拘留", "administrative detention"),
        "licence-revoked": ("吊销许可证件", "revocation of a licence"), "suspension": ("责令停产停业", "suspension of business"),
        "no-penalty": ("不予处罚", "no penalty"), "transferred": ("移送", "transfer"), "confiscation": ("没收", "confiscation"),
        "deportation": ("限期出境、遣送或驱逐出境", "removal from the country")}),
    ActField("days", "number", "天数", "number of days"),
)

WEIGHED = ("violation", "circumstances", "band", "departs", "departure_reason", "applied_law")
"""How a penalty was weighed (`characterisation`)."""

TYPES = (
    ActType("report.received", "接报案", "report received", ("case_kind", "place", "method", "summary"), ("person",)),
    ActType("case.opened", "受理/立案", "case opened", ("case_kind", "conduct_on", "complex", "summary"), ()),
    ActType("case.closed", "结案", "case closed", (), ()),
    ActType("case.terminated", "终止案件调查", "investigation terminated", ("reason",), ()),
    ActType("case.transferred", "移送案件", "case transferred", ("recipient", "reason"), ()),
    ActType("person.identified", "查明人员身份", "person identified", IDENTITY, ("person",)),
    ActType("person.summoned", "传唤", "person summoned", ("method", "reason"), ("person",)),
    ActType("person.arrived", "到案", "person arrived",
            ("method", "case_kind", "complex", "may_be_detained", "many_suspects", "identity_known"), ("person",)),
    ActType("person.released", "离开/释放", "person released", ("reason",), ("person",)),
    ActType("person.questioned", "询问", "person questioned", ("person_role", "place", "method", "signed", "refused", "noted"), ("person",), lasts=True),
    ActType("approval.requested", "呈请审批", "approval requested", ("measure", "level"), ("person", "item")),
    ActType("approval.given", "审批同意", "approval given", ("measure", "level", "days", "method"), ("person", "item")),
    ActType("approval.refused", "审批不同意", "approval refused", ("measure", "level", "reason"), ("person", "item")),
    ActType("document.made", "制作文书", "document made", ("document", "signed", "noted", *PAPER_MARKS), ("person", "item")),
    ActType("document.served", "送达文书", "document served", ("document", "recipient", "method", "refused", "paper_number"), ("person",)),
    ActType("notice.given", "告知", "notice given", ("notice", "recipient", "method"), ("person",)),
    ActType("family.notified", "通知家属", "family notified", ("notice", "method"), ("person",)),
    ActType("recording.made", "录音录像", "recording made", ("method", "place"), ("person", "item"), lasts=True),
    ActType("penalty.proposed", "拟作出处罚", "penalty proposed", ("decision", "amount", "days", "complex", "cites", *WEIGHED), ("person",)),
    ActType("penalty.decided", "作出处罚决定", "penalty decided",
            ("decision", "amount", "days", "level", "complex", "cites", *WEIGHED), ("person",)),
    ActType("hearing.requested", "申请听证", "hearing requested", (), ("person",)),
    ActType("hearing.held", "举行听证", "hearing held", (), ("person",), lasts=True),
)
