"""The demo's living bureau: a year through the door, its planted breaches scored from the obligations that the door keeps."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.cli.progress import progress_bar
from zhunsheng.supervision.demo.edition import edition
from zhunsheng.supervision.demo.recording import PROCESSES, Order, Recorded, record_year
from zhunsheng.supervision.demo.scoring import Pair, Score, score
from zhunsheng.supervision.demo.year import YEAR, year

if TYPE_CHECKING:
    from zhunsheng.supervision.demo.breaches import Planted

console = Console(highlight=False)
PASSWORD = "准绳-demo-2026"  # noqa: S105 - shown on the page it opens
BEFORE = dt.timedelta(days=YEAR + 40)
"""How long before the present the bureau is registered."""
HIDDEN = "hidden-ledger.csv"
Done = Callable[[str, str], None]


@dataclass(frozen=True)
class Made:
    """The year as recorded, and what was planted in it."""

    recorded: dict[str, Recorded]
    planted: tuple[Planted, ...]


def standing_edition(accounts: Path) -> str:
    """The edition whose bureau stands in the data folder; empty where none was finished."""
    if not accounts.is_file():
        return ""
    found: str = json.loads(accounts.read_text(encoding="utf-8")).get("edition", "")
    return found


def found_bureau(seed: int, cases: int, until: dt.datetime) -> dict[str, Any]:
    """Register the bureau and open the accounts of the sign-in page; what is written beside them once the year is there."""
    from zhunsheng.people.roles import Role
    from zhunsheng.supervision.demo.accounts import accounts_open
    from zhunsheng.supervision.demo.bureau import made_up_bureau
    from zhunsheng.supervision.demo.living import LivingBureau

    bureau, at = LivingBureau(made_up_bureau()), clock.now() - BEFORE
    bureau.found(at)
    accounts = accounts_open(bureau, at, PASSWORD)
    return {
        "password": PASSWORD,
        "edition": edition(seed, cases),
        "until": until.isoformat(),
        "accounts": [
            asdict(one) | {"role_zh": told(Role(one.role), "zh-hans"), "role_en": told(Role(one.role), "en")}
            for one in accounts
        ],
    }


def told(role: Any, language: str) -> str:
    """A role's name in a language."""
    from django.utils.translation import override

    with override(language):
        return str(role.label)


def make_year(seed: int, cases: int, until: dt.datetime, done: Done) -> Made:
    """Record the year and let time pass to the present."""
    from zhunsheng.procedure.watch import obligations_watch

    planted = year(seed=seed, cases=cases, until=until).planted
    with progress_bar("登记案件 recording cases") as bar:
        found = record_year(Order(seed, cases, until, 0, PROCESSES), bar)
    while obligations_watch().left:
        pass
    acts = sum(one.acts for one in found)
    how = f"每件一个事务，{PROCESSES} 个进程，编造的数据不等落盘"
    how_en = f"a transaction each, {PROCESSES} processes, no wait for the disk: it is made-up data"
    done(
        f"{len(found):,} 件警情和案件、{acts:,} 个行为逐一过门（{how}）",
        f"{len(found):,} matters, {acts:,} acts through the one door ({how_en})",
    )
    return Made({one.case_id: one for one in found}, tuple(planted))


def stored_breaches(made: Made) -> set[Pair]:
    """Every case and norm that the door's obligations show in breach now."""
    from zhunsheng.norms.plans import BREACHES
    from zhunsheng.procedure.models import Obligation

    cases = {one.number: one.case_id for one in made.recorded.values()}
    rows = Obligation.objects.unfenced("the demo's own bureau").filter(status__in=BREACHES, withdrawn_at=None)
    pairs = rows.values_list("dossier__number", "norm_id")
    return {(cases[number], norm) for number, norm in pairs if number in cases}


def scored(made: Made, out: Path) -> Score:
    """What was planted against what the door's obligations show; printed, and written beside the demo's other files."""
    let = [p for p in made.planted if made.recorded[p.case_id].outcome != "held"]
    result = score(let, stored_breaches(made))
    write_hidden(made, result, out / HIDDEN)
    print_gate(made)
    norms = len({p.breach.norm for p in let})
    told_both(
        f"[bold]门内的义务查出 {result.found} / {len(let)} 处（{norms} 条规范），"
        f"查全率 {result.recall:.1%}，查准率 {result.precision:.1%}[/bold]；"
        f"没有埋而查出 {len(result.unexpected)} 处，同一过错连带违反的相邻规范 {len(result.neighbours)} 处",
        f"{result.found} of {len(let)} found in the door's obligations ({norms} norms), "
        f"recall {result.recall:.1%}, precision {result.precision:.1%}; {len(result.unexpected)} not planted, "
        f"{len(result.neighbours)} neighbouring norms of the same fault; {out / HIDDEN}",
    )
    for planted in result.missed[:5]:
        console.print(f"  [yellow]漏 missed[/yellow] {planted.case_id} {planted.breach.norm}")
    for case_id, norm in result.unexpected[:5]:
        console.print(f"  [yellow]多 unexpected[/yellow] {case_id} {norm}")
    return result


def print_gate(made: Made) -> None:
    """What the gate did with the planted breaches."""
    outcomes = Counter(made.recorded[p.case_id].outcome for p in made.planted)
    first, held = outcomes["refused-first"], outcomes["held"]
    norms = {p.breach.norm for p in made.planted if made.recorded[p.case_id].outcome == "held"}
    console.print()
    told_both(
        f"[bold]埋下的违法 {len(made.planted)} 处，{first + held} 处当场被门拒绝[/bold]："
        f"{held} 处（{len(norms)} 条规范）无法登记，改为依法办理；{first} 处按补录登记",
        f"{len(made.planted)} breaches planted, {first + held} refused at the gate: {held} ({len(norms)} norms) "
        f"could not be recorded at all and were done lawfully instead, {first} were recorded late",
    )


def told_both(zh: str, en: str) -> None:
    """One line, Chinese first."""
    console.print(f"{zh}  [dim]{en}[/dim]", soft_wrap=True)


def write_hidden(made: Made, result: Score, target: Path) -> None:
    """The hidden ledger: every planted breach, what the gate said, whether it was found; neighbours and the unexpected."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "案件 case",
                "案卷 dossier",
                "规范 norm",
                "类别 kind",
                "缘由",
                "reason",
                "门 gate",
                "被拒于 refused by",
            ]
        )
        writer.writerows(hidden_rows(made, result))


def hidden_rows(made: Made, result: Score) -> Iterable[list[str]]:
    """Its rows."""
    missed = {id(p) for p in result.missed}
    fault = {p.case_id: p.breach for p in made.planted}
    for p in made.planted:
        one = made.recorded[p.case_id]
        kind = "held" if one.outcome == "held" else "missed" if id(p) in missed else "found"
        yield [
            p.case_id,
            one.number,
            p.breach.norm,
            kind,
            p.breach.zh,
            p.breach.en,
            one.outcome,
            " ".join(one.refused),
        ]
    for kind, pairs in (("neighbour", result.neighbours), ("unexpected", result.unexpected)):
        for case_id, norm in pairs:
            breach = fault.get(case_id)
            why = ("", "") if breach is None else (f"连带于：{breach.zh}", f"beside: {breach.en}")
            yield [case_id, made.recorded[case_id].number, norm, kind, *why, "", ""]
