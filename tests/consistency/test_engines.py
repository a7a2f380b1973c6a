"""Which modules may speak to an engine; everything else stays plain Python and can run, and be read, without one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.consistency.tree import name_of, python_files, syntax

pytestmark = pytest.mark.xdist_group("tree")
ENGINES = {"duckdb", "ibis", "numba", "pyspark"}
MAY = re.compile(r"src/zhunsheng/(norms/(compile|kernel|fast)|exchange/|supervision/|cli/)")


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of the packages a module imports, at its head or inside functions; relative ones are ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


def test_only_the_modules_listed_import_an_engine() -> None:
    package = [p for p in python_files() if name_of(p).startswith("src/zhunsheng/")]
    assert package
    strays = {
        name_of(p): found
        for p in package
        if not MAY.match(name_of(p)) and (found := ENGINES & set(imported(syntax(p))))
    }
    assert strays == {}
