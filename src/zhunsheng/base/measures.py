"""What a running installation can be asked about itself: counts, times, gauges and readiness.

A layer that knows something declares it here, at import or in `AppConfig.ready()`; the web application reads all of it
for `/metrics` and `/ready`. Declaring and telling cost nothing where nobody listens (the terminal, a test).
Names are Prometheus names without the leading `zhunsheng_`, with their unit; label values come from short closed lists
and never from what people type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Reading: TypeAlias = float | Mapping[tuple[str, ...], float]
"""One number, or one number for each tuple of label values."""


@dataclass(frozen=True)
class Count:
    """Something that happens and is counted; `name` ends in its plural, as `acts`."""

    name: str
    about: str
    labels: tuple[str, ...] = ()

    def add(self, times: float = 1, **labels: str) -> None:
        """It happened so many times more, with every declared label."""
        for listener in listeners:
            listener(self, times, labels)


@dataclass(frozen=True)
class Timing:
    """Something that takes time; `name` ends in `_seconds`."""

    name: str
    about: str
    labels: tuple[str, ...] = ()

    def took(self, seconds: float, **labels: str) -> None:
        """It took so many seconds this once, with every declared label."""
        for listener in listeners:
            listener(self, seconds, labels)


@dataclass(frozen=True)
class Gauge:
    """A number read when asked, usually by one cheap query."""

    name: str
    about: str
    read: Callable[[], Reading]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Whether one thing the service needs is there, and what to tell the administrator; no secrets, no data of a case."""

    ok: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Readiness:
    """One thing without which the service must not be called ready; a test that raises counts as a no."""

    name: str
    test: Callable[[], Answer]


Listener: TypeAlias = Callable[[Count | Timing, float, Mapping[str, str]], None]

listeners: list[Listener] = []
_gauges: dict[str, Gauge] = {}
_readiness: dict[str, Readiness] = {}


def gauge_register(gauge: Gauge) -> None:
    """Have a gauge read at every scrape; ValueError when another has its name."""
    if _gauges.setdefault(gauge.name, gauge) != gauge:
        raise ValueError(f"two gauges are called {gauge.name}")


def readiness_register(readiness: Readiness) -> None:
    """Have a need tested at every `/ready`; ValueError when another has its name."""
    if _readiness.setdefault(readiness.name, readiness) != readiness:
        raise ValueError(f"two needs are called {readiness.name}")


def gauges() -> tuple[Gauge, ...]:
    """Every registered gauge, by name."""
    return tuple(_gauges[name] for name in sorted(_gauges))


def needs() -> tuple[Readiness, ...]:
    """Everything the service needs to be ready, by name."""
    return tuple(_readiness[name] for name in sorted(_readiness))
