"""docs/api.md keeps its word: every curl line is run, and answers as the comment below it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Asking, asking
from zhunsheng.api.documents import LARGEST
from zhunsheng.api.operations import LARGEST_BODY
from zhunsheng.api.paging import LARGEST as ROWS
from zhunsheng.api.problems import KINDS
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.demo import Bureau

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
CAPTURE = re.compile(r"(?:(?P<name>[A-Z]+)=\$\()?(?P<curl>curl .*?)(?: \| jq -r \.(?P<member>\w+)\))?")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "api.md").read_text(encoding="utf-8")


def examples(page: str) -> Iterator[tuple[str, str]]:
    """Each command with the comment that says what it answers."""
    for block in BLOCK.findall(page):
        lines = block.replace("\\\n", " ").splitlines()
        assert len(lines) % 2 == 0, lines
        yield from zip(lines[::2], lines[1::2], strict=True)


def run(command: str) -> Any:
    """What the application answers to a curl command of the few options the page uses."""
    method, path, headers, data = "GET", "", {}, b""
    words = iter(shlex.split(command)[1:])
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                data = next(words).encode()
            case "--data-binary":
                assert next(words) == "@record.pdf"
                data = b"%PDF-1.7"
            case "-o":
                next(words)
            case _:
                assert not path, word
                path = word.removeprefix("http://localhost")
    content_type = headers.pop("Content-Type", "")
    return Client().generic(method, path, data, content_type, headers=headers)


def test_every_example_answers_as_the_page_says(handler: Asking, bureau: Bureau, page: str) -> None:
    known = {
        "BASE": "http://localhost",
        "TOKEN": handler.headers["Authorization"].removeprefix("Bearer "),
        "EXPORT_TOKEN": asking(bureau.handler, "export").headers["Authorization"].removeprefix("Bearer "),
    }
    count = 0
    for line, said in examples(page):
        parts = CAPTURE.fullmatch(line)
        assert parts is not None, line
        if "/ledger/" in line or "/proof" in line:
            ledger_sequence()
        answer = run(Template(parts["curl"]).substitute(known))
        status, *members = said.removeprefix("# ").split()
        assert answer.status_code == int(status), (line, b"".join(answer))
        for member in members:
            name, _, value = member.removeprefix(".").partition("=")
            assert name in answer.json(), (line, answer.json())
            assert value in ("", answer.json()[name]), (line, answer.json())
        if answer.streaming:
            b"".join(answer.streaming_content)
        if parts["name"]:
            known[parts["name"]] = answer.json()[parts["member"]]
        count += 1
    assert count > 15


def test_every_kind_of_problem_is_on_the_page(page: str) -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(kind.code, str(kind.status), kind.zh, kind.en) for kind in KINDS.values()]


def test_the_limits_are_those_of_the_code(page: str) -> None:
    assert f"{LARGEST_BODY // 2**20} MiB" in page
    assert f"{LARGEST // 2**20} MiB" in page
    assert f"| {ROWS} |" in page
