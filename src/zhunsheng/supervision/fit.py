"""How well norms and a log fit: what norms name and the log lacks, most often a slip in a name or a mapping."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.norms.expressions import act_types, columns
from zhunsheng.norms.log import FieldType, Log
from zhunsheng.norms.plans import Plan, conditions, references

ALIKE = 0.8
"""How alike two names must be for one to be taken for a slip of the other (difflib's ratio)."""
MOST_COMPARED = 2_000
"""Beyond so many act types in a log nobody names them by hand, and comparing each with each would take minutes."""


@dataclass(frozen=True)
class Survey:
    """What one pass over a log tells about it."""

    types: frozenset[str] = frozenset()
    first_us: int | None = None
    last_us: int | None = None
    later: int = 0
    """Acts after the as-of instant: they are not looked at."""
    untimed: int = 0
    """Acts without a time: they are neither earlier nor later than anything."""


@dataclass(frozen=True)
class Fit:
    """What norms name and a log lacks."""

    slips: tuple[tuple[str, str], ...] = ()
    """Act types norms name and the log lacks, each with the act type of the log it most resembles."""
    fields: tuple[tuple[str, str], ...] = ()
    """Fields conditions read and the log does not state, each with the field it most resembles, or nothing."""


def survey(log: Log, as_of_us: int | None = None) -> Survey:
    """Act types, first and last instant, acts without a time and acts after `as_of_us`."""
    types: set[str] = set()
    bounds: list[int] = []
    later = untimed = 0
    for batch in pq.ParquetFile(log.acts).iter_batches(columns=["act_type", "at_us"], batch_size=1 << 20):
        types.update(pc.unique(batch.column(0)).to_pylist())
        at: pa.Array = batch.column(1)
        untimed += at.null_count
        bounds += [v for v in pc.min_max(at).as_py().values() if v is not None]
        if as_of_us is not None:
            later += pc.sum(pc.greater(at, as_of_us)).as_py() or 0
    return Survey(frozenset(types), min(bounds, default=None), max(bounds, default=None), later, untimed)


def fit(plans: Iterable[Plan], types: Collection[str], stated: Mapping[str, FieldType]) -> Fit:
    """Compare the names in plans that have something to check with those of the log."""
    listed = list(plans)
    wanted = {t for plan in listed for ref in references(plan) for t in ref.types}
    wanted |= {t for plan in listed for node in conditions(plan) for t in act_types(node)} - {"*"}
    spare = sorted(set(types) - wanted) if len(types) <= MOST_COMPARED else []
    near = [(t, difflib.get_close_matches(t, spare, 1, ALIKE)) for t in sorted(wanted - set(types))]
    busy = [p for p in listed if not p.opening.types or not set(types).isdisjoint(p.opening.types)]
    return Fit(tuple((t, found[0]) for t, found in near if found), absent_fields(busy, stated))


def absent_fields(plans: Iterable[Plan], stated: Mapping[str, FieldType]) -> tuple[tuple[str, str], ...]:
    """Fields that conditions of these plans read and the log does not state."""
    read = {
        column.removeprefix("f_").removesuffix("__day")  # the local day that goes with a field of times
        for plan in plans
        for node in conditions(plan)
        for column in columns(node)
        if column.startswith("f_")
    }
    missing = sorted(read - stated.keys())
    return tuple(
        (name, next(iter(difflib.get_close_matches(name, stated, 1, ALIKE)), "")) for name in missing
    )
