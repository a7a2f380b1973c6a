"""`zhunsheng ledger …`: seal what waits, recompute everything, ask the witnesses, hand a dossier over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from zhunsheng.base.errors import InputError
from zhunsheng.cli.platform import database, django

if TYPE_CHECKING:
    from zhunsheng.acts.dossier_export import Withholding

console = Console()
SHOWN = 50
app = typer.Typer(
    no_args_is_help=True, help="账本：封存、全面复核、见证、案卷移交。 Seal, audit, cosign, hand over."
)


@app.command("status")
def status_command() -> None:
    """账本现状：已封存、待封存、最新检查点和副署。 What is sealed, what waits, and who has cosigned."""
    django("ledger status")
    with database():
        from zhunsheng.ledger.models import Cosignature, Unsealed
        from zhunsheng.ledger.proofs import checkpoint_newest
        from zhunsheng.ledger.sequencer import tree_size

        checkpoint = checkpoint_newest()
        say(f"已封存 sealed: {tree_size()}", f"待封存 waiting: {Unsealed.objects.count()}")
        if checkpoint is not None:
            lines = (
                Cosignature.objects.filter(size=checkpoint.size)
                .order_by("witness")
                .values_list("witness", flat=True)
            )
            say("", checkpoint.note, f"副署 cosigned: {'、'.join(lines) or '无 none'}")


@app.command("seal")
def seal_command() -> None:
    """把待封存的行为封入账本并签发检查点。 Put what waits into the tree and sign a checkpoint."""
    django("ledger seal")
    with database():
        from zhunsheng.ledger.sequencer import ledger_sequence

        done = ledger_sequence()
        say(f"封存 sealed: {done.added}")
        if done.checkpoint is not None:
            say(f"签发检查点 checkpoint: {done.checkpoint.size}")


@app.command("cosign")
def cosign_command() -> None:
    """请各见证机关副署最新检查点；见证机关留存的历史与本机不同的，以 1 退出。 Ask the witnesses; exit 1 on a fork."""
    django("ledger cosign")
    with database():
        from zhunsheng.ledger.witnesses import checkpoint_cosign

        asked = checkpoint_cosign()
        for one in asked:
            say(f"{one.witness}: {WORDS[one.outcome]} {one.said}".rstrip())
        if not asked:
            say("没有要请副署的。 Nothing to ask.")
        if any(one.alarming for one in asked):
            raise typer.Exit(1)


@app.command("witness-request")
def witness_request_command(
    witness: Annotated[str, typer.Argument(help="见证人名称 (the witness's name)")],
    target: Annotated[Path, typer.Argument(help="写到的请求文件 (the file to write)")],
) -> None:
    """写出请求文件，带到不联网的见证机关。 Write the request that is carried to a witness without a network."""
    django("ledger witness-request")
    with database():
        from zhunsheng.ledger.witnesses import request_write

        checkpoint = request_write(witness, target)
        say(f"已写出 written: {target}（检查点 checkpoint {checkpoint.size}）")


@app.command("witness-answer")
def witness_answer_command(
    witness: Annotated[str, typer.Argument(help="见证人名称 (the witness's name)")],
    answer: Annotated[Path, typer.Argument(help="带回的回答文件 (the answer that came back)")],
) -> None:
    """收下见证机关带回的副署；对方拒绝的，以 1 退出。 Keep the cosignature that came back; exit 1 when it was refused."""
    django("ledger witness-answer")
    with database():
        from zhunsheng.ledger.witness.client import Refusal
        from zhunsheng.ledger.witnesses import answer_take

        try:
            checkpoint = answer_take(witness, answer)
        except Refusal as refusal:
            say(f"见证机关拒绝副署 refused: {refusal}")
            raise typer.Exit(1) from None
        say(f"已收下副署 kept: {witness}，检查点 checkpoint {checkpoint.size}")


WORDS = {
    "cosigned": "已副署 cosigned",
    "overtaken": "已副署更新的检查点 has cosigned a later one",
    "unreachable": "联系不上 unreachable",
    "refused": "拒绝副署 refused",
}


@app.command("audit")
def audit_command(
    processes: Annotated[
        int | None, typer.Option(min=1, help="同时复核的进程数 (processes that share the work)")
    ] = None,
    kept: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="另存在外的检查点文件，可多个：最新的行为连同检查点被删，只有对照它才看得出 (checkpoints kept elsewhere)",
        ),
    ] = None,
) -> None:
    """从零复核：每项行为、每条链、整棵树、每个检查点；有误的逐一指明，以 1 退出。 Recompute everything from nothing."""
    django("ledger audit")
    with database():
        from zhunsheng.acts.audit import ledger_audit
        from zhunsheng.ledger.witnesses import witnesses

        found = ledger_audit(
            witnesses=[witness.key for witness in witnesses()],
            kept=[file.read_text(encoding="utf-8") for file in kept or ()],
            processes=processes,
        )
        say(f"行为 acts: {found.acts}  封存 sealed: {found.leaves}  检查点 checkpoints: {found.checkpoints}")
        for fault in found.faults[:SHOWN]:
            say(f"✗ {fault.where}：{fault.zh} / {fault.en} [{fault.code}]")
        if len(found.faults) > SHOWN:
            say(f"另有 {len(found.faults) - SHOWN} 处 more")
        say(
            "账本完好，没有改动。 The ledger is sound."
            if found.sound
            else "账本被改动或不完整。 The ledger was changed or is not whole."
        )
        if not found.sound:
            raise typer.Exit(1)


@app.command("export")
def export_command(
    number: Annotated[str, typer.Argument(help="案卷编号 (the dossier's number)")],
    target: Annotated[Path, typer.Argument(help="写到的文件，如 dossier.zip (the file to write)")],
    by: Annotated[str, typer.Option("--by", help="导出人的警号，留痕 (who exports; it is on record)")],
    purpose: Annotated[str, typer.Option(help="目的 (purpose)")] = "export",
    withhold: Annotated[
        list[str] | None,
        typer.Option(
            help="隐去：路径=法律/条/理由，如 subjects.person=行政处罚法/50/涉及个人隐私 (path=law/article/reason)"
        ),
    ] = None,
) -> None:
    """把案卷写成一个可自行核验的文件。 Write a dossier as one file that proves itself."""
    django("ledger export")
    rules = [withholding(text) for text in withhold or []]
    with database():
        from zhunsheng.acts.access import access_dossier
        from zhunsheng.acts.dossier_export import dossier_export
        from zhunsheng.people.access import Denied
        from zhunsheng.people.models import Officer

        officer = Officer.objects.filter(number=by).first()
        if officer is None:
            raise not_theirs(number)
        try:
            dossier = access_dossier(number, by=officer, purpose=purpose, via="cli:ledger export")
        except Denied as denied:
            raise not_theirs(number) from denied
        dossier_export(dossier, target, withhold=rules)
        say(f"已写出 written: {target}", f"核验 verify: zhunsheng verify {target}，或 or: python {target}")


def not_theirs(number: str) -> InputError:
    """One answer for what is not there and what may not be exported."""
    return InputError(
        zh="没有这一案卷，或者此人无权为此目的导出",
        en="no such dossier, or this person may not export it for this purpose",
        where=number,
        remedy_zh="核对案卷编号、警号和目的",
        remedy_en="check number, officer and purpose",
    )


def withholding(text: str) -> Withholding:
    """`path=law/article/reason` as a rule; InputError when it is not of that form."""
    from zhunsheng.acts.dossier_export import Withholding
    from zhunsheng.ledger.export import Basis

    path, _, rest = text.partition("=")
    parts = rest.split("/")
    if not path or len(parts) != 3 or not all(parts):
        raise InputError(
            zh=f"看不懂的隐去要求：{text}",
            en=f"cannot read what to withhold: {text}",
            where="--withhold",
            remedy_zh="写成 路径=法律/条/理由",
            remedy_en="write path=law/article/reason",
        )
    law, article, reason = parts
    return Withholding(path, Basis(law, article, reason, reason))


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
