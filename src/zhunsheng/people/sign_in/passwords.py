"""Rules for passwords beyond Django's (OWASP ASVS 5.0, 6.2): no rule about kinds of characters, no forced change.

Length and the list of common passwords come from Django; here are the upper limit and the words close to the person.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from zhunsheng.people.bilingual import both

HOUSE_WORDS = ("zhunsheng", "准绳", "公安", "警察", "民警", "派出所", "police", "jingcha", "gongan")
"""Words of the house that everybody would try first (ASVS 6.1.2)."""

SHORTEST, LONGEST = 12, 128
SHORTEST_WORD = 2
LEFT_OVER = 8
"""A password is too close to known words when fewer characters than this remain without them."""


class LengthValidator:
    """Long enough to withstand guessing, short enough that hashing it cannot be used to keep the server busy."""

    def __init__(self, shortest: int = SHORTEST, longest: int = LONGEST) -> None:
        self.shortest, self.longest = shortest, longest

    def validate(self, password: str, _user: Any = None) -> None:
        """ValidationError for one too short or too long, in characters."""
        if len(password) < self.shortest:
            said = both(
                f"密码太短，至少 {self.shortest} 个字符。", f"Too short: at least {self.shortest} characters."
            )
            raise ValidationError(said, code="password_too_short")
        if len(password) > self.longest:
            said = both(
                f"密码太长，不超过 {self.longest} 个字符。",
                f"Too long: no more than {self.longest} characters.",
            )
            raise ValidationError(said, code="password_too_long")

    def get_help_text(self) -> str:
        """What people read beside the field."""
        return str(
            both(
                f"{self.shortest} 至 {self.longest} 个字符。",
                f"{self.shortest} to {self.longest} characters.",
            )
        )


class CommonValidator(CommonPasswordValidator):
    """Refuses Django's twenty thousand passwords from old leaks."""

    def get_error_message(self) -> str:
        """What people read when it refuses."""
        return str(both("这个密码太常见。", "This password is too common."))

    def get_help_text(self) -> str:
        """What people read beside the field."""
        return str(both("不要用常见的密码。", "Not a common password."))


class GuessableValidator:
    """Refuses what is long only to the eye: a piece repeated, a run along the keyboard, a common password among figures."""

    def validate(self, password: str, _user: Any = None) -> None:
        """ValidationError for such a one."""
        if len(password) < SHORTEST:
            # That is said already.
            return
        typed = password.casefold()
        core = typed.strip("0123456789!@#$%^&*()_+-=.,?/ ")
        if is_repeated(typed) or longest_run(typed) > len(typed) - LEFT_OVER or core in _common():
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        """What people read beside the field."""
        return str(
            both(
                "不要用重复的片段、键盘或数字的连续排列，也不要在常见密码前后加数字。",
                "No piece repeated, no run along keyboard or figures, no common password with figures around it.",
            )
        )


RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
FEWEST_CHARACTERS = 5


def is_repeated(typed: str) -> bool:
    """Whether it is one shorter piece over and over, or made of a handful of characters."""
    return typed in (typed + typed)[1:-1] or len(set(typed)) < FEWEST_CHARACTERS


def longest_run(typed: str) -> int:
    """How many characters of it lie in runs of four or more along the alphabet, the figures or the keyboard, either way."""
    lines = [*RUNS, *(line[::-1] for line in RUNS)]
    covered = [any(typed[i : i + 4] in line for line in lines) for i in range(len(typed) - 3)]
    return sum(any(covered[max(0, i - 3) : i + 1]) for i in range(len(typed)))


@cache
def _common() -> Container[str]:
    """Django's list of common passwords."""
    return CommonPasswordValidator().passwords


class OwnWordsValidator:
    """Refuses what is little more than the person's number, name or unit, or a word of the house."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError when too little remains once those words are taken out."""
        rest = password.casefold()
        for word in sorted(words_of(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < LEFT_OVER and rest != password.casefold():
            raise ValidationError(self.get_help_text(), code="password_too_similar")

    def get_help_text(self) -> str:
        """What people read beside the field."""
        return str(
            both(
                "不要用警号、姓名、单位或者“公安”“准绳”之类的词拼成。",
                "Not made up of your number, name or unit, or of words such as “police” or “Zhunsheng”.",
            )
        )


def words_of(user: Any) -> set[str]:
    """The words somebody who knows the person would try, in small letters."""
    unit = getattr(user, "unit", None) if getattr(user, "unit_id", None) else None
    own = (
        getattr(user, "number", ""),
        getattr(user, "name", ""),
        getattr(unit, "name_zh", ""),
        getattr(unit, "code", ""),
    )
    return {w.casefold() for w in (*own, *HOUSE_WORDS) if len(w) >= SHORTEST_WORD}
