"""Words for the codes that norms compare in text fields without a closed list: papers, notices, measures, ways, places.

`choices_for` says which of them an act of a type takes. A text outside the list stays what it is and is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.norms.calendar_days import Language

Words = Mapping[str, tuple[str, str]]

DOCUMENTS: Words = {
    "filing-register": ("立案登记表", "case-opening register"),
    "filing-notice": ("立案告知书", "notice that a case was opened"),
    "acceptance-register": ("受案登记表", "acceptance register"),
    "acceptance-receipt": ("受案回执", "receipt of acceptance"),
    "report-elsewhere-notice": ("不予处理告知书（告知向其他机关报案）", "notice to report to another organ"),
    "summons": ("传唤证", "summons"),
    "scene-record": ("现场笔录", "record of the scene"),
    "inspection-record": ("检查笔录", "record of an inspection"),
    "identification-record": ("辨认笔录", "record of an identification"),
    "hearing-record": ("听证笔录", "record of a hearing"),
    "recording-note": ("录音录像情况说明", "note on a recording"),
    "evidence-order": ("调取证据通知书", "order to hand in evidence"),
    "evidence-receipt-list": ("接受证据材料清单", "list of evidence handed in"),
    "electronic-data-record": ("提取电子数据笔录", "record of extracting electronic data"),
    "electronic-data-list": ("提取电子数据清单", "list of extracted electronic data"),
    "seizure-list": ("扣押清单", "list of things seized"),
    "preservation-decision": ("证据保全决定书", "decision to preserve evidence"),
    "seizure-extension-notice": ("延长扣押期限通知书", "notice of a longer seizure"),
    "freezing-decision": ("冻结决定书", "decision to freeze property"),
    "appraisal-opinion": ("鉴定意见", "appraisal opinion"),
    "appraisal-period-notice": ("鉴定期间告知书", "notice of the time of an appraisal"),
    "reappraisal-refusal": ("不准予重新鉴定决定书", "refusal of a second appraisal"),
    "blood-result": ("血样检验结果", "result of a blood test"),
    "recusal-decision": ("回避决定书", "decision on a recusal"),
    "jurisdiction-designation": ("指定管辖决定书", "designation of jurisdiction"),
    "jurisdiction-change-notice": ("改变管辖通知书", "notice of changed jurisdiction"),
    "mediation-agreement": ("治安调解协议书", "settlement agreement"),
    "penalty-decision": ("行政处罚决定书", "penalty decision"),
    "continued-questioning-approval-form": (
        "当场盘问检查继续盘问审批表",
        "approval form of continued questioning",
    ),
    "continued-questioning-notice": ("继续盘问通知书", "notice of continued questioning"),
    "continued-questioning-register": ("继续盘问登记表", "register of continued questioning"),
    "autopsy-conclusion": ("死因鉴定结论", "conclusion on the cause of death"),
}

NOTICES: Words = {
    "inquiry-rights": ("询问时的权利义务", "rights and duties when questioned"),
    "summons-reason": ("传唤的原因和依据", "reason and basis of the summons"),
    "summons": ("传唤的原因和处所", "reason and place of the summons"),
    "penalty-proposed": (
        "拟处罚的事实、理由、依据和权利",
        "facts, reasons and basis of the intended penalty, and rights",
    ),
    "hearing-right": ("要求听证的权利", "right to a hearing"),
    "recusal-decision": ("回避决定", "decision on a recusal"),
    "transfer": ("案件已移送", "the case was handed on"),
    "already-handled": ("此事已有机关处理", "the matter is already dealt with"),
    "report-elsewhere": ("向有权的机关报案", "report to the organ in charge"),
    "recorded-violation": ("监控记录的违法行为", "a violation on record"),
    "coercion": ("采取强制措施的原因和处所", "reason and place of a coercive measure"),
    "detention": ("执行行政拘留的处所和期限", "place and length of the detention"),
    "continued-questioning": ("继续盘问的原因和处所", "reason and place of continued questioning"),
    "collection": ("收缴、追缴", "collection of property"),
    "questioning": ("到场参加询问", "asked to be present at a questioning"),
    "mediation": ("到场参加调解", "asked to be present at a mediation"),
    "autopsy-conclusion": ("死因鉴定结论", "conclusion on the cause of death"),
    "residential-surveillance": ("执行监视居住的原因和处所", "reason and place of residential surveillance"),
    "bond-forfeited": ("没收取保候审保证金", "forfeiture of a bail bond"),
    "guarantor-changed": ("保证人不愿继续担保或者丧失条件", "the guarantor is unwilling or unfit"),
    "guarantor-fined": ("对保证人罚款", "a fine on the guarantor"),
}

MEASURES: Words = {
    "summons": ("传唤", "summons"),
    "forced-summons": ("强制传唤", "forced summons"),
    "inquiry-12h": (
        "询问查证延长至较长时限（人数众多或者身份不明）",
        "longer questioning (many persons, or identity unknown)",
    ),
    "inquiry-24h": (
        "询问查证延长至最长时限（复杂且可能拘留）",
        "longest questioning (complex, detention possible)",
    ),
    "leave-handling-area": ("带离办案区", "leaving the handling area"),
    "inspection": ("检查", "inspection"),
    "body-examination": ("人身检查", "body examination"),
    "biosample": ("采集人身信息或者生物样本", "collecting personal data or samples"),
    "forced-test": ("强制检测", "forced test"),
    "drunk-restraint": ("约束醉酒的人", "restraint of a drunk person"),
    "seizure": ("扣押", "seizure"),
    "sealing": ("查封", "sealing"),
    "freeze-extension": ("延长冻结期限", "longer freezing"),
    "seizure-extension": ("延长扣押、查封期限", "longer seizure or sealing"),
    "preregistration": ("先行登记保存", "registering and keeping in advance"),
    "sampling": ("抽样取证", "sampling"),
    "evidence-order": ("调取证据", "ordering evidence"),
    "evidence-exclusion": ("排除证据", "excluding evidence"),
    "reappraisal-refusal": ("不准重新鉴定", "refusing a second appraisal"),
    "property-checkout": ("调用涉案财物", "taking property out"),
    "property-return": ("返还财物", "returning property"),
    "property-sale": ("变卖、拍卖财物", "selling property"),
    "late-handover": ("延期移交财物", "late handing over of property"),
    "recording-access": ("调阅、复制录音录像", "reading or copying a recording"),
    "continued-questioning": ("继续盘问", "continued questioning"),
    "continued-questioning-24h": ("延长继续盘问", "longer continued questioning"),
    "continued-questioning-48h": (
        "再延长继续盘问（身份不明）",
        "longest continued questioning (identity unknown)",
    ),
    "movement-limit": ("限制活动范围", "limiting movement"),
    "terror-restraint": ("约束措施", "restraint measure"),
    "detention-review": ("拘留审查", "detention for review"),
    "criminal-to-administrative": ("刑事案件转行政处理", "criminal case dealt with administratively"),
    "termination": ("终止案件调查", "termination of the investigation"),
    "penalty": ("处罚决定", "penalty decision"),
    "bail": ("取保候审", "bail"),
    "residential-surveillance": ("监视居住", "residential surveillance"),
    "designated-residence": ("指定居所监视居住", "surveillance in a designated residence"),
}

PLACES: Words = {
    "handling-area": ("执法办案场所", "handling area"),
    "police-office": ("公安机关其他办公场所", "another police office"),
    "scene": ("现场", "the scene"),
    "home": ("住处", "home"),
    "workplace": ("单位", "workplace"),
    "hospital": ("医院", "hospital"),
    "public": ("公共场所", "public place"),
    "station-store": ("保管场所", "store"),
    "other": ("其他地点", "another place"),
}

RECIPIENTS: Words = {
    "suspect": ("违法嫌疑人、被处罚人", "the suspect or person penalised"),
    "victim": ("被侵害人", "the victim"),
    "reporter": ("报案人", "the reporter"),
    "guardian": ("监护人", "the guardian"),
    "family": ("家属", "the family"),
    "owner": ("物主", "the owner"),
    "holder": ("持有人", "the holder"),
    "third-party": ("第三人", "a third party"),
    "procuratorate": ("人民检察院", "the procuratorate"),
    "criminal-investigation": ("刑侦部门", "criminal investigation"),
    "another-station": ("其他公安机关", "another police unit"),
    "other-organ": ("其他机关", "another organ"),
}

RECEIVED: Words = {
    "phone": ("110报警", "emergency call 110"),
    "walk-in": ("窗口、当面", "at the window or in person"),
    "online": ("网上", "online"),
    "transfer": ("其他机关移送", "handed on by another organ"),
    "found": ("工作中发现", "found in the course of duty"),
    "surrender": ("投案", "gave oneself up"),
}
TOLD: Words = {
    "written": ("书面", "in writing"),
    "oral": ("口头", "orally"),
    "record": ("记入笔录", "entered in a record"),
    "phone": ("电话", "by telephone"),
    "sms": ("短信", "by text message"),
    "app": ("网上平台", "through an app"),
    "public-notice": ("公告", "by public announcement"),
    "remote-video": ("远程视频", "by video link"),
}
SERVED: Words = {
    "on-spot": ("当场宣告并交付", "read out and handed over at once"),
    "direct": ("直接送达", "handed over"),
    "entrusted": ("委托送达", "through another organ"),
    "post": ("邮寄送达", "by post"),
    "electronic": ("电子送达", "electronically"),
    "relative": ("交成年家属签收", "to an adult relative"),
}
CAMERAS: Words = {
    "body-camera": ("执法记录仪", "body camera"),
    "room-camera": ("办案场所录像设备", "camera of the handling area"),
    "phone": ("其他设备", "another device"),
}

METHODS: Mapping[str, Words] = {
    "report.received": RECEIVED,
    "person.summoned": {
        "written": ("传唤证", "by written summons"),
        "oral": ("口头传唤（现场发现）", "orally, found on the spot"),
        "forced": ("强制传唤", "by force"),
    },
    "person.arrived": {
        "summons": ("持传唤证到案", "on a written summons"),
        "oral-summons": ("口头传唤到案", "on an oral summons"),
        "forced": ("强制传唤到案", "brought by force"),
        "surrender": ("主动投案", "gave oneself up"),
        "brought-in": ("群众扭送", "brought in by others"),
        "referral": ("其他单位移送", "handed over by another unit"),
    },
    "person.questioned": {
        "in-person": ("当面", "in person"),
        "remote-video": ("远程视频", "by video link"),
    },
    "inquiry-record.made": {
        "in-person": ("当面", "in person"),
        "remote-video": ("远程视频", "by video link"),
    },
    "recording.made": CAMERAS,
    "property.photographed": {"photo": ("拍照", "photograph"), "video": ("录像", "film")},
    "document.served": SERVED,
    "hearing.notified": SERVED,
    "reminder.served": SERVED,
    "document.announced": {"public-notice": ("公告", "public announcement")},
    "notice.given": TOLD,
    "family.notified": TOLD,
    "guardian.notified": TOLD,
    "decider.notified": TOLD,
    "report.declined": TOLD,
    "fast-track.consented": {"written": ("书面", "in writing"), "oral": ("口头", "orally")},
    "approval.given": {
        "system": ("网上审批", "in the system"),
        "paper": ("纸质审批", "on paper"),
        "phone": ("电话", "by telephone"),
    },
    "fine.collected": {
        "bank": ("银行缴款", "paid at the bank"),
        "on-spot": ("当场收缴", "collected on the spot"),
    },
    "bond.received": {
        "bank": ("存入银行", "paid into the bank"),
        "bureau": ("公安机关收取", "received by the bureau"),
    },
    "remedy.filed": {
        "reconsideration": ("申请行政复议", "reconsideration"),
        "lawsuit": ("提起行政诉讼", "lawsuit"),
    },
    "restraint.started": {
        "strap": ("约束带", "strap"),
        "rope": ("警绳", "rope"),
        "handcuffs": ("手铐", "handcuffs"),
        "shackles": ("脚镣", "shackles"),
        "other-police-device": ("其他警械", "another police device"),
    },
    "recording.altered": {
        "cut": ("剪接、删改", "cut or altered"),
        "selective": ("选择性录制", "made selectively"),
    },
    "scene.handled": {"on-scene": ("到场处置", "on the scene")},
    "electronic-data.extracted": {"on-site": ("现场提取", "on the spot"), "online": ("网络提取", "online")},
    "property.disposed": {
        "confiscation": ("没收", "confiscation"),
        "return": ("返还", "return"),
        "destruction": ("销毁", "destruction"),
        "sale": ("拍卖、变卖", "sale"),
    },
}
"""Ways of doing it, by type of act."""

BY_FIELD: Mapping[str, Words] = {
    "document": DOCUMENTS,
    "notice": NOTICES,
    "measure": MEASURES,
    "place": PLACES,
}

PICKED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("family.notified", "notice"): (
        "summons",
        "coercion",
        "detention",
        "continued-questioning",
        "collection",
        "residential-surveillance",
    ),
    ("decider.notified", "notice"): ("bond-forfeited", "guarantor-changed", "guarantor-fined"),
    ("outside-measure.received", "measure"): ("bail", "residential-surveillance"),
    ("outside-measure.assigned", "measure"): ("bail", "residential-surveillance"),
    ("guardian.notified", "notice"): ("questioning", "mediation"),
    ("document.served", "recipient"): (
        "suspect",
        "victim",
        "reporter",
        "guardian",
        "owner",
        "holder",
        "third-party",
    ),
    ("document.left", "recipient"): ("suspect", "victim", "guardian", "owner"),
    ("service.failed", "recipient"): ("suspect", "victim", "reporter", "owner"),
    ("notice.given", "recipient"): (
        "suspect",
        "victim",
        "reporter",
        "guardian",
        "family",
        "owner",
        "third-party",
    ),
    ("guardian.notified", "recipient"): ("guardian",),
    ("report.declined", "recipient"): ("reporter",),
    ("property.transferred", "recipient"): ("procuratorate", "criminal-investigation", "other-organ"),
    ("blood.sampled", "place"): ("hospital", "scene", "handling-area"),
    ("property.stored", "place"): ("station-store", "other"),
    ("report.received", "place"): ("scene", "home", "workplace", "public", "other"),
}
"""Which codes make sense at an act of a type; all of the field's where nothing is said."""

REASONS: Mapping[str, Words] = {
    "notice.excused": {
        "identity-unknown": ("身份不明", "identity unknown"),
        "no-family": ("没有家属", "no family"),
        "unreachable": ("家属无法联系", "family cannot be reached"),
    },
    "mediation.failed": {
        "no-agreement": ("未达成协议", "no agreement"),
        "not-performed": ("达成协议后不履行", "agreed, not performed"),
    },
    "case.delay-explained": {
        "suspect-fled": ("违法嫌疑人逃跑", "the suspect fled"),
        "suspect-unknown": ("违法嫌疑人尚未查明", "the suspect is not known yet"),
    },
}
"""Reasons that norms know by name; every other reason is written out."""


@cache
def violations() -> Words:
    """The violations of the catalogue, by code."""
    return {code: (one.title.zh, one.title.en) for code, one in shipped().violations.items()}


@cache
def laws() -> Words:
    """The laws the rulebook cites, by key."""
    return {key: (title.zh, title.en) for key, title in shipped().laws.items()}


CATALOGUES: Mapping[str, Callable[[], Words]] = {"violation": violations, "applied_law": laws, "law": laws}


def choices_for(act_type: str, field: str) -> Words:
    """The codes a field takes at an act of a type, with their words; empty where the officer writes freely."""
    declared = vocabulary().fields[field].values
    if declared:
        return declared
    if field in CATALOGUES:
        return CATALOGUES[field]()
    if field == "method":
        return METHODS.get(act_type, {})
    if field == "reason":
        return REASONS.get(act_type, {})
    if field == "recipient":
        picked = PICKED.get((act_type, field))
        return {} if picked is None else {code: RECIPIENTS[code] for code in picked}
    words = BY_FIELD.get(field, {})
    return {code: words[code] for code in PICKED.get((act_type, field), words)}


CODED = re.compile(r"(?P<label>[^\s：:，,；;]+)(?P<mark>：|: )(?P<code>[a-z][a-z0-9-]+)")


@cache
def by_label() -> Mapping[str, Words]:
    """What a field is called, in either language → every code it takes."""
    found: dict[str, Words] = {}
    ways = {code: words for method in METHODS.values() for code, words in method.items()}
    why = {code: words for reasons in REASONS.values() for code, words in reasons.items()}
    for name, words in {**BY_FIELD, "recipient": RECIPIENTS, "method": ways, "reason": why}.items():
        field = vocabulary().fields[name]
        found[field.zh] = found[field.en] = words
    return found


def codes_told(line: str, language: Language = "zh") -> str:
    """A line of an explanation with words in place of codes: “文书：penalty-decision” says what paper that is."""

    def told(found: re.Match[str]) -> str:
        words = by_label().get(found["label"], {}).get(found["code"])
        return found[0] if words is None else f"{found['label']}{found['mark']}{words[language == 'en']}"

    return CODED.sub(told, line)


def code_word(act_type: str, field: str, value: str, language: Language = "zh") -> str:
    """The words for a recorded value; the value itself where it is no code."""
    words = choices_for(act_type, field).get(value) or (
        RECIPIENTS.get(value) if field == "recipient" else None
    )
    return value if words is None else words[language == "en"]
