"""OCEL 2.0 as acts of cases: one object type is the case, an event counts once for each case object it is linked to.

Readers of the three formats hand on events and objects; flattening them is the same for all and lives here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from zhunsheng.base.errors import InputError

from .batch import Kind, Progress, RawBatch, Row, SourceNotes, from_rows
from .mapping import LogMapping
from .plan import OBJECT, OBJECT_SEPARATOR, QUALIFIED
from .times import moments

ROWS = 20_000
KINDS: dict[str, Kind] = {
    "string": "text", "time": "time", "date": "time", "integer": "number", "int": "number", "float": "number",
    "boolean": "flag",
}


@dataclass(frozen=True)
class OcelEvent:
    """One event: its attributes with declared kind and text, and (object id, qualifier) pairs in file order."""

    id: str
    type: str
    time: str | None
    attributes: list[tuple[str, Kind, str]]
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class OcelObject:
    """One object, and the values its attributes took: (name, kind, time, text)."""

    id: str
    type: str
    attributes: list[tuple[str, Kind, str, str]]


class OcelReader(Protocol):
    """A file of one of the three formats; both iterators may be started again."""

    def objects(self) -> Iterator[OcelObject]:
        """Every object, in file order."""
        ...

    def events(self) -> Iterator[OcelEvent]:
        """Every event, in file order."""
        ...

    def attributes(self) -> list[str]:
        """Names of the attributes that event types declare, used or not."""
        ...


@dataclass(frozen=True)
class _History:
    kind: Kind
    times: list[int]
    texts: list[str]

    def at(self, instant: int) -> str | None:
        """The value in force at an instant; None before the first one."""
        i = bisect_right(self.times, instant)
        return self.texts[i - 1] if i else None


def _visible(name: str) -> str:
    """The column of an event attribute; one whose name looks like a column of another origin says so."""
    return f"event:{name}" if name.startswith(("case:", "ocel:", OBJECT, QUALIFIED)) else name


class OcelSource:
    """Flattens an OCEL log. Memory grows with the number of objects, not of events."""

    def __init__(self, path: Path, reader: OcelReader, mapping: LogMapping) -> None:
        self.path, self._reader, self._mapping = path, reader, mapping
        self.notes = SourceNotes()
        self._names: dict[str, str] = {}
        self.header: tuple[str, ...] = ()

    def batches(self, progress: Progress | None = None) -> Iterator[RawBatch]:
        """Yield acts in file order; InputError when the file is malformed or has no objects of the case type."""
        types = self._objects()
        case_type = self._case_type(types)
        own = ("ocel:case", "ocel:type", "ocel:time", "ocel:id")
        header = (*own, *dict.fromkeys(_visible(name) for name in self._reader.attributes()))
        histories = self._histories(case_type)
        done = 0
        events = self._reader.events()
        while some := list(islice(events, ROWS)):
            self.header = header
            instants = self._instants([event.time for event in some])
            rows: list[Row] = []
            for event, instant in zip(some, instants, strict=True):
                rows.extend(self._rows(event, instant, types, case_type, histories))
            done += len(some)
            if progress:
                progress(done, None)
            yield from_rows(rows)

    def where(self, row: int) -> str:
        """File and event id of the act numbered `row`."""
        types = self._objects()
        case_type = self._case_type(types)
        seen = 0
        for event in self._reader.events():
            seen += len({name for name, _ in event.links if types.get(name) == case_type})
            if seen >= row:
                return f"{self.path}, event {event.id}"
        return f"{self.path}, event number {row}"

    def _objects(self) -> dict[str, str]:
        """Type of every object; names beside the ids are noted when the mapping says which attribute holds them."""
        types, wanted = {}, self._mapping.object_name
        for thing in self._reader.objects():
            types[thing.id] = thing.type
            if wanted is not None:
                name = next((text for attribute, _, _, text in thing.attributes if attribute == wanted), thing.id)
                self._names[thing.id] = name
        return types

    def _name(self, id_: str) -> str:
        return self._names.get(id_, id_)

    def _case_type(self, types: dict[str, str]) -> str:
        known = list(dict.fromkeys(types.values()))
        wanted = self._mapping.case_object
        if wanted is not None:
            if wanted not in known and known:
                raise self._fault(f"没有“{wanted}”类型的对象。", f"There is no object of type '{wanted}'.", known)
            return wanted
        linked: Counter[str] = Counter()
        events = 0
        for events, event in enumerate(self._reader.events(), 1):  # noqa: B007
            linked.update({types[name] for name, _ in event.links if name in types})
        if not events:
            return ""
        if not linked:
            raise self._fault("没有事件与对象相连。", "No event is linked to an object.", known)
        return max(sorted(linked), key=lambda name: linked[name])

    def _fault(self, zh: str, en: str, known: list[str]) -> InputError:
        return InputError(
            zh=zh, en=en, where=str(self.path),
            remedy_zh=f"请在映射文件的 case_object 中写明；现有：{', '.join(known)}。",
            remedy_en=f"State `case_object` in a mapping file; there are: {', '.join(known)}.",
        )

    def _instants(self, times: list[str | None]) -> list[int]:
        read = moments(pa.array(times, pa.string()))
        instants = np.where(read.bad, 0, read.instants(self._mapping.zone))
        return [int(instant) for instant in instants]

    def _histories(self, case_type: str) -> dict[str, dict[str, _History]]:
        """Per case object and attribute, the values in order of time; an unreadable time counts as the beginning."""
        result: dict[str, dict[str, _History]] = {}
        values = [
            (thing.id, *value) for thing in self._reader.objects() if thing.type == case_type
            for value in thing.attributes if value[0] != self._mapping.object_name
        ]
        instants = self._instants([time for _, _, _, time, _ in values])
        for i in sorted(range(len(values)), key=instants.__getitem__):
            id_, name, kind, _, text = values[i]
            history = result.setdefault(id_, {}).setdefault(name, _History(kind, [], []))
            history.times.append(instants[i])
            history.texts.append(text)
        return result

    def _rows(
        self, event: OcelEvent, instant: int, types: dict[str, str], case_type: str,
        histories: dict[str, dict[str, _History]],
    ) -> Iterator[Row]:
        linked = list(dict.fromkeys(name for name, _ in event.links))
        cases = [name for name in linked if types.get(name) == case_type]
        self._remark(event, linked, cases, types)
        shared: Row = {"ocel:type": ("text", event.type)}
        if event.time:
            shared["ocel:time"] = ("time", event.time)
        for name, kind, text in event.attributes:
            shared[_visible(name)] = (kind, text)
        groups: dict[str, list[str]] = {}
        for name in linked:
            if name in types and types[name] != case_type:
                groups.setdefault(OBJECT + types[name], []).append(self._name(name))
        shared |= {name: ("text", OBJECT_SEPARATOR.join(ids)) for name, ids in groups.items()}
        qualified: dict[str, list[str]] = {}
        for name, qualifier in event.links:
            if qualifier:
                qualified.setdefault(QUALIFIED + qualifier, []).append(self._name(name))
        shared |= {name: ("text", ", ".join(dict.fromkeys(ids))) for name, ids in qualified.items()}
        for case in cases:
            row = shared | {
                "ocel:case": ("text", self._name(case)),
                "ocel:id": ("text", event.id if len(cases) == 1 else f"{event.id}#{case}"),
            }
            for name, history in histories.get(case, {}).items():
                value = history.at(instant)
                if value is not None:
                    row[f"case:{name}"] = (history.kind, value)
            yield row

    def _remark(self, event: OcelEvent, linked: list[str], cases: list[str], types: dict[str, str]) -> None:
        if not cases:
            self.notes.add(
                "有的事件不与任何案件对象相连，未读入。", "Some events are linked to no case object; they are left out."
            )
        if len(linked) < len(event.links):
            self.notes.add(
                "有的事件与同一对象多次相连（身份不同），只算一次。",
                "Some events are linked to one object several times (with different qualifiers); it counts once.",
            )
        if any(name not in types for name in linked):
            self.notes.add(
                "有的事件指向文件中没有的对象，该联系未读入。",
                "Some events point to objects the file does not have; those links are left out.",
            )
