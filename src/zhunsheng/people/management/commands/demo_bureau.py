"""`zhunsheng manage demo_bureau`: the made-up bureau with somebody for every role; refused beside a real one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhunsheng.base.errors import InputError
from zhunsheng.people import demo


class Command(BaseCommand):
    """Everybody has the password given."""

    help = "建立演示单位和人员 · make the made-up bureau"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One password for all."""
        parser.add_argument(
            "--password", required=True, help="所有演示账号的密码 · the password of every account"
        )

    def handle(self, *_: Any, **given: Any) -> None:
        """Make it and say who is who."""
        try:
            bureau = demo.demo_bureau(password=given["password"])
        except InputError as wrong:
            raise CommandError(str(wrong)) from wrong
        for role, officer in bureau.by_role().items():
            self.stdout.write(f"{officer.number}  {officer.name}  {role.label}")
