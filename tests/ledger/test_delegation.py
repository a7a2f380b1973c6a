"""A key that may seal exports and nothing else: what its statement allows, and every way to misuse it, named by both verifiers."""

from __future__ import annotations

import pytest

from tests.ledger.attacks import TRUSTED, both, changed, delegation_text, redelegated, resealed, unpacked
from tests.ledger.made import EXPORT_KEY, LOG_KEY, NEXT_KEY, ORIGIN, WITNESSES, Ledger, signer
from tests.ledger.test_tamper import check_flips, region_of
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from zhunsheng.ledger.delegation import Delegation, delegate
from zhunsheng.ledger.hashing import SM3
from zhunsheng.ledger.keys import begin, rotate
from zhunsheng.ledger.notes import Note, sign, signed
from zhunsheng.ledger.verify import verify_export

STRANGER = signer(ORIGIN, 9)
EXPORT = Ledger().export_delegated()
SIZE = Ledger().tree.size


@pytest.mark.parametrize(
    "ledger", [Ledger(), Ledger(1), Ledger(hash=SM3, content=[{"type": "x"}]), Ledger(rotated=True)]
)
def test_an_export_sealed_by_a_delegated_key_holds(ledger: Ledger) -> None:
    data = ledger.export_delegated(documents=[])
    assert both(data) == []
    verdict = verify_export(data, trusted_keys=TRUSTED)
    assert verdict.exit_code == 0
    assert (verdict.signer, verdict.sealer) == (ledger.signer.key, EXPORT_KEY.key)
    assert list(unpacked(data)[0])[4:6] == ["checkpoint", "delegation"]


def test_without_a_statement_the_file_is_what_it_was() -> None:
    assert "delegation" not in unpacked(Ledger().export())[0]
    assert verify_export(Ledger().export()).sealer == LOG_KEY.key


def test_the_export_key_is_no_key_to_trust_the_log_by() -> None:
    assert both(EXPORT, [EXPORT_KEY.key]) == [("untrusted", "keys.json")]


# ---- the statement


def test_the_statement_is_read_back_as_written() -> None:
    statement = delegate(ORIGIN, 7, EXPORT_KEY.key, LOG_KEY)
    assert statement.note.text == delegation_text(EXPORT_KEY.key, since=7)
    assert Delegation.parse(statement.encode()) == statement


@pytest.mark.parametrize(
    "text",
    [
        "",
        delegation_text(EXPORT_KEY.key).replace("v1", "v2"),
        delegation_text(EXPORT_KEY.key).replace("from 0", "from 00"),
        delegation_text(EXPORT_KEY.key).replace("from 0", "from -1"),
        delegation_text(EXPORT_KEY.key).replace("key ", "new "),
        delegation_text(EXPORT_KEY.key) + "until 9\n",
        delegation_text(WITNESSES[0].key),
        delegation_text(EXPORT_KEY.key).replace("/export+", "/exporT+"),
    ],
)
def test_a_statement_of_another_form_is_malformed(text: str) -> None:
    note = Note(text or "\n", (sign(text or "\n", LOG_KEY),))
    with pytest.raises(InputError):
        Delegation.parse(note.encode())
    assert both(redelegated(EXPORT, note)) == [("malformed", "delegation"), ("unsigned", "seal")]


def test_no_key_delegates_to_itself_nor_for_a_name_outside_the_format() -> None:
    with pytest.raises(InputError):
        delegate(ORIGIN, 0, LOG_KEY.key, LOG_KEY)
    with pytest.raises(InputError):
        delegate("zhunsheng/export-key/v1", 0, EXPORT_KEY.key, LOG_KEY)


def test_a_statement_can_never_be_taken_for_a_checkpoint() -> None:
    with pytest.raises(InputError):
        Checkpoint.parse(delegation_text(EXPORT_KEY.key))
    with pytest.raises(InputError):
        Checkpoint.parse(delegation_text(EXPORT_KEY.key).replace("\nfrom 0\n", "\n5\n"))


# ---- attacks


def test_without_the_statement_the_seal_is_a_strangers() -> None:
    kept = changed(EXPORT, lambda members: members.pop("delegation"), fix=False)
    assert both(kept) == [("unsigned", "seal"), ("missing", "delegation")]
    fitted = changed(EXPORT, lambda members: members.pop("delegation"))
    assert both(resealed(fitted, EXPORT_KEY)) == [("unsigned", "seal")]


@pytest.mark.parametrize(
    "note",
    [
        signed(delegation_text(EXPORT_KEY.key), STRANGER),
        signed(delegation_text(EXPORT_KEY.key), EXPORT_KEY),
        signed(delegation_text(EXPORT_KEY.key), NEXT_KEY),
        signed(delegation_text(EXPORT_KEY.key), LOG_KEY, STRANGER),
        signed(delegation_text(EXPORT_KEY.key), LOG_KEY, LOG_KEY),
        Note(delegation_text(EXPORT_KEY.key), (sign("something else\n", LOG_KEY),)),
        # Altered after it was signed.
        Note(
            delegation_text(EXPORT_KEY.key),
            signed(delegation_text(EXPORT_KEY.key, since=1), LOG_KEY).signatures,
        ),
    ],
)
def test_a_statement_by_a_stranger_or_altered_is_unsigned(note: Note) -> None:
    assert both(redelegated(EXPORT, note)) == [("unsigned", "delegation"), ("unsigned", "seal")]


def test_a_statement_for_another_log_contradicts() -> None:
    note = signed(delegation_text(EXPORT_KEY.key, origin="other.example"), LOG_KEY)
    assert both(redelegated(EXPORT, note)) == [("contradiction", "delegation"), ("unsigned", "seal")]


def test_a_statement_for_later_checkpoints_does_not_hold_yet() -> None:
    assert both(Ledger().export_delegated(SIZE)) == []
    note = signed(delegation_text(EXPORT_KEY.key, since=SIZE + 1), LOG_KEY)
    assert both(redelegated(EXPORT, note)) == [("contradiction", "delegation"), ("unsigned", "seal")]


def test_a_statement_for_another_key_leaves_the_seal_unsigned() -> None:
    other = signed(delegation_text(signer(EXPORT_KEY.key.name, 2).key), LOG_KEY)
    assert both(redelegated(EXPORT, other)) == [("unsigned", "seal")]


def test_a_key_of_the_log_itself_is_not_delegated_under_any_name() -> None:
    same = type(EXPORT_KEY)("another.example", bytes(LOG_KEY._seed))
    data = changed(EXPORT, lambda m: m.update(delegation=signed(delegation_text(same.key), LOG_KEY).encode()))
    assert both(resealed(data, same)) == [("contradiction", "delegation"), ("unsigned", "seal")]


@pytest.mark.parametrize("signers", [(EXPORT_KEY,), (EXPORT_KEY, LOG_KEY), (LOG_KEY, EXPORT_KEY)])
def test_a_checkpoint_the_export_key_signed_is_refused(signers: tuple) -> None:
    note = sign_checkpoint(Ledger().head(), *signers)
    data = resealed(changed(EXPORT, lambda members: members.update(checkpoint=note.encode())), EXPORT_KEY)
    unsigned = [("unsigned", "checkpoint")] if LOG_KEY not in signers else []
    assert both(data, TRUSTED, []) == [*unsigned, ("misused", "checkpoint")]
    with pytest.raises(InputError):
        Ledger().export_delegated(checkpoint=note)
    if unsigned:
        with pytest.raises(InputError, match="no trusted key"):
            open_checkpoint(note.encode(), Ledger().keys.keys)


def test_the_export_key_cannot_rotate() -> None:
    with pytest.raises(InputError):
        begin(ORIGIN, LOG_KEY.key).with_rotation(rotate(ORIGIN, 5, EXPORT_KEY, NEXT_KEY))


def test_a_statement_nobody_needs_is_one_too_many() -> None:
    """A statement is public: whoever has one could put it into any export of the log."""
    statement = unpacked(EXPORT)[0]["delegation"]
    data = changed(Ledger().export(), lambda members: members.update(delegation=statement), fix=False)
    assert both(data) == [("added", "delegation")]
    by_newest = resealed(EXPORT, LOG_KEY)
    assert both(by_newest) == [("added", "delegation")]


def test_what_was_sealed_may_not_be_sealed_twice() -> None:
    for signers in ((EXPORT_KEY, LOG_KEY), (LOG_KEY, EXPORT_KEY), (EXPORT_KEY, EXPORT_KEY), (STRANGER,)):
        assert both(resealed(EXPORT, *signers)) == [("unsigned", "seal")]


def test_what_the_export_key_can_do_when_it_is_stolen() -> None:
    """It can leave out the newest acts, as the log's key can, and is told by a receipt; it can make no act of its own."""
    ledger = Ledger()
    short = ledger.export_delegated(entries=ledger.entries()[:4], documents=[])
    receipt = ledger.sealed[4].digest.hex()
    assert both(short) == []
    assert both(short, receipts=[receipt]) == [("missing", f"receipt {receipt}")]
    other = Ledger(seed=2).export_delegated()
    members, _ = unpacked(other)
    forged = changed(
        EXPORT, lambda m: m.update({name: members[name] for name in m if name.startswith("acts/")})
    )
    assert ("unproven", "act 1") in both(resealed(forged, EXPORT_KEY))


# ---- rotation


def rotated(after: int) -> Ledger:
    """A ledger whose key was changed after so many leaves."""
    ledger = Ledger()
    ledger.keys = ledger.keys.with_rotation(rotate(ORIGIN, after, LOG_KEY, NEXT_KEY))
    return ledger


def test_a_rotation_ends_what_the_old_key_delegated() -> None:
    old = delegate(ORIGIN, 0, EXPORT_KEY.key, LOG_KEY)
    ended, at_the_size, later = rotated(SIZE - 1), rotated(SIZE), rotated(SIZE + 5)
    for ledger in (at_the_size, later):
        assert both(ledger.export_delegated(delegation=old)) == []
    ended.signer = NEXT_KEY
    with pytest.raises(InputError, match="delegate anew"):
        ended.export_delegated(delegation=old)
    new = ended.export_delegated()
    assert both(new) == []
    assert both(redelegated(new, old.note)) == [("unsigned", "delegation"), ("unsigned", "seal")]


def test_the_new_key_delegates_for_no_checkpoint_before_its_time() -> None:
    ledger = rotated(SIZE + 1)
    early = delegate(ORIGIN, 0, EXPORT_KEY.key, NEXT_KEY)
    assert early.fault(ledger.keys, SIZE) == "unsigned"
    assert [early.fault(ledger.keys, size) for size in (SIZE + 1, SIZE + 9)] == [None, None]


# ---- nothing is written that would not verify


def test_an_export_is_not_written_on_a_statement_that_does_not_hold() -> None:
    ledger = Ledger()
    for since, key, by in (
        (SIZE + 1, EXPORT_KEY, LOG_KEY),
        (0, EXPORT_KEY, STRANGER),
        (0, STRANGER, LOG_KEY),
    ):
        statement = delegate(ORIGIN, since, key.key, by)
        with pytest.raises(InputError, match="cannot export"):
            ledger.export(signer=EXPORT_KEY, delegation=statement)
    for signer_ in (EXPORT_KEY, STRANGER):
        with pytest.raises(InputError, match="cannot export"):
            ledger.export(signer=signer_)
    with pytest.raises(InputError, match="cannot export"):
        ledger.export(delegation=delegate(ORIGIN, 0, EXPORT_KEY.key, LOG_KEY))


# ---- bytes


def test_no_byte_of_statement_or_seal_can_change() -> None:
    places = [n for n, region in enumerate(region_of(EXPORT)) if region in {"delegation", "seal"}]
    assert check_flips(EXPORT, places[::2], lambda n: [1 + n % 255]) > 300


def test_no_byte_that_names_the_statement_can_change() -> None:
    start = region_of(EXPORT).index("header of delegation")
    for place in range(start, EXPORT.index(b"zhunsheng/export-key/v1")):
        flipped = bytearray(EXPORT)
        flipped[place] ^= 1 + place % 255
        assert both(bytes(flipped)), place
