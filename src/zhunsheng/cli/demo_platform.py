"""The platform's part of the demo: a living bureau on the embedded database, a refusal, a file that proves itself, a server."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.environment import DEMO_ACCOUNTS
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import server_account
from zhunsheng.base.postgres.cluster import make_reachable
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.use import stop_unused
from zhunsheng.cli.demo_serving import open_bureau
from zhunsheng.cli.demo_year import answered, found_bureau, make_year, scored, standing_edition
from zhunsheng.cli.platform import database, django, need_packages
from zhunsheng.supervision.demo.edition import edition

if TYPE_CHECKING:
    from zhunsheng.acts.models import Dossier

console = Console(highlight=False)
CASES = 3000
Done = Callable[[str, str], None]


def platform_demo(
    out: Path, done: Done, *, seed: int = 1, cases: int = CASES, fresh: bool = False, serve: bool = True
) -> None:
    """Make the bureau's year in `out`/platform, unless this edition stands there, and open it; prints each step."""
    try:
        need_packages()
    except InputError as missing:
        console.print(f"\n[yellow]{missing.text('zh')}[/yellow]")
        return
    home = usable_home(out.resolve(), "platform")
    kept = not fresh and standing_edition(home / DEMO_ACCOUNTS) == edition(seed, cases)
    if not kept:
        empty(home)
    os.environ["ZHUNSHENG_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    django("demo")
    with database():
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        done("内嵌数据库启动，表已建好", "embedded database started, tables made")
        if kept:
            until = json.loads((home / DEMO_ACCOUNTS).read_text(encoding="utf-8"))["until"]
            done(
                f"沿用上次的演示年度（截至 {until[:10]}；--fresh 重新生成）",
                f"the year made before is kept (up to {until[:10]}; --fresh makes it anew)",
            )
        else:
            make(home, out, done, seed, cases)
        if serve:
            open_bureau(home)


def make(home: Path, out: Path, done: Done, seed: int, cases: int) -> None:
    """The bureau and its year, scored, checked, sealed and exported."""
    until = clock.now().astimezone(LOCAL).replace(tzinfo=None, microsecond=0)
    shown = found_bureau(seed, cases, until)
    done(
        f"设立演示市公安局，{len(shown['accounts'])} 个演示账户",
        f"bureau registered, {len(shown['accounts'])} accounts opened",
    )
    made = make_year(seed, cases, until, done)
    answered(seed, done)
    sound = scored(made, out) & agreed(done)
    refused()
    sealed(done)
    file_that_proves_itself(newest_dossier(), out, done)
    if not sound:
        raise typer.Exit(1)
    (home / DEMO_ACCOUNTS).write_text(json.dumps(shown, ensure_ascii=False, indent=1), encoding="utf-8")


def city_home(out: Path) -> Path:
    """The data folder of the big city."""
    home = usable_home(out.resolve(), "city")
    home.mkdir(parents=True, exist_ok=True)
    return home


def usable_home(out: Path, name: str) -> Path:
    """The data folder: `name` in `out`, or under the temporary folder where the database's account cannot reach that."""
    wanted = out / name
    out.mkdir(parents=True, exist_ok=True)
    account = server_account(layout_in(wanted).data)
    if account.ours or account.reaches(out):
        return wanted
    home = Path(tempfile.gettempdir()) / "zhunsheng-demo" / name
    make_reachable(home.parent, ours=False)
    return home


def empty(home: Path) -> None:
    """Nothing of an earlier run is left."""
    layout = layout_in(home)
    if layout.data.exists():
        stop_unused(Server(layout), force=True)
    shutil.rmtree(home, ignore_errors=True)


def agreed(done: Done) -> bool:
    """The whole year judged again by a compiled engine, and compared row by row with what the door and the clock keep."""
    from zhunsheng.supervision.evaluation import evaluate_all

    whole = evaluate_all("fast")
    found, differ = whole.found, whole.found.differences.total()
    rows = f"{found.obligations:,} 项义务、{found.findings:,} 个问题"
    done(
        f"整年由编译引擎重判，{rows}逐项比对，{differ} 处不同（{whole.wall:.0f} 秒）",
        f"judged anew, {found.obligations:,} obligations and {found.findings:,} findings compared, {differ} differ; "
        "by DuckDB: zhunsheng norms agree --engine duckdb",
    )
    return not differ


def refused() -> None:
    """A penalty without notice and hearing is refused at the door, with article and cure; the trial leaves nothing behind."""
    from django.db import transaction

    with transaction.atomic():
        try_unlawful()
        transaction.set_rollback(True)


def try_unlawful() -> None:
    """A case opened, and five days of detention decided at once."""
    from zhunsheng.acts.drafts import Actor, Draft
    from zhunsheng.procedure.door import consider, enact
    from zhunsheng.procedure.errors import Refused
    from zhunsheng.supervision.demo.bureau import made_up_bureau
    from zhunsheng.supervision.demo.living import LivingBureau

    bureau = LivingBureau(made_up_bureau())
    bureau.known()
    branch = bureau.made.branches[0]
    station = branch.stations[0]
    handlers = tuple(Actor(one.number, "handler") for one in station.handlers[:2])
    by, at = bureau.officers[station.handlers[0].number], clock.now()
    suspect = {"person": ("某甲",)}
    case = {"case_kind": "public-order", "conduct_on": at.date().isoformat()}
    dossier = enact(
        Draft("case.opened", at, kind="public-order", officers=handlers, fields=case), by=by
    ).dossier
    who = {"age": 30, "identity_known": True, "person_role": "suspect"}
    enact(Draft("person.identified", at, dossier.id, officers=handlers, subjects=suspect, fields=who), by=by)
    head = bureau.officers[branch.head.number]
    decision = Draft(
        "penalty.decided",
        at,
        dossier.id,
        subjects=suspect,
        fields={"decision": "detention", "days": 5, "level": "county-head"},
    )
    try:
        consider(decision, by=head)
    except Refused as refusal:
        console.print(
            "\n[bold]当场被拒的一步 a step refused at the door[/bold]  拘留五日，此前没有告知、没有听取申辩"
        )
        for reason in refusal.reasons[:3]:
            told = reason.told("zh")
            console.print(f"  ✗ {told.title}（{told.basis[0]}）", markup=False)
            console.print(f"    {told.cure}", markup=False, style="dim")


def newest_dossier() -> Dossier:
    """The dossier with most acts."""
    from zhunsheng.acts.models import Dossier

    found: Dossier = Dossier.objects.unfenced("the demo's own bureau").order_by("-position")[0]
    return found


def sealed(done: Done) -> None:
    """Everything into the tree, and everything recomputed from nothing."""
    from zhunsheng.acts.audit import ledger_audit
    from zhunsheng.ledger.sequencer import ledger_sequence

    ledger_sequence()
    found = ledger_audit(processes=2)
    if not found.sound:
        raise InputError(
            zh=f"账本有误：{found.faults[0].zh}", en=f"the ledger is not sound: {found.faults[0].en}"
        )
    done(
        f"封入账本 {found.leaves:,} 项，签发检查点，从零复核无误",
        f"{found.leaves:,} entries sealed under a signed checkpoint and recomputed from nothing",
    )


def file_that_proves_itself(dossier: Dossier, out: Path, done: Done) -> None:
    """A redacted copy written, verified, then one byte changed and verified again."""
    from zhunsheng.acts.dossier_export import Withholding, dossier_export
    from zhunsheng.ledger.export import Basis
    from zhunsheng.ledger.keeping import ledger_history

    target, changed = out / "dossier.zip", out / "dossier-changed.zip"
    privacy = Basis("行政处罚法", "50", "涉及个人隐私", "personal privacy")
    dossier_export(dossier, target, withhold=[Withholding("subjects.person", privacy)])
    done(
        f"案卷 {dossier.number} 导出为一个文件，隐去当事人",
        f"dossier {dossier.number} as one file, parties withheld",
    )
    key = ledger_history().newest
    sound = verdict(target, key)
    altered = bytearray(target.read_bytes())
    altered[len(altered) // 2] ^= 1
    changed.write_bytes(altered)
    wrong = verdict(changed, key)
    first = wrong.faults[0]
    console.print(
        f"\n[bold]可离线核验的案卷 a dossier that proves itself[/bold]  {target}\n"
        f"  ✓ 原件：{sound.acts} 项行为一件不少、未经改动，{len(sound.hidden)} 处依法不公开\n"
        f"  ✗ 改动一个字节：{first.where}：{first.zh}  [dim]{first.en}[/dim]\n"
        f"  [dim]zhunsheng verify {target} --key {key.vkey}\n  或 or: python {target}[/dim]",
        soft_wrap=True,
    )


def verdict(file: Path, key: Any) -> Any:
    """What the verifier says of a file; intact and altered files alike."""
    from zhunsheng.ledger.verify import verify_export

    return verify_export(file, trusted_keys=[key])
