"""OCEL 2.0 in JSON, read as a stream, element by element."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhunsheng.base.errors import InputError

from .batch import Kind
from .json_stream import JsonStream, NumberText
from .ocel import KINDS, OcelEvent, OcelObject


class OcelJson:
    """One .jsonocel or .json file, gzipped or not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kinds: dict[tuple[str, str, str], Kind] | None = None

    def objects(self) -> Iterator[OcelObject]:
        """All objects in file order."""
        kinds = self._declared()
        for thing in self._of("objects"):
            name, type_ = self._need(thing, "id", "objects"), self._need(thing, "type", "objects")
            yield OcelObject(name, type_, [
                (attribute, _kind(kinds, "objectTypes", type_, attribute, value), str(given.get("time", "")), text)
                for attribute, value, text, given in self._values(thing)
            ])

    def events(self) -> Iterator[OcelEvent]:
        """All events in file order."""
        kinds = self._declared()
        for thing in self._of("events"):
            type_ = self._need(thing, "type", "events")
            attributes = [
                (attribute, _kind(kinds, "eventTypes", type_, attribute, value), text)
                for attribute, value, text, _ in self._values(thing)
            ]
            links = [
                (self._need(link, "objectId", "relationships"), str(link.get("qualifier") or ""))
                for link in thing.get("relationships") or []
            ]
            time = thing.get("time")
            yield OcelEvent(self._need(thing, "id", "events"), type_, time and str(time), attributes, links)

    def attributes(self) -> list[str]:
        """Attributes that event types declare."""
        return [name for group, _, name in self._declared() if group == "eventTypes"]

    def _of(self, wanted: str) -> Iterator[dict[str, Any]]:
        for name, thing in JsonStream(self.path).elements():
            if name == wanted:
                if not isinstance(thing, dict):
                    raise self._fault(wanted, f"{thing!r}")
                yield thing

    def _declared(self) -> dict[tuple[str, str, str], Kind]:
        """Declared kinds; reading them first also proves the whole file to be JSON before anything is handed on."""
        if self._kinds is None:
            self._kinds = {}
            stream = JsonStream(self.path)
            for name, thing in stream.elements():
                if name in {"eventTypes", "objectTypes"} and isinstance(thing, dict):
                    for attribute in thing.get("attributes") or []:
                        kind = KINDS.get(str(attribute.get("type", "string")), "text")
                        self._kinds[name, str(thing.get("name")), str(attribute.get("name"))] = kind
            lacking = {"events", "objects"}.difference(stream.names)
            if lacking:
                raise self._fault("log", f"no {' / '.join(sorted(lacking))}")
        return self._kinds

    def _values(self, thing: dict[str, Any]) -> Iterator[tuple[str, Any, str, dict[str, Any]]]:
        for given in thing.get("attributes") or []:
            value = given.get("value")
            if value is not None:
                text = str(value).lower() if isinstance(value, bool) else str(value)
                yield self._need(given, "name", "attributes"), value, text, given

    def _need(self, thing: Any, part: str, where: str) -> str:
        value = thing.get(part) if isinstance(thing, dict) else None
        if value is None:
            raise self._fault(where, f"{thing!r}"[:200])
        return str(value)

    def _fault(self, where: str, shown: str) -> InputError:
        return InputError(
            zh=f"不是 OCEL 2.0：{where} 中的 {shown} 不完整。", en=f"Not OCEL 2.0: {shown} in {where} is incomplete.",
            where=str(self.path), remedy_zh="请确认这是 OCEL 2.0 的 JSON（旧版 1.0 请先转换）。",
            remedy_en="Make sure this is OCEL 2.0 JSON; convert version 1.0 first.",
        )


def _kind(kinds: dict[tuple[str, str, str], Kind], group: str, type_: str, attribute: str, value: Any) -> Kind:
    declared = kinds.get((group, type_, attribute))
    if declared is not None:
        return declared
    return "number" if isinstance(value, NumberText) else "flag" if isinstance(value, bool) else "text"
