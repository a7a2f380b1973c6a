"""A streaming XML parser (expat) fed by hand: safe defaults, bounded memory, and errors with line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from zhunsheng.base.errors import InputError

from .streams import line_of, xml_blocks

LONGEST_TAG = 64 << 20
"""A single tag longer than this is no event log; reading on would only fill memory."""


class XmlReader:
    """Feeds bytes to expat and calls `start(tag, attributes)`, `end(tag)` and, if given, `text(data)`.

    Tags come without namespace prefix. Document types that declare entities are refused: no external file is ever
    read, nothing expands. Bytes may be left out between feeds (`skip`); positions stay those of the file.
    """

    def __init__(
        self,
        path: Path,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._start, self._end = start, end
        self._depth = 0
        self._probe: int | None = None
        self._fed, self._file = 0, 0
        self._segments = [(0, 0)]
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.EntityDeclHandler = self._refuse_entity
        if text is not None:
            parser.CharacterDataHandler = text
        self._parser = parser

    def feed(self, data: bytes) -> None:
        """Parse more bytes; InputError with line and column when they are not well-formed."""
        self._parse(data, False)
        self._file += len(data)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG:
            raise self.fault("一个标签过长，不是事件日志。", "One tag is too long for an event log.")

    def skip(self, length: int) -> None:
        """Pass over bytes known to be balanced elements."""
        self._file += length
        self._segments.append((self._fed, self._file))

    def close(self) -> None:
        """End of file; InputError when an element is still open."""
        self._parse(b"", True)

    def between_elements_at(self, depth: int, tag: bytes) -> bool:
        """Whether the parser stands between two children of an element at `depth`, and nowhere else.

        An empty element is fed to find out: it is seen as one only where a child may begin.
        """
        self._probe = None
        start, end = self._parser.StartElementHandler, self._parser.EndElementHandler
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._on_probe, None
        self._parse(b"<" + tag + b"/>", False)
        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        self._segments.append((self._fed, self._file))
        return self._probe == depth

    def position(self) -> tuple[int, int]:
        """Line and column of the tag being parsed."""
        return self._line(self._parser.CurrentByteIndex)

    def fault(self, zh: str, en: str, remedy_zh: str = "", remedy_en: str = "") -> InputError:
        """An InputError at the tag being parsed."""
        line, column = self.position()
        return InputError(
            zh=zh, en=en, where=f"{self.path}:{line}:{column}",
            remedy_zh=remedy_zh or "请检查该处，或重新导出文件。",
            remedy_en=remedy_en or "Check this place, or export the file again.",
        )

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self._fed += len(data)
            self._parser.Parse(data, final)
        except expat.ExpatError as fault:
            line, column = self._line(self._parser.ErrorByteIndex)
            reason = expat.ErrorString(fault.code)
            raise InputError(
                zh=f"XML 不完整或格式有误（{reason}）。",
                en=f"The XML is cut short or malformed ({reason}).",
                where=f"{self.path}:{line}:{column}",
                remedy_zh="请检查该处；若文件传输中断，请重新取得。",
                remedy_en="Check this place; fetch the file again if it was cut in transfer.",
            ) from None

    def _line(self, index: int) -> tuple[int, int]:
        fed, file = max(segment for segment in self._segments if segment[0] <= max(index, 0))
        return line_of(lambda: xml_blocks(self.path), file + max(index, 0) - fed)

    def _on_start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._start(tag.rpartition(":")[2], attributes)

    def _on_end(self, tag: str) -> None:
        self._depth -= 1
        self._end(tag.rpartition(":")[2])

    def _on_probe(self, *_: Any) -> None:
        self._probe = self._depth

    def _refuse_entity(self, *_: Any) -> None:
        raise self.fault(
            "文件在文档类型声明中定义了实体；为安全起见不予读取。",
            "The document type declares entities; refused for safety.",
            "请去掉 DOCTYPE 中的 ENTITY 声明后再读。",
            "Remove the ENTITY declarations from the DOCTYPE.",
        )


def read_xml(reader: XmlReader, blocks: Iterator[bytes], piece: int = 1 << 20) -> Iterator[None]:
    """Feed all blocks in pieces of `piece` bytes, yielding after each so that the caller can hand on what it has."""
    for block in blocks:
        for at in range(0, len(block), piece):
            reader.feed(block[at : at + piece])
            yield
    reader.close()
    yield
