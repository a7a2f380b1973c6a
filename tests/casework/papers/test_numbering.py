"""Numbers are without gaps and never given twice, also when many sign at once and some fail."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from zhunsheng.casework.models import PaperNumbering
from zhunsheng.casework.papers.series import number_take
from zhunsheng.casework.papers.view import Issuer
from zhunsheng.people.demo import COUNTY, STATION, demo_bureau

STATION_OF = Issuer(STATION, "甲分局第一派出所", "演示市公安局甲分局", COUNTY)
BUREAU = Issuer(COUNTY, "演示市公安局甲分局", "演示市公安局甲分局", COUNTY)
THREADS, EACH = 6, 8


@pytest.mark.django_db
def test_each_unit_series_and_year_counts_for_itself() -> None:
    demo_bureau()
    taken = [
        number_take(STATION_OF, "行罚决字", 2026),
        number_take(STATION_OF, "行罚决字", 2026),
        number_take(STATION_OF, "行传字", 2026),
        number_take(STATION_OF, "行罚决字", 2027),
        number_take(BUREAU, "行罚决字", 2026),
    ]
    assert taken == [
        "甲公（一）行罚决字〔2026〕1号",
        "甲公（一）行罚决字〔2026〕2号",
        "甲公（一）行传字〔2026〕1号",
        "甲公（一）行罚决字〔2027〕1号",
        "甲公行罚决字〔2026〕1号",
    ]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double(transactional_db: None) -> None:
    """Every third one fails after it took its number, and gives it back."""
    demo_bureau()
    taken: list[str] = []
    start = threading.Barrier(THREADS)

    def sign(n: int) -> None:
        try:
            start.wait()
            for round_ in range(EACH):
                with transaction.atomic():
                    number = number_take(STATION_OF, "行罚决字", 2026)
                    if (n + round_) % 3 == 0:
                        transaction.set_rollback(True)
                    else:
                        taken.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = [f"甲公（一）行罚决字〔2026〕{n}号" for n in range(1, len(taken) + 1)]
    assert Counter(taken) == Counter(wanted)
    assert PaperNumbering.objects.get(series="行罚决字").last == len(taken)
