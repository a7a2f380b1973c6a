"""The witnesses of this installation's ledger, and asking them for their cosignatures under the newest checkpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass

from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Checkpoint, Cosignature
from zhunsheng.ledger.notes import COSIGNATURE, Key, Note, Signature
from zhunsheng.ledger.proofs import checkpoint_newest
from zhunsheng.ledger.tile_store import reader
from zhunsheng.ledger.witness.client import Refusal, ask, over_http


@dataclass(frozen=True)
class Witness:
    """Who cosigns, and where it is asked; without an address its answers are carried by hand."""

    key: Key
    url: str | None = None


@dataclass(frozen=True)
class Asked:
    """What became of asking one witness: its cosignature stored, already there, or why not."""

    witness: str
    outcome: str
    said: str = ""

    @property
    def alarming(self) -> bool:
        """Whether the witness holds another history of this ledger than we do."""
        return self.outcome == "refused"


def witnesses(env: Environment | None = None) -> list[Witness]:
    """The witnesses named in the file ZHUNSHENG_WITNESSES: a JSON list of {"vkey": …, "url": …}; none when nothing is said.

    InputError where the file is not of that form, or a key is none that cosigns.
    """
    path = (env or environment()).witnesses
    if path is None:
        return []
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        found = [Witness(Key.parse(row["vkey"]), row.get("url")) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unfit(str(path)) from error
    if any(witness.key.kind != COSIGNATURE for witness in found):
        raise unfit(str(path))
    return found


def unfit(where: str) -> InputError:
    """The error for a list of witnesses that cannot be read."""
    return InputError(
        zh="见证人名单的写法不对",
        en="the list of witnesses cannot be read",
        where=where,
        remedy_zh='写成 [{"vkey": "名称+编号+公钥", "url": "https://…"}]，公钥用 zhunsheng witness 显示的那一行',
        remedy_en='write [{"vkey": "name+id+key", "url": "https://…"}], with the key line `zhunsheng witness` shows',
    )


def checkpoint_cosign() -> list[Asked]:
    """Ask every witness that has an address to cosign the newest checkpoint, as far as it has not; what became of it."""
    checkpoint = checkpoint_newest()
    if checkpoint is None:
        return []
    asked = [witness for witness in witnesses() if witness.url is not None]
    have = set(Cosignature.objects.filter(size=checkpoint.size).values_list("witness", flat=True))
    return [ask_one(witness, checkpoint) for witness in asked if witness.key.name not in have]


def ask_one(witness: Witness, checkpoint: Checkpoint) -> Asked:
    """Ask one witness and keep its cosignature; a witness that cannot be reached is asked again next time."""
    assert witness.url is not None
    note = Note.parse(checkpoint.note.encode())
    before = (
        Cosignature.objects.filter(witness=witness.key.name)
        .order_by("-size")
        .values_list("size", flat=True)
        .first()
    )
    node = reader(checkpoint.size, ledger_hash()).node
    try:
        signature = ask(over_http(witness.url), witness.key, note, node, old=before or 0)
    except Refusal as refusal:
        return Asked(witness.key.name, "refused", str(refusal))
    except (OSError, InputError) as error:
        return Asked(witness.key.name, "unreachable", str(error))
    cosignature_keep(checkpoint, signature)
    return Asked(witness.key.name, "cosigned")


def cosignature_keep(checkpoint: Checkpoint, signature: Signature) -> None:
    """Store a checked cosignature under a checkpoint; a second one of the same witness is not kept."""
    row = Cosignature(size=checkpoint.size, witness=signature.name, line=signature.line)
    Cosignature.objects.bulk_create([row], ignore_conflicts=True)
