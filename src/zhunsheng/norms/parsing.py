"""From the text of a condition to its typed tree; refuses everything that is not on the white list."""

from __future__ import annotations

import ast
import datetime as dt
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from zhunsheng.norms.expressions import (
    BUILT_IN,
    Arithmetic,
    Between,
    Company,
    Compare,
    Const,
    Dated,
    Earlier,
    ExprType,
    Fact,
    Known,
    Logic,
    Member,
    Node,
    Not,
    TextTest,
)
from zhunsheng.norms.log import NUMBER_SCALE, FieldType

EPOCH = dt.date(1970, 1, 1)
COMPARISONS: dict[type, Any] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
ARITHMETIC: dict[type, Any] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
AGGREGATES = ("count", "sum", "min", "max", "first", "last")


class ConditionError(ValueError):
    """A condition that is not in the language, told in both languages; `column` is the place in its text, from 1."""

    def __init__(self, zh: str, en: str, column: int = 1) -> None:
        super().__init__(en)
        self.zh, self.en, self.column = zh, en, column


KIND_ZH: Mapping[ExprType, str] = {
    "number": "数字",
    "text": "文字",
    "flag": "是否",
    "date": "日期",
    "time": "时间",
}


def meant(near: list[str]) -> tuple[str, str]:
    """The nearest names there are, as a question in both languages."""
    return (f"；是不是 {'、'.join(near)}？", f"; did you mean {', '.join(near)}?") if near else ("", "")


@dataclass(frozen=True)
class Names:
    """What a condition may refer to: field types, parameters, and (when known) the act types."""

    fields: Mapping[str, FieldType]
    parameters: Mapping[str, Dated] = field(default_factory=dict)
    types: frozenset[str] | None = None


def day_number(text: str) -> int | None:
    """Days since 1970-01-01 of an ISO date, or None if the text is not one."""
    try:
        return (dt.date.fromisoformat(text) - EPOCH).days
    except ValueError:
        return None


def scaled(text: str) -> int:
    """A decimal number as ten-thousandths; ConditionError when it has more than four decimals."""
    value = Decimal(text.replace("_", "")) * NUMBER_SCALE
    if value != value.to_integral_value():
        raise ConditionError(f"{text} 超过四位小数", f"{text} has more than four decimals")
    return int(value)


def parse(text: str, names: Names) -> Node:
    """The typed tree of a condition; ConditionError says what is wrong and at which column."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ConditionError(
            "读不懂这个条件", f"cannot read the condition: {error.msg}", error.offset or 1
        ) from None
    return Parser(text.strip(), names).expression(tree.body)


def parse_flag(text: str, names: Names) -> Node:
    """Like `parse`, for a place where only true, false or unknown makes sense."""
    node = parse(text, names)
    if node.type != "flag":
        raise ConditionError(
            f"条件应当成立或不成立，这里却是{KIND_ZH[node.type]}",
            f"a condition must be true or false; this is a {node.type}",
        )
    return node


class Parser:
    """One walk over one condition."""

    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names, self.inside_where = text, names, False

    def fail(self, at: ast.AST, zh: str, en: str) -> NoReturn:
        raise ConditionError(zh, en, getattr(at, "col_offset", 0) + 1)

    def expression(self, e: ast.expr) -> Node:
        match e:
            case ast.BoolOp():
                args = tuple(self.flag(v) for v in e.values)
                return Logic("flag", "and" if isinstance(e.op, ast.And) else "or", args)
            case ast.UnaryOp(op=ast.Not()):
                return Not("flag", self.flag(e.operand))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float()) as operand):
                return self.constant(operand, minus=True)
            case ast.Compare():
                return self.comparison(e)
            case ast.BinOp() if type(e.op) in ARITHMETIC:
                return self.arithmetic(e)
            case ast.Constant():
                return self.constant(e)
            case ast.Attribute() | ast.Subscript():
                return self.fact(e)
            case ast.Name():
                return self.name(e)
            case ast.Call(func=ast.Name()):
                return self.call(e)
        source = ast.get_source_segment(self.text, e)
        self.fail(e, f"条件语言里没有“{source}”这种写法", f"`{source}` is not part of the condition language")

    def flag(self, e: ast.expr) -> Node:
        node = self.expression(e)
        if node.type != "flag":
            self.fail(
                e,
                f"这里应当成立或不成立，不能是{KIND_ZH[node.type]}",
                f"needs true or false here, not a {node.type}",
            )
        return node

    def name(self, e: ast.Name) -> Node:
        if e.id in ("true", "false"):
            return Const("flag", e.id == "true")
        self.fail(
            e,
            f"不认识“{e.id}”；行为的字段写 act.{e.id}",
            f"unknown name `{e.id}`; write act.{e.id} for a field of the act",
        )

    def constant(self, e: ast.Constant, *, minus: bool = False) -> Node:
        if isinstance(e.value, bool):
            return Const("flag", e.value)
        if isinstance(e.value, str):
            return Const("text", e.value)
        if isinstance(e.value, int | float):
            try:
                number = scaled(ast.get_source_segment(self.text, e) or str(e.value))
            except ConditionError as error:
                self.fail(e, error.zh, error.en)
            return Const("number", -number if minus else number)
        self.fail(
            e, f"条件语言里没有 {e.value!r} 这种值", f"`{e.value!r}` is not a value of the condition language"
        )

    def member_of(self, e: ast.expr) -> tuple[ast.expr, str]:
        """`x.name` or `x["a strange name"]` as (x, name)."""
        if isinstance(e, ast.Attribute):
            return e.value, e.attr
        if (
            isinstance(e, ast.Subscript)
            and isinstance(e.slice, ast.Constant)
            and isinstance(e.slice.value, str)
        ):
            return e.value, e.slice.value
        self.fail(
            e,
            '写成 act.字段、act["字段"] 或 "行为".字段',
            'write act.field, act["field"] or "Act type".field',
        )

    def column(self, name: str, at: ast.expr) -> tuple[str, ExprType]:
        if name in BUILT_IN:
            return BUILT_IN[name]
        if name in self.names.fields:
            return f"f_{name}", self.names.fields[name]
        near = difflib.get_close_matches(name, [*self.names.fields, *BUILT_IN], 3)
        self.fail(at, f"没有字段“{name}”{meant(near)[0]}", f"unknown field `{name}`{meant(near)[1]}")

    def fact(self, e: ast.expr) -> Node:
        owner, name = self.member_of(e)
        if not (isinstance(owner, ast.Name) and owner.id == "act"):
            self.fail(
                e,
                '只有 act 有字段；此前的行为写 first("行为".字段) 或 last("行为".字段)',
                'only `act` has fields; for earlier acts write first("Type".field) or last("Type".field)',
            )
        column, kind = self.column(name, e)
        return Fact(kind, column)

    def types(self, e: ast.expr) -> tuple[str, ...]:
        listed = e.elts if isinstance(e, ast.List) else [e]
        found = [v.value for v in listed if isinstance(v, ast.Constant) and isinstance(v.value, str)]
        if len(found) != len(listed) or not found:
            self.fail(
                e,
                '行为要加引号："penalty.decided"、["a", "b"] 或 "*"',
                'write the act type in quotes: "penalty.decided", or ["a", "b"], or "*"',
            )
        if self.names.types is not None:
            for t in found:
                if t != "*" and t not in self.names.types:
                    near = difflib.get_close_matches(t, self.names.types, 3)
                    self.fail(
                        e, f"没有“{t}”这种执法行为{meant(near)[0]}", f"unknown act type `{t}`{meant(near)[1]}"
                    )
        return () if "*" in found else tuple(found)

    def call(self, e: ast.Call) -> Node:
        assert isinstance(e.func, ast.Name)
        if e.func.id in AGGREGATES:
            return self.aggregate(e, e.func.id)
        calls: dict[str, Callable[[ast.Call], Node]] = {
            "known": self.known,
            "officers": self.officers,
            "param": self.param,
            "day": self.day,
            "days_between": self.between,
            "seconds_between": self.between,
            "starts_with": self.text_test,
            "contains": self.text_test,
        }
        if e.func.id not in calls:
            there = ", ".join(sorted([*calls, *AGGREGATES]))
            self.fail(
                e, f"没有函数“{e.func.id}”；有 {there}", f"unknown function `{e.func.id}`; there are {there}"
            )
        return calls[e.func.id](e)

    def aggregate(self, e: ast.Call, fn: Any) -> Node:
        if self.inside_where:
            self.fail(e, "where= 里不能再用汇总函数", "an aggregate cannot stand inside `where=`")
        if len(e.args) != 1 or any(k.arg != "where" for k in e.keywords):
            dot_zh, dot_en = ("", "") if fn == "count" else (".字段", ".field")
            self.fail(
                e,
                f'写成 {fn}("行为"{dot_zh})，可加 where=条件',
                f'write {fn}("Act type"{dot_en}) with an optional where=condition',
            )
        where = None
        if e.keywords:
            self.inside_where = True
            where = self.flag(e.keywords[0].value)
            self.inside_where = False
        if fn == "count":
            return Earlier("number", fn, self.types(e.args[0]), None, where)
        owner, name = self.member_of(e.args[0])
        types = self.types(owner)
        column, kind = self.column(name, e.args[0])
        if fn == "sum" and kind != "number":
            self.fail(
                e,
                f"“{name}”是{KIND_ZH[kind]}，只有数字可以求和",
                f"`{name}` is a {kind}; only numbers can be summed",
            )
        if fn in ("min", "max") and kind in ("text", "flag"):
            self.fail(e, f"“{name}”是{KIND_ZH[kind]}，没有 {fn}", f"`{name}` is a {kind} and has no {fn}")
        return Earlier(kind, fn, types, column, where)

    def known(self, e: ast.Call) -> Node:
        return Known("flag", self.expression(self.one(e)))

    def day(self, e: ast.Call) -> Node:
        return self.as_day(self.expression(self.one(e)), e)

    def one(self, e: ast.Call) -> ast.expr:
        if len(e.args) != 1 or e.keywords:
            self.fail(e, "要有且只有一个值", "needs exactly one value")
        return e.args[0]

    def officers(self, e: ast.Call) -> Node:
        allowed = {"role": (), "rank": (), "qualification": ()}
        if len(e.args) != 1 or any(k.arg not in allowed for k in e.keywords):
            self.fail(
                e,
                '写成 officers(2, role="handler", rank=["…"], qualification="…")',
                'write officers(2, role="handler", rank=["…"], qualification="…")',
            )
        least = self.expression(e.args[0])
        if not isinstance(least, Const) or least.type != "number" or int(least.value) % NUMBER_SCALE:
            self.fail(e, "第一个值是人数", "the first value is the number of officers")
        given = {str(k.arg): tuple(v for v in self.types_like(k.value)) for k in e.keywords}
        wanted = {**allowed, **given}
        return Company(
            "flag", int(least.value) // NUMBER_SCALE, wanted["role"], wanted["rank"], wanted["qualification"]
        )

    def types_like(self, e: ast.expr) -> list[str]:
        listed = e.elts if isinstance(e, ast.List) else [e]
        return [
            v.value
            if isinstance(v, ast.Constant) and isinstance(v.value, str)
            else self.fail(e, "要写成加引号的文字", "needs text in quotes")
            for v in listed
        ]

    def param(self, e: ast.Call) -> Node:
        name = self.types_like(self.one(e))[0]
        if name not in self.names.parameters:
            self.fail(
                e,
                f"没有参数“{name}”；请在 parameters: 下定义",
                f"unknown parameter `{name}`; declare it under `parameters:`",
            )
        return self.names.parameters[name]

    def between(self, e: ast.Call) -> Node:
        assert isinstance(e.func, ast.Name)
        if len(e.args) != 2 or e.keywords:
            self.fail(e, "要有两个值：从、到", "needs two values: from and to")
        start, end = (self.expression(a) for a in e.args)
        if e.func.id == "days_between":
            return Between("number", "days", self.as_day(start, e), self.as_day(end, e))
        if {start.type, end.type} != {"time"}:
            self.fail(e, "seconds_between 要两个时间", "seconds_between needs two times")
        return Between("number", "seconds", start, end)

    def text_test(self, e: ast.Call) -> Node:
        assert isinstance(e.func, ast.Name)
        if len(e.args) != 2 or e.keywords:
            self.fail(e, "要有一段文字和要找的文字", "needs a text and the text to look for")
        arg, wanted = self.expression(e.args[0]), self.types_like(e.args[1])[0]
        if arg.type != "text":
            self.fail(e, f"这里要文字，不能是{KIND_ZH[arg.type]}", f"needs a text, not a {arg.type}")
        return TextTest("flag", "starts_with" if e.func.id == "starts_with" else "contains", arg, wanted)

    def as_day(self, node: Node, at: ast.AST) -> Node:
        """A time counts as its local day where days are compared."""
        if node.type == "date":
            return node
        if (
            isinstance(node, Const)
            and isinstance(node.value, str)
            and (number := day_number(node.value)) is not None
        ):
            return Const("date", number)
        twin = {"at_us": "day"}
        if isinstance(node, Fact) and node.type == "time" and node.column != "ended_us":
            return Fact("date", twin.get(node.column, f"{node.column}__day"))
        if isinstance(node, Earlier) and node.type == "time" and node.column and node.column != "ended_us":
            return Earlier(
                "date", node.fn, node.types, twin.get(node.column, f"{node.column}__day"), node.where
            )
        self.fail(at, f"这里要日期，不能是{KIND_ZH[node.type]}", f"needs a date here, not a {node.type}")

    def comparison(self, e: ast.Compare) -> Node:
        if len(e.ops) != 1:
            self.fail(e, "一次只比较两样：a < b and b < c", "compare two things at a time: a < b and b < c")
        op, right = e.ops[0], e.comparators[0]
        if isinstance(op, ast.In | ast.NotIn):
            member = self.membership(e.left, right)
            return member if isinstance(op, ast.In) else Not("flag", member)
        if type(op) not in COMPARISONS:
            self.fail(
                e,
                "没有这种比较；问有没有记录写 known(…)",
                "unknown comparison; to ask whether something is recorded write known(…)",
            )
        a, b = self.expression(e.left), self.expression(right)
        if a.type != b.type:
            if {a.type, b.type} <= {"date", "time", "text"} and {a.type, b.type} & {"date", "time"}:
                a, b = self.as_day(a, e.left), self.as_day(b, right)
            else:
                self.fail(
                    e,
                    f"{KIND_ZH[a.type]}不能与{KIND_ZH[b.type]}比较",
                    f"cannot compare a {a.type} with a {b.type}",
                )
        if a.type in ("text", "flag") and not isinstance(op, ast.Eq | ast.NotEq):
            self.fail(
                e, f"{KIND_ZH[a.type]}只能用 == 和 != 比较", f"a {a.type} can only be compared with == and !="
            )
        return Compare("flag", COMPARISONS[type(op)], a, b)

    def membership(self, left: ast.expr, right: ast.expr) -> Node:
        arg = self.expression(left)
        if not isinstance(right, ast.List | ast.Tuple | ast.Set) or not right.elts:
            self.fail(
                right,
                '各个值写在方括号里：x in ["a", "b"]',
                'write the values in square brackets: x in ["a", "b"]',
            )
        values = []
        for e in right.elts:
            node = self.expression(e)
            node = self.as_day(node, e) if arg.type == "date" else node
            if not isinstance(node, Const) or node.type != arg.type:
                self.fail(e, f"这里要{KIND_ZH[arg.type]}", f"needs a {arg.type} here")
            values.append(node.value)
        return Member("flag", arg, tuple(values))

    def arithmetic(self, e: ast.BinOp) -> Node:
        a, b = self.expression(e.left), self.expression(e.right)
        if a.type != "number" or b.type != "number":
            self.fail(
                e,
                f"只有数字可以加减乘，不能是{KIND_ZH[a.type]}与{KIND_ZH[b.type]}",
                f"only numbers can be added or multiplied, not a {a.type} and a {b.type}",
            )
        node = Arithmetic("number", ARITHMETIC[type(e.op)], a, b)
        if node.scale > 8:
            self.fail(e, "一项里最多相乘一次", "at most one multiplication of exact numbers in a term")
        return node
