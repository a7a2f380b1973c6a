"""The section on norms: the chart and table of breach rates, and for each norm what it asks, its law and its worst breaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhunsheng.norms.calendar_days import date_of
from zhunsheng.norms.language import Norm
from zhunsheng.norms.plans import Plan, Prior, Standing, Timed
from zhunsheng.supervision.report.cells import Cell, Column, Table
from zhunsheng.supervision.report.charts import bar
from zhunsheng.supervision.report.norm_words import cited, demand, in_force, overrun
from zhunsheng.supervision.report.sections import (
    BARS_SHOWN,
    Setting,
    chart,
    entry,
    rate_cell,
    status_cells,
    status_columns,
)
from zhunsheng.supervision.report.tables import RowKey
from zhunsheng.supervision.report.tally import percent
from zhunsheng.supervision.report.words import SEVERITIES


@dataclass(frozen=True)
class NormsSection:
    """The norms that had something to check, the gravest first, then by breach rate."""

    setting: Setting

    def section(
        self, days: dict[str, list[tuple[int, int]]], worst: dict[str, list[RowKey]]
    ) -> dict[str, Any]:
        """Chart, table, and the norms one by one."""
        setting, words = self.setting, self.setting.words
        listed = sorted((n for n in setting.ready.norms.norms if setting.tallies[n.id].duties), key=self.rank)
        charted = sorted(
            (n for n in listed if setting.tallies[n.id].judged or setting.tallies[n.id]["unknown"]),
            key=self.by_rate,
        )
        shown = [(setting.norm_cell(n.id), setting.tallies[n.id]) for n in charted[:BARS_SHOWN]]
        heads = (
            Column(words("norm")),
            Column(words("severity")),
            Column(words("basis")),
            *status_columns(words),
        )
        return {
            "chart": chart("by_norm_chart", shown, words) if shown else None,
            "cut": words("chart_first", n=BARS_SHOWN) if len(charted) > BARS_SHOWN else "",
            "table": Table("norms", words("by_norm"), heads, tuple(self.row(n) for n in listed)),
            "each": [self.each(n, days.get(n.id, []), worst.get(n.id, [])) for n in listed],
        }

    def rank(self, norm: Norm) -> tuple[int, float, int, str]:
        """Gravest first, then the highest rate, then most breaches."""
        tally = self.setting.tallies[norm.id]
        return SEVERITIES.index(norm.severity), -(tally.share or 0), -tally.breaches, norm.id

    def by_rate(self, norm: Norm) -> tuple[float, int, str]:
        """The highest rate first; what could not be judged at all before what is without fault."""
        tally = self.setting.tallies[norm.id]
        return -(1e-9 if tally.share is None else tally.share), -tally.duties, norm.id

    def row(self, norm: Norm) -> tuple[Cell, ...]:
        """One norm's line in the table."""
        setting, words = self.setting, self.setting.words
        tally = setting.tallies[norm.id]
        bases = words.joined(
            [cited(b, words, setting.label) for b in setting.versions[norm.id][0].body.basis]
        )
        return (
            setting.norm_cell(norm.id),
            Cell(words.severity(norm.severity), sort=SEVERITIES.index(norm.severity), severity=norm.severity),
            Cell(bases),
            *status_cells(tally),
            rate_cell(tally, words("few")),
        )

    def each(self, norm: Norm, days: Sequence[tuple[int, int]], worst: Sequence[RowKey]) -> dict[str, Any]:
        """What opens under one norm."""
        setting, words = self.setting, self.setting.words
        tally = setting.tallies[norm.id]
        told = [entry(setting, t) for t in setting.reasons.at(worst)]
        return {
            "number": setting.numbers[norm.id],
            "id": norm.id,
            "title": setting.title(norm.id),
            "severity_name": norm.severity,
            "severity": words.severity(norm.severity),
            "rate": tally.rate,
            "of": f"{tally.breaches:,} ÷ {tally.judged:,}",
            "unknown": f"{tally['unknown']:,}" if tally["unknown"] else "",
            "says": getattr(norm.says or norm.title, words.language),
            "cure": getattr(norm.cure, words.language) if norm.cure else "",
            "versions": [self.version(plan) for plan in setting.versions[norm.id]],
            "overrun": self.histogram(days),
            "worst": told,
            "worst_head": words("worst_here", n=len(told)),
        }

    def version(self, plan: Plan) -> dict[str, Any]:
        """One dated version."""
        setting, words = self.setting, self.setting.words
        body = plan.body
        counting = plan.form.counting if isinstance(plan.form, Timed | Prior | Standing) else None
        return {
            "in_force": in_force(
                date_of(plan.from_day), None if plan.to_day is None else date_of(plan.to_day), words
            ),
            "kind": words.kind(plan.kind),
            "demand": demand(plan, words, setting.label),
            "bases": [(cited(b, words, setting.label), b.quote or "") for b in body.basis],
            "counting": "" if counting is None else counting.title.get(words.language) or counting.name,
            "counting_note": "" if counting is None else counting.note.get(words.language, ""),
            "verification": words.verification(body.verification),
            "verified": body.verification == "full-text",
            "notes": [
                getattr(note, words.language) for note in (body.conflict, body.note) if note is not None
            ],
        }

    def histogram(self, days: Sequence[tuple[int, int]]) -> dict[str, Any] | None:
        """Days over by class, as a table whose last column is the bar; None when no breach had a due time."""
        words, found = self.setting.words, overrun(days)
        if found is None:
            return None
        most = max(n for *_, n in found.classes)
        rows = tuple(
            (
                Cell(
                    f"{first}" if first == last else f"> {first - 1}" if last is None else f"{first}–{last}",
                    look="day",
                ),
                Cell(f"{n:,}"),
                Cell(percent(n, found.number), drawing=bar(n / most)),
            )
            for first, last, n in found.classes
        )
        heads = (Column(words("days_over")), Column(words("breaches"), numeric=True), Column(words("share")))
        lead = words(
            "days_over_lead", n=f"{found.number:,}", median=f"{found.median:,}", most=f"{found.most:,}"
        )
        return {"lead": lead, "table": Table("", words("days_over"), heads, rows, sortable=False)}
