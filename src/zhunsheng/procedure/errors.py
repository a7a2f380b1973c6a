"""What the door may answer instead of recording: refused by norms, not allowed, out of step, or asked differently before."""

from __future__ import annotations

from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar_days import Language
from zhunsheng.procedure.guard import Notice


class Refused(InputError):
    """Blocking norms stand against the act; `reasons` tell each with article, facts and cure."""

    def __init__(self, reasons: tuple[Notice, ...]) -> None:
        told = [(r.told("zh"), r.told("en")) for r in reasons]
        super().__init__(
            zh="；".join(f"{zh.title}（{'、'.join(zh.basis[:1])}）" for zh, _ in told),
            en="; ".join(f"{en.title} ({', '.join(en.basis[:1])})" for _, en in told),
            remedy_zh=joined([zh.cure for zh, _ in told], "；", "等，共 {} 条"),
            remedy_en=joined([en.cure for _, en in told], "; ", " and so on, {} in all"),
        )
        self.reasons = reasons

    def details(self, language: Language) -> list[dict[str, Any]]:
        """Each reason for a machine: norm, version, article, facts, what is missing, cure."""
        return [notice_details(r, language) for r in self.reasons]


def joined(cures: list[str], between: str, more: str) -> str:
    """The first two cures without their full stops, and how many there are when there are more; each told once."""
    each = list(dict.fromkeys(cure.strip().rstrip("。.") for cure in cures if cure.strip()))
    return between.join(each[:2]) + (more.format(len(each)) if len(each) > 2 else "")


def notice_details(notice: Notice, language: Language) -> dict[str, Any]:
    """One notice for a machine, with its words."""
    told = notice.told(language)
    return {
        "norm": notice.norm_id,
        "version": notice.row.plan.version,
        "severity": notice.row.plan.severity,
        "status": notice.row.status,
        "scope": notice.row.scope_text,
        "title": told.title,
        "verdict": told.verdict,
        "basis": list(told.basis),
        "facts": list(told.facts),
        "missing": list(told.missing),
        "cure": told.cure,
    }


class NotAllowed(InputError):
    """The officer may not record this act here: no power, another desk, or a dossier out of reach."""


class NotThere(NotAllowed):
    """No such dossier for this officer; the same whether it does not exist or is out of reach."""

    def __init__(self) -> None:
        super().__init__(
            zh="没有这一案卷，或者不在您的职权范围内",
            en="no such dossier within your reach",
            where="dossier",
            remedy_zh="核对案卷编号",
            remedy_en="check the dossier's number",
        )


class OutOfStep(InputError):
    """The dossier has moved on since the caller read it."""

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(
            zh=f"案卷已有新的行为：您看到第{expected}项，现在是第{actual}项",
            en=f"the dossier has moved on: you saw act {expected}, it stands at {actual}",
            where="expected",
            remedy_zh="重新读取案卷，确认后再登记",
            remedy_en="read the dossier again, then record",
        )
        self.actual = actual


class KeyReused(InputError):
    """The same key came with another request."""

    def __init__(self) -> None:
        super().__init__(
            zh="同一请求编号已用于另一内容的请求",
            en="this idempotency key was used for a different request",
            where="Idempotency-Key",
            remedy_zh="内容不同的请求用新的编号",
            remedy_en="send a different request under a new key",
        )
