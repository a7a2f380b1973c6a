"""OCEL 2.0 in SQLite: one table of events and of objects, and one more per type."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from zhunsheng.base.errors import InputError

from .batch import Kind
from .ocel import OcelEvent, OcelObject

TABLES = ("event", "object", "event_object", "event_map_type", "object_map_type")
_OWN = {"ocel_id", "ocel_time", "ocel_changed_field"}


class OcelSqlite:
    """Reads without writing or locking; ids of any column type are taken as text."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def objects(self) -> Iterator[OcelObject]:
        """All objects, with the changes of their attributes."""
        yield from self._guarded(self._objects)

    def events(self) -> Iterator[OcelEvent]:
        """All events in the order of the table `event`."""
        yield from self._guarded(self._events)

    def attributes(self) -> list[str]:
        """Attributes that the tables of event types have."""
        return list(self._guarded(self._attributes))

    def _attributes(self, base: sqlite3.Connection) -> Iterator[str]:
        for _, _, kinds in self._types(base, "event"):
            yield from kinds

    def _guarded(self, read: Any) -> Iterator[Any]:
        self._refuse_partial()
        try:
            address = f"file:{quote(str(self.path.resolve()))}?mode=ro&immutable=1"
            with closing(sqlite3.connect(address, uri=True)) as base:
                self._check(base)
                yield from read(base)
        except sqlite3.Error as fault:
            raise InputError(
                zh=f"SQLite 文件读不下去（{fault}）。", en=f"The SQLite file cannot be read ({fault}).",
                where=str(self.path), remedy_zh="请重新导出该文件。", remedy_en="Export the file again.",
            ) from None

    def _refuse_partial(self) -> None:
        """SQLite takes missing pages for empty ones, and a read-only look leaves the write-ahead file aside."""
        with self.path.open("rb") as file:
            head = file.read(100)
        size = int.from_bytes(head[16:18], "big")
        pages = int.from_bytes(head[28:32], "big") * (65_536 if size == 1 else size)
        waiting = self.path.with_name(f"{self.path.name}-wal")
        if self.path.stat().st_size < pages:
            raise InputError(
                zh=f"SQLite 文件不完整：应有 {pages} 字节。", en=f"The SQLite file is cut short: it should have {pages} bytes.",
                where=f"{self.path}, byte {self.path.stat().st_size}",
                remedy_zh="请重新取得该文件。", remedy_en="Fetch the file again.",
            )
        if waiting.exists() and waiting.stat().st_size:
            raise InputError(
                zh="旁边的 -wal 文件里还有未并入的内容。", en="The -wal file beside it holds content not yet merged.",
                where=str(self.path), remedy_zh="请先执行 PRAGMA wal_checkpoint(TRUNCATE)。",
                remedy_en="Run PRAGMA wal_checkpoint(TRUNCATE) first.",
            )

    def _check(self, base: sqlite3.Connection) -> None:
        have = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        maps = [t for t in TABLES if t not in have]
        wanted = [] if maps else [
            f"{kind}_{name}" for kind in ("event", "object")
            for (name,) in base.execute(
                f"SELECT ocel_type_map FROM {kind}_map_type WHERE ocel_type IN (SELECT ocel_type FROM {kind})"
            )
        ]
        lacking = maps or [name for name in wanted if name not in have]
        if lacking:
            raise InputError(
                zh=f"缺少 OCEL 2.0 的表：{', '.join(lacking)}。", en=f"Tables of OCEL 2.0 are missing: {', '.join(lacking)}.",
                where=str(self.path), remedy_zh="请确认这是 OCEL 2.0 的 SQLite 文件。",
                remedy_en="Make sure this is an OCEL 2.0 SQLite file.",
            )

    def _types(self, base: sqlite3.Connection, kind: str) -> Iterator[tuple[str, str, dict[str, Kind]]]:
        """Type, its table, and its attributes with the kind their column declares."""
        used = {str(name) for (name,) in base.execute(f"SELECT DISTINCT ocel_type FROM {kind}")}
        for name, mapped in base.execute(f"SELECT ocel_type, ocel_type_map FROM {kind}_map_type").fetchall():
            if str(name) in used:
                table = _quoted(f"{kind}_{mapped}")
                columns = base.execute(f"PRAGMA table_info({table})").fetchall()
                yield str(name), table, {c[1]: _kind(c[2]) for c in columns if c[1] not in _OWN}

    def _objects(self, base: sqlite3.Connection) -> Iterator[OcelObject]:
        for type_, table, kinds in self._types(base, "object"):
            have = {c[1] for c in base.execute(f"PRAGMA table_info({table})")}
            changed = "t.ocel_changed_field" if "ocel_changed_field" in have else "NULL"
            columns = ", ".join(["t.ocel_time", changed, *(f"t.{_quoted(name)}" for name in kinds)])
            rows = base.execute(
                f"SELECT o.ocel_id, {columns} FROM object o LEFT JOIN {table} t ON t.ocel_id = o.ocel_id "
                "WHERE o.ocel_type = ? ORDER BY o.rowid, t.rowid", (type_,),
            )
            for name, changes in groupby(rows, key=lambda row: str(row[0])):
                values = [
                    (attribute, kind, str(time or ""), _text(value))
                    for _, time, only, *cells in changes
                    for (attribute, kind), value in zip(kinds.items(), cells, strict=True)
                    if value is not None and only in (None, attribute)
                ]
                yield OcelObject(name, type_, values)

    def _events(self, base: sqlite3.Connection) -> Iterator[OcelEvent]:
        links = groupby(
            base.execute(
                "SELECT e.rowid, l.ocel_object_id, l.ocel_qualifier FROM event e "
                "JOIN event_object l ON l.ocel_event_id = e.ocel_id ORDER BY e.rowid, l.rowid"
            ),
            key=lambda row: row[0],
        )
        parts = [self._events_of(base, *entry) for entry in self._types(base, "event")]
        at, linked = next(((row, list(rows)) for row, rows in links), (None, []))
        for row, id_, type_, time, attributes in heapq.merge(*parts, key=lambda event: event[0]):
            while at is not None and at < row:
                at, linked = next(((n, list(rows)) for n, rows in links), (None, []))
            mine = [(str(name), str(qualifier or "")) for _, name, qualifier in linked] if at == row else []
            yield OcelEvent(id_, type_, time, attributes, mine)

    def _events_of(self, base: sqlite3.Connection, type_: str, table: str, kinds: dict[str, Kind]) -> Iterator[Any]:
        columns = ", ".join(["t.ocel_time", *(f"t.{_quoted(name)}" for name in kinds)])
        rows = base.execute(
            f"SELECT e.rowid, e.ocel_id, {columns} FROM event e LEFT JOIN {table} t ON t.ocel_id = e.ocel_id "
            "WHERE e.ocel_type = ? ORDER BY e.rowid, t.rowid", (type_,),
        )
        for row, id_, time, *cells in rows:
            attributes = [
                (name, kind, _text(value))
                for (name, kind), value in zip(kinds.items(), cells, strict=True) if value is not None
            ]
            yield row, str(id_), type_, None if time is None else str(time), attributes


def _kind(declared: str) -> Kind:
    upper = declared.upper()
    if any(word in upper for word in ("TIMESTAMP", "DATETIME")):
        return "time"
    if "BOOL" in upper:
        return "flag"
    return "number" if any(word in upper for word in ("INT", "REAL", "NUMERIC", "DOUB", "FLOA", "DEC")) else "text"


def _text(value: Any) -> str:
    """SQLite's own numbers are binary; repr gives the shortest decimal that reads back as the same one."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
