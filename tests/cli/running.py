"""`zhunsheng …` as a process of its own, which sees nothing of the developer's settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from zhunsheng.cli import main; main()"]
HIDDEN = ("ZHUNSHENG_", "DATABASE_", "DJANGO_", "PROMETHEUS_", "PG")


def environment_for(home: Path, **more: str) -> dict[str, str]:
    """The environment of an installation that keeps its data in a folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(HIDDEN)}
    return {**clean, "ZHUNSHENG_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


def zhunsheng(env: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run to the end; output and exit code for the test to judge."""
    command = [*PROGRAM, *map(str, words)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def begin(env: dict[str, str], output: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start and return; everything said goes to a file."""
    with output.open("wb") as file:
        return subprocess.Popen([*PROGRAM, *words], env=env, stdout=file, stderr=file)
