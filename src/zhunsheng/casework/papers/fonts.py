"""What this machine offers for printing papers: FangSong or a named substitute, and what draws PDF. Needs no Django."""

from __future__ import annotations

import ctypes.util
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

FANGSONG = (
    "FangSong",
    "仿宋",
    "FangSong_GB2312",
    "仿宋_GB2312",
    "STFangsong",
    "FZFangSong-Z02",
    "Zhuque Fangsong",
)
SUBSTITUTES = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
    "AR PL UMing CN",
    "Noto Sans CJK SC",
)
"""In the order of static/casework/papers.css."""

LIBRARIES = ("pango-1.0", "pangoft2-1.0")
"""What WeasyPrint loads."""


@dataclass(frozen=True)
class PaperFont:
    """The font of the body, and whether it is the one the standard asks for."""

    name: str
    standard: bool


@cache
def paper_font() -> PaperFont | None:
    """The first of the wanted fonts that is installed; None where there is none, or nothing can tell."""
    lister = shutil.which("fc-list")
    if lister is None:
        return None
    listed = subprocess.run([lister, ":", "family"], capture_output=True, text=True, check=False).stdout
    families = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    for names, standard in ((FANGSONG, True), (SUBSTITUTES, False)):
        for name in names:
            if name in families:
                return PaperFont(name, standard)
    return None


@cache
def pdf_lacking() -> str:
    """What is missing for PDF, empty when it is all there."""
    if find_spec("weasyprint") is None:
        return "weasyprint"
    missing = [name for name in LIBRARIES if ctypes.util.find_library(name) is None]
    return f"lib{missing[0]}" if missing else ""
