"""The elements of the arrays in one big JSON object, one at a time, without holding the file; numbers stay text."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhunsheng.base.errors import InputError

from .streams import bad_text, blocks

LONGEST_ELEMENT = 64 << 20
_BLANK = re.compile(r"[ \t\n\r]*")
_UNFINISHED = re.compile(r"[-+.\w]*\Z")


class NumberText(str):
    """A JSON number as it was written."""

    __slots__ = ()


class JsonStream:
    """Walks `{"name": [element, …], …}`; InputError with line and column where the text is no such thing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []
        """Names of the members walked over so far, also of empty arrays."""
        self._blocks = blocks(path, 1 << 20)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._decoder = json.JSONDecoder(parse_float=NumberText, parse_int=NumberText, parse_constant=NumberText)
        self._text, self._at, self._ended = "", 0, False
        self._line, self._column, self._bytes = 1, 1, 0

    def elements(self) -> Iterator[tuple[str, Any]]:
        """Yield (name, element) for every element of every array, and (name, value) for other values."""
        self._expect("{")
        if self._peek() == "}":
            self._at += 1
        else:
            while True:
                name = self._value()
                if not isinstance(name, str) or isinstance(name, NumberText):
                    raise self._fault("a name in double quotes")
                self._expect(":")
                self.names.append(name)
                yield from self._member(name)
                if self._next_of(",}") == "}":
                    break
        if self._peek():
            raise self._fault("the end")

    def _member(self, name: str) -> Iterator[tuple[str, Any]]:
        if self._peek() != "[":
            yield name, self._value()
            return
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield name, self._value()
            if self._next_of(",]") == "]":
                return

    def _value(self) -> Any:
        self._peek()
        size = 1 << 16
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
                if self._ended or not _UNFINISHED.match(self._text, end) or self._text[end - 1] in '}]"':
                    self._at = end
                    return value
            except json.JSONDecodeError as fault:
                if self._ended or len(self._text) - self._at > LONGEST_ELEMENT:
                    self._at = min(max(fault.pos, self._at), len(self._text))
                    raise self._fault(fault.msg) from None
            except RecursionError:
                raise self._fault("less nesting") from None
            self._read(size)
            size *= 2

    def _peek(self) -> str:
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._read(1)

    def _expect(self, mark: str) -> None:
        self._next_of(mark)

    def _next_of(self, marks: str) -> str:
        found = self._peek()
        if not found or found not in marks:
            raise self._fault(" or ".join(marks))
        self._at += 1
        return found

    def _read(self, least: int) -> None:
        """Drop what has been walked over and read at least `least` characters more, if there are any."""
        self._pass(self._at)
        self._text, self._at = self._text[self._at :], 0
        parts, got = [self._text], 0
        while got < least and not self._ended:
            block = next(self._blocks, b"")
            self._ended = not block
            try:
                parts.append(self._decode.decode(block, final=self._ended))
            except UnicodeDecodeError as fault:
                raise bad_text(self.path, f"byte {self._bytes + fault.start}", "utf-8") from None
            self._bytes += len(block)
            got += len(parts[-1])
        self._text = "".join(parts)

    def _pass(self, end: int) -> None:
        breaks = self._text.count("\n", 0, end)
        self._line += breaks
        self._column = end - self._text.rfind("\n", 0, end) if breaks else self._column + end

    def _fault(self, wanted: str) -> InputError:
        cut = self._ended and self._at >= len(self._text)
        self._pass(self._at)
        return InputError(
            zh="JSON 到此中断。" if cut else f"JSON 格式有误（应为 {wanted}）。",
            en="The JSON is cut short." if cut else f"The JSON is malformed (expected: {wanted}).",
            where=f"{self.path}:{self._line}:{self._column}",
            remedy_zh="请重新导出文件。", remedy_en="Export the file again.",
        )
