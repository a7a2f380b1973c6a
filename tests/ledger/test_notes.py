"""Signed notes and cosignatures: the specifications' and other implementations' notes, and one spelling only."""

from __future__ import annotations

import base64

import pytest

from tests.ledger.made import LOG_KEY, ORIGIN, WITNESSES, signer
from zhunsheng.base.errors import InputError
from zhunsheng.ledger import verifier
from zhunsheng.ledger.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from zhunsheng.ledger.hashing import SHA256, SM3
from zhunsheng.ledger.keys import FileSigner
from zhunsheng.ledger.notes import COSIGNATURE, Key, Note, Signature, cosign, sign, signed

# C2SP signed-note, section "Verifier keys".
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# golang.org/x/mod/sumdb/note.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# A Certificate Transparency log's checkpoint of May 2026 with the cosignatures of the public witness network.
CT_NOTE = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""
CT_KEYS = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
)
# C2SP tlog-cosignature: the framing of its example (its keys are not published).
SPEC_COSIGNATURE = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"


def test_the_notes_of_others_verify() -> None:
    for note, vkey in ((SPEC_NOTE, SPEC_KEY), (GO_NOTE, GO_KEY)):
        key = Key.parse(vkey)
        assert key.vkey == vkey
        assert [found for found, _ in Note.parse(note.encode()).signed_by([key])] == [key]
        text, signatures = verifier.note(note.encode())
        assert verifier.by(verifier.key(vkey), text, signatures) == [True]


def test_signing_gives_the_bytes_go_gives() -> None:
    peter = FileSigner.parse(GO_PRIVATE)
    assert peter.private_text == GO_PRIVATE
    text = GO_NOTE.partition("\n\n")[0] + "\n"
    assert signed(text, peter).encode() == GO_NOTE.encode()


def test_a_checkpoint_of_the_public_network_verifies() -> None:
    keys = [Key.parse(vkey) for vkey in CT_KEYS]
    checkpoint, note, found = open_checkpoint(CT_NOTE.encode(), keys)
    assert (checkpoint.origin, checkpoint.size) == ("arche2025h1.staging.ct.transparency.dev", 1_432_088_532)
    assert [key for key, _ in found] == keys
    assert [signature.timestamp for _, signature in found] == [None] + [1_779_573_024] * 4
    assert note.encode() == CT_NOTE.encode()
    text, signatures, *said = verifier.checkpoint(CT_NOTE.encode())
    assert said == [checkpoint.origin, checkpoint.size, checkpoint.root.hex(), "sha-256"]
    assert [verifier.by(verifier.key(vkey), text, signatures) for vkey in CT_KEYS] == [[True]] * 5
    other = Note(text.replace("1432088532", "1432088533"), note.signatures)
    assert not any(signature.holds(key, other.text) for key in keys for signature in other.signatures)


def test_the_cosignature_of_the_specification_is_read() -> None:
    signature = Signature.parse(SPEC_COSIGNATURE)
    assert (signature.name, signature.key_id.hex(), signature.timestamp) == (
        "witness.example.com/w1",
        "8d66cf3f",
        1_679_315_147,
    )
    assert signature.line == SPEC_COSIGNATURE


def test_a_cosignature_is_over_its_time() -> None:
    text = Checkpoint("example.com/log", 3, bytes(32)).text
    witness = WITNESSES[0]
    good = cosign(text, witness, 1_790_000_000)
    later = Signature(good.name, good.key_id, (1_790_000_001).to_bytes(8) + good.payload[8:])
    huge = Signature(good.name, good.key_id, (2**63).to_bytes(8) + good.payload[8:])
    assert [s.holds(witness.key, text) for s in (good, later, huge)] == [True, False, False]
    short = Signature(good.name, good.key_id, good.payload[:-1])
    assert short.timestamp is None
    assert not short.holds(witness.key, text)
    for one in (good, later, huge, short):
        listed = [(one.name, one.key_id, one.payload)]
        assert verifier.by(verifier.key(witness.key.vkey), text, listed) == [one.holds(witness.key, text)]


def test_a_log_key_does_not_cosign_nor_a_witness_key_sign() -> None:
    with pytest.raises(ValueError, match="cosignature type"):
        cosign("text\n", LOG_KEY, 1)
    with pytest.raises(ValueError, match="checkpoints only"):
        sign("text\n", WITNESSES[0])
    same = signer(ORIGIN, 1, COSIGNATURE)
    assert same.key.public == LOG_KEY.key.public
    assert same.key.id != LOG_KEY.key.id
    assert not cosign("text\n", same, 1).holds(LOG_KEY.key, "text\n")


def test_what_is_no_text_of_a_note_is_not_signed() -> None:
    for text in ("no newline", "tab\t\n", "", "\x00\n"):
        with pytest.raises(ValueError, match="ends in a newline"):
            sign(text, LOG_KEY)


def test_unknown_keys_are_ignored_and_known_ones_must_hold() -> None:
    stranger = signer("stranger.example", 1)
    note = signed("text\n", LOG_KEY, stranger)
    assert [key for key, _ in note.signed_by([LOG_KEY.key])] == [LOG_KEY.key]
    assert note.signed_by([signer(ORIGIN, 9).key]) == []
    broken = Note("other\n", note.signatures)
    with pytest.raises(InputError, match="does not hold"):
        broken.signed_by([LOG_KEY.key])
    assert broken.signed_by([]) == []


def test_a_key_that_signs_again_replaces_its_signature() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), LOG_KEY)
    first, second = (cosign(note.text, WITNESSES[0], at) for at in (5, 6))
    twice = note.with_signatures([first]).with_signatures([second])
    assert [signature.timestamp for signature in twice.signatures] == [None, 6]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aQM=\n", "aQN=\n"),  # Slack bits of base64.
        ("aQM=\n", "aQM\n"),
        ("aQM=\n", "aQM==\n"),
        ("aQM=\n", "aQM=\n\n"),
        ("aQM=\n", "aQM="),
        ("aQM=\n", "aQM= \n"),
        ("aQM=\n", "aQM=\r\n"),
        ("— example", "- example"),
        ("— example", "—  example"),
        ("— example", "example"),
        ("example.com/foo Uw", "example.com/foo\u00a0Uw"),
        ("example.com/foo Uw", "example.com+foo Uw"),
        ("example.com/foo Uw", " Uw"),
        ("message.\n\n", "message.\n"),
        ("message.", "mess\x1fage."),
        ("message.", "mess\tage."),
        ("Uw2QOkn8", "Uw2QOkn-"),
    ],
)
def test_a_note_in_another_spelling_is_refused(old: str, new: str) -> None:
    assert SPEC_NOTE.count(old) == 1
    data = SPEC_NOTE.replace(old, new).encode()
    with pytest.raises(InputError):
        Note.parse(data)
    with pytest.raises(verifier.ERRORS):
        verifier.note(data)


def test_a_note_has_between_one_and_many_signatures() -> None:
    line = SPEC_NOTE.splitlines(keepends=True)[-1]
    assert len(Note.parse((SPEC_NOTE + line * 63).encode()).signatures) == 64
    for data in (SPEC_NOTE + line * 64, SPEC_NOTE.replace(line, ""), "\n\n"):
        with pytest.raises(InputError):
            Note.parse(data.encode())
        with pytest.raises(verifier.ERRORS):
            verifier.note(data.encode())
    with pytest.raises(InputError):
        Note.parse(b"\xff" + SPEC_NOTE.encode())


def test_the_text_may_have_empty_lines() -> None:
    note = Note.parse(("a\n\n" + SPEC_NOTE).encode())
    assert note.text == "a\n\nThis is an example message.\n"


@pytest.mark.parametrize(
    "vkey",
    [
        SPEC_KEY.replace("530d903a", "530d903b"),
        SPEC_KEY.replace("530d903a", "530D903A"),
        SPEC_KEY.replace("+A", "+B"),
        SPEC_KEY[:-1] + "l",
        SPEC_KEY + "=",
        SPEC_KEY.replace("example", "exam ple"),
        "example.com/foo+530d903a",
        "",
        "+530d903a+" + SPEC_KEY.rpartition("+")[2],
        "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=",
        Key("small", 1, bytes([1]) + bytes(31)).vkey,
        Key("odd", 2, LOG_KEY.key.public).vkey,
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(InputError):
        Key.parse(vkey)
    with pytest.raises(verifier.ERRORS):
        verifier.key(vkey)


def test_a_checkpoint_names_its_hash_when_it_is_not_sha_256() -> None:
    plain = Checkpoint(ORIGIN, 7, bytes(32))
    assert plain.text == f"{ORIGIN}\n7\n{base64.b64encode(bytes(32)).decode()}\n"
    other = Checkpoint(ORIGIN, 7, bytes(32), SM3, ("anything more",))
    assert other.text == plain.text + "hash sm3\nanything more\n"
    for checkpoint in (plain, other, Checkpoint(ORIGIN, 0, bytes(32), SHA256, ("more",))):
        assert Checkpoint.parse(checkpoint.text) == checkpoint
        _, _, *said = verifier.checkpoint(sign_checkpoint(checkpoint, LOG_KEY).encode())
        assert said == [ORIGIN, checkpoint.size, bytes(32).hex(), checkpoint.hash.name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n1\nAAAA\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n1e3\n" + "A" * 43 + "=\n",
        "a\n" + "9" * 16 + "\n" + "A" * 43 + "=\n",
        "a\n1\n" + "A" * 42 + "B=\n",
        "a b\n1\n" + "A" * 43 + "=\n",
        "a+b\n1\n" + "A" * 43 + "=\n",
        "zhunsheng/export/v1\n1\n" + "A" * 43 + "=\n",
        "a\n1\n" + "A" * 43 + "=\n\n",
        "a\n1\n" + "A" * 43 + "=",
        "a\n1\n" + "A" * 43 + "=\nhash md5\n",
        "a\n1\n" + "A" * 43 + "=\nhash sha-256\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Checkpoint.parse(text)
    line = cosign("x\n", WITNESSES[0], 1).line
    with pytest.raises(verifier.ERRORS):
        verifier.checkpoint(f"{text}\n{line}".encode())


def test_a_checkpoint_needs_a_trusted_signature_and_a_sound_origin() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), LOG_KEY)
    assert open_checkpoint(note.encode(), [LOG_KEY.key])[0].size == 1
    with pytest.raises(InputError, match="no trusted key"):
        open_checkpoint(note.encode(), [signer(ORIGIN, 9).key])
    with pytest.raises(InputError):
        sign_checkpoint(Checkpoint("zhunsheng/export/v1", 1, bytes(32)), LOG_KEY)
