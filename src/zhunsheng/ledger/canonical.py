"""One spelling for every JSON value: the canonical form of RFC 8785 (JCS) over I-JSON (RFC 7493)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, TypeAlias

from zhunsheng.base.errors import InputError

Json: TypeAlias = Any  # None, bool, int, float, str, lists of them, dicts of them by text.
LARGEST_INTEGER = 2**53 - 1
quoted = encode_basestring  # JSON text of a string, escaping no more than RFC 8785 section 3.2.2.2 asks for.
_LAST_BEFORE_SURROGATES = "\ud7ff"


def canonical(value: Json) -> bytes:
    """The RFC 8785 bytes of `value`.

    Raises InputError, naming the place as a JSONPath, for what I-JSON has no form for: NaN, infinities, integers
    beyond 2^53 - 1, lone surrogates; TypeError for what is no JSON at all.
    """
    try:
        return text_of(value, floats=True).encode()
    except (UnicodeEncodeError, OverflowError, RecursionError):
        raise _refusal(value, "$") from None


def text_of(value: Json, floats: bool = False) -> str:
    """The canonical text before it becomes bytes; `canonical` turns its errors (Overflow, Recursion, encoding) into sentences.

    InputError for a float unless `floats`: the ledger keeps numbers as decimal text, so that no verifier need write doubles.
    Exact types come first, because nearly all values are of one.
    """
    kind = type(value)
    if kind is str:
        return quoted(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return _integer(value)
    if kind is list or kind is tuple:
        return "[" + ",".join([text_of(item, floats) for item in value]) + "]"
    if kind is dict:
        return _object(value, floats)
    return _uncommon(value, floats)


def _uncommon(value: Json, floats: bool) -> str:
    """Floats, and subclasses such as enumerations and frozen mappings."""
    if isinstance(value, float):
        if not floats:
            raise InputError(
                zh=f"不接受浮点数 {value}",
                en=f"{value} is a float, which the ledger does not keep",
                remedy_zh='写成十进制文本，如 "0.5"',
                remedy_en='write it as decimal text, like "0.5"',
            )
        return _number(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return _integer(int(value))
    if isinstance(value, Mapping):
        return _object(dict(value), floats)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return "[" + ",".join([text_of(item, floats) for item in value]) + "]"
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _object(value: dict[str, Json], floats: bool) -> str:
    """Names in the order of their UTF-16 code units (RFC 8785 section 3.2.3)."""
    names = sorted(value)
    # Code points and UTF-16 units sort alike unless something above the surrogates is in play.
    letters = "".join(names)
    if not letters.isascii() and max(letters) > _LAST_BEFORE_SURROGATES:
        names.sort(key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join([f"{quoted(name)}:{text_of(value[name], floats)}" for name in names]) + "}"


def _integer(value: int) -> str:
    if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise OverflowError
    return str(value)


def _number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it (ECMA-262 section 6.1.6.1.20)."""
    if not math.isfinite(value):
        raise OverflowError
    if value == 0:
        return "0"
    parts = Decimal(repr(abs(value))).normalize().as_tuple()
    assert isinstance(parts.exponent, int)
    digits = "".join(map(str, parts.digits))
    point = len(digits) + parts.exponent  # Where the decimal point stands, counted from the first digit.
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{sign}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _refusal(value: Json, where: str) -> InputError:
    """The error for the first place in `value` that I-JSON has no form for."""
    try:
        if isinstance(value, Mapping):
            for name, item in value.items():
                quoted(name).encode()
                if _fails(item):
                    return _refusal(item, f"{where}.{name}")
        elif isinstance(value, list | tuple):
            for index, item in enumerate(value):
                if _fails(item):
                    return _refusal(item, f"{where}[{index}]")
    except (UnicodeEncodeError, RecursionError):
        pass
    return InputError(
        zh="此值无法写成规范 JSON：非有限数、超过 2^53-1 的整数、不成对的代理字符或过深的嵌套",
        en="this value has no canonical JSON form: a number that is not finite, an integer beyond 2^53-1, "
        "a lone surrogate, or too deep nesting",
        where=where.encode("ascii", "backslashreplace").decode(),
        remedy_zh="数字以十进制文本记录，文字使用合法的 Unicode",
        remedy_en="write numbers as decimal text and text as valid Unicode",
    )


def _fails(value: Json) -> bool:
    try:
        text_of(value, floats=True).encode()
    except (UnicodeEncodeError, OverflowError, RecursionError):
        return True
    return False


def parse(data: bytes, *, floats: bool = True) -> Json:
    """The value of I-JSON text, read strictly; InputError for anything two readers could take differently.

    Refused: bytes that are not UTF-8, duplicate names, NaN and infinities, numbers outside a double, integers beyond
    2^53 - 1, lone surrogates; without `floats`, also every number with a fraction or an exponent.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_int=_read_integer,
            parse_float=_read_float if floats else _no_constant,
            parse_constant=_no_constant,
        )
        if b"\\u" in data:
            text_of(value, floats=True).encode()
    except (ValueError, OverflowError, RecursionError) as error:
        raise InputError(
            zh="不是严格的 JSON（I-JSON，RFC 7493）",
            en=f"this is not strict JSON (I-JSON, RFC 7493): {error}",
        ) from None
    return value


def parse_canonical(data: bytes, *, floats: bool = True) -> Json:
    """The value of text that must already be in canonical form; InputError otherwise."""
    value = parse(data, floats=floats)
    if canonical(value) != data:
        raise InputError(
            zh="JSON 不是规范形式（RFC 8785）", en="this JSON is not in canonical form (RFC 8785)"
        )
    return value


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _read_integer(text: str) -> int:
    if len(text) > 17 or abs(value := int(text)) > LARGEST_INTEGER:
        raise ValueError("an integer is beyond 2^53 - 1")
    return value


def _read_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is outside a double's range")
    return value


def _no_constant(text: str) -> Json:
    raise ValueError(f"{text} is not accepted here")
