"""RFC 8785: the published vectors, the refusals of I-JSON, and that parsing and writing are inverse."""

from __future__ import annotations

import enum
import json
import math
import struct
from collections import OrderedDict
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.base.errors import InputError
from zhunsheng.ledger import verifier
from zhunsheng.ledger.canonical import LARGEST_INTEGER, canonical, parse, parse_canonical, text_of

# RFC 8785 appendix B: IEEE 754 bits and their text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
# The files of the reference implementation the RFC names (input, output).
DOCUMENTS = [
    (
        r"""{"\u20ac": "Euro Sign", "1": "One", "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley",
             "\u00f6": "Latin Small Letter O With Diaeresis", "\ufb33": "Hebrew Letter Dalet With Dagesh",
             "</script>": "Browser Challenge"}""",
        (
            '{"1":"One","</script>":"Browser Challenge","\x80":"Control\x7f","ö":"Latin Small Letter O With Diaeresis",'
            '"€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
        ),
    ),
    (
        r"""{"numbers": [1E30, 4.50, 333333333.33333329, 2e-3, 0.000000000000000000000000001],
             "escaping": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}""",
        (
            '{"escaping":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","literals":[null,true,false],'
            '"numbers":[1e+30,4.5,333333333.3333333,0.002,1e-27]}'
        ),
    ),
    (
        r"""{"1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { }, "111": [ { } ], "A": { }}""",
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
    ),
]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_appendix_b(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number) == text.encode()


@pytest.mark.parametrize(("given", "expected"), DOCUMENTS)
def test_documents_of_the_reference_implementation(given: str, expected: str) -> None:
    assert canonical(parse(given.encode())) == expected.encode()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_read_back_as_itself(number: float) -> None:
    text = canonical(number).decode()
    assert float(text) == number
    assert "E" not in text
    assert not text.startswith(("+", "."))


@given(json_values)
def test_writing_is_a_fixed_point_and_loses_nothing(value) -> None:
    data = canonical(value)
    assert parse_canonical(data, floats=False) == value
    assert json.loads(data) == value
    assert verifier.canonical(value).encode() == data


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.just(0), max_size=8))
def test_names_stand_in_the_order_of_utf_16(value: dict[str, int]) -> None:
    names = list(json.loads(canonical(value), object_pairs_hook=OrderedDict))
    assert names == sorted(value, key=lambda name: name.encode("utf-16-be"))


def test_a_name_above_the_surrogates_comes_before_one_just_below_the_end_of_the_plane() -> None:
    assert canonical({"\uffff": 1, "\U00010000": 2}) == '{"\U00010000":2,"\uffff":1}'.encode()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (math.nan, "$"),
        (math.inf, "$"),
        (2**53, "$"),
        (-(2**53), "$"),
        ("\ud800", "$"),
        ({"a": [0, {"b": "\udfff"}]}, "$.a[1].b"),
        ({"a": {"b": 2**60}}, "$.a.b"),
        ({"\ud800": 1}, "$"),
    ],
)
def test_what_has_no_form_is_refused_at_its_place(value, where: str) -> None:
    with pytest.raises(InputError) as caught:
        canonical(value)
    assert caught.value.where == where


def test_what_is_no_json_is_a_mistake_of_the_program() -> None:
    for value in (object(), b"bytes", {1: "a"}, {1, 2}):
        with pytest.raises(TypeError):
            canonical(value)


def test_too_deep_nesting_is_refused() -> None:
    value: list = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(InputError):
        canonical(value)
    with pytest.raises(InputError):
        parse(b"[" * 100_000 + b"]" * 100_000)


def test_enumerations_tuples_and_mappings_are_written_as_what_they_hold() -> None:
    class Rank(enum.StrEnum):
        CHIEF = "chief"

    class Level(enum.IntEnum):
        TWO = 2

    assert canonical({"r": Rank.CHIEF, "l": Level.TWO, "t": (1, 2)}) == b'{"l":2,"r":"chief","t":[1,2]}'
    assert canonical(MappingProxyType({"a": OrderedDict(b=1)})) == b'{"a":{"b":1}}'


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5_000,
        b"1e999",
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b'"\t"',
        b"01",
        b"1.",
        b"[1,]",
        b"",
        b"1 1",
    ],
)
def test_parsing_refuses_what_two_readers_could_take_differently(data: bytes) -> None:
    with pytest.raises(InputError):
        parse(data)


@pytest.mark.parametrize(
    "data", [b'{"b":1,"a":2}', b'{"a": 1}', b'"\\u0061"', b'"\\/"', b"1.0", b"-0", b"1E3"]
)
def test_another_spelling_is_not_canonical(data: bytes) -> None:
    parse(data)
    with pytest.raises(InputError, match="8785"):
        parse_canonical(data)


def test_the_ledger_keeps_no_floats() -> None:
    for value in (0.5, [1.0], {"a": {"b": math.nan}}):
        with pytest.raises(InputError, match="浮点数"):
            text_of(value)
    with pytest.raises(InputError):
        parse(b"[1.5]", floats=False)
