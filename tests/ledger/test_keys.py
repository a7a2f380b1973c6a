"""Key files only their owner can read, and the history of a log's keys."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.ledger.made import LOG_KEY, NEXT_KEY, ORIGIN, WITNESSES, signer
from zhunsheng.base.errors import InputError
from zhunsheng.ledger import verifier
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.keys import FileSigner, KeyHistory, Rotation, begin, generate, load_signer, rotate
from zhunsheng.ledger.notes import COSIGNATURE, Note, sign

THIRD = signer(ORIGIN, 3)


def test_a_new_key_is_written_for_its_owner_alone_and_loads(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    os.umask(0)
    made = generate(path, ORIGIN)
    os.umask(0o022)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = load_signer(str(path))
    assert loaded.key == made.key
    assert sign("x\n", loaded).holds(made.key, "x\n")
    assert generate(tmp_path / "other.key", ORIGIN).key != made.key
    with pytest.raises(InputError, match="never overwritten"):
        generate(path, ORIGIN)
    assert load_signer(str(path)).key == made.key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o700 | 0o010])
def test_a_key_others_may_touch_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log.key"
    generate(path, ORIGIN)
    path.chmod(mode)
    with pytest.raises(InputError, match="chmod 600"):
        load_signer(str(path))


def test_a_missing_or_damaged_file_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    generate(path, ORIGIN)
    for wrong in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError):
            load_signer(str(wrong))
    text = path.read_text()
    for damaged in (
        text.replace("PRIVATE", "PUBLIC"),
        text[:-3],
        text.replace("+A", "+B"),
        "",
        text.replace(ORIGIN, "x"),
    ):
        path.write_text(damaged)
        with pytest.raises(InputError):
            load_signer(str(path))


def test_a_witness_key_is_no_log_key(tmp_path: Path) -> None:
    generate(tmp_path / "w.key", "witness.example/w1", COSIGNATURE)
    assert load_signer(str(tmp_path / "w.key"), COSIGNATURE).key.kind == COSIGNATURE
    with pytest.raises(InputError, match="not interchangeable"):
        load_signer(str(tmp_path / "w.key"))


def test_a_key_has_a_name_of_the_format(tmp_path: Path) -> None:
    for name in ("with blank", "with+plus", "", "zhunsheng/export/v1"):
        with pytest.raises(InputError):
            generate(tmp_path / "x.key", name)
    assert not (tmp_path / "x.key").exists()


def test_signing_without_the_library_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with pytest.raises(InputError, match="zhunsheng\\[server\\]"):
        FileSigner("x", bytes(32))


def twice() -> KeyHistory:
    history = begin(ORIGIN, LOG_KEY.key)
    history = history.with_rotation(rotate(ORIGIN, 10, LOG_KEY, NEXT_KEY))
    return history.with_rotation(rotate(ORIGIN, 20, NEXT_KEY, THIRD))


def test_a_history_is_read_back_by_both_verifiers() -> None:
    history = twice()
    assert KeyHistory.parse(history.encode()) == history
    assert history.newest == THIRD.key
    origin, keys = verifier.history(history.encode())
    assert origin == ORIGIN
    assert [(key, after) for key, after in keys] == [
        (verifier.key(key.vkey), after) for key, after in zip(history.keys, (0, 10, 20), strict=True)
    ]


def test_which_keys_may_sign_at_a_size() -> None:
    history = twice()
    at = {
        size: [history.keys.index(key) for key in history.keys_for(size)]
        for size in (0, 9, 10, 11, 19, 20, 21, 99)
    }
    assert at == {0: [0], 9: [0], 10: [0, 1], 11: [1], 19: [1], 20: [1, 2], 21: [2], 99: [2]}
    assert begin(ORIGIN, LOG_KEY.key).keys_for(5) == [LOG_KEY.key]


def test_trust_in_any_key_reaches_every_other() -> None:
    history = twice()
    for one in (LOG_KEY, NEXT_KEY, THIRD):
        assert history.trusted_by([one.key, WITNESSES[0].key])
    assert not history.trusted_by([signer(ORIGIN, 9).key])
    assert not history.trusted_by([])


def forged() -> dict[str, KeyHistory | bytes]:
    """Histories that must not be believed."""
    stranger = signer(ORIGIN, 9)
    text = Rotation(ORIGIN, 10, LOG_KEY.key, NEXT_KEY.key).text
    old, new = sign(text, LOG_KEY), sign(text, NEXT_KEY)

    def one(note: Note) -> bytes:
        return canonical({"first": LOG_KEY.key.vkey, "origin": ORIGIN, "rotations": [note.encode().decode()]})

    def two(first: Note, second: Note) -> bytes:
        notes = [first.encode().decode(), second.encode().decode()]
        return canonical({"first": LOG_KEY.key.vkey, "origin": ORIGIN, "rotations": notes})

    return {
        "only the new key signed": one(Note(text, (new,))),
        "only the old key signed": one(Note(text, (old,))),
        "the other way round": one(Note(text, (new, old))),
        "a stranger signed too": one(Note(text, (old, new, sign(text, stranger)))),
        "a stranger instead of the old key": one(rotate(ORIGIN, 10, stranger, NEXT_KEY)),
        "another size than signed": one(Note(text.replace("after 10", "after 11"), (old, new))),
        "another log": one(rotate("other.example", 10, LOG_KEY, NEXT_KEY)),
        "back in size": two(rotate(ORIGIN, 10, LOG_KEY, NEXT_KEY), rotate(ORIGIN, 9, NEXT_KEY, THIRD)),
        "a gap": two(rotate(ORIGIN, 10, LOG_KEY, NEXT_KEY), rotate(ORIGIN, 20, THIRD, stranger)),
        "a key again": two(rotate(ORIGIN, 10, LOG_KEY, NEXT_KEY), rotate(ORIGIN, 20, NEXT_KEY, LOG_KEY)),
        "no rotation": one(Note("something\n", (sign("something\n", LOG_KEY),))),
        "not canonical": twice().encode().replace(b'"first":', b'"first": '),
        "a witness's key": canonical({"first": WITNESSES[0].key.vkey, "origin": ORIGIN, "rotations": []}),
        "no origin": canonical({"first": LOG_KEY.key.vkey, "origin": "a b", "rotations": []}),
        "no list": canonical({"first": LOG_KEY.key.vkey, "origin": ORIGIN, "rotations": {}}),
        "no texts": canonical({"first": LOG_KEY.key.vkey, "origin": ORIGIN, "rotations": [1]}),
        "more": canonical({"first": LOG_KEY.key.vkey, "origin": ORIGIN, "rotations": [], "x": 1}),
        "less": canonical({"first": LOG_KEY.key.vkey, "rotations": []}),
        "no object": b"[]",
        "leading zero": one(Note(text.replace("after 10", "after 010"), (old, new))),
    }


@pytest.mark.parametrize("kind", forged())
def test_a_history_that_does_not_hold_is_refused(kind: str) -> None:
    data = forged()[kind]
    assert isinstance(data, bytes)
    with pytest.raises(InputError):
        KeyHistory.parse(data)
    with pytest.raises(verifier.ERRORS):
        verifier.history(data)


def test_no_single_byte_of_a_history_can_change() -> None:
    data = twice().encode()
    for index in range(0, len(data), 3):
        changed = bytearray(data)
        changed[index] ^= 1 + index % 255
        if bytes(changed) == data or json_origin(bytes(changed)) not in {ORIGIN, None}:
            continue  # Another origin is another log's history: the export compares it with the checkpoint's.
        with pytest.raises(InputError):
            KeyHistory.parse(bytes(changed))


def json_origin(data: bytes) -> str | None:
    try:
        return str(json.loads(data)["origin"])
    except (ValueError, KeyError, TypeError):
        return None
