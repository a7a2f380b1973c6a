"""Log lines: one JSON object or one line of text each, with a closed list of fields, so that no line can carry a person's data.

Django's, procrastinate's and granian's own lines go the same way. From other people's libraries only the template of a
message is kept, never its arguments, and of an exception its type, SQL state and places, never its text: a database's
complaint repeats the row it refused. With ZHUNSHENG_DEBUG the texts are shown, for developers with made-up data.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import logging.config
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor

from zhunsheng.base.clock import LOCAL

# fmt: off
FIELDS = frozenset((
    # of every line
    "time", "level", "logger", "event", "request_id", "officer", "exception", "withheld",
    # of a request and of what it does in the database
    "route", "method", "status", "duration_ms", "database_ms", "queries",
    # of a job
    "job", "task", "queue", "attempts", "worker",
    # of acts, norms and obligations: identifiers and codes, never what a field holds
    "act", "act_type", "dossier", "position", "unit", "norm", "outcome", "purpose", "code",
    # of the ledger
    "origin", "size", "previous_size", "witness", "key_id", "entries",
    # of counted work
    "count", "seconds", "limit", "pid", "port", "version", "check",
))
# fmt: on
"""Every field a line may have; others are dropped, and `withheld` names them."""

PLAIN = re.compile(r"[\w.:@/+\-一-鿿]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
LONGEST_VALUE = 300
FRAMES = 12
SPEAKS_PLAINLY = ("_granian", "zhunsheng")
"""Loggers whose whole message is kept: granian's own lines name ports and processes only, ours are written here."""


def log_settings(form: str, *, debug: bool) -> dict[str, Any]:
    """Django's LOGGING (and granian's `--log-config`): plain data, everything to standard error as `json` or `console`."""
    lines = {"()": "zhunsheng.config.logging.formatter", "form": form, "debug": debug}
    passed_on: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": lines},
        "filters": {
            "unhandled": {"()": "zhunsheng.config.logging.Unhandled"},
            "not_routine": {"()": "zhunsheng.config.logging.NotRoutine"},
        },
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "lines",
                "filters": ["not_routine"],
            }
        },
        "root": {"handlers": ["out"], "level": "INFO"},
        "loggers": {
            "django": {**passed_on, "level": "INFO"},
            "django.server": {**passed_on, "level": "WARNING"},
            # Every request has its own line (config.middleware); of Django's only the unhandled exception adds something.
            "django.request": {**passed_on, "level": "ERROR", "filters": ["unhandled"]},
            # At DEBUG this one prints statements with their values.
            "django.db.backends": {**passed_on, "level": "INFO"},
            "procrastinate": {**passed_on, "level": "INFO"},
            "procrastinate.blueprints": {**passed_on, "level": "WARNING"},
            "procrastinate.periodic": {**passed_on, "level": "WARNING"},
            "_granian": {**passed_on, "level": "INFO"},
            # Its lines would hold paths and query strings.
            "granian.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Set up both structlog and the standard library's logging; Django calls it with LOGGING (its LOGGING_CONFIG)."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def formatter(form: str, *, debug: bool = False) -> ProcessorFormatter:
    """The one formatter: the last steps of every line, ours or a library's."""
    before: list[Processor] = [
        foreign_message if not debug else whole_message,
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
    ]
    after: list[Processor] = [
        with_time,
        with_exception_text if debug else with_exception,
        ProcessorFormatter.remove_processors_meta,
        sift,
        render_json if form == "json" else render_console,
    ]
    return ProcessorFormatter(foreign_pre_chain=before, processors=after, pass_foreign_args=True)


class Unhandled(logging.Filter):
    """Lets through what was written for an exception; an answer with a status over 499 that a view meant is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.exc_info is not None


class NotRoutine(logging.Filter):
    """Holds back that a periodic job began and went well: some do so every two seconds, and metrics count them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "action", None) not in {"start_job", "job_success"}:
            return True
        job: Mapping[str, Any] = getattr(record, "job", {})
        return "timestamp" not in (job.get("task_kwargs") or {})


def with_time(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The machine's own time, local to the law, to the millisecond; a clock held still in a demonstration does not hold logs."""
    event["time"] = dt.datetime.now(LOCAL).isoformat(timespec="milliseconds")
    return event


def foreign_message(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A library's line without the values in it."""
    record: logging.LogRecord = event["_record"]
    arguments = event.pop("positional_args", ())
    if record.name.startswith("procrastinate"):
        event.update(job_fields(record))
    elif record.name == "django.request":
        event["event"] = "request failed"
    elif record.name.startswith("django.security"):
        event["event"] = f"request refused: {record.name.rpartition('.')[2]}"
    elif arguments and not record.name.startswith(SPEAKS_PLAINLY):
        event["event"] = str(record.msg)
    return event


def whole_message(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A library's line as it wrote it, with the fields of its job."""
    record: logging.LogRecord = event["_record"]
    event.pop("positional_args", None)
    if record.name.startswith("procrastinate"):
        event.update({k: v for k, v in job_fields(record).items() if k != "event"})
    return event


def job_fields(record: logging.LogRecord) -> dict[str, Any]:
    """What procrastinate's line says of a job, without the job's arguments; its action is the event."""
    fields: dict[str, Any] = {"event": f"jobs: {getattr(record, 'action', record.funcName)}"}
    job = getattr(record, "job", None)
    if isinstance(job, Mapping):
        names = {"id": "job", "task_name": "task", "queue": "queue", "attempts": "attempts"}
        fields |= {ours: job[theirs] for theirs, ours in names.items() if theirs in job}
        if carried := (job.get("task_kwargs") or {}).get("_request_id"):
            fields["request_id"] = carried
    if (seconds := getattr(record, "duration", None)) is not None:
        fields["duration_ms"] = round(seconds * 1000, 1)
    if jobs := getattr(record, "jobs", None):
        fields["count"] = len(jobs)
    return fields


def with_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """An exception as its chain of types and places; its text stays behind."""
    info = exception_of(event)
    if info is not None:
        event["exception"] = [told(error) for error in chain(info)]
    return event


def with_exception_text(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """An exception with its text and whole traceback."""
    info = exception_of(event)
    if info is not None:
        event["exception"] = ["".join(traceback.format_exception(info))]
    return event


def exception_of(event: EventDict) -> BaseException | None:
    """The exception a line was written for."""
    info: Any = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    return info if isinstance(info, BaseException) else None


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what led to it, the latest first; a loop in the chain ends it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def told(error: BaseException) -> dict[str, Any]:
    """Type, SQL state, constraint and the innermost places of one exception."""
    kind = type(error)
    found: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if state := getattr(error, "sqlstate", None):
        found["sqlstate"] = state
    if constraint := getattr(getattr(error, "diag", None), "constraint_name", None):
        found["constraint"] = constraint
    found["places"] = places(error.__traceback__)
    return found


def places(trace: TracebackType | None) -> list[str]:
    """`package/module.py:line function` of the innermost frames, outermost first."""
    return [
        f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-FRAMES:]
    ]


def sift(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Only fields of the list, only plain values; names of what was dropped stay, values do not."""
    kept: EventDict = {
        name: value if name == "exception" else plain(value)
        for name, value in event.items()
        if name in FIELDS
    }
    if dropped := sorted(str(name) for name in event if name not in FIELDS):
        kept["withheld"] = dropped
    return kept


def plain(value: Any) -> Any:
    """A number as it is, anything else as one line of text of bounded length."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return CONTROL.sub(" ", str(value))[:LONGEST_VALUE]


def render_json(_logger: Any, _method: str, event: EventDict) -> str:
    """One object a line, the fields everybody looks for first."""
    first = {name: event[name] for name in ("time", "level", "event", "request_id") if name in event}
    return json.dumps({**first, **event}, ensure_ascii=False, default=str)


def render_console(_logger: Any, _method: str, event: EventDict) -> str:
    """One line for a person: time, level, event, then `field=value`; an exception's places below, indented."""
    below = event.pop("exception", [])
    head = f"{event.pop('time')[11:]} {event.pop('level', 'info'):<7} {event.pop('event', '')}"
    fields = " ".join(f"{name}={console_value(value)}" for name, value in event.items())
    return "\n".join([f"{head}  {fields}".rstrip(), *(indented(part) for part in below)])


def console_value(value: Any) -> str:
    """A value as it is where it is one plain word, else quoted as JSON does."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def indented(part: Any) -> str:
    """One exception of a chain, set off below its line."""
    if isinstance(part, str):
        return "    " + part.rstrip().replace("\n", "\n    ")
    facts = " ".join(str(part[name]) for name in ("type", "sqlstate", "constraint") if name in part)
    return "\n".join([f"    {facts}", *(f"      {place}" for place in part["places"])])
