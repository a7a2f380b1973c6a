"""What this machine lacks for printing is said, by the doctor and on the page; nothing is replaced silently."""

from __future__ import annotations

import re
import subprocess

import pytest

from zhunsheng.casework.papers import fonts
from zhunsheng.casework.papers.filling import Sheet
from zhunsheng.casework.papers.fonts import FANGSONG, SUBSTITUTES, PaperFont, paper_font
from zhunsheng.casework.papers.print import CSS, paper_pdf
from zhunsheng.cli.doctor.finding import GOOD, NOTE
from zhunsheng.cli.doctor.papers import font, papers, pdf


@pytest.fixture(autouse=True)
def fresh() -> None:
    paper_font.cache_clear()


def installed(monkeypatch: pytest.MonkeyPatch, *families: str) -> None:
    """Have fontconfig list these."""
    listed = subprocess.CompletedProcess((), 0, stdout="\n".join(families))
    monkeypatch.setattr(fonts.shutil, "which", lambda _name: "/usr/bin/fc-list")
    monkeypatch.setattr(fonts.subprocess, "run", lambda *_a, **_k: listed)


def test_the_standard_font_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "Noto Serif CJK SC", "FangSong,仿宋")
    assert paper_font() == PaperFont("FangSong", standard=True)
    assert font().level == GOOD


def test_a_substitute_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "DejaVu Sans", "Noto Serif CJK SC")
    assert paper_font() == PaperFont("Noto Serif CJK SC", standard=False)
    told = font()
    assert (told.level, "Noto Serif CJK SC" in told.zh, "Noto Serif CJK SC" in told.en) == (NOTE, True, True)
    assert told.cure_zh


def test_no_font_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "DejaVu Sans")
    assert paper_font() is None
    assert font().level == NOTE


def test_pdf_without_its_libraries_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhunsheng.cli.doctor.papers.pdf_lacking", lambda: "libpango-1.0")
    assert (pdf().level, pdf().cure_zh) == (NOTE, "apt install libpango-1.0-0 libpangoft2-1.0-0")
    monkeypatch.setattr("zhunsheng.casework.papers.print.pdf_lacking", lambda: "libpango-1.0")
    with pytest.raises(Exception, match="缺少libpango"):
        paper_pdf(Sheet.__new__(Sheet), shown="preview")


def test_every_finding_has_its_name() -> None:
    assert [finding.name for finding in papers()] == ["paper-font", "paper-pdf"]


def test_the_style_sheet_asks_for_the_fonts_in_the_same_order() -> None:
    (listed,) = re.findall(r"--paper-font: (.*);", CSS.read_text(encoding="utf-8"))
    asked = [name.strip().strip('"') for name in listed.split(",")]
    assert asked == [*FANGSONG, *SUBSTITUTES, "serif"]
