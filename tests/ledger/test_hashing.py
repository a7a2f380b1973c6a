"""SHA-256 and SM3: published vectors, and that every source of SM3 gives the same."""

from __future__ import annotations

import hashlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.ledger import hashing, verifier
from zhunsheng.ledger.hashing import HASHES, SHA256, SM3
from zhunsheng.ledger.sm3 import sm3

# GB/T 32905-2016, appendix A.
VECTORS = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}
SOURCES = [hashing._sm3_of_openssl(), hashing._sm3_of_cryptography(), hashing._sm3_of_python()]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("data", "digest"), VECTORS.items())
def test_sm3_vectors(source: hashing.Hash, data: bytes, digest: str) -> None:
    state = source.new()
    for byte in data:
        state.update(bytes([byte]))
    assert source.digest(data).hex() == source.hexdigest(data) == state.digest().hex() == digest
    assert verifier.sm3(data).hex() == digest


@given(st.binary(max_size=300))
def test_every_sm3_is_the_same(data: bytes) -> None:
    expected = hashlib.new("sm3", data).digest()
    assert [source.digest(data) for source in SOURCES] == [expected] * 3
    assert sm3(data) == verifier.sm3(data) == expected


def test_sm3_is_taken_from_wherever_the_machine_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(name: str, data: bytes = b"") -> None:
        raise ValueError(name)

    monkeypatch.setattr(hashlib, "new", lacking)
    assert hashing._fastest_sm3().digest(b"abc").hex() == VECTORS[b"abc"]
    assert verifier.hasher("sm3")(b"abc").hex() == VECTORS[b"abc"]
    assert verifier.hasher("sha-256")(b"abc") == hashlib.sha256(b"abc").digest()
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    plain = hashing._fastest_sm3()
    assert plain.digest(b"abc").hex() == VECTORS[b"abc"]
    assert "sm3" in repr(plain)


def test_names_and_prefixes() -> None:
    assert set(HASHES) == {"sha-256", "sm3"}
    for hash_, plain in ((SHA256, hashlib.sha256), (SM3, lambda data: hashlib.new("sm3", data))):
        assert hash_.leaf(b"x") == plain(b"\x00x").digest()
        assert hash_.node(b"l", b"r") == plain(b"\x01lr").digest()
        assert hash_.leaves([b"x", b"y"]) == [hash_.leaf(b"x"), hash_.leaf(b"y")]
        assert hash_.parents([b"a", b"b", b"c"]) == [hash_.node(b"a", b"b")]
    with pytest.raises(ValueError, match=r"^$"):
        verifier.hasher("md5")
