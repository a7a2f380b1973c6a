"""What printing papers needs: the font the standard asks for or the one in its place, and the libraries that draw PDF."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.casework.papers.fonts import paper_font, pdf_lacking
from zhunsheng.cli.doctor.finding import NOTE, Finding, good

CURE = "apt install libpango-1.0-0 libpangoft2-1.0-0"


def papers() -> Iterator[Finding]:
    """Font and PDF; without either the platform runs, and papers are not signed."""
    yield font()
    yield pdf()


def font() -> Finding:
    """FangSong (GB/T 9704), or what stands in for it."""
    found = paper_font()
    if found is not None and found.standard:
        return good("paper-font", f"文书字体：{found.name}", f"font of papers: {found.name}")
    if found is None:
        return Finding(
            "paper-font",
            NOTE,
            "没有可用的文书字体，或者没有 fontconfig 无法查明",
            "no font for papers, or no fontconfig to tell",
            "apt install fontconfig fonts-noto-cjk",
            "apt install fontconfig fonts-noto-cjk",
        )
    return Finding(
        "paper-font",
        NOTE,
        f"没有仿宋体，文书以“{found.name}”代替",
        f"FangSong is not installed: papers use “{found.name}” in its place",
        "安装单位有权使用的仿宋、小标宋字体到 /usr/local/share/fonts",
        "install FangSong and XiaoBiaoSong fonts the bureau has the right to use in /usr/local/share/fonts",
    )


def pdf() -> Finding:
    """What draws PDF."""
    lacking = pdf_lacking()
    if not lacking:
        return good("paper-pdf", "可以制作文书 PDF", "papers can be made as PDF")
    cure = "pip install 'zhunsheng[server]'" if lacking == "weasyprint" else CURE
    return Finding(
        "paper-pdf",
        NOTE,
        f"不能制作文书 PDF，文书不能签发：缺少 {lacking}",
        f"papers cannot be made as PDF, nor signed: {lacking} is missing",
        cure,
        cure,
    )
