"""A finding in one sentence: who, what, which norm, by how much, since when."""

from __future__ import annotations

import datetime as dt

from zhunsheng.base import clock
from zhunsheng.people.bilingual import both
from zhunsheng.supervision.codes import Status
from zhunsheng.supervision.models import Finding

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


def span(length: dt.timedelta) -> tuple[str, str]:
    """A length of time in its greatest unit, in both languages."""
    for unit, zh, en in ((DAY, "天", "d"), (HOUR, "小时", "h")):
        if length >= unit:
            count = int(length // unit)
            return f"{count}{zh}", f"{count} {en}"
    count = max(int(length // MINUTE), 0)
    return f"{count}分钟", f"{count} min"


def moment(at: dt.datetime) -> str:
    """A local time."""
    return f"{at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"


def by_how_much(finding: Finding) -> object:
    """How wrong it is, and since when."""
    since = moment(finding.since)
    if finding.breach == "broken":
        return both(f"{since}违反", f"broken at {since}")
    end = (
        finding.cured_at
        if (finding.breach == "late" or finding.status == Status.RECTIFIED) and finding.cured_at
        else finding.closed_at or clock.now()
    )
    zh, en = span(end - finding.since)
    if finding.breach == "late":
        return both(f"应在{since}前办理，迟办{zh}", f"due by {since}, done {en} late")
    return both(f"应在{since}前办理，已超{zh}", f"due by {since}, {en} over")


def sentence(finding: Finding) -> object:
    """The whole finding; the officer is named to whom the page is open, in no list and no figure."""
    name = finding.officer.name if finding.officer else ""
    zh = f"{finding.unit.name_zh}{f'，承办人{name}' if name else ''}，{case_words(finding, 'zh')}：{finding.title_zh}，"
    en = f"{finding.unit.name_zh}{f', {name}' if name else ''}, {case_words(finding, 'en')}: {finding.title_en}, "
    much = by_how_much(finding)
    return both(zh + str_in(much, "zh-hans") + "。", en + str_in(much, "en") + ".")


def case_words(finding: Finding, language: str) -> str:
    """The case by its number, with the system that keeps it where that is another."""
    if finding.feed is None:
        return f"案卷{finding.case_number}" if language == "zh" else f"dossier {finding.case_number}"
    feed = finding.feed
    if language == "zh":
        return f"{feed.title_zh or feed.name}案件{finding.case_number}"
    return f"case {finding.case_number} of {feed.title_en or feed.name}"


def str_in(text: object, language: str) -> str:
    """A text in one language."""
    from django.utils.translation import override

    with override(language):
        return str(text)


def title(finding: Finding) -> object:
    """The norm's title as of then."""
    return both(finding.title_zh, finding.title_en)
