"""Ed25519: RFC 8032's vectors on every implementation here, and nothing but the one signature accepted."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.ledger import ed25519, verifier
from zhunsheng.ledger.ed25519 import ORDER, sound_key, verify, verify_plainly

# RFC 8032 section 7.1: secret key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        b"",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        b"\x72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        b"\xaf\x82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        hashlib.sha512(b"abc").digest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
# Every spelling of the points of small order that implementations have been seen to accept.
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
WAYS = [verify, verify_plainly, verifier.signed]


def public_of(secret: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("secret", "message", "signature"), VECTORS)
def test_vectors(way, secret: str, message: bytes, signature: str) -> None:
    public, good = public_of(secret), bytes.fromhex(signature)
    assert way(public, message, good)
    assert not way(public, message + b"x", good)
    assert not way(public_of("00" * 32), message, good)


@pytest.mark.parametrize("way", WAYS)
def test_a_signature_has_no_second_spelling(way) -> None:
    secret, message, signature = VECTORS[2]
    public, good = public_of(secret), bytes.fromhex(signature)
    scalar = int.from_bytes(good[32:], "little")
    malleable = good[:32] + (scalar + ORDER).to_bytes(32, "little")
    assert not way(public, message, malleable)
    for bad in (b"", good[:-1], good + b"\0", bytes(64), b"\xff" * 64):
        assert not way(public, message, bad)


@given(st.integers(0, 511))
def test_no_flipped_bit_is_accepted(bit: int) -> None:
    secret, message, signature = VECTORS[1]
    flipped = bytearray.fromhex(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not any(way(public_of(secret), message, bytes(flipped)) for way in WAYS)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_the_library_signs_is_accepted_by_plain_integers(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert sound_key(public)
    assert all(way(public, message, signature) for way in WAYS)


@pytest.mark.parametrize("spelling", SMALL)
def test_keys_of_small_order_or_another_spelling_are_refused(spelling: str) -> None:
    public = bytes.fromhex(spelling)
    assert not sound_key(public)
    # With such a key, R = the neutral point and S = 0 "sign" every message where nobody looks.
    signature = bytes.fromhex(SMALL[0]) + bytes(32)
    assert not verify(public, b"anything", signature)
    assert not verify_plainly(public, b"anything", signature)
    with pytest.raises((ValueError, IndexError)):
        verifier.key("name+00000000+" + "A" * 44)


def test_what_is_no_point_is_no_key() -> None:
    assert not sound_key(b"")
    assert not sound_key(bytes([2]) + bytes(31))
    assert not sound_key(b"\xff" * 32)


def test_the_library_is_not_needed_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    called: list[bytes] = []
    plain = ed25519.verify_plainly
    monkeypatch.setattr(ed25519, "verify_plainly", lambda *args: called.append(args[1]) or plain(*args))
    secret, message, signature = VECTORS[2]
    assert verify(public_of(secret), message, bytes.fromhex(signature))
    assert called == [message]
