"""Object-centric logs: three formats of one log with the same findings, and every norm of the examples by hand from SQL."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import zhunsheng
from tests.real.by_hand import working_days_after
from tests.real.comparing import ENGINES, EXAMPLES, bag
from zhunsheng.exchange import read_log, write_log

OCEL = EXAMPLES / "ocel"
FORMATS = ("jsonocel", "xmlocel", "sqlite")
BROKEN = {"late", "overdue", "broken"}


class Step(NamedTuple):
    """An event of one object."""

    id: str
    type: str
    at: dt.datetime


Case = list[Step]
Row = tuple[str, str, str, str]
"""Norm, object, event and status."""


def objects(path: Path, kind: str) -> dict[str, Case]:
    """The events of each object of a kind, by time and then by their place in the event table."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        tables = dict(base.execute("SELECT ocel_type, ocel_type_map FROM event_map_type"))
        at = {
            e: t
            for name in tables.values()
            for e, t in base.execute(f'SELECT ocel_id, ocel_time FROM "event_{name}"')
        }
        place = {e: n for n, (e,) in enumerate(base.execute("SELECT ocel_id FROM event ORDER BY rowid"))}
        linked = base.execute(
            "SELECT DISTINCT o.ocel_id, e.ocel_id, e.ocel_type FROM object o JOIN event_object l ON l.ocel_object_id = o.ocel_id "
            "JOIN event e ON e.ocel_id = l.ocel_event_id WHERE o.ocel_type = ?",
            (kind,),
        ).fetchall()
    base.close()
    found: dict[str, Case] = {}
    for name, event, event_type in sorted(linked, key=lambda row: (at[row[1]], place[row[1]])):
        found.setdefault(str(name), []).append(Step(event, event_type, dt.datetime.fromisoformat(at[event])))
    return found


def by_product(log: Path, folder: Path, engine: str) -> set[Row]:
    """What the product finds, by object and event."""
    found = zhunsheng.check(log, folder / "norms.yaml", mapping=folder / "mapping.yaml", engine=engine)
    names = ("norm_id", "case_id", "opened_by", "status")
    rows = list(zip(*(found.column(n).to_pylist() for n in names), strict=True))
    assert len(set(rows)) == len(rows)
    return set(rows)


def count_broken(rows: set[Row]) -> dict[str, int]:
    norms = {row[0] for row in rows}
    return {norm: sum(row[0] == norm and row[3] in BROKEN for row in rows) for norm in norms}


def first_after(case: Case, step: Step, kind: str) -> Step | None:
    return next((s for s in case[case.index(step) + 1 :] if s.type == kind), None)


def before(case: Case, step: Step, kind: str) -> Case:
    return [s for s in case[: case.index(step)] if s.type == kind]


def in_time(done: Step | None, due: dt.datetime, now: dt.datetime) -> str:
    """Due is the first instant too late."""
    if done:
        return "met" if done.at < due else "late"
    return "overdue" if now >= due else "pending"


def midnight_after(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time())


def orders_by_hand(cases: dict[str, Case], prices: dict[str, float], now: dt.datetime) -> Iterator[Row]:
    for name, case in cases.items():
        for step in case:
            if step.type == "place order":
                due = midnight_after(working_days_after(step.at.date(), 1))
                status = in_time(first_after(case, step, "confirm order"), due, now)
                yield "order.confirmed-within-1-working-day", name, step.id, status
            if step.type == "confirm order" and prices[name] > 1000:
                yield "order.dear-ones-confirmed-by-an-officer", name, step.id, "met"
            if step.type == "payment reminder":
                earlier = before(case, step, "payment reminder")
                waited = any(
                    (step.at.date() - s.at.date()).days >= 14 for s in before(case, step, "confirm order")
                )
                week = any((step.at.date() - s.at.date()).days <= 7 for s in earlier)
                yield "reminder.after-confirmation", name, step.id, "met" if waited else "broken"
                yield "reminder.not-twice-in-a-week", name, step.id, "broken" if week else "met"
                yield "reminder.at-most-two", name, step.id, "broken" if len(earlier) >= 2 else "met"


def containers_by_hand(cases: dict[str, Case], now: dt.datetime) -> Iterator[Row]:
    for name, case in cases.items():
        for step in case:
            weighed = before(case, step, "Weigh")
            if step.type == "Load to Vehicle":
                yield "container.weighed-before-loading", name, step.id, "met" if weighed else "broken"
            if step.type == "Load Truck":
                yield "container.not-opened-after-weighing", name, step.id, "broken" if weighed else "met"
            if step.type == "Pick Up Empty Container":
                due = step.at + dt.timedelta(hours=48, microseconds=1)
                status = in_time(first_after(case, step, "Drive to Terminal"), due, now)
                yield "container.at-terminal-within-48-hours", name, step.id, status
            if step.type == "Place in Stock":
                due = midnight_after(step.at.date() + dt.timedelta(days=14))
                status = in_time(first_after(case, step, "Load to Vehicle"), due, now)
                yield "container.shipped-within-14-days", name, step.id, status


@pytest.mark.parametrize("engine", ENGINES)
def test_three_formats_of_one_log_have_the_same_findings(shared, engine):
    found = [
        by_product(shared / "data" / "ocel" / f"ocel20_example.{name}", OCEL, engine) for name in FORMATS
    ]
    assert found[0] == found[1] == found[2]
    assert found[0] == {
        ("invoice.paid-within-20-days", "R1", "e5", "met"),
        ("invoice.paid-within-20-days", "R2", "e6", "met"),
        ("invoice.paid-within-20-days", "R3", "e9", "late"),
        ("order.before-invoice", "R3", "e10", "broken"),
        ("payment.not-while-blocked", "R1", "e7", "met"),
        ("payment.not-while-blocked", "R2", "e8", "met"),
        ("payment.not-while-blocked", "R3", "e13", "met"),
        ("block.lifted-by-another", "R3", "e12", "broken"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm_on_orders(shared, engine):
    path = shared / "data" / "ocel" / "running-example.sqlite"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        prices = {str(k): v for k, v in base.execute('SELECT ocel_id, price FROM "object_Orders"')}
    base.close()
    found = by_product(path, OCEL / "orders", engine)
    assert found == set(orders_by_hand(objects(path, "orders"), prices, midnight_after(dt.date(2024, 5, 10))))
    assert count_broken(found) == {
        "order.confirmed-within-1-working-day": 350,
        "order.dear-ones-confirmed-by-an-officer": 0,
        "reminder.after-confirmation": 1_448,
        "reminder.not-twice-in-a-week": 277,
        "reminder.at-most-two": 98,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_norm_on_containers(shared, engine):
    path = shared / "data" / "ocel" / "logistics.sqlite"
    found = by_product(path, OCEL / "logistics", engine)
    assert found == set(containers_by_hand(objects(path, "Container"), midnight_after(dt.date(2023, 11, 9))))
    assert count_broken(found) == {
        "container.weighed-before-loading": 0,
        "container.at-terminal-within-48-hours": 30,
        "container.not-opened-after-weighing": 0,
        "container.shipped-within-14-days": 64,
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["copy.jsonocel", "copy.xmlocel", "copy.sqlite"])
def test_a_log_written_in_each_format_has_the_findings_of_its_source(shared, tmp_path, name):
    folder = OCEL / "orders"
    log = read_log(
        shared / "data" / "ocel" / "running-example.sqlite",
        mapping=folder / "mapping.yaml",
        into=tmp_path / "log",
    )
    write_log(log, tmp_path / name)
    copied = zhunsheng.check(tmp_path / name, folder / "norms.yaml", engine="interpret")
    assert bag(copied) == bag(zhunsheng.check(log, folder / "norms.yaml", engine="interpret"))
