"""`zhunsheng manage enrolment_code`: a new code for an account that nobody else can help, such as the only administrator's."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhunsheng.people.access import Denied
from zhunsheng.people.enrolment import enrolment_issue
from zhunsheng.people.models import Officer

NOBODY = "没有这个账号，或者它已停用、属于接入系统 · no such account, or it is shut, or a programme's"


class Command(BaseCommand):
    """The sign-in log shows a code issued by nobody, which is the sign of this command."""

    help = "在服务器上签发启用码（平时请由管理员签发） · issue an enrolment code at the server"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and why."""
        parser.add_argument("number", help="警号 · officer number")
        parser.add_argument("--reason", required=True, help="理由 · reason, for the log")

    def handle(self, *_: Any, **given: Any) -> None:
        """Say the code, this once."""
        officer = Officer.objects.filter(number=given["number"]).first()
        if officer is None:
            raise CommandError(NOBODY)
        try:
            code = enrolment_issue(officer, by=None, reason=given["reason"])
        except Denied as denied:
            raise CommandError(NOBODY) from denied
        self.stdout.write(f"{officer}  启用码 · enrolment code: {code}")
