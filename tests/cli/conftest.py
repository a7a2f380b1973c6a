"""The command line in this process, quicker than one of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import HIDDEN
from zhunsheng.cli import main


@pytest.fixture
def run_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """`zhunsheng …` in this process, with a clean environment; returns exit code and everything said."""
    for name in list(os.environ):
        if name.startswith(HIDDEN):
            monkeypatch.delenv(name)

    def command(*words: str | Path, **variables: str) -> tuple[int, str]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["zhunsheng", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out + said.err

    return command
