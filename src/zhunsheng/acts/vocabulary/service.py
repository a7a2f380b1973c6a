"""Facts about serving papers beyond `document.served`: refusal, failure, public announcement, machine-recorded traffic violations."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

FIELDS = (
    ActField("witness_signed", "flag", "见证人签名或者捺指印", "signed by a witness"),
    ActField("refusal_recorded", "flag", "对拒收情况录音录像", "the refusal was recorded on audio and video"),
)

TYPES = (
    ActType(
        "document.left",
        "留置送达",
        "document left with the addressee who refused it",
        ("document", "recipient", "noted", "witness_signed", "refusal_recorded", "paper_number"),
        ("person",),
    ),
    ActType(
        "document.announced",
        "公告送达",
        "document announced to the public",
        ("document", "method", "paper_number"),
        ("person",),
    ),
    ActType(
        "service.failed",
        "无法送达并注明",
        "service impossible, and noted so",
        ("document", "recipient", "reason", "paper_number"),
        ("person",),
    ),
    ActType(
        "notice.excused",
        "依法不予通知并注明",
        "notice lawfully not given, and noted so",
        ("notice", "reason", "noted"),
        ("person",),
    ),
    ActType(
        "violation.entered",
        "违法行为信息录入系统",
        "recorded violation entered in the system",
        ("case_kind",),
        ("person",),
    ),
)
