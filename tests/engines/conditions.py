"""Conditions by chance: every node type of the language, over few types, fields and values, so that they often bite."""

from __future__ import annotations

from random import Random

from zhunsheng.norms import expressions as ex

TYPES = ("a", "b", "c", "d")
ROLES = ("handler", "chief")
FIELDS = {
    "amount": "number", "kind": "text", "Kind": "text", "ok": "flag", "until": "date", "moment": "time", "x:y z.n": "number",
}
LACKING = {"gone": "number", "lost": "text"}
"""Fields that a norm may name and the log does not have."""
TEXTS = ("u", "v", "uv")
NUMBERS = (0, 10_000, 15_000, 20_000, 70_000)
BUILT_IN = {
    "number": ("hour", "weekday"), "text": ("act_type", "unit", "act_id"), "date": ("day", "f_moment__day"), "time": ("at_us", "ended_us"),
}
AGGREGATES = {
    "number": ("sum", "min", "max", "first", "last"), "date": ("min", "max", "first", "last"),
    "time": ("min", "max", "first", "last"), "text": ("first", "last"), "flag": ("first", "last"),
}


def types(r: Random, *, any_type: bool = True) -> tuple[str, ...]:
    """One or two act types, or any."""
    if any_type and r.random() < 0.2:
        return ()
    return tuple(r.sample(TYPES, r.choice((1, 1, 2))))


def roles(r: Random) -> tuple[str, ...]:
    return r.choice(((), ("handler",), ("chief",), ROLES))


def column(r: Random, kind: str) -> str:
    """A column of one type of value: stated, built in, or now and then one the log lacks."""
    lacking = [f"f_{n}" for n, k in LACKING.items() if k == kind]
    if lacking and r.random() < 0.05:
        return r.choice(lacking)
    stated = [f"f_{n}" for n, k in FIELDS.items() if k == kind]
    built_in = BUILT_IN.get(kind, ())
    return r.choice(built_in) if built_in and r.random() < 0.3 else r.choice(stated)


def earlier(r: Random, kind: str) -> ex.Node:
    """An aggregate over earlier acts."""
    where = flag(r, 0, aggregates=False) if r.random() < 0.35 else None
    if kind == "number" and r.random() < 0.4:
        return ex.Earlier("number", "count", types(r), None, where)
    return ex.Earlier(kind, r.choice(AGGREGATES[kind]), types(r), column(r, kind), where)


def constant(r: Random, kind: str) -> ex.Node:
    values = {"number": NUMBERS, "text": (*TEXTS, *TYPES), "flag": (True, False), "date": range(20_480, 20_560)}
    if kind == "time":
        return ex.Fact("time", "at_us")
    if kind in ("number", "date") and r.random() < 0.2:
        versions = tuple((r.randint(12_000, 20_550), r.choice((None, r.randint(20_450, 20_560))), r.choice(values[kind])) for _ in range(r.choice((1, 2))))
        return ex.Dated(kind, "p", versions)
    return ex.Const(kind, r.choice(values[kind]))


def value(r: Random, kind: str, *, aggregates: bool = True) -> ex.Node:
    """A value of one type."""
    chance = r.random()
    if aggregates and chance < 0.3:
        return earlier(r, kind)
    if kind == "number" and chance < 0.5:
        if r.random() < 0.5:
            return ex.Arithmetic("number", r.choice("+-*"), value(r, "number", aggregates=False), constant(r, "number")) if r.random() < 0.5 else (
                ex.Arithmetic("number", r.choice("+-"), fact(r, "number"), constant(r, "number")))
        unit = r.choice(("days", "seconds"))
        part = "date" if unit == "days" else "time"
        return ex.Between("number", unit, value(r, part, aggregates=aggregates), value(r, part, aggregates=aggregates))
    return fact(r, kind)


def fact(r: Random, kind: str) -> ex.Node:
    return ex.Fact(kind, column(r, kind))


def comparison(r: Random, *, aggregates: bool) -> ex.Node:
    kind = r.choice(("number", "number", "date", "time", "text", "flag"))
    ops = ("==", "!=") if kind in ("text", "flag") else ("==", "!=", "<", "<=", ">", ">=")
    left = value(r, kind, aggregates=aggregates)
    right = constant(r, kind) if r.random() < 0.7 else value(r, kind, aggregates=aggregates)
    if max(left.scale, right.scale) > 8:
        right = constant(r, kind)
    return ex.Compare("flag", r.choice(ops), left, right)


def flag(r: Random, depth: int = 1, *, aggregates: bool = True) -> ex.Node:
    """A condition that is true, false or unknown."""
    if depth and r.random() < 0.45:
        if r.random() < 0.3:
            return ex.Not("flag", flag(r, depth - 1, aggregates=aggregates))
        parts = tuple(flag(r, depth - 1, aggregates=aggregates) for _ in range(r.choice((2, 2, 3))))
        return ex.Logic("flag", r.choice(("and", "or")), parts)
    chance = r.random()
    if chance < 0.45:
        return comparison(r, aggregates=aggregates)
    if chance < 0.6:
        return fact(r, "flag")
    if chance < 0.75:
        ranks, qualifications = r.choice(((), (), ("r",))), r.choice(((), (), ("q",)))
        return ex.Company("flag", r.choice((0, 1, 1, 2, 2, 3)), roles(r), ranks, qualifications)
    return r.choice((
        lambda: ex.Shared("flag", roles(r), roles(r)),
        lambda: ex.Member("flag", value(r, "text", aggregates=aggregates), ("u", "a")),
        lambda: ex.Known("flag", fact(r, r.choice(("number", "text", "date", "time")))),
        lambda: ex.TextTest("flag", r.choice(("starts_with", "contains")), value(r, "text", aggregates=aggregates), r.choice(("u", "v", "%"))),
        lambda: earlier(r, "flag") if aggregates else fact(r, "flag"),
        lambda: ex.Const("flag", r.random() < 0.5),
    ))()
