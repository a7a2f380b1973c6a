"""A filled paper as a Word file: a letterhead with tags, made here, into which docxtpl puts the paper's blocks."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from django.utils.safestring import mark_safe

from zhunsheng.casework.papers.filling import Filled, Runs, Sheet
from zhunsheng.casework.papers.print import Foot, Shown

FANGSONG, TITLE, HEAD = "仿宋", "方正小标宋简体", "黑体"
SIGNED_AT = "年　　月　　日"
PREVIEW = "预览"


def paper_docx(sheet: Sheet, *, shown: Shown, foot: Foot | None = None) -> bytes:
    """The paper as DOCX."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(BytesIO(letterhead()))
    template.render(
        {
            "organ": sheet.organ,
            "title": sheet.title,
            "number": number_line(sheet),
            # XML made below by python-docx, which has escaped every text in it.
            "body": mark_safe(body_xml(sheet, shown)),  # noqa: S308
            "watermark": "" if shown == "signed" else PREVIEW,
            "verify": foot.verify if foot else "",
            "digest": f"内容摘要 SHA-256 {foot.digest}" if foot else "",
        },
        autoescape=True,
    )
    out = BytesIO()
    template.save(out)
    return out.getvalue()


def number_line(sheet: Sheet) -> str:
    """The line for the number, as the print has it."""
    if not sheet.kind.series:
        return ""
    return sheet.number or "（文书号签发时生成）"


@cache
def letterhead() -> bytes:
    """The page with its tags: A4 with the margins of GB/T 9704, head, body, footer with page number."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm, Pt

    page = docx.Document()
    section = page.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(10)
    style = page.styles["Normal"]
    style.font.size = Pt(16)
    lettered(style, FANGSONG)
    spaced(style)
    for text, align, font, size in (
        ("{{ organ }}", ALIGN.CENTER, TITLE, 22),
        ("{{ title }}", ALIGN.CENTER, TITLE, 22),
        ("{{ number }}", ALIGN.RIGHT, FANGSONG, 16),
    ):
        paragraph = page.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run(text)
        run.font.size = Pt(size)
        lettered(run, font)
    page.add_paragraph("{{p body }}")
    header = section.header.paragraphs[0]
    header.alignment = ALIGN.CENTER
    header.add_run("{{ watermark }}").font.size = Pt(36)
    footer = section.footer.paragraphs[0]
    footer.add_run("{{ verify }}　{{ digest }}　— ").font.size = Pt(8)
    page_number(footer)
    footer.add_run(" —").font.size = Pt(8)
    out = BytesIO()
    page.save(out)
    return out.getvalue()


def lettered(holder: Any, font: str) -> None:
    """Set a font for Latin and for Chinese."""
    from docx.oxml.ns import qn

    holder.font.name = font
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(part), font)


def spaced(style: Any) -> None:
    """Lines of exactly 28.98 pt, nothing between paragraphs."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28.98)
    form.space_before = form.space_after = Pt(0)


def page_number(paragraph: Any) -> None:
    """The field that Word fills with the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no other way to a field


def body_xml(sheet: Sheet, shown: Shown) -> str:
    """The blocks as WordprocessingML."""
    import docx

    page = docx.Document(BytesIO(letterhead()))
    body = page.element.body
    for child in list(body):
        if not child.tag.endswith("sectPr"):
            body.remove(child)
    for block in sheet.blocks:
        block_write(page, block, shown)
    return "".join(child.xml for child in body if not child.tag.endswith("sectPr"))


def block_write(page: Any, block: Filled, shown: Shown) -> None:
    """One block."""
    from docx.shared import Pt

    if block.style in ("table", "list"):
        table_write(page, block, shown)
    elif block.style == "record":
        for line in block.paragraphs:
            runs_write(indented(page.add_paragraph()), line, shown)
    elif block.style == "write":
        paragraph = page.add_paragraph()
        runs_write(paragraph, block.runs, shown)
        paragraph.add_run("：")
        ruled(page, 3)
    elif block.style == "sign":
        for row in block.rows:
            paragraph = page.add_paragraph()
            runs_write(paragraph, row[0].runs, shown)
            paragraph.add_run(f"：\t{SIGNED_AT}")
            paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(442), alignment=2)
    elif block.style == "seal":
        seal_write(page, block, shown)
    else:
        plain_write(page, block, shown)


def seal_write(page: Any, block: Filled, shown: Shown) -> None:
    """The organ and the date, to the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    page.add_paragraph()
    organ = page.add_paragraph()
    runs_write(organ, block.runs, shown)
    organ.add_run("（印章）")
    for one in (organ, page.add_paragraph(block.date)):
        one.alignment = ALIGN.RIGHT
        one.paragraph_format.right_indent = Pt(32)


def plain_write(page: Any, block: Filled, shown: Shown) -> None:
    """A paragraph: text, addressee, heading or note."""
    from docx.shared import Pt

    paragraph = page.add_paragraph()
    if block.style in ("text", "head"):
        indented(paragraph)
    runs_write(paragraph, block.runs, shown)
    for run in paragraph.runs:
        if block.style == "head":
            lettered(run, HEAD)
        elif block.style == "note":
            run.font.size = Pt(12)


def ruled(page: Any, lines: int) -> None:
    """Lines to write on by hand."""
    from docx.shared import Pt

    for _ in range(lines):
        paragraph = page.add_paragraph()
        paragraph.add_run("\t").font.underline = True
        paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(442))


def indented(paragraph: Any) -> Any:
    """Two characters in, both edges even."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph.alignment = ALIGN.JUSTIFY
    return paragraph


def runs_write(paragraph: Any, runs: Runs, shown: Shown) -> None:
    """Text, and room to write where a fact is missing."""
    for run in runs:
        made = paragraph.add_run(run.text if not run.missing or shown == "signed" else f"缺：{run.label}")
        made.font.underline = bool(run.missing) or None


def table_write(page: Any, block: Filled, shown: Shown) -> None:
    """A form or a list, the last cell of a row as wide as is left."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Pt

    table = page.add_table(rows=0, cols=block.columns, style="Table Grid")
    for cells, lines in block.measured:
        row = table.add_row()
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Pt(22 * lines + 6)
        at = 0
        for cell in cells:
            place = row.cells[at]
            if cell.span > 1:
                place = place.merge(row.cells[at + cell.span - 1])
            runs_write(place.paragraphs[0], cell.runs, shown)
            for run in place.paragraphs[0].runs:
                run.font.size = Pt(14)
            at += cell.span
