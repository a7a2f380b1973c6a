"""The trend as a small drawing made on the server; the table beside it says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.supervision.figures import Week
from zhunsheng.supervision.report.charts import Drawing, rule, svg, text, ticks

TOP, TALL, FOOT = 20, 110, 22


def drawn(weeks: Sequence[Week]) -> Drawing:
    """Found and put right side by side for each week: filled, and outlined."""
    height = TOP + TALL + FOOT
    most = max((max(week.found, week.cured) for week in weeks), default=0) or 1
    parts = [text(100, TOP - 6, f"{most:,}", "end"), rule(TOP), rule(TOP + TALL)]
    step = 100 / len(weeks)
    for number, week in enumerate(weeks):
        for place, (count, style) in enumerate(((week.found, "t-found"), (week.cured, "t-cured"))):
            tall = count / most * TALL
            left = number * step + step * (0.14 + place * 0.38)
            where = (
                f'x="{left:.2f}%" y="{TOP + TALL - tall:.1f}" width="{step * 0.34:.2f}%" height="{tall:.1f}"'
            )
            parts.append(f'<rect class="{style}" {where}/>')
    names = ticks([f"{week.begins:%m-%d}" for week in weeks], height - 6)
    return svg("trend", height, [*parts, *names])
