"""Conditions over many acts at once, by columns: the same meaning as `evaluate`. Unknown is a mask; `tri` gives 1, 0 or 2."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhunsheng.norms import expressions as ex
from zhunsheng.norms.fast.columns import Array, Words
from zhunsheng.norms.fast.frames import Frame
from zhunsheng.norms.fast.vector_kernel import company, fitting, latest_before, series, shared
from zhunsheng.norms.log import OFFICER_PARTS

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
AGGREGATES = ("count", "sum", "min", "max", "first", "last")
TEN_THOUSAND = 10_000
SAFE = 2**62
NO_WORDS = Words(())


@dataclass(frozen=True)
class Vector:
    """A value for each act, and whether it is known; texts are codes of `words`."""

    values: Array
    known: Array
    words: Words = NO_WORDS


def evaluate(frame: Frame, node: ex.Node, rows: Array) -> Vector:
    """The value of a condition at rows of the frame, ascending."""
    key = (id(node), id(rows))
    if key not in frame.memo:
        # The row array is kept too, so that its id stays its own.
        frame.memo[key] = (BUILDERS[type(node)](frame, node, rows), rows)
    found: Vector = frame.memo[key][0]
    return found


def tri(frame: Frame, node: ex.Node | None, rows: Array) -> Array:
    """A flag at rows: 1 true, 0 false, 2 unknown; all true where there is no condition."""
    if node is None:
        return np.ones(len(rows), np.int8)
    found = evaluate(frame, node, rows)
    return np.where(found.known, found.values.astype(np.int8), np.int8(2)).astype(np.int8)


def of_tri(answer: Array) -> Vector:
    """A flag from 1, 0 or 2."""
    return Vector(answer == 1, answer != 2)


def const(_frame: Frame, node: ex.Const, rows: Array) -> Vector:
    """A literal."""
    known = np.ones(len(rows), np.bool_)
    if isinstance(node.value, str):
        return Vector(np.ones(len(rows), np.int32), known, words_of((node.value,)))
    return Vector(np.full(len(rows), node.value), known)


CONSTANTS: dict[tuple[str, ...], Words] = {(): NO_WORDS}


def words_of(texts: tuple[str, ...]) -> Words:
    """The dictionary of the words of a norm, kept for good, so that tables made for it stay valid."""
    return CONSTANTS.setdefault(texts, Words(texts))


def fact(frame: Frame, node: ex.Fact, rows: Array) -> Vector:
    """A column of the act."""
    return stated(frame, node.column, rows)


def stated(frame: Frame, column: str, rows: Array) -> Vector:
    """What acts state in a column; hour and weekday are derived."""
    if column == "hour":
        tod = stored(frame, "tod", rows)
        return Vector(tod.values.astype(np.int64) // 3600 * TEN_THOUSAND, tod.known)
    if column == "weekday":
        day = stored(frame, "day", rows)
        return Vector(((day.values.astype(np.int64) + 3) % 7 + 1) * TEN_THOUSAND, day.known)
    return stored(frame, column, rows)


def stored(frame: Frame, name: str, rows: Array) -> Vector:
    """A column of the log; unknown everywhere when the log has none of that name."""
    column = frame.prepared.manifest.columns.get(name)
    if column is None:
        return Vector(np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_))
    values = frame.column(name)[rows]
    known = values != column.missing
    if column.kind == "code":
        return Vector(values.astype(np.int32), known, frame.prepared.words(name))
    if column.kind == "flag":
        return Vector(values == 1, known)
    return Vector(np.where(known, values, 0).astype(np.int64), known)


def dated(frame: Frame, node: ex.Dated, rows: Array) -> Vector:
    """A parameter's value on the act's day."""
    day = stored(frame, "day", rows)
    texts = sorted({v for _, _, v in node.versions if isinstance(v, str)})
    words = words_of(tuple(texts))
    values: Array = np.zeros(len(rows), np.bool_ if node.type == "flag" else np.int64)
    known = np.zeros(len(rows), np.bool_)
    for first, last, value in node.versions:
        held = day.known & ~known & (day.values >= first) & (last is None or day.values <= last)
        values[held] = words.codes[value] if isinstance(value, str) else value
        known |= held
    return Vector(values, known, words)


def aggregate(frame: Frame, node: ex.Earlier, rows: Array) -> Vector:
    """An aggregate over earlier acts of the group."""
    listed, state = running(frame, node)
    place = latest_before(rows, frame.group, listed)
    before = place >= 0
    if not len(listed):
        place = np.zeros(len(rows), np.int64)
        values, known = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    else:
        values, known = np.where(before, state.values[place], 0), before & state.known[place]
    if node.fn in ("count", "sum"):
        known = known | ~before
    if frame.has_untimed:
        known = known & stored(frame, "at_us", rows).known
    if node.type == "flag":
        values = values == 1
    return Vector(values, known, state.words)


def running(frame: Frame, node: ex.Earlier) -> tuple[Array, Vector]:
    """The acts an aggregate is made of, and its value after each."""
    key = ("series", id(node))
    if key not in frame.memo:
        listed = frame.of_types(node.types)
        holds = tri(frame, node.where, listed)
        given = Vector(np.full(len(listed), TEN_THOUSAND), np.ones(len(listed), np.bool_))
        if node.column is not None:
            given = stated(frame, node.column, listed)
        fn = AGGREGATES.index(node.fn)
        known = np.zeros(len(listed), np.bool_)
        values = given.values.astype(np.int64)
        if node.fn == "sum" and exceeds(values, len(listed)):
            out, part = exact_sums(frame.group[listed], holds, given, known)
        else:
            out = np.zeros(len(listed), np.int64)
            part = series(fn, frame.group[listed], holds, values, given.known, out, known)
        frame.memo[key] = (listed[part], Vector(out[part], known[part], given.words))
    found: tuple[Array, Vector] = frame.memo[key]
    return found


def exceeds(values: Array, times: int) -> bool:
    """Whether so many of these numbers might leave the range of 64 bits when added."""
    return len(values) > 0 and max(abs(int(values.max())), abs(int(values.min()))) * max(times, 1) > SAFE


def exact_sums(group: Array, holds: Array, given: Vector, known: Array) -> tuple[Array, Array]:
    """Running sums in whole numbers of any size."""
    out, part = np.zeros(len(group), object), holds != 0
    total, sure = 0, True
    for i in range(len(group)):
        if i == 0 or group[i] != group[i - 1]:
            total, sure = 0, True
        if part[i]:
            sure = sure and holds[i] == 1 and bool(given.known[i])
            total += int(given.values[i]) if sure else 0
        out[i], known[i] = total, sure
    return out, part


def slots(frame: Frame, part: str, rows: Array) -> Array:
    """Codes of one part of all officer slots: one row an act."""
    names = [f"{part}_{k}" for k in range(1, frame.prepared.log.slots + 1) if frame.known(f"officer_{k}")]
    found = np.zeros((len(rows), len(names)), np.int32)
    for k, name in enumerate(names):
        if frame.known(name):
            found[:, k] = frame.column(name)[rows]
    return found


def fits(frame: Frame, rows: Array, wanted: Sequence[tuple[str, tuple[str, ...]]]) -> Array:
    """Whether each officer slot has one of each asked: 1, 0 or 2 (not recorded)."""
    found = np.ones((len(rows), slots(frame, "officer", rows[:0]).shape[1]), np.int8)
    for part, names in wanted:
        if names:
            fitting(slots(frame, part, rows), accepted(part_words(frame, part), names), found)
    return found


def part_words(frame: Frame, part: str) -> Words:
    """The dictionary of one part of officers."""
    names = (f"{part}_{k}" for k in range(1, frame.prepared.log.slots + 1))
    return next((frame.prepared.words(n) for n in names if frame.known(n)), NO_WORDS)


def accepted(words: Words, names: tuple[str, ...]) -> Array:
    """For each code whether its word is one of the names; 2 for the missing one."""
    table = np.zeros(len(words) + 1, np.int8)
    table[0] = 2
    for name in names:
        if name in words.codes:
            table[words.codes[name]] = 1
    return table


def companions(frame: Frame, node: ex.Company, rows: Array) -> Vector:
    """Whether enough officers of a sort are present."""
    asked = zip(OFFICER_PARTS[1:], (node.roles, node.ranks, node.qualifications), strict=True)
    return of_tri(company(slots(frame, "officer", rows), fits(frame, rows, list(asked)), node.least))


def one_person(frame: Frame, node: ex.Shared, rows: Array) -> Vector:
    """Whether two slots name one officer."""
    xs, ys = fits(frame, rows, [("role", node.roles)]), fits(frame, rows, [("role", node.others)])
    return of_tri(shared(slots(frame, "officer", rows), xs, ys))


def logic(frame: Frame, node: ex.Logic, rows: Array) -> Vector:
    """Kleene's and / or."""
    answers = [tri(frame, a, rows) for a in node.args]
    decisive = 1 if node.op == "or" else 0
    decided = np.logical_or.reduce([a == decisive for a in answers])
    doubtful = np.logical_or.reduce([a == 2 for a in answers])
    return Vector(decided if decisive else ~decided, decided | ~doubtful)


def negation(frame: Frame, node: ex.Not, rows: Array) -> Vector:
    """Not."""
    arg = evaluate(frame, node.arg, rows)
    return Vector(~arg.values.astype(np.bool_), arg.known)


def comparison(frame: Frame, node: ex.Compare, rows: Array) -> Vector:
    """A comparison at one scale; texts by their words."""
    left, right = evaluate(frame, node.left, rows), evaluate(frame, node.right, rows)
    known = left.known & right.known
    if node.left.type == "text":
        a, b = ranked(frame, left, right)
    else:
        by_left, by_right = node.factors()
        a, b = product(left.values, by_left), product(right.values, by_right)
    return Vector(COMPARE[node.op](a, b).astype(np.bool_), known)


def ranked(frame: Frame, left: Vector, right: Vector) -> tuple[Array, Array]:
    """The texts of two vectors as numbers that compare as the texts do."""
    if left.words is right.words:
        return left.values, right.values
    key = (id(left.words), id(right.words))
    tables = frame.prepared.arrays
    name = f"ranks {key}"
    if name not in tables:
        # The dictionaries are held by the prepared log and the constants, so that their ids stay their own.
        order = {w: n for n, w in enumerate(sorted({*left.words.words, *right.words.words}), start=1)}
        for part, words in (("left", left.words), ("right", right.words)):
            tables[f"{name} {part}"] = np.array([0, *(order[w] for w in words.words)], np.int64)
        tables[name] = np.zeros(0)
    return tables[f"{name} left"][left.values], tables[f"{name} right"][right.values]


def product(values: Array, by: Any) -> Array:
    """Numbers times a factor or other numbers, exact: beyond 64 bits in Python's own whole numbers."""
    if isinstance(by, int) and by == 1:
        return values
    other = np.asarray(by)
    if object in {values.dtype, other.dtype} or exceeds(values, largest(other)):
        return np.asarray(values.astype(object) * other.astype(object))
    return np.asarray(values * other)


def largest(values: Array) -> int:
    """The greatest size of any of the numbers."""
    return max((abs(int(values.max())), abs(int(values.min())))) if values.size else 0


def member(frame: Frame, node: ex.Member, rows: Array) -> Vector:
    """In a list."""
    arg = evaluate(frame, node.arg, rows)
    if node.arg.type == "text":
        wanted = [arg.words.codes[v] for v in node.values if isinstance(v, str) and v in arg.words.codes]
        return Vector(np.isin(arg.values, wanted), arg.known)
    return Vector(np.isin(arg.values, [int(v) for v in node.values]), arg.known)


def recorded(frame: Frame, node: ex.Known, rows: Array) -> Vector:
    """Recorded at all."""
    known = evaluate(frame, node.arg, rows).known
    return Vector(known, np.ones(len(rows), np.bool_))


def arithmetic(frame: Frame, node: ex.Arithmetic, rows: Array) -> Vector:
    """Plus, minus, times on scaled integers."""
    left, right = evaluate(frame, node.left, rows), evaluate(frame, node.right, rows)
    known = left.known & right.known
    a, b = np.where(known, left.values, 0), np.where(known, right.values, 0)
    if node.op == "*":
        return Vector(product(a, b), known)
    by_left, by_right = node.factors()
    a, b = product(a, by_left), product(b, by_right)
    if largest(a) + largest(b) > SAFE:
        a, b = a.astype(object), b.astype(object)
    return Vector(a + b if node.op == "+" else a - b, known)


def text_test(frame: Frame, node: ex.TextTest, rows: Array) -> Vector:
    """Begins with, or contains."""
    arg = evaluate(frame, node.arg, rows)
    test = str.startswith if node.fn == "starts_with" else str.__contains__
    name = f"test {id(arg.words)} {node.fn} {node.text}"
    tables = frame.prepared.arrays
    if name not in tables:
        tables[name] = np.array([False, *(test(w, node.text) for w in arg.words.words)], np.bool_)
    return Vector(tables[name][arg.values], arg.known)


def between(frame: Frame, node: ex.Between, rows: Array) -> Vector:
    """Days or seconds between two values."""
    start, end = evaluate(frame, node.start, rows), evaluate(frame, node.end, rows)
    unit = 1 if node.unit == "days" else 1_000_000
    known = start.known & end.known
    return Vector(np.where(known, (end.values - start.values) // unit * TEN_THOUSAND, 0), known)


BUILDERS: dict[type[ex.Node], Callable[[Frame, Any, Array], Vector]] = {
    ex.Const: const,
    ex.Fact: fact,
    ex.Dated: dated,
    ex.Earlier: aggregate,
    ex.Company: companions,
    ex.Shared: one_person,
    ex.Logic: logic,
    ex.Not: negation,
    ex.Compare: comparison,
    ex.Member: member,
    ex.Known: recorded,
    ex.Arithmetic: arithmetic,
    ex.TextTest: text_test,
    ex.Between: between,
}
