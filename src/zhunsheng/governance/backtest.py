"""A draft tried on history: which obligations would have come out otherwise, by norm and by unit; never by person."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from zhunsheng.base import clock
from zhunsheng.exchange import LogMapping, read_log
from zhunsheng.governance.drafts import draft_laid
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.log import Log
from zhunsheng.norms.plans import BREACHES, Plan
from zhunsheng.norms.run_interpret import run_interpret
from zhunsheng.procedure.rulebook import Rulebook, rulebook
from zhunsheng.supervision.checking import ACTS_TO_INTERPRET, as_of_instant, last_instant, runner
from zhunsheng.supervision.fit import survey

Change = Literal[
    "newly-broken", "no-longer-broken", "newly-unknown", "newly-due", "no-longer-due", "otherwise"
]
CHANGES: Mapping[Change, tuple[str, str]] = {
    "newly-broken": ("将成为问题", "would become a breach"),
    "no-longer-broken": ("不再是问题", "would be a breach no more"),
    "newly-unknown": ("事实不足，无法判断", "could not be judged for want of facts"),
    "newly-due": ("新增的义务", "would be due, and was not"),
    "no-longer-due": ("不再有的义务", "would be due no more"),
    "otherwise": ("期限或状态改变", "term or status would differ"),
}
FEW = 10
"""Fewer obligations than this say little about a unit; they are shown with a warning."""
Key = tuple[str, str, str, str]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Affected:
    """One obligation that would have come out otherwise. Nobody is named: the case leads to who acted in it."""

    norm: str
    case: str
    unit: str
    scope: str
    opened_by: str
    change: Change
    before: str
    after: str
    due_before: str
    due_after: str


@dataclass(frozen=True)
class Share:
    """Counts of a norm or a unit, each with what it is a part of."""

    name: str
    cases: int
    cases_affected: int
    obligations_before: int
    obligations_after: int
    broken_before: int
    broken_after: int
    affected: int

    @property
    def few(self) -> bool:
        return max(self.obligations_before, self.obligations_after) < FEW


@dataclass(frozen=True)
class BackTest:
    """What a draft would have changed on some history."""

    draft: str
    """SHA-256 of the draft file."""
    edition: str
    """Digest of the rulebook it was compared with."""
    history: str
    acts: int
    cases: int
    as_of: str
    norms: tuple[str, ...]
    replaced: tuple[str, ...]
    by_norm: tuple[Share, ...]
    by_unit: tuple[Share, ...]
    rows: tuple[Affected, ...]

    def content(self) -> bytes:
        """The result as canonical JSON; what its digest is of."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the result."""
        return hashlib.sha256(self.content()).hexdigest()


def norm_backtest(
    draft: Path,
    log: Log | Path,
    *,
    mapping: LogMapping | Path | None = None,
    as_of: str | None = None,
    book: Rulebook | None = None,
) -> BackTest:
    """Evaluate a draft's norms on a log under the wording in force and under the draft's; what comes out otherwise.

    InputError for a draft that would not pass in the rulebook, and for a log that cannot be read.
    """
    book = book or rulebook()
    tried = draft_laid(draft, book.norms)
    history = log if isinstance(log, Log) else read_log(log, mapping=mapping)
    instant = None if as_of is None else as_of_instant(as_of, history.zone)
    seen = survey(history, instant)
    as_of_us = last_instant(seen, history.zone) if instant is None else instant
    before = evaluated(history, tried.before, book.calendar, as_of_us)
    after = evaluated(history, tried.after, book.calendar, as_of_us)
    affected = sorted(
        differences(before, after), key=lambda a: (a.norm, a.unit, a.case, a.scope, a.opened_by)
    )
    cases = cases_of(history)
    return BackTest(
        draft=hashlib.sha256(draft.read_bytes()).hexdigest(),
        edition=book.digest,
        history=history.source,
        acts=history.rows,
        cases=len(cases),
        as_of=clock.from_microseconds(as_of_us).astimezone(clock.LOCAL).isoformat(),
        norms=tried.ids,
        replaced=tried.replaced,
        by_norm=shares("norm_id", "norm", before, after, affected),
        by_unit=shares("unit", "unit", before, after, affected),
        rows=tuple(affected),
    )


def platform_backtest(draft: Path, *, as_of: str | None = "now") -> BackTest:
    """A draft tried on the platform's own acts, as of now."""
    from zhunsheng.acts.export import log_write

    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as work:
        instant = clock.now().isoformat() if as_of == "now" else as_of
        return norm_backtest(draft, log_write(Path(work) / "log"), as_of=instant)


def evaluated(log: Log, plans: Iterable[Plan], calendar: Calendar, as_of_us: int) -> dict[Key, Row]:
    """Every obligation of some plans, by norm, case, scope and opening act; the version plays no part in the key."""
    chosen = list(plans)
    run = run_interpret if log.rows <= ACTS_TO_INTERPRET else runner("duckdb")
    table = run(log, chosen, calendar=calendar, as_of_us=as_of_us).table()
    return {(r["norm_id"], r["case_id"], r["scope"], r["opened_by"]): r for r in table.to_pylist()}


def differences(before: Mapping[Key, Row], after: Mapping[Key, Row]) -> Iterable[Affected]:
    """What comes out otherwise."""
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if told(old) == told(new):
            continue
        row = new or old
        assert row is not None
        yield Affected(
            norm=key[0],
            case=key[1],
            unit=row["unit"] or "",
            scope=key[2],
            opened_by=key[3],
            change=kind_of(old, new),
            before=old["status"] if old else "",
            after=new["status"] if new else "",
            due_before=due(old),
            due_after=due(new),
        )


def told(row: Row | None) -> tuple[str, str] | None:
    """What is compared of an obligation."""
    return None if row is None else (row["status"], due(row))


def due(row: Row | None) -> str:
    """The due time as text."""
    return "" if row is None or row["due_at"] is None else row["due_at"].isoformat()


def kind_of(old: Row | None, new: Row | None) -> Change:
    """What the difference amounts to."""
    was, is_ = bool(old and old["status"] in BREACHES), bool(new and new["status"] in BREACHES)
    if is_ and not was:
        return "newly-broken"
    if was and not is_:
        return "no-longer-broken"
    if new is not None and new["status"] == "unknown" and (old is None or old["status"] != "unknown"):
        return "newly-unknown"
    if old is None:
        return "newly-due"
    return "no-longer-due" if new is None else "otherwise"


def shares(
    column: str, attribute: str, before: Mapping[Key, Row], after: Mapping[Key, Row], affected: list[Affected]
) -> tuple[Share, ...]:
    """Counts by norm or by unit."""
    names = sorted({r[column] or "" for r in (*before.values(), *after.values())})
    touched = Counter(getattr(a, attribute) for a in affected)
    found = []
    for name in names:
        old = [r for r in before.values() if (r[column] or "") == name]
        new = [r for r in after.values() if (r[column] or "") == name]
        hit = {a.case for a in affected if getattr(a, attribute) == name}
        found.append(
            Share(
                name=name,
                cases=len({r["case_id"] for r in (*old, *new)}),
                cases_affected=len(hit),
                obligations_before=len(old),
                obligations_after=len(new),
                broken_before=sum(r["status"] in BREACHES for r in old),
                broken_after=sum(r["status"] in BREACHES for r in new),
                affected=touched[name],
            )
        )
    return tuple(found)


def cases_of(log: Log) -> set[str]:
    """The cases of a log."""
    import pyarrow.parquet as pq

    return set(pq.read_table(log.acts, columns=["case_id"])["case_id"].unique().to_pylist())
