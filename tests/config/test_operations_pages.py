"""The pages for administrators keep their word: every command, variable and file they name is real, and both languages are there."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.config.test_deploy import assert_real
from zhunsheng.base.postgres import roles

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted((ROOT / "docs/operations").glob("*.md"))
VARIABLE = re.compile(r"\b(?:DATABASE|ZHUNSHENG)_[A-Z_]*[A-Z]\b")
CALL = re.compile(
    r"(?:zhunsheng-as zhunsheng(?:-\w+)? |/bin/zhunsheng |`zhunsheng )(?P<words>[a-z][^`|;&()>\n'\"]*)"
)
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
NAMES = [page.name for page in PAGES]


def text_of(name: str) -> str:
    return (ROOT / "docs/operations" / name).read_text(encoding="utf-8")


def variables_read() -> set[str]:
    """The variables base/environment.py reads, as the strings in its code, docstrings left out."""
    tree = ast.parse((ROOT / "src/zhunsheng/base/environment.py").read_text(encoding="utf-8"))
    words = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {word for word in words if VARIABLE.fullmatch(word)}


def test_the_page_of_settings_lists_the_variables_that_are_read_and_no_others() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \|", text_of("settings.md"), flags=re.MULTILINE)
    assert sorted(listed) == sorted(variables_read())


def test_no_page_or_file_speaks_of_a_variable_that_is_not_read() -> None:
    files = [*PAGES, *(p for p in (ROOT / "deploy").rglob("*") if p.is_file())]
    strays = {(p.name, word) for p in files for word in VARIABLE.findall(p.read_text(encoding="utf-8"))}
    assert {(name, word) for name, word in strays if word not in variables_read()} == set()


def calls() -> list[tuple[str, str]]:
    """Every call of the program in a page, in blocks and in lines."""
    return [(name, m["words"].strip()) for name in NAMES for m in CALL.finditer(text_of(name))]


@pytest.mark.parametrize(("page", "words"), calls())
def test_every_command_of_the_pages_exists(page: str, words: str) -> None:
    parts = shlex.split(words.replace("\\", " "))
    if parts[0] != "manage":
        assert_real(parts)
        return
    app = get_commands()[parts[1]]
    command = load_command_class(app, parts[1]) if isinstance(app, str) else app
    parser = command.create_parser("zhunsheng manage", parts[1])
    known = {option for action in parser._actions for option in action.option_strings}
    assert {part for part in parts if part.startswith("--")} <= known


def test_the_search_for_commands_finds_those_that_are_wrong() -> None:
    found = [
        m["words"]
        for m in CALL.finditer("运行 `zhunsheng db migrate`，或 zhunsheng-as zhunsheng doctor --nonsense\n")
    ]
    assert found == ["db migrate", "doctor --nonsense"]
    for words in found:
        with pytest.raises(AssertionError):
            assert_real(words.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_blocks_of_a_page_are_shell(name: str) -> None:
    for block in SHELL.findall(text_of(name)):
        done = subprocess.run(["sh", "-n"], input=block, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), block


@pytest.mark.parametrize("name", NAMES)
def test_the_files_a_page_names_are_in_the_repository(name: str) -> None:
    named = set(re.findall(r"\bdeploy/[\w./-]*\w", text_of(name)))
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_heading_has_both_languages(name: str) -> None:
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"```.*?```", "", text_of(name), flags=re.DOTALL), flags=re.MULTILINE
    )
    assert headings
    assert [h for h in headings if not re.fullmatch(r"[^·]*[一-鿿][^·]* · .*[A-Za-z].*|\d+\. nginx", h)] == []


def test_the_rights_a_server_grants_are_those_of_the_embedded_one() -> None:
    text = re.sub(
        r"^--.*\n",
        "",
        (ROOT / "deploy/postgresql/grants.sql").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    statements = [s.strip() for s in text.split(";") if s.strip()]
    assert statements == roles.grants()


def test_whoever_may_run_the_program_is_known_to_the_database() -> None:
    helper = (ROOT / "deploy/zhunsheng-as").read_text(encoding="utf-8")
    accounts = set(re.findall(r"^(zhunsheng[\w-]*)\)", helper, flags=re.MULTILINE))
    lines = [
        line.split()
        for line in (ROOT / "deploy/postgresql/pg_ident.conf").read_text(encoding="utf-8").splitlines()
        if line[:1] != "#"
    ]
    assert {account for _, account, _ in lines} == accounts
    assert {role for _, account, role in lines if account != "zhunsheng-owner"} == {"zhunsheng"}
