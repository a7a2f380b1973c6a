"""From a feed file to the connector that reads it."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.base.errors import InputError

from .feed_file import FeedFile, FolderSource, KafkaSource, RestSource, SqlSource
from .folder import FolderConnector
from .kafka import KafkaConnector
from .pages import Connector, Page
from .rest import RestConnector
from .sql import SqlConnector


class PushConnector:
    """Rows come by themselves; there is nothing to fetch."""

    def pages(self, _cursor: str) -> Iterator[Page]:
        """None."""
        return iter(())

    def cursor_at(self, _mark: str) -> str:
        """InputError: only the other system can send its rows again."""
        raise InputError(
            zh="推送来源不能由本方重读",
            en="what is pushed cannot be read again from here",
            remedy_zh="请对方重新推送；已有的行不会重复",
            remedy_en="have the other system push again; a row that is there already is not taken twice",
        )


def connector_of(feed: FeedFile) -> Connector:
    """How the feed's source is read."""
    match feed.source:
        case SqlSource():
            return SqlConnector(feed.source)
        case FolderSource():
            return FolderConnector(feed.source, feed.mapping)
        case RestSource():
            return RestConnector(feed.source)
        case KafkaSource():
            return KafkaConnector(feed.source)
    return PushConnector()
