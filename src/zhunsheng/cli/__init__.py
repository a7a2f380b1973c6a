"""The terminal: `zhunsheng …`. Commands parse, call the layers below and print; they decide nothing."""

from __future__ import annotations

from zhunsheng.cli.app import main

__all__ = ["main"]
