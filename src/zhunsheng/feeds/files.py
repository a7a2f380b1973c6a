"""The feed files of this installation: `feeds/<name>.yaml` in its data folder, and the words their rows are read with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.events import Words
from zhunsheng.exchange.connect.feed_file import FeedFile, load_feed
from zhunsheng.feeds.models import LONGEST_NAME, Feed
from zhunsheng.people.authority import require_living
from zhunsheng.people.models import Unit


def feeds_folder() -> Path:
    """Where feed files lie."""
    return environment().home / "feeds"


def feed_files() -> list[Path]:
    """The feed files there are, by name; mappings beside them end in `.mapping.yaml`."""
    found = feeds_folder().glob("*.yaml") if feeds_folder().is_dir() else ()
    return sorted(p for p in found if not p.name.endswith(".mapping.yaml"))


def feed_file(name: str) -> FeedFile:
    """The feed of that name; InputError with those there are when there is none, or with the place of a fault in it."""
    path = feeds_folder() / f"{name}.yaml"
    if path not in feed_files():
        known = "、".join(p.stem for p in feed_files()) or "（无）"
        raise InputError(
            zh=f"没有来源“{name}”",
            en=f"there is no feed {name}",
            where=str(feeds_folder()),
            remedy_zh=f"现有：{known}；写法见 docs/feeds.md",
            remedy_en=f"there are: {known}; docs/feeds.md says how to write one",
        )
    return load_feed(path)


def feed_of(definition: FeedFile) -> Feed:
    """Where the feed stands, entered at its first use; InputError when its unit is not registered, or was merged before that.

    A feed that was there before goes on: its cases begun after the merger are the successor's (`judging.unit_of`).
    """
    unit = Unit.objects.filter(code=definition.unit).first()
    if unit is None:
        raise InputError(
            zh=f"没有代码为“{definition.unit}”的单位",
            en=f"no unit has the code {definition.unit!r}",
            where=f"{definition.name}: unit",
            remedy_zh="核对单位代码",
            remedy_en="check the unit's code",
        )
    if not Feed.objects.filter(name=definition.name, unit=unit).exists():
        require_living(unit)
    told = {
        "unit_id": definition.unit,
        "title_zh": definition.title.zh[:LONGEST_NAME],
        "title_en": definition.title.en[:LONGEST_NAME],
    }
    feed, _ = Feed.objects.get_or_create(name=definition.name, defaults=told | {"made_at": clock.now()})
    if any(getattr(feed, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(feed, name, value)
        feed.save(update_fields=["unit", "title_zh", "title_en"])
    return feed


@cache
def words() -> Words:
    """The vocabulary as feeds need it."""
    known = vocabulary()
    codes = {name: frozenset(f.values) for name, f in known.fields.items() if f.values}
    return Words(frozenset(known.types), known.field_types(), codes)
