"""Six norms by Zhunsheng's compiled plans and by SQL written by hand for DuckDB, from the same Parquet file, in one run.

The rows (case, opening act, due time, status) must be equal before anything is timed. Where several ways of writing a norm by
hand come to mind, all are tried and the fastest counts. Rounds alternate between the two; wall and processor time are both told,
for processor time suffers less from whatever else the machine does. Compiling counts as time of ours.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.clocks import Moment
from zhunsheng.norms.compile.facts import LogFacts
from zhunsheng.norms.compile.lookups import Lookups
from zhunsheng.norms.compile.run_duckdb import engine, prepare, register, run_duckdb, sql_of
from zhunsheng.norms.expressions import Company
from zhunsheng.norms.log import Log
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Check, Conflict, Form, Plan, Prior, Ref, Stop, Timed

FOLDER = Path(__file__).parent / "data" / "hand_sql"
ZONE, EAST_US = "Asia/Shanghai", 8 * 3600 * 1_000_000
FIRST_DAY, LAST_DAY = 19358, 20453  # 2023-01-01 to 2025-12-31
DAY_US = 86_400_000_000
AS_OF_US = (LAST_DAY + 1) * DAY_US - EAST_US - 1
ROUND = tuple[float, float]
"""Wall and processor seconds."""

MAKE = f"""
create macro u(c, k, s) as (hash(c * 1000003 + k * 101 + s) % 1000003) / 1000003.0;
create macro any_type(r) as 8 + floor(r * 53)::int;
copy (
  with drawn as (
    select i // 10 as c, (i % 10)::int as k, u(i // 10, i % 10, 1) as r, u(i // 10, i % 10, 2) as r2, u(i // 10, 0, 3) as halted,
      {FIRST_DAY} * 86400::bigint + (u(i // 10, 0, 7) * {LAST_DAY - FIRST_DAY} * 86400)::bigint as begun
    from range($rows) t(i)
  ), timed as (
    select c, k, r2, begun + (86400 * case k when 0 then 0 when 1 then 2 + r2 * 33 when 2 then r2 * 16 when 3 then 0.5 + r2 * 16
        when 4 then 1 + r2 * 3 when 5 then 5 + r2 * 8 when 6 then 1 + r2 * 25 when 7 then 13 + r2 * 2 when 8 then 16 + r2 * 4
        else r2 * 60 end)::bigint as s,
      case k when 0 then 1 when 1 then if(u(c, 0, 4) < 0.9, 2, any_type(r)) when 2 then 3 when 3 then 4
        when 4 then if(halted < 0.3, 5, any_type(r)) when 5 then if(halted < 0.285, 6, any_type(r))
        when 6 then if(u(c, 0, 5) < 0.93, 7, any_type(r)) when 7 then if(halted < 0.06, 5, any_type(r))
        when 8 then if(halted < 0.055, 6, any_type(r)) else any_type(r) end as type
    from drawn
  ), kept as (select *, row_number() over (order by c, s, k) as seq from timed where s < {LAST_DAY + 1} * 86400)
  select seq, seq::varchar as act_id, 'case-' || lpad(c::varchar, 8, '0') as case_id,
    'act.' || lpad(type::varchar, 2, '0') as act_type, (s * 1000000 - {EAST_US})::bigint as at_us, (s // 86400)::int as day,
    (s % 86400)::int as tod, null::bigint as ended_us, 'unit-' || lpad((c % 3000)::varchar, 4, '0') as unit,
    'P' || (100000 + (u(c, k % 4, 8) * 200000)::int) as officer_1, if(type = 7, 'approver', 'handler') as role_1,
    null::varchar as rank_1, null::varchar as qualification_1,
    if(r2 < 0.97, 'P' || (100000 + (u(c, k % 4, 9) * 200000)::int), null) as officer_2, if(r2 < 0.97, 'handler', null) as role_2,
    null::varchar as rank_2, null::varchar as qualification_2
  from kept order by seq
) to '$path' (format parquet, compression zstd, row_group_size 200000)
"""
"""Ten acts a case (those after the as-of instant do not exist yet), sixty types of which seven are common."""


def made_log(folder: Path, rows: int) -> Log:
    """A prepared log of about so many acts, sorted by case and time."""
    folder.mkdir(parents=True)
    log = Log(folder, ZONE, {}, 2)
    with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as con:
        con.execute(MAKE.replace("$rows", str(rows)).replace("$path", str(log.acts)))
        con.execute(f"copy (select 0::bigint as seq, '' as kind, '' as subject where false) to '{log.subjects}' (format parquet)")
        count = con.execute(f"select count(*) from '{log.acts}'").fetchall()[0][0]
    log = Log(folder, ZONE, {}, 2, count)
    log.write_meta()
    return log


def act(name: str) -> Ref:
    return Ref((f"act.{name}",))


CALENDAR = Counting("calendar")
FORMS: dict[str, Form] = {
    "deadline, natural days": Timed(act("01"), act("02"), CALENDAR, Period(30, "days")),
    "deadline, working days": Timed(act("01"), act("03"), CALENDAR, Period(10, "working_days")),
    "precedence": Prior(act("02"), act("07"), CALENDAR),
    "separation of duties": Conflict(act("07"), act("04"), ("approver",), ("handler",)),
    "two officers": Check(act("04"), Company("flag", 2, (), (), ())),
    "deadline with suspension": Timed(
        act("01"), act("02"), CALENDAR, Period(30, "days"), stops=(Stop(act("05"), act("06")),)
    ),
}
PLANS = [
    Plan(name, "2020-01-01", "deadline", "serious", (), None, 0, None, True, form, None, None)  # type: ignore[arg-type]
    for name, form in FORMS.items()
]

DUE_30 = f"(day + 31) * {DAY_US} - {EAST_US + 1}"
ENDS_10 = f"""ends as (select c.day, (w.day + 1) * {DAY_US} - {EAST_US + 1} as due_us
  from calendar c join calendar w on w.worked and w.ordinal = c.ordinal + 10)"""


def judged(due: str) -> str:
    return f"""case when met_us <= {due} then 'met' when met_us is not null then 'late' when {due} < {AS_OF_US} then 'overdue'
      else 'pending' end as status"""


def by_window(opening: str, meeting: str) -> str:
    """Opening acts with the time of the first meeting act after them: one pass over the sorted cases."""
    return f"""select case_id, seq, day, met_us from (
      select case_id, seq, day, act_type, min(if(act_type = 'act.{meeting}', at_us, null)) over (
        partition by case_id order by seq rows between 1 following and unbounded following) as met_us
      from log where act_type in ('act.{opening}', 'act.{meeting}')) where act_type = 'act.{opening}'"""


def by_asof(opening: str, meeting: str) -> str:
    return f"""select o.case_id, o.seq, o.day, m.at_us as met_us
      from (select case_id, seq, day from log where act_type = 'act.{opening}') o
      asof left join (select case_id, seq, at_us from log where act_type = 'act.{meeting}') m
        on m.case_id = o.case_id and m.seq > o.seq"""


def by_join(opening: str, meeting: str) -> str:
    return f"""select o.case_id, o.seq, o.day, min(m.at_us) as met_us
      from (select case_id, seq, day from log where act_type = 'act.{opening}') o
      left join (select case_id, seq, at_us from log where act_type = 'act.{meeting}') m
        on m.case_id = o.case_id and m.seq > o.seq group by all"""


MEETINGS = (by_window, by_asof, by_join)
SHARED = "a = c or a = d or b = c or b = d"
MINE = """mine as (select case_id, seq, if(role_1 = 'approver', officer_1, null) as a,
      if(role_2 = 'approver', officer_2, null) as b
    from log where act_type = 'act.07'),
  theirs as (select case_id, if(role_1 = 'handler', officer_1, null) as c, if(role_2 = 'handler', officer_2, null) as d
    from log where act_type = 'act.04')"""
HAND: dict[str, tuple[str, ...]] = {
    "deadline, natural days": tuple(
        f"select case_id, seq as opened_seq, {DUE_30} as due_us, {judged(DUE_30)} from ({find('01', '02')})" for find in MEETINGS
    ),
    "deadline, working days": tuple(
        f"""with {ENDS_10} select case_id, seq as opened_seq, due_us, {judged('due_us')}
          from ({find('01', '03')}) left join ends using (day)"""
        for find in MEETINGS
    ),
    "precedence": (
        """select case_id, seq as opened_seq, null::bigint as due_us, if(prior is null, 'broken', 'met') as status from (
          select case_id, seq, act_type, max(if(act_type = 'act.07', seq, null)) over (
            partition by case_id order by seq rows between unbounded preceding and 1 preceding) as prior
          from log where act_type in ('act.02', 'act.07')) where act_type = 'act.02'""",
        """select case_id, o.seq as opened_seq, null::bigint as due_us, if(p.seq < o.seq, 'met', 'broken') as status
          from (select case_id, seq from log where act_type = 'act.02') o
          left join (select case_id, min(seq) as seq from log where act_type = 'act.07' group by 1) p using (case_id)""",
    ),
    "separation of duties": (
        f"""with {MINE}, bad as (select distinct seq from mine join theirs on theirs.case_id = mine.case_id and ({SHARED}))
          select case_id, seq as opened_seq, null::bigint as due_us, if(bad.seq is null, 'met', 'broken') as status
          from mine left join bad using (seq)""",
        f"""with {MINE}
          select case_id, seq as opened_seq, null::bigint as due_us, if(bool_or({SHARED}), 'broken', 'met') as status
          from mine left join theirs using (case_id) group by case_id, seq""",
    ),
    "two officers": (
        """select case_id, seq as opened_seq, null::bigint as due_us, if(officer_1 <> officer_2, 'met', 'broken') as status
          from log where act_type = 'act.04'""",
    ),
    "deadline with suspension": tuple(
        f"""with halts as (
            select case_id, seq as halt, day as from_day, coalesce(to_day, {LAST_DAY}) as to_day from (
              select case_id, seq, day, act_type, min(if(act_type = 'act.06', day, null)) over (
                partition by case_id order by seq rows between 1 following and unbounded following) as to_day
              from log where act_type in ('act.05', 'act.06')) where act_type = 'act.05'),
          opened as materialized ({find('01', '02')}),
          pairs as (select seq, halt, o.day, greatest(from_day, o.day) as since, to_day, greatest(o.day, max(to_day) over (
              partition by seq order by halt rows between unbounded preceding and 1 preceding)) as reach
            from opened o join halts h on h.case_id = o.case_id and h.to_day > o.day),
          added as (select *, greatest(0, to_day - greatest(since, reach)) as n from pairs),
          ruled as (select *, since > day + 30 + coalesce(sum(n) over (
              partition by seq order by halt rows between unbounded preceding and 1 preceding), 0) as outside from added),
          counted as (select *, bool_or(outside) over (partition by seq order by halt) as over from ruled),
          longer as (select seq, sum(n)::bigint as n from counted where not over group by seq)
        select case_id, seq as opened_seq, due_us, {judged('due_us')} from (
          select case_id, seq, met_us, {DUE_30} + coalesce(n, 0) * {DAY_US} as due_us from opened left join longer using (seq))"""
        for find in (by_window, by_asof)
    ),
}


class Bench:
    """A database over the log, with what each side is given beforehand."""

    def __init__(self, log: Log, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.calendar = con, Calendar.china()
        self.facts, self.moment = LogFacts.of(log), Moment(AS_OF_US, ZONE, self.calendar)
        self.lookups, self.held = Lookups(self.calendar, ZONE), set[str]()
        prepare(con, log, self.facts, PLANS, copied=False)
        con.execute(f"create view log as from '{log.acts}'")
        days = {
            "day": range(self.calendar.first_day, self.calendar.last_day + 1),
            "ordinal": self.calendar.ordinals, "worked": self.calendar.working,
        }
        con.register("given", pa.table({name: pa.array(values) for name, values in days.items()}))
        con.execute("create table calendar as from given")

    def compiled(self, plan: Plan) -> str:
        sql = sql_of(plan, self.facts, self.moment, self.lookups)
        register(self.con, self.lookups, self.held)
        return sql

    def ours(self, plan: Plan) -> None:
        self.con.execute(f"create or replace temp table ours as {self.compiled(plan)}")

    def hand(self, sql: str) -> None:
        self.con.execute(f"create or replace temp table hand as {sql}")

    def differing(self) -> int:
        """Rows that one side has and the other has not."""
        columns = "case_id, opened_seq, due_us, status"
        one, other = f"select {columns} from ours", f"select {columns} from hand"
        sql = f"select (select count(*) from ({one} except all {other})) + (select count(*) from ({other} except all {one}))"
        return int(self.con.execute(sql).fetchall()[0][0])


def spent(call: Callable[[], object]) -> ROUND:
    """Wall and processor seconds of a call."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    call()
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def least(rounds: list[ROUND]) -> ROUND:
    """The best wall and the best processor time."""
    return min(r[0] for r in rounds), min(r[1] for r in rounds)


def compared(bench: Bench, plan: Plan, rounds: int) -> tuple[ROUND, ROUND]:
    """One norm by both: seconds of ours, and of the best by hand; exits when rows differ."""
    variants = HAND[plan.norm_id]
    bench.ours(plan)
    for sql in variants:
        bench.hand(sql)
        if wrong := bench.differing():
            sys.exit(f"{plan.norm_id}: {wrong:,} rows differ")
    calls = [lambda: bench.ours(plan), *(lambda sql=sql: bench.hand(sql) for sql in variants)]  # type: ignore[misc]
    taken: list[list[ROUND]] = [[] for _ in calls]
    for _ in range(rounds):
        for times, call in zip(taken, calls, strict=True):
            times.append(spent(call))
    ours, *hands = map(least, taken)
    best = min(hands)
    compiling = min(spent(lambda: bench.compiled(plan))[0] for _ in range(rounds))
    print(line(plan.norm_id, ours, best) + f"   equal rows; compiling {compiling:.2f} s of ours", flush=True)
    return ours, best


def line(name: str, ours: ROUND, hand: ROUND) -> str:
    """Seconds and ratios, wall and processor."""
    told = [f"{mine:>8.2f} {theirs:>8.2f} {mine / theirs:>6.2f} x" for mine, theirs in zip(ours, hand, strict=True)]
    return f"{name:26} {'  '.join(told)}"


def summed(times: list[ROUND]) -> ROUND:
    return sum(t[0] for t in times), sum(t[1] for t in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_103_000, help="acts drawn; about 2 in 100 lie after the as-of instant")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each; the best counts")
    given = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        log = made_log(FOLDER, given.rows)
        print(f"{log.rows:,} acts; seconds, the best of {given.rounds}: wall time, then processor time")
        print(f"{'norm':26} {'ours':>8} {'by hand':>8} {'ratio':>8}  {'ours':>8} {'by hand':>8} {'ratio':>8}")
        with engine(None, None) as con:
            bench = Bench(log, con)
            ours, hand = zip(*(compared(bench, plan, given.rounds) for plan in PLANS), strict=True)
        print(line("all six", summed(list(ours)), summed(list(hand))))

        def whole() -> None:
            run_duckdb(
                log, PLANS, calendar=Calendar.china(), as_of_us=AS_OF_US, only="findings", into=FOLDER / "findings.parquet"
            )

        print("a whole run of ours: looking at the log, all six norms, findings with ids, times and evidence into a file: "
              f"{least([spent(whole) for _ in range(given.rounds)])[0]:.2f} s")
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
