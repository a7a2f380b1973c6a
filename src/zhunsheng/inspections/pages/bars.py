"""A breakdown as bars made on the server; the table beside it says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.inspections.figures import Line
from zhunsheng.supervision.report.charts import Drawing, svg, text

STEP, BAR, NAMES, VALUES = 30, 16, 16, 15
"""Pixels from bar to bar, a bar's height; per cent of the width that names take, and values beside the longest bar."""


def drawn(lines: Sequence[Line]) -> Drawing:
    """Problems for one case read, a bar for each line; the longest fills the width."""
    most = max((line.each or 0 for line in lines), default=0) or 1
    parts = []
    for number, line in enumerate(lines):
        top = number * STEP + 4
        each = line.each or 0
        width = each / most * (100 - NAMES - VALUES)
        parts.append(text(0, top + BAR - 3, line.title, "name"))
        parts.append(
            f'<rect class="t-found" x="{NAMES}%" y="{top}" width="{max(width, 0.3):.2f}%" height="{BAR}"/>'
        )
        parts.append(text(NAMES + width + 1, top + BAR - 3, f"{each:.2f}", "value"))
    return svg("bars", len(lines) * STEP, parts)
