"""The feed file: where another system's events are read, what makes a row one event, and the mapping that reads them.

Models, and the load from YAML with line and column in every error. Secrets stand in environment variables, never in the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from zhunsheng.base.errors import InputError
from zhunsheng.exchange.mapping import Columns, LogMapping, load_mapping
from zhunsheng.norms.yaml_source import read_yaml, validated

from .pages import Cells

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Model):
    """What people call the system the events come from."""

    zh: str
    en: str


class SqlSource(_Model):
    """A query or a table of a relational database.

    `mark` is a column that never falls as rows are written or changed: only rows from the last one on are asked for, `overlap`
    (seconds, or steps of a number) before it again, for rows that were committed late. Without `mark` every run reads all rows;
    with `whole` a row that such a run no longer finds was deleted.
    """

    kind: Literal["sql"]
    url: str | None = None
    url_env: Variable | None = None
    table: str | None = None
    query: str | None = None
    mark: str | None = None
    overlap: int = Field(300, ge=0)
    page: int = Field(5_000, ge=1, le=100_000)
    whole: bool = False

    @model_validator(mode="after")
    def _one_of_each(self) -> SqlSource:
        if (self.url is None) == (self.url_env is None) or (self.table is None) == (self.query is None):
            raise ValueError("state one of url and url_env, and one of table and query")
        if self.whole and self.mark is not None:
            raise ValueError("`whole` reads all rows each time: leave out `mark`")
        return self


class FolderSource(_Model):
    """Files that another system drops into a folder; each is read once, and again when its content has changed."""

    kind: Literal["folder"]
    path: str
    pattern: str = "*"
    settled: int = Field(5, ge=0)
    """Seconds since its last change before a file is taken to be complete."""


class RestSource(_Model):
    """Pages of JSON pulled over HTTP. `records` and `next` are paths into the answer, names joined by dots.

    `next` leads to the cursor of the following page, which is sent as the parameter `cursor`; it may also be a whole address on
    the same host. Where an answer has none, the last one is asked for again at the next run.
    """

    kind: Literal["rest"]
    url: str
    token_env: Variable | None = None
    records: str = ""
    next: str | None = None
    cursor: str = "cursor"
    timeout: int = Field(30, ge=1, le=600)
    tries: int = Field(4, ge=1, le=10)


class PushSource(_Model):
    """The other system posts its rows to our API; `by` are the numbers of the accounts that may."""

    kind: Literal["push"]
    by: tuple[str, ...] = Field(min_length=1)


class KafkaSource(_Model):
    """A topic of JSON objects (extra `feed-kafka`); offsets are ours, so that any stretch can be read again."""

    kind: Literal["kafka"]
    servers: tuple[str, ...] = Field(min_length=1)
    topic: str
    wait: float = Field(5.0, gt=0, le=300)
    """Seconds without a message after which a run has read what there is."""
    security: dict[str, str | int | bool] = Field(default_factory=dict)
    """Further settings of the client, such as security_protocol."""
    password_env: Variable | None = None


AnySource = Annotated[
    SqlSource | FolderSource | RestSource | PushSource | KafkaSource, Field(discriminator="kind")
]


class Deleted(_Model):
    """How a row says that the other system has deleted it: a column, and the values that mean so."""

    column: str
    values: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("values", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        """Cells are text: `true` and `1` are what a database's values look like as such."""
        if not isinstance(given, list | tuple):
            return given
        return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in given)

    def holds(self, row: Cells) -> bool:
        """Whether the row says so."""
        return row.get(self.column, "") in self.values


Codes = Mapping[str, str]
"""A code of the other system to ours."""


class FeedFile(_Model):
    """One feed. `unit` is the bureau whose acts these are; `key` the columns that make a row one event.

    `units` and `officers` say which of ours another system's codes mean; a code that stands in neither is taken as it is.
    """

    name: Name
    title: Title
    unit: str
    source: AnySource
    key: Columns = ()
    mapping: LogMapping
    closed: bool = False
    """The other system will record nothing more: what is not done by now was not done."""
    every: int = Field(10, ge=1, le=1_440)
    """Minutes from one reading to the next."""
    delay: int = Field(0, ge=0)
    """Hours after an act by which its row is there at the latest: nothing counts as not done before."""
    deleted: Deleted | None = None
    units: Codes = Field(default_factory=dict)
    officers: Codes = Field(default_factory=dict)
    late_after: int = Field(24, ge=1)
    """Hours without a good run after which the feed is shown as late."""


def load_feed(path: Path) -> FeedFile:
    """Read a feed file; `mapping`, `units` and `officers` stand in it or name a file beside it. InputError with the place."""
    content = read_yaml(path)
    tree: Any = {} if content is None else content
    beside = {}
    if isinstance(tree, dict):
        for name, read in (("mapping", load_mapping), ("units", read_yaml), ("officers", read_yaml)):
            if isinstance(tree.get(name), str):
                beside[name] = read(path.parent / tree[name])
    feed = validated(path, dict(tree) | beside if beside else tree, FeedFile, content)
    if feed.name != path.stem:
        raise InputError(
            zh=f"来源的名称“{feed.name}”与文件名不一致",
            en=f"the feed's name {feed.name!r} is not that of its file",
            where=str(path),
            remedy_zh=f"文件改名为 {feed.name}.yaml，或改 name",
            remedy_en=f"call the file {feed.name}.yaml, or change `name`",
        )
    return feed


def secret(variable: str | None) -> str | None:
    """What an environment variable holds; None where none is named, InputError where it is named and empty."""
    if variable is None:
        return None
    value = os.environ.get(variable, "")
    if not value:
        raise InputError(
            zh="环境变量没有值",
            en="the environment variable is empty",
            where=variable,
            remedy_zh="在运行本程序的环境中设置它，再试",
            remedy_en="set it where this program runs, and try again",
        )
    return value
