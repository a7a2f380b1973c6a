"""Calling the commands and reading what they say."""

from __future__ import annotations

import re
from io import StringIO

from django.core.management import call_command


def said(*arguments: str, **options: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def code_in(text: str) -> str:
    return re.search(r"(?:[A-Z2-7]{5}-){3}[A-Z2-7]{5}", text)[0]
