"""A platform for benchmarks: the embedded database with durable settings in a folder of its own, the made-up bureau in it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.base.postgres.cluster import make_reachable
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.use import in_use

if TYPE_CHECKING:
    from zhunsheng.supervision.demo import Demo
    from zhunsheng.supervision.demo.living import LivingBureau

FOUNDED = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


@contextmanager
def platform(*, env: dict[str, str] | None = None) -> Iterator[Path]:
    """A fresh, migrated platform; Django is set up inside. The folder and the server are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="zs-bench-", dir="/tmp"))
    home.chmod(0o711)
    make_reachable(home, ours=False)
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"ZHUNSHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhunsheng.config.settings", **(env or {})}
    try:
        with in_use(Server(layout_in(home))):
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", interactive=False, verbosity=0)
            yield home
    finally:
        shutil.rmtree(layout_in(home).sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def bureau(cases: int, seed: int = 1) -> tuple[LivingBureau, Demo]:
    """The made-up bureau registered, and so many of its lawful cases."""
    from zhunsheng.supervision.demo import generate
    from zhunsheng.supervision.demo.living import LivingBureau

    made = generate(seed=seed, cases=cases, breaches=False)
    living = LivingBureau(made.bureau)
    living.found(FOUNDED)
    return living, made
