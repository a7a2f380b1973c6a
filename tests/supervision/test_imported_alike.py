"""The same acts through the door and through another system's file give the same findings, up to where they come from."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.conftest import Feeding, feed, feed_written
from tests.feeds.test_same_norms import handed_over
from tests.procedure.conftest import bureau, governed, home, living, scene
from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.traffic import Traffic
from zhunsheng.acts.export import log_write
from zhunsheng.base import clock
from zhunsheng.feeds.services import feed_run
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.precision import precisions
from zhunsheng.supervision.rebuild import findings_rebuild

__all__ = ["bureau", "feed", "governed", "home", "living", "scene"]
ALIKE = (
    *("norm_id", "norm_version", "severity", "breach", "status", "unit_id", "element", "since", "due_at"),
    *("title_zh", "cured_at", "closed_at"),
)


def told(one: Finding) -> tuple[Any, ...]:
    """A finding without where it comes from, and without when it was noticed."""
    done = one.cured_by or one.cured_event
    last = one.history.last()
    reasons = last.explanation["zh"]
    same = [reasons.get(name) for name in ("basis", "steps", "cure")]
    key = None if done is None else str(one.cured_by_id or (one.cured_event and one.cured_event.key))
    return (one.case_number, *(getattr(one, name) for name in ALIKE), key, *map(str, same))


def both_ways(now: dt.datetime, folder: Path, feed: Feeding) -> tuple[list[Any], list[Any]]:
    """Hand every act over as a file, read it, and let the clock of either run."""
    log = log_write(folder / "log")
    handed_over(log, folder / "drop", "acts.csv", feed)
    with clock.holding(now):
        obligations_watch()
        run = feed_run("city")
    assert (run.state, run.quarantined) == ("done", 0)
    rows = Finding.objects.unfenced("a test").filter(closed_at=None)
    return tuple(sorted(map(told, rows.filter(feed__isnull=theirs)), key=str) for theirs in (True, False))  # type: ignore[return-value] # two


def test_one_case_both_ways(scene: Scene, feed: Feeding, tmp_path: Path) -> None:
    scene.in_custody()
    scene.do("person.released", 900, subjects=SUSPECT)
    own, theirs = both_ways(at(40_000), tmp_path, feed)
    assert len(own) > 3
    assert {row[4] for row in own} >= {"late", "overdue"}
    assert theirs == own
    with clock.holding(at(40_000)):
        assert {p.found for p in precisions()} == {2 * n for n in {p.found // 2 for p in precisions()}}
        assert findings_rebuild(mend=False).different == 0


@pytest.mark.slow
def test_realistic_traffic_both_ways(living: Traffic, home: Path, tmp_path: Path) -> None:
    own, theirs = both_ways(clock.now(), tmp_path, partial(feed_written, home))
    assert own
    assert theirs == own
