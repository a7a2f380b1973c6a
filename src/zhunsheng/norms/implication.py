"""Whether one condition holds wherever another does: both are tried on every case their own constants can tell apart.

What is compared (a fact, a count, the last value of a field) is taken for itself, without what relates it to the rest. A case
that cannot come about may therefore be named as a counterexample.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhunsheng.norms.evaluate import COMPARE, TEN_THOUSAND, Value
from zhunsheng.norms.expressions import (
    Company,
    Compare,
    Const,
    Earlier,
    Fact,
    Known,
    Logic,
    Member,
    Node,
    Not,
    TextTest,
)

MOST_CASES = 400_000
OTHER_TEXT = "\0"
"""A text that no condition names."""
Case = Mapping[Node, Value]


@dataclass(frozen=True)
class Counterexample:
    """A case in which the first condition holds, or may hold, and the second does not."""

    case: Case

    def told(self) -> str:
        """The facts of the case, as a norm file would name them."""
        said = [
            f"{name_of(node)} = {value_of(node, value)}"
            for node, value in self.case.items()
            if telling(value)
        ]
        return "；".join(said) or "—"


class TooManyCases(ValueError):
    """Two conditions with more cases than can be gone through."""


def counterexample(holds: Node | None, then: Node | None) -> Counterexample | None:
    """A case in which `holds` is true and `then` is not, or unknown and `then` false; a condition of None is always true."""
    if then is None:
        return None
    nodes = list(dict.fromkeys(v for n in (holds, then) if n is not None for v in variables(n)))
    domains = [domain(node, [n for n in (holds, then) if n is not None]) for node in nodes]
    size = 1
    for values in domains:
        size *= len(values)
    if size > MOST_CASES:
        raise TooManyCases(str(size))
    for values in itertools.product(*domains):
        case = dict(zip(nodes, values, strict=True))
        first = True if holds is None else value(holds, case)
        second = value(then, case)
        if (first is True and second is not True) or (first is None and second is False):
            return Counterexample(case)
    return None


def variables(node: Node) -> Iterator[Node]:
    """What a condition is about: the largest parts that only the case can tell."""
    match node:
        case Const():
            return
        case Logic() | Not() | Compare() | Member() | Known():
            for child in node.children():
                yield from variables(child)
        case _:
            yield node


def domain(node: Node, conditions: list[Node]) -> tuple[Value, ...]:
    """The values that make a difference: those named, their neighbours, one besides, and not known."""
    nothing: tuple[Value, ...] = (
        () if isinstance(node, Earlier) and node.fn == "count" and node.where is None else (None,)
    )
    if node.type == "flag":
        return (*nothing, True, False)
    named = set(constants(node, conditions))
    if node.type == "text":
        return (*nothing, *sorted(str(n) for n in named), OTHER_TEXT)
    step = TEN_THOUSAND if node.type == "number" else 1
    near = {int(n) + d for n in named for d in (-step, 0, step)} | {0, step}
    if isinstance(node, Earlier) and node.fn == "count":
        near = {n for n in near if n >= 0}
    return (*nothing, *sorted(near))


def constants(node: Node, conditions: list[Node]) -> Iterator[int | str | bool]:
    """What a part is compared with."""
    for condition in conditions:
        for part in condition.walk():
            if isinstance(part, Compare) and node in (part.left, part.right):
                yield from (s.value for s in (part.left, part.right) if isinstance(s, Const))
            elif isinstance(part, Member) and part.arg == node:
                yield from part.values


def value(node: Node, case: Case) -> Value:
    """The condition in one case, after Kleene."""
    match node:
        case Const():
            return node.value
        case Not():
            found = value(node.arg, case)
            return None if found is None else not found
        case Logic():
            return logic(node, case)
        case Compare():
            left, right = value(node.left, case), value(node.right, case)
            by_left, by_right = node.factors()
            if left is None or right is None:
                return None
            if by_left == by_right == 1:
                return COMPARE[node.op](left, right)
            return COMPARE[node.op](int(left) * by_left, int(right) * by_right)
        case Member():
            found = value(node.arg, case)
            return None if found is None else found in node.values
        case Known():
            return value(node.arg, case) is not None
    return case[node]


def logic(node: Logic, case: Case) -> Value:
    """Kleene's and / or."""
    found = [value(arg, case) for arg in node.args]
    decisive = node.op == "or"
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def telling(found: Value) -> bool:
    """Whether a value is worth telling."""
    return found is not None and found not in (0, OTHER_TEXT)


def name_of(node: Node) -> str:
    """A part of a condition, roughly as it was written."""
    match node:
        case Fact():
            return "act." + node.column.removeprefix("f_")
        case Earlier():
            types = "、".join(node.types) or "*"
            column = f".{node.column.removeprefix('f_')}" if node.column else ""
            return f"{node.fn}({types}{column})"
        case Company():
            return "officers"
        case TextTest():
            return f"{node.fn} {node.text}"
    return type(node).__name__


def value_of(node: Node, found: Value) -> str:
    """A value as it was written."""
    if node.type == "number":
        return f"{int(found or 0) / TEN_THOUSAND:g}"
    return {True: "true", False: "false"}.get(found, str(found)) if isinstance(found, bool) else str(found)
