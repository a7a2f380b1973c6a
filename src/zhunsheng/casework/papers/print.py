"""A filled paper as HTML and as PDF, with the code for verification in its footer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from zhunsheng.base.errors import InputError
from zhunsheng.casework.papers.filling import Sheet
from zhunsheng.casework.papers.fonts import pdf_lacking

CSS = Path(__file__).parent.parent / "static" / "casework" / "papers.css"
# WeasyPrint tells every step, and each declaration for screens that it passes over.
for _chatty in ("weasyprint", "weasyprint.progress", "fontTools"):
    logging.getLogger(_chatty).setLevel(logging.ERROR)

Shown = Literal["screen", "preview", "signed"]


@dataclass(frozen=True)
class Foot:
    """What stands below a signed paper."""

    qr: SafeString
    verify: str
    digest: str


def foot_of(sheet: Sheet, token: str, where: str) -> Foot:
    """The QR code of the page that verifies it, that page's address, and the digest of what it says."""
    import segno

    url = f"{where}/verify/{token}/" if where else f"/verify/{token}/"
    drawn = segno.make(url, error="m", micro=False).svg_inline(border=0, scale=1, omitsize=True)
    digest = " ".join(sheet.digest[n : n + 8] for n in range(0, 64, 8))
    # Drawn here from an address of ours.
    return Foot(mark_safe(drawn), f"核验：{url}", digest)  # noqa: S308


def paper_html(sheet: Sheet, *, shown: Shown, foot: Foot | None = None) -> str:
    """The paper as a piece of a page."""
    return render_to_string("casework/paper.html", {"sheet": sheet, "shown": shown, "foot": foot})


def paper_pdf(sheet: Sheet, *, shown: Shown, foot: Foot | None = None) -> bytes:
    """The paper as PDF. InputError where this machine lacks what draws it."""
    lacking = pdf_lacking()
    if lacking:
        raise InputError(
            zh=f"本机不能制作PDF：缺少{lacking}",
            en=f"this machine cannot make PDF: {lacking} is missing",
            where="pdf",
            remedy_zh="apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk，或先下载DOCX打印",
            remedy_en="apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk, or print the DOCX",
        )
    import weasyprint

    html = render_to_string("casework/paper_document.html", {"sheet": sheet, "shown": shown, "foot": foot})
    document = weasyprint.HTML(string=html, url_fetcher=fetch_nothing, media_type="print")
    made: bytes = document.write_pdf(
        stylesheets=[sheet_of_style()], pdf_tags=True, pdf_identifier=sheet.digest.encode()
    )
    return made


@cache
def sheet_of_style() -> Any:
    """The style sheet, read once."""
    import weasyprint

    return weasyprint.CSS(filename=str(CSS))


def fetch_nothing(url: str, *_: Any, **__: Any) -> Any:
    """A paper stands for itself: nothing is fetched for it."""
    msg = f"a paper fetches nothing: {url}"
    raise ValueError(msg)
