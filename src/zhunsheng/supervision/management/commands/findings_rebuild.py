"""`zhunsheng manage findings_rebuild`: findings held against the obligations; tells in how many dossiers they differed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhunsheng.supervision.rebuild import findings_rebuild


class Command(BaseCommand):
    """Safe beside a running server: each dossier is looked at under its own lock."""

    help = "对照义务核对问题 · hold the findings against the obligations"

    def add_arguments(self, parser: Any) -> None:
        """Only look, or mend."""
        parser.add_argument("--check", action="store_true", help="只比较，不改 · compare, change nothing")

    def handle(self, *_: Any, **given: Any) -> None:
        """Mend, or compare."""
        done = findings_rebuild(mend=not given["check"])
        self.stdout.write(
            f"{done.dossiers}个案卷、{done.cases}个来源案件，{done.different}个不一致 · "
            f"{done.dossiers} dossiers and {done.cases} imported cases, {done.different} were different"
        )
        if given["check"] and done.different:
            raise CommandError(
                "有不一致：去掉 --check 再运行一次 · there are differences: run it again without --check"
            )
