"""Text to instants and local days, whole arrays at a time.

Read are ISO 8601 (`2024-01-31`, `2024-01-31T09:30`, seconds, fractions, `Z`, `+08:00`, `+0800`, `+08`; blank or `T`
between), `2024/1/31 9:30` and `2024年1月31日9时30分`. A text without offset is local time in the log's zone: in the
doubled hour the first is meant, in the skipped hour the first instant after it. A bare date is local midnight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAY_US = 86_400_000_000
_LOOSE = re.compile(
    r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|(?P<m2>\d\d)(?P<d2>\d\d)|年(?P<m3>\d{1,2})月(?P<d3>\d{1,2})日)"
    r"(?:[T ]?\s*(?P<h>\d{1,2})(?::|时)(?:(?P<n>\d{1,2})(?:分(?!\d)|(?:分|:)(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?秒?)?)?)?"
    r"\s*(?P<z>Z|z|[+-]\d\d(?::?\d\d)?)?\Z"
)
_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class Moments:
    """What texts say of time: `wall_us` the clock reading, `offset_s` its offset, and what kind of reading it is."""

    wall_us: Ints
    offset_s: Ints
    naive: Flags
    date_only: Flags
    bad: Flags
    finer: Flags
    """Digits below a microsecond were cut off."""

    def instants(self, zone: str) -> Ints:
        """Microseconds since 1970-01-01 UTC, naive readings taken in `zone`; meaningless where `bad`."""
        result = self.wall_us - self.offset_s * 1_000_000
        if self.naive.any():
            walls = pa.array(self.wall_us[self.naive]).cast(pa.timestamp("us"))
            local = pc.assume_timezone(walls, zone, ambiguous="earliest", nonexistent="latest")
            result[self.naive] = local.cast(pa.int64()).to_numpy(zero_copy_only=False)
        return result


def local_days(instants: Ints, zone: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Local calendar day (days since 1970-01-01) and seconds since local midnight of each instant."""
    stamped = pa.array(instants).cast(pa.timestamp("us", tz=zone))
    local = pc.local_timestamp(stamped).cast(pa.int64()).to_numpy(zero_copy_only=False)
    day = local // DAY_US
    return day.astype(np.int32), ((local - day * DAY_US) // 1_000_000).astype(np.int32)


def moments(texts: pa.Array) -> Moments:
    """Read an array of texts; nulls come out as not bad, with meaningless values."""
    n = len(texts)
    result = Moments(
        np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.bool_),
        np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_),
    )
    if n == 0:
        return result
    texts = pa.concat_arrays([texts.cast(pa.string())])
    lengths = pc.binary_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + n + 1]
    data = np.frombuffer(texts.buffers()[2] or b"\0", np.uint8)
    for length in np.flatnonzero(np.bincount(lengths)):
        at = np.flatnonzero(lengths == length)
        loose = at if length < 10 or length > 35 else _fixed(data, offsets[at], int(length), at, result)
        if length:
            _loose(texts, loose, result)
        else:
            result.bad[at] = texts.take(pa.array(at)).is_valid().to_numpy(False)
    return result


def _fixed(data: npt.NDArray[np.uint8], start: npt.NDArray[np.int32], length: int, at: Ints, out: Moments) -> Ints:
    """Read texts of one length that share the shape of ISO 8601; give back the positions that do not."""
    left = np.arange(len(at))
    loose: list[Ints] = []
    while len(left):
        first = bytes(data[start[left[0]] : start[left[0]] + length])
        shape = _shape(first)
        if shape is None:
            loose.append(left[:1])
            left = left[1:]
            if len(loose) > 8:
                loose.append(left)
                break
            continue
        fits = np.ones(len(left), np.bool_)
        for k, mark in enumerate(shape):
            byte = data[start[left] + k]
            fits &= (byte - 48 <= 9) if mark == 0 else (byte == mark)
        mine = left[fits]
        bad = _fill(data, start[mine], shape, at[mine], out)
        loose.append(mine[bad])
        left = left[~fits]
    return at[np.concatenate(loose)] if loose else at[:0]


def _shape(text: bytes) -> bytes | None:
    """The template of an ISO text, digits as 0; None when it is no ISO text."""
    shape = re.sub(rb"\d", b"\0", text)
    pattern = rb"0000-00-00([T ]00:00(:00(\.0{1,9})?)?(Z|[+-]00(:?00)?)?)?\Z"
    return shape if re.match(pattern, shape.replace(b"\0", b"0")) else None


def _fill(data: npt.NDArray[np.uint8], start: npt.NDArray[np.int32], shape: bytes, at: Ints, out: Moments) -> Flags:
    """Fill in texts of one shape; give back which are out of range (month 13, 30 February)."""

    def digits(k: int, count: int) -> Ints:
        total = np.zeros(len(start), np.int64)
        for i in range(count):
            total = total * 10 + (data[start + k + i].astype(np.int64) - 48)
        return total

    year, month, day = digits(0, 4), digits(5, 2), digits(8, 2)
    zero = np.zeros(len(start), np.int64)
    hour, minute, second, micro, offset = zero, zero, zero, zero, zero
    position, naive = 10, True
    if len(shape) > 10:
        hour, minute, position = digits(11, 2), digits(14, 2), 16
        if shape[16:17] == b":":
            second, position = digits(17, 2), 19
        if shape[position : position + 1] == b".":
            count = len(re.match(rb"\0*", shape[position + 1 :])[0])  # type: ignore[index]
            micro = digits(position + 1, min(count, 6)) * 10 ** max(6 - count, 0)
            if count > 6:
                out.finer[at] = digits(position + 7, count - 6) != 0
            position += 1 + count
        zone = shape[position:]
        naive = not zone
        if zone and zone != b"Z":
            minutes = digits(position + len(zone) - 2, 2) if len(zone) > 3 else zero
            offset = (digits(position + 1, 2) * 3600 + minutes * 60) * (-1 if zone[:1] == b"-" else 1)
    days = _days(year, month, day)
    out.wall_us[at] = (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + micro
    out.offset_s[at], out.naive[at], out.date_only[at] = offset, naive, len(shape) == 10
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = _MONTH[np.minimum(month, 12)] + ((month == 2) & leap)
    midnight = (hour == 24) & (minute == 0) & (second == 0) & (micro == 0)
    bad: Flags = (
        (year < 1) | (month < 1) | (month > 12) | (day < 1) | (day > longest) | (abs(offset) > 64_800)
        | ((hour > 23) & ~midnight) | (minute > 59) | (second > 59)
    )
    return bad


def _days(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days since 1970-01-01 of civil dates (Hinnant's algorithm)."""
    y = np.where(month <= 2, year - 1, year)
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * np.where(month > 2, month - 3, month + 9) + 2) // 5 + day - 1
    days: Ints = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    return days


def _loose(texts: pa.Array, at: Ints, out: Moments) -> None:
    """Read the remaining texts one by one by rewriting each as ISO; mark what cannot be read."""
    rewritten = [_as_iso(text) for text in texts.take(pa.array(at)).to_pylist()]
    for i, text in zip(at, rewritten, strict=True):
        shape = None if text is None else _shape(text)
        if text is None or shape is None:
            out.bad[i] = True
            continue
        one = np.array([i])
        out.bad[one] = _fill(np.frombuffer(text, np.uint8), np.zeros(1, np.int32), shape, one, out)


def _as_iso(text: str) -> bytes | None:
    match = _LOOSE.match(text.strip())
    if not match:
        return None
    part = match.groupdict()
    month, day = (next(part[f"{k}{i}"] for i in ("", "2", "3") if part[f"{k}{i}"]) for k in "md")
    iso = f"{part['y']}-{int(month):02}-{int(day):02}"
    if part["h"] is not None:
        iso += f"T{int(part['h']):02}:{int(part['n'] or 0):02}:{int(part['s'] or 0):02}"
        iso += f".{part['f']}" if part["f"] else ""
        iso += (part["z"] or "").upper()
    elif part["z"]:
        return None
    return iso.encode("ascii") if iso.isascii() else None
