"""Extensions: each grant used lengthens the term if it came no later than the due time then running."""

from __future__ import annotations

from collections.abc import Callable

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.compile.conditions import any_of, nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.marks import first, mark
from zhunsheng.norms.compile.standstills import ITEMS, act_text
from zhunsheng.norms.compile.terms import Terms, extended
from zhunsheng.norms.plans import Extend, Ref, Timed

Due = Callable[[ir.Table], ir.Table]


def next_columns(frame: Frame, form: Timed, g: ir.Table) -> dict[str, ir.Value]:
    """For every act, the next certain extension act of each reference: `next_k_pos`, `next_k_us`."""
    columns = {}
    for k, ref in enumerate(references(form)):
        sure = mark(frame, g, ref).sure
        columns[f"next_{k}_pos"] = first(sure, g.pos, frame.after())
        columns[f"next_{k}_us"] = first(sure, g.at_us, frame.after())
    return columns


def references(form: Timed) -> list[Ref]:
    """The distinct references of the extensions."""
    return list(dict.fromkeys(e.ref for e in form.extends))


def extending(frame: Frame, form: Timed, g: ir.Table) -> ir.Table:
    """The extension acts of every group with what comes next after each."""
    refs = references(form)
    t = g.mutate(granting=any_of([mark(frame, g, r).sure for r in refs])).filter(ibis._.granting)
    names = [f"next_{k}_{part}" for k in range(len(refs)) for part in ("pos", "us")]
    return t.select(*frame.keys, "pos", "seq", "act_id", *names)


def with_grants(frame: Frame, form: Timed, t: ir.Table, terms: Terms, acts: ir.Table, due: Due) -> ir.Table:
    """Opening acts with the term and due time that extensions leave, and `granted`, the acts of those used.

    `due` puts `due_us` beside a table with `term`; `acts` are the `extending` ones.
    """
    refs = references(form)
    t = due(t).mutate(used_pos=nothing("int64"), ended=ibis.literal(-1, "int64"), granted=nothing("string"))
    for number, grant in enumerate(form.extends):
        k = refs.index(grant.ref)
        t = with_next(frame, t, acts, k, from_opening=number == 0)
        t = granting(frame, t, terms, grant, acts, due)
    return t.drop("used_pos", "ended")


def with_next(frame: Frame, t: ir.Table, acts: ir.Table, k: int, *, from_opening: bool) -> ir.Table:
    """The next extension act after the last one used, or after the opening: `grant_pos`, `grant_us`."""
    if from_opening:
        return t.mutate(grant_pos=t[f"next_{k}_pos"], grant_us=t[f"next_{k}_us"])
    on = {("used_pos" if c == "pos" else c): c for c in frame.row}
    t = frame.looked_up(t, acts, on, {"then_pos": f"next_{k}_pos", "then_us": f"next_{k}_us"})
    return t.mutate(
        grant_pos=ibis.ifelse(t.used_pos.isnull(), t[f"next_{k}_pos"], t.then_pos),
        grant_us=ibis.ifelse(t.used_pos.isnull(), t[f"next_{k}_us"], t.then_us),
    ).drop("then_pos", "then_us")


def granting(frame: Frame, t: ir.Table, terms: Terms, grant: Extend, acts: ir.Table, due: Due) -> ir.Table:
    """One grant, used or not."""
    asked = t.due_us.notnull() & (t.ended != grant.entry)
    undecided = t.horizon_pos.isnull() | (t.grant_pos < t.horizon_pos)
    used = asked & (undecided & (t.grant_us <= t.due_us)).fill_null(False)
    changed = {
        n: ibis.literal(terms.number(extended(p, grant)), "int64")
        for n, p in enumerate(terms.all)
        if extended(p, grant) in terms.all
    }
    t = t.mutate(
        was_term=t.term,
        used=used,
        term=ibis.ifelse(
            used, ibis.cases(*[(t.term == n, v) for n, v in changed.items()], else_=t.term), t.term
        ),
        used_pos=ibis.ifelse(used, t.grant_pos, t.used_pos),
        ended=ibis.ifelse(asked & ~used, ibis.literal(grant.entry, "int64"), t.ended),
    )
    t = due(t.drop("due_us"))
    seen = frame.looked_up(
        t.mutate(now_pos=ibis.ifelse(t.used, t.grant_pos, nothing("int64"))),
        acts.mutate(item=act_text(acts.seq, acts.act_id)),
        {("now_pos" if c == "pos" else c): c for c in frame.row},
        {"item": "item"},
    )
    granted = ibis.cases(
        (seen.item.isnull(), seen.granted),
        (seen.granted.isnull(), seen.item),
        else_=seen.granted.concat(ITEMS).concat(seen.item),
    )
    return seen.mutate(granted=granted).drop("was_term", "used", "now_pos", "item", "grant_pos", "grant_us")
