"""Sections of the report beside that of the norms: units, time, cases, what could not be judged, dues, what was not checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from zhunsheng.acts.words import label
from zhunsheng.norms.language import Norm
from zhunsheng.norms.period_instants import local_day
from zhunsheng.norms.plans import Plan
from zhunsheng.supervision.checking import Checking
from zhunsheng.supervision.report.cases import Reasons, Told
from zhunsheng.supervision.report.cells import Bar, Cell, Chart, Column, Table, count
from zhunsheng.supervision.report.charts import bar, ceiling, over_time
from zhunsheng.supervision.report.moments import stamp
from zhunsheng.supervision.report.tables import Due, RowKey, Tables, WorstCase
from zhunsheng.supervision.report.tally import Tally
from zhunsheng.supervision.report.words import SEVERITIES, Words

CASES_SHOWN, TOLD_PER_CASE, EACH_NORM, DUES_SHOWN = 50, 6, 5, 100
UNITS_SHOWN, BARS_SHOWN, FEW = 100, 25, 20
"""Lists are cut so that a page stays a page; below `FEW` judged duties a rate is marked as resting on little."""


@dataclass(frozen=True)
class Setting:
    """What every section needs: the check, the words, the tally of each norm, and the explanations."""

    ready: Checking
    words: Words
    tallies: dict[str, Tally]
    reasons: Reasons

    @cached_property
    def norms(self) -> dict[str, Norm]:
        return {norm.id: norm for norm in self.ready.norms.norms}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Norms by number, for addresses inside the page: an id from a file must not become one."""
        return {norm_id: number for number, norm_id in enumerate(self.norms)}

    @cached_property
    def versions(self) -> dict[str, list[Plan]]:
        """Norm → its versions, the latest first."""
        found: dict[str, list[Plan]] = {}
        for plan in sorted(self.ready.plans, key=lambda p: p.version, reverse=True):
            found.setdefault(plan.norm_id, []).append(plan)
        return found

    def title(self, norm_id: str) -> str:
        """A norm's title."""
        return str(getattr(self.norms[norm_id].title, self.words.language))

    def label(self, name: str) -> str:
        """The words for an act type, field or law."""
        return label(name, self.words.language)

    def norm_cell(self, norm_id: str) -> Cell:
        """A norm, leading to what is said about it."""
        return Cell(self.title(norm_id), href=f"#norm-{self.numbers[norm_id]}")

    def stamp(self, us: int | None) -> str:
        """A time in the log's zone."""
        return stamp(us, self.ready.log.zone)


def status_cells(tally: Tally) -> tuple[Cell, ...]:
    """Numbers by status, as every table has them: duties, met, breaches, unknown, pending, void."""
    return (
        count(tally.duties),
        count(tally["met"]),
        count(tally.breaches, "breach"),
        count(tally["unknown"], "unknown"),
        count(tally["pending"]),
        count(tally["void"]),
    )


def status_columns(words: Words) -> tuple[Column, ...]:
    """The headings of `status_cells` and of the rate."""
    return tuple(
        Column(words(name), numeric=True)
        for name in ("duties", "met", "breaches", "unknown", "pending", "void", "rate")
    )


def rate_cell(tally: Tally, few: str = "") -> Cell:
    """The rate with its denominator, and a mark where that is small."""
    share = tally.share
    note = f"{tally.breaches:,} ÷ {tally.judged:,}" if tally.judged else ""
    return Cell(
        tally.rate,
        sort=-1 if share is None else share,
        note=f"{note} {few}" if few and 0 < tally.judged < FEW else note,
    )


def chart(title: str, pairs: Sequence[tuple[Cell, Tally]], words: Words) -> Chart:
    """Bars of the breach rate on one scale, labelled with rate, denominator and what could not be judged."""
    high = ceiling(max((t.share or 0 for _, t in pairs), default=0))
    drawn = (
        Bar(
            cell,
            bar(tally.share, high),
            tally.rate if tally.judged else words("unknown"),
            f"{tally.breaches:,} ÷ {tally.judged:,}" if tally.judged else f"{tally['unknown']:,}",
        )
        for cell, tally in pairs
    )
    return Chart(words(title, high=f"{high:.0%}"), tuple(drawn))


def unit_section(setting: Setting, tables: Tables) -> dict[str, Any]:
    """Units of the opening acts; nothing here ever goes by person."""
    words = setting.words
    units, known = tables.units(UNITS_SHOWN), tables.unit_count()
    cells = [
        (Cell(words("no_unit"), look="note") if unit is None else Cell(unit, sort=unit, look="value"), t)
        for unit, t in units
    ]
    rows = tuple((cell, *status_cells(t), rate_cell(t, words("few"))) for cell, t in cells)
    judged = [(cell, t) for cell, t in cells if t.judged][:BARS_SHOWN]
    table = Table("units", words("by_unit"), (Column(words("unit")), *status_columns(words)), rows)
    return {
        "known": known,
        "table": table,
        "chart": chart("by_unit_chart", judged, words) if known and judged else None,
        "cut": words("units_cut", n=known, shown=UNITS_SHOWN) if known > UNITS_SHOWN else "",
    }


def time_section(setting: Setting, tables: Tables) -> dict[str, Any] | None:
    """By month of opening; None when no act has a time."""
    words, points = setting.words, tables.periods()
    if not points:
        return None
    rows = tuple((Cell(name, sort=name, look="day"), *status_cells(t), rate_cell(t)) for name, t in points)
    return {
        "chart": over_time(points, words("time_numbers"), words("time_rates")),
        "table": Table("months", words("over_time"), (Column(words("period")), *status_columns(words)), rows),
    }


def case_section(setting: Setting, worst: Sequence[WorstCase], breached: int) -> dict[str, Any]:
    """The worst cases, each with the explanations of what went wrong."""
    words = setting.words
    rows, told = [], []
    for number, case in enumerate(worst, start=1):
        attention = setting.reasons.of_case(case.case_id)
        told.append(
            {
                "number": number,
                "case": case,
                "told": [entry(setting, t) for t in setting.reasons.told(attention[:TOLD_PER_CASE])],
                "more": max(0, len(attention) - TOLD_PER_CASE),
                "severity": words.severity(gravity(case)),
            }
        )
        rows.append(
            (
                Cell(case.case_id, sort=case.case_id, href=f"#case-{number}", look="value"),
                Cell(
                    words.severity(gravity(case)),
                    sort=SEVERITIES.index(gravity(case)),
                    severity=gravity(case),
                ),
                count(case.breaches, "breach"),
                count(case.unknown, "unknown"),
                Cell(
                    "—" if case.days_over is None else f"{case.days_over:,}",
                    sort=-1 if case.days_over is None else case.days_over,
                ),
                Cell(case.units or words("no_unit"), look="value" if case.units else "note"),
            )
        )
    heads = (
        Column(words("case")),
        Column(words("gravest")),
        Column(words("breaches"), numeric=True),
        Column(words("unknown"), numeric=True),
        Column(words("most_over"), numeric=True),
        Column(words("unit")),
    )
    return {
        "lead": words("worst_lead", n=f"{breached:,}", shown=len(worst)),
        "told": told,
        "table": Table("cases", words("worst"), heads, tuple(rows)),
    }


def gravity(case: WorstCase) -> Any:
    """The case's gravest severity, as one of the four."""
    return next(s for s in SEVERITIES if s == case.severity)


def entry(setting: Setting, told: Told) -> dict[str, Any]:
    """One explained obligation as the template draws it."""
    words, plan = setting.words, told.row.plan
    return {
        "why": told.explanation,
        "breach": told.row.breach,
        "severity": words.severity(plan.severity),
        "severity_name": plan.severity,
        "norm": f"#norm-{setting.numbers[plan.norm_id]}",
        "case_id": told.row.case_id,
    }


def unknown_section(setting: Setting, keys: dict[str, list[RowKey]]) -> dict[str, Any]:
    """Per norm, what could not be judged and which fact is missing."""
    ranked = sorted(
        keys, key=lambda n: (SEVERITIES.index(setting.norms[n].severity), -setting.tallies[n]["unknown"], n)
    )
    listed = [
        {
            "title": setting.title(n),
            "number": f"{setting.tallies[n]['unknown']:,}",
            "href": f"#norm-{setting.numbers[n]}",
            "severity": setting.words.severity(setting.norms[n].severity),
            "severity_name": setting.norms[n].severity,
            "told": [entry(setting, t) for t in setting.reasons.at(keys[n])],
        }
        for n in ranked
    ]
    return {"lead": setting.words("unknowns_lead", n=EACH_NORM), "norms": listed}


def due_section(setting: Setting, dues: Sequence[Due], known: int) -> dict[str, Any]:
    """What is due next, with the time from which the norm warns."""
    words, ready = setting.words, setting.ready
    today = local_day(ready.as_of_us, ready.log.zone)
    pending = sum(t["pending"] for t in setting.tallies.values())
    rows = []
    for due in dues:
        days = local_day(due.due_us, ready.log.zone) - today
        rows.append(
            (
                Cell(setting.stamp(due.due_us), sort=due.due_us, look="day"),
                Cell(words("days_left", n=f"{days:,}") if days else words("today"), sort=days),
                warning(setting, due),
                Cell(due.case_id, sort=due.case_id, look="value", note=due.scope),
                setting.norm_cell(due.norm_id),
                Cell(due.unit or words("no_unit"), look="value" if due.unit else "note"),
                Cell(setting.stamp(due.opened_us), sort=due.opened_us, look="day"),
            )
        )
    heads = (
        Column(words("due")),
        Column(words("left"), numeric=True),
        Column(words("warn")),
        Column(words("case")),
        Column(words("norm")),
        Column(words("unit")),
        Column(words("opened")),
    )
    lead = words("upcoming_lead", n=f"{known:,}", shown=len(dues), open=f"{pending - known:,}")
    if not known:
        lead = words("only_open", open=f"{pending:,}") if pending else ""
    return {"lead": lead, "table": Table("dues", words("upcoming"), heads, tuple(rows))}


def warning(setting: Setting, due: Due) -> Cell:
    """Whether the time to warn has come."""
    words = setting.words
    if due.warn_us is None:
        return Cell(words("no_warn"), sort=0, look="note")
    if due.warn_us <= setting.ready.as_of_us:
        return Cell(words("warned"), sort=2, look="unknown", note=setting.stamp(due.warn_us))
    return Cell(words("warn_from", day=setting.stamp(due.warn_us)), sort=1)


def norm_lists(setting: Setting) -> dict[str, Any]:
    """Norms not verified, norms whose acts do not occur, and norms whose conditions never held."""
    words, ready = setting.words, setting.ready
    unverified = [
        (norm_line(setting, plan.norm_id), words.verification(plan.body.verification), plan.version)
        for plan in ready.plans
        if plan.body.verification != "full-text" and setting.tallies[plan.norm_id].duties
    ]
    idle = set(ready.idle)
    silent = [n for n, tally in setting.tallies.items() if not tally.duties and n not in idle]
    return {
        "unverified": unverified,
        "idle": [norm_line(setting, n) for n in ready.idle],
        "silent": [norm_line(setting, n) for n in silent],
    }


def norm_line(setting: Setting, norm_id: str) -> tuple[str, str]:
    """A norm's title and id."""
    return setting.title(norm_id), norm_id
