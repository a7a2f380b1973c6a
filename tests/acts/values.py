"""Values for every field of the vocabulary, in the many spellings people and programs give them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from zhunsheng.acts.registry import ActField
from zhunsheng.acts.vocabulary import vocabulary

TURNING = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=TURNING)
TEXTS = st.text(st.one_of(CHARACTERS, st.sampled_from("\n\t")), min_size=1, max_size=40)
NAMES = st.text(CHARACTERS, min_size=1, max_size=40).filter(str.strip)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
TIMES = st.datetimes(dt.datetime(1, 1, 3), dt.datetime(9999, 12, 29), timezones=OFFSETS)  # noqa: DTZ001
DATES = st.dates()
DECIMALS = st.decimals(-(10**13), 10**13, places=4)


def spelled_number(number: Decimal) -> st.SearchStrategy[Any]:
    """A number as a decimal, text of several kinds, or a whole number where it is one."""
    ways: list[Any] = [number, str(number), f"{number:E}", f" {number} ", f"{number:+f}00"]
    if number == number.to_integral_value():
        ways.append(int(number))
    if abs(number) < 10**9:
        ways.append(float(number))
    return st.sampled_from(ways)


def value_of(field: ActField) -> st.SearchStrategy[Any]:
    """Something that field takes."""
    if field.values:
        return st.sampled_from(sorted(field.values))
    return {
        "text": TEXTS,
        "flag": st.booleans(),
        "number": DECIMALS.flatmap(spelled_number),
        "date": DATES.flatmap(lambda d: st.sampled_from([d, d.isoformat()])),
        "time": TIMES.flatmap(lambda t: st.sampled_from([t, t.isoformat(), t.isoformat(" ")])),
    }[field.type]


def fields_of(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the fields of an act type."""
    known = vocabulary().fields
    declared = vocabulary().types[name].fields
    return st.fixed_dictionaries({}, optional={f: value_of(known[f]) for f in declared})
