"""Sealed entries: the bytes of the format, written once by hand; what they hide; what a check finds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.test_canonical import json_values
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.entries import (
    GENESIS,
    Sealed,
    check_entry,
    commitment,
    entry_body,
    entry_digest,
    open_entry,
    openings_of,
    seal,
)
from zhunsheng.ledger.hashing import SHA256, SM3

CONTENT = {"type": "case.opened", "fields.place": "某路 1 号", "officers": [{"officer": "110023"}]}
PLACE: dict[str, Any] = {
    "chain": "0192f000-0000-7000-8000-000000000001",
    "position": 2,
    "previous": bytes(range(32)),
    "record": "0192f000-0000-7000-8000-0000000000aa",
    "at": "2026-11-25T09:24:39.123456Z",
}
SALTS = bytes(range(100, 148))
paths = st.from_regex(r"[a-z0-9_.\-一-龥]{1,30}", fullmatch=True)


def sealed(**changes: Any) -> Sealed:
    return seal(**({"content": CONTENT, "salts": SALTS} | PLACE | changes))


def test_the_bytes_of_the_format() -> None:
    """Computed here from the description alone; a change of format would fail it."""
    ordered = ["fields.place", "officers", "type"]
    expected = {
        path: hashlib.sha256(
            b"\x02"
            + SALTS[16 * n : 16 * n + 16]
            + json.dumps([path, CONTENT[path]], ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()
        for n, path in enumerate(ordered)
    }
    body = (
        '{"at":"2026-11-25T09:24:39.123456Z","chain":"0192f000-0000-7000-8000-000000000001","commitments":{'
        + ",".join(f'"{path}":"{digest}"' for path, digest in expected.items())
        + '},"hash":"sha-256","position":2,"previous":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
        '"record":"0192f000-0000-7000-8000-0000000000aa","v":1}'
    ).encode()
    found = sealed()
    assert found.body == body == canonical(json.loads(body))
    assert found.digest == hashlib.sha256(b"\x03" + body).digest() == entry_digest(body)
    assert found.digest.hex() == "c0ef2cee6a6b4e7a1a0d1a1997b864c968445657b2fb04c3def21a7ab16b6ee4"


def test_the_page_on_the_format_gives_the_same_vector(root: Path) -> None:
    assert sealed().digest.hex() in (root / "docs/ledger-format.md").read_text(encoding="utf-8")


def test_the_first_entry_follows_nothing() -> None:
    first = sealed(position=1, previous=GENESIS)
    assert b'"position":1,"previous":""' in first.body
    for position, previous in ((1, bytes(32)), (2, GENESIS), (0, GENESIS), (2, bytes(31)), (True, GENESIS)):
        with pytest.raises(InputError):
            sealed(position=position, previous=previous)


@given(
    st.dictionaries(paths, json_values, max_size=8),
    st.sampled_from([SHA256, SM3]),
)
def test_an_entry_is_sealed_again_opened_and_checked(content: dict[str, Any], hash_) -> None:
    place = PLACE | {"content": content, "hash": hash_}
    first = seal(**place)
    assert len(first.salts) == 16 * len(content)
    assert seal(**place, salts=first.salts) == first
    entry = open_entry(first.body)
    assert entry_body(entry) == first.body
    assert (entry.chain, entry.position, entry.previous) == (PLACE["chain"], 2, PLACE["previous"])
    openings = openings_of(content, first.salts)
    assert check_entry(first.body, openings) == []
    assert check_entry(first.body, {}, content) == []
    for path, (salt, value) in openings.items():
        assert commitment(path, salt, value, hash_) == entry.commitments[path]


def test_the_same_content_is_never_sealed_alike() -> None:
    assert seal(content=CONTENT, **PLACE).body != seal(content=CONTENT, **PLACE).body


def faults(openings: dict, withheld=()) -> list[tuple[str, str]]:
    return [
        (fault.code, fault.where) for fault in check_entry(sealed().body, openings, withheld, where="act 2")
    ]


def test_a_check_names_every_wrong_field() -> None:
    openings = openings_of(CONTENT, SALTS)
    salt, _ = openings["type"]
    assert faults(openings | {"type": (salt, "case.closed")}) == [("field-changed", "act 2 type")]
    assert faults(openings | {"type": (bytes(16), "case.opened")}) == [("field-changed", "act 2 type")]
    assert faults(openings | {"type": (salt + b"[", "case.opened")}) == [("field-changed", "act 2 type")]
    assert faults(openings | {"type": (salt, 0.5)}) == [("field-changed", "act 2 type")]
    assert faults(openings | {"extra": (salt, 1)}) == [("field-added", "act 2 extra")]
    assert faults({path: openings[path] for path in ("type", "officers")}) == [
        ("field-missing", "act 2 fields.place")
    ]
    assert faults(openings, ["type"]) == [("field-both", "act 2 type")]
    assert faults(openings, ["nowhere"]) == [("field-added", "act 2 nowhere")]
    assert [fault.code for fault in check_entry(b"{}", {})] == ["entry-malformed"]


def test_swapping_two_values_between_fields_is_seen() -> None:
    content = {"a": "same", "b": "same"}
    one = sealed(content=content, salts=SALTS[:32])
    openings = openings_of(content, SALTS[:32])
    swapped = {"a": openings["b"], "b": openings["a"]}
    assert [fault.where for fault in check_entry(one.body, swapped)] == ["a", "b"]


@pytest.mark.parametrize(
    "changes",
    [
        {"content": {"a b": 1}, "salts": None},
        {"content": {"": 1}, "salts": None},
        {"content": {'a"': 1}, "salts": None},
        {"content": {"a\\": 1}, "salts": None},
        {"content": {"\ue000": 1}, "salts": None},
        {"content": {"a": 0.1}, "salts": None},
        {"content": {"a": "\ud800"}, "salts": None},
        {"content": {"a": 2**53}, "salts": None},
        {"salts": SALTS[:-1]},
        {"chain": "with blank"},
        {"chain": ""},
        {"record": "引号"},
        {"record": 'a"b'},
        {"at": "2026-11-25T09:24:39Z"},
        {"at": "2026-11-25T09:24:39.123456+08:00"},
        {"position": 2**53},
        {"position": 2.0},
    ],
)
def test_what_the_format_has_no_place_for_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        sealed(**changes)


def test_openings_need_one_salt_for_each_path() -> None:
    with pytest.raises(InputError):
        openings_of(CONTENT, SALTS[:-16])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b'"v":1', b'"v":1.0'),
        (b'"hash":"sha-256"', b'"hash":"md5"'),
        (b'"hash":"sha-256"', b'"hash":[]'),
        (b'"position":2', b'"position":02'),
        (b'"position":2', b'"position":"2"'),
        (b'"position":2', b'"position":1'),
        (b'"previous":"00', b'"previous":"0'),
        (b'"previous":"0001', b'"previous":"000G'),
        (b'"previous":"000102030405060708090a', b'"previous":"000102030405060708090A'),
        (b'"commitments":{', b'"commitments":{ '),
        (b'"record"', b'"recorf"'),
        (b'{"at"', b'{"a":1,"at"'),
        (b'"chain":"0192f000-0000-7000-8000-000000000001"', b'"chain":7'),
        (b'"chain":"0192f000-0000-7000-8000-000000000001"', b'"chain":["x"]'),
        (b"T09:24", b"t09:24"),
    ],
)
def test_a_body_in_any_other_spelling_is_refused(old: bytes, new: bytes) -> None:
    body = sealed().body
    assert body.count(old) == 1
    with pytest.raises(InputError):
        open_entry(body.replace(old, new))


def test_a_body_that_is_no_object_is_refused() -> None:
    for body in (b"[]", b"null", b"", b"\xff"):
        with pytest.raises(InputError):
            open_entry(body)
    with pytest.raises(InputError):
        open_entry(
            sealed().body.replace(b'"commitments":{', b'"commitments":[').replace(b'},"hash"', b'],"hash"')
        )
