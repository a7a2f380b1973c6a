"""`zhunsheng ledger-key …`: make, rotate, delegate and show the keys a ledger or a witness signs with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.delegation import delegate
from zhunsheng.ledger.keeping import statement_file
from zhunsheng.ledger.keys import PKCS11, KeyHistory, begin, generate, load_signer, rotate
from zhunsheng.ledger.notes import COSIGNATURE, PLAIN, Key
from zhunsheng.ledger.witness.state import write_durably

app = typer.Typer(
    no_args_is_help=True,
    help="账本密钥：生成、更换、委托、查看。 Make, rotate, delegate and show signing keys.",
)
Place = Annotated[
    str, typer.Argument(metavar="PLACE", help="密钥文件，或 pkcs11: 地址 (a key file, or a pkcs11: URI)")
]


@app.command("new")
def new_command(
    place: Place,
    name: Annotated[
        str, typer.Option("--name", help="密钥名，宜同账本来源 (the key's name, best the log's origin)")
    ] = "",
    *,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history", help="以此密钥开始账本的公开沿革 (begin the ledger's public key history here)"
        ),
    ] = None,
    witness: Annotated[bool, typer.Option("--witness", help="见证密钥 (a witness's key)")] = False,
) -> None:
    """生成密钥并显示其公钥。 Make a key, in a new file or on a token, and show its public half."""
    if history is not None and (witness or history.exists()):
        raise InputError(
            zh="沿革已经存在，或这是见证密钥：沿革只由账本的第一把密钥开始",
            en="the history exists, or this is a witness's key: only a ledger's first key begins one",
            where=str(history),
            remedy_zh="更换密钥用 zhunsheng ledger-key rotate",
            remedy_en="rotate with `zhunsheng ledger-key rotate`",
        )
    if history is not None and not os.access(history.parent, os.W_OK):
        raise InputError(
            zh="不能写入沿革所在的目录", en="the history's folder cannot be written to", where=str(history)
        )
    key = _made(place, name, COSIGNATURE if witness else PLAIN)
    if history is not None:
        _publish(history, begin(key.name, key))
    _say(key.vkey)


def _made(place: str, name: str, kind: int) -> Key:
    """A new key, in a new file or on a token."""
    if place.startswith(PKCS11):
        from zhunsheng.ledger.pkcs11 import TokenSigner

        token = TokenSigner.from_uri(place, kind)
        token.generate()
        return token.key
    if not name:
        raise InputError(zh="请以 --name 给出密钥名", en="name the key with --name")
    return generate(Path(place), name, kind).key


@app.command("rotate")
def rotate_command(
    history: Annotated[
        Path, typer.Option("--history", help="密钥沿革文件，没有则新建 (the key history; made if absent)")
    ],
    old: Annotated[str, typer.Option("--old", help="现用密钥 (the key in use)")],
    new: Annotated[str, typer.Option("--new", help="新密钥 (the new key)")],
    after: Annotated[
        int,
        typer.Option(
            "--after", min=0, help="自此大小之后改用新密钥 (the tree size after which the new key signs)"
        ),
    ],
    origin: Annotated[
        str, typer.Option("--origin", help="账本来源；缺省为现用密钥名 (default: the old key's name)")
    ] = "",
) -> None:
    """由旧、新密钥共同签署更换声明，写入沿革。 Sign a rotation with both keys and add it to the history."""
    outgoing, incoming = load_signer(old), load_signer(new)
    known = KeyHistory.parse(history.read_bytes()) if history.exists() else None
    kept = known or begin(origin or outgoing.key.name, outgoing.key)
    grown = kept.with_rotation(rotate(kept.origin, after, outgoing, incoming))
    _publish(history, grown)
    _say(f"自大小 {after} 之后 / after size {after}: {incoming.key.vkey}")


@app.command("delegate")
def delegate_command(
    place: Annotated[
        Path, typer.Argument(metavar="FILE", help="新的封签密钥文件 (the new export key's file)")
    ],
    by: Annotated[str, typer.Option("--by", help="账本现用密钥 (the ledger's key in use)")],
    since: Annotated[
        int,
        typer.Option(
            "--from", min=0, help="自此大小的检查点起有效 (the tree size from which on it may seal)"
        ),
    ],
    name: Annotated[
        str, typer.Option("--name", help="密钥名；缺省为账本来源加 /export (default: the origin and /export)")
    ] = "",
    origin: Annotated[
        str, typer.Option("--origin", help="账本来源；缺省为现用密钥名 (default: the name of the key in use)")
    ] = "",
) -> None:
    """生成只可封存导出的密钥，由账本密钥签署委托书。 Make a key that may seal exports only, and the ledger key's statement."""
    signer = load_signer(by)
    log = origin or signer.key.name
    made = generate(place, name or f"{log}/export")
    try:
        write_durably(statement_file(place), delegate(log, since, made.key, signer).encode())
    except InputError:
        place.unlink()
        raise
    _say(made.key.vkey, f"委托书 statement: {statement_file(place)}")


@app.command("show")
def show_command(
    place: Annotated[
        str,
        typer.Argument(
            metavar="PLACE", help="密钥文件、pkcs11: 地址或沿革文件 (a key file, pkcs11: URI, or history)"
        ),
    ],
    *,
    witness: Annotated[bool, typer.Option("--witness", help="见证密钥 (a witness's key)")] = False,
) -> None:
    """显示公钥，或沿革中的全部公钥。 Show a public key, or all of a history."""
    path = Path(place)
    if not place.startswith(PKCS11) and path.is_file() and path.read_bytes()[:1] == b"{":
        history = KeyHistory.parse(path.read_bytes())
        starts = [0, *(rotation.after for rotation, _ in history.rotations)]
        _say(*(f"{start} {key.vkey}" for start, key in zip(starts, history.keys, strict=True)))
        return
    _say(load_signer(place, COSIGNATURE if witness else PLAIN).key.vkey)


def _publish(path: Path, history: KeyHistory) -> None:
    """Write a history for every account to read, whatever the shell's umask."""
    write_durably(path, history.encode())
    path.chmod(0o644)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
