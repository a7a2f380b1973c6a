"""A vectorised tokenizer for whole XES traces in the plain form nearly every tool writes.

It accepts a strict subset of XML and proves it byte by byte: tags of the seven XES kinds with exactly `key` and
`value` between double quotes, `trace` and `event`, white space between. Anything else is refused (`None`), and the
caller hands the same bytes to the full XML parser. A refused piece costs time, never correctness.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .batch import Codes, Kind, RawBatch, scatter

Ints = npt.NDArray[np.int64]
Columns = dict[tuple[str, Kind], pa.DictionaryArray]

KINDS: dict[bytes, Kind] = {
    b"string": "text", b"date": "time", b"int": "number", b"float": "number", b"boolean": "flag", b"id": "text",
}
_KIND_OF_CODE = list(KINDS.values())
TRACE, TRACE_END, EVENT, EVENT_END, ATTRIBUTE = range(5)
_STRUCTURE = {b"<trace>": TRACE, b"</trace>": TRACE_END, b"<event>": EVENT, b"</event>": EVENT_END}
_STEP = np.array([1, -1, 1, -1, 0], np.int8)
_LEAST_DEPTH = np.array([0, 1, 1, 2, 1], np.int8)
_MOST_DEPTH = np.array([0, 1, 1, 2, 2], np.int8)
_LONGEST_GAP = 256
_FEW_NAMES = 16_000
_MOST_GAP_FORMS = 64
_FIRST_BYTES = np.array([(1 << 8 * n) - 1 for n in range(9)], "<u8")
_NOT_BLANK = np.ones(256, np.bool_)
_NOT_BLANK[[9, 10, 13, 32]] = False
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|&")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class _NotPlainError(Exception):
    """The piece leaves the plain form."""


@dataclass(frozen=True)
class _Tags:
    """The tags of one piece: `code` and, for attributes, the four quote positions and the index into KINDS."""

    code: npt.NDArray[np.int8]
    quotes: Ints
    kind: npt.NDArray[np.int8]
    attribute: Ints


@dataclass(frozen=True)
class _Piece:
    """A piece cut up: per attribute whether it is an event's, and which event and trace of the piece it stands in."""

    tags: _Tags
    spans: pa.Array
    of_event: npt.NDArray[np.bool_]
    event: Codes
    trace: Codes
    trace_of_event: Codes
    traces: int


def read_traces(piece: bytes, first_trace: int) -> tuple[RawBatch, int] | None:
    """Read a run of whole traces: the batch and how many traces; None when the piece is not in the plain form.

    Columns are named by the attribute's key, `case:` before keys of the trace; `case:` + ``#`` is the ordinal of the
    trace in the file, counted from `first_trace`.
    """
    try:
        return _read(piece, first_trace)
    except _NotPlainError:
        return None


def _read(piece: bytes, first_trace: int) -> tuple[RawBatch, int]:
    if not piece.isascii() and not _is_xml_text(piece):
        raise _NotPlainError
    data = np.frombuffer(piece, np.uint8)
    tags = _tags(data)
    step = _STEP[tags.code]
    depth = np.cumsum(step, dtype=np.int32) - step
    if np.any((depth < _LEAST_DEPTH[tags.code]) | (depth > _MOST_DEPTH[tags.code])):
        raise _NotPlainError
    trace = np.cumsum(tags.code == TRACE, dtype=np.int32) - 1
    event = np.cumsum(tags.code == EVENT, dtype=np.int32) - 1
    found = _Piece(
        tags, _spans(piece, tags.quotes), depth[tags.attribute] == 2, event[tags.attribute], trace[tags.attribute],
        trace[tags.code == EVENT], int(trace[-1]) + 1,
    )
    columns = _columns(found)
    ordinals = pa.array(np.arange(first_trace, first_trace + found.traces)).cast(pa.string())
    columns["case:#", "text"] = pa.DictionaryArray.from_arrays(pa.array(found.trace_of_event), ordinals)
    return RawBatch(len(found.trace_of_event), columns), found.traces


def _is_xml_text(piece: bytes) -> bool:
    """Whether the bytes are UTF-8 without the two characters XML forbids beyond ASCII."""
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\ufffe" not in text and "\uffff" not in text


def _tags(data: npt.NDArray[np.uint8]) -> _Tags:
    """Cut the piece into tags and prove that every byte belongs to a plain tag or to white space between tags."""
    starts, ends, quotes = (np.flatnonzero(data == ord(c)) for c in '<>"')
    if len(ends) != len(starts):
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    if len(starts) == 0 or len(ends) != len(starts) or np.any(ends <= starts) or np.any(starts[1:] <= ends[:-1]):
        raise _NotPlainError
    before = np.searchsorted(quotes, starts)
    count = np.diff(np.append(before, len(quotes)))
    if before[0] != 0 or np.any((count != 0) & (count != 4)):
        raise _NotPlainError
    _blank_between(data, starts, ends)
    code = np.full(len(starts), -1, np.int8)
    attribute = np.flatnonzero(count == 4)
    code[attribute] = ATTRIBUTE
    _structure(data, starts, ends, np.flatnonzero(count == 0), code)
    mine = quotes.reshape(-1, 4)
    kind = _attributes(data, starts[attribute], ends[attribute], mine)
    return _Tags(code, mine, kind, attribute)


def _blank_between(data: npt.NDArray[np.uint8], starts: Ints, ends: Ints) -> None:
    """Prove that only white space stands before, between and after tags."""
    gaps_from = np.concatenate(([0], ends + 1))
    gaps_to = np.append(starts, len(data))
    length = gaps_to - gaps_from
    if int(length.max()) > _LONGEST_GAP:
        raise _NotPlainError
    near_end = gaps_from > len(data) - 8
    short = (length <= 8) & ~near_end
    _all_blank_words(_words(data)[gaps_from[short]] & _FIRST_BYTES[length[short]])
    for start, size in zip(gaps_from[~short], length[~short], strict=True):
        if np.any(_NOT_BLANK[data[start : start + size]]):
            raise _NotPlainError


def _all_blank_words(words: npt.NDArray[np.uint64]) -> None:
    """Prove that words hold only white space and zeroed bytes; indentation has few forms, each is looked at once."""
    for _ in range(_MOST_GAP_FORMS):
        if not len(words):
            return
        if words[0].tobytes().strip(b"\t\n\r \0"):
            raise _NotPlainError
        words = words[words != words[0]]
    if len(words):
        raise _NotPlainError


def _structure(
    data: npt.NDArray[np.uint8], starts: Ints, ends: Ints, at: Ints, code: npt.NDArray[np.int8]
) -> None:
    """Code the tags without attributes; anything but trace and event is refused."""
    length = ends[at] - starts[at] + 1
    for literal, value in _STRUCTURE.items():
        mine = at[length == len(literal)]
        if len(mine):
            mine = mine[_matches(data, starts[mine], literal)]
            code[mine] = value
    if np.any(code < 0):
        raise _NotPlainError


def _attributes(
    data: npt.NDArray[np.uint8], starts: Ints, ends: Ints, quotes: Ints
) -> npt.NDArray[np.int8]:
    """Prove `<kind key="…" value="…"/>` for every attribute and give its kind as an index into KINDS."""
    kind = np.full(len(starts), -1, np.int8)
    length = quotes[:, 0] - starts
    for i, tag in enumerate(KINDS):
        literal = b"<" + tag + b" key="
        mine = np.flatnonzero(length == len(literal))
        if len(mine):
            kind[mine[_matches(data, starts[mine], literal)]] = i
    middle, tail = quotes[:, 2] - quotes[:, 1], ends - quotes[:, 3]
    spaced = tail == 3
    if np.any(kind < 0) or np.any(middle != 8) or np.any((tail != 2) & ~spaced):
        raise _NotPlainError
    if not np.all(_matches(data, quotes[:, 1], b'" value=')):
        raise _NotPlainError
    if not np.all(_matches(data, quotes[~spaced, 3], b'"/>')) or not np.all(
        _matches(data, quotes[spaced, 3], b'" />')
    ):
        raise _NotPlainError
    return kind


def _matches(data: npt.NDArray[np.uint8], at: Ints, literal: bytes) -> npt.NDArray[np.bool_]:
    """Whether `literal` stands at each position; all positions have room for it.

    Eight bytes are compared at a time, the last eight overlapping; unaligned words are what makes this quick.
    """
    size = len(literal)
    if size < 8:
        result: npt.NDArray[np.bool_] = data[at] == literal[0]
        for k in range(1, size):
            result &= data[at + k] == literal[k]
        return result
    words = _words(data)
    result = words[at] == np.frombuffer(literal, "<u8", 1)
    for k in sorted({*range(8, size - 7, 8), size - 8} - {0}):
        result &= words[at + k] == np.frombuffer(literal, "<u8", 1, k)
    return result


def _words(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The eight bytes that begin at each position, as one integer, without copying."""
    return np.ndarray((max(len(data) - 7, 0),), "<u8", data, 0, (1,))


def _spans(piece: bytes, quotes: Ints) -> pa.Array:
    """Keys and values without copying: entry 4i is the key of attribute i, 4i+2 its value, odd entries lie between."""
    bounds = np.empty((len(quotes), 4), np.int32)
    bounds[:, 0], bounds[:, 1] = quotes[:, 0] + 1, quotes[:, 1]
    bounds[:, 2], bounds[:, 3] = quotes[:, 2] + 1, quotes[:, 3]
    flat = bounds.reshape(-1)
    return pa.Array.from_buffers(
        pa.string(), max(len(flat) - 1, 0), [None, pa.py_buffer(flat), pa.py_buffer(piece)]
    )


def _columns(piece: _Piece) -> Columns:
    """Group the attributes by key and level, and make each group a column, or one for each kind in it."""
    count = len(piece.tags.attribute)
    keys = piece.spans.take(pa.array(np.arange(count, dtype=np.int64) * 4)).dictionary_encode()
    names = [_unescape(name) for name in keys.dictionary.to_pylist()]
    if _any_control(keys.dictionary) or len(set(names)) < len(names):
        raise _NotPlainError
    group = keys.indices.to_numpy() * 2 + piece.of_event
    if len(names) < _FEW_NAMES:
        group = group.astype(np.int16)
    order = np.argsort(group, kind="stable")
    columns: Columns = {}
    for mine in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(mine):
            name = names[int(group[mine[0]]) // 2]
            _add(columns, piece, mine, name)
    return columns


def _add(columns: Columns, piece: _Piece, mine: Ints, name: str) -> None:
    """Add the column of one key on one level; a key twice in one element is left to the XML parser."""
    of_event = bool(piece.of_event[mine[0]])
    row = (piece.event if of_event else piece.trace)[mine]
    if np.any(row[1:] == row[:-1]):
        raise _NotPlainError
    if of_event:
        full = f"event:{name}" if name.startswith("case:") else name
    else:
        full, peopled = f"case:{name}", np.bincount(piece.trace_of_event, minlength=piece.traces)[row] > 0
        mine, row = mine[peopled], row[peopled]
    for code in np.flatnonzero(np.bincount(piece.tags.kind[mine])):
        some = piece.tags.kind[mine] == code
        values = _values(piece.spans.take(pa.array(mine[some] * 4 + 2)).dictionary_encode())
        if of_event:
            column = scatter(len(piece.trace_of_event), row[some], values)
        else:
            column = scatter(piece.traces, row[some], values).take(pa.array(piece.trace_of_event))
        at = (full, _KIND_OF_CODE[code])
        columns[at] = column if at not in columns else pc.coalesce(columns[at], column)


def _values(values: pa.DictionaryArray) -> pa.DictionaryArray:
    """Resolve character references, once per distinct value."""
    distinct = values.dictionary
    if _any_control(distinct):
        raise _NotPlainError
    if not pc.any(pc.match_substring(distinct, "&")).as_py():
        return values
    plain = pa.array([_unescape(text) for text in distinct.to_pylist()], pa.string())
    return plain.take(values.indices).dictionary_encode()


def _any_control(texts: pa.Array) -> bool:
    """Whether a value holds a control character: white space to normalise, or a character XML forbids."""
    return bool(pc.any(pc.match_substring_regex(texts, r"[\x00-\x1f]")).as_py())


def _unescape(text: str) -> str:
    return _REFERENCE.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    named, decimal, hexadecimal = match.groups()
    if named:
        return _NAMED[named]
    number = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000:
        return chr(number)
    raise _NotPlainError
