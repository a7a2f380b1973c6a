"""`zhunsheng verify FILE`: whether an exported dossier is whole, unchanged, and signed by whom you trust."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.notes import COSIGNATURE, Key, Note
from zhunsheng.ledger.verify import Verdict, verify_export

KINDS = {"withheld": "不公开", "erased": "已删除"}


def verify_command(
    file: Annotated[Path, typer.Argument(help="导出的案卷 (the exported dossier)")],
    key: Annotated[
        list[str] | None, typer.Option("--key", help="该机关公布的公钥 (a key the authority publishes)")
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", help="见证机关的公钥 (the key of a witness that must have cosigned)"),
    ] = None,
    receipt: Annotated[
        list[str] | None,
        typer.Option("--receipt", help="某件行为的回执 (the receipt of an act that must be in it)"),
    ] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", help="您另存的检查点 (a checkpoint you keep from elsewhere)"),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 (print JSON)")] = False,
) -> None:
    """核验导出的案卷：不联网，指出第一处及其余各处有误。 Check an exported dossier, without a network.

    退出码 Exit code: 0 完好 intact; 1 有误 wrong; 2 无法读取 unreadable; 3 自身一致但未列密钥 consistent, but no key named.
    """
    witnesses = [Key.parse(vkey) for vkey in witness or []]
    if any(one.kind != COSIGNATURE for one in witnesses):
        raise InputError(zh="--witness 须为见证公钥", en="--witness takes the key of a cosigner")
    try:
        verdict = verify_export(
            file,
            trusted_keys=[Key.parse(vkey) for vkey in key or []],
            witness_keys=witnesses,
            receipts=receipt or [],
            kept=[Checkpoint.parse(Note.parse(path.read_bytes()).text) for path in kept or []],
        )
    except OSError as error:
        raise InputError(
            zh=f"无法读取：{error.strerror}",
            en=f"cannot be read: {error.strerror}",
            where=str(error.filename),
        ) from None
    lines = told_as_json(verdict) if as_json else [escaped(line) for line in sentences(verdict)]
    sys.stdout.write("".join(line + "\n" for line in lines))
    raise typer.Exit(verdict.exit_code)


def escaped(line: str) -> str:
    """A line with what cannot be printed as its escape: what the file says does not speak to the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def told_as_json(verdict: Verdict) -> list[str]:
    """The lines of the verdict as JSON, in which what cannot be printed stands as JSON's own escape."""
    lines = json.dumps(as_object(verdict), ensure_ascii=False, indent=2).split("\n")
    return ["".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line) for line in lines]


def as_object(verdict: Verdict) -> dict[str, Any]:
    """The verdict for a machine."""
    checkpoint = verdict.checkpoint
    return {
        "intact": verdict.intact,
        "trusted": verdict.trusted,
        "faults": [fault._asdict() for fault in verdict.faults],
        "origin": verdict.origin,
        "chain": verdict.chain,
        "acts": verdict.acts,
        "head": verdict.head,
        "at": verdict.at,
        "checkpoint": checkpoint
        and {"size": checkpoint.size, "root": checkpoint.root.hex(), "hash": checkpoint.hash.name},
        "signer": verdict.signer and verdict.signer.vkey,
        "sealer": verdict.sealer and verdict.sealer.vkey,
        "cosigned": [cosigned._asdict() for cosigned in verdict.cosigned],
        "hidden": [hidden._asdict() for hidden in verdict.hidden],
        "documents": verdict.documents,
        "about": verdict.about,
    }


def sentences(verdict: Verdict) -> list[str]:
    """The verdict for people, Chinese first."""
    if verdict.faults:
        lines = [
            line
            for fault in verdict.faults
            for line in (f"× {fault.where}：{fault.zh}", f"  {fault.where}: {fault.en}")
        ]
        count = len(verdict.faults)
        return [
            *lines,
            f"有误，共 {count} 处，第一处如上首行。",
            "Wrong in 1 place, named above."
            if count == 1
            else f"Wrong in {count} places, the first one on top.",
        ]
    assert verdict.checkpoint is not None
    assert verdict.signer is not None
    assert verdict.sealer is not None
    head = verdict.checkpoint
    lines = [
        *(f"{name} {text}" for name, text in verdict.about.items()),
        f"来源 origin {verdict.origin}",
        f"案卷 dossier {verdict.chain}",
        f"末件 head {verdict.head}",
        f"封存 sealed at {verdict.at}",
        f"检查点 checkpoint {head.size} {head.hash.name} {head.root.hex()}",
        f"密钥 key {verdict.signer.vkey}",
        f"封签 seal {verdict.sealer.name}+{verdict.sealer.id.hex()}",
        *map(_cosigned, verdict.cosigned),
    ]
    for hidden in verdict.hidden:
        place, law = f"act {hidden.act} {hidden.path}", f"{hidden.law} {hidden.article}"
        lines += [
            f"- {place} {KINDS[hidden.kind]}：{law}，{hidden.reason_zh}",
            f"  {place} {hidden.kind}: {law}, {hidden.reason_en}",
        ]
    return [*lines, *_conclusion(verdict)]


def _cosigned(item: Any) -> str:
    """One cosignature's line."""
    when = dt.datetime.fromtimestamp(item.timestamp, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    checked = "已核对 checked" if item.checked else "未核对（未列其公钥） not checked (its key was not named)"
    return f"见证 witness {item.name} {when} {checked}"


def _conclusion(verdict: Verdict) -> list[str]:
    """What is proven, and what is not."""
    lines = [
        f"完好：第 1 至 {verdict.acts} 件一件不少、未经改动、次序无误，均在检查点的树中。",
        f"Intact: acts 1 to {verdict.acts} are all here, unchanged, in order, and in the tree of the checkpoint.",
        "其后是否另有行为，本文件不能证明：请对照回执或日后的导出。",
        "Whether acts followed them this file cannot show: compare a receipt, or a later export.",
    ]
    if not verdict.trusted:
        lines += [
            "您未列密钥：请将上列密钥与该机关公布的核对。",
            "You named no key: compare the one above with what the authority publishes.",
        ]
    return lines
