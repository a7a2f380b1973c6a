"""Words for people's eyes in both languages, kept side by side so that neither can be forgotten or go stale.

`both("卷宗", "dossier")` is a string that turns into the language of whoever reads it: Chinese unless English was chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import lazystr
from django.utils.translation import get_language, override

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class _Both:
    """A pair of wordings; `str` gives the one for the language in force."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


def both(zh: str, en: str) -> _StrPromise:
    """A lazy string: `zh`, or `en` while English is the language in force."""
    return lazystr(_Both(zh, en))


def wordings(text: object) -> tuple[str, str]:
    """Both wordings of a lazy string, Chinese and English."""
    with override("zh-hans"):
        zh = str(text)
    with override("en"):
        return zh, str(text)
