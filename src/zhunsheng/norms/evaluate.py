"""Conditions in plain Python: from a typed tree to a closure over a group of acts. Unknown is None (Kleene's logic)."""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from zhunsheng.norms import expressions as ex
from zhunsheng.norms.dossiers import Act, View

Value = int | str | bool | None
Closure = Callable[[View, Act], Value]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TEN_THOUSAND = 10_000
DERIVED = frozenset({"hour", "weekday"})
"""Columns that are computed from others."""


@lru_cache(maxsize=1 << 14)
def closure(node: ex.Node) -> Closure:
    """A function of (group, act) that gives the condition's value at that act, or None when it is unknown.

    Equal conditions get one closure, so that a whole rulebook shares what it computes about a group.
    """
    build: Callable[[Any], Closure] = BUILDERS[type(node)]
    return build(node)


def const(node: ex.Const) -> Closure:
    """A literal."""
    value = node.value
    return lambda _view, _act: value


def fact(node: ex.Fact) -> Closure:
    """A column of the act; hour and weekday are derived."""
    column = node.column
    if column not in DERIVED:
        return lambda _view, act: act.facts.get(column)
    read = reading(column)
    return lambda _view, act: read(act)


def reading(column: str) -> Callable[[Act], Value]:
    """What an act states in a column, also the derived ones."""
    if column == "hour":
        return lambda act: None if (tod := act.facts.get("tod")) is None else tod // 3600 * TEN_THOUSAND
    if column == "weekday":
        return lambda act: None if act.day is None else ((act.day + 3) % 7 + 1) * TEN_THOUSAND
    return lambda act: act.facts.get(column)


def dated(node: ex.Dated) -> Closure:
    """A parameter's value on the act's day."""

    def value(_view: View, act: Act) -> Value:
        if act.day is None:
            return None
        return next(
            (v for first, last, v in node.versions if first <= act.day and (last is None or act.day <= last)),
            None,
        )

    return value


def aggregate(node: ex.Earlier) -> Closure:
    """An aggregate over earlier acts, computed once per group as a running series."""
    where = closure(node.where) if node.where is not None else None
    read = reading(node.column) if node.column else None

    def series(view: View) -> tuple[list[int], list[Value]]:
        positions: list[int] = []
        results: list[Value] = []
        state: Value = 0 if node.fn in ("count", "sum") else None
        poisoned = False
        for act in view.of_types(node.types):
            holds = where(view, act) if where else True
            value = read(act) if read else TEN_THOUSAND
            if holds is False or (holds and value is None and node.fn != "sum"):
                continue
            if holds is None or value is None:
                poisoned = True
            if not poisoned:
                state = step(node.fn, state, value)
            positions.append(act.position)
            results.append(None if poisoned else state)
        return positions, results

    key = id(node)
    empty: Value = 0 if node.fn in ("count", "sum") else None

    def value(view: View, act: Act) -> Value:
        if act.position < 0:
            return None
        found = view.memo.get(key)
        if found is None:
            found = view.memo[key] = series(view)
        k = bisect_left(found[0], act.position) - 1
        return found[1][k] if k >= 0 else empty

    return value


def step(fn: str, state: Any, value: Any) -> Any:
    """The aggregate after one more value."""
    if fn in ("count", "sum"):
        return state + value
    if state is None or fn == "last":
        return value
    if fn == "first":
        return state
    return min(state, value) if fn == "min" else max(state, value)


def company(node: ex.Company) -> Closure:
    """Whether enough officers of a sort are present."""

    def value(_view: View, act: Act) -> Value:
        if not act.officers:
            return None
        certain, possible = set(), set()
        for slot in act.officers:
            fits = slot.fits(node.roles, node.ranks, node.qualifications)
            if fits:
                certain.add(slot.officer)
            if fits is not False:
                possible.add(slot.officer)
        if len(certain) >= node.least:
            return True
        return False if len(possible) < node.least else None

    return value


def shared(node: ex.Shared) -> Closure:
    """Whether two slots name one officer."""

    def value(_view: View, act: Act) -> Value:
        xs = [(i, s, s.fits(node.roles)) for i, s in enumerate(act.officers)]
        ys = [(i, s, s.fits(node.others)) for i, s in enumerate(act.officers)]
        xs = [x for x in xs if x[2] is not False]
        ys = [y for y in ys if y[2] is not False]
        answer: bool | None = False
        for i, x, sure_x in xs:
            for j, y, sure_y in ys:
                if i != j and x.officer == y.officer:
                    if sure_x and sure_y:
                        return True
                    answer = None
        return answer if any(x[0] != y[0] for x in xs for y in ys) else None

    return value


def logic(node: ex.Logic) -> Closure:
    """Kleene's and / or."""
    args = [closure(a) for a in node.args]
    decisive = node.op == "or"

    def value(view: View, act: Act) -> Value:
        unknown = False
        for arg in args:
            v = arg(view, act)
            if v is decisive:
                return decisive
            unknown = unknown or v is None
        return None if unknown else not decisive

    return value


def negation(node: ex.Not) -> Closure:
    """Not."""
    arg = closure(node.arg)
    return lambda view, act: None if (v := arg(view, act)) is None else not v


def comparison(node: ex.Compare) -> Closure:
    """A comparison at one scale."""
    left, right, test = closure(node.left), closure(node.right), COMPARE[node.op]
    by_left, by_right = node.factors()
    if by_left == by_right == 1:
        if isinstance(node.right, ex.Const):
            return with_literal(node.left, test, node.right.value)

        def plain(view: View, act: Act) -> Value:
            a, b = left(view, act), right(view, act)
            return None if a is None or b is None else test(a, b)

        return plain

    def value(view: View, act: Act) -> Value:
        a: Any = left(view, act)
        b: Any = right(view, act)
        return None if a is None or b is None else test(a * by_left, b * by_right)

    return value


def with_literal(left: ex.Node, test: Callable[[Any, Any], bool], right: Any) -> Closure:
    """A comparison with a literal, by far the commonest: one call less, and two where a plain column is compared."""
    if isinstance(left, ex.Fact) and left.column not in DERIVED:
        column = left.column
        return lambda _view, act: None if (v := act.facts.get(column)) is None else test(v, right)
    arg = closure(left)
    return lambda view, act: None if (v := arg(view, act)) is None else test(v, right)


def member(node: ex.Member) -> Closure:
    """In a list."""
    values = frozenset(node.values)
    if isinstance(node.arg, ex.Fact) and node.arg.column not in DERIVED:
        column = node.arg.column
        return lambda _view, act: None if (v := act.facts.get(column)) is None else v in values
    arg = closure(node.arg)
    return lambda view, act: None if (v := arg(view, act)) is None else v in values


def known(node: ex.Known) -> Closure:
    """Recorded at all."""
    arg = closure(node.arg)
    return lambda view, act: arg(view, act) is not None


def arithmetic(node: ex.Arithmetic) -> Closure:
    """Plus, minus, times on scaled integers."""
    left, right = closure(node.left), closure(node.right)
    by_left, by_right = node.factors()
    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul}[node.op]

    def value(view: View, act: Act) -> Value:
        a: Any = left(view, act)
        b: Any = right(view, act)
        return None if a is None or b is None else apply(a * by_left, b * by_right)

    return value


def text_test(node: ex.TextTest) -> Closure:
    """Begins with, or contains."""
    arg, text = closure(node.arg), node.text
    if node.fn == "starts_with":
        return lambda view, act: None if (v := arg(view, act)) is None else str(v).startswith(text)
    return lambda view, act: None if (v := arg(view, act)) is None else text in str(v)


def between(node: ex.Between) -> Closure:
    """Days or seconds between two values."""
    start, end = closure(node.start), closure(node.end)
    unit = 1 if node.unit == "days" else 1_000_000

    def value(view: View, act: Act) -> Value:
        a: Any = start(view, act)
        b: Any = end(view, act)
        return None if a is None or b is None else (b - a) // unit * TEN_THOUSAND

    return value


BUILDERS: dict[type[ex.Node], Callable[[Any], Closure]] = {
    ex.Const: const,
    ex.Fact: fact,
    ex.Dated: dated,
    ex.Earlier: aggregate,
    ex.Company: company,
    ex.Shared: shared,
    ex.Logic: logic,
    ex.Not: negation,
    ex.Compare: comparison,
    ex.Member: member,
    ex.Known: known,
    ex.Arithmetic: arithmetic,
    ex.TextTest: text_test,
    ex.Between: between,
}
