"""SM3 in plain Python, for machines whose OpenSSL and `cryptography` both lack it.

About a thousand times slower than OpenSSL's. Source: GB/T 32905-2016.
"""

from __future__ import annotations

_START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
    0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip
_WORD = 0xFFFFFFFF


def _turn(x: int, n: int) -> int:
    n %= 32
    return ((x << n) | (x >> (32 - n))) & _WORD


_ROUND = tuple(_turn(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64))


def _expanded(block: bytes) -> list[int]:
    """The 68 words a 64-byte block is stretched to."""
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
        x ^= _turn(x, 15) ^ _turn(x, 23)
        w.append(x ^ _turn(w[j - 13], 7) ^ w[j - 6])
    return w


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """The eight chaining words after one more block."""
    w = _expanded(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        ss1 = _turn((_turn(a, 12) + e + _ROUND[j]) & _WORD, 7)
        first = (a ^ b ^ c) if j < 16 else ((a & b) | (a & c) | (b & c))
        second = (e ^ f ^ g) if j < 16 else ((e & f) | (~e & g))
        tt1 = (first + d + (ss1 ^ _turn(a, 12)) + (w[j] ^ w[j + 4])) & _WORD
        tt2 = (second + h + ss1 + w[j]) & _WORD
        a, b, c, d = tt1, a, _turn(b, 9), c
        e, f, g, h = tt2 ^ _turn(tt2, 9) ^ _turn(tt2, 17), e, _turn(f, 19), g
    return tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest of `data`."""
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    state: tuple[int, ...] = _START
    for i in range(0, len(padded), 64):
        state = _compressed(state, padded[i : i + 64])
    return b"".join(x.to_bytes(4, "big") for x in state)
