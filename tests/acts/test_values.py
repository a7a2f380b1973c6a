"""Every field of the vocabulary: many spellings, one recorded form, which reads back as itself and as one exact column value."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acts.values import DECIMALS, TIMES, spelled_number, value_of
from zhunsheng.acts.columns import column_value, field_columns
from zhunsheng.acts.drafts import (
    GREATEST_NUMBER,
    LONGEST_TEXT,
    Fault,
    decimal_text,
    field_value,
    recorded_value,
)
from zhunsheng.acts.registry import ActField, ActType
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.ledger.canonical import canonical

FIELDS = sorted(vocabulary().fields.values(), key=lambda f: f.name)
BY_TYPE = {
    kind: next(f for f in FIELDS if f.type == kind and not f.values)
    for kind in ("text", "flag", "number", "date")
}
TIME = ActField("moment", "time", "时刻", "moment")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EVERY = ActType("every.field", "全部字段", "every field", tuple(f.name for f in FIELDS))


@given(st.data())
def test_every_field_has_one_recorded_form_that_reads_back_as_itself(data: st.DataObject) -> None:
    for field in FIELDS:
        value = data.draw(value_of(field), label=field.name)
        recorded = field_value(EVERY, field.name, value)
        assert not isinstance(recorded, Fault), (field.name, value)
        assert field_value(EVERY, field.name, recorded) == recorded
        assert json.loads(canonical(recorded)) == recorded
        assert type(recorded) is (bool if field.type == "flag" else str)
        columns = field_columns({field.name: recorded})
        assert columns[f"f_{field.name}"] == column_value(field.type, recorded)


@given(DECIMALS, st.data())
def test_numbers_are_exact_whatever_their_spelling(number: Decimal, data: st.DataObject) -> None:
    recorded = recorded_value(BY_TYPE["number"], data.draw(spelled_number(number)))
    assert Decimal(recorded) == number
    assert column_value("number", recorded) == int(number.scaleb(4))
    assert recorded == f"{Decimal(recorded):f}"
    assert not (recorded.endswith("0") and "." in recorded)


@given(TIMES)
def test_times_are_one_instant_to_the_microsecond(at: dt.datetime) -> None:
    recorded = recorded_value(TIME, at)
    assert recorded == recorded_value(TIME, at.isoformat()) == recorded_value(TIME, at.astimezone(dt.UTC))
    assert column_value("time", recorded) == (at - EPOCH) // dt.timedelta(microseconds=1)


@given(st.dates())
def test_dates_are_days(day: dt.date) -> None:
    assert column_value("date", recorded_value(BY_TYPE["date"], day)) == (day - EPOCH.date()).days


REFUSED: list[tuple[ActField, Any]] = [
    *(
        (BY_TYPE["text"], v)
        for v in (
            "",
            5,
            True,
            "\x00",
            "\ud800",
            "\x1b[2J",
            "\x9b2J",
            "a\rb",
            "\x7f",
            "\u202e",
            "\u2069",
            "x" * (LONGEST_TEXT + 1),
            None,
            [],
            {},
        )
    ),
    *((BY_TYPE["flag"], v) for v in ("true", 1, 0, "", "是")),
    *(
        (BY_TYPE["number"], v)
        for v in (
            True,
            "",
            "one",
            "NaN",
            "Infinity",
            "-inf",
            float("nan"),
            "1e5000",
            "1E+999999999",
            "0.00001",
            0.1 + 0.2,
            "1,5",
        )
    ),
    *(
        (BY_TYPE["number"], v)
        for v in (
            GREATEST_NUMBER,
            -GREATEST_NUMBER,
            "12345678901.0000000000000000000001",
            dt.date(2026, 1, 1),
        )
    ),
    *(
        (BY_TYPE["date"], v)
        for v in (
            "2026-02-30",
            "20260101",
            "2026-1-1",
            "2026-01-01T00:00",
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            20260101,
        )
    ),
    *(
        (TIME, v)
        for v in (
            "2026-01-01",
            "2026-01-01T09:30:00",
            dt.datetime(2026, 1, 1),  # noqa: DTZ001
            "09:30+08:00",
            dt.date(2026, 1, 1),
            0,
        )
    ),
    (TIME, "0001-01-01T00:00:00+14:00"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED, ids=lambda v: repr(getattr(v, "type", v))[:30])
def test_what_is_no_such_value_is_refused_in_words(field: ActField, value: Any) -> None:
    with suppress(ValueError, ArithmeticError):
        assert recorded_value(field, value) is None
    if field is not TIME and value is not None:
        fault = field_value(EVERY, field.name, value)
        assert isinstance(fault, Fault)
        assert fault.where == f"fields.{field.name}"
        assert field.zh in fault.zh
        assert field.en in fault.en


def test_a_nought_of_any_exponent_is_nought_and_costs_nothing() -> None:
    for text in ("0E-999999999", "0E+999999999", "-0.0000", "0e5"):
        assert decimal_text(Decimal(text)) == "0"


def test_codes_are_those_of_the_vocabulary() -> None:
    coded = [f for f in FIELDS if f.values]
    for field in coded:
        assert isinstance(field_value(EVERY, field.name, "no such code"), Fault)
    assert len(coded) > 10
    assert isinstance(field_value(vocabulary().types["case.closed"], "age", 5), Fault)
