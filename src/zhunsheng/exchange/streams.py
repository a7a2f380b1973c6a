"""Bytes of a source file, decompressed and in UTF-8, block by block; and the line of a byte for error messages."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from zhunsheng.base.errors import InputError

from .batch import Progress

BLOCK = 4 << 20
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def is_gzip(path: Path) -> bool:
    """Whether the file begins like a gzip member, whatever its name says."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def blocks(path: Path, size: int = BLOCK, progress: Progress | None = None) -> Iterator[bytes]:
    """Yield the decompressed content in blocks of `size`; InputError when the compression is broken or cut.

    `progress` receives bytes read of the file as it lies on disk, and its size.
    """
    total, done = path.stat().st_size, 0
    with path.open("rb") as file:
        reader = gzip.GzipFile(fileobj=file) if is_gzip(path) else file
        while True:
            try:
                block = reader.read(size)
            except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
                raise _broken_gzip(path, done, fault) from fault
            if not block:
                return
            done += len(block)
            if progress:
                progress(min(file.tell(), total), total)
            yield block


def _broken_gzip(path: Path, done: int, fault: Exception) -> InputError:
    cut = isinstance(fault, EOFError)
    return InputError(
        zh="压缩文件不完整，中途断掉。" if cut else "压缩内容损坏。",
        en="The compressed file is cut short." if cut else "The compressed content is damaged.",
        where=f"{path}, byte {done} (decompressed)",
        remedy_zh="请重新下载或重新导出；可先用 gzip -t 检查。",
        remedy_en="Download or export it again; gzip -t checks a file.",
    )


def xml_blocks(path: Path, progress: Progress | None = None) -> Iterator[bytes]:
    """Like `blocks`, for XML: always UTF-8, whatever encoding the file declares (GB18030, UTF-16, …)."""
    decoder: codecs.IncrementalDecoder | None = None
    done = 0
    for block in blocks(path, progress=progress):
        if done == 0:
            decoder = _decoder(path, block)
        done += len(block)
        yield block if decoder is None else decoded(path, decoder, block, done)
    if decoder is not None:
        yield decoded(path, decoder, b"", done, final=True)


def _decoder(path: Path, head: bytes) -> codecs.IncrementalDecoder | None:
    declared = _DECLARED.match(head[:1024])
    marked = [name for mark, name in _MARKS if head.startswith(mark)]
    name = marked[0] if marked else declared[1].decode("ascii") if declared else "utf-8"
    return decoder_for(path, name)


def decoder_for(path: Path, name: str) -> codecs.IncrementalDecoder | None:
    """A decoder for an encoding by name, None for UTF-8 and ASCII; InputError when Python knows no such encoding."""
    try:
        codec = codecs.lookup("gb18030" if name.lower() in {"gb2312", "gbk"} else name)
    except LookupError:
        raise InputError(
            zh=f"不认识的字符编码“{name}”。",
            en=f"Unknown character encoding '{name}'.",
            where=str(path),
            remedy_zh="请改存为 UTF-8。",
            remedy_en="Save the file as UTF-8.",
        ) from None
    return None if codec.name in {"utf-8", "ascii"} else codec.incrementaldecoder()


def decoded(path: Path, decoder: codecs.IncrementalDecoder, block: bytes, done: int, final: bool = False) -> bytes:
    """Decode one block and give it back as UTF-8; InputError when the bytes do not fit the encoding."""
    try:
        return decoder.decode(block, final).encode("utf-8")
    except UnicodeDecodeError as fault:
        raise bad_text(path, f"byte {done - len(block) + fault.start}", fault.encoding) from None
    except UnicodeError as fault:  # of UTF-16 and UTF-32 that do not begin with the mark of their order
        raise bad_text(path, f"byte {done - len(block)}", str(fault)[:6]) from None


def bad_text(path: Path, place: str, encoding: str) -> InputError:
    """The error for bytes that do not fit the encoding."""
    return InputError(
        zh=f"内容不是合法的 {encoding} 文本。",
        en=f"The content is not valid {encoding} text.",
        where=f"{path}, {place}",
        remedy_zh="请改存为 UTF-8，或写明真实编码（XML 在首行，CSV 在映射文件的 encoding）。",
        remedy_en="Save it as UTF-8, or state the true encoding (XML: first line; CSV: `encoding` in the mapping).",
    )


def line_of(stream: Callable[[], Iterator[bytes]], offset: int) -> tuple[int, int]:
    """Line and column, from 1, of byte `offset` in a stream that can be opened again."""
    line, column, done = 1, 1, 0
    for block in stream():
        part = block[: offset - done]
        breaks = part.count(b"\n")
        line += breaks
        column = len(part) - part.rfind(b"\n") if breaks else column + len(part)
        done += len(block)
        if done >= offset:
            break
    return line, column
