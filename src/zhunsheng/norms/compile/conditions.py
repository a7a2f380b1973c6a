"""Conditions as column expressions over a table of acts; SQL's null is the unknown of `docs/norm-semantics.md`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, TypeAlias

import ibis
from ibis.expr import types as ir

from zhunsheng.norms import expressions as ex
from zhunsheng.norms.compile.facts import LogFacts
from zhunsheng.norms.log import NUMBER_SCALE

DTYPES: dict[str, str] = {
    "number": "int64",
    "text": "string",
    "flag": "boolean",
    "date": "int64",
    "time": "int64",
}
FACTOR = "decimal(19, 0)"
"""Holds any int64; a product of two of these is exact in 38 digits on every engine."""

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Value: TypeAlias = ir.Value
Flag: TypeAlias = ir.BooleanValue


def whole(number: Value, parts: int) -> Value:
    """Integer division rounded down; engines differ in `//` and go through floats that would round up."""
    rest = number % parts
    rest = ibis.ifelse(rest < 0, rest + parts, rest)
    return ((number - rest) / parts).cast("int64")


def is_true(flag: Value) -> Value:
    """True where the flag is true; false where it is false or unknown."""
    return flag.fill_null(False)


def is_not_false(flag: Value) -> Value:
    """True where the flag is true or unknown."""
    return flag.fill_null(True)


def is_unknown(flag: Value) -> Value:
    """True where the flag is unknown. Not by `isnull`: ibis writes `NOT (x) IS NULL`, which SQL reads as NOT (x IS NULL)."""
    return is_not_false(flag) & ~is_true(flag)


def negated(flag: Value) -> Value:
    """True where the flag is false, unknown where it is unknown; not by `~`, for the same reason."""
    return ibis.cases(
        (flag, ibis.literal(False)), (is_not_false(flag), nothing("boolean")), else_=ibis.literal(True)
    )


def any_of(flags: list[Value]) -> Value:
    """Disjunction; false of nothing."""
    return reduce(or_, flags) if flags else ibis.literal(False)


def every(flags: Iterable[Value | None]) -> Value:
    """Conjunction; true of nothing. None stands for a test that always holds, which is left out so that engines see plain filters."""
    present = [f for f in flags if f is not None]
    return reduce(and_, present) if present else ibis.literal(True)


def nothing(dtype: str) -> Value:
    """A typed null."""
    return ibis.null(dtype)


class Conditions:
    """Turns condition trees into expressions over one table; aggregates over earlier acts are columns made beforehand."""

    def __init__(self, facts: LogFacts, earlier: Mapping[ex.Node, str] | None = None) -> None:
        self.facts, self.earlier = facts, earlier or {}
        self.build: dict[type[ex.Node], Callable[[Any, ir.Table], Value]] = {
            ex.Const: self.const,
            ex.Fact: lambda n, t: self.fact(n.column, n.type, t),
            ex.Dated: self.dated,
            ex.Earlier: lambda n, t: t[self.earlier[n]],
            ex.Company: self.company,
            ex.Shared: self.shared,
            ex.Logic: self.logic,
            ex.Not: lambda n, t: negated(self.of(n.arg, t)),
            ex.Compare: self.compare,
            ex.Member: lambda n, t: self.of(n.arg, t).isin(list(n.values)),
            ex.Known: lambda n, t: self.of(n.arg, t).notnull(),
            ex.Arithmetic: self.arithmetic,
            ex.TextTest: self.text_test,
            ex.Between: self.between,
        }

    def of(self, node: ex.Node, t: ir.Table) -> Value:
        """The condition at each row of `t`; null where it is unknown."""
        return self.build[type(node)](node, t)

    def const(self, node: ex.Const, _t: ir.Table) -> Value:
        return ibis.literal(node.value, DTYPES[node.type])

    def fact(self, column: str, kind: str, t: ir.Table) -> Value:
        """A column of the log, also the derived ones; null in every row where the log lacks it."""
        if column == "hour":
            return whole(t["tod"].cast("int64"), 3600) * NUMBER_SCALE
        if column == "weekday":
            return (((t["day"].cast("int64") + 3) % 7 + 7) % 7 + 1) * NUMBER_SCALE
        if column not in self.facts.safe:
            # Not a literal null: ibis turns a comparison with that into IS NULL.
            return t["seq"].nullif(t["seq"]).cast(DTYPES[kind])
        found = t[self.facts.safe[column]]
        return found if self.facts.columns[column] == DTYPES[kind] else found.cast(DTYPES[kind])

    def dated(self, node: ex.Dated, t: ir.Table) -> Value:
        branches = []
        for first, last, value in node.versions:
            held = t["day"] >= first
            branches.append(
                (held if last is None else held & (t["day"] <= last), ibis.literal(value, DTYPES[node.type]))
            )
        return (
            ibis.cases(*branches, else_=nothing(DTYPES[node.type]))
            if branches
            else nothing(DTYPES[node.type])
        )

    def slots(self, t: ir.Table) -> list[tuple[Value, Callable[..., Value]]]:
        """Of each officer slot: the officer, and a function telling whether a part is one of some values."""

        def test(k: int) -> Callable[..., Value]:
            def fits(
                roles: tuple[str, ...], ranks: tuple[str, ...] = (), qualifications: tuple[str, ...] = ()
            ) -> Value:
                wanted = {"role": roles, "rank": ranks, "qualification": qualifications}
                return every(
                    [self.fact(f"{part}_{k}", "text", t).isin(list(v)) for part, v in wanted.items() if v]
                )

            return fits

        return [(self.fact(f"officer_{k}", "text", t), test(k)) for k in range(1, self.facts.slots + 1)]

    def company(self, node: ex.Company, t: ir.Table) -> Value:
        slots = self.slots(t)
        if not slots:
            return nothing("boolean")
        fits = [fit(node.roles, node.ranks, node.qualifications) for _, fit in slots]
        officers = [officer for officer, _ in slots]
        enough = at_least(node.least, [(o, is_true(f)) for o, f in zip(officers, fits, strict=True)])
        unknown = [] if "officer_1" in self.facts.known else [every([o.isnull() for o in officers])]
        if node.roles or node.ranks or node.qualifications:
            possible = at_least(
                node.least, [(o, is_not_false(f)) for o, f in zip(officers, fits, strict=True)]
            )
            unknown.append(possible & ~enough)
        return ibis.ifelse(any_of(unknown), nothing("boolean"), enough) if unknown else enough

    def shared(self, node: ex.Shared, t: ir.Table) -> Value:
        slots = self.slots(t)
        sure, maybe, apart = [], [], []
        for i, (a, fits_a) in enumerate(slots):
            for j, (b, fits_b) in enumerate(slots):
                if i == j:
                    continue
                x, y = fits_a(node.roles), fits_b(node.others)
                both = a.notnull() & b.notnull()
                sure.append(is_true(both & (a == b)) & is_true(x) & is_true(y))
                maybe.append(is_true(both & (a == b)) & is_not_false(x) & is_not_false(y))
                apart.append(both & is_not_false(x) & is_not_false(y))
        return ibis.cases(
            (any_of(sure), ibis.literal(True)),
            (any_of(maybe), nothing("boolean")),
            (any_of(apart), ibis.literal(False)),
            else_=nothing("boolean"),
        )

    def logic(self, node: ex.Logic, t: ir.Table) -> Value:
        return reduce(and_ if node.op == "and" else or_, [self.of(arg, t) for arg in node.args])

    def compare(self, node: ex.Compare, t: ir.Table) -> Value:
        by_left, by_right = node.factors()
        a, b = scaled(self.of(node.left, t), by_left), scaled(self.of(node.right, t), by_right)
        return COMPARE[node.op](a, b)

    def arithmetic(self, node: ex.Arithmetic, t: ir.Table) -> Value:
        left, right = self.of(node.left, t), self.of(node.right, t)
        if node.op == "*":
            return left.cast(FACTOR) * right.cast(FACTOR)
        by_left, by_right = node.factors()
        a, b = scaled(left, by_left), scaled(right, by_right)
        return a + b if node.op == "+" else a - b

    def text_test(self, node: ex.TextTest, t: ir.Table) -> Value:
        text = self.of(node.arg, t)
        return text.startswith(node.text) if node.fn == "starts_with" else text.contains(node.text)

    def between(self, node: ex.Between, t: ir.Table) -> Value:
        span = self.of(node.end, t).cast("int64") - self.of(node.start, t).cast("int64")
        return (span if node.unit == "days" else whole(span, 1_000_000)) * NUMBER_SCALE


def scaled(value: Value, factor: int) -> Value:
    """The value at a finer scale, in numbers wide enough for it."""
    return value if factor == 1 else value.cast(FACTOR) * ibis.literal(factor, "int64").cast(FACTOR)


def at_least(least: int, slots: list[tuple[Value, Value]]) -> Value:
    """Whether so many different officers stand in the slots whose flag holds; never null."""
    standing = [officer.notnull() & holds for officer, holds in slots]
    if least <= 1:
        return any_of(standing) if least == 1 else ibis.literal(True)
    if least == 2:
        return any_of(
            [
                is_true(standing[i] & standing[j] & (slots[i][0] != slots[j][0]))
                for j in range(len(slots))
                for i in range(j)
            ]
        )
    numbers = []
    for k, (officer, _) in enumerate(slots):
        again = any_of([is_true(other == officer) & standing[j] for j, (other, _) in enumerate(slots[:k])])
        numbers.append(ibis.ifelse(standing[k] & ~again, 1, 0))
    return reduce(lambda a, b: a + b, numbers) >= least
