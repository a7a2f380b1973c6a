"""What the cadences ask for is there when its period begins, once; what was missed is a row, and overdue."""

from __future__ import annotations

import datetime as dt

import pytest

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.cadences import cadences_plan, period_of
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.inspections.tasks import inspections_planned
from zhunsheng.people.demo import CITY, COUNTY, OTHER_COUNTY, Bureau

pytestmark = pytest.mark.django_db


def planned(day: dt.date) -> int:
    with clock.holding(clock.day_start(day) + dt.timedelta(hours=9)):
        return cadences_plan()


def of(cadence: str, unit: str = COUNTY) -> list[dt.date]:
    rows = Inspection.objects.unfenced("a test").filter(cadence=cadence, unit=unit)
    return list(rows.order_by("period_from").values_list("period_from", flat=True))


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        ("week", dt.date(2026, 3, 4), dt.date(2026, 3, 2), dt.date(2026, 3, 8)),
        ("week", dt.date(2026, 3, 8), dt.date(2026, 3, 2), dt.date(2026, 3, 8)),
        ("month", dt.date(2026, 2, 28), dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        ("month", dt.date(2026, 12, 31), dt.date(2026, 12, 1), dt.date(2026, 12, 31)),
        ("quarter", dt.date(2026, 12, 1), dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
        ("quarter", dt.date(2026, 5, 31), dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
    ],
)
def test_periods(every: str, day: dt.date, first: dt.date, last: dt.date) -> None:
    assert period_of(every, day) == (first, last)


def test_each_level_has_its_own_and_once(bureau: Bureau) -> None:
    made = planned(dt.date(2026, 3, 4))
    assert made == 2 * 3 + 2, "two branches with three cadences each, the city with two"
    assert planned(dt.date(2026, 3, 4)) == 0
    assert planned(dt.date(2026, 3, 8)) == 0
    assert (
        of("weekly-safe-enforcement") == of("weekly-safe-enforcement", OTHER_COUNTY) == [dt.date(2026, 3, 2)]
    )
    assert of("weekly-safe-enforcement", CITY) == []
    assert of("quarterly-review", CITY) == [dt.date(2026, 1, 1)]
    row = Inspection.objects.unfenced("a test").get(cadence="quarterly-review", unit=CITY)
    assert (row.status, row.planned_by, row.kind, row.stratified, row.double) == (
        "planned",
        None,
        "review",
        True,
        20,
    )
    assert row.spec == {"closed_from": "2026-01-01", "closed_to": "2026-03-31"}
    week = Inspection.objects.unfenced("a test").get(cadence="weekly-safe-enforcement", unit=COUNTY)
    assert (week.spec["opened_from"], week.spec["opened_to"], len(week.spec["any_of"])) == (
        "2026-03-02",
        "2026-03-08",
        1,
    )
    assert row.due_at.astimezone(clock.LOCAL).date() == dt.date(2026, 4, 30)


def test_what_was_missed_while_nobody_planned_is_a_row(bureau: Bureau) -> None:
    planned(dt.date(2026, 3, 4))
    planned(dt.date(2026, 3, 25))
    weeks = of("weekly-safe-enforcement")
    assert weeks == [dt.date(2026, 3, 2) + dt.timedelta(weeks=n) for n in range(4)]
    late = Inspection.objects.unfenced("a test").filter(
        cadence="weekly-safe-enforcement", unit=COUNTY, due_at__lt=clock.day_start(dt.date(2026, 3, 25))
    )
    assert late.count() == 2


def test_the_job_plans(bureau: Bureau) -> None:
    inspections_planned.func(timestamp=0)
    assert Inspection.objects.unfenced("a test").exists()


def test_before_a_cadence_is_in_force_nothing_is_asked(bureau: Bureau) -> None:
    assert planned(dt.date(2025, 12, 31)) == 0


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("theme: long-open", "theme: no-such", "no-such"),
        ("code: evidence\n", "code: facts\n", "questions"),
        ("[penalty.decided, penalty.decided-on-the-spot]", "[no.such]", "no.such"),
        ("every: week", "every: day", "every"),
        ("questions: [why-open, facts, next-step]", "questions: [nothing]", "nothing"),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path, was: str, becomes: str, said: str) -> None:
    from zhunsheng.acts.surroundings import rulebook_folder

    text = (rulebook_folder() / "inspections.yaml").read_text(encoding="utf-8")
    assert was in text
    file = tmp_path / "inspections.yaml"
    file.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(InputError, match=said) as fault:
        inspections_file(file)
    assert fault.value.where.startswith(f"{file}:"), "it names the line"
