"""What is wrong with norms beyond their form; the examples themselves are judged in `examples`.

Found here: unknown acts, versions that overlap or leave gaps, norms that can never fire, norms that bind a citizen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from zhunsheng.base.errors import InputError
from zhunsheng.norms.binding import bind_norm, names_of
from zhunsheng.norms.expressions import Compare, Const, Earlier, Fact, Logic, Member, Node, Not
from zhunsheng.norms.language import InForce, Norm
from zhunsheng.norms.loading import LoadedFile, NormSet
from zhunsheng.norms.plans import Check, Plan, Ref, references
from zhunsheng.norms.surroundings import Surroundings
from zhunsheng.norms.widening import widening_faults

OFFICIAL_BEARERS = frozenset(
    (
        "handler",
        "department-head",
        "legal-reviewer",
        "approver",
        "decider",
        "hearing-host",
        "hearing-clerk",
        "property-keeper",
        "custody-keeper",
        "recording-keeper",
        "bureau",
        "station",
        "legal-department",
        "server",
        "collector",
        "enforcer",
        "appraisal-organiser",
        "mediator",
        "supervisor",
        "assessor",
        "window",
        "duty-officer",
        "bureau-head",
        "superior",
        "detention-house",
        "file-keeper",
        "system-administrator",
    )
)
"""A norm binds one of these and nobody else, for the platform supervises officials; a closed list fails closed."""

DAY = dt.timedelta(days=1)


class Dated(Protocol):
    """Anything with a period in force."""

    @property
    def in_force(self) -> InForce:
        """Its first and last day."""


def lint(norms: NormSet, around: Surroundings) -> list[InputError]:
    """Every fault found, each with its place and remedy; an empty list means the norms may be used."""
    names = names_of(norms, around)
    faults: list[InputError] = []
    for file, number, norm in norms.located():
        faults += [*bearer(file, number, norm), *examples(file, number, norm, around)]
        faults += in_force(norm.versions, norm.id, file, "norms", number)
        try:
            plans = bind_norm(norms, file, number, norm, names, around)
        except InputError as fault:
            faults.append(fault)
            continue
        for index, plan in enumerate(plans):
            faults += dead(plan, around, file, number, index)
    if not faults:
        faults += widening_faults(norms, around)
    for file in norms.files:
        for number, parameter in enumerate(file.model.parameters):
            faults += in_force(parameter.versions, parameter.name, file, "parameters", number)
    return faults


def bearer(file: LoadedFile, number: int, norm: Norm) -> Iterator[InputError]:
    """A norm binds officials only."""
    if norm.bearer not in OFFICIAL_BEARERS:
        known = "、".join(sorted(OFFICIAL_BEARERS))
        yield InputError(
            zh=f"规范“{norm.id}”约束的是“{norm.bearer}”；规范只能约束执法人员和机关",
            en=f"norm {norm.id} binds `{norm.bearer}`; a norm binds officials only",
            where=file.place("norms", number, "bearer"),
            remedy_zh=f"改写成对机关或执法人员的要求，bearer 取：{known}",
            remedy_en=f"state the duty of the officials instead; bearer is one of {known}",
        )


def examples(file: LoadedFile, number: int, norm: Norm, around: Surroundings) -> Iterator[InputError]:
    """At least one example that is met and one that is broken, made of known acts and fields."""
    for heading in ("met", "broken"):
        if heading == "met" and all(v.retention is not None and v.retention.permanently for v in norm.versions):
            continue  # What is kept for ever is never done with.
        if not getattr(norm.examples, heading):
            yield InputError(
                zh=f"规范“{norm.id}”没有 {heading} 例子",
                en=f"norm {norm.id} has no `{heading}` example",
                where=file.place("norms", number, "examples"),
                remedy_zh=f"在 examples.{heading} 下写一个小卷宗",
                remedy_en=f"write a small dossier under examples.{heading}",
            )
    for heading, count, example in norm.examples.each():
        for row in example.acts:
            if around.types is not None and row[1] not in around.types:
                yield InputError(
                    zh=f"例子里没有“{row[1]}”这种执法行为",
                    en=f"the example uses the unknown act type {row[1]}",
                    where=file.place("norms", number, "examples", heading, count - 1),
                    remedy_zh="改用词表里的行为",
                    remedy_en="use an act type of the vocabulary",
                )


def in_force(
    versions: Sequence[Dated], name: str, file: LoadedFile, *keys: str | int
) -> Iterator[InputError]:
    """Versions in order of time, without overlap or gap, only the last one open."""
    for index, version in enumerate(versions):
        period = version.in_force
        place = file.place(*keys, "versions", index, "in_force")
        if period.to is not None and period.to < period.from_:
            yield InputError(
                zh=f"“{name}”的一个版本在施行前就失效了",
                en=f"a version of {name} ends before it begins",
                where=place,
                remedy_zh="改正 from 或 to",
                remedy_en="mend `from` or `to`",
            )
    order = sorted(range(len(versions)), key=lambda i: versions[i].in_force.from_)
    for before, after in pairwise(order):
        ended, begun = versions[before].in_force.to, versions[after].in_force.from_
        place = file.place(*keys, "versions", after, "in_force")
        if ended is None or ended >= begun:
            yield InputError(
                zh=f"“{name}”有两个版本的施行期间重叠",
                en=f"two versions of {name} overlap",
                where=place,
                remedy_zh=f"前一版本的 to 写 {begun - DAY}",
                remedy_en=f"end the earlier one with to: {begun - DAY}",
            )
        elif ended + DAY < begun:
            yield InputError(
                zh=f"“{name}”在 {ended} 与 {begun} 之间没有版本",
                en=f"{name} has no version between {ended} and {begun}",
                where=place,
                remedy_zh="使前后相接；确有空白的，分成两条规范",
                remedy_en="let them meet; if the gap is real, make two norms",
            )


def dead(plan: Plan, around: Surroundings, file: LoadedFile, number: int, index: int) -> Iterator[InputError]:
    """Conditions that cannot be true: a field the act does not have, a code the field never takes, a plain contradiction."""
    for ref in refs(plan):
        if ref.cond is None:
            continue
        for why_zh, why_en in impossible(ref, around):
            yield InputError(
                zh=f"规范“{plan.norm_id}”的一个条件永远不成立：{why_zh}",
                en=f"norm {plan.norm_id} has a condition that can never hold: {why_en}",
                where=file.place("norms", number, "versions", index, plan.kind),
                remedy_zh="改正字段、取值或行为种类",
                remedy_en="mend the field, the value or the act type",
            )


def refs(plan: Plan) -> Iterator[Ref]:
    """Every act reference of a plan; a check's own condition is read at its act."""
    form = plan.form
    if isinstance(form, Check):
        yield Ref(
            form.act.types, Logic("flag", "and", (form.act.cond, form.holds)) if form.act.cond else form.holds
        )
    else:
        yield from references(plan)


def impossible(ref: Ref, around: Surroundings) -> Iterator[tuple[str, str]]:
    """Reasons why a reference can never match: (Chinese, English)."""
    assert ref.cond is not None
    for node, types in reading(ref.cond, ref.types):
        if isinstance(node, Fact | Earlier):
            yield from misplaced(node, types, around)
        if isinstance(node, Compare) and node.op == "==":
            yield from miscoded(node, around)
        if isinstance(node, Member):
            codes = codes_of(node.arg, around)
            for value in node.values:
                if codes is not None and value not in codes:
                    yield f"没有“{value}”这个取值", f"there is no value `{value}`"
    if isinstance(ref.cond, Const) and ref.cond.value is False:
        yield "条件就是 false", "it is `false`"
    yield from contradictions(ref.cond)


def reading(node: Node, types: Sequence[str]) -> Iterator[tuple[Node, Sequence[str]]]:
    """Every piece of a condition with the act types it reads: an aggregate, and what stands in its `where`, reads its own."""
    inner = node.types if isinstance(node, Earlier) else types
    yield node, inner
    for child in node.children():
        yield from reading(child, inner)


def misplaced(node: Fact | Earlier, types: Sequence[str], around: Surroundings) -> Iterator[tuple[str, str]]:
    """A field that none of the act types carries."""
    column = (node.column or "").removesuffix("__day")
    if not column.startswith("f_") or not types or not all(t in around.fields_of for t in types):
        return
    name = column.removeprefix("f_")
    if not any(name in around.fields_of[t] for t in types):
        yield f"{'、'.join(types)} 没有字段 {name}", f"{', '.join(types)} has no field {name}"


def codes_of(node: Node, around: Surroundings) -> frozenset[str] | None:
    """The closed list of codes a text may take, if it has one."""
    if isinstance(node, Fact | Earlier) and node.column and node.column.startswith("f_"):
        return around.values.get(node.column.removeprefix("f_"))
    return None


def miscoded(node: Compare, around: Surroundings) -> Iterator[tuple[str, str]]:
    """A comparison with a code the field never takes."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        codes = codes_of(side, around)
        if codes is not None and isinstance(other, Const) and other.value not in codes:
            yield f"没有“{other.value}”这个取值", f"there is no value `{other.value}`"


def contradictions(node: Node) -> Iterator[tuple[str, str]]:
    """`x == a and x == b`, `x and not x`, `x > 5 and x < 3` within one conjunction."""
    parts = conjuncts(node)
    for a in parts:
        if any(isinstance(b, Not) and b.arg == a for b in parts):
            yield "同时要求成立与不成立", "it asks for something and its opposite"
    limits: dict[Node, list[Compare]] = {}
    for part in parts:
        if isinstance(part, Compare) and isinstance(part.right, Const):
            limits.setdefault(part.left, []).append(part)
    for found in limits.values():
        if empty_range(found):
            yield "对同一个值的要求互相矛盾", "it asks contradictory things of one value"


def conjuncts(node: Node) -> list[Node]:
    """The conditions joined by `and`."""
    return (
        [c for a in node.args for c in conjuncts(a)]
        if isinstance(node, Logic) and node.op == "and"
        else [node]
    )


def empty_range(limits: Sequence[Compare]) -> bool:
    """Whether no value satisfies all the comparisons of one thing with constants."""
    by_op: dict[str, list[int | str]] = {}
    for limit in limits:
        assert isinstance(limit.right, Const)
        by_op.setdefault(limit.op, []).append(limit.right.value)
    exact = by_op.get("==", [])
    if len(set(exact)) > 1 or set(exact) & set(by_op.get("!=", [])):
        return True
    if limits[0].left.type in ("text", "flag"):
        return False
    lows = [(int(v), op == ">") for op in (">", ">=", "==") for v in by_op.get(op, [])]
    highs = [(int(v), op == "<") for op in ("<", "<=", "==") for v in by_op.get(op, [])]
    if not lows or not highs:
        return False
    low, high = max(lows), min(highs, key=lambda h: (h[0], not h[1]))
    return low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))
