"""`zhunsheng manage cases_rebuild`: make the rows of the case lists anew from the acts; tells how many differed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhunsheng.casework.rebuild import cases_rebuild


class Command(BaseCommand):
    """Safe beside a running server: each dossier is made anew under its own lock."""

    help = "由执法行为重建案件列表 · make the rows of the case lists anew from the acts"

    def add_arguments(self, parser: Any) -> None:
        """Only look, or mend."""
        parser.add_argument("--check", action="store_true", help="只比较，不改 · compare, change nothing")

    def handle(self, *_: Any, **given: Any) -> None:
        """Rebuild, or compare."""
        done = cases_rebuild(mend=not given["check"])
        self.stdout.write(
            f"{done.dossiers}个案卷，{done.different}个不一致 · {done.dossiers} dossiers, {done.different} were different"
        )
        if given["check"] and done.different:
            raise CommandError(
                "有不一致：去掉 --check 再运行一次 · there are differences: run it again without --check"
            )
