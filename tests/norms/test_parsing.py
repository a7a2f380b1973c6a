"""The condition language: what it reads, and how it refuses what it does not."""

from __future__ import annotations

import pytest

from zhunsheng.norms.dossiers import Act, Slot, View
from zhunsheng.norms.evaluate import closure
from zhunsheng.norms.expressions import Dated
from zhunsheng.norms.parsing import ConditionError, Names, parse, parse_flag

NAMES = Names(
    fields={
        "amount": "number",
        "kind": "text",
        "seen": "flag",
        "on": "date",
        "when": "time",
        "odd name": "text",
    },
    parameters={"cap": Dated("number", "cap", ((0, 99, 2_000_0000), (100, None, 4_000_0000)))},
    types=frozenset(("a", "b", "pay")),
)
HOUR = 3_600_000_000


def act(
    seq: int, type_: str = "a", day: int | None = 10, officers: tuple[Slot, ...] = (), **fields: object
) -> Act:
    at = None if day is None else day * 24 * HOUR + seq * HOUR
    facts = {
        "act_type": type_,
        "at_us": at,
        "day": day,
        "tod": None if day is None else seq * 3600,
        "unit": "一所",
        "act_id": str(seq),
    }
    facts |= {f"f_{k}": v for k, v in fields.items()}
    return Act(seq, type_, at, day, facts, officers)


def value(text: str, *acts: Act) -> object:
    """The condition at the last of the acts."""
    view = View((), list(acts))
    return closure(parse(text, NAMES))(view, acts[-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("act.amount > 35", True),
        ("act.amount >= 35.5", True),
        ("act.amount == 35.50", True),
        ("act.amount * 2 == 71", True),
        ("act.amount + 0.0001 > 35.5", True),
        ("act.amount - 36 < 0", True),
        ('act.kind == "x"', True),
        ('act.kind in ["y", "z"]', False),
        ('act.kind not in ["y"]', True),
        ('starts_with(act.kind, "x") and not contains(act.kind, "q")', True),
        ("act.seen", True),
        ("act.seen == false", False),
        ('act.on == "1970-01-06"', True),
        ('act.at < "1970-01-11"', False),
        ('act.day == "1970-01-11"', True),
        ("days_between(act.on, act.day) == 5", True),
        ("act.hour == 0", True),
        ("act.weekday == 7", True),
        ('param("cap") == 2000', True),
        ("known(act.amount)", True),
        ('known(act["odd name"])', False),
        ('act["odd name"] == "q"', None),
        ('act["odd name"] == "q" or act.seen', True),
        ('act["odd name"] == "q" and not act.seen', False),
        ('not (act["odd name"] == "q")', None),
        ('act.unit == "一所"', True),
        ('act.type == "a"', True),
    ],
)
def test_value_at_an_act(text: str, expected: object) -> None:
    assert value(text, act(0, amount=35_5000, kind="x", seen=True, on=5)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('count("pay") == 2', True),
        ('count("*") == 3', True),
        ('count(["a", "pay"]) == 3', True),
        ('sum("pay".amount) == 30', True),
        ('first("pay".amount) == 10', True),
        ('last("pay".amount) == 20', True),
        ('min("pay".amount) == 10', True),
        ('max("pay".amount) == 20', True),
        ('sum("b".amount) == 0', True),
        ('known(last("b".amount))', False),
        ('count("pay", where=act.amount > 15) == 1', True),
        ('last("pay".at) > first("pay".at)', True),
        ('last("*".kind) == "k"', True),
        ('count("pay", where=act.seen) == 0', None),
        ('sum("a".amount) == 0', None),
    ],
)
def test_value_from_earlier_acts(text: str, expected: object) -> None:
    acts = (
        act(0, "a", kind="k"),
        act(1, "pay", amount=10_0000),
        act(2, "pay", amount=20_0000),
        act(3, "b", amount=99_0000),
    )
    assert value(text, *acts) is expected


def test_an_act_without_time_knows_of_no_earlier_acts() -> None:
    assert value('count("pay") == 0', act(0, "pay"), act(1, "a", day=None)) is None


@pytest.mark.parametrize(
    ("officers", "expected"),
    [
        ((), None),
        ((Slot("甲", "handler"), Slot("乙", "handler")), True),
        ((Slot("甲", "handler"), Slot("甲", "handler")), False),
        ((Slot("甲", "handler"), Slot("乙", None)), None),
        ((Slot("甲", "handler"), Slot("乙", "keeper")), False),
    ],
)
def test_enough_officers(officers: tuple[Slot, ...], expected: object) -> None:
    assert value('officers(2, role="handler")', act(0, officers=officers)) is expected


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("act.amont > 1", "did you mean amount", 1),
        ("amount > 1", "write act.amount", 1),
        ('count("c") > 0', "unknown act type", 7),
        ("act.amount > 1.00001", "four decimals", 14),
        ('act.amount > "x"', "cannot compare", 1),
        ('act.kind < "x"', "only be compared", 1),
        ("act.amount / 2 > 1", "not part of the condition language", 1),
        ("__import__('os')", "unknown function", 1),
        ("act.amount.real > 1", "only `act` has fields", 1),
        ("1 < act.amount < 3", "two things at a time", 1),
        ("act.amount >", "cannot read", 1),
        ('sum("pay".kind) > 1', "only numbers", 1),
        ("known()", "exactly one", 1),
        ('count("pay", where=count("a") > 1) > 0', "cannot stand inside", 20),
        ('param("nope") > 1', "unknown parameter", 1),
        ("act.seen and act.amount", "needs true or false", 14),
        ("[x for x in ()]", "not part of", 1),
        ("lambda: 1", "not part of", 1),
        ("act.amount * act.amount * act.amount > 1", "one multiplication", 1),
        ("officers(1.5)", "number of officers", 1),
    ],
)
def test_refusals_name_the_place(text: str, message: str, column: int) -> None:
    with pytest.raises(ConditionError, match=message) as error:
        parse(text, NAMES)
    assert error.value.column == column


def test_a_condition_must_be_true_or_false() -> None:
    with pytest.raises(ConditionError, match="true or false"):
        parse_flag("act.amount", NAMES)


def test_a_number_is_exact() -> None:
    # 0.1 + 0.2 == 0.3 is false in binary floating point.
    assert value("act.amount + 0.2 == 0.3", act(0, amount=1000)) is True
