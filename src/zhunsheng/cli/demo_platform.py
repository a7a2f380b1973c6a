"""The platform's part of the demo: a bureau on the embedded database, acts through the one door, a file that proves itself."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import server_account
from zhunsheng.base.postgres.cluster import make_reachable
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.use import stop_unused
from zhunsheng.cli.platform import database, django, need_packages

if TYPE_CHECKING:
    from zhunsheng.acts.models import Dossier
    from zhunsheng.supervision.demo.living import LivingBureau

console = Console(highlight=False)
CASES = 30
FOUNDED = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
Done = Callable[[str, str], None]


def platform_demo(out: Path, done: Done) -> None:
    """Found the bureau anew in `out`/platform and walk an act's way from the door to a verified file; prints each step."""
    try:
        need_packages()
    except InputError as missing:
        console.print(f"\n[yellow]{missing.text('zh')}[/yellow]")
        return
    home = fresh_home(out.resolve() / "platform")
    os.environ["ZHUNSHENG_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    django("demo")
    with database():
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        done("内嵌数据库启动，表已建好", "embedded database started, tables made")
        bureau = live(done)
        refused(bureau)
        dossier = newest_dossier()
        sealed(done)
        file_that_proves_itself(dossier, out, done)
    console.print(
        f"\n[bold]打开平台 open it[/bold]  ZHUNSHENG_HOME={home} zhunsheng serve   "
        f"[dim]docs/operations/install.md[/dim]",
        soft_wrap=True,
    )


def fresh_home(wanted: Path) -> Path:
    """An empty data folder: the wanted one, or one under the temporary folder where the database's account cannot reach that."""
    layout = layout_in(wanted)
    if layout.data.exists():
        stop_unused(Server(layout), force=True)
    shutil.rmtree(wanted, ignore_errors=True)
    account = server_account(layout.data)
    if account.ours or account.reaches(wanted.parent):
        return wanted
    home = Path(tempfile.gettempdir()) / "zhunsheng-demo" / "platform"
    if layout_in(home).data.exists():
        stop_unused(Server(layout_in(home)), force=True)
    shutil.rmtree(home, ignore_errors=True)
    make_reachable(home.parent, ours=False)
    return home


def live(done: Done) -> LivingBureau:
    """The made-up bureau and its cases, act by act through the door."""
    from zhunsheng.supervision.demo import generate
    from zhunsheng.supervision.demo.living import LivingBureau, enact_cases

    made = generate(cases=CASES, breaches=False)
    bureau = LivingBureau(made.bureau)
    bureau.found(FOUNDED)
    told = enact_cases(bureau, made.cases)
    acts = sum(t.recorded for t in told.values())
    refusals = sum((t.refused for t in told.values()), Counter[str]())
    rejected = [r for t in told.values() for r in t.rejected]
    if refusals or rejected:
        raise InputError(
            zh=f"合法的行为被拒：{refusals or rejected[:3]}",
            en=f"lawful acts were refused: {refusals or rejected[:3]}",
        )
    done(
        f"{len(told)} 个案件、{acts:,} 个行为逐一过门：规范审查、写入、封存、生成义务",
        f"{len(told)} cases, {acts:,} acts through the one door: guarded, written, sealed, obligations opened",
    )
    return bureau


def refused(bureau: LivingBureau) -> None:
    """A penalty without notice and hearing is refused at the door, with article and cure."""
    from zhunsheng.acts.drafts import Actor, Draft
    from zhunsheng.base import clock
    from zhunsheng.procedure.door import consider, enact
    from zhunsheng.procedure.errors import Refused

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
    found = ledger_audit(processes=1)
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
