"""The same log and plans through two executions, the first rows in which they differ, and the fewest acts that show it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from tests.engines.chance import Scene, plan, scene
from tests.engines.conditions import FIELDS
from tests.engines.logs import prepared
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.run_interpret import run_interpret

KEY = ("norm_id", "version", "case_id", "scope", "opened_seq")
Run = Callable[..., Any]


def difference(expected: pa.Table, found: pa.Table) -> str | None:
    """None when two result tables are equal, else the first row in which they differ."""
    if expected.equals(found):
        return None
    left, right = ({tuple(r[k] for k in KEY): r for r in t.to_pylist()} for t in (expected, found))
    for key in sorted({*left, *right}):
        a, b = left.get(key), right.get(key)
        if a is None or b is None:
            return f"{key}: only one execution has {a or b}"
        if a != b:
            return f"{key}: " + ", ".join(f"{c} {a[c]!r} against {b[c]!r}" for c in a if a[c] != b[c])
    return f"{len(expected)} rows against {len(found)}, or the same in another order"


def compared(run: Run, plans: Sequence[Plan], seen: Scene) -> str | None:
    """The difference between an execution and the interpreter over a scene, if any."""
    with tempfile.TemporaryDirectory() as folder:
        log = prepared(Path(folder), seen.acts, zone=seen.zone, fields=FIELDS, slots=3)
        moment = {"calendar": seen.calendar, "as_of_us": seen.as_of_us, "closed": seen.closed}
        expected, found = run_interpret(log, plans, **moment), run(log, plans, **moment)
        told = difference(expected.table(), found.table())
        if told is None and {k: +c for k, c in found.counts.items()} != expected.counts:
            rows = {k: c for k, c in found.counts.items() if c}
            return None if rows == expected.counts else f"counts {expected.counts} against {rows}"
        return told


def smallest(run: Run, one: Plan, seen: Scene) -> Scene:
    """The scene with every act left out that is not needed to show the difference."""
    for place in range(len(seen.acts) - 1, -1, -1):
        fewer = replace(seen, acts=seen.acts[:place] + seen.acts[place + 1 :])
        if fewer.acts and compared(run, [one], fewer) is not None:
            seen = fewer
    return seen


def assert_same(run: Run, seed: int, forms: Sequence[str]) -> None:
    """An execution finds over a scene and plans made by chance exactly what the interpreter finds."""
    r = Random(seed)
    seen, plans = scene(r), [plan(r, form, number) for number, form in enumerate(forms)]
    if compared(run, plans, seen) is None:
        return
    for one in plans:
        if compared(run, [one], seen) is not None:
            small = smallest(run, one, seen)
            acts = "\n".join(f"  {n} {a}" for n, a in enumerate(small.acts))
            told = compared(run, [one], small)
            msg = f"{told}\n{one}\n{acts}\nzone {small.zone}, as of {small.as_of_us}, closed {small.closed}, seed {seed}"
            raise AssertionError(msg)
    raise AssertionError("the plans differ only together")
