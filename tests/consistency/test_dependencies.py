"""What the package imports is what it declares, no more and no less."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.consistency.test_engines import imported
from tests.consistency.tree import ROOT, name_of, python_files, syntax

pytestmark = pytest.mark.xdist_group("tree")
# Packages whose import has another name than the package.
IMPORT_NAMES = {
    "chinesecalendar": "chinese_calendar",
    "django-allauth": "allauth",
    "django-ninja": "ninja",
    "ibis-framework": "ibis",
    "kafka-python": "kafka",
    "prometheus-client": "prometheus_client",
    "pyjwt": "jwt",
    "python-pkcs11": "pkcs11",
    "python-stdnum": "stdnum",
    "pyyaml": "yaml",
}
# Declared for what they bring along, not imported: time zones, and the SQL writer that Ibis leaves open.
NOT_IMPORTED = {"sqlglot", "tzdata"}

# Brought along by a declared package and imported under a name of their own.
BROUGHT = {"docx": "docxtpl", "psycopg_pool": "psycopg", "pydantic_core": "pydantic"}


def declared(*extras: str) -> set[str]:
    """Import names of the declared dependencies, with those of the named extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [
        r for extra in extras for r in project["optional-dependencies"][extra]
    ]
    names = {re.split(r"[\[<>=!~; ]", r, maxsplit=1)[0] for r in wanted}
    return {IMPORT_NAMES.get(name, name) for name in names}


def imported_by_the_package() -> set[str]:
    """Top-level names of other people's packages that ours imports."""
    files = [p for p in python_files() if name_of(p).startswith("src/zhunsheng/")]
    return (
        {name for p in files for name in imported(syntax(p))}
        - set(sys.stdlib_module_names)
        - {"zhunsheng", "__future__"}
    )


def test_every_import_is_declared() -> None:
    used = {BROUGHT.get(name, name) for name in imported_by_the_package()}
    assert used - declared("spark", "fast", "server", "embedded", "pkcs11", "feed-kafka") == set()


def test_every_declared_package_is_imported() -> None:
    assert declared() - NOT_IMPORTED - imported_by_the_package() == set()
