"""Files and functions stay small, every module says what it holds, and `base` does not become a drawer for everything."""

from __future__ import annotations

import ast

import pytest

from tests.consistency.tree import ROOT, lines_of, name_of, python_files, syntax

# One process reads and parses the whole tree, once.
pytestmark = pytest.mark.xdist_group("tree")
LONGEST_FILE = 600
LONGEST_FUNCTION = 60
# A module joins this list when two layers need it and it has a name of its own (docs/decisions/0001).
BASE_MODULES = {"__init__", "clock", "environment", "errors", "ids", "measures", "postgres", "storage"}
VAGUE_NAMES = {"common", "helper", "helpers", "misc", "util", "utils"}


def test_no_python_file_is_longer_than_the_limit() -> None:
    too_long = {
        name_of(p): len(lines_of(p))
        for p in python_files()
        # Django writes first migrations out in full; nobody reads them from top to bottom.
        if len(lines_of(p)) > LONGEST_FILE and "/migrations/" not in name_of(p)
    }
    assert not too_long, f"split these by subject: {too_long}"


def test_no_function_is_longer_than_the_limit() -> None:
    too_long = {
        f"{name_of(p)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for p in python_files()
        for node in ast.walk(syntax(p))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert not too_long, f"give the steps of these functions names of their own: {too_long}"


def test_every_module_says_what_lives_in_it() -> None:
    silent = [name_of(p) for p in python_files() if not ast.get_docstring(syntax(p))]
    assert not silent, f"each of these needs a first sentence on what lives in it: {silent}"


def test_base_holds_only_the_modules_on_its_list() -> None:
    found = {
        p.relative_to(ROOT / "src/zhunsheng/base").parts[0].removesuffix(".py")
        for p in python_files()
        if "zhunsheng/base/" in name_of(p)
    }
    assert found <= BASE_MODULES, (
        f"does {sorted(found - BASE_MODULES)} belong to a layer that knows its subject?"
    )


def test_no_module_has_a_name_that_fits_anything() -> None:
    vague = [
        name_of(p)
        for p in python_files()
        if {part.removesuffix(".py") for part in p.relative_to(ROOT).parts} & VAGUE_NAMES
    ]
    assert not vague, f"name these after what they hold: {vague}"
