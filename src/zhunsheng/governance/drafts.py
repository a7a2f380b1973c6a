"""A draft norm file laid over the norms in force: checked as every norm is, and told what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhunsheng.acts.surroundings import surroundings
from zhunsheng.base.clock import ZONE
from zhunsheng.base.errors import InputError
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.examples import test_examples
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.lint import lint
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.merging import merged
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.widening import widening_faults


@dataclass(frozen=True)
class Tried:
    """A draft beside what is in force: the plans of its norms before and after."""

    ids: tuple[str, ...]
    replaced: tuple[str, ...]
    """Those of its norms that are in force in another wording."""
    before: tuple[Plan, ...]
    after: tuple[Plan, ...]
    norms: NormSet


def draft_laid(path: Path, base: NormSet) -> Tried:
    """The draft over the norms in force. InputError for the first thing that would not pass in the rulebook itself."""
    draft = load_norms(path)
    if not draft.norms:
        raise InputError(
            zh="文件里没有规范",
            en="the file holds no norm",
            where=str(path),
            remedy_zh="以 norms: 开头，下列各条规范",
            remedy_en="begin with `norms:` and list the norms below it",
        )
    whole = merged(base, draft)
    around = surroundings(whole)
    plans = bind(whole, around)
    for fault in (*widening_faults(whole, around), *lint(whole, around)):
        # What is wrong elsewhere is not the draft's.
        if fault.where.startswith(str(path)):
            raise fault
    ids = {norm.id for norm in draft.norms}
    after = tuple(p for p in plans if p.norm_id in ids)
    interpreter = Interpreter(after, calendar=Calendar.china(), zone=ZONE)
    for outcome in test_examples(draft, interpreter, around.fields):
        if not outcome.agrees:
            raise InputError(
                zh=f"规范“{outcome.norm_id}”的 {outcome.expected} 例子 {outcome.number} 判断结果不符",
                en=f"example {outcome.number} ({outcome.expected}) of {outcome.norm_id} is judged otherwise",
                where=outcome.where,
                remedy_zh="改正规范或例子；用 zhunsheng norms test 查看",
                remedy_en="mend the norm or the example; see `zhunsheng norms test`",
            )
    before = tuple(p for p in bind(base, surroundings(base)) if p.norm_id in ids)
    return Tried(tuple(sorted(ids)), tuple(sorted({p.norm_id for p in before})), before, after, whole)
