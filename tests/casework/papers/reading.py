"""Reading papers back: the text of a PDF and of a DOCX, without the spaces and breaks that layout puts in."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pytest

from zhunsheng.casework.papers.fonts import pdf_lacking

pdf_needed = pytest.mark.skipif(
    bool(pdf_lacking()),
    reason=f"没有 {pdf_lacking()}，不能制作PDF（apt install libpango-1.0-0 libpangoft2-1.0-0）",
)


def plain(text: str) -> str:
    """Without spaces, tabs, breaks and the marks a PDF reader puts for hyphenation."""
    return re.sub(r"[\s\u3000\ufffe\x00-\x1f]", "", text)


def pdf_pages(made: bytes) -> list[str]:
    """The text of each page; skips where nothing here reads PDF."""
    pdfium = pytest.importorskip("pypdfium2", reason="没有 pypdfium2，不能读PDF")
    document = pdfium.PdfDocument(made)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return texts


def pdf_text(made: bytes) -> str:
    """All of it, page numbers left out."""
    return plain(re.sub(r"—\s*\d+\s*—", "", "".join(pdf_pages(made))))


def docx_text(made: bytes) -> str:
    """The body in its order, tables by rows."""
    page = docx.Document(BytesIO(made))
    found = []
    for block in page.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                seen = list(dict.fromkeys(cell._tc for cell in row.cells))
                found += ["".join(t.text or "" for t in tc.iter() if t.tag.endswith("}t")) for tc in seen]
        else:
            found.append(block.text)
    return plain("".join(found))
