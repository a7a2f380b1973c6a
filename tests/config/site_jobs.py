"""Background jobs of the test site: one speaks, one fails."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)


@app.task
def speak(words: str) -> None:
    log.info("speaking", count=len(words))


@app.task
def stumble(words: str) -> None:
    raise ValueError(words)
