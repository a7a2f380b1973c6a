"""Charts as inline SVG without a view box: lengths are percentages, so that text keeps its size at any width."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from zhunsheng.supervision.report.tally import Tally

BAR = 16
UPPER, LOWER, GAP, HEAD, FOOT = 120, 96, 34, 18, 22
"""Heights in pixels: the panel of numbers, the panel of rates, the space between, above and below."""
TICKS = 4


class Drawing(str):
    """Finished SVG, which a template takes as it is; whatever words it holds are escaped already."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def svg(kind: str, height: int, parts: Sequence[str]) -> Drawing:
    """A drawing as wide as its place; hidden from assistive technology, for a text or table beside it says the same."""
    head = f'<svg class="{kind}" width="100%" height="{height}" aria-hidden="true" focusable="false">'
    return Drawing("".join([head, *parts, "</svg>"]))


def bar(share: float | None, of: float = 1.0) -> Drawing:
    """A horizontal bar filled to `share` of `of`; hatched all along when there is no share to show."""
    style, width = "b-unknown", 100.0
    if share is not None:
        style, width = "b-breach", max(share / of * 100 if of else 0, 0.6 if share else 0)
    back = f'<rect class="b-back" width="100%" height="{BAR}"/>'
    return svg("bar", BAR, [back, f'<rect class="{style}" width="{width:.2f}%" height="{BAR}"/>'])


def ceiling(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 … per cent at or above a share, at most the whole."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        if value <= step:
            return step
    return 1.0


def over_time(points: Sequence[tuple[str, Tally]], numbers: str, rates: str) -> Drawing:
    """Obligations per period as columns (breaches, unknown, the rest), and the breach rate as a line below them.

    `numbers` and `rates` head the two panels.
    """
    height = HEAD + UPPER + GAP + LOWER + FOOT
    names = ticks([name for name, _ in points], height - 6)
    return svg("time", height, [*columns(points, numbers), *rate_line(points, rates), *names])


def columns(points: Sequence[tuple[str, Tally]], title: str) -> list[str]:
    """The upper panel."""
    most = max((t.duties for _, t in points), default=0) or 1
    parts = [
        text(0, HEAD - 6, title, "head"),
        text(100, HEAD - 6, f"{most:,}", "end"),
        rule(HEAD),
        rule(HEAD + UPPER),
    ]
    step = 100 / len(points)
    for number, (_, tally) in enumerate(points):
        top, left = float(HEAD + UPPER), number * step + step * 0.1
        rest = tally.duties - tally.breaches - tally["unknown"]
        for style, count in (("b-breach", tally.breaches), ("b-unknown", tally["unknown"]), ("b-rest", rest)):
            tall = count / most * UPPER
            top -= tall
            if count:
                place = f'x="{left:.3f}%" y="{top:.1f}" width="{step * 0.8:.3f}%" height="{tall:.1f}"'
                parts.append(f'<rect class="{style}" {place}/>')
    return parts


def rate_line(points: Sequence[tuple[str, Tally]], title: str) -> list[str]:
    """The lower panel; a period in which nothing could be judged breaks the line."""
    top, step = HEAD + UPPER + GAP, 100 / len(points)
    high = ceiling(max((t.share or 0 for _, t in points), default=0))
    parts = [text(0, top - 6, title, "head"), text(100, top - 6, f"{high:.0%}", "end")]
    parts += [rule(top), rule(top + LOWER / 2), rule(top + LOWER)]
    before: tuple[float, float] | None = None
    for number, (_, tally) in enumerate(points):
        if tally.share is None:
            before = None
            continue
        x, y = (number + 0.5) * step, top + LOWER * (1 - tally.share / high)
        if before is not None:
            start = f'x1="{before[0]:.3f}%" y1="{before[1]:.1f}"'
            parts.append(f'<line class="l-rate" {start} x2="{x:.3f}%" y2="{y:.1f}"/>')
        parts.append(f'<circle class="p-rate" cx="{x:.3f}%" cy="{y:.1f}" r="2.5"/>')
        before = (x, y)
    return parts


def ticks(names: Sequence[str], baseline: float) -> list[str]:
    """A few names of periods below the panels."""
    step, every = 100 / len(names), -(-len(names) // TICKS)
    return [
        text((number + 0.5) * step, baseline, name, anchor(number, len(names)))
        for number, name in enumerate(names)
        if number % every == 0
    ]


def anchor(number: int, of: int) -> str:
    """How a name stands at its tick, so that none is cut off at the edge."""
    if of > 1 and (number + 0.5) / of < 0.05:
        return "start"
    return "end" if (number + 0.5) / of > 0.95 else "middle"


def text(x: float, y: float, words: str, style: str) -> str:
    """Words at a place; `x` in per cent."""
    return f'<text class="{style}" x="{x:.2f}%" y="{y:.1f}">{escape(words)}</text>'


def rule(y: float) -> str:
    """A thin line across."""
    return f'<line class="rule" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
