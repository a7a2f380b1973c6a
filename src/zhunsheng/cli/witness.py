"""`zhunsheng witness …`: keep and cosign another authority's checkpoints, over HTTP or on files carried by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.witness.files import answer_request
from zhunsheng.ledger.witness.service import server
from zhunsheng.ledger.witness.settings import WitnessSettings
from zhunsheng.ledger.witness.state import WitnessState

app = typer.Typer(
    no_args_is_help=True,
    help="见证：留存并副署账本的检查点，拒绝分叉与回退。 Keep and cosign checkpoints; refuse forks and rollbacks.",
)
Config = Annotated[Path, typer.Option("--config", help="见证设置文件 (the settings, a JSON file)")]


@app.command("serve")
def serve_command(config: Config) -> None:
    """按 C2SP tlog-witness 提供服务。 Serve `POST /add-checkpoint` (C2SP tlog-witness) until interrupted."""
    settings = WitnessSettings.read(config)
    witness = settings.witness()
    try:
        listening = server(witness, settings.host, settings.port)
    except OSError as error:
        raise InputError(
            zh=f"无法监听：{error.strerror}",
            en=f"cannot listen: {error.strerror}",
            where=f"{settings.host}:{settings.port}",
        ) from None
    host, port = listening.server_address[:2]
    _say(f"见证 witness {witness.signer.key.vkey}", f"监听 listening on {host!s}:{port}")
    with listening:
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            _say("已停止 stopped")


@app.command("cosign")
def cosign_command(
    request: Annotated[Path, typer.Argument(help="请求文件 (the request file)")],
    config: Config,
    answer: Annotated[
        Path | None,
        typer.Option("--answer", help="回答文件；缺省为请求文件名加 .answer (default: request + .answer)"),
    ] = None,
) -> None:
    """审查请求文件并写出回答文件，供离线携带。 Judge a request file, write the answer file."""
    target = answer or request.with_name(request.name + ".answer")
    try:
        said = answer_request(WitnessSettings.read(config).witness(), request, target)
    except OSError as error:
        raise InputError(
            zh=f"无法读写：{error.strerror}",
            en=f"cannot read or write: {error.strerror}",
            where=str(error.filename),
        ) from None
    text = said.body.decode("utf-8", "replace").strip()
    _say(f"已见证 cosigned: {target}" if said.status == 200 else f"未见证 refused ({said.status}): {text}")
    raise typer.Exit(0 if said.status == 200 else 1)


@app.command("show")
def show_command(config: Config) -> None:
    """列出所留存的检查点和分叉证据的件数。 List the checkpoints kept and the evidence of forks."""
    state = WitnessState(WitnessSettings.read(config).state)
    kept = list(state.checkpoints())
    for checkpoint, note, evidence in kept:
        _say(f"{checkpoint.origin} {checkpoint.size} {checkpoint.hash.name} {checkpoint.root.hex()}")
        _say(*(f"  {signature.line.strip()}" for signature in note.signatures))
        if evidence:
            _say(f"  ！分叉证据 {evidence} 件 / {evidence} pieces of evidence against this log")
    if not kept:
        _say("尚未留存任何检查点。 No checkpoint is kept yet.")


def _say(*lines: str) -> None:
    """Write lines at once, so that whoever watches the output sees them."""
    sys.stdout.write("".join(line + "\n" for line in lines))
    sys.stdout.flush()
