"""The articles that roles and purposes rest on, quoted; `tests/people/test_basis.py` looks every quotation up."""

from __future__ import annotations

from dataclasses import dataclass

PENALTIES = "行政处罚法"
PUBLIC_ORDER = "治安管理处罚法（2025修订）"
CASES = "公安机关办理行政案件程序规定"
CRIMINAL_CASES = "公安机关办理刑事案件程序规定"
POLICE = "人民警察法"
INSPECTORS = "公安机关督察条例"
RECONSIDERATION = "行政复议法"
LITIGATION = "行政诉讼法"
PERSONAL_INFORMATION = "个人信息保护法"


@dataclass(frozen=True)
class Basis:
    """An article and the words of it that count."""

    law: str
    article: int
    quote: str

    def __str__(self) -> str:
        return f"{self.law}第{self.article}条“{self.quote}”"
