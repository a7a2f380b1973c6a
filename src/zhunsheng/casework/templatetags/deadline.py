"""`{% deadline due_at %}`: a due time in words first, then the date; one look for each standing, never by colour alone."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhunsheng.base import clock
from zhunsheng.people.bilingual import both

register = template.Library()
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
SOON = DAY
"""From here on a due time looks pressing; a matter of looks, what the law warns at is in each norm."""


@register.simple_tag
def deadline(due_at: dt.datetime | None) -> SafeString:
    """How long there still is, or since when it is over."""
    if due_at is None:
        return format_html('<span class="due due-none">{}</span>', both("无期限", "no time limit"))
    left = due_at - clock.now()
    look = "overdue" if left < dt.timedelta(0) else "soon" if left <= SOON else "time"
    local = due_at.astimezone(clock.LOCAL)
    return format_html(
        '<span class="due due-{}"><span class="due-words">{}</span> <time datetime="{}">{}</time></span>',
        look,
        words(left),
        local.isoformat(timespec="minutes"),
        f"{local:%Y-%m-%d %H:%M}",
    )


def words(left: dt.timedelta) -> object:
    """The time left, or over, in its greatest unit: whole days from one day on, hours, minutes."""
    over = left < dt.timedelta(0)
    span = abs(left)
    count, zh, en = next(
        (int(span // unit), zh, en)
        for unit, zh, en in ((DAY, "天", "d"), (HOUR, "小时", "h"), (dt.timedelta(minutes=1), "分钟", "min"))
        if span >= unit or unit < HOUR
    )
    if over:
        return both(f"已超{count}{zh}", f"{count} {en} over")
    return both(f"还剩{count}{zh}", f"{count} {en} left")
