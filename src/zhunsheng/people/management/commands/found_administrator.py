"""`zhunsheng manage found_administrator`: the first administrator, or a new one when the last is gone, and a code for them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from zhunsheng.base.errors import InputError
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.enrolment import FOUNDED, enrolment_issue
from zhunsheng.people.services import administrator_found


class Command(BaseCommand):
    """Refused while an administrator holds office."""

    help = "设立首任系统管理员，输出启用码 · make the first administrator, print an enrolment code"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and the topmost unit."""
        parser.add_argument("number", help="警号 · officer number")
        parser.add_argument("name", help="姓名 · name")
        parser.add_argument("--unit", required=True, help="最上级单位的代码 · code of the topmost unit")
        parser.add_argument(
            "--unit-name", default="", help="该单位的名称（尚未登记时） · its name, where it is new"
        )
        parser.add_argument(
            "--unit-kind", default=UnitKind.COUNTY, choices=UnitKind.values, help="类别 · kind"
        )

    def handle(self, *_: Any, **given: Any) -> None:
        """Make the account and say the code, this once."""
        try:
            with transaction.atomic():
                officer = administrator_found(
                    given["number"],
                    given["name"],
                    unit_code=given["unit"],
                    unit_name=given["unit_name"],
                    kind=given["unit_kind"],
                )
                code = enrolment_issue(officer, by=None, reason=FOUNDED)
        except InputError as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"{officer}  启用码 · enrolment code: {code}")
        self.stdout.write(
            "三天内在登录页“设置密码”使用一次 · use it once within three days, at “Set a password”"
        )
