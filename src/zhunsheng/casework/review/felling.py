"""Which acts fell a review that passed, and why: it spoke of facts that are no longer those of the case.

The norms `legal-review.still-stands…` and the bureaus' local lists ask the same of the gate; a test holds the lists equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Reach = Literal["case", "person"]


@dataclass(frozen=True)
class Felling:
    """One type of act that fells. `reach`: every person's review in the case, or only that of the person it is about."""

    act: str
    reach: Reach
    zh: str
    en: str
    unless_denied: str = ""
    """A flag of the act; where it says no, the act brought nothing new and fells nothing."""


NEW = ("取得了新的证据", "new evidence was taken")
TESTED = ("有了新的鉴定、检验意见", "there is a new expert opinion")
DOUBTED = ("证据的合法性有了新的认定", "the lawfulness of evidence was judged anew")

FELLING: tuple[Felling, ...] = (
    Felling("person.questioned", "case", "重新询问了有关人员", "somebody was questioned again"),
    Felling("inquiry-record.made", "case", "新制作了询问笔录", "a new record of questioning was made"),
    Felling("evidence.received", "case", *NEW),
    Felling("evidence.ordered", "case", *NEW),
    Felling("evidence.sampled", "case", *NEW),
    Felling("electronic-data.extracted", "case", *NEW),
    Felling("monitor-record.captured", "case", *NEW),
    Felling("inspection.made", "case", "进行了新的检查", "an inspection was made"),
    Felling("identification.held", "case", "进行了新的辨认", "an identification was held"),
    Felling("property.seized", "case", "扣押了新的物品", "things were seized"),
    Felling("drug-test.sampled", "case", *NEW),
    Felling("alcohol.tested", "case", *NEW),
    Felling("appraisal.received", "case", *TESTED),
    Felling("reappraisal.commissioned", "case", "决定重新鉴定", "a second appraisal was commissioned"),
    Felling("blood-result.received", "case", *TESTED),
    Felling("evidence.found-illegal", "case", *DOUBTED),
    Felling("evidence.defect-found", "case", *DOUBTED),
    Felling("evidence.excluded", "case", "有证据被排除", "evidence was excluded"),
    Felling("recording.lost", "case", "录音录像丢失或者损毁", "a recording was lost or damaged"),
    Felling("recording.altered", "case", "录音录像被剪接、删改", "a recording was altered"),
    Felling("person.identified", "person", "人员身份情况有变化", "what is known of the person changed"),
    Felling("case.characterised", "person", "重新认定了违法事实或者定性", "the case was characterised anew"),
    Felling("penalty.proposed", "person", "重新提出了处理意见", "another penalty was proposed"),
    Felling(
        "defence.heard",
        "person",
        "当事人提出了新的事实、理由或者证据",
        "the party put forward facts, reasons or evidence",
        unless_denied="defence_raised",
    ),
    Felling("hearing.held", "person", "审核之后举行了听证", "a hearing was held after the review"),
    Felling("fast-track.ended", "person", "转为普通程序", "the case became an ordinary one"),
)

BY_TYPE: Mapping[str, Felling] = {entry.act: entry for entry in FELLING}
