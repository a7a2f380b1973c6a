"""What the making of a paper states of it: which form, which number, and what was entered for it alone."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

CONFIRM_MEANS = {
    "handwritten": ("在纸质文书上签名", "signed by hand on paper"),
    "fingerprint": ("在纸质文书上捺指印", "fingerprint on paper"),
    "electronic": ("电子签名、电子指纹，同步录音录像", "electronic signature or fingerprint, recorded on audio and video"),
    "refused-noted": ("拒绝签名，已注明", "refused to sign, and noted so"),
}

PAPER_ENTRIES = ("record_text", "evidence_text", "execution_text", "matter", "venue", "meeting_at", "due_on", "counterpart")
"""What only the paper itself states: no other act carries it."""

PAPER_MARKS = (
    "paper_number",
    "template",
    "template_version",
    "paper_token",
    "paper_content",
    "paper_replaces",
    "sealed",
    "confirm_means",
    "confirmed_at",
    *PAPER_ENTRIES,
)
"""Fields of `document.made` beside those that norms read."""

FIELDS = (
    ActField("paper_number", "text", "文书号", "number of the paper"),
    ActField("template", "text", "文书式样", "form of the paper"),
    ActField("template_version", "text", "文书式样版本", "version of the form"),
    ActField("paper_token", "text", "核验码", "code for verification"),
    ActField("paper_content", "text", "文书内容摘要", "digest of the paper's text"),
    ActField("paper_replaces", "text", "更正的原文书号", "number of the paper it corrects"),
    ActField("confirm_means", "text", "签名确认方式", "how it was signed", CONFIRM_MEANS),
    ActField("confirmed_at", "time", "签名确认时间", "when it was signed"),
    ActField("record_text", "text", "笔录、文书正文", "text of the record"),
    ActField("evidence_text", "text", "主要证据", "evidence relied on, in words"),
    ActField("execution_text", "text", "执行方式和期限", "how and until when it is carried out"),
    ActField("matter", "text", "事项", "matter"),
    ActField("venue", "text", "地点", "place, in words"),
    ActField("meeting_at", "time", "约定时间", "time set"),
    ActField("due_on", "date", "期限届满日", "last day of the term"),
    ActField("counterpart", "text", "对方单位或者个人", "the other party addressed"),
)

TYPES: tuple[ActType, ...] = ()
