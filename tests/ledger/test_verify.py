"""Each way to falsify an export is named and placed, by both verifiers alike."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.ledger.attacks import COSIGNERS, TRUSTED, Members, both, changed, edited, packed, unpacked
from tests.ledger.made import LOG_KEY, NEXT_KEY, ORIGIN, PRIVACY, SEALED, WITNESSES, Ledger, contents, signer
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.checkpoints import Checkpoint, sign_checkpoint
from zhunsheng.ledger.entries import seal as seal_entry
from zhunsheng.ledger.hashing import SM3
from zhunsheng.ledger.keys import begin, rotate
from zhunsheng.ledger.notes import Note, cosign, sign
from zhunsheng.ledger.verify import verify_export

EXPORT = Ledger().export()


def act(number: int) -> str:
    return f"acts/{number:06d}.json"


@pytest.mark.parametrize("ledger", [Ledger(), Ledger(hash=SM3), Ledger(rotated=True), Ledger(1), Ledger(40)])
def test_an_export_holds(ledger: Ledger) -> None:
    data = ledger.export()
    assert both(data, TRUSTED) == []
    assert both(data, [NEXT_KEY.key] if ledger.rotated else []) == []
    verdict = verify_export(data, trusted_keys=TRUSTED, witness_keys=COSIGNERS)
    assert verdict.intact
    assert verdict.exit_code == 0
    assert (verdict.acts, verdict.origin, verdict.signer) == (len(ledger.content), ORIGIN, ledger.signer.key)
    assert verdict.head == ledger.sealed[-1].digest.hex()
    assert verdict.values[1, "fields.age"] == 15
    assert [(c.name, c.checked) for c in verdict.cosigned] == [(key.name, True) for key in COSIGNERS]
    assert verify_export(data).exit_code == 3
    assert verdict.about == {"title": "某某公安局 〔2026〕1号"}
    assert [document["name"] for document in verdict.documents] == ["决定书.pdf"]


def test_withheld_and_erased_fields_verify_and_are_listed() -> None:
    ledger = Ledger()
    data = ledger.export(ledger.entries({(2, "subjects.person"): PRIVACY}, {(3, "fields.place"): SEALED}))
    assert both(data) == []
    hidden = verify_export(data).hidden
    assert [(h.act, h.path, h.kind, h.article) for h in hidden] == [
        (2, "subjects.person", "withheld", "第二十八条"),
        (3, "fields.place", "erased", "第一百三十六条"),
    ]


def test_a_wholly_erased_act_still_verifies() -> None:
    ledger = Ledger()
    gone = {(3, path): SEALED for path in ledger.content[2]}
    data = ledger.export(ledger.entries(erased=gone))
    assert both(data) == []
    assert len(verify_export(data).hidden) == len(gone)


def test_a_removed_act_is_missed() -> None:
    data = changed(EXPORT, lambda members: members.pop(act(3)))
    assert ("missing", "act 3") in both(data)


def test_acts_cut_off_at_the_end_are_missed() -> None:
    def cut(members: Members) -> None:
        del members[act(4)], members[act(5)]

    assert both(changed(EXPORT, cut))[0] == ("cut", "acts 4-5")
    assert both(changed(EXPORT, lambda members: [members.pop(act(n)) for n in range(1, 6)]))[0] == (
        "cut",
        "acts 1-5",
    )


def test_an_added_act_is_seen() -> None:
    ledger = Ledger(6)
    extra, _ = unpacked(ledger.export())

    def add(members: Members) -> None:
        members[act(6)] = extra[act(6)]

    assert ("added", act(6)) in both(changed(EXPORT, add))
    assert ("added", "acts/more.txt") in both(
        changed(EXPORT, lambda members: members.update({"acts/more.txt": b"x"}))
    )


def test_swapped_acts_are_seen_at_both_places() -> None:
    def swap(members: Members) -> None:
        members[act(2)], members[act(3)] = members[act(3)], members[act(2)]

    faults = both(changed(EXPORT, swap))
    assert {("misplaced", "act 2"), ("misplaced", "act 3"), ("unlinked", "act 2")} <= set(faults)


def test_a_chain_sealed_anew_without_an_act_is_not_in_the_tree() -> None:
    """The attacker drops act 2 and writes the bodies again, positions, links and all."""
    ledger = Ledger()
    kept = contents(5)[:1] + contents(5)[2:]
    previous, bodies = b"", []
    for n, content in enumerate(kept, start=1):
        sealed = seal_entry(
            chain=json.loads(ledger.sealed[0].body)["chain"],
            position=n,
            previous=previous,
            record=f"r{n}",
            at="2026-11-25T09:00:00.000000Z",
            content=content,
            salts=bytes(16 * len(content)),
        )
        previous = sealed.digest
        bodies.append((sealed, content))

    def rewrite(members: Members) -> None:
        del members[act(5)]
        for n, (sealed, content) in enumerate(bodies, start=1):
            fields = {path: {"salt": "00" * 16, "value": value} for path, value in content.items()}
            edited(
                members, act(n), lambda doc, s=sealed, f=fields: doc.update(body=json.loads(s.body), fields=f)
            )

    faults = both(changed(EXPORT, rewrite))
    assert {("unproven", f"act {n}") for n in range(1, 5)} | {("cut", "acts 5-5")} <= set(faults)


def test_an_act_of_another_dossier_is_seen() -> None:

    def replace(doc) -> None:
        doc["body"]["chain"] = "another"

    faults = both(changed(EXPORT, lambda members: edited(members, act(2), replace)))
    assert faults[:2] == [("misplaced", "act 2"), ("unproven", "act 2")]
    assert ("unlinked", "act 3") in faults


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (lambda doc: doc["fields"]["fields.age"].update(value=18), "changed", "act 2 fields.age"),
        (lambda doc: doc["fields"]["fields.age"].update(value="16"), "changed", "act 2 fields.age"),
        (lambda doc: doc["fields"]["fields.juvenile"].update(value=0), "changed", "act 2 fields.juvenile"),
        (lambda doc: doc["fields"]["fields.note"].update(value=""), "changed", "act 2 fields.note"),
        (lambda doc: doc["fields"]["type"].update(salt="00" * 16), "changed", "act 2 type"),
        (lambda doc: doc["fields"]["type"].update(salt="00"), "malformed", "act 2 type"),
        (lambda doc: doc["fields"]["type"].update(salt=5), "malformed", "act 2 type"),
        (lambda doc: doc["fields"]["type"].update(more=1), "malformed", "act 2 type"),
        (lambda doc: doc["fields"].update(type=None), "malformed", "act 2 type"),
        (lambda doc: doc["fields"].update(type=[]), "malformed", "act 2 type"),
        (lambda doc: doc["fields"].pop("type"), "missing", "act 2 type"),
        (
            lambda doc: doc["fields"].update({"fields.new": {"salt": "00" * 16, "value": 1}}),
            "added",
            "act 2 fields.new",
        ),
        (lambda doc: doc["body"]["commitments"].pop("type"), "added", "act 2 type"),
        (lambda doc: doc["body"].update(at="2026-11-24T09:00:00.000000Z"), "unproven", "act 2"),
        (lambda doc: doc["body"].update(previous="00" * 32), "unlinked", "act 2"),
        (lambda doc: doc["body"].update(hash="sm3"), "misplaced", "act 2"),
        (lambda doc: doc["body"].update(v=2), "malformed", "act 2"),
        (lambda doc: doc["body"].update(position=2.5), "malformed", "act 2"),
        (lambda doc: doc.update(index=doc["index"] + 1), "unproven", "act 2"),
        (lambda doc: doc.update(index=-1), "unproven", "act 2"),
        (lambda doc: doc.update(index=10**9), "unproven", "act 2"),
        (lambda doc: doc.update(index=True), "malformed", "act 2"),
        (lambda doc: doc.update(index="3"), "malformed", "act 2"),
        (lambda doc: doc["proof"].pop(), "unproven", "act 2"),
        (lambda doc: doc["proof"].append("00" * 32), "unproven", "act 2"),
        (lambda doc: doc["proof"].reverse(), "unproven", "act 2"),
        (lambda doc: doc["proof"].append("00"), "malformed", "act 2"),
        (lambda doc: doc.update(proof={}), "malformed", "act 2"),
        (lambda doc: doc.update(proof=""), "malformed", "act 2"),
        (lambda doc: doc.update(fields=[]), "malformed", "act 2"),
        (lambda doc: doc["fields"].update({"a b": 1}), "malformed", "act 2"),
        (lambda doc: doc.update(more=1), "malformed", "act 2"),
        (lambda doc: doc.update(body=[]), "malformed", "act 2"),
        (lambda doc: doc.update(body=None), "malformed", "act 2"),
    ],
)
def test_what_is_changed_in_an_act_is_named_first(change, code: str, where: str) -> None:
    data = changed(EXPORT, lambda members: edited(members, act(2), change))
    assert both(data)[0] == (code, where)


def test_values_moved_between_fields_are_seen() -> None:
    def move(doc) -> None:
        fields = doc["fields"]
        fields["fields.place"], fields["subjects.person"] = fields["subjects.person"], fields["fields.place"]

    faults = both(changed(EXPORT, lambda members: edited(members, act(2), move)))
    assert faults[:2] == [("changed", "act 2 fields.place"), ("changed", "act 2 subjects.person")]


def test_hiding_a_field_later_or_changing_a_basis_breaks_the_seal() -> None:
    """Whoever does not hold the key cannot make a redacted copy of a redacted copy."""
    basis = {"withheld": PRIVACY.json}
    data = changed(
        EXPORT,
        lambda members: edited(members, act(2), lambda doc: doc["fields"].update(type=basis)),
        fix=False,
    )
    assert both(data) == [("changed", act(2))]
    fixed = changed(
        EXPORT, lambda members: edited(members, act(2), lambda doc: doc["fields"].update(type=basis))
    )
    assert both(fixed) == [("changed", "manifest.json")]


@pytest.mark.parametrize(
    "basis", [{}, {"withheld": {}}, {"withheld": PRIVACY.json | {"law": ""}}, {"lost": PRIVACY.json}]
)
def test_no_field_is_withheld_without_a_basis(basis: dict) -> None:
    data = changed(
        EXPORT, lambda members: edited(members, act(2), lambda doc: doc["fields"].update(type=basis))
    )
    assert both(data)[0] == ("malformed", "act 2 type")


# ---- checkpoint, keys, witnesses


def forked(ledger: Ledger) -> Ledger:
    """The same log at the same size, with another act 2: what only the holder of the key can make."""
    content = contents(ledger.acts)
    content[1]["fields.age"] = 30
    return Ledger(content=content, acts=ledger.acts)


def test_a_fork_by_the_signer_is_seen_by_whoever_asks_for_witnesses() -> None:
    fork = forked(Ledger())
    data = fork.export(checkpoint=fork.note(cosigned=False))
    assert both(data, TRUSTED, []) == []
    assert both(data) == [("uncosigned", f"checkpoint {key.name}") for key in COSIGNERS]
    stolen = [s for s in Ledger().note().signatures if s.timestamp is not None]
    data = fork.export(checkpoint=fork.note(cosigned=False).with_signatures(stolen))
    assert both(data) == [("uncosigned", f"checkpoint {key.name}") for key in COSIGNERS]


def test_a_fork_is_seen_by_whoever_keeps_a_checkpoint() -> None:
    fork = forked(Ledger())
    kept = Ledger().head()
    assert (kept.size, kept.root) != (fork.head().size, fork.head().root)
    verdict = verify_export(fork.export(), trusted_keys=TRUSTED, kept=[kept])
    assert [(fault.code, fault.where) for fault in verdict.faults] == [("forked", "checkpoint")]
    other = Checkpoint("other.example", kept.size, kept.root)
    later = Checkpoint(ORIGIN, kept.size + 1, kept.root)
    assert verify_export(fork.export(), kept=[fork.head(), other, later]).intact
    assert verify_export(b"", kept=[kept]).faults[0].code == "unreadable"


def test_one_missing_witness_is_named() -> None:
    ledger = Ledger()
    note = ledger.note(cosigned=False)
    data = ledger.export(checkpoint=note.with_signatures([cosign(note.text, WITNESSES[0], 5)]))
    assert both(data) == [("uncosigned", f"checkpoint {WITNESSES[1].key.name}")]
    assert both(data, TRUSTED, COSIGNERS[:1]) == []


def test_the_log_is_no_witness_of_itself() -> None:
    with pytest.raises(ValueError, match="cosignature type"):
        verify_export(EXPORT, witness_keys=TRUSTED)


def with_checkpoint(note: Note) -> bytes:
    return changed(EXPORT, lambda members: members.update(checkpoint=note.encode()))


def test_a_checkpoint_nobody_entitled_signed_is_refused() -> None:
    head = Ledger().head()
    for note in (
        sign_checkpoint(head, signer(ORIGIN, 9)),
        sign_checkpoint(head, NEXT_KEY),
        Note(head.text, (sign("something else\n", LOG_KEY),)),
        Note(head.text, (sign(head.text, LOG_KEY), sign("something else\n", LOG_KEY))),
    ):
        assert both(with_checkpoint(note), TRUSTED, [])[0] == ("unsigned", "checkpoint")


def test_an_old_key_signs_no_larger_tree() -> None:
    ledger = Ledger(rotated=True)
    data = ledger.export(checkpoint=ledger.note(cosigned=False))
    by_old = sign_checkpoint(ledger.head(), LOG_KEY)
    faults = both(changed(data, lambda members: members.update(checkpoint=by_old.encode())), TRUSTED, [])
    assert faults[0] == ("unsigned", "checkpoint")
    with pytest.raises(InputError):
        ledger.export(checkpoint=by_old)
    ledger.keys = begin(ORIGIN, LOG_KEY.key).with_rotation(
        rotate(ORIGIN, ledger.tree.size, LOG_KEY, NEXT_KEY)
    )
    assert both(ledger.export(checkpoint=by_old), TRUSTED, []) == []


def test_an_older_checkpoint_does_not_hold_the_newer_acts() -> None:
    older = Ledger(4)
    faults = both(with_checkpoint(older.note()))
    assert ("unproven", "act 5") in faults


def test_a_checkpoint_of_another_log_contradicts() -> None:
    head = Ledger().head()
    note = sign_checkpoint(Checkpoint("other.example", head.size, head.root), LOG_KEY)
    faults = both(with_checkpoint(note), TRUSTED, [])
    assert faults[:2] == [("contradiction", "keys.json"), ("contradiction", "seal")]


def test_everything_signed_by_a_stranger_is_untrusted() -> None:
    ledger = forked(Ledger())
    stranger = signer(ORIGIN, 9)
    ledger.keys, ledger.signer = begin(ORIGIN, stranger.key), stranger
    data = ledger.export()
    assert both(data) == [("untrusted", "keys.json")]
    assert both(data, [], []) == []
    assert verify_export(data).exit_code == 3


# ---- the seal


def resealed(text: str, *signers) -> bytes:
    return Note(text, tuple(sign(text, one) for one in signers)).encode()


def test_a_seal_is_signed_once_and_by_the_newest_key() -> None:
    members, seal = unpacked(EXPORT)
    text = Note.parse(seal).text
    for wrong in (
        resealed(text, signer(ORIGIN, 9)),
        resealed(text, LOG_KEY, signer(ORIGIN, 9)),
        resealed(text, signer(ORIGIN, 9), LOG_KEY),
        Note(text, (sign(text.replace("acts 5", "acts 4"), LOG_KEY),)).encode(),
    ):
        assert both(packed(members.items(), wrong)) == [("unsigned", "seal")]
    rotated = Ledger(rotated=True)
    members, seal = unpacked(rotated.export())
    by_old = resealed(Note.parse(seal).text, LOG_KEY)
    assert both(packed(members.items(), by_old)) == [("unsigned", "seal")]


def test_a_missing_or_foreign_seal_is_named() -> None:
    members, seal = unpacked(EXPORT)
    for wrong in (b"", b"x", seal + b"\n", seal + b"x", b" " + seal, seal[:-1], seal + seal):
        assert both(packed(members.items(), wrong)) == [("malformed", "seal")]
    _, other = unpacked(Ledger(4).export())
    faults = both(packed(members.items(), other))
    assert {("added", act(5)), ("contradiction", "act 4"), ("changed", "manifest.json")} <= set(faults)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("acts 5", "acts 4", ("contradiction", "act 4")),
        ("acts 5", "acts 6", ("cut", "acts 6-6")),
        (ORIGIN, "other.example", ("contradiction", "seal")),
        ("sha-256", "sm3", ("contradiction", "seal")),
        ("chain 0192", "chain 0193", ("misplaced", "act 1")),
        ("\nfile ", "\nfile 1", ("changed", "archive")),
    ],
)
def test_a_seal_that_says_something_else_is_contradicted_even_when_signed(
    old: str, new: str, fault: tuple
) -> None:
    members, seal = unpacked(EXPORT)
    text = Note.parse(seal).text.replace(old, new)
    assert fault in both(packed(members.items(), resealed(text, LOG_KEY)))


def test_receipts_must_be_found() -> None:
    """An operator who leaves the newest act out of an export is caught by whoever holds its receipt, and by no one else."""
    ledger = Ledger()
    receipts = [sealed.digest.hex() for sealed in ledger.sealed]
    assert both(EXPORT, receipts=receipts) == []
    stale = ledger.export(ledger.entries()[:4], documents=[])
    assert both(stale) == []
    assert both(stale, receipts=receipts) == [("missing", f"receipt {receipts[4]}")]


# ---- documents and other members


def test_a_changed_or_removed_document_is_named() -> None:
    name = next(name for name in unpacked(EXPORT)[0] if name.startswith("documents/"))
    for fix in (True, False):
        faults = both(changed(EXPORT, lambda members: members.update({name: b"another"}), fix=fix))
        assert faults[0] == (("changed", "manifest.json") if fix else ("changed", name))
        assert both(changed(EXPORT, lambda members: members.pop(name), fix=fix))


def test_a_document_the_operator_swaps_is_contradicted_by_its_name() -> None:
    """Even with a seal over the swapped document: its name is its digest, and the act says that digest."""
    members, seal = unpacked(EXPORT)
    name = next(name for name in members if name.startswith("documents/"))
    members[name] = b"another"
    manifest = json.loads(members["manifest.json"])
    manifest["members"][name] = hashlib.sha256(b"another").hexdigest()
    assert ("contradiction", name) in both(sealed_again(members, manifest, seal))
    manifest["documents"][0]["path"] = "type"
    assert ("unbound", name) in both(sealed_again(members, manifest, seal))
    manifest["documents"][0]["act"] = 99
    assert ("unbound", name) in both(sealed_again(members, manifest, seal))


def sealed_again(members: Members, manifest: dict, seal: bytes) -> bytes:
    """What the operator could seal: this manifest."""
    members = members | {"manifest.json": canonical(manifest)}
    lines = Note.parse(seal).text.split("\n")
    lines[6] = "manifest " + hashlib.sha256(members["manifest.json"]).hexdigest()
    return packed(members.items(), resealed("\n".join(lines), LOG_KEY))


@pytest.mark.parametrize(
    "manifest",
    [[], {}, None, {"about": {}, "documents": [], "members": {}, "witnesses": [], "more": 1}],
)
def test_a_sealed_manifest_of_another_form_is_malformed(manifest) -> None:
    members, seal = unpacked(EXPORT)
    assert ("malformed", "manifest.json") in both(sealed_again(members, manifest, seal))


@pytest.mark.parametrize("name", ["__main__.py", "README.txt", "manifest.json"])
def test_a_changed_or_missing_member_is_named(name: str) -> None:
    data = changed(EXPORT, lambda members: members.update({name: members[name] + b" "}), fix=False)
    assert both(data) == [("changed", name)]
    data = changed(EXPORT, lambda members: members.pop(name), fix=False)
    assert both(data) == [("missing", name)]


@pytest.mark.parametrize("name", ["keys.json", "checkpoint"])
def test_without_keys_or_checkpoint_nothing_more_can_be_said(name: str) -> None:
    assert both(changed(EXPORT, lambda members: members.pop(name))) == [("missing", name)]
    assert both(changed(EXPORT, lambda members: members.update({name: b"{}"}))) == [("malformed", name)]


def test_an_added_member_is_seen() -> None:
    data = changed(EXPORT, lambda members: members.update({"virus.exe": b"x"}), fix=False)
    assert both(data) == [("added", "virus.exe")]
    data = changed(EXPORT, lambda members: members.update({"documents/sha-256-" + "0" * 64: b"x"}), fix=False)
    assert both(data) == [("added", "documents/sha-256-" + "0" * 64)]


def test_members_out_of_order_or_twice_are_seen() -> None:
    members, seal = unpacked(EXPORT)
    names = list(members)
    names[0], names[1] = names[1], names[0]
    faults = both(packed([(name, members[name]) for name in names], seal))
    assert faults == [("changed", "archive order (README.txt)")]
    twice = [*members.items(), ("README.txt", b"other")]
    assert both(packed(twice, seal))[0][0] == "unreadable"


def test_the_bytes_of_the_archive_that_changed_are_told() -> None:
    members, seal = unpacked(EXPORT)
    data = bytearray(packed(members.items(), seal))
    data[10] ^= 1  # The hour of the first member.
    assert both(bytes(data)) == [("changed", "archive bytes 10-10 (header of __main__.py)")]
    data[10] ^= 1
    data[14] ^= 1
    faults = both(bytes(data))
    assert faults[0][1].startswith("archive bytes ")
    assert ("changed", "archive bytes 14-17 (checksum of __main__.py)") in faults
    data[14] ^= 1
    at = data.rindex(b"PK\x05\x06")
    data[at + 4] ^= 1
    assert both(bytes(data)) == [("changed", f"archive bytes {at + 4}-{at + 4} (directory)")]


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\3\4", b"hello", b"PK\5\6" + bytes(18), EXPORT[100:], EXPORT[:-2000]]
)
def test_what_is_no_export_is_unreadable(data: bytes) -> None:
    assert [code for code, _ in both(data)] == ["unreadable"]
