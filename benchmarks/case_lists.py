"""The case list, the search and the desk at a million cases: server time and queries, as each kind of reader.

Run `python -m benchmarks.case_lists [--cases 1000000] [--home FOLDER]`. With `--home` the data are kept there and used again.
Acts and obligations exist for the running cases only (the lists read no others). Times are those of the functions behind the
pages, queries included and rows fetched, without the template.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 40
OPEN_ZAAK = (2.0, 9.0)
"""Seconds a list took at 62,000 cases as published (open-zaak/open-zaak #1574), before its repair."""
AIM_MS = 200
DAYS = 3650
"""A million cases are ten years of a city."""


def main() -> None:
    """Everything, one after the other."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--cases", type=int, default=1_000_000)
    given.add_argument("--home", type=Path)
    given.add_argument(
        "--explain", action="store_true", help="print the plan of the slowest query of what is over the aim"
    )
    asked = given.parse_args()
    home = asked.home or Path(tempfile.mkdtemp(prefix="zs-lists-", dir="/tmp"))
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    from zhunsheng.cli.demo_city import city_demo
    from zhunsheng.cli.platform import database

    city_demo(home, seed=1, cases=asked.cases, whole=False, days=DAYS)
    with database():
        measure(explain=asked.explain)


def measure(*, explain: bool) -> None:
    """Each question of each reader."""
    from zhunsheng.casework.models import Case

    low, high = OPEN_ZAAK
    count = Case.objects.unfenced("a benchmark").count()
    print(f"{count:,} cases; beside them Open Zaak's list of 62,000 cases, {low:.0f} to {high:.0f} s")
    print(f"{'reader':8} {'what':36} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8}")
    for reader, what, ask in questions():
        p50, p95, queries = timed(ask)
        ratio = f"{1000 * low / p95:.0f} to {1000 * high / p95:.0f} times as fast"
        over = "   over the aim" if p95 > AIM_MS else ""
        print(f"{reader:8} {what:36} {p50:8.1f} {p95:8.1f} {queries:8d}   {ratio}{over}", flush=True)
        if explain and p95 > AIM_MS:
            print(plan_of(ask))


def questions() -> list[tuple[str, str, Callable[[], Any]]]:
    """Reader, what is asked, and the asking."""
    from zhunsheng.casework.models import Party
    from zhunsheng.casework.selectors import Filters, case_list, desk
    from zhunsheng.people.models import Officer, RoleAssignment

    def holder(role: str, kind: str) -> Officer:
        held = RoleAssignment.objects.filter(role=role, unit__kind=kind).order_by("officer_id").first()
        assert held is not None
        return held.officer

    readers = (
        ("station", holder("handler", "station"), "handling", ()),
        ("branch", holder("legal-reviewer", "county"), "review", ("review",)),
        ("branch", holder("approver", "county"), "approval", ("approval", "decision")),
        ("city", holder("approver", "city"), "approval", ("approval", "decision")),
    )
    within = (
        Party.objects.unfenced("a benchmark").exclude(id_number="").order_by("-id").select_related("dossier")
    )
    party = within[1000]
    found: list[tuple[str, str, Callable[[], Any]]] = []

    def ask(reader: str, what: str, by: Officer, purpose: str, filters: Filters, page: int = 1) -> None:
        found.append((reader, what, lambda: case_list(filters, by=by, purpose=purpose, page=page)))

    for reader, by, purpose, turns in readers:
        ask(reader, f"list {purpose}: open, by due time", by, purpose, Filters())
        ask(reader, f"list {purpose}: page 300", by, purpose, Filters(), 300)
        ask(reader, f"list {purpose}: overdue", by, purpose, Filters(overdue=True))
        ask(reader, f"list {purpose}: all, newest first", by, purpose, Filters(show="all", order="newest"))
        ask(reader, f"list {purpose}: stage investigation", by, purpose, Filters(stage="investigation"))
        ask(reader, f"list {purpose}: juveniles, closed", by, purpose, Filters(show="closed", juvenile=True))
        ask(reader, f"search {purpose}: number", by, purpose, Filters(show="all", text=party.dossier.number))
        ask(reader, f"search {purpose}: name", by, purpose, Filters(show="all", text=party.name))
        ask(reader, f"search {purpose}: surname", by, purpose, Filters(show="all", text=party.name[:4]))
        ask(reader, f"search {purpose}: ID number", by, purpose, Filters(show="all", text=party.id_number))
        ask(reader, f"search {purpose}: unit", by, purpose, Filters(show="all", unit=party.dossier.unit_id))
        found.append(
            (
                reader,
                f"desk {purpose}",
                lambda by=by, purpose=purpose, turns=turns: desk(by=by, purpose=purpose, waiting=turns),
            )
        )
    return found


def timed(ask: Callable[[], Any]) -> tuple[float, float, int]:
    """Median and 95th percentile in milliseconds, and the number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        ask()
        taken.append(1e3 * (time.perf_counter() - start))
    cuts = statistics.quantiles(taken, n=20)
    return cuts[9], cuts[18], len(captured)


def plan_of(ask: Callable[[], Any]) -> str:
    """The plan of the slowest query."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask()
    slowest = max(
        (q for q in captured.captured_queries if q["sql"].startswith("SELECT")),
        key=lambda q: float(q["time"]),
    )
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + slowest["sql"])
        lines = [row[0] for row in cursor.fetchall()]
    return "\n".join([slowest["sql"][:3000], *lines])


if __name__ == "__main__":
    main()
