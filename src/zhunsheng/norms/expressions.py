"""The conditions of norms: a small whitelisted language, parsed and typed. It neither evaluates nor compiles them.

A parsed condition is a tree of the frozen nodes below, typed and with its columns resolved, so that every execution
(`evaluate` in Python, `compile` in relational plans) reads the same thing. `docs/norm-semantics.md` gives the meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

ExprType = Literal["number", "text", "flag", "date", "time"]
Aggregate = Literal["count", "sum", "min", "max", "first", "last"]

BUILT_IN: dict[str, tuple[str, ExprType]] = {
    "type": ("act_type", "text"),
    "id": ("act_id", "text"),
    "unit": ("unit", "text"),
    "at": ("at_us", "time"),
    "day": ("day", "date"),
    "ended": ("ended_us", "time"),
    "hour": ("hour", "number"),
    "weekday": ("weekday", "number"),
}
"""What every act has: name in a condition → (column, type). `hour` and `weekday` derive from `tod` and `day`."""


@dataclass(frozen=True)
class Node:
    """A typed piece of a condition; numbers carry their decimal scale (integers of 10^-scale)."""

    type: ExprType

    @property
    def scale(self) -> int:
        """Decimals of a number; 4 unless a product made it 8."""
        return 4

    def children(self) -> Iterator[Node]:
        """The nodes this one is made of."""
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (v for v in value if isinstance(v, Node))

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True)
class Const(Node):
    """A literal: scaled int, text, flag, or day number."""

    value: int | str | bool


@dataclass(frozen=True)
class Fact(Node):
    """A column of the act at hand."""

    column: str


@dataclass(frozen=True)
class Dated(Node):
    """A parameter's value on the day of the act at hand: (first day, last day or None, value) in order."""

    name: str
    versions: tuple[tuple[int, int | None, int | str | bool], ...]


@dataclass(frozen=True)
class Earlier(Node):
    """An aggregate over earlier acts of the group; no `types` means any type; `column` is None for `count`."""

    fn: Aggregate
    types: tuple[str, ...]
    column: str | None
    where: Node | None


@dataclass(frozen=True)
class Company(Node):
    """At least `least` different officers of the act at hand have one of the roles, ranks and qualifications (empty: any)."""

    least: int
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    qualifications: tuple[str, ...]


@dataclass(frozen=True)
class Shared(Node):
    """Two different officer slots of the act at hand name the same officer, one in `roles`, one in `others` (empty: any)."""

    roles: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Logic(Node):
    """`and` / `or` of two or more flags, after Kleene."""

    op: Literal["and", "or"]
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    """Negation; unknown stays unknown."""

    arg: Node


@dataclass(frozen=True)
class Compare(Node):
    """A comparison of two values of one type; numbers of different scale are brought to the larger one."""

    op: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node

    def factors(self) -> tuple[int, int]:
        """What to multiply left and right with to compare them at one scale (1, 1 for anything but numbers)."""
        if self.left.type != "number":
            return 1, 1
        top = max(self.left.scale, self.right.scale)
        return 10 ** (top - self.left.scale), 10 ** (top - self.right.scale)


@dataclass(frozen=True)
class Member(Node):
    """The value is one of a list."""

    arg: Node
    values: tuple[int | str | bool, ...]


@dataclass(frozen=True)
class Known(Node):
    """The value is recorded."""

    arg: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    """`+`, `-` at the larger scale, `*` with the scales added."""

    op: Literal["+", "-", "*"]
    left: Node
    right: Node

    @property
    def scale(self) -> int:
        if self.op == "*":
            return self.left.scale + self.right.scale
        return max(self.left.scale, self.right.scale)

    def factors(self) -> tuple[int, int]:
        """What to multiply left and right with before adding (1, 1 for a product)."""
        if self.op == "*":
            return 1, 1
        return 10 ** (self.scale - self.left.scale), 10 ** (self.scale - self.right.scale)


@dataclass(frozen=True)
class TextTest(Node):
    """`starts_with` or `contains`."""

    fn: Literal["starts_with", "contains"]
    arg: Node
    text: str


@dataclass(frozen=True)
class Between(Node):
    """Days from a to b (of day numbers) or whole seconds from a to b (of instants), as a number."""

    unit: Literal["days", "seconds"]
    start: Node
    end: Node


def columns(node: Node) -> set[str]:
    """Every column the condition reads, for checking against a log and for projecting plans."""
    found = {n.column for n in node.walk() if isinstance(n, Fact)}
    return found | {n.column for n in node.walk() if isinstance(n, Earlier) and n.column}


def act_types(node: Node) -> set[str]:
    """Every act type the condition names."""
    return {t for n in node.walk() if isinstance(n, Earlier) for t in n.types}
