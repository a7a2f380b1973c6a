"""The acts a plan looks at, in the groups of its scope: which matter, how scopes spread them, windows and joins over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import combinations
from typing import Any

import ibis
from ibis.expr import types as ir

from zhunsheng.norms import expressions as ex
from zhunsheng.norms.clocks import Moment
from zhunsheng.norms.compile.certainty import certain
from zhunsheng.norms.compile.conditions import Conditions, any_of, every, is_true, is_unknown, nothing
from zhunsheng.norms.compile.facts import LogFacts
from zhunsheng.norms.compile.lookups import Lookups
from zhunsheng.norms.log import OFFICER_PARTS
from zhunsheng.norms.plans import Conflict, Covered, Plan, Ref, ScopeKey, Timed


def acts_table(facts: LogFacts) -> ir.Table:
    """`acts` as plans know it: the log's columns under safe names, and `pos`, the order of an act within its case."""
    return ibis.table(
        {"pos": "int64"} | {facts.safe[name]: kind for name, kind in facts.columns.items()}, name="acts"
    )


def subjects_table() -> ir.Table:
    """`subjects` as plans know it."""
    return ibis.table({"seq": "int64", "kind": "string", "subject": "string"}, name="subjects")


def nodes_in(part: Any) -> Iterator[ex.Node]:
    """Every condition in a form or a piece of one."""
    if isinstance(part, ex.Node):
        yield part
    elif isinstance(part, tuple):
        for piece in part:
            yield from nodes_in(piece)
    elif is_dataclass(part):
        for f in fields(part):
            yield from nodes_in(getattr(part, f.name))


def refs_in(part: Any) -> Iterator[Ref]:
    """Every act reference in a form or a piece of one."""
    if isinstance(part, Ref):
        yield part
    elif isinstance(part, tuple):
        for piece in part:
            yield from refs_in(piece)
    elif is_dataclass(part) and not isinstance(part, ex.Node):
        for f in fields(part):
            yield from refs_in(getattr(part, f.name))


def nodes_of(plan: Plan) -> list[ex.Node]:
    """Every condition of a plan."""
    return [*nodes_in(plan.form), *([plan.governed] if plan.governed is not None else [])]


def types_read(plans: Iterable[Plan]) -> set[str] | None:
    """The act types that can matter to plans; None when any can."""
    wanted: set[str] = set()
    for plan in plans:
        earlier = [n for node in nodes_of(plan) for n in node.walk() if isinstance(n, ex.Earlier)]
        parts: list[Ref | ex.Earlier] = [*refs_in(plan.form), *earlier]
        for part in parts:
            if not part.types:
                return None
            wanted.update(part.types)
    return wanted


ALWAYS_READ = frozenset({"pos", "seq", "act_id", "case_id", "act_type", "at_us", "day", "tod", "unit"})


def columns_read(plans: Iterable[Plan], facts: LogFacts) -> set[str]:
    """The columns of acts that plans read; carrying others along would only make their SQL long and their copies large."""
    wanted = set(ALWAYS_READ)
    for plan in plans:
        form, nodes = plan.form, [n for node in nodes_of(plan) for n in node.walk()]
        wanted |= {facts.safe.get(c, c) for node in nodes for c in ex.columns(node)}
        pairs = [s.pair for s in form.stops] if isinstance(form, Timed) else []
        named = [c for c in (*pairs, *(k.column for k in plan.per)) if c is not None]
        wanted |= {facts.safe[c] for c in named if c in facts.safe}
        if isinstance(form, Covered):
            wanted.add("ended_us")
        if isinstance(form, Conflict) or any(isinstance(n, ex.Company | ex.Shared) for n in nodes):
            wanted |= {c for c in facts.columns if c.startswith(tuple(f"{part}_" for part in OFFICER_PARTS))}
    return wanted


@dataclass(frozen=True)
class Frame:
    """One plan on its way to a relation: its log, its moment, its lookups, its conditions, and the keys of its groups."""

    plan: Plan
    facts: LogFacts
    moment: Moment
    lookups: Lookups
    conditions: Conditions

    @classmethod
    def of(cls, plan: Plan, facts: LogFacts, moment: Moment, lookups: Lookups) -> Frame:
        """A frame whose conditions know the columns of aggregates over earlier acts."""
        frame = cls(plan, facts, moment, lookups, Conditions(facts))
        earlier = dict.fromkeys(
            n for node in nodes_of(plan) for n in node.walk() if isinstance(n, ex.Earlier)
        )
        return replace(
            frame, conditions=Conditions(facts, {node: f"earlier_{n}" for n, node in enumerate(earlier)})
        )

    @property
    def scopes(self) -> list[str]:
        """Columns of the scope's values."""
        return [f"scope_{n}" for n in range(len(self.plan.per))]

    @property
    def keys(self) -> list[str]:
        """Columns that tell one group from another; with scopes, `whole` is false for the acts that name no value."""
        return ["case_id", *self.scopes, "whole"] if self.plan.per else ["case_id"]

    @property
    def row(self) -> list[str]:
        """Columns that tell one act in one group from all others; where `pos` is the act's seq, its case need not be compared."""
        return [c for c in (*self.keys, "pos") if not (self.facts.ordered and c == "case_id")]

    def act_at(self, place: str) -> dict[str, str]:
        """How to find the act at a place of the same case: columns of a row → columns of `acts`."""
        return {place: "pos"} if self.facts.ordered else {"case_id": "case_id", place: "pos"}

    @property
    def acts(self) -> ir.Table:
        """The acts that exist at the moment."""
        acts = acts_table(self.facts)
        if self.facts.last_us <= self.moment.as_of_us:
            return acts
        return acts.filter(acts.at_us.isnull() | (acts.at_us <= self.moment.as_of_us))

    def relevant(self) -> ir.Table:
        """The acts of types that can matter."""
        types, acts = types_read([self.plan]), self.acts
        acts = acts if types is None else acts.filter(acts.act_type.isin(sorted(types)))
        return acts.select([c for c in acts.columns if c in columns_read([self.plan], self.facts)])

    def grouped(self) -> ir.Table:
        """The acts that matter, each in every group it belongs to, with aggregates over earlier acts beside them."""
        table = self.spread(self.relevant()) if self.plan.per else self.relevant()
        return self.with_earlier(table)

    def date_range(self, node: ex.Node) -> tuple[int, int]:
        """First and last day that a date expression can give."""
        lows, highs = [0], [-1]
        for part in node.walk():
            column = part.column if isinstance(part, ex.Fact | ex.Earlier) else None
            found = (
                [part.value]
                if isinstance(part, ex.Const)
                else [v for *_, v in part.versions]
                if isinstance(part, ex.Dated)
                else []
            )
            if part.type == "date" and column is not None:
                days = self.facts.days
                found = list(
                    self.facts.ranges.get(column, (0, -1))
                    if column != "day"
                    else (days[0], days[-1])
                    if len(days)
                    else ()
                )
            dates = [int(v) for v in found if not isinstance(v, str)]
            lows, highs = lows + dates, highs + dates
        return min(lows), max(highs)

    # Windows over a group, in the order of its acts; acts without a time come last.

    def after(self) -> Any:
        """Strictly later acts of the group."""
        return ibis.window(group_by=self.keys, order_by="pos", rows=(1, None))

    def before(self) -> Any:
        """Strictly earlier acts of the group."""
        return ibis.window(group_by=self.keys, order_by="pos", rows=(None, -1))

    def around(self) -> Any:
        """The whole group."""
        return ibis.window(group_by=self.keys)

    def timed(self, t: ir.Table) -> ir.Value | None:
        """Whether an act stands in the order; None where every act of the log does."""
        return t.at_us.notnull() if self.facts.untimed else None

    def matching(self, types: tuple[str, ...], t: ir.Table, *tests: ir.Value | None) -> ir.Value:
        """Whether an act has one of the types (none: any) and passes the tests; never null where these are not."""
        if not types:
            return every([t.act_type.notnull(), *tests])
        return every([t.act_type == types[0] if len(types) == 1 else t.act_type.isin(list(types)), *tests])

    # Groups.

    def spread(self, acts: ir.Table) -> ir.Table:
        """Acts in the groups of the scope; see Scope in docs/norm-semantics.md."""
        everyone = tuple(range(len(self.plan.per)))
        opening = self.plan.opening.types
        full = self.naming(acts, everyone)
        found = full.filter(full.act_type.isin(list(opening))) if opening else full
        scopes = found.select("case_id", *self.scopes).distinct()
        marked = [full.mutate(opens=ibis.literal(True), whole=ibis.literal(True))]
        rest = []
        for size in range(len(everyone)):
            for named in combinations(everyone, size):
                part = self.leaving(acts, [k for k in everyone if k not in named])
                marked.append(self.joining(self.naming(part, named), scopes, named))
                rest.append(self.semi(part, named))
        nameless = {name: ibis.literal("") for name in self.scopes}
        marked += [r.mutate(**nameless, opens=ibis.literal(True), whole=ibis.literal(False)) for r in rest]
        columns = [*acts.columns, *self.scopes, "opens", "whole"]
        return ibis.union(*[t.select(columns) for t in marked])

    def subjects(self, key: ScopeKey) -> ir.Table:
        """What acts name for a key, each once."""
        table = subjects_table()
        return table.filter(table.kind == key.name).select(named_seq="seq", named_value="subject").distinct()

    def naming(self, acts: ir.Table, places: tuple[int, ...]) -> ir.Table:
        """Acts once for each combination of values they name for some keys."""
        for place in places:
            key, name = self.plan.per[place], f"scope_{place}"
            if key.column is None:
                named = self.subjects(key)
                acts = (
                    acts.join(named, [("seq", "named_seq")]).drop("named_seq").rename({name: "named_value"})
                )
            else:
                value = self.conditions.fact(key.column, "text", acts)
                acts = acts.filter(value.notnull()).mutate(**{name: value})
        return acts

    def leaving(self, acts: ir.Table, places: list[int]) -> ir.Table:
        """Acts that name nothing for these keys."""
        for place in places:
            key = self.plan.per[place]
            if key.column is None:
                named = self.subjects(key)
                acts = acts.anti_join(named, [("seq", "named_seq")])
            else:
                acts = acts.filter(self.conditions.fact(key.column, "text", acts).isnull())
        return acts

    def semi(self, acts: ir.Table, places: tuple[int, ...]) -> ir.Table:
        """Acts that name something for these keys, once each."""
        for place in places:
            key = self.plan.per[place]
            if key.column is None:
                named = self.subjects(key)
                acts = acts.semi_join(named, [("seq", "named_seq")])
            else:
                acts = acts.filter(self.conditions.fact(key.column, "text", acts).notnull())
        return acts

    def joining(self, acts: ir.Table, scopes: ir.Table, named: tuple[int, ...]) -> ir.Table:
        """Acts that name only some keys, in every group of their case that agrees with what they name."""
        other = scopes.rename({f"in_{c}": c for c in scopes.columns})
        on = [("case_id", "in_case_id"), *[(f"scope_{k}", f"in_scope_{k}") for k in named]]
        left = [n for n in range(len(self.plan.per)) if n not in named]
        joined = acts.join(other, on).mutate(**{f"scope_{k}": ibis._[f"in_scope_{k}"] for k in left})
        return joined.mutate(opens=ibis.literal(False), whole=ibis.literal(True))

    def scope_text(self, t: ir.Table) -> ir.Value:
        """`person=甲;item=7`; empty for the case itself and for acts that name no value."""
        parts: list[ir.Value] = []
        for n, key in enumerate(self.plan.per):
            parts += [ibis.literal(f"{';' if n else ''}{key.name}="), t[f"scope_{n}"]]
        if not parts:
            return ibis.literal("")
        text = parts[0]
        for part in parts[1:]:
            text = text.concat(part)
        return ibis.ifelse(t.whole, text, ibis.literal(""))

    # Aggregates over earlier acts.

    def with_earlier(self, t: ir.Table) -> ir.Table:
        """The table with a column for every aggregate over earlier acts that the plan's conditions read."""
        for node, name in self.conditions.earlier.items():
            assert isinstance(node, ex.Earlier)
            t = self.aggregated(t, node, name)
        return t

    def aggregated(self, t: ir.Table, node: ex.Earlier, name: str) -> ir.Table:
        """The table with one aggregate: null where a `where` or summand before it is unknown, and at acts without a time."""
        where = None if node.where is None else self.conditions.of(node.where, t)
        value, w, timed = self.value_of(node, t), self.before(), self.timed(t)
        holds = self.matching(node.types, t, timed, None if where is None else is_true(where))
        poisons = [] if where is None or certain(node.where, self.facts) else [self.matching(node.types, t, timed, is_unknown(where))]
        if node.fn == "sum":
            poisons.append(holds & value.isnull())
        unknown = any_of([ibis.ifelse(p, 1, 0).max().over(w).fill_null(0) == 1 for p in poisons])
        unknown = unknown if timed is None else unknown | ~timed
        if node.fn in ("first", "last"):
            place = ibis.ifelse(holds & value.notnull(), t.pos, nothing("int64"))
            place = (place.min() if node.fn == "first" else place.max()).over(w)
            t = t.mutate(**{name: ibis.ifelse(unknown, nothing("int64"), place)})
            acts = self.acts
            return self.looked_up(
                t,
                acts.mutate(value=self.value_of(node, acts)),
                self.act_at(name),
                {name: "value"},
            )
        taken = ibis.ifelse(holds, value, nothing(value.type()))
        made = {"count": taken.sum, "sum": taken.sum, "min": taken.min, "max": taken.max}[node.fn]().over(w)
        if node.fn in ("count", "sum"):
            made = made.fill_null(0)
        return t.mutate(**{name: ibis.ifelse(unknown, nothing(value.type()), made.cast(value.type()))})

    def value_of(self, node: ex.Earlier, t: ir.Table) -> ir.Value:
        """What an aggregate takes from each act; a count takes one, in the scale of numbers."""
        if node.column is None:
            return ibis.literal(10_000, "int64")
        return self.conditions.fact(node.column, node.type, t)

    # Joins.

    def looked_up(
        self, t: ir.Table, other: ir.Table, on: Mapping[str, str], take: Mapping[str, str]
    ) -> ir.Table:
        """`t` with columns of the at most one row of `other` that agrees; `on` is left → right, `take` is new name → right."""
        right = other.select(
            **{f"on_{n}": other[c] for n, c in enumerate(on.values())},
            **{f"is_{n}": other[c] for n, c in enumerate(take.values())},
        )
        joined = t.left_join(right, [(c, f"on_{n}") for n, c in enumerate(on)])
        taken = {name: joined[f"is_{n}"] for n, name in enumerate(take)}
        return joined.select(*[joined[c] for c in t.columns if c not in taken], **taken)

    def within_group(self, t: ir.Table, other: ir.Table, prefix: str) -> ir.Table:
        """Pairs of rows of one group; the other table's columns come under a prefix.

        Joined by name, and whatever else pairs must meet is filtered afterwards: ibis cannot tell the sides apart when both come
        from one table. Engines make one join of it.
        """
        return t.join(
            other.rename({f"{prefix}{c}": c for c in other.columns}), [(c, f"{prefix}{c}") for c in self.keys]
        )
