"""A dossier handed over as one file that proves itself: its acts, what is withheld and why, what was erased, its documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from zhunsheng.acts.drafts import unprintable
from zhunsheng.acts.models import Act, Dossier, Erasure, stamp
from zhunsheng.acts.record import committed
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.acts.uploads import backed, digests_in
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.storage import FolderStorage, storage
from zhunsheng.ledger.entries import openings_of
from zhunsheng.ledger.export import Basis, ExportDocument, ExportEntry, write_export
from zhunsheng.ledger.hashing import SHA256
from zhunsheng.ledger.keeping import export_signer, ledger_hash, ledger_history, signs_here
from zhunsheng.ledger.models import Checkpoint, Entry
from zhunsheng.ledger.proofs import checkpoint_newest, checkpoint_note, leaf_indices
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.tile_store import reader
from zhunsheng.ledger.witnesses import witnesses

ERASED_ZH, ERASED_EN = "依法删除", "erased by law"


@dataclass(frozen=True)
class Withholding:
    """Something left out of a copy, and on what basis: a path and everything below it, of one act or (position None) of all."""

    path: str
    basis: Basis
    position: int | None = None

    def covers(self, position: int, path: str) -> bool:
        """Whether it leaves out that path of that act."""
        return self.position in (None, position) and (path == self.path or path.startswith(self.path + "."))


def dossier_export(
    dossier: Dossier,
    target: Path | BinaryIO,
    *,
    withhold: Iterable[Withholding] = (),
    about: Mapping[str, str] | None = None,
) -> None:
    """Write the whole dossier as one file, sealed by the export key, under a checkpoint that covers its last act.

    The caller was given access for a purpose that hands dossiers over. Documents are attached where the store has them.
    InputError where a withholding names nothing, its basis holds control characters, or the last act cannot be sealed yet;
    then no file is written.
    """
    rules = list(withhold)
    if any(unprintable(text) for rule in rules for text in astuple(rule.basis)):
        raise InputError(
            zh="隐去的依据和理由不能含换行等控制字符",
            en="the basis of a withholding holds a line break or another control character",
            where="withhold",
            remedy_zh="用一行文字写明依据和理由",
            remedy_en="state law, article and reason in one line each",
        )
    acts = list(dossier_acts(dossier))
    entries = {entry.record: entry for entry in Entry.objects.filter(chain=dossier.id)}
    checkpoint, places = covered(list(entries.values()))
    bases = erasure_bases(acts)
    items = [export_entry(act, entries[act.id], places[entries[act.id].seq], rules, bases) for act in acts]
    idle = [
        rule.path for rule in rules if not any(rule.covers(a.position, p) for a in acts for p in committed(a))
    ]
    if idle:
        raise InputError(
            zh=f"要隐去的内容不存在：{'、'.join(idle)}",
            en=f"nothing to withhold at {', '.join(idle)}",
            where="withhold",
            remedy_zh="核对字段路径，例如 fields.age、subjects.person",
            remedy_en="check the paths, for instance fields.age, subjects.person",
        )
    held = backed({digest for act in acts for digest in digests_in(act.content)}, dossier.id)
    signer, delegation = export_signer()
    write_export(
        target,
        entries=items,
        checkpoint=checkpoint_note(checkpoint),
        node=reader(checkpoint.size, ledger_hash()).node,
        keys=ledger_history(),
        signer=signer,
        delegation=delegation,
        at=stamp(clock.now()),
        documents=[
            document
            for act, item in zip(acts, items, strict=True)
            for document in attachments(act, item, held)
        ],
        witnesses=[witness.key for witness in witnesses()],
        about={"dossier": dossier.number, "kind": dossier.kind, **(about or {})},
    )


def covered(entries: list[Entry]) -> tuple[Checkpoint, dict[int, int]]:
    """A checkpoint under which every entry lies, and the leaf of each by seq.

    What is unsealed is sealed first where this process signs; elsewhere the sequencer will have done so in a few seconds.
    """
    for _ in range(2):
        checkpoint = checkpoint_newest()
        found = leaf_indices(entry.seq for entry in entries)
        if checkpoint is not None and len(found) == len(entries) and max(found.values()) < checkpoint.size:
            return checkpoint, found
        if not signs_here():
            break
        ledger_sequence()
    raise InputError(
        zh="案卷的最新行为尚未封入账本",
        en="the newest acts of the dossier are not sealed yet",
        where="ledger",
        remedy_zh="几秒后再试；一直如此，请查看 zhunsheng doctor",
        remedy_en="try again in a few seconds; if it stays so, see `zhunsheng doctor`",
    )


def export_entry(
    act: Act, entry: Entry, place: int, rules: list[Withholding], bases: Mapping[str, Basis]
) -> ExportEntry:
    """One act with what is disclosed of it."""
    openings = openings_of(committed(act), bytes(act.salts))
    withheld: dict[str, Basis] = {}
    for rule in rules:
        withheld |= {
            path: rule.basis for path in openings if path not in withheld and rule.covers(act.position, path)
        }
    shown = {path: opening for path, opening in openings.items() if path not in withheld}
    erased = {path: bases[erasure] for path, erasure in act.erased.items()}
    return ExportEntry(bytes(entry.body), place, shown, withheld, erased)


def erasure_bases(acts: list[Act]) -> dict[str, Basis]:
    """The law and article of each erasure that touched these acts, and which act ordered it, by its id.

    Its reason is that act's own text, disclosed or withheld there.
    """
    places = {act.pk: act.position for act in acts}
    return {
        str(row.id): erased_on(row, places[row.ordered_in_id])
        for row in Erasure.objects.filter(act__in=list(places))
    }


def erased_on(erasure: Erasure, place: int) -> Basis:
    """What a reader is told of an erasure that the act at this place ordered."""
    return Basis(
        erasure.law, erasure.article, f"{ERASED_ZH}，见第 {place} 件", f"{ERASED_EN}, see act {place}"
    )


def attachments(act: Act, item: ExportEntry, held: set[str]) -> list[ExportDocument]:
    """The documents that the disclosed part of an act names, with their bytes where the dossier holds them."""
    found = []
    for path, (_, value) in item.openings.items():
        if path.startswith("documents.") and isinstance(value, dict):
            stated: dict[str, Any] = dict(value)
            digest = stated["digest"]
            name = stated.get("name") or digest
            bytes_ = content_of(digest) if digest in held else None
            found.append(ExportDocument(act.position, path, name, digest, bytes_, SHA256))
    return found


def content_of(digest: str) -> bytes | Path | None:
    """A stored document."""
    store = storage()
    if store.size(digest) is None:
        return None
    if isinstance(store, FolderStorage):
        return store.path(digest)
    stream = store.open(digest)
    if stream is None:
        return None
    with stream:
        return stream.read()
