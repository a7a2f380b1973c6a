"""What is withheld cannot be got back: not from the file, the proofs, the commitments, or the salts of other fields."""

from __future__ import annotations

import base64
import bz2
import hashlib
import itertools
import json
import lzma
import random
import re
import zlib
from collections.abc import Iterator

import pytest

from tests.ledger.attacks import both, unpacked
from tests.ledger.made import PRIVACY, SEALED, Ledger, contents
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.entries import openings_of
from zhunsheng.ledger.hashing import SHA256

SECRET = "李四的身份证号110101199003074477与家庭住址某某小区9号楼"
ACT, PATH = 2, "subjects.person"


def ledger_with(secret: object, seed: int = 1) -> Ledger:
    content = contents(4)
    content[ACT - 1][PATH] = secret
    return Ledger(content=content, seed=seed)


def redacted(secret: object, seed: int = 1, *, erase: bool = False) -> bytes:
    ledger = ledger_with(secret, seed)
    hidden = {(ACT, PATH): SEALED if erase else PRIVACY}
    entries = ledger.entries(erased=hidden) if erase else ledger.entries(hidden)
    return ledger.export(entries)


def spellings(text: str) -> Iterator[bytes]:
    """How text or a number of bytes could lie in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "utf-7", "unicode_escape"):
        data = text.encode(encoding)
        yield data
        yield data[::-1]
        yield data.hex().encode()
        yield data.hex().upper().encode()
        for shift in range(3):
            # Base64 of text in the middle of other data: the characters that do not depend on the neighbours.
            yield base64.b64encode(bytes(shift) + data)[4:-4]
            yield base64.urlsafe_b64encode(bytes(shift) + data)[4:-4]


def layers(data: bytes) -> Iterator[bytes]:
    """The file, what unpacks from any place in it, and its base64 parts decoded."""
    yield data
    for start in range(len(data)):
        head = data[start : start + 3]
        for magic, unpack in (
            (b"\x1f\x8b\x08", _gunzip),
            (b"BZh", bz2.decompress),
            (b"\xfd7z", lzma.decompress),
        ):
            if head == magic:
                try:
                    yield unpack(data[start:])
                except (OSError, EOFError, lzma.LZMAError, zlib.error):
                    continue
        if head[:1] == b"\x78":
            inflate = zlib.decompressobj()
            try:
                yield inflate.decompress(data[start:])
            except zlib.error:
                continue
    for found in re.findall(rb"[A-Za-z0-9+/]{16,}={0,2}", data):
        yield base64.b64decode(found + b"=" * (-len(found) % 4))


def _gunzip(data: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(data)


@pytest.mark.parametrize("erase", [False, True])
def test_neither_value_nor_salt_is_anywhere_in_the_file(erase: bool) -> None:
    ledger = ledger_with(SECRET)
    salt, _ = openings_of(ledger.content[ACT - 1], ledger.sealed[ACT - 1].salts)[PATH]
    data = redacted(SECRET, erase=erase)
    assert both(data) == []
    sought = [
        *spellings(SECRET),
        *spellings(SECRET[3:12]),
        salt,
        salt.hex().encode(),
        salt[::-1],
        base64.b64encode(salt)[:20],
    ]
    found = [needle for layer in layers(data) for needle in sought if len(needle) >= 8 and needle in layer]
    assert found == []


def test_the_search_finds_what_is_there() -> None:
    """The same search over the full copy finds the value and the salt: it is not blind."""
    ledger = ledger_with(SECRET)
    salt, _ = openings_of(ledger.content[ACT - 1], ledger.sealed[ACT - 1].salts)[PATH]
    full = ledger.export()
    assert SECRET.encode() in full
    assert salt.hex().encode() in full
    for hidden in (
        zlib.compress(SECRET.encode()),
        base64.b64encode(SECRET.encode()),
        SECRET.encode("utf-16-le"),
    ):
        assert any(
            needle in layer
            for layer in layers(full[:50] + hidden)
            for needle in spellings(SECRET)
            if len(needle) >= 8
        )


def shape(data: bytes) -> list[object]:
    """All of a file that could depend on the hidden value, digests and signatures aside."""
    members, _ = unpacked(data)
    return [
        (name, re.sub(rb"[0-9a-f]{32,}|[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{40,}=*", b"#", content))
        for name, content in members.items()
    ]


@pytest.mark.parametrize("erase", [False, True])
def test_the_file_is_as_long_whatever_is_hidden(erase: bool) -> None:
    """Empty, long, another type: nothing but digests and signatures differs, and no length."""
    values = [None, "", "男", SECRET * 50, 7, ["a"] * 100, {"deep": [1, 2, {"x": SECRET}]}]
    files = [redacted(value, erase=erase) for value in values]
    assert len({len(data) for data in files}) == 1
    assert all(shape(data) == shape(files[0]) for data in files)


def test_a_value_of_two_possibilities_cannot_be_guessed_from_its_commitment() -> None:
    """With 2^128 salts, trying every likely value under every salt seen in the file, and many others, opens nothing."""
    data = redacted("男")
    members, _ = unpacked(data)
    doc = json.loads(members[f"acts/{ACT:06d}.json"])
    promised = doc["body"]["commitments"][PATH]
    fields = [
        field
        for name in members
        if name.startswith("acts/")
        for field in json.loads(members[name])["fields"].values()
    ]
    seen = [bytes.fromhex(field["salt"]) for field in fields if "salt" in field]
    assert len(seen) > 20
    chance = random.Random(5)
    weak = [
        b"",
        bytes(16),
        b"\xff" * 16,
        *(n.to_bytes(16) for n in range(2_000)),
        *(chance.randbytes(16) for _ in range(2_000)),
    ]
    derived = [hashlib.sha256(salt + PATH.encode()).digest()[:16] for salt in seen]
    derived += [
        bytes(a ^ b for a, b in zip(one, two, strict=True))
        for one, two in itertools.combinations(seen[:12], 2)
    ]
    digests = [
        bytes.fromhex(found)[:16]
        for found in re.findall(r"[0-9a-f]{64}", members[f"acts/{ACT:06d}.json"].decode())
    ]
    tried = 0
    for value in ("男", "女", ["男"], None, ""):
        message = canonical([PATH, value])
        for salt in itertools.chain(seen, weak, derived, digests):
            assert SHA256.hexdigest(b"\x02" + salt + message) != promised
            assert SHA256.hexdigest(salt + message) != promised
            tried += 1
    assert tried > 20_000
    opened = openings_of(ledger_with("男").content[ACT - 1], ledger_with("男").sealed[ACT - 1].salts)[PATH]
    assert SHA256.hexdigest(b"\x02" + opened[0] + canonical([PATH, opened[1]])) == promised


def test_two_dossiers_with_the_same_secret_do_not_show_it() -> None:
    """Commitments to equal values share nothing, so copies cannot be compared."""
    one, two = (redacted("同一个人", seed) for seed in (1, 2))

    def commitment(data: bytes) -> str:
        return json.loads(unpacked(data)[0][f"acts/{ACT:06d}.json"])["body"]["commitments"][PATH]

    assert commitment(one) != commitment(two)


def test_the_salts_of_siblings_do_not_tell_the_hidden_one() -> None:
    """Salts come from the system, each by itself: over many entries no byte of one repeats in its neighbours more than by chance."""
    from zhunsheng.ledger.entries import seal

    place = {"chain": "c", "position": 1, "previous": b"", "record": "r", "at": "2026-11-25T09:00:00.000000Z"}
    salts = [seal(content={"a": 1, "b": 2}, **place).salts for _ in range(2_000)]
    assert len({salt[:16] for salt in salts} | {salt[16:] for salt in salts}) == 4_000
    equal = sum(a == b for salt in salts for a, b in zip(salt[:16], salt[16:], strict=True))
    assert abs(equal - 2_000 * 16 / 256) < 6 * (2_000 * 16 / 256) ** 0.5


def test_a_full_and_a_redacted_copy_prove_the_same_acts() -> None:
    full, hidden = ledger_with(SECRET).export(), redacted(SECRET)
    bodies = [
        [json.loads(unpacked(data)[0][f"acts/{n:06d}.json"])["body"] for n in range(1, 5)]
        for data in (full, hidden)
    ]
    assert bodies[0] == bodies[1]
