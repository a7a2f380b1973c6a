"""Errors a user can cause, in the user's two languages; programming errors stay ordinary exceptions."""

from __future__ import annotations


class InputError(Exception):
    """Something the user gave cannot be used: what is wrong, where it stands, and what to do about it.

    `where` names a file with line and column, a byte offset, a table row, or a norm id; it may be empty.
    """

    def __init__(self, *, zh: str, en: str, where: str = "", remedy_zh: str = "", remedy_en: str = "") -> None:
        super().__init__(zh)
        self.zh, self.en, self.where = zh, en, where
        self.remedy_zh, self.remedy_en = remedy_zh, remedy_en

    def text(self, language: str = "zh") -> str:
        """One paragraph for a terminal: place, fault, remedy, in `zh` or `en`."""
        fault, remedy = (self.zh, self.remedy_zh) if language == "zh" else (self.en, self.remedy_en)
        place = f"{self.where}：" if language == "zh" else f"{self.where}: "
        return (place if self.where else "") + fault + (f"\n  → {remedy}" if remedy else "")

    def __str__(self) -> str:
        return self.text("zh") + "\n" + self.text("en")
