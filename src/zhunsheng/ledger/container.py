"""The file an export is kept in: a zip archive with one possible spelling, so that every byte of its structure can be foretold.

Members are stored uncompressed, in the order given, dated 1980-01-01, without extra fields; the archive's comment is free for a
seal. Any unzip program opens it and Python runs it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

LARGEST = 2**32 - 1
"""Bytes; beyond it another zip format would be needed."""
MOST_MEMBERS = 2**16 - 1

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 10
_MADE_BY = 3 << 8 | _VERSION  # On Unix, so that the mode below counts.
_DATE = 1 << 5 | 1  # 1980-01-01, the first day a zip can say.
_MODE = 0o100644 << 16


class Member(NamedTuple):
    """What the headers say of one member; `offset` is where its local header starts."""

    name: str
    crc: int
    size: int
    offset: int

    @property
    def start(self) -> int:
        """Where the content starts."""
        return self.offset + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        return self.start + self.size


class Difference(NamedTuple):
    """Bytes `start` to `end` (not included) of `what` are not as foretold."""

    start: int
    end: int
    what: str


class Walked(NamedTuple):
    """Members as they lie in the file, the comment, and what differs from the one spelling.

    `unsound` are members whose content does not have the checksum of their header.
    """

    members: list[Member]
    unsound: list[Member]
    comment: bytes
    comment_start: int
    differences: list[Difference]


class Unreadable(Exception):
    """The bytes at `offset` are neither a member nor the directory; nothing can be said of what follows."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"byte {offset}")
        self.offset = offset


def local_header(member: Member) -> bytes:
    """What stands before a member's content."""
    name = member.name.encode("ascii")
    sizes = (member.crc, member.size, member.size)
    return _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, 0, _DATE, *sizes, len(name), 0) + name


def directory(members: Sequence[Member], comment_size: int) -> bytes:
    """The central directory and the end record, without the comment that follows."""
    entries = b"".join(
        _CENTRAL.pack(
            *(b"PK\1\2", _MADE_BY, _VERSION, 0, 0, 0, _DATE),
            *(member.crc, member.size, member.size, len(member.name), 0, 0, 0, 0, _MODE, member.offset),
        )
        + member.name.encode("ascii")
        for member in members
    )
    offset = members[-1].end if members else 0
    count = len(members)
    return entries + _END.pack(b"PK\5\6", 0, 0, count, count, len(entries), offset, comment_size)


def walk(data: bytes) -> Walked:
    """The members from the first byte on, each found where the one before ends, and every byte that is not as foretold.

    Raises Unreadable when the way is lost. Contents are the reader's to judge.
    """
    members: list[Member] = []
    differences: list[Difference] = []
    at = 0
    while data[at : at + 4] == b"PK\3\4":
        member = _member_at(data, at)
        if member is None or any(member.name == other.name for other in members):
            break
        differences += _differences(data, at, local_header(member), f"header of {member.name}")
        members.append(member)
        at = member.end
    size = len(directory(members, 0))
    if not members or data[at : at + 4] != b"PK\1\2" or len(data) < at + size:
        raise Unreadable(at)
    comment = data[at + size :]
    expected = directory(members, min(len(comment), 2**16 - 1))
    differences += _differences(data, at, expected, "directory")
    unsound = [member for member in members if zlib.crc32(data[member.start : member.end]) != member.crc]
    return Walked(members, unsound, comment, at + size, differences)


def _member_at(data: bytes, at: int) -> Member | None:
    """The member whose local header is at `at`, as that header says; None when it cannot be so."""
    if at + _LOCAL.size > len(data):
        return None
    fields = _LOCAL.unpack_from(data, at)
    start = at + _LOCAL.size
    name = data[start : start + fields[9]]
    if not name.isascii() or not name.decode("ascii").isprintable() or not name:
        return None
    member = Member(name.decode("ascii"), fields[6], fields[7], at)
    return member if member.end <= len(data) else None


def _differences(data: bytes, at: int, expected: bytes, what: str) -> list[Difference]:
    """Where `data` from `at` on is not `expected`, as one range."""
    found = data[at : at + len(expected)]
    if found == expected:
        return []
    wrong = [i for i, byte in enumerate(expected) if i >= len(found) or found[i] != byte]
    return [Difference(at + wrong[0], at + wrong[-1] + 1, what)]
