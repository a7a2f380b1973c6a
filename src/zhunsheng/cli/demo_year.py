"""The demo's living bureau: a year through the door, its planted breaches scored from the findings made by door and clock."""

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
from zhunsheng.supervision.demo.scoring import Score, score_findings
from zhunsheng.supervision.demo.year import YEAR, year

if TYPE_CHECKING:
    from zhunsheng.supervision.demo.breaches import Planted
    from zhunsheng.supervision.demo.case_file import CaseFile

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
    cases: tuple[CaseFile, ...] = ()

    @property
    def numbers(self) -> dict[str, str]:
        """The dossiers' numbers by the cases of the made-up log."""
        return {one.case_id: one.number for one in self.recorded.values()}

    @property
    def let(self) -> list[Planted]:
        """The breaches that the door let happen, at once or late."""
        return [p for p in self.planted if self.recorded[p.case_id].outcome != "held"]


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

    made = year(seed=seed, cases=cases, until=until)
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
    return Made({one.case_id: one for one in found}, tuple(made.planted), tuple(made.cases))


def scored(made: Made, out: Path) -> bool:
    """What was planted against the findings that the door and the clock made, and whom they were told to.

    Printed, and written beside the demo's other files; whether all of it is as it should be.
    """
    from zhunsheng.procedure.rulebook import rulebook
    from zhunsheng.supervision.demo.found import by_number, findings_seen, tellings

    cases = {number: case_id for case_id, number in made.numbers.items()}
    seen = list(findings_seen(cases))
    result = score_findings(made.let, seen, rulebook().plans)
    write_hidden(made, result, out / HIDDEN)
    print_gate(made)
    print_found(result, len(seen), out)
    told = tellings(by_number(made.cases, made.numbers))
    told_both(
        f"[bold]{told.findings:,} 个问题都有人收到提醒：{told.alerts:,} 条提醒，{len(told.faults)} 处不该收到或者没有收到[/bold]"
        "（先承办民警，再所长、副所长，再法制监督）",
        f"{told.alerts:,} alerts of {told.findings:,} findings, {len(told.faults)} to the wrong people or missing: "
        "the officer first, then the station's heads, then the legal department",
    )
    for number, why in told.faults[:5]:
        console.print(f"  [yellow]提醒 alert[/yellow] {number} {why}", markup=True, soft_wrap=True)
    return result.perfect and not told.faults


def print_found(result: Score, count: int, out: Path) -> None:
    """Recall and precision on findings, a sentence each, and whatever is wrong."""
    norms = len({p.breach.norm for p in result.planted})
    told_both(
        f"[bold]登记下来的违法 {len(result.planted)} 处（{norms} 条规范），{result.found} 处各有且只有一个问题，"
        f"案卷、规范、违反的方式、行为和时间都对，查全率 {result.recall:.1%}[/bold]",
        f"{result.found} of {len(result.planted)} recorded breaches ({norms} norms) have exactly one finding each, of the right "
        f"dossier, norm, kind, act and time: recall {result.recall:.1%}",
    )
    told_both(
        f"[bold]一共 {count:,} 个问题，其余 {len(result.neighbours)} 个是埋下时就写明必然连带违反的相邻规范，"
        f"没有埋而查出 {len(result.unexpected)} 个，查准率 {result.precision:.1%}[/bold]",
        f"{count:,} findings in all; the other {len(result.neighbours)} are neighbouring norms declared when the breach was "
        f"planted, {len(result.unexpected)} were not planted: precision {result.precision:.1%}; {out / HIDDEN}",
    )
    for zh, en, (case_id, norm) in result.faults[:10]:
        console.print(f"  [yellow]{zh} {en}[/yellow] {case_id} {norm}")


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


def answered(seed: int, done: Done) -> None:
    """Let the officers answer what was found, supervisors decide and verify, and papers come from outside."""
    from zhunsheng.people.models import Officer
    from zhunsheng.supervision.demo.accounts import BRANCH_SUPERVISOR, CITY_SUPERVISOR, STATION
    from zhunsheng.supervision.demo.answering import Afterwards, hand_downs_come

    branch, city = (Officer.objects.get(number=n) for n in (BRANCH_SUPERVISOR, CITY_SUPERVISOR))
    told = Afterwards(seed, (branch, city)).answered()
    papers = hand_downs_come(branch, STATION)
    contested = sum(count for fate, count in told.items() if fate.startswith("contested"))
    done(
        f"民警答复：{told['repaired']} 个认可并整改，{contested} 个提出异议，{told['left lying']} 个整改逾期、约谈挂牌，"
        f"{told['unanswered']} 个没有答复；交办文书 {papers} 件",
        f"answered: {told['repaired']} put right, {contested} contested, {told['left lying']} left lying, "
        f"{told['unanswered']} not answered; {papers} papers handed down",
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
    missed, wrong = {id(p) for p in result.missed}, {*result.wrong, *result.doubled}
    fault = {p.case_id: p.breach for p in made.planted}
    for p in made.planted:
        one = made.recorded[p.case_id]
        kind = "held" if one.outcome == "held" else "missed" if id(p) in missed else "found"
        kind = "wrong" if (p.case_id, p.breach.norm) in wrong else kind
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
    beside = (("neighbour", result.neighbours), ("absent", result.absent), ("unexpected", result.unexpected))
    for kind, pairs in beside:
        for case_id, norm in pairs:
            breach = fault.get(case_id)
            why = ("", "") if breach is None else (f"连带于：{breach.zh}", f"beside: {breach.en}")
            yield [case_id, made.recorded[case_id].number, norm, kind, *why, "", ""]
