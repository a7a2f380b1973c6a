"""What a log line holds and what it can never hold."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from tests.consistency.tree import name_of, python_files, syntax
from zhunsheng.config.logging import FIELDS, LONGEST_VALUE, NotRoutine, formatter, log_settings

NAME = "李四 110101199003071234"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
log = structlog.get_logger("zhunsheng.tests")


@contextmanager
def written(form: str = "json", *, debug: bool = False) -> Iterator[list[str]]:
    """The lines written within the block, in that form."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(form, debug=debug))
    root = logging.getLogger()
    kept, root.handlers = root.handlers, [handler]
    lines: list[str] = []
    try:
        yield lines
    finally:
        root.handlers = kept
        lines += stream.getvalue().splitlines()


def one(lines: list[str]) -> dict[str, Any]:
    (line,) = lines
    return json.loads(line)


def test_only_listed_fields_are_written_and_the_others_are_named() -> None:
    with written() as lines:
        log.info("act recorded", act_type="case.opened", suspect=NAME, phone="13800000000")
    line = one(lines)
    assert (line["event"], line["level"], line["act_type"]) == ("act recorded", "info", "case.opened")
    assert line["withheld"] == ["phone", "suspect"]
    assert NAME not in lines[0]


def test_what_is_bound_is_on_every_line_of_ours_and_of_libraries() -> None:
    with written() as lines, bound_contextvars(request_id="r1"):
        log.info("ours")
        logging.getLogger("a.library").warning("theirs")
    assert [json.loads(line)["request_id"] for line in lines] == ["r1", "r1"]


def test_of_a_librarys_message_the_values_are_left_out() -> None:
    with written() as lines:
        logging.getLogger("a.library").warning("mail to %s refused", NAME)
    assert one(lines)["event"] == "mail to %s refused"


def test_granians_own_messages_stay_whole() -> None:
    with written() as lines:
        logging.getLogger("_granian").warning("Listening at: %s", "127.0.0.1:8000")
    assert one(lines)["event"] == "Listening at: 127.0.0.1:8000"


def failing() -> None:
    try:
        {}[NAME]
    except KeyError as error:
        raise ValueError(f"cannot use {NAME}") from error


@pytest.mark.parametrize("form", ["json", "console"])
def test_of_an_exception_types_and_places_are_written_but_not_its_text(form: str) -> None:
    with written(form) as lines:
        try:
            failing()
        except ValueError:
            log.exception("it failed")
            logging.getLogger("a.library").exception("it failed there")
    text = "\n".join(lines)
    assert NAME not in text
    for part in ("builtins.ValueError", "builtins.KeyError", "config/test_logging.py", "failing"):
        assert text.count(part) >= 2


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    with written() as lines:
        log.error("ring", exc_info=first)
    assert len(one(lines)["exception"]) == 2


def test_in_debug_the_texts_are_shown() -> None:
    with written("console", debug=True) as lines:
        try:
            failing()
        except ValueError:
            log.exception("it failed")
        logging.getLogger("a.library").warning("mail to %s refused", NAME)
    assert "\n".join(lines).count(NAME) >= 3


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("value", ["a\nlevel=error forged", "a\r\n{}", "a\u2028b", "\x1b[31mred"])
def test_nothing_a_value_holds_makes_a_second_line(form: str, value: str) -> None:
    with written(form) as lines:
        log.info("witness answered", witness=value)
    assert len(lines) == 1
    assert not {c for c in lines[0] if ord(c) < 32 or c == "\u2028"}


def test_a_long_value_is_cut() -> None:
    with written() as lines:
        log.info("witness answered", witness="x" * 10_000)
    assert one(lines)["witness"] == "x" * LONGEST_VALUE


def test_a_line_for_people_is_read_from_left_to_right() -> None:
    with written("console") as lines:
        log.warning("sequencer behind", count=12, origin="a b")
    assert (
        lines[0].partition(" ")[2] == 'warning sequencer behind  count=12 origin="a b" logger=zhunsheng.tests'
    )


@pytest.mark.parametrize(
    ("action", "arguments", "said"),
    [
        ("start_job", {"timestamp": 1}, False),
        ("job_success", {"timestamp": 1}, False),
        ("job_error", {"timestamp": 1}, True),
        ("start_job", {"dossier": "x"}, True),
        ("job_success", {}, True),
        ("start_worker", None, True),
    ],
)
def test_periodic_jobs_are_silent_while_they_go_well(
    action: str, arguments: dict[str, object] | None, said: bool
) -> None:
    record = logging.makeLogRecord({"name": "procrastinate.worker", "action": action})
    if arguments is not None:
        record.job = {"id": 1, "task_kwargs": arguments}
    assert NotRoutine().filter(record) is said


def test_the_settings_are_plain_data_that_granian_can_read_from_a_file() -> None:
    settings = log_settings("json", debug=False)
    assert json.loads(json.dumps(settings)) == settings


def fields_said(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Keyword fields of calls such as `log.info("…", field=…)`, with their lines."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LEVELS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"log", "logger"}
        ):
            yield from ((word.arg, node.lineno) for word in node.keywords if word.arg)


def test_the_search_for_fields_finds_one() -> None:
    assert list(fields_said(ast.parse("log.info('x', suspect=1)"))) == [("suspect", 1)]


@pytest.mark.xdist_group("tree")
def test_every_field_the_package_logs_is_on_the_list() -> None:
    package = [p for p in python_files() if name_of(p).startswith("src/zhunsheng/")]
    strays = {
        f"{name_of(p)}:{line}": field
        for p in package
        for field, line in fields_said(syntax(p))
        if field not in FIELDS | {"exc_info"}
    }
    assert strays == {}, "add it to zhunsheng.config.logging.FIELDS if it can never hold a person's data"
