"""A bureau's own norm may ask for more than the norm it widens, never for less; what is narrower is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from zhunsheng.base.errors import InputError
from zhunsheng.norms.binding import bind_norm, names_of
from zhunsheng.norms.expressions import Logic, Node, Not
from zhunsheng.norms.implication import TooManyCases, counterexample
from zhunsheng.norms.language import Norm, Severity
from zhunsheng.norms.loading import LoadedFile, NormSet
from zhunsheng.norms.plans import Plan, Prior, Ref
from zhunsheng.norms.plans import Standing as Forbidden
from zhunsheng.norms.surroundings import Surroundings

Fault = tuple[str, str]
"""What is narrower, in Chinese and in English."""
WEIGHT = {severity: n for n, severity in enumerate(get_args(Severity))}


def widening_faults(norms: NormSet, around: Surroundings) -> Iterator[InputError]:
    """Every norm that says it widens another and does not."""
    names = names_of(norms, around)
    known = {norm.id: (file, number, norm) for file, number, norm in norms.located()}
    for file, number, norm in norms.located():
        if norm.widens is None:
            continue
        target = known.get(norm.widens)
        if target is None:
            yield unknown_target(file, number, norm)
            continue
        wide = bind_norm(norms, file, number, norm, names, around)
        law = bind_norm(norms, *target, names, around)
        for zh, en in dict.fromkeys(narrower(norm, target[2], wide, law)):
            yield InputError(
                zh=f"规范“{norm.id}”比它所扩大的“{norm.widens}”窄：{zh}",
                en=f"norm {norm.id} is narrower than {norm.widens}, which it is to widen: {en}",
                where=file.place("norms", number, "widens"),
                remedy_zh="本地目录只能扩大、不能缩小法定范围；补上缺的情形",
                remedy_en="a local list may only widen what the law lists; add what is missing",
            )


def unknown_target(file: LoadedFile, number: int, norm: Norm) -> InputError:
    """The norm to be widened is not there."""
    return InputError(
        zh=f"规范“{norm.id}”所扩大的“{norm.widens}”不在规则库中",
        en=f"norm {norm.id} widens {norm.widens}, which is not loaded",
        where=file.place("norms", number, "widens"),
        remedy_zh="改正编号，或与规则库一起检查",
        remedy_en="mend the id, or check it together with the rulebook",
    )


def narrower(norm: Norm, target: Norm, wide: list[Plan], law: list[Plan]) -> Iterator[Fault]:
    """In what the norm asks for less, version by version on the days both are in force."""
    if norm.per != target.per or norm.governed_by != target.governed_by:
        yield "per、governed_by 须与之相同", "`per` and `governed_by` must be the same"
    if WEIGHT[norm.severity] > WEIGHT[target.severity]:
        yield f"轻重低于 {target.severity}", f"its severity is below {target.severity}"
    met = False
    for ours in wide:
        for theirs in law:
            if overlapping(ours, theirs):
                met = True
                yield from narrower_form(ours, theirs)
    if not met:
        yield "两者没有同时施行的日子", "there is no day on which both are in force"


def overlapping(a: Plan, b: Plan) -> bool:
    """Whether two versions are in force on some day together."""
    return (a.to_day is None or b.from_day <= a.to_day) and (b.to_day is None or a.from_day <= b.to_day)


def narrower_form(ours: Plan, theirs: Plan) -> Iterator[Fault]:
    """In what one version asks for less than another of the same form."""
    if isinstance(ours.form, Prior) and isinstance(theirs.form, Prior):
        yield from narrower_prior(ours.form, theirs.form)
    elif isinstance(ours.form, Forbidden) and isinstance(theirs.form, Forbidden):
        yield from narrower_standing(ours.form, theirs.form)
    else:
        yield (
            "只有同为 requires、或者同为 forbids 的规范可以比较",
            "only two norms that both `require` or both `forbid` can be compared",
        )


def narrower_prior(ours: Prior, theirs: Prior) -> Iterator[Fault]:
    """`requires`: asked for at least as often, met by no more, undone by no less, no shorter distances."""
    yield from covers(
        theirs.act, ours.act, "法律要求而本地不要求的情形", "the law asks for it and this does not"
    )
    yield from covers(
        ours.prior, theirs.prior, "本地认可而法律不认可的行为", "this is met by what the law does not accept"
    )
    if theirs.since is not None:
        if ours.since is None:
            yield "没有写 since", "it has no `since`"
        else:
            yield from covers(
                theirs.since, ours.since, "法律要求之后重新办理的行为", "the law asks for it anew after this"
            )
    if (theirs.at_least, theirs.at_most) not in ((None, None), (ours.at_least, ours.at_most)):
        yield "相隔的期间不同", "its distances differ"
    if ours.ignore_absent and not theirs.ignore_absent:
        yield "没有时不追究（if_absent）", "it lets absence pass (`if_absent`)"


def narrower_standing(ours: Forbidden, theirs: Forbidden) -> Iterator[Fault]:
    """`forbids`: whatever the law forbids is forbidden here."""
    if (ours.start, ours.end, ours.span) != (
        theirs.start,
        theirs.end,
        theirs.span,
    ) and ours.start is not None:
        yield "while 须与之相同，或者不写", "`while` must be the same, or absent"
    yield from covers(
        Ref(theirs.act.types, both(theirs.act.cond, theirs.when, theirs.unless)),
        Ref(ours.act.types, both(ours.act.cond, ours.when, ours.unless)),
        "法律禁止而本地不禁止的情形",
        "the law forbids it and this does not",
    )


def both(*parts: Node | None) -> Node | None:
    """The conditions of a prohibition as one; the last is what excuses."""
    *asked, excuse = parts
    given = [p for p in asked if p is not None] + ([] if excuse is None else [Not("flag", excuse)])
    return None if not given else given[0] if len(given) == 1 else Logic("flag", "and", tuple(given))


def covers(inner: Ref, outer: Ref, zh: str, en: str) -> Iterator[Fault]:
    """Whether every act meant by one reference is meant by another."""
    left = [t for t in inner.types if outer.types and t not in outer.types]
    if left or (outer.types and not inner.types):
        listed = left or ["*"]
        yield f"{zh}：{'、'.join(listed)}", f"{en}: {', '.join(listed)}"
        return
    try:
        found = counterexample(inner.cond, outer.cond)
    except TooManyCases:
        yield (
            "条件太复杂，无法比较；把本地条件写成“法定条件 or 另加条件”",
            "the conditions are too complex to compare",
        )
        return
    if found is not None:
        yield f"{zh}：{found.told()}", f"{en}: {found.told()}"
