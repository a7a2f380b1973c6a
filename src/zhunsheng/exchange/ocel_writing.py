"""A prepared log as OCEL 2.0: each case an object, each subject an object, each act an event linked to them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow.compute as pc

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import FieldType, Log

from .export import Layout, as_text, frames

TYPE_NAMES: dict[FieldType, str] = {
    "text": "string", "flag": "boolean", "number": "float", "date": "time", "time": "time",
}
_SQL: dict[FieldType, str] = {
    "text": "TEXT", "flag": "TEXT", "number": "DECIMAL TEXT", "date": "TEXT", "time": "TEXT",
}
"""Text throughout: SQLite's own numbers are binary, and money is not."""
_NOT_ATTRIBUTES = {"act_id", "case_id", "act_type", "time"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BEGINNING = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class _Event:
    id: str
    type: str
    time: str | None
    attributes: dict[str, str]
    objects: list[str]


def case_object_of(log: Log) -> str:
    """The object type that stands for the case; a name no kind of subject has."""
    name = "case"
    while name in log.subject_kinds:
        name += "_"
    return name


class _Objects:
    """Object ids, unique over all types: a name that two types share gets its type in front in the later one."""

    def __init__(self, layout: Layout) -> None:
        self.case = case_object_of(layout.log)
        self.ids: dict[tuple[str, str], str] = {}
        taken: set[str] = set()
        for type_, name in self._all(layout):
            if (type_, name) not in self.ids:
                id_ = name
                while id_ in taken:
                    id_ = f"{type_}:{id_}"
                taken.add(id_)
                self.ids[type_, name] = id_

    def _all(self, layout: Layout) -> Iterator[tuple[str, str]]:
        for frame in frames(layout):
            yield from ((self.case, name) for name in pc.unique(frame["case_id"]).to_pylist())
            for kind, column in layout.subjects.items():
                yield from ((kind, name) for name in pc.unique(pc.list_flatten(frame[column])).to_pylist())


def _events(layout: Layout, objects: _Objects) -> Iterator[_Event]:
    types = layout.types
    for frame in frames(layout):
        texts = {name: as_text(frame[name], type_).to_pylist() for name, type_ in types.items()}
        lists = {kind: frame[column].to_pylist() for kind, column in layout.subjects.items()}
        attributes = {name: column for name, column in texts.items() if name not in _NOT_ATTRIBUTES}
        for i in range(frame.num_rows):
            linked = [objects.ids[objects.case, texts["case_id"][i]]]
            linked += [objects.ids[kind, name] for kind, cells in lists.items() for name in cells[i] or ()]
            own = {name: column[i] for name, column in attributes.items() if column[i] is not None}
            yield _Event(texts["act_id"][i], texts["act_type"][i], texts["time"][i], own, linked)


def _event_types(layout: Layout) -> dict[str, list[str]]:
    """Act types in order of appearance, each with the attributes it carries somewhere.

    Attributes no act carries are declared with the first type, so that a reader knows of them.
    """
    names = [name for name in layout.types if name not in _NOT_ATTRIBUTES]
    carried: dict[str, set[str]] = {}
    for frame in frames(layout):
        for type_ in pc.unique(frame["act_type"]).to_pylist():
            carried.setdefault(type_, set())
        for name in names:
            for type_ in pc.unique(frame["act_type"].filter(frame[name].is_valid())).to_pylist():
                carried[type_].add(name)
    if carried:
        first = next(iter(carried))
        carried[first] |= set(names).difference(*carried.values())
    return {type_: [name for name in names if name in some] for type_, some in carried.items()}


def _object_types(layout: Layout) -> list[str]:
    return [case_object_of(layout.log), *layout.subjects]


def write_json(layout: Layout, path: Path) -> None:
    """OCEL 2.0 JSON, written as a stream."""
    objects, types = _Objects(layout), layout.types
    declared = [
        {"name": type_, "attributes": [{"name": name, "type": TYPE_NAMES[types[name]]} for name in names]}
        for type_, names in _event_types(layout).items()
    ]
    things = [{"name": type_, "attributes": [{"name": "name", "type": "string"}]} for type_ in _object_types(layout)]
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"objectTypes": {_json(things)},\n"eventTypes": {_json(declared)},\n"objects": [')
        _spread(file, (_json_object(type_, name, id_) for (type_, name), id_ in objects.ids.items()))
        file.write('],\n"events": [')
        _spread(file, (_json_event(event, types) for event in _events(layout, objects)))
        file.write("]}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _spread(file: Any, items: Iterable[str]) -> None:
    for i, item in enumerate(items):
        file.write((",\n" if i else "\n") + item)


def _json_object(type_: str, name: str, id_: str) -> str:
    return _json({
        "id": id_, "type": type_, "attributes": [{"name": "name", "time": BEGINNING, "value": name}],
        "relationships": [],
    })


def _json_event(event: _Event, types: dict[str, FieldType]) -> str:
    """Numbers are written out as digits, never through binary floating point."""
    attributes = ", ".join(
        f'{{"name": {_json(name)}, "value": {text if types[name] in {"number", "flag"} else _json(text)}}}'
        for name, text in event.attributes.items()
    )
    links = _json([{"objectId": id_, "qualifier": ""} for id_ in event.objects])
    time = f'"time": {_json(event.time)}, ' if event.time else ""
    head = f'"id": {_json(event.id)}, "type": {_json(event.type)}, {time}'
    return f'{{{head}"attributes": [{attributes}], "relationships": {links}}}'


def write_xml(layout: Layout, path: Path) -> None:
    """OCEL 2.0 XML, written as a stream; InputError when a text holds a character XML cannot."""
    objects, types = _Objects(layout), layout.types
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n<object-types>\n')
        for type_ in _object_types(layout):
            file.write(f'<object-type name={_quoted(type_)}><attributes><attribute name="name" type="string"/>'
                       "</attributes></object-type>\n")
        file.write("</object-types>\n<event-types>\n")
        for type_, names in _event_types(layout).items():
            inner = "".join(f'<attribute name={_quoted(name)} type="{TYPE_NAMES[types[name]]}"/>' for name in names)
            file.write(f"<event-type name={_quoted(type_)}><attributes>{inner}</attributes></event-type>\n")
        file.write("</event-types>\n<objects>\n")
        for (type_, name), id_ in objects.ids.items():
            file.write(f'<object id={_quoted(id_)} type={_quoted(type_)}><attributes><attribute name="name" '
                       f'time="{BEGINNING}">{_escaped(name)}</attribute></attributes></object>\n')
        file.write("</objects>\n<events>\n")
        for event in _events(layout, objects):
            file.write(_xml_event(event))
        file.write("</events>\n</log>\n")


def _xml_event(event: _Event) -> str:
    attributes = "".join(
        f"<attribute name={_quoted(name)}>{_escaped(text)}</attribute>" for name, text in event.attributes.items()
    )
    links = "".join(f'<object object-id={_quoted(id_)} qualifier=""/>' for id_ in event.objects)
    time = f" time={_quoted(event.time)}" if event.time else ""
    return (
        f"<event id={_quoted(event.id)} type={_quoted(event.type)}{time}>"
        f"<attributes>{attributes}</attributes><objects>{links}</objects></event>\n"
    )


def _quoted(text: str) -> str:
    return quoteattr(_allowed(text))


def _escaped(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _allowed(text: str) -> str:
    if _NO_XML.search(text):
        raise InputError(
            zh=f"“{text!r}”含有 XML 不允许的控制字符。", en=f"{text!r} holds a control character XML cannot.",
            remedy_zh="请改写为 JSON、SQLite、CSV 或 Parquet。", remedy_en="Write JSON, SQLite, CSV or Parquet instead.",
        )
    return text


def write_sqlite(layout: Layout, path: Path) -> None:
    """OCEL 2.0 SQLite, in one transaction."""
    objects, types, declared = _Objects(layout), layout.types, _event_types(layout)
    event_tables, object_tables = _tables(declared), _tables(_object_types(layout))
    with closing(sqlite3.connect(path)) as base, base:
        for kind, tables in (("event", event_tables), ("object", object_tables)):
            base.execute(f"CREATE TABLE {kind}_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT)")
            base.executemany(f"INSERT INTO {kind}_map_type VALUES (?, ?)", tables.items())
            base.execute(f"CREATE TABLE {kind} (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
        base.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
        base.execute("CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT)")
        for type_, table in object_tables.items():
            base.execute(
                f"CREATE TABLE {_named('object_' + table)} "
                "(ocel_id TEXT PRIMARY KEY, ocel_time TEXT, ocel_changed_field TEXT, name TEXT)"
            )
            mine = [(id_, BEGINNING, None, name) for (other, name), id_ in objects.ids.items() if other == type_]
            base.executemany(f"INSERT INTO {_named('object_' + table)} VALUES (?, ?, ?, ?)", mine)
        base.executemany("INSERT INTO object VALUES (?, ?)", ((id_, type_) for (type_, _), id_ in objects.ids.items()))
        for type_, table in event_tables.items():
            columns = "".join(f", {_named(name)} {_SQL[types[name]]}" for name in declared[type_])
            base.execute(f"CREATE TABLE {_named('event_' + table)} (ocel_id TEXT PRIMARY KEY, ocel_time TEXT{columns})")
        for event in _events(layout, objects):
            _insert(base, event, event_tables[event.type], declared[event.type])


def _insert(base: sqlite3.Connection, event: _Event, table: str, names: list[str]) -> None:
    base.execute("INSERT INTO event VALUES (?, ?)", (event.id, event.type))
    cells = (event.id, event.time, *(event.attributes.get(name) for name in names))
    base.execute(f"INSERT INTO {_named('event_' + table)} VALUES ({', '.join('?' * len(cells))})", cells)
    base.executemany("INSERT INTO event_object VALUES (?, ?, '')", ((event.id, id_) for id_ in event.objects))


def _tables(types: Iterable[str]) -> dict[str, str]:
    """A table name per type, unique even where case is ignored."""
    result: dict[str, str] = {}
    taken = {"object", "map_type"}
    for type_ in types:
        plain = "".join(part[:1].upper() + part[1:] for part in re.split(r"\W+", type_)) or "Type"
        name, n = plain, 1
        while name.lower() in taken:
            n += 1
            name = f"{plain}{n}"
        taken.add(name.lower())
        result[type_] = name
    return result


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
