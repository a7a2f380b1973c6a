"""`zhunsheng demo --size city`: a big city's year in bulk, for benchmarks."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
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
"""Cases made through the door, of which the others are copies, where only lists are wanted."""
MODELS_OF_WHOLE = 2_000
"""The same of a whole city, with breaches planted in some."""
CASES = 110_000
"""A year's public-order cases of a city of eleven million (brief: 110,000 case basics disclosed a year)."""


def city_demo(home: Path, *, seed: int, cases: int = CASES, whole: bool = True, days: int = 365) -> None:
    """Make a big city's cases in an empty data folder; prints each table. A city that is there is only finished."""
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

    started = time.monotonic()

    def told(what: str, rows: int) -> None:
        console.print(f"[dim]{time.monotonic() - started:6.1f} s[/dim]  {what} {rows:,}")

    if Dossier.objects.unfenced("whether the city is there").exists():
        console.print("这里已经有案件，不再生成。 There are cases here already; nothing is made.")
        walk(told)
        return
    until = clock.now().astimezone(LOCAL).replace(tzinfo=None, microsecond=0)
    bureau = LivingBureau(made_up_bureau(BRANCHES, STATIONS))
    bureau.found(clock.now() - dt.timedelta(days=400))
    told("officers", len(bureau.officers))
    models = min(MODELS_OF_WHOLE if whole else MODELS, cases)
    order = Order(seed, models, until, 0, PROCESSES, breaches=whole, branches=BRANCHES, stations=STATIONS)
    with progress_bar("登记样板案件 recording models") as bar:
        recorded = len(record_year(order, bar))
    told("models through the door", recorded)
    with as_superuser():
        multiply(Bulk(cases - recorded, days, whole), told)
    walk(told)


def walk(told: Callable[[str, int], None]) -> None:
    """Make act by act the obligations and findings that are not there yet; taken up again where it was stopped."""
    from zhunsheng.supervision.demo.walking import dossiers_walk

    with progress_bar("逐项行为登记义务 obligations act by act") as bar:
        told("dossiers walked through act by act", dossiers_walk(clock.now(), PROCESSES, bar))


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
