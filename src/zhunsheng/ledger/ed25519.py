"""Ed25519 signatures (RFC 8032), checked strictly: one signature for one message, no second spelling.

Checking uses `cryptography` when it is installed, else plain integers. Signing needs `cryptography`: integers leak their timing.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, FIELD) % FIELD
_ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)

Point = tuple[int, int, int, int]  # Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z.
_NEUTRAL: Point = (0, 1, 1, 0)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is the holder of `public` (32 bytes) signing `message`.

    Refused besides wrong signatures: scalars not below the group order, points in a second spelling, keys of small order.
    """
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER or not sound_key(public):
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return verify_plainly(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def verify_plainly(public: bytes, message: bytes, signature: bytes) -> bool:
    """As `verify`, with integers alone: R must be, byte for byte, [S]B - [k]A (RFC 8032 section 5.1.7, without cofactor)."""
    point = _decoded(public)
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or scalar >= ORDER or not sound_key(public):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    x, y, z, t = point
    found = _sum(_times(scalar, _base()), _times(challenge, (-x % FIELD, y, z, -t % FIELD)))
    return _encoded(found) == signature[:32]


@lru_cache(maxsize=1024)
def sound_key(public: bytes) -> bool:
    """Whether the bytes are the one spelling of a curve point whose order is not small."""
    point = _decoded(public)
    return point is not None and _encoded(_times(8, point)) != _encoded(_NEUTRAL)


def _decoded(data: bytes) -> Point | None:
    """The point of 32 bytes (RFC 8032 section 5.1.3), None when there is none or it is spelled otherwise."""
    if len(data) != 32:
        return None
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= FIELD:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * _ROOT_OF_MINUS_ONE % FIELD
    if (x * x - square) % FIELD or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = FIELD - x
    return x, y, 1, x * y % FIELD


def _encoded(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, FIELD)
    return (y * inverse % FIELD | (x * inverse % FIELD & 1) << 255).to_bytes(32, "little")


def _sum(p: Point, q: Point) -> Point:
    """RFC 8032 section 5.1.4; complete, so it doubles too."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % FIELD
    b = (p[1] + p[0]) * (q[1] + q[0]) % FIELD
    c = 2 * p[3] * q[3] * _D % FIELD
    d = 2 * p[2] * q[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def _times(scalar: int, point: Point) -> Point:
    result = _NEUTRAL
    while scalar:
        if scalar & 1:
            result = _sum(result, point)
        point = _sum(point, point)
        scalar >>= 1
    return result


@lru_cache(maxsize=1)
def _base() -> Point:
    """The base point: y = 4/5, x even."""
    point = _decoded((4 * pow(5, -1, FIELD) % FIELD).to_bytes(32, "little"))
    assert point is not None
    return point
