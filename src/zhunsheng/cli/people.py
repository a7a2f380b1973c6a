"""`zhunsheng people …`: units, accounts, roles and tokens, for whoever stands at the server and acts as an administrator.

Every command names its actor with `--by`; the services decide what that person may do, and the logs show who it was.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.cli.platform import database, django

if TYPE_CHECKING:
    from django.db.models import TextChoices

    from zhunsheng.people.models import Officer

console = Console()
app = typer.Typer(
    no_args_is_help=True,
    help="人员：单位、账号、角色、令牌，以管理员身份办理。 Units, accounts, roles, tokens, as an administrator.",
)

Day = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"])]
By = Annotated[str, typer.Option("--by", help="办理人的警号，留痕 (who does it; it is on record)")]
Reason = Annotated[str, typer.Option("--reason", help="理由：文件或事由 (the paper or occasion it rests on)")]
Number = Annotated[str, typer.Argument(help="警号 (the officer's number)")]
UnitCode = Annotated[str, typer.Argument(help="单位代码 (the unit's code)")]
RoleCode = Annotated[str, typer.Argument(help="角色代码，如 handler (the role's code)")]


# ---------------------------------------------------------------- units and officers


@app.command("unit-add")
def unit_add_command(
    code: UnitCode,
    name: Annotated[str, typer.Argument(help="中文名称 (the name in Chinese)")],
    parent: Annotated[str, typer.Option(help="上级单位代码 (the unit above)")],
    kind: Annotated[str, typer.Option(help="类别，如 station (the kind)")],
    by: By,
    name_en: Annotated[str, typer.Option(help="英文名称 (the name in English)")] = "",
) -> None:
    """登记单位。 Enter a unit below one that exists."""
    with acting(by) as actor:
        from zhunsheng.people.services import unit_create

        unit = unit_create(code, name, kind=kind, by=actor, parent=parent, name_en=name_en)
        say(f"已登记单位 unit entered: {unit.code} {unit}")


@app.command("unit-merge")
def unit_merge_command(
    code: UnitCode,
    into: Annotated[str, typer.Option(help="并入的单位代码 (the unit it becomes part of)")],
    by: By,
    reason: Reason,
    roles: Annotated[
        bool,
        typer.Option("--roles", help="同样的角色也授予并入后的单位 (grant the roles over the other too)"),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只试算，不改动 (say what it touches, change nothing)")
    ] = False,
) -> None:
    """单位合并：人员、下级单位转入，案卷、问题、台账随之接管；不能撤销。 Merge a unit into another, for good."""
    with acting(by) as actor:
        from django.db import transaction

        from zhunsheng.cli.merging import told, under_way
        from zhunsheng.people.authority import require_administrator, unit_named
        from zhunsheng.people.merging import unit_merge

        unit = unit_named(code)
        require_administrator(actor, code)
        with transaction.atomic():
            open_ = under_way(code)
            done = unit_merge(unit, into=into, by=actor, reason=reason, roles=roles)
            transaction.set_rollback(dry_run)
        say("试算，没有改动 dry run, nothing was changed" if dry_run else "已合并 merged")
        say(*told(done, open_, roles=roles))


@app.command("officer-add")
def officer_add_command(
    number: Number,
    name: Annotated[str, typer.Argument(help="姓名 (the name)")],
    unit: Annotated[str, typer.Option(help="单位代码 (the unit's code)")],
    by: By,
    kind: Annotated[
        str, typer.Option(help="officer、auxiliary、observer 或 machine (the kind of account)")
    ] = "officer",
) -> None:
    """登记人员或接入系统；密码由本人凭启用码设置。 Enter an account; its owner sets the password with an enrolment code."""
    with acting(by) as actor:
        from zhunsheng.people.services import officer_create

        officer = officer_create(number, name, unit=unit, by=actor, kind=kind)
        say(f"已登记 entered: {officer}")


@app.command("officer-suspend")
def officer_suspend_command(number: Number, by: By, reason: Reason) -> None:
    """停用账号：会话和令牌立即失效。 Shut an account; its sessions and tokens stop at once."""
    with acting(by) as actor:
        from zhunsheng.people.services import officer_suspend

        say(f"已停用 suspended: {officer_suspend(officer_named(number), by=actor, reason=reason)}")


@app.command("officer-restore")
def officer_restore_command(number: Number, by: By, reason: Reason) -> None:
    """恢复停用的账号。 Open a suspended account again."""
    with acting(by) as actor:
        from zhunsheng.people.services import officer_restore

        say(f"已恢复 restored: {officer_restore(officer_named(number), by=actor, reason=reason)}")


# ---------------------------------------------------------------- roles, posts, qualifications


@app.command("role-grant")
def role_grant_command(
    number: Number,
    role: RoleCode,
    unit: UnitCode,
    by: By,
    reason: Reason,
    since: Day = None,
    until: Day = None,
) -> None:
    """授予角色，及于该单位和下属单位；不能授予自己。 Grant a role for a unit and all below it; never to oneself."""
    with acting(by) as actor:
        from zhunsheng.people.roles import Role
        from zhunsheng.people.services import role_grant

        chosen = code_of(Role, role)
        granted = role_grant(
            officer_named(number),
            chosen,
            unit,
            by=actor,
            reason=reason,
            valid_from=midnight(since),
            valid_to=midnight(until),
        )
        say(f"已授予 granted: {granted}")


@app.command("role-end")
def role_end_command(number: Number, role: RoleCode, unit: UnitCode, by: By, reason: Reason) -> None:
    """终止角色，即时生效。 End a role now."""
    with acting(by) as actor:
        from zhunsheng.people.access import Denied
        from zhunsheng.people.models import RoleAssignment
        from zhunsheng.people.roles import Role
        from zhunsheng.people.services import role_end

        rows = RoleAssignment.objects.filter(
            officer=officer_named(number), role=code_of(Role, role), unit_id=unit, ended_at=None
        )
        # The newest is the one in force or to come; terms of one role do not overlap.
        held = rows.order_by("-valid_from").first()
        if held is None:
            raise Denied
        say(f"已终止 ended: {role_end(held, by=actor, reason=reason)}")


@app.command("roles")
def roles_command(unit: UnitCode, by: By) -> None:
    """列出为该单位及下属单位授予、现时有效的角色。 Who holds what in a unit and below, now."""
    with acting(by) as actor:
        from zhunsheng.people.authority import require_administrator, unit_named
        from zhunsheng.people.models import RoleAssignment
        from zhunsheng.people.selectors import units_under

        require_administrator(actor, unit_named(unit).code)
        rows = RoleAssignment.objects.filter(unit_id__in=list(units_under(unit))).at(clock.now())
        for row in rows.select_related("officer", "unit").order_by("unit_id", "officer__number", "role"):
            end = f" 至 until {row.valid_to.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}" if row.valid_to else ""
            shut = "" if row.officer.is_active else " 已停用 suspended"
            say(f"{row.unit_id}  {row.officer}  {row.role} {row.get_role_display()}{end}{shut}")
        if not rows:
            say("没有人担任角色。 Nobody holds a role.")


@app.command("post-add")
def post_add_command(
    number: Number,
    title: Annotated[str, typer.Argument(help="职务 (the title)")],
    rank: Annotated[str, typer.Option(help="officer、deputy、head 或 chief (the rank)")],
    unit: Annotated[str, typer.Option(help="单位代码 (the unit's code)")],
    by: By,
    reason: Reason,
    since: Day = None,
    until: Day = None,
) -> None:
    """登记职务，可写已经过去的任职日期。 Enter a post, with its own date where it began before today."""
    with acting(by) as actor:
        from zhunsheng.people.codes import Rank
        from zhunsheng.people.services import post_grant

        post = post_grant(
            officer_named(number),
            title,
            rank=code_of(Rank, rank),
            unit=unit,
            by=actor,
            reason=reason,
            valid_from=midnight(since),
            valid_to=midnight(until),
        )
        say(f"已登记职务 post entered: {post}")


@app.command("qualification-add")
def qualification_add_command(
    number: Number,
    kind: Annotated[str, typer.Argument(help="资格类别，如 enforcement (the kind of qualification)")],
    by: By,
    reason: Reason,
    level: Annotated[str, typer.Option(help="执法资格等级：basic、middle、advanced (the level)")] = "",
    certificate: Annotated[str, typer.Option(help="证书编号 (the certificate's number)")] = "",
    since: Day = None,
    until: Day = None,
) -> None:
    """按证书登记资格。 Enter a qualification as its certificate gives it."""
    with acting(by) as actor:
        from zhunsheng.people.codes import EnforcementLevel, QualificationKind
        from zhunsheng.people.services import qualification_grant

        held = qualification_grant(
            officer_named(number),
            code_of(QualificationKind, kind),
            by=actor,
            reason=reason,
            level=code_of(EnforcementLevel, level) if level else "",
            number=certificate,
            valid_from=midnight(since),
            valid_to=midnight(until),
        )
        say(f"已登记资格 qualification entered: {held}")


@app.command("observer-grant")
def observer_grant_command(
    number: Number,
    entity: Annotated[str, typer.Argument(help="对象类别：unit 或 dossier (the kind of thing)")],
    subject: Annotated[str, typer.Argument(help="单位代码或案卷标识 (the unit's code or the dossier's id)")],
    unit: Annotated[str, typer.Option(help="该对象所属单位 (the unit it belongs to)")],
    basis: Annotated[str, typer.Option(help="来函依据 (the paper that asks for it)")],
    until: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="止期，不含 (end, not included)")],
    by: By,
    reason: Reason,
) -> None:
    """由监督人员授权外部监督人员查看。 A supervisor lets an outside observer see one thing, or a unit."""
    with acting(by) as actor:
        from zhunsheng.people.services import observer_grant

        grant = observer_grant(
            officer_named(number),
            entity=entity,
            subject=subject,
            unit=unit,
            basis=basis,
            valid_to=until.replace(tzinfo=clock.LOCAL),
            by=actor,
            reason=reason,
        )
        say(f"已授权 granted: {grant}")


# ---------------------------------------------------------------- codes, factors, tokens


@app.command("enrolment-code")
def enrolment_code_command(number: Number, by: By, reason: Reason) -> None:
    """签发启用码，只显示这一次。 Issue an enrolment code, shown this once."""
    with acting(by) as actor:
        from zhunsheng.people.enrolment import enrolment_issue

        officer = officer_named(number)
        say(f"{officer}  启用码 enrolment code: {enrolment_issue(officer, by=actor, reason=reason)}")


@app.command("factors-remove")
def factors_remove_command(number: Number, by: By, reason: Reason) -> None:
    """核对本人后取下其双重验证，会话全部结束。 Take off the second factor after seeing the person; sessions end."""
    with acting(by) as actor:
        from zhunsheng.people.sign_in.recovery import factors_remove

        officer = officer_named(number)
        factors_remove(officer, by=actor, reason=reason)
        say(f"已取下双重验证 second factor removed: {officer}")


@app.command("token-issue")
def token_issue_command(
    number: Number,
    purpose: Annotated[str, typer.Argument(help="目的，如 handling (the purpose)")],
    label: Annotated[str, typer.Option(help="用途说明 (what it is for)")],
    days: Annotated[int, typer.Option(min=1, max=366, help="有效天数 (how many days it holds)")],
    by: By,
) -> None:
    """签发接口令牌，只显示这一次；机器的由管理员签发，个人的由本人。 Issue a token, shown this once."""
    with acting(by) as actor:
        from zhunsheng.people.tokens import token_issue

        end = clock.now() + dt.timedelta(days=days)
        secret, row = token_issue(officer_named(number), purpose, label=label, expires_at=end, by=actor)
        say(
            f"{row.officer}  {row.prefix}  至 until {row.expires_at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}",
            f"令牌 token: {secret}",
        )


@app.command("token-revoke")
def token_revoke_command(
    prefix: Annotated[str, typer.Argument(help="令牌前缀，如 zs_1a2b3c4d (the token's prefix)")], by: By
) -> None:
    """吊销接口令牌。 Make a token worthless."""
    with acting(by) as actor:
        from zhunsheng.people.access import Denied
        from zhunsheng.people.models import ApiToken
        from zhunsheng.people.tokens import token_revoke

        token = ApiToken.objects.select_related("officer").filter(prefix=prefix).first()
        if token is None:
            raise Denied
        say(f"已吊销 revoked: {token_revoke(token, by=actor).prefix}")


# ---------------------------------------------------------------- what may be told


@app.command("readings")
def readings_command(
    kind: Annotated[str, typer.Argument(help="当事人或物的类别，如 person (the kind of subject)")],
    name: Annotated[str, typer.Argument(help="姓名或名称 (the name)")],
    by: By,
) -> None:
    """答复当事人：有关案卷被查阅的次数、目的和依据。 What a subject may be told: how often, why, on what basis."""
    with acting(by) as actor:
        from zhunsheng.acts.selectors import subject_readings

        require_purpose(actor, "party-request", "audit")
        told = subject_readings(kind, name)
        for one in told:
            say(f"{one.zh} {one.en}  {one.times} 次 times  最近 latest {one.latest}")
            say(*(f"  {article}" for article in one.basis))
        if not told:
            say("没有查阅记录。 No readings are on record.")


@app.command("discrepancies")
def discrepancies_command(by: By) -> None:
    """列出仍然存在的自查问题。 List what the system found wrong with itself and still stands."""
    with acting(by) as actor:
        from zhunsheng.procedure.models import Discrepancy

        require_purpose(actor, "administration", "audit", "supervision")
        rows = Discrepancy.objects.filter(gone_at=None).order_by("found_at", "id")
        for row in rows:
            when = f"{row.found_at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
            detail = json.dumps(row.detail, ensure_ascii=False, sort_keys=True)
            say(f"{when}  {row.kind}  {row.dossier_id or '-'}  {detail}")
        if not rows:
            say("没有未解决的问题。 Nothing stands.")


# ---------------------------------------------------------------- what the commands share


@contextmanager
def acting(by: str) -> Iterator[Officer]:
    """Within the block the database runs and `by` acts; what the services deny is told as one sentence."""
    django("people")
    with database():
        from django.db import DataError

        from zhunsheng.people.access import Denied

        try:
            yield actor_named(by)
        except Denied as denied:
            raise InputError(
                zh="没有这项内容，或者办理人无权办理",
                en="there is no such thing, or whoever acts may not do this",
                where=f"--by {by}",
                remedy_zh="核对警号、单位和代码，或请管辖该单位的管理员办理",
                remedy_en="check numbers and codes, or ask an administrator of that unit",
            ) from denied
        except DataError as wrong:
            raise InputError(
                zh="有一项太长，或者含有不能保存的字符",
                en="something is too long, or holds characters that cannot be kept",
                remedy_zh="缩短后再试",
                remedy_en="shorten it and try again",
            ) from wrong


def actor_named(number: str) -> Officer:
    """Who acts; Denied for nobody, and for an account that is shut."""
    from zhunsheng.people.access import Denied

    actor = officer_named(number)
    if not actor.is_active:
        raise Denied
    return actor


def officer_named(number: str) -> Officer:
    """The account with that number; Denied where there is none, as for one out of reach."""
    from zhunsheng.people.access import Denied
    from zhunsheng.people.models import Officer

    officer = Officer.objects.filter(number=number).first()
    if officer is None:
        raise Denied
    return officer


def require_purpose(by: Officer, *purposes: str) -> None:
    """Denied unless `by` may give one of the purposes."""
    from zhunsheng.people.access import Denied
    from zhunsheng.people.purposes import PURPOSES
    from zhunsheng.people.selectors import roles_held

    held = {one.role for one in roles_held(by)}
    if not any(PURPOSES[purpose].roles & held for purpose in purposes):
        raise Denied


def code_of(choices: type[TextChoices], code: str) -> str:
    """The code, where it is one of the list; InputError with the list where not."""
    if code not in choices.values:
        raise InputError(
            zh=f"没有这个代码：{code}",
            en=f"no such code: {code}",
            remedy_zh=f"可用：{'、'.join(choices.values)}",
            remedy_en=f"choose from {', '.join(choices.values)}",
        )
    return code


def midnight(day: dt.datetime | None) -> dt.datetime | None:
    """The beginning of the day where the bureau is; nothing for nothing."""
    return day and day.replace(tzinfo=clock.LOCAL)


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
