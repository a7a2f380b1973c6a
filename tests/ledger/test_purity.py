"""The half of the ledger that proves things runs without Django, without a database and, for checking, without `cryptography`."""

from __future__ import annotations

import subprocess
import sys

PURE = (
    *(
        "canonical",
        "checkpoints",
        "container",
        "delegation",
        "ed25519",
        "entries",
        "export",
        "faults",
        "hashing",
        "keys",
        "notes",
    ),
    *("pkcs11", "sm3", "tiles", "tree", "verifier", "verify"),
    *(
        "witness.client",
        "witness.files",
        "witness.judging",
        "witness.requests",
        "witness.service",
        "witness.settings",
    ),
    "witness.state",
)


def test_the_pure_half_imports_neither_django_nor_cryptography() -> None:
    absent = ("django", "cryptography", "pkcs11", "psycopg", "numpy", "pydantic")
    program = (
        "import importlib, sys\n"
        f"for name in {absent!r}: sys.modules[name] = None\n"
        f"for name in {PURE!r}: importlib.import_module('zhunsheng.ledger.' + name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
