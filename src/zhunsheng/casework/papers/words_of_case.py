"""The names that papers may use, one line each: the case, its people, its officers, what was decided, what was entered."""

from __future__ import annotations

from zhunsheng.casework.forms.codes import DOCUMENTS
from zhunsheng.casework.papers.kinds import kinds
from zhunsheng.casework.papers.view import PaperView
from zhunsheng.casework.papers.wording import coded, day, days, decided, moment, yuan
from zhunsheng.casework.papers.words import (
    CHARACTERISE,
    ENTERED,
    IDENTIFY,
    WORDS,
    Word,
    basis_of,
    bureau_head,
    case_name,
    date_of,
    decision_act,
    entered,
    evidence,
    field_of,
    guardian,
    in_role,
    names,
    officers,
    organ_deciding,
    party_of,
    proofs,
    release_time,
    stated,
    term_text,
    things,
    time_of,
    violation_name,
    word,
)
from zhunsheng.casework.papers.words_of_review import deliberation_text, members_of, review_findings

OPENED = ("case.opened",)
REPORTED = ("report.received", "report.registered")
PENALTY = ("penalty.decided", "penalty.decided-on-the-spot", "penalty.proposed")
HEARING = ("hearing.arranged", "hearing.held", "hearing.accepted", "hearing.notified")

RECIPIENTS = {"victim": "被侵害人", "suspect": "违法嫌疑人", "reporter": "报案人", "family": "家属"}
MANNERS = {"document.left": "留置送达", "service.failed": "无法送达"}
METHODS = {
    "direct": "直接送达",
    "on-spot": "当场交付",
    "post": "邮寄送达",
    "entrusted": "委托送达",
    "electronic": "电子送达",
    "public-notice": "公告送达",
    "relative": "由成年家属、单位或者居（村）委会代收",
}
"""Manners of service by the codes that norms know."""


def title_served(code: str) -> str | None:
    """The title of a paper by its code."""
    kind = kinds().get(code)
    return kind.title.zh if kind else DOCUMENTS.get(code, (code,))[0] or None


def served_to(view: PaperView) -> str | None:
    """Who received the paper: the party by name, or the role or name that was recorded."""
    recipient = str(view.base.fields.get("recipient") or "")
    if recipient in RECIPIENTS and recipient != "suspect":
        role = {"family": "家属"}.get(recipient) or names(view.facts.in_role(recipient))
        return role or RECIPIENTS[recipient]
    return view.party.name or RECIPIENTS.get(recipient) or recipient or None


def recipient_of(view: PaperView) -> str | None:
    """Whom a case is passed on to: as entered, else as the act states it."""
    act = view.stated_by("recipient", "case.transferred")
    said = None if act is None else coded("recipient", act.fields["recipient"], act.type)
    return str(view.entries["counterpart"]) if view.entries.get("counterpart") else said


def due_day(view: PaperView) -> str | None:
    """The last day: as entered, else as the law or the act sets it."""
    return day(view.entries.get("due_on") or view.due_on)


def served_method(view: PaperView) -> str | None:
    """How the paper was served, in words."""
    method = str(view.base.fields.get("method") or "")
    return MANNERS.get(view.base.type) or METHODS.get(method, method) or None


def served_refused(view: PaperView) -> str | None:
    """Why it was refused or could not be served."""
    reason = view.base.fields.get("reason")
    return str(reason) if reason else "受送达人拒绝接收" if view.base.type == "document.left" else None


# the case
word("organ", "公安机关名称", "name of the bureau", "", lambda v: v.issuer.bureau or None)
word("unit", "办案单位", "handling unit", "", bureau_head)
word("decider", "决定机关", "deciding organ", "", organ_deciding)
word("case_number", "案卷编号", "dossier number", "", lambda v: v.facts.number)
word("case_name", "案由", "what the case is about", CHARACTERISE, case_name)
word("summary", "简要案情", "summary of the case", "report.received", lambda v: v.facts.summary or None)
word("conduct_on", "违法行为发生日", "day of the conduct", "case.opened", lambda v: day(v.facts.conduct_on))
word("opened_on", "立案日期", "day the case was opened", "case.opened", date_of(*OPENED))
word("reported_at", "报案时间", "time of the report", "report.received", time_of(*REPORTED))
word("report_method", "报案方式", "way of reporting", "report.received", stated("method", *REPORTED))
word("suspect_names", "违法嫌疑人", "suspects", IDENTIFY, lambda v: names(v.facts.suspects))
word("victim_names", "被侵害人", "victims", IDENTIFY, lambda v: names(v.facts.in_role("victim")))
word("has_victim", "有被侵害人", "there is a victim", "", lambda v: bool(v.facts.in_role("victim")))

# the person
for _name, _zh, _en in (
    ("name", "姓名", "name"),
    ("sex", "性别", "sex"),
    ("birth_on", "出生日期", "date of birth"),
    ("id_kind", "证件种类", "kind of document"),
    ("id_number", "证件号码", "number of the document"),
    ("address", "现住址", "address"),
    ("division", "户籍所在地", "household registration"),
    ("phone", "联系方式", "telephone"),
    ("occupation", "工作单位或者职业", "occupation"),
):
    word(f"person_{_name}", _zh, _en, IDENTIFY, field_of(party_of, _name))
word("person_age", "年龄", "age", IDENTIFY, lambda v: None if v.party.age is None else f"{v.party.age}周岁")
word("is_juvenile", "未成年人", "juvenile", "", lambda v: bool(v.party.juvenile))
for _role, _who, _whom in (("reporter", "报案人", "reporter"), ("victim", "被侵害人", "victim")):
    for _name, _zh, _en in (
        ("name", "姓名", "name"),
        ("sex", "性别", "sex"),
        ("id_number", "证件号码", "number of the document"),
        ("address", "住址", "address"),
        ("phone", "联系方式", "telephone"),
    ):
        word(f"{_role}_{_name}", f"{_who}{_zh}", f"{_whom}: {_en}", IDENTIFY, field_of(in_role(_role), _name))
word("guardian_name", "监护人姓名", "guardian's name", IDENTIFY, field_of(guardian, "name"))
word("guardian_phone", "监护人联系方式", "guardian's telephone", IDENTIFY, field_of(guardian, "phone"))

# the officers
word(
    "handlers",
    "办案民警",
    "handling officers",
    "",
    lambda v: v.register.named(v.base.by_role("handler") or v.facts.handlers[:2]) or None,
)
word(
    "recorder",
    "记录人",
    "recorder",
    "",
    lambda v: v.register.named(v.base.by_role("recorder") or [v.base.recorded_by]) or None,
)
word(
    "reviewer",
    "审核人",
    "reviewer",
    "legal-review.passed",
    officers("legal-reviewer", "legal-review.passed", "case.reviewed"),
)
word(
    "approver",
    "审批人",
    "approver",
    "approval.given",
    officers("approver", "approval.given", "penalty.decided"),
)
word("host", "听证主持人", "hearing host", "hearing.held", officers("hearing-host", *HEARING))
word("members", "听证员", "hearing members", "hearing.held", officers("hearing-member", *HEARING))
word("clerk", "听证记录员", "hearing clerk", "hearing.held", officers("hearing-clerk", *HEARING))
word(
    "mediators",
    "主持调解的民警",
    "mediating officers",
    "mediation.held",
    officers("mediator", "mediation.held", "mediation.agreed"),
)
word("attendants", "参加人员", "those who took part", "decision.discussed", members_of)
word("deliberation_text", "讨论意见和结论", "what was said and concluded", ENTERED, deliberation_text)
word("review_findings", "审核情况", "findings of the review", ENTERED, review_findings)

# the act the paper comes from
word("act_at", "时间", "time", "", lambda v: moment(v.base.at))
word("act_on", "日期", "date", "", lambda v: day(v.base.at.date()))
word("act_ended", "结束时间", "end", "", lambda v: moment(v.base.ended))
word("reason", "理由", "reason", "", stated("reason"))
word("measure", "措施", "measure", "", stated("measure"))
word("method", "方式", "method", "", stated("method"))
word("level", "批准层级", "level of approval", "", stated("level"))
word("act_amount", "金额", "amount", "", stated("amount", as_=yuan))
word(
    "recipient",
    "接收单位",
    "receiving body",
    "case.transferred",
    recipient_of,
)
word("objects", "涉及的物品", "things concerned", "", lambda v: "、".join(v.base.items) or None)
word(
    "inspected",
    "检查对象",
    "what is inspected",
    "inspection.made",
    stated("inspected", "inspection.made"),
)
word(
    "appraisal_matter",
    "鉴定事项",
    "matter appraised",
    "appraisal.commissioned",
    stated("appraisal_matter", "appraisal.commissioned", "appraisal.received"),
)
word(
    "appraisal_kind",
    "鉴定种类",
    "kind of appraisal",
    "appraisal.commissioned",
    stated("appraisal_kind", "appraisal.commissioned", "appraisal.received"),
)
word(
    "recusal_of",
    "被申请回避人",
    "whose recusal",
    "recusal.requested",
    stated("recusal_of", "recusal.requested"),
)
word(
    "recusal_outcome",
    "回避决定",
    "decision on recusal",
    "recusal.decided",
    lambda v: {True: "同意回避", False: "驳回回避申请"}.get(v.base.fields.get("approved", "")),
)
word(
    "extension_ground",
    "延长事由",
    "ground of the extension",
    "inquiry.extended",
    stated("extension_ground", "inquiry.extended"),
)
word(
    "suspension_event",
    "暂缓执行事由",
    "ground of the suspension",
    "detention-suspension.granted",
    stated("suspension_event"),
)
word(
    "hearing_open", "公开举行", "open to the public", "", lambda v: bool(v.stated("open_to_public", *HEARING))
)
word("arrived_at", "到案时间", "time of arrival", "person.arrived", time_of("person.arrived"))
word("released_at", "离开时间", "time of leaving", "person.released", release_time)
KEEPING = {
    "property.seized": "扣押",
    "property.sealed": "查封",
    "property.preregistered": "先行登记保存",
    "evidence.sampled": "抽样取证",
}
word("keeping", "证据保全措施", "measure of preservation", "", lambda v: KEEPING.get(v.base.type))
word("items", "物品清单", "list of things", "", things)
word("proofs", "证据清单", "list of evidence", "", proofs)

# facts, proposal and decision
word(
    "violation",
    "违法行为",
    "violation",
    CHARACTERISE,
    lambda v: violation_name(str(c)) if (c := v.stated("violation", CHARACTERISE, *PENALTY)) else None,
)
word(
    "violation_facts",
    "违法事实",
    "facts of the violation",
    CHARACTERISE,
    lambda v: str(v.stated("facts", CHARACTERISE) or "").rstrip("。. ") or None,
)
word("evidence", "主要证据", "evidence", ENTERED, evidence)
word("basis", "法律依据", "legal basis", CHARACTERISE, basis_of)
word("outcome", "处罚种类和幅度", "penalty", "penalty.decided", lambda v: decided(decision_act(v)))
word(
    "decided_on",
    "决定日期",
    "day of the decision",
    "penalty.decided",
    date_of("penalty.decided", "penalty.decided-on-the-spot"),
)
word("is_detention", "行政拘留", "detention", "", lambda v: decision_act(v).get("decision") == "detention")
word("is_fine", "罚款", "fine", "", lambda v: bool(decision_act(v).get("amount")))
word(
    "fine", "罚款数额", "amount of the fine", "penalty.decided", lambda v: yuan(decision_act(v).get("amount"))
)
word(
    "detention_days",
    "拘留期限",
    "days of detention",
    "penalty.decided",
    lambda v: days(decision_act(v).get("days")),
)
word("detention_term", "拘留起止", "from when until when", "detention.started", term_text)
word(
    "hearing_right",
    "有权要求听证",
    "right to a hearing",
    "",
    lambda v: v.stated("hearing_ground", "case.reviewed", *PENALTY) not in (None, "none"),
)
word(
    "departure_reason",
    "偏离裁量基准的理由",
    "reason for departing from the benchmark",
    "penalty.proposed",
    stated("departure_reason", "penalty.proposed"),
)
word(
    "review_outcome",
    "审核结论",
    "outcome of the review",
    "legal-review.passed",
    lambda v: {
        "legal-review.passed": "审核通过",
        "legal-review.returned": "退回补正",
        "legal-review.refused": "不同意，并说明理由",
    }.get(v.base.type),
)

# the service that a proof of service is about
word(
    "served_title",
    "送达文书",
    "paper served",
    "",
    lambda v: title_served(str(v.base.fields.get("document") or "")),
)
word(
    "served_number",
    "送达文书号",
    "number of the paper served",
    "",
    lambda v: v.base.fields.get("paper_number") or "（无文号）",
)
word("served_to", "受送达人", "addressee", IDENTIFY, served_to)
word("served_method", "送达方式", "manner of service", "document.served", served_method)
word("served_refused", "拒收事由", "why it was refused", "", served_refused)

# entered with the paper
word("record_text", "笔录、文书正文", "text of the record", ENTERED, entered("record_text"))
word(
    "execution_text",
    "执行方式和期限",
    "how and until when it is carried out",
    ENTERED,
    entered("execution_text"),
)
word("matter", "事项", "matter", ENTERED, entered("matter"))
word("venue", "地点", "place", ENTERED, entered("venue", *HEARING))
word("meeting_at", "约定时间", "time set", ENTERED, entered("meeting_at", *HEARING, as_=moment))
word("due_on", "期限届满日", "last day of the term", ENTERED, due_day)
word("counterpart", "对方单位或者个人", "party addressed", ENTERED, entered("counterpart"))


def words() -> dict[str, Word]:
    """Every name with where it comes from."""
    return WORDS
