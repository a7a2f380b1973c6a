"""Mergers of units at the same time as one another and as whatever places something in a unit: one tree, nothing left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import count

import pytest
from django.db import connections, transaction

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import at_once, of_kind
from tests.soundness import deadlocks, what_is_wrong
from zhunsheng.base.errors import InputError
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.merging import Merger, unit_merge
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.selectors import unit_now, units_over, units_under
from zhunsheng.people.services import officer_create, officer_move, role_grant, unit_create, unit_move

CITY = "990100000000"
NUMBERS = count(1)


def station(by: Officer, parent: str = CITY) -> str:
    """A unit more, with an officer."""
    code = f"97{next(NUMBERS):04}"
    unit_create(code, f"单位{code}", kind=UnitKind.STATION, parent=parent, by=by)
    officer_create(f"并{code}", "某人", unit=code, by=by)
    return code


def merge(code: str, into: str, by: Officer) -> Merger:
    return unit_merge(Unit.objects.get(code=code), into=into, by=by, reason="改革")


def sound(*codes: str) -> None:
    """A tree, in which what was merged is empty and stands below what it was merged into."""
    for code in codes:
        unit = Unit.objects.get(code=code)
        assert units_over(code)[-1] == "000000000000"
        if unit.merged_into is not None:
            assert unit.parent == unit.merged_into
            assert not Officer.objects.filter(unit=code).exists()
            assert not Unit.objects.filter(parent=unit, merged_into=None).exists()
            assert code in units_under(unit_now(unit).code)


def test_of_two_units_merged_into_each_other_one_is(platform: Platform) -> None:
    by = platform.bureau.founder
    for _ in range(6):
        one, other = station(by), station(by)
        pairs = [(one, other), (other, one)]
        answers = at_once(2, lambda n, pairs=pairs: merge(*pairs[n], by))
        assert (len(of_kind(answers, Merger)), len(of_kind(answers, InputError))) == (1, 1), answers
        sound(one, other)
        assert Unit.objects.filter(code__in=(one, other), merged_into=None).count() == 1
    assert deadlocks() == 0


def test_of_mergers_in_a_ring_all_but_one_are(platform: Platform) -> None:
    by, size = platform.bureau.founder, 5
    codes = [station(by) for _ in range(size)]
    answers = at_once(size, lambda n: merge(codes[n], codes[(n + 1) % size], by))
    assert len(of_kind(answers, Merger)) + len(of_kind(answers, InputError)) == size, answers
    assert of_kind(answers, Merger)
    sound(*codes)
    living = Unit.objects.filter(code__in=codes, merged_into=None)
    assert living.count() == size - len(of_kind(answers, Merger)) > 0
    assert Officer.objects.filter(unit__in=living.values("code")).count() >= size
    assert deadlocks() == 0


@pytest.mark.parametrize("what", ["create", "move-officer", "grant", "below", "move-unit", "move-away"])
def test_what_is_placed_in_a_unit_while_it_is_merged_is_refused_or_goes_along(
    platform: Platform, what: str
) -> None:
    by = platform.bureau.founder
    for _ in range(5):
        gone, into, third = (station(by) for _ in range(3))
        child = station(by, gone)
        officer = Officer.objects.get(number=f"并{third}")
        mine = Officer.objects.get(number=f"并{gone}")
        new = f"98{next(NUMBERS):04}"
        acts: dict[str, Callable[[], object]] = {
            "create": lambda new=new, gone=gone: officer_create(new, "新", unit=gone, by=by),
            "move-officer": lambda officer=officer, gone=gone: officer_move(officer, by=by, unit=gone),
            "grant": lambda mine=mine, gone=gone: role_grant(mine, "handler", gone, by=by, reason="-"),
            "below": lambda new=new, gone=gone: unit_create(
                new, "新", kind=UnitKind.STATION, parent=gone, by=by
            ),
            "move-unit": lambda third=third, gone=gone: unit_move(
                Unit.objects.get(code=third), by=by, parent=gone
            ),
            "move-away": lambda child=child, third=third: unit_move(
                Unit.objects.get(code=child), by=by, parent=third
            ),
        }
        tasks = [lambda gone=gone, into=into: merge(gone, into, by), acts[what]]
        answers = at_once(2, lambda n, tasks=tasks: tasks[n]())
        assert of_kind(answers, Merger), answers
        assert isinstance(answers[1], InputError | Officer | Unit) or what == "grant", answers
        assert not isinstance(answers[1], Exception) or isinstance(answers[1], InputError), answers
        sound(gone, into, third, child)
    assert deadlocks() == 0
    assert what_is_wrong() == {}


def test_who_was_there_first_is_seen_by_the_merger(platform: Platform) -> None:
    """An officer entered but not yet committed: the merger waits, and takes them along."""
    by = platform.bureau.founder
    gone, into = station(by), station(by)
    done: list[Merger] = []

    def merging() -> None:
        try:
            done.append(merge(gone, into, by))
        finally:
            connections.close_all()

    other = threading.Thread(target=merging)
    with transaction.atomic():
        newcomer = officer_create(f"98{next(NUMBERS):04}", "新", unit=gone, by=by)
        other.start()
        time.sleep(0.5)
        assert not done, "it waits for the officer's unit"
    other.join(60)
    assert len(done) == 1
    newcomer.refresh_from_db()
    assert newcomer.unit_id == into
    sound(gone, into)
