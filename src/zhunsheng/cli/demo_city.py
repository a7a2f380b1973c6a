"""`zhunsheng demo --size city`: a big city's year in bulk, for benchmarks."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.cli.platform import database, django, need_packages
from zhunsheng.cli.progress import progress_bar
from zhunsheng.supervision.demo.recording import PROCESSES, Order, record_year

console = Console(highlight=False)
BRANCHES, STATIONS = "甲乙丙丁戊己庚辛", 10
MODELS = 600
"""Cases made through the door, of which the others are copies."""
CASES = 110_000
"""A year's public-order cases of a city of eleven million (brief: 110,000 case basics disclosed a year)."""


def city_demo(home: Path, *, seed: int, cases: int = CASES, whole: bool = True, days: int = 365) -> None:
    """Make a big city's cases in an empty data folder; prints each table. Of a city that is there already nothing is made."""
    need_packages()
    os.environ["ZHUNSHENG_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    django("demo")
    with database():
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", interactive=False, verbosity=0)
        fill(seed, cases, whole=whole, days=days)
        connections.close_all()


def fill(seed: int, cases: int, *, whole: bool, days: int) -> None:
    """The bureau, its models through the door, and their copies."""
    from zhunsheng.acts.models import Dossier
    from zhunsheng.supervision.demo.bulk import Bulk, multiply
    from zhunsheng.supervision.demo.bureau import made_up_bureau
    from zhunsheng.supervision.demo.living import LivingBureau

    if Dossier.objects.unfenced("whether the city is there").exists():
        console.print("这里已经有案件，不再生成。 There are cases here already; nothing is made.")
        return
    started = time.monotonic()

    def told(what: str, rows: int) -> None:
        console.print(f"[dim]{time.monotonic() - started:6.1f} s[/dim]  {what} {rows:,}")

    until = clock.now().astimezone(LOCAL).replace(tzinfo=None, microsecond=0)
    bureau = LivingBureau(made_up_bureau(BRANCHES, STATIONS))
    bureau.found(clock.now() - dt.timedelta(days=400))
    told("officers", len(bureau.officers))
    order = Order(seed, MODELS, until, 0, PROCESSES, breaches=False, branches=BRANCHES, stations=STATIONS)
    with progress_bar("登记样板案件 recording models") as bar:
        told("models through the door", len(record_year(order, bar)))
    with as_superuser():
        multiply(Bulk(cases - MODELS, days, whole), told)


@contextmanager
def as_superuser() -> Iterator[None]:
    """Within the block the connection is the embedded server's superuser, who may leave out checks of foreign keys."""
    from django.db import connection

    from zhunsheng.base.postgres.layout import SUPERUSER

    connection.close()
    kept = connection.settings_dict
    connection.settings_dict = {**kept, "USER": SUPERUSER}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept
