"""Acts against their ledger entries: each entry computed again from the act's row, chain by chain, and what differs located."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhunsheng.acts.audit_concerns import Subject, concern_faults, subjects_in
from zhunsheng.acts.course import Course
from zhunsheng.acts.models import stamp
from zhunsheng.acts.record import dossier_particulars, own_columns
from zhunsheng.acts.record_types import ERASED
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.entries import check_entry, entry_digest, open_entry, openings_of, seal
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.hashing import Hash


class EntryRow(NamedTuple):
    """A row of the ledger's entries; the body is left out where the database has found it to have the digest."""

    seq: int
    record: uuid.UUID
    chain: uuid.UUID
    position: int
    digest: bytes
    body: bytes | None


class ActRow(NamedTuple):
    """A row of the acts; the content is still text."""

    id: uuid.UUID
    dossier: uuid.UUID
    position: int
    type: str
    schema: int
    unit: str
    occurred_at: dt.datetime
    ended_at: dt.datetime | None
    recorded_at: dt.datetime
    recorded_by: str
    corrects: uuid.UUID | None
    content: str
    salts: bytes
    erased: dict[str, str] | None


class DossierRow(NamedTuple):
    """A row of the dossiers."""

    id: uuid.UUID
    number: str
    kind: str
    unit: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    sealed_at: dt.datetime | None
    position: int
    head: bytes


class Order(NamedTuple):
    """An erasure as the act that ordered it states it."""

    act: str
    paths: list[str]
    law: str | None
    article: str | None
    reason: str | None
    at: dt.datetime


@dataclass
class Walk:
    """Chains walked one after another: the entries' digests, the orders of erasure, and everything wrong so far."""

    hash: Hash
    dossiers: dict[uuid.UUID, DossierRow]
    concerns: dict[uuid.UUID, set[Subject]]
    """Whom and what each dossier is kept as being about."""
    body_of: Callable[[int], bytes]
    """Fetches the body of an entry by seq."""
    digests: list[tuple[int, bytes]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    orders: dict[uuid.UUID, Order] = field(default_factory=dict)
    dropped: dict[uuid.UUID, dict[str, str]] = field(default_factory=dict)
    """Acts with erased content: path → id of the erasure."""
    acts: int = 0
    chain: uuid.UUID | None = None
    expected: int = 1
    head: bytes = b""
    course: Course = field(default_factory=Course)
    seen: set[uuid.UUID] = field(default_factory=set)
    named: set[Subject] = field(default_factory=set)
    """Whom and what the acts of the chain name."""

    def fault(self, code: str, where: str, zh: str, en: str) -> None:
        """Note one thing wrong."""
        self.faults.append(Fault(code, where, zh, en))

    def take(self, entry: EntryRow | None, act: ActRow | None) -> None:
        """The next place of a chain: its entry and its act, one of which may be missing."""
        row = entry or act
        assert row is not None
        chain = entry.chain if entry is not None else act.dossier  # type: ignore[union-attr] # one of them is there
        if chain != self.chain:
            self.finish()
            self.begin(chain)
        if row.position != self.expected:
            self.fault(
                "act-removed",
                f"{self.name} {self.expected}",
                f"第{self.expected}项至第{row.position - 1}项缺失",
                f"acts {self.expected} to {row.position - 1} are gone",
            )
        self.expected = row.position + 1
        where = f"{self.name} {row.position}"
        if entry is None:
            self.fault("act-added", where, "账本中没有这一行为", "the ledger has no entry for this act")
            return
        if act is None:
            self.fault("act-removed", where, "账本中的行为已不存在", "the act of this entry is gone")
        else:
            self.compare(entry, act, where)
        self.digests.append((entry.seq, entry.digest))
        self.head = entry.digest

    def begin(self, chain: uuid.UUID) -> None:
        """Start on a chain."""
        self.chain, self.expected, self.head, self.course = chain, 1, b"", Course()
        self.seen.add(chain)
        self.named = set()
        if chain not in self.dossiers:
            self.fault("dossier-removed", str(chain), "案卷已不存在", "the dossier is gone")

    @property
    def name(self) -> str:
        """The dossier's number, where it has one."""
        assert self.chain is not None
        row = self.dossiers.get(self.chain)
        return str(self.chain) if row is None else row.number

    def finish(self) -> None:
        """The end of a chain: the dossier's own columns against what its acts say."""
        row = None if self.chain is None else self.dossiers.get(self.chain)
        if row is None:
            return
        self.faults += concern_faults(row.number, self.named, self.concerns.get(row.id, ()))
        if row.position != self.expected - 1:
            self.fault(
                "acts-cut",
                row.number,
                f"案卷应有{row.position}项行为，现有{self.expected - 1}项",
                f"the dossier counts {row.position} acts, {self.expected - 1} are there",
            )
        if row.head != self.head:
            self.fault(
                "dossier-head",
                row.number,
                "案卷的末项摘要不符",
                "the dossier's head is not its last entry's digest",
            )
        if (row.closed_at, row.sealed_at) != (self.course.closed_at, self.course.sealed_at):
            self.fault(
                "dossier-changed",
                row.number,
                "结案或封存时间与行为不符",
                "closing or sealing times are not those of its acts",
            )

    def compare(self, entry: EntryRow, act: ActRow, where: str) -> None:
        """An entry against its act: computed again and compared; only what differs is looked at piece by piece."""
        self.acts += 1
        stated = json.loads(act.content)
        content = self.content_of(act, stated)
        self.follow(act, stated)
        self.named.update(subjects_in(stated))
        if act.erased:
            self.dropped[act.id] = act.erased
        elif act.id == entry.record and self.same(entry, act, content):
            return
        body = self.body_of(entry.seq) if entry.body is None else entry.body
        self.faults += located(entry._replace(body=body), act, content, self.head, where, self.hash)

    def same(self, entry: EntryRow, act: ActRow, content: dict[str, Any]) -> bool:
        """Whether the act's row gives exactly this entry."""
        try:
            sealed = seal(
                chain=str(act.dossier),
                position=act.position,
                previous=self.head,
                record=str(act.id),
                at=stamp(act.recorded_at),
                content=content,
                hash=self.hash,
                salts=act.salts,
            )
        except InputError:
            return False
        return sealed.digest == entry.digest and entry.body in (None, sealed.body)

    def content_of(self, act: ActRow, stated: dict[str, Any]) -> dict[str, Any]:
        """What the act's row says is committed to."""
        found = own_columns(
            act.type, act.schema, act.unit, act.occurred_at, act.ended_at, act.recorded_by, act.corrects
        )
        found.update(stated)
        if act.position == 1 and (row := self.dossiers.get(act.dossier)) is not None:
            found.update(dossier_particulars(row.number, row.kind, row.unit, row.opened_at))
        return found

    def follow(self, act: ActRow, stated: dict[str, Any]) -> None:
        """What the act does to its dossier."""
        self.course.take(act.id, act.position, act.type, act.occurred_at, act.corrects)
        if act.type == ERASED and isinstance(named := stated.get("erases"), dict):
            law, article, reason = (stated.get(f"fields.{name}") for name in ("law", "article", "reason"))
            act_named, paths = named.get("act", ""), named.get("paths", [])
            self.orders[act.id] = Order(act_named, paths, law, article, reason, act.recorded_at)


def walk(entries: Iterator[EntryRow], acts: Iterator[ActRow], walked: Walk) -> Walk:
    """Both streams side by side, each in the order of chain and position, taken in by `walked`."""
    entry, act = next(entries, None), next(acts, None)
    while entry is not None or act is not None:
        place = None if entry is None else (entry.chain, entry.position)
        other = None if act is None else (act.dossier, act.position)
        if place == other:
            walked.take(entry, act)
            entry, act = next(entries, None), next(acts, None)
        elif other is None or (place is not None and place < other):
            walked.take(entry, None)
            entry = next(entries, None)
        else:
            walked.take(None, act)
            act = next(acts, None)
    walked.finish()
    for row in walked.dossiers.values():
        if row.id not in walked.seen:
            walked.fault("acts-cut", row.number, "案卷没有任何行为", "the dossier has no act at all")
    return walked


def located(
    entry: EntryRow, act: ActRow, content: dict[str, Any], previous: bytes, where: str, hash_: Hash
) -> list[Fault]:
    """Everything that differs between an entry and its act, piece by piece."""
    assert entry.body is not None
    faults = []
    if entry_digest(entry.body, hash_) != entry.digest:
        faults.append(
            Fault("entry-digest", where, "条目的摘要与内容不符", "the entry's digest is not that of its body")
        )
    try:
        opened = open_entry(entry.body)
    except InputError as error:
        return [*faults, Fault("entry-malformed", where, error.zh, error.en)]
    header = {
        "chain": (opened.chain, str(act.dossier), str(entry.chain)),
        "position": (opened.position, act.position, entry.position),
        "record": (opened.record, str(act.id), str(entry.record)),
        "recorded_at": (opened.at, stamp(act.recorded_at), opened.at),
        "hash": (opened.hash.name, hash_.name, hash_.name),
    }
    for name, values in header.items():
        if len(set(values)) > 1:
            faults.append(
                Fault(
                    "header-changed",
                    f"{where} {name}",
                    "行为与条目的标头不符",
                    "act and entry differ in their header",
                )
            )
    if opened.previous != previous:
        faults.append(
            Fault("chain-broken", where, "与前一项的链接不符", "the link to the act before does not hold")
        )
    try:
        openings = openings_of(content, act.salts)
    except InputError as error:
        return [*faults, Fault("salts-changed", where, error.zh, error.en)]
    return [*faults, *check_entry(entry.body, openings, (act.erased or {}).keys(), where=where)]
