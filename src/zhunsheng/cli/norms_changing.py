"""`zhunsheng norms backtest|propose|activate|refuse|retire|changes|radar`: how the norms in force change."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.cli.check import target_check
from zhunsheng.cli.people import acting
from zhunsheng.cli.platform import database, django

if TYPE_CHECKING:
    from zhunsheng.governance.backtest import BackTest, Share

console = Console()
DraftFile = Annotated[Path, typer.Argument(help="规范草案 .yaml (the draft norm file)")]
By = Annotated[str, typer.Option(help="办理人警号 (who acts)")]
Reason = Annotated[str, typer.Option(help="理由 (why)")]
ROWS_SHOWN = 20
PLATFORM = "platform"


def register(app: typer.Typer) -> None:
    """Add the commands to `zhunsheng norms`."""
    app.command("backtest")(backtest_command)
    app.command("propose")(propose_command)
    app.command("activate")(activate_command)
    app.command("refuse")(refuse_command)
    app.command("retire")(retire_command)
    app.command("changes")(changes_command)
    app.command("radar")(radar_command)


def backtest_command(
    draft: DraftFile,
    against: Annotated[
        str, typer.Option(help="事件日志，或 platform：本平台的行为 (a log, or `platform`)")
    ] = PLATFORM,
    mapping: Annotated[Path | None, typer.Option(help="日志的映射文件 (mapping file)")] = None,
    as_of: Annotated[str | None, typer.Option(help="截止日期或时刻 (as-of date)")] = None,
    rows: Annotated[int, typer.Option(min=0, help="列出多少行 (rows to show)")] = ROWS_SHOWN,
    out: Annotated[Path | None, typer.Option(help="全部结果 .json (the whole result)")] = None,
) -> None:
    """以历史试行草案，与现行版本比较：哪些义务、哪些单位会受影响；不列个人。 Try a draft on history; nobody is named."""
    if out is not None:
        target_check(out)
    result = tried(draft, against, mapping, as_of)
    show(result, rows)
    if out is not None:
        out.write_bytes(result.content())
        say(f"结果 result: {out}  sha256 {result.digest}")


def tried(draft: Path, against: str, mapping: Path | None, as_of: str | None) -> BackTest:
    """The draft tried on a log, or on the platform's own acts."""
    django("norms")
    from zhunsheng.governance.backtest import norm_backtest, platform_backtest

    with database():
        if against == PLATFORM:
            return platform_backtest(draft, as_of=as_of or "now")
        return norm_backtest(draft, Path(against), mapping=mapping, as_of=as_of)


def show(result: BackTest, rows: int) -> None:
    """A result for people: counts with what they are part of, then the rows."""
    from zhunsheng.governance.backtest import CHANGES

    say(
        f"草案 draft {result.draft[:16]}…  现行 in force {result.edition[:16]}…  截至 as of {result.as_of}",
        f"历史 history: {result.history}，{result.cases} 案 cases，{result.acts} 项行为 acts",
        f"规范 norms: {', '.join(result.norms)}（替换现行 replacing {', '.join(result.replaced) or '—'}）",
    )
    for title, shares in (("按规范 by norm", result.by_norm), ("按单位 by unit", result.by_unit)):
        say(title)
        for share in shares:
            say(f"  {share_line(share)}")
    say(f"受影响的义务 obligations affected: {len(result.rows)}")
    for row in result.rows[:rows]:
        zh, en = CHANGES[row.change]
        say(
            f"  {row.norm}  {row.case} {row.scope}  {row.unit}  {zh} {en}：{row.before or '—'} → {row.after or '—'}"
            + (
                f"  {row.due_before or '—'} → {row.due_after or '—'}"
                if row.due_before != row.due_after
                else ""
            )
        )


def share_line(share: Share) -> str:
    """Counts of one norm or unit."""
    few = "  （数量少，不宜比较 few: no ground for comparison）" if share.few else ""
    return (
        f"{share.name or '（无单位 no unit）'}  案件 cases {share.cases_affected}/{share.cases}  "
        f"问题 broken {share.broken_before}/{share.obligations_before} → {share.broken_after}/{share.obligations_after}{few}"
    )


def propose_command(
    draft: DraftFile,
    by: By,
    reason: Reason,
    name: Annotated[str, typer.Option(help="启用后的文件名，缺省为草案的 (its name in force)")] = "",
) -> None:
    """试行草案后提出，由另一名有权人员启用。 Try a draft on our own history and propose it to a second person."""
    with acting(by) as actor:
        from zhunsheng.governance.backtest import platform_backtest
        from zhunsheng.procedure.changing import norm_propose

        result = platform_backtest(draft)
        show(result, ROWS_SHOWN)
        change = norm_propose(
            name or draft.stem, draft=draft.read_bytes(), backtest=result.content(), reason=reason, by=actor
        )
        say(
            f"已提出 proposed: {change.id}",
            f"草案 draft sha256 {change.draft}",
            f"试行 back-test sha256 {change.backtest}",
        )


def activate_command(
    proposal: str,
    by: By,
    reason: Reason,
    draft: Annotated[str, typer.Option(help="所看草案的摘要 (sha256 of the draft you read)")],
) -> None:
    """启用提议；提出的人不能自己启用。 Put a proposal into force; never one's own."""
    decide(proposal, by, reason, draft, activate=True)


def refuse_command(
    proposal: str,
    by: By,
    reason: Reason,
    draft: Annotated[str, typer.Option(help="所看草案的摘要 (sha256 of the draft you read)")],
) -> None:
    """不予启用，写明理由。 Refuse a proposal."""
    decide(proposal, by, reason, draft, activate=False)


def decide(proposal: str, by: str, reason: str, draft: str, *, activate: bool) -> None:
    """Decide on a proposal."""
    try:
        which = uuid.UUID(proposal)
    except ValueError:
        raise InputError(
            zh=f"不是提议的编号：{proposal}",
            en=f"not the id of a proposal: {proposal}",
            remedy_zh="用 zhunsheng norms changes 查看",
            remedy_en="see `zhunsheng norms changes`",
        ) from None
    with acting(by) as actor:
        from zhunsheng.procedure.changing import norm_decide

        made = norm_decide(which, activate=activate, draft=draft, reason=reason, by=actor)
        say(
            f"{'已启用 activated' if activate else '不予启用 refused'}: {made.name}  账本回执 receipt {bytes(made.digest).hex()}"
        )


def retire_command(
    name: Annotated[str, typer.Argument(help="已启用文件的名称 (its name)")], by: By, reason: Reason
) -> None:
    """提出停用一个已启用的规范文件，由另一人启用这项提议。 Propose that an activated file go out of force."""
    with acting(by) as actor:
        from zhunsheng.procedure.changing import norm_retirement_propose

        change = norm_retirement_propose(name, reason=reason, by=actor)
        say(f"已提出停用 retirement proposed: {change.id}", f"草案 draft sha256 {change.draft}")


def changes_command() -> None:
    """列出规则的每一步变更、提议和现行版本。 Every step of changing the rulebook, and the edition in force."""
    django("norms")
    with database():
        from zhunsheng.procedure.changing import changes, proposals_open
        from zhunsheng.procedure.rulebook import rulebook

        steps = {"proposed": "提出 proposed", "activated": "启用 activated", "refused": "不予启用 refused"}
        waiting = {change.id for change in proposals_open()}
        for one in changes():
            at = f"{one.at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
            what = f"{one.name}（停用 retirement）" if one.retires else one.name
            say(
                f"{at}  {steps[one.step]}  {what}  {one.by}  {one.reason}"
                + (f"  待决定 to be decided: {one.id}" if one.id in waiting else ""),
                f"    draft {one.draft}  back-test {one.backtest or '—'}  receipt {bytes(one.digest).hex()}",
            )
        say(f"现行版本 edition in force: {rulebook().digest}")


def radar_command(
    old: Annotated[str, typer.Argument(help="旧法，rulebook/laws.yaml 的键 (key of the old law)")],
    new: Annotated[str, typer.Argument(help="新法的键 (key of the new law)")],
    paths: Annotated[
        list[Path] | None, typer.Option("--norms", help="规范文件或文件夹；缺省为规则库 (norms)")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="也列出只换了条文号的 (also what only has another article)")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="全部结果 .json (the whole list)")] = None,
) -> None:
    """新旧法对照：哪些规范、裁量表、文书、检查清单、页面所依据的内容变了。 What rests on what a new law changed."""
    from dataclasses import asdict

    from zhunsheng.acts.surroundings import rulebook_paths
    from zhunsheng.governance.radar import KINDS, STATES, radar
    from zhunsheng.norms.loading import load_norms

    if out is not None:
        target_check(out)
    found = radar(old, new, load_norms(paths or list(rulebook_paths())))
    if not found.touched:
        raise InputError(
            zh=f"没有任何规范、表或文书依据 {old} 或 {new}",
            en=f"nothing rests on {old} or {new}",
            remedy_zh="核对 rulebook/laws.yaml 中的键",
            remedy_en="check the keys in rulebook/laws.yaml",
        )
    say(f"{old} → {new}，{found.since} 起施行 in force from {found.since}")
    for kind, (zh, en) in KINDS.items():
        for state, (state_zh, state_en) in STATES.items():
            some = found.of(state, kind=kind)
            if not some:
                continue
            say(f"{zh}：{state_zh} {len(some)}  {en}: {state_en}")
            for one in some if every or state not in ("cited-anew", "added") else ():
                say(f"  {one.id}  {one.zh}  第 {'、'.join(one.old) or '—'} → {'、'.join(one.new) or '—'} 条")
                say(
                    *(f"      {told[:200]}" for told in one.differences),
                    *(f"      下位规定 lower rule: {c}" for c in one.conflicts),
                )
    for asked in found.followed:
        say(
            f"检查清单 {asked.id}  {asked.zh}  问到有变化的规范 asks norms that changed：{'、'.join(asked.norms)}"
        )
    for stale in found.stale:
        say(f"{KINDS[stale.kind][0]} {stale.place}  仍写旧数字 still says {stale.figure}：{stale.text}")
    if out is not None:
        out.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1), encoding="utf-8")
        say(f"结果 result: {out}")


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
