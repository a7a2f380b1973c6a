"""Messages of a Kafka topic (extra `feed-kafka`), read from offsets of our own, so that any stretch can be read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from zhunsheng.base.errors import InputError

from .feed_file import KafkaSource, secret
from .pages import Page, Unreadable, cells_of

MESSAGES = 2_000
Client = Callable[[KafkaSource], Any]
"""Makes a consumer: `partitions_for_topic`, `assign`, `seek`, `seek_to_beginning`, `poll`, `close`, as kafka-python's."""


class KafkaConnector:
    """Each partition goes on at its own offset; nothing is committed to the broker."""

    def __init__(self, source: KafkaSource, client: Client | None = None) -> None:
        self.source, self.client = source, client or consumer_of
        self.partition: Callable[[str, int], Any] = pair if client else partition_of

    def pages(self, cursor: str) -> Iterator[Page]:
        """Messages after the offsets, until none has come for the waiting time."""
        offsets: dict[str, int] = json.loads(cursor) if cursor else {}
        consumer = self.client(self.source)
        try:
            partitions = sorted(consumer.partitions_for_topic(self.source.topic) or ())
            places = [self.partition(self.source.topic, n) for n in partitions]
            consumer.assign(places)
            for number, place in zip(partitions, places, strict=True):
                if str(number) in offsets:
                    consumer.seek(place, offsets[str(number)])
                else:
                    consumer.seek_to_beginning(place)
            while found := consumer.poll(timeout_ms=int(self.source.wait * 1000), max_records=MESSAGES):
                rows, left, places_of = [], [], []
                for messages in found.values():
                    for message in messages:
                        where = f"{self.source.topic} {message.partition}:{message.offset}"
                        try:
                            record = json.loads(message.value)
                            rows.append(cells_of(record))
                            places_of.append(where)
                        except (ValueError, AttributeError):
                            left.append(
                                Unreadable(
                                    where, "消息不是 JSON 对象", "the message is no JSON object", where
                                )
                            )
                        offsets[str(message.partition)] = message.offset + 1
                yield Page(
                    rows,
                    json.dumps(offsets),
                    where=named_places(places_of),
                    unreadable=tuple(left),
                    place=self.source.topic,
                )
        finally:
            consumer.close()

    def cursor_at(self, mark: str) -> str:
        """Offsets, as `0:120,1:98`; one number is every partition's that is named nowhere else."""
        if not mark:
            return ""
        try:
            pairs = [part.split(":") for part in mark.split(",")]
            return json.dumps({str(int(p)): int(o) for p, o in pairs})
        except ValueError:
            raise InputError(
                zh=f"看不懂的位置：{mark}",
                en=f"not a place: {mark}",
                where="--from",
                remedy_zh="写成 分区:位移，如 0:120,1:98",
                remedy_en="write partition:offset, as 0:120,1:98",
            ) from None


def named_places(places: list[str]) -> Callable[[int], str]:
    """The place of row number n, from 1."""
    return lambda n: places[n - 1]


def pair(topic: str, number: int) -> tuple[str, int]:
    """A partition as any consumer may name it."""
    return topic, number


def partition_of(topic: str, number: int) -> Any:
    """A partition as kafka-python names it."""
    from kafka import TopicPartition

    return TopicPartition(topic, number)


def consumer_of(source: KafkaSource) -> Any:
    """A consumer of kafka-python's; InputError when it is not installed or no broker answers."""
    try:
        from kafka import KafkaConsumer
    except ImportError:
        raise InputError(
            zh="没有安装 Kafka 客户端",
            en="the Kafka client is not installed",
            where="source.kind",
            remedy_zh="pip install 'zhunsheng[feed-kafka]'",
            remedy_en="pip install 'zhunsheng[feed-kafka]'",
        ) from None
    from kafka.errors import KafkaError

    more: dict[str, Any] = dict(source.security)
    password = secret(source.password_env)
    if password is not None:
        more["sasl_plain_password"] = password
    try:
        return KafkaConsumer(bootstrap_servers=list(source.servers), enable_auto_commit=False, **more)
    except KafkaError as fault:
        raise InputError(
            zh=f"Kafka 连不上：{fault}",
            en=f"Kafka cannot be reached: {fault}",
            where=", ".join(source.servers),
            remedy_zh="核对服务器地址和网络",
            remedy_en="check servers and network",
        ) from None
