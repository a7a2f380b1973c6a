"""Reading XES (IEEE 1849-2016 and 2023): whole traces by the vectorised tokenizer, everything else by expat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .batch import Kind, Progress, RawBatch, Row, SourceNotes, from_rows
from .streams import xml_blocks
from .xes_fast import read_traces
from .xml_reader import XmlReader, read_xml

TAGS: dict[str, Kind] = {
    "string": "text", "date": "time", "int": "number", "float": "number", "boolean": "flag", "id": "text",
}
CLOSE = b"</trace>"
LONGEST_PIECE = 64 << 20
ROWS_PER_BATCH = 50_000
ROWS_HELD = 500_000
"""Events of one trace held back for attributes of the trace that follow its events."""


class XesSource:
    """An XES log, plain or gzipped. Trace attributes are named `case:<key>`, nested ones `<key>/<key>`."""

    def __init__(self, path: Path, *, fast: bool = True) -> None:
        self.path = path
        self.notes = SourceNotes()
        self.header: tuple[str, ...] = ()
        self._fast = fast

    def batches(self, progress: Progress | None = None) -> Iterator[RawBatch]:
        """Yield the events in file order; InputError with line and column when the file is malformed."""
        content = _Content(self.path)
        reader = content.reader
        if not self._fast:
            for _ in read_xml(reader, xml_blocks(self.path, progress)):
                yield from content.take(final=False)
            yield from content.take(final=True)
            return
        held, at_log = b"", False
        for block in xml_blocks(self.path, progress):
            held += block
            if not at_log:
                cut = held.find(b"<trace>") if content.traces == 0 else held.rfind(CLOSE) + len(CLOSE)
                boundary = cut >= len(CLOSE)
                cut = cut if boundary else len(held)
                reader.feed(held[:cut])
                held = held[cut:]
                yield from content.take(final=False)
                at_log = boundary and reader.between_elements_at(1, b"trace")
            if at_log:
                cut = held.rfind(CLOSE) + len(CLOSE)
                if cut >= len(CLOSE):
                    piece, held = held[:cut], held[cut:]
                    yield from content.take(final=True)
                    read = read_traces(piece, content.traces + 1)
                    if read is not None:
                        content.traces += read[1]
                        reader.skip(len(piece))
                        yield read[0]
                    else:
                        reader.feed(piece)
                        yield from content.take(final=False)
                        at_log = reader.between_elements_at(1, b"trace")
                elif len(held) > LONGEST_PIECE:
                    reader.feed(held)
                    held, at_log = b"", False
        reader.feed(held)
        reader.close()
        yield from content.take(final=True)

    def where(self, row: int) -> str:
        """File and line of the event numbered `row`."""
        content = _Content(self.path, stop_at=row)
        try:
            for _ in read_xml(content.reader, xml_blocks(self.path)):
                content.rows.clear()
                content.trace_from = 0
        except _FoundError as found:
            return f"{self.path}:{found.line}"
        return f"{self.path}, event {row}"


class _FoundError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Content:
    """Builds rows from start and end tags; `stack` says what each open element is."""

    def __init__(self, path: Path, stop_at: int | None = None) -> None:
        self.reader = XmlReader(path, self._start, self._end)
        self.rows: list[Row] = []
        self.traces = self.events = self.trace_from = 0
        self._stop_at = stop_at
        self._stack: list[str] = []
        self._keys: list[str] = []
        self._lists: list[list[str]] = []
        self._trace: Row = {}
        self._event: Row = {}
        self._partly_gone = False

    def take(self, *, final: bool) -> Iterator[RawBatch]:
        """Hand on the finished rows: at the end, when there are many, or when one trace alone has too many."""
        whole = self.trace_from if "trace" in self._stack else len(self.rows)
        if len(self.rows) - whole > ROWS_HELD:
            self._partly_gone = True
            for row in self.rows[whole:]:
                row.update(self._trace)
            whole = len(self.rows)
        if whole and (final or whole >= ROWS_PER_BATCH):
            done, self.rows = self.rows[:whole], self.rows[whole:]
            self.trace_from = 0
            yield from_rows(done)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self._stack[-1] if self._stack else ""
        if not parent:
            if tag != "log":
                raise self.reader.fault(
                    f"根元素是“{tag}”，不是 XES 的 log。", f"The root element is '{tag}', not the log of XES.",
                    "请确认这是 XES 文件；OCEL 请用 .xmlocel 后缀。",
                    "Make sure this is XES; name OCEL files .xmlocel.",
                )
            self._stack.append("log")
        elif tag == "trace" and parent == "log":
            self._open_trace()
        elif tag == "event" and parent in {"log", "trace"}:
            self._open_event()
        elif parent == "attribute" and tag == "values":
            self._stack.append("values")
        elif parent in {"trace", "event", "attribute", "values"}:
            self._open_attribute(tag, attributes)
        else:
            self._stack.append("other")

    def _open_trace(self) -> None:
        self._stack.append("trace")
        self.traces += 1
        self._trace = {"case:#": ("text", str(self.traces))}
        self.trace_from = len(self.rows)
        self._partly_gone = False

    def _open_event(self) -> None:
        self._stack.append("event")
        self.events += 1
        if self.events == self._stop_at:
            raise _FoundError(self.reader.position()[0])
        self._event = {}

    def _open_attribute(self, tag: str, attributes: dict[str, str]) -> None:
        kind = TAGS.get(tag)
        if kind is None and tag not in {"list", "container"}:
            self._stack.append("other")
            return
        key, value = attributes.get("key"), attributes.get("value")
        if key is None or (kind is not None and value is None):
            missing = "key" if key is None else "value"
            raise self.reader.fault(f"<{tag}> 缺少 {missing}。", f"<{tag}> lacks {missing}.")
        if kind is not None and value is not None:
            if self._lists:
                self._lists[-1].append(value)
            else:
                self._set("/".join([*self._keys, key]), kind, value)
        self._stack.append("attribute")
        self._keys.append(key)
        if tag == "list":
            self._lists.append([])

    def _set(self, name: str, kind: Kind, value: str) -> None:
        if "event" in self._stack:
            self._event[f"event:{name}" if name.startswith("case:") else name] = (kind, value)
            return
        if self._partly_gone:
            raise self.reader.fault(
                f"一个轨迹的 {ROWS_HELD} 个事件之后又出现轨迹属性“{name}”。",
                f"The trace attribute '{name}' follows more than {ROWS_HELD} events of its trace.",
                "请把轨迹属性放在事件之前（XES 标准的顺序）。",
                "Put trace attributes before the events, as XES orders them.",
            )
        self._trace[f"case:{name}"] = (kind, value)

    def _end(self, tag: str) -> None:
        what = self._stack.pop()
        if what == "event":
            self.rows.append(self._event)
        elif what == "trace":
            for row in self.rows[self.trace_from :]:
                row.update(self._trace)
            self.trace_from = len(self.rows)
        elif what == "attribute":
            key = self._keys.pop()
            if tag == "list":
                values = self._lists.pop()
                if self._lists:
                    self._lists[-1].extend(values)
                else:
                    self._set("/".join([*self._keys, key]), "text", json.dumps(values, ensure_ascii=False))
