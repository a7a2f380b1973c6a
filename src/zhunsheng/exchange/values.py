"""Text to exact typed values, whole arrays at a time: numbers in ten-thousandths, flags. Times live in `times`."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhunsheng.norms.log import NUMBER_SCALE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\Z")
_CODE = r"^\s*[+-]?0[0-9]"
_LARGEST = (1 << 63) - 1
_SCALED = pa.decimal128(38, 4)
FLAGS = {"true": True, "false": False, "1": True, "0": False}


def numbers(texts: pa.Array) -> tuple[Ints, Flags]:
    """Exact ten-thousandths of each text, and which texts are not such a number (more than 4 decimals, too large).

    Decimal and exponent notation are read; nothing passes through binary floating point.
    """
    try:
        values, bad = _low_words(pc.cast(texts, _SCALED))
    except pa.ArrowInvalid:
        values, bad = _one_by_one(texts)
    return values, bad


def _low_words(decimals: pa.Array) -> tuple[Ints, Flags]:
    """The 128-bit unscaled integers as int64, flagging those that do not fit."""
    words = np.frombuffer(decimals.buffers()[1], np.int64)[2 * decimals.offset :][: 2 * len(decimals)].reshape(-1, 2)
    low, high = words[:, 0], words[:, 1]
    return low.copy(), high != (low >> 63)


def _one_by_one(texts: pa.Array) -> tuple[Ints, Flags]:
    values, bad = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    for i, text in enumerate(texts.to_pylist()):
        scaled = None if text is None else number(text)
        bad[i] = scaled is None and text is not None
        values[i] = scaled or 0
    return values, bad


def number(text: str) -> int | None:
    """One text as exact ten-thousandths, None when it is not such a number."""
    stripped = text.strip()
    if not _NUMBER.match(stripped):
        return None
    try:
        exact = Decimal(stripped)
    except InvalidOperation:
        return None
    if exact and (exact.adjusted() > 20 or exact.adjusted() < -5):
        return None
    numerator, denominator = (exact * NUMBER_SCALE).as_integer_ratio()
    return numerator if denominator == 1 and abs(numerator) <= _LARGEST else None


def looks_like_codes(texts: pa.Array) -> bool:
    """Whether a text has a leading zero, as codes and case numbers do; inference leaves such columns as text."""
    return bool(pc.any(pc.match_substring_regex(texts, _CODE)).as_py())


def flags(texts: pa.Array, *, words_only: bool = False) -> tuple[Flags, Flags]:
    """true/false (and 1/0 unless `words_only`) in any case, and which texts are neither."""
    known: dict[str, Any] = {k: v for k, v in FLAGS.items() if not words_only or not k.isdigit()}
    read = [None if text is None else known.get(text.strip().lower()) for text in texts.to_pylist()]
    missing = np.array([value is None for value in read], np.bool_)
    return np.array([bool(value) for value in read], np.bool_), missing & texts.is_valid().to_numpy(False)
