"""Identifiers that sort by the time they were made: UUID version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A fresh identifier, greater than every one this process made before.

    48 bits of Unix milliseconds, 12 bits of a counter that borrows from the coming millisecond when it runs over
    (RFC 9562, section 6.2, method 1), 62 random bits.
    """
    global _last  # noqa: PLW0603 - one counter for the process is the point
    with _lock:
        _last = max(_last + 1, (time.time_ns() // 1_000_000) << 12)
        stamp = _last
    milliseconds, counter = stamp >> 12, stamp & 0xFFF
    random = int.from_bytes(os.urandom(8)) >> 2
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random)
