"""The witnesses of this installation's ledger, and asking them for their cosignatures under the newest checkpoint."""

from __future__ import annotations

import http
import json
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Checkpoint, Cosignature
from zhunsheng.ledger.notes import COSIGNATURE, Key, Note, Signature
from zhunsheng.ledger.proofs import checkpoint_newest
from zhunsheng.ledger.tile_store import reader
from zhunsheng.ledger.witness.client import Refusal, ask, over_http
from zhunsheng.ledger.witness.files import read_answer, write_request


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
        found = (
            [Witness(Key.parse(row["vkey"]), row.get("url")) for row in rows]
            if isinstance(rows, list)
            else None
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unfit(str(path)) from error
    if found is None or any(witness.key.kind != COSIGNATURE for witness in found):
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
    node = reader(checkpoint.size, ledger_hash()).node
    try:
        signature = ask(over_http(witness.url), witness.key, note, node, old=cosigned_last(witness))
    except Refusal as refusal:
        return Asked(witness.key.name, outcome_of(refusal, checkpoint), str(refusal))
    except (OSError, InputError) as error:
        return Asked(witness.key.name, "unreachable", str(error))
    cosignature_keep(checkpoint, signature)
    return Asked(witness.key.name, "cosigned")


def outcome_of(refusal: Refusal, checkpoint: Checkpoint) -> str:
    """What a refusal means: a witness out of order, one that another process of ours led further meanwhile, or a fork."""
    if refusal.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return "unreachable"
    size = refusal.size
    if size is not None and size > checkpoint.size and Checkpoint.objects.filter(size=size).exists():
        # Should it hold another tree of that size, the next asking, from there, brings it to light.
        return "overtaken"
    return "refused"


def cosignature_keep(checkpoint: Checkpoint, signature: Signature) -> None:
    """Store a checked cosignature under a checkpoint; a second one of the same witness is not kept."""
    row = Cosignature(size=checkpoint.size, witness=signature.name, line=signature.line)
    Cosignature.objects.bulk_create([row], ignore_conflicts=True)


def witness_named(name: str) -> Witness:
    """The witness of that name; InputError with the names there are."""
    known = {witness.key.name: witness for witness in witnesses()}
    if name not in known:
        raise InputError(
            zh=f"名单中没有见证人“{name}”",
            en=f"no witness is named {name}",
            where="ZHUNSHENG_WITNESSES",
            remedy_zh=f"名单中有：{'、'.join(known) or '无'}",
            remedy_en=f"the list has: {', '.join(known) or 'none'}",
        )
    return known[name]


def request_write(name: str, path: Path) -> Checkpoint:
    """Write the request that is carried to a witness without a network; the checkpoint it asks to have cosigned."""
    witness, checkpoint = witness_named(name), checkpoint_newest()
    if checkpoint is None:
        raise InputError(zh="还没有检查点", en="there is no checkpoint yet", where="ledger_checkpoint")
    node = reader(checkpoint.size, ledger_hash()).node
    write_request(path, Note.parse(checkpoint.note.encode()), node, cosigned_last(witness))
    return checkpoint


def answer_take(name: str, path: Path) -> Checkpoint:
    """Keep the cosignature a witness sent back in a file; the checkpoint it stands under.

    Refusal where the witness declined: it then holds another history, or the request was too old. InputError where the answer
    belongs to no checkpoint of ours.
    """
    witness = witness_named(name)
    for checkpoint in Checkpoint.objects.filter(size__gt=cosigned_last(witness)).order_by("-size").iterator():
        note = Note.parse(checkpoint.note.encode())
        try:
            signature = read_answer(path, witness.key, note)
        except InputError:
            continue
        cosignature_keep(checkpoint, signature)
        return checkpoint
    raise InputError(
        zh="回答不属于本账本尚待副署的检查点",
        en="the answer belongs to no checkpoint that waits for this witness",
        where=str(path),
        remedy_zh="核对文件和见证人；重新生成请求",
        remedy_en="check file and witness; write the request anew",
    )


def cosigned_last(witness: Witness) -> int:
    """The size of the newest checkpoint the witness cosigned, as far as we know; 0 when none."""
    sizes = Cosignature.objects.filter(witness=witness.key.name).order_by("-size")
    return sizes.values_list("size", flat=True).first() or 0
