"""Entries: one record of a chain, its content hidden behind salted commitments, sealed to the entry before it.

The exact bytes are described in docs/ledger-format.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import Json, canonical, parse_canonical, quoted, text_of
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.hashing import COMMITMENT, ENTRY, HASHES, SHA256, Hash

VERSION = 1
SALT_SIZE = 16
DIGEST_SIZE = 32
GENESIS = b""  # What the first entry of a chain has before it.

Opening = tuple[bytes, Json]  # The salt and the value behind one commitment.

_NAMES = ("at", "chain", "commitments", "hash", "position", "previous", "record", "v")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
# No blanks, quotes, backslashes or controls, and nothing from U+D800 on: such paths sort alike by code point and by UTF-16.
_PATH = re.compile(r'[^\x00-\x20"\\\x7f-\xa0\ud800-\U0010ffff]{1,200}')
_NAME = re.compile(r"[!#-\[\]-~]{1,200}")  # Visible ASCII without quote and backslash.
_HEX = re.compile(r"[0-9a-f]{64}")


class Sealed(NamedTuple):
    """A sealed entry: its public body, its 32-byte digest, and the salts in the order of the sorted paths."""

    body: bytes
    digest: bytes
    salts: bytes


class Entry(NamedTuple):
    """A body read back."""

    chain: str
    position: int
    previous: bytes
    record: str
    at: str
    commitments: dict[str, bytes]
    hash: Hash


def seal(
    *,
    chain: str,
    position: int,
    previous: bytes,
    record: str,
    at: str,
    content: Mapping[str, Json],
    hash: Hash = SHA256,  # noqa: A002
    salts: bytes | None = None,
) -> Sealed:
    """The entry that commits to every value of `content` by its path and follows `previous` in `chain`.

    `position` counts from 1, so the last position of a chain is its length; the first entry follows GENESIS, which is empty.
    `at` is RFC 3339 in UTC with six decimals and Z. With `salts` given, the very same entry is computed again: a stored entry
    is verified by comparing. Raises InputError for values without a canonical form and for names outside the format.
    """
    paths = sorted(content)
    if salts is None:
        salts = os.urandom(SALT_SIZE * len(paths))
    elif len(salts) != SALT_SIZE * len(paths):
        raise _malformed("salts", "盐的个数与字段数不符", "there are not as many salts as paths")
    hexdigest = hash.hexdigest
    commitments: list[str] = []
    start = 0
    for path in paths:
        value = content[path]
        end = start + SALT_SIZE
        try:
            written = quoted(value) if type(value) is str else text_of(value)
            message = COMMITMENT + salts[start:end] + f"{_head(path)}{written}]".encode()
        except (UnicodeEncodeError, OverflowError, RecursionError):
            canonical(value)  # Raises the error that names the place.
            raise
        commitments.append(f'"{path}":"{hexdigest(message)}"')
        start = end
    body = _body(chain, position, previous, record, at, commitments, hash)
    return Sealed(body, hash.digest(ENTRY + body), salts)


def commitment(path: str, salt: bytes, value: Json, hash: Hash = SHA256) -> bytes:  # noqa: A002
    """H(0x02 || salt || canonical([path, value]))."""
    try:
        return hash.digest(COMMITMENT + salt + f"{_head(path)}{text_of(value)}]".encode())
    except (UnicodeEncodeError, OverflowError, RecursionError):
        canonical(value)  # Raises the error that names the place.
        raise


def entry_digest(body: bytes, hash: Hash = SHA256) -> bytes:  # noqa: A002
    """H(0x03 || body): what the next entry names as `previous`, and what the tree takes as leaf data."""
    return hash.digest(ENTRY + body)


def entry_body(entry: Entry) -> bytes:
    """The canonical body of an entry given by its commitments, as when content has been erased."""
    commitments = [f'"{path}":"{entry.commitments[path].hex()}"' for path in sorted(entry.commitments)]
    for path in entry.commitments:
        _head(path)
    return _body(entry.chain, entry.position, entry.previous, entry.record, entry.at, commitments, entry.hash)


def openings_of(content: Mapping[str, Json], salts: bytes) -> dict[str, Opening]:
    """Salt and value for each path, from content and the salts `seal` gave."""
    if len(salts) != SALT_SIZE * len(content):
        raise _malformed("salts", "盐的个数与字段数不符", "there are not as many salts as paths")
    return {
        path: (salts[i * SALT_SIZE : (i + 1) * SALT_SIZE], content[path])
        for i, path in enumerate(sorted(content))
    }


def open_entry(body: bytes) -> Entry:
    """The entry written in `body`; InputError when the bytes are not exactly of the format."""
    found = parse_canonical(body, floats=False)
    if not isinstance(found, dict) or tuple(sorted(found)) != _NAMES:
        raise _malformed(
            "entry", "条目的字段不全或多余", "an entry has exactly these names: " + ", ".join(_NAMES)
        )
    chosen = HASHES.get(found["hash"]) if isinstance(found["hash"], str) else None
    if chosen is None or found["v"] != VERSION:
        raise _malformed("entry", "条目的版本或杂凑算法未知", "the entry's version or hash is not known")
    commitments = found["commitments"]
    if not isinstance(commitments, dict):
        raise _malformed("commitments", "承诺不是对象", "commitments must be an object")
    entry = Entry(
        chain=found["chain"],
        position=found["position"],
        previous=_unhex(found["previous"], "previous") if found["previous"] else GENESIS,
        record=found["record"],
        at=found["at"],
        commitments={path: _unhex(value, path) for path, value in commitments.items()},
        hash=chosen,
    )
    for text in (entry.chain, entry.record, entry.at):
        if not isinstance(text, str):
            raise _malformed("entry", "chain、record、at 必须是文本", "chain, record and at are text")
    if entry_body(entry) != body:
        raise _malformed("entry", "条目不是规定的写法", "the entry is not written as the format says")
    return entry


def check_entry(
    body: bytes,
    openings: Mapping[str, Opening],
    withheld: Collection[str] = (),
    *,
    where: str = "",
) -> list[Fault]:
    """Everything wrong between a body and what is disclosed of it; nothing wrong gives an empty list.

    Each committed path must be opened by salt and value or stand in `withheld`, not both, and no other path may appear.
    """
    try:
        entry = open_entry(body)
    except InputError as error:
        return [Fault("entry-malformed", where, error.zh, error.en)]
    place = f"{where} " if where else ""
    faults: list[Fault] = []
    for path in sorted(entry.commitments.keys() | openings.keys() | set(withheld)):
        fault = _check_path(entry, path, openings.get(path), withheld=path in withheld)
        if fault is not None:
            code, zh, en = fault
            faults.append(Fault(code, f"{place}{path}", zh, en))
    return faults


def _check_path(
    entry: Entry, path: str, opening: Opening | None, *, withheld: bool
) -> tuple[str, str, str] | None:
    """Code and sentences of what is wrong with one path, None when nothing is."""
    promised = entry.commitments.get(path)
    if promised is None:
        return "field-added", "条目中没有这个字段的承诺", "the entry holds no commitment for this field"
    if opening is None:
        if withheld:
            return None
        return (
            "field-missing",
            "字段既未公开也未说明不公开",
            "the field is neither disclosed nor named as withheld",
        )
    if withheld:
        return (
            "field-both",
            "字段同时公开又标为不公开",
            "the field is disclosed and named as withheld at once",
        )
    salt, value = opening
    try:
        same = len(salt) == SALT_SIZE and commitment(path, salt, value, entry.hash) == promised
    except InputError as error:
        return "field-changed", error.zh, error.en
    if not same:
        return "field-changed", "字段内容或盐与承诺不符", "value or salt does not match the commitment"
    return None


def valid_time(at: str) -> bool:
    """Whether a time is written as the format says: RFC 3339, UTC, six decimals, Z."""
    return bool(_AT.fullmatch(at))


def valid_path(path: str) -> bool:
    """Whether a field may be called so."""
    return bool(_PATH.fullmatch(path))


@lru_cache(maxsize=4096)
def _head(path: str) -> str:
    """The canonical text of `[path,` for a path within the format."""
    if not valid_path(path):
        raise _malformed(
            repr(path),
            "字段路径含不允许的字符或长度",
            "the path has characters or a length the format forbids",
        )
    return f'["{path}",'


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """A chain or record name within the format."""
    if not _NAME.fullmatch(name):
        raise _malformed(repr(name), "名称含不允许的字符", "the name has characters the format forbids")
    return name


def _body(
    chain: str, position: int, previous: bytes, record: str, at: str, commitments: Iterable[str], hash_: Hash
) -> bytes:
    """The canonical body, its names in order."""
    if type(position) is not int or not 1 <= position < 2**53:
        raise _malformed("position", "位置从 1 起", "positions are whole numbers from 1")
    if len(previous) != (0 if position == 1 else DIGEST_SIZE):
        raise _malformed(
            "previous",
            "首条没有前一条；其余各条载明前一条的 32 字节摘要",
            "the first entry of a chain follows nothing, every other one names the 32-byte digest of the one before",
        )
    if not valid_time(at):
        raise _malformed(
            "at", "时间须为 UTC、六位小数、以 Z 结尾", "the time is RFC 3339 in UTC with six decimals and Z"
        )
    if not _NAME.fullmatch(record):
        raise _malformed(repr(record), "名称含不允许的字符", "the name has characters the format forbids")
    return (
        f'{{"at":"{at}","chain":"{_plain(chain)}","commitments":{{{",".join(commitments)}}},'
        f'"hash":"{hash_.name}","position":{position},"previous":"{previous.hex()}","record":"{record}","v":1}}'
    ).encode()


def _unhex(text: object, where: str) -> bytes:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise _malformed(where, "摘要须为 64 位小写十六进制", "a digest is 64 lower-case hexadecimal digits")
    return bytes.fromhex(text)


def _malformed(where: str, zh: str, en: str) -> InputError:
    return InputError(zh=zh, en=en, where=where)
