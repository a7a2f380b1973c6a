"""`zhunsheng demo --size city`: a big city's year in bulk, for benchmarks."""

from __future__ import annotations

from pathlib import Path


def city_demo(out: Path, *, seed: int) -> None:
    """Not yet."""
    raise NotImplementedError(out, seed)
