"""Checking a log against norms, end to end: read, load, bind, run, and keep what the report and the explanations need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pyarrow as pa

from zhunsheng.acts.surroundings import rulebook_folder, rulebook_paths, shipped_countings, surroundings
from zhunsheng.base.errors import InputError
from zhunsheng.exchange import LogMapping, read_log
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.expressions import columns
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.log import Log
from zhunsheng.norms.parsing import day_number
from zhunsheng.norms.periods import Counting, countings, end_of_day_us, local_day, time_zone
from zhunsheng.norms.plans import Plan, conditions
from zhunsheng.norms.results_table import Only, Results
from zhunsheng.norms.surroundings import Surroundings
from zhunsheng.supervision.fit import Fit, Survey, fit, survey

Engine = Literal["auto", "duckdb", "spark", "fast", "interpret"]
ACTS_TO_INTERPRET = 300_000
"""Up to here the interpreter is done before an engine has compiled a rulebook; the results are the same."""
Progress = Callable[[int, int | None], None]
UTC_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Checking:
    """A log and norms made ready for one another, and the instant they are looked at."""

    log: Log
    norms: NormSet
    plans: list[Plan]
    calendar: Calendar
    as_of_us: int
    closed: bool
    idle: tuple[str, ...]
    """Norms whose opening acts do not occur in the log at all: they found nothing to check, which is not the same as no fault."""
    seen: Survey = field(default_factory=Survey)
    fit: Fit = field(default_factory=Fit)

    def chosen(self, engine: Engine) -> Engine:
        """What "auto" means here: the interpreter for small logs, then the fast path where numba is installed, else DuckDB."""
        if engine != "auto":
            return engine
        if self.log.rows <= ACTS_TO_INTERPRET:
            return "interpret"
        return "fast" if find_spec("numba") is not None else "duckdb"

    def run(
        self,
        engine: Engine = "auto",
        *,
        only: Only = "all",
        into: Path | None = None,
        progress: Progress | None = None,
    ) -> Results:
        """The findings (columns: `zhunsheng.norms.results.COLUMNS`), in memory or as a Parquet file `into`.

        `only="findings"` keeps breaches and unknowns. Raises InputError when the engine's optional package is not installed.
        """
        return runner(self.chosen(engine))(
            self.log,
            self.plans,
            calendar=self.calendar,
            as_of_us=self.as_of_us,
            closed=self.closed,
            only=only,
            into=into,
            progress=progress,
        )


def prepare_check(
    log: Log | Path | str,
    norms: NormSet | Path | str | list[Path | str] | None = None,
    *,
    mapping: LogMapping | Path | str | None = None,
    as_of: dt.date | dt.datetime | str | None = None,
    closed: bool = False,
    holidays: Path | None = None,
    counting: Path | None = None,
    progress: Progress | None = None,
) -> Checking:
    """Read the log, load the norms (default: the rulebook) and bind them to each other.

    `as_of` is a date (its end), an instant, or "now"; by default the end of the day of the last act in the log.
    `holidays` and `counting` are a bureau's own calendar and counting files. Raises InputError with place and remedy.
    """
    if not isinstance(log, Log):
        rules = Path(mapping) if isinstance(mapping, str) else mapping
        log = read_log(Path(log), mapping=rules, progress=progress)
    loaded = (
        norms if isinstance(norms, NormSet) else load_norms(norms if norms is not None else rulebook_paths())
    )
    plans = bound(loaded, log, own_countings(counting))
    instant = None if as_of is None else as_of_instant(as_of, log.zone)
    seen = survey(log, instant)
    busy = {p.norm_id for p in plans if not p.opening.types or not seen.types.isdisjoint(p.opening.types)}
    return Checking(
        log=log,
        norms=loaded,
        plans=plans,
        calendar=calendar_for(loaded, holidays),
        as_of_us=last_instant(seen, log.zone) if instant is None else instant,
        closed=closed,
        idle=tuple(sorted({p.norm_id for p in plans} - busy)),
        seen=seen,
        fit=fit(plans, seen.types, log.fields),
    )


def check(
    log: Log | Path | str,
    norms: NormSet | Path | str | list[Path | str] | None = None,
    *,
    mapping: LogMapping | Path | str | None = None,
    as_of: dt.date | dt.datetime | str | None = None,
    closed: bool = False,
    engine: Engine = "auto",
    only: Only = "all",
    holidays: Path | None = None,
) -> pa.Table:
    """Check an event log against norms: one row per obligation, as an Arrow table that pandas, Polars and DuckDB take as it is.

    The columns are those of `zhunsheng.norms.results.COLUMNS`. Raises InputError with place and remedy for bad input.
    """
    ready = prepare_check(log, norms, mapping=mapping, as_of=as_of, closed=closed, holidays=holidays)
    return ready.run(engine, only=only).table()


def own_countings(path: Path | None) -> Mapping[str, Counting]:
    """The rulebook's countings, some replaced by a bureau's own."""
    return shipped_countings() if path is None else countings(rulebook_folder() / "countings.yaml", path)


def bound(norms: NormSet, log: Log, counted: Mapping[str, Counting]) -> list[Plan]:
    """The norms as plans over this log and the vocabulary they were written for.

    Raises InputError when the log states a field that a norm reads in another type than the norm was written for.
    """
    written_for = surroundings(norms)
    plans = bind(norms, Surroundings(fields={**log.fields, **written_for.fields}, countings=counted))
    read = {c.removeprefix("f_") for plan in plans for node in conditions(plan) for c in columns(node)}
    for name in sorted(read & log.fields.keys() & written_for.fields.keys()):
        have, want = log.fields[name], written_for.fields[name]
        if have != want:
            raise InputError(
                zh=f"日志的字段“{name}”是 {have}，而规范要的是 {want}",
                en=f"the log states {name} as {have}; the norms need {want}",
                where=log.source,
                remedy_zh=f'在映射文件里写 fields: {{"{name}": {{type: {want}}}}}，或改规范文件 acts: 里的类型',
                remedy_en=f'write fields: {{"{name}": {{type: {want}}}}} in the mapping file, or mend acts: in the norm file',
            )
    return plans


def calendar_for(norms: NormSet, holidays: Path | None) -> Calendar:
    """The calendar the norm files ask for, changed by a bureau's own file where it is China's."""
    if norms.calendar == "none":
        return Calendar.none()
    return Calendar.weekdays(1970, 2100) if norms.calendar == "weekdays" else Calendar.china(holidays)


def last_instant(seen: Survey, zone: str) -> int:
    """The end of the local day of the last act; of 1970-01-01 when no act has a time."""
    return end_of_day_us(local_day(seen.last_us or 0, zone), zone)


def as_of_instant(as_of: dt.date | dt.datetime | str, zone: str) -> int:
    """A date as its last microsecond, an instant as itself; InputError for text that is neither."""
    if isinstance(as_of, str):
        if as_of == "now":
            as_of = dt.datetime.now(dt.UTC)
        elif (day := day_number(as_of)) is not None:
            return end_of_day_us(day, zone)
        else:
            try:
                as_of = dt.datetime.fromisoformat(as_of)
            except ValueError:
                raise InputError(
                    zh=f"看不懂的日期：{as_of}",
                    en=f"not a date: {as_of}",
                    where="--as-of",
                    remedy_zh="写成 2026-01-31、2026-01-31T09:30 或 now",
                    remedy_en="write 2026-01-31, 2026-01-31T09:30 or now",
                ) from None
    if isinstance(as_of, dt.datetime):
        aware = as_of if as_of.tzinfo else as_of.replace(tzinfo=time_zone(zone))
        return (aware - UTC_EPOCH) // dt.timedelta(microseconds=1)
    return end_of_day_us((as_of - dt.date(1970, 1, 1)).days, zone)


def runner(engine: Engine) -> Callable[..., Results]:
    """The execution of that name, imported only when it is wanted."""
    if engine == "interpret":
        from zhunsheng.norms.run_interpret import run_interpret

        return run_interpret
    if engine == "fast":
        from zhunsheng.norms.fast import run_fast

        return run_fast
    if engine == "spark":
        from zhunsheng.norms.compile.run_spark import run_spark

        return run_spark
    from zhunsheng.norms.compile.run_duckdb import run_duckdb

    return run_duckdb
