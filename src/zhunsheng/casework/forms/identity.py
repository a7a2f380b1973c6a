"""What the number of an identity document says by itself, so that nobody types it again, and what is wrong with a number.

Resident identity numbers (GB 11643) and unified social credit codes (GB 32100) are read by python-stdnum. A division that its
table does not know is not an error: divisions are merged and renamed, and made-up people have reserved ones.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError

LENGTH = 18
OLDEST_YEARS = 130


@dataclass(frozen=True)
class Identity:
    """What a number tells: day of birth, sex and division; nothing where the kind of document tells nothing."""

    number: str
    birth_on: dt.date | None = None
    sex: str | None = None
    division: str | None = None

    def fields(self) -> dict[str, object]:
        """As fields of `person.identified`; what is not told is left out."""
        told = {
            "id_number": self.number,
            "birth_on": self.birth_on,
            "sex": self.sex,
            "division": self.division,
        }
        return {name: value for name, value in told.items() if value is not None}


def identity_read(kind: str, number: str) -> Identity:
    """Read a number of that kind of document; InputError says in words which digits cannot be right."""
    clean = plain_number(number)
    match kind:
        case "resident":
            return resident(clean)
        case "credit-code":
            return organization(clean)
        case _:
            return Identity(clean)


def plain_number(number: str) -> str:
    """Without blanks and full-width forms, in capitals: as it stands on the card."""
    return "".join(unicodedata.normalize("NFKC", number).split()).replace("-", "").upper()


def plain_name(name: str) -> str:
    """A name in composed form (NFC) with single blanks; rare characters and middle dots stay as they are."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def resident(number: str) -> Identity:
    """A resident identity number."""
    if (
        len(number) != LENGTH
        or not number[:-1].isdecimal()
        or not number.isascii()
        or number[-1] not in "0123456789X"
    ):
        raise wrong(
            f"居民身份证号码是{LENGTH}位，前17位是数字，最后一位是数字或者X；现在是{len(number)}位",
            f"an identity number has {LENGTH} characters, 17 digits and a digit or X; this has {len(number)}",
        )
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        raise wrong(
            f"第7至14位“{number[6:14]}”不是一个日期", f"digits 7 to 14, {number[6:14]}, are no date"
        ) from None
    today = clock.now().astimezone(LOCAL).date()
    if not today.year - OLDEST_YEARS <= born.year or born > today:
        raise wrong(f"第7至14位的出生日期{born}不可能", f"a birth on {born}, digits 7 to 14, cannot be")
    if ric.calc_check_digit(number) != number[-1]:
        raise wrong(
            "校验位不对，至少有一位写错了", "the check digit does not fit; at least one digit is wrong"
        )
    return Identity(number, born, "male" if int(number[16]) % 2 else "female", division_of(number))


def division_of(number: str) -> str | None:
    """Province and county of the first six digits, as they were in the year of birth; None where the table knows none."""
    try:
        place: Mapping[str, str] = ric.get_birth_place(number)
    except ValidationError:
        return None
    province, county = place.get("province", ""), place.get("county", "")
    return province + county.removeprefix(province) or None


def organization(number: str) -> Identity:
    """A unified social credit code."""
    try:
        return Identity(uscc.validate(number))
    except ValidationError:
        raise wrong(
            "统一社会信用代码是18位数字和大写字母（不含I、O、S、V、Z），校验位须相符；这个号码不符",
            "a unified social credit code has 18 digits and capitals (no I, O, S, V, Z) and a check digit; this does not fit",
        ) from None


def wrong(zh: str, en: str) -> InputError:
    """The fault of a number."""
    return InputError(
        zh=zh,
        en=en,
        where="id_number",
        remedy_zh="对照证件改正；没有证件或者暂时查不清的，证件种类选“无证件或者未查明”",
        remedy_en="compare it with the document; without one, choose “none, or not established” as its kind",
    )
