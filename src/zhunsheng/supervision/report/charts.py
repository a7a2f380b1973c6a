"""Charts as inline SVG without a view box: lengths are percentages, so that text keeps its size at any width."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from zhunsheng.supervision.report.tally import Tally

BAR = 16
UPPER, LOWER, GAP, HEAD, FOOT = 120, 96, 34, 18, 22
"""Heights in pixels: the panel of numbers, the panel of rates, the space between, above and below."""
TICKS = 6


def bar(share: float | None, of: float = 1.0) -> Markup:
    """A horizontal bar filled to `share` of `of`; hatched all along when there is no share to show."""
    if share is None:
        fill = Markup('<rect class="b-unknown" width="100%" height="{0}"/>').format(BAR)
    else:
        width = max(share / of * 100 if of else 0, 0.6 if share else 0)
        fill = Markup('<rect class="b-breach" width="{0:.2f}%" height="{1}"/>').format(width, BAR)
    frame = Markup('<svg class="bar" height="{0}" width="100%" aria-hidden="true" focusable="false">').format(
        BAR
    )
    return (
        frame
        + Markup('<rect class="b-back" width="100%" height="{0}"/>').format(BAR)
        + fill
        + Markup("</svg>")
    )


def ceiling(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 … per cent at or above a share, at most the whole."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        if value <= step:
            return step
    return 1.0


def over_time(points: Sequence[tuple[str, Tally]], numbers: str, rates: str) -> Markup:
    """Obligations per period as columns (breaches, unknown, the rest), and the breach rate as a line below them.

    `numbers` and `rates` head the two panels. The figure is decorative to assistive technology: a table says the same.
    """
    height = HEAD + UPPER + GAP + LOWER + FOOT
    parts = [
        Markup('<svg class="time" width="100%" height="{0}" aria-hidden="true" focusable="false">').format(
            height
        )
    ]
    parts += columns(points, numbers)
    parts += rate_line(points, rates)
    parts += ticks([name for name, _ in points], height - 6)
    return Markup("").join([*parts, Markup("</svg>")])


def columns(points: Sequence[tuple[str, Tally]], title: str) -> list[Markup]:
    """The upper panel."""
    most = max((t.duties for _, t in points), default=0) or 1
    step = 100 / len(points)
    parts = [
        text(0, HEAD - 6, title, "head"),
        text(100, HEAD - 6, f"{most:,}", "end"),
        rule(HEAD),
        rule(HEAD + UPPER),
    ]
    for number, (_, tally) in enumerate(points):
        top = float(HEAD + UPPER)
        rest = tally.duties - tally.breaches - tally["unknown"]
        for style, count in (("b-breach", tally.breaches), ("b-unknown", tally["unknown"]), ("b-rest", rest)):
            tall = count / most * UPPER
            top -= tall
            if count:
                parts.append(
                    Markup(
                        '<rect class="{0}" x="{1:.3f}%" y="{2:.1f}" width="{3:.3f}%" height="{4:.1f}"/>'
                    ).format(style, number * step + step * 0.1, top, step * 0.8, tall)
                )
    return parts


def rate_line(points: Sequence[tuple[str, Tally]], title: str) -> list[Markup]:
    """The lower panel; a period in which nothing could be judged breaks the line."""
    top, step = HEAD + UPPER + GAP, 100 / len(points)
    high = ceiling(max((t.share or 0 for _, t in points), default=0))
    parts = [
        text(0, top - 6, title, "head"),
        text(100, top - 6, f"{high:.0%}", "end"),
        rule(top),
        rule(top + LOWER / 2),
        rule(top + LOWER),
    ]
    before: tuple[float, float] | None = None
    for number, (_, tally) in enumerate(points):
        share = tally.share
        if share is None:
            before = None
            continue
        here = ((number + 0.5) * step, top + LOWER * (1 - share / high))
        if before is not None:
            parts.append(
                Markup('<line class="l-rate" x1="{0:.3f}%" y1="{1:.1f}" x2="{2:.3f}%" y2="{3:.1f}"/>').format(
                    *before, *here
                )
            )
        parts.append(Markup('<circle class="p-rate" cx="{0:.3f}%" cy="{1:.1f}" r="2.5"/>').format(*here))
        before = here
    return parts


def ticks(names: Sequence[str], baseline: float) -> list[Markup]:
    """A few names of periods below the panels; years alone where that is enough."""
    step, every = 100 / len(names), -(-len(names) // TICKS)
    return [
        text((number + 0.5) * step, baseline, name, place(number, len(names)))
        for number, name in enumerate(names)
        if number % every == 0
    ]


def place(number: int, of: int) -> str:
    """How a name stands at its tick, so that none is cut off at the edge."""
    if of > 1 and (number + 0.5) / of < 0.05:
        return "start"
    return "end" if (number + 0.5) / of > 0.95 else "middle"


def text(x: float, y: float, words: str, style: str) -> Markup:
    """Words at a place; `x` in per cent."""
    return (
        Markup('<text class="{0}" x="{1:.2f}%" y="{2:.1f}">').format(style, x, y)
        + escape(words)
        + Markup("</text>")
    )


def rule(y: float) -> Markup:
    """A thin line across."""
    return Markup('<line class="rule" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y)
