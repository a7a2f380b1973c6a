"""OCEL 2.0 in XML, read as a stream; the published XSD is advisory, since the official example does not fit it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .batch import Kind
from .ocel import KINDS, OcelEvent, OcelObject
from .streams import xml_blocks
from .xml_reader import XmlReader, read_xml


class OcelXml:
    """One .xmlocel or .xml file, gzipped or not."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def objects(self) -> Iterator[OcelObject]:
        """All objects in file order."""
        return (thing for thing in self._things("object") if isinstance(thing, OcelObject))

    def events(self) -> Iterator[OcelEvent]:
        """All events in file order."""
        return (thing for thing in self._things("event") if isinstance(thing, OcelEvent))

    def attributes(self) -> list[str]:
        """Attributes that event types declare."""
        content = _Content(self.path, "event")
        for _ in read_xml(content.reader, xml_blocks(self.path)):
            content.done.clear()
        return [name for group, _, name in content.kinds if group == "event"]

    def _things(self, wanted: str) -> Iterator[OcelObject | OcelEvent]:
        content = _Content(self.path, wanted)
        for _ in read_xml(content.reader, xml_blocks(self.path)):
            yield from content.done
            content.done.clear()


class _Content:
    """Builds objects and events from tags; declared kinds are kept per (event or object, type, attribute)."""

    def __init__(self, path: Path, wanted: str) -> None:
        self.reader = XmlReader(path, self._start, self._end, self._text)
        self.done: list[OcelObject | OcelEvent] = []
        self._wanted = wanted
        self._path: list[str] = []
        self.kinds: dict[tuple[str, str, str], Kind] = {}
        self._type = ""
        self._thing: dict[str, str] = {}
        self._attributes: list[tuple[str, str, str]] = []
        self._links: list[tuple[str, str]] = []
        self._attribute: dict[str, str] | None = None
        self._words: list[str] = []

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self._path.append(tag)
        where = self._path[1:]
        if not where and tag != "log":
            raise self.reader.fault(
                f"根元素是“{tag}”，不是 OCEL 的 log。", f"The root element is '{tag}', not the log of OCEL."
            )
        if tag == "trace":
            raise self.reader.fault(
                "这是 XES，不是 OCEL。", "This is XES, not OCEL.", "请把文件改名为 .xes。", "Rename the file to .xes."
            )
        if tag in {"object-type", "event-type"}:
            self._type = given.get("name", "")
        elif tag == "attribute" and where[0] in {"object-types", "event-types"}:
            kind = KINDS.get(given.get("type", "string"), "text")
            self.kinds[where[0].removesuffix("-types"), self._type, given.get("name", "")] = kind
        elif where in (["objects", "object"], ["events", "event"]):
            self._need(tag, given, ("id", "type"))
            self._thing, self._attributes, self._links = given, [], []
        elif tag == "attribute":
            self._need(tag, given, ("name",))
            self._attribute, self._words = given, []
        elif len(where) == 4 and tag in {"object", "relationship"}:
            name = given.get("object-id", given.get("id"))
            if name is not None:
                self._links.append((name, given.get("qualifier", "")))

    def _need(self, tag: str, given: dict[str, str], names: tuple[str, ...]) -> None:
        for name in names:
            if name not in given:
                raise self.reader.fault(f"<{tag}> 缺少 {name}。", f"<{tag}> lacks {name}.")

    def _text(self, data: str) -> None:
        if self._attribute is not None:
            self._words.append(data)

    def _end(self, tag: str) -> None:
        where = self._path[1:]
        self._path.pop()
        if tag == "attribute" and self._attribute is not None:
            text = "".join(self._words)
            self._attributes.append((self._attribute["name"], self._attribute.get("time", ""), text))
            self._attribute = None
        elif where == [f"{self._wanted}s", self._wanted]:
            self.done.append(self._finished())

    def _finished(self) -> OcelObject | OcelEvent:
        thing, type_ = self._thing, self._thing["type"]
        kinds: dict[str, Any] = {
            name: self.kinds.get((self._wanted, type_, name), "text") for name, _, _ in self._attributes
        }
        if self._wanted == "object":
            return OcelObject(thing["id"], type_, [(n, kinds[n], time, text) for n, time, text in self._attributes])
        return OcelEvent(
            thing["id"], type_, thing.get("time"), [(n, kinds[n], text) for n, _, text in self._attributes], self._links
        )
