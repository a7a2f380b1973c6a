"""The report page: what each section shows, and the one HTML file it is drawn into."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from zhunsheng import __version__
from zhunsheng.exchange import notes_of
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.period_instants import time_zone
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import Checking
from zhunsheng.supervision.report.cases import reasons
from zhunsheng.supervision.report.moments import is_day_end, stamp
from zhunsheng.supervision.report.norms_section import NormsSection
from zhunsheng.supervision.report.sections import (
    CASES_SHOWN,
    DUES_SHOWN,
    EACH_NORM,
    Setting,
    case_section,
    due_section,
    norm_lists,
    time_section,
    unit_section,
    unknown_section,
)
from zhunsheng.supervision.report.tables import LogFacts, Tables
from zhunsheng.supervision.report.tally import Tally, percent
from zhunsheng.supervision.report.words import SEVERITIES, Words

LONGEST_TEXT = 300
"""Characters of one piece of text from a log; nothing honest is longer, and a page must stay readable."""

CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"}


def report_html(
    ready: Checking, results: Results, *, language: Language = "zh", now: dt.datetime | None = None
) -> str:
    """The report on `results` as one HTML page without anything outside it, in Chinese or English.

    Rows are summed by DuckDB where they lie; only the acts of the cases listed are read again, to be explained. `now` is
    the time printed as that of making, by default the clock's, in the log's zone.
    """
    words = Words(language)
    with Tables(results, ready.log) as tables:
        facts, whole = tables.log_facts(), tables.whole()
        worst, worst_rows, unknown_rows = (
            tables.worst_cases(CASES_SHOWN),
            tables.worst_rows(EACH_NORM),
            tables.unknown_rows(EACH_NORM),
        )
        rows = [*worst_rows.values(), *unknown_rows.values()]
        told = reasons(
            ready, {c.case_id for c in worst} | {key[2] for keys in rows for key in keys}, language
        )
        setting = Setting(ready, words, tallies(ready, results), told)
        breached = tables.cases_with_breach()
        sections = {
            "norms": NormsSection(setting).section(tables.days_over(), worst_rows),
            "units": unit_section(setting, tables) if whole else None,
            "months": time_section(setting, tables) if whole else None,
            "cases": case_section(setting, worst, breached),
            "unknowns": unknown_section(setting, unknown_rows),
            "dues": due_section(setting, tables.dues(DUES_SHOWN), tables.pending_with_due()),
            **norm_lists(setting),
        }
    made = (now or dt.datetime.now(dt.UTC)).astimezone(time_zone(ready.log.zone))
    return drawn(
        setting,
        sections,
        whole=whole,
        figures=figures(setting, facts, breached),
        checked=checked(setting, facts, made),
    )


def tallies(ready: Checking, results: Results) -> dict[str, Tally]:
    """Norm → its obligations by status, all versions together; every norm of the set is there."""
    summed: dict[str, Counter[str]] = {norm.id: Counter() for norm in ready.norms.norms}
    for (norm_id, _), counts in results.counts.items():
        summed.setdefault(norm_id, Counter()).update(counts)
    return {norm_id: Tally(counts) for norm_id, counts in summed.items()}


def figures(setting: Setting, facts: LogFacts, breached: int) -> list[dict[str, Any]]:
    """The six figures, each with its definition, a link to the rows behind it, and what it is made of."""
    words, total = setting.words, Tally.of(t.counts for t in setting.tallies.values())
    by_severity: Counter[str] = Counter()
    for norm in setting.ready.norms.norms:
        by_severity[norm.severity] += setting.tallies[norm.id].breaches
    statuses = [words.colon(words(s), f"{total[s]:,}") for s in ("met", "void")]
    severities = [f"{words.severity(s)} {by_severity[s]:,}" for s in SEVERITIES]
    cases = [f"{percent(breached, facts.cases)} ({breached:,} ÷ {facts.cases:,})"]
    bad, unsure = "breach" if total.breaches else "plain", "unknown" if total["unknown"] else "plain"
    return [
        figure(words, "duties", f"{total.duties:,}", "norms", parts=statuses),
        figure(words, "breaches", f"{total.breaches:,}", "cases", parts=severities, look=bad),
        figure(words, "rate", total.rate, "norms", parts=[f"{total.breaches:,} ÷ {total.judged:,}"]),
        figure(words, "unknown", f"{total['unknown']:,}", "unknown", parts=[], look=unsure),
        figure(words, "pending", f"{total['pending']:,}", "due", parts=[]),
        figure(words, "breached_cases", f"{breached:,}", "cases", parts=cases),
    ]


def figure(
    words: Words, name: str, value: str, href: str, *, parts: list[str], look: str = "plain"
) -> dict[str, Any]:
    """One figure."""
    return {
        "label": words(name),
        "value": value,
        "href": f"#{href}",
        "parts": parts,
        "meaning": words(f"{name}_def"),
        "look": look,
    }


def checked(setting: Setting, facts: LogFacts, made: dt.datetime) -> list[tuple[str, str, str]]:
    """(name, value, class) of everything needed to repeat the check."""
    words, ready = setting.words, setting.ready
    zone = ready.log.zone
    as_of = stamp(ready.as_of_us, zone) + (words("end_of_day") if is_day_end(ready.as_of_us, zone) else "")
    span = f"{stamp(facts.first_us, zone)} {words('to')} {stamp(facts.last_us, zone)}"
    return [
        (words("log"), Path(ready.log.source).name or ready.log.folder.name, "value"),
        (words("acts"), f"{ready.log.rows:,}", ""),
        (words("cases"), f"{facts.cases:,}", ""),
        (words("act_types"), f"{facts.types:,}", ""),
        (words("span"), span, "day"),
        (words("as_of"), as_of, "day"),
        (words("zone"), zone, "day"),
        (words("closed"), words("closed_yes") if ready.closed else words("closed_no"), ""),
        (words("norms"), f"{len(ready.norms.norms):,}", ""),
        (words("execution"), words("execution_any"), ""),
        (words("generated"), f"{made:%Y-%m-%d %H:%M} ({made:%z})", "day"),
        (words("version"), __version__, "day"),
    ]


def norm_files(setting: Setting) -> list[tuple[str, str]]:
    """Each norm file with the beginning of its digest, so that the very text used can be told."""
    files = [file.path for file in setting.ready.norms.files]
    return [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()[:16]) for path in files if path.is_file()
    ]


def notes(setting: Setting) -> list[str]:
    """What the reader of the log remarked."""
    return [str(note[setting.words.language]) for note in notes_of(setting.ready.log)]


def drawn(setting: Setting, sections: dict[str, Any], **given: Any) -> str:
    """The page. Style and script are named by digest in its security policy, so that nothing else in it can ever run."""
    pages = environment()
    style, script = source(pages, "report.css"), source(pages, "report.js")
    return pages.get_template("report.html").render(
        t=setting.words,
        language="zh-CN" if setting.words.language == "zh" else "en",
        style=style,
        style_digest=digest(style),
        script=script,
        script_digest=digest(script),
        files=norm_files(setting),
        notes=notes(setting),
        **sections,
        **given,
    )


def environment() -> Environment:
    """Templates that escape everything, refuse unknown names and drop control characters."""
    return Environment(
        loader=PackageLoader("zhunsheng.supervision.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=presentable,
    )


def presentable(value: Any) -> Any:
    """Plain text without control characters and of bounded length; markup of ours, and everything else, as it is."""
    if type(value) is not str:
        return value
    clean = value.translate(CONTROLS)
    return clean if len(clean) <= LONGEST_TEXT else clean[:LONGEST_TEXT] + "…"


def source(pages: Environment, name: str) -> str:
    """The text of a file beside the templates."""
    assert pages.loader is not None
    return pages.loader.get_source(pages, name)[0]


def digest(text: str) -> str:
    """A digest as a content security policy writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
