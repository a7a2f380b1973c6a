"""Review and deliberation in words, from the structured findings and each member's own act."""

from __future__ import annotations

from zhunsheng.acts.vocabulary.review import FINDINGS
from zhunsheng.acts.words import label
from zhunsheng.casework.papers.view import PaperView
from zhunsheng.casework.papers.wording import decided
from zhunsheng.casework.review.deliberation import Deliberation, deliberations


def review_findings(view: PaperView) -> str | None:
    """What was entered, else each point with its verdict and note, then the opinion and what is to be put right."""
    if view.entries.get("record_text"):
        return str(view.entries["record_text"])
    fields, lines = view.base.fields, []
    for finding in FINDINGS:
        verdict = fields.get(finding.name)
        if verdict:
            note = fields.get(f"{finding.name}_note")
            lines.append(f"{finding.zh}：{finding.values[str(verdict)][0]}{f'（{note}）' if note else ''}")
    for name, title in (("refusal_ground", "不予核准的理由"), ("fixes", "补正意见"), ("opinion", "意见")):
        if fields.get(name):
            lines.append(f"{title}：{label(str(fields[name]))}")
    return "\n".join(lines) or None


def sitting_of(view: PaperView) -> Deliberation | None:
    """The deliberation that the act concluded."""
    return next(
        (d for d in deliberations(view.facts) if d.concluded and d.concluded.id == view.base.id), None
    )


def members_of(view: PaperView) -> str | None:
    """The members by name; where none were called, those of the act."""
    sitting = sitting_of(view)
    numbers = [m.officer for m in sitting.members] if sitting else [o["officer"] for o in view.base.officers]
    return view.register.named(numbers) or None


def deliberation_text(view: PaperView) -> str | None:
    """What was entered, else what each member said or why they stood aside, and the conclusion."""
    if view.entries.get("record_text"):
        return str(view.entries["record_text"])
    sitting = sitting_of(view)
    if sitting is None:
        return None
    lines = []
    for member in sitting.members:
        said, who = "未发表意见", view.register.named([member.officer])
        if member.aside is not None:
            said = f"回避，{label(str(member.aside.fields.get('conflict_ground') or ''))}"
        elif member.position is not None:
            fields = member.position.fields
            parts = (label(str(fields.get("stance") or "")), decided(fields), fields.get("reason"))
            said = "，".join(str(part) for part in parts if part)
        lines.append(f"{who}：{said}。")
    conclusion = view.base.fields
    parts = (label(str(conclusion.get("conclusion") or "")), decided(conclusion), conclusion.get("reason"))
    concluded = "，".join(str(part) for part in parts if part)
    return "\n".join([*lines, f"结论：{concluded}。"] if concluded else lines)
