"""A data folder of the test's own with feed files in it, and the made-up bureau."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.procedure.conftest import bureau, governed, home, living, scene
from zhunsheng.people.demo import COUNTY

__all__ = ["bureau", "feed", "governed", "home", "living", "scene"]

MAPPING = {
    "case": "案号",
    "type": "行为",
    "types": {"受案": "case.opened", "到案": "person.arrived", "离开": "person.released"},
    "time": "时间",
    "id": "编号",
    "unit": "单位",
    "officers": [{"officer": "民警", "role": "=handler"}],
    "subjects": {"person": "人员"},
    "fields": {"identity_known": {"from": "身份已查明", "values": {"是": "true", "否": "false"}}},
    "other_fields": False,
}
HEADER = "编号,案号,行为,时间,单位,民警,人员,身份已查明"
Feeding = Callable[..., str]


def feed_written(home: Path, source: dict[str, object], *, name: str = "city", **more: object) -> str:
    """Write a feed file into a data folder; its name."""
    folder = home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    given = {
        "name": name,
        "title": {"zh": "市局平台", "en": "City platform"},
        "unit": COUNTY,
        "source": source,
        "mapping": MAPPING,
    } | more
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return name


@pytest.fixture
def feed(home: Path, bureau: object) -> Feeding:
    """Called with a source, it writes a feed file; the name."""
    return partial(feed_written, home)
