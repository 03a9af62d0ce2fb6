"""What stands before and after the body of a DOCX, and at the edges of its pages."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.shared import Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph

from .fonts import visible
from .measuring import halves
from .model import Document, chinese_date
from .word_look import GREY, HEI, LINES, RED, SONG, TEAL, WESTERN, text_width
from .word_marks import (
    SECTION_ORDER,
    add_field,
    border,
    element,
    put,
    set_fonts,
    set_frame,
    set_hanging,
    set_indent,
)

_EMU_PER_TWIP = 635
_CENTRE, _RIGHT, _LEFT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
)


def open_paper(word: WordDocument, document: Document) -> None:
    """The edges of the pages, and what stands before the body."""
    if document.style == "letter":
        _letter_feet(word)
        _red_head(word, document)
        _line(word, document.title, "Title")
        _line(word)
        if document.addressee:
            _line(word, f"{document.addressee}：")
    else:
        _handbook_foot(word, document)
        if document.cover:
            _cover(word, document)
        else:
            _line(word, document.title, "Title")
    if document.demonstration:
        _say_sample(word)


def close_paper(word: WordDocument, document: Document) -> None:
    """What stands after the body of a letter: attachments, signature, and who else has it."""
    if document.style == "letter":
        if word.paragraphs:
            # No signature stands on a page of its own.
            word.paragraphs[-1].paragraph_format.keep_with_next = True
        _attachments(word, document)
        _signature(word, document)
        _imprint(word, document)


def _line(word: WordDocument, text: str = "", style: str = "Normal") -> Paragraph:
    return word.add_paragraph(visible(text), style=style)


def _cover_line(word: WordDocument, before: float = 0, line: float = 1.5) -> Paragraph:
    made = _line(word)
    made.alignment = _LEFT
    made.paragraph_format.space_before, made.paragraph_format.line_spacing = Pt(before), line
    return made


def _set(
    paragraph: Paragraph, text: str, font: str, size: float, colour: str, bold: bool = False
) -> None:
    run = paragraph.add_run(visible(text))
    set_fonts(run._r.get_or_add_rPr(), font, WESTERN)
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)


# ---- edges


def _letter_feet(word: WordDocument) -> None:
    """— 1 — in 4号宋体, one character in from the outer edge."""
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    for footer, side in ((section.footer, _RIGHT), (section.even_page_footer, _LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = word.styles["Imprint"]
        paragraph.alignment = side
        set_indent(paragraph, left=side == _LEFT, right=side == _RIGHT)
        paragraph.add_run("— ")
        add_field(paragraph, "PAGE", "1")
        paragraph.add_run(" —")
        for run in paragraph.runs:
            set_fonts(run._r.get_or_add_rPr(), "宋体", "宋体")


def _handbook_foot(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    if document.cover:
        section.different_first_page_header_footer = True
        put(section._sectPr, element("w:pgNumType", start=0), SECTION_ORDER)
    paragraph = section.footer.paragraphs[0]
    paragraph.style = word.styles["Small Print"]
    border(paragraph, "top", 0.5, LINES, 4)
    paragraph.paragraph_format.tab_stops.add_tab_stop(text_width(word), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(visible(document.running))
    paragraph.add_run("\t")
    add_field(paragraph, "PAGE", "1")


def _say_sample(word: WordDocument) -> None:
    section = word.sections[0]
    headers = [section.header]
    if word.settings.odd_and_even_pages_header_footer:
        headers.append(section.even_page_header)
    if section.different_first_page_header_footer:
        headers.append(section.first_page_header)
    for header in headers:
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = _RIGHT
        _set(paragraph, "【演示数据】", HEI, 10, GREY, bold=True)


# ---- the letter


def _red_head(word: WordDocument, document: Document) -> None:
    if document.mark:
        mark = _line(word)
        mark.alignment = _CENTRE
        mark.paragraph_format.line_spacing = 1.0
        mark.paragraph_format.space_before = Pt(72)
        size = min(44.0, 420 / len(document.mark))
        _set(mark, document.mark, SONG, size, RED)
        _line(word)
    if document.number or document.mark:
        number = _line(word, document.number)
        number.alignment = _CENTRE
        if document.mark:
            border(number, "bottom", 1.25, RED, 11)
        _line(word)


def _attachments(word: WordDocument, document: Document) -> None:
    if not document.attachments:
        return
    _line(word).paragraph_format.keep_with_next = True
    several = len(document.attachments) > 1
    for place, name in enumerate(document.attachments, 1):
        front = "附件：" if place == 1 else "　　　"
        number = f"{place}. " if several else ""
        line = _line(word, f"{front}{number}{name}")
        line.paragraph_format.keep_with_next = True
        set_hanging(line, 6 if several else 5, 4 if several else 3)


def _signature(word: WordDocument, document: Document) -> None:
    """The date four characters from the right, the issuer over its middle, room for the seal above."""
    if not document.issuer and not document.dated:
        return
    for _ in range(3):
        _line(word).paragraph_format.keep_with_next = True
    day = chinese_date(document.dated) if document.dated else ""
    name_width, day_width = halves(document.issuer), halves(day)
    beyond = (name_width - day_width) / 2
    right = max(4.0, beyond)
    for text, inset in ((document.issuer, right - beyond), (day, right)):
        if text:
            paragraph = _line(word, text)
            paragraph.alignment = _RIGHT
            paragraph.paragraph_format.keep_with_next = text == document.issuer and bool(day)
            set_indent(paragraph, right=min(max(inset, 0), 24))


def _imprint(word: WordDocument, document: Document) -> None:
    """版记 at the foot of the last page, between lines, one character in on both sides."""
    framed = []
    if document.copy_to:
        framed.append(_line(word, f"　抄送：{'，'.join(document.copy_to)}。", "Imprint"))
    if document.printed_by:
        day = chinese_date(document.dated) if document.dated else ""
        framed.append(_line(word, f"　{document.printed_by}", "Imprint"))
        framed[-1].add_run(f"\t{day}印发")
        stops = framed[-1].paragraph_format.tab_stops
        stops.add_tab_stop(Emu(text_width(word) - Pt(14)), WD_TAB_ALIGNMENT.RIGHT)
    for paragraph in framed:
        # Only what has the same indents and borders is one frame, with its lines around the whole.
        set_hanging(paragraph, 4, 4)
        for edge in ("top", "bottom"):
            border(paragraph, edge, 1, "000000", 4)
        set_frame(paragraph, round(text_width(word) / _EMU_PER_TWIP))
    if framed:
        # What is framed belongs to the paragraph after it.
        _line(word).paragraph_format.line_spacing = Pt(1)


# ---- the handbook


def _cover(word: WordDocument, document: Document) -> None:
    assert document.cover is not None
    title = _cover_line(word, 150, 1.3)
    border(title, "top", 3, TEAL, 12)
    _set(title, document.cover.title, SONG, 34, TEAL, bold=True)
    if document.cover.subtitle:
        _set(_cover_line(word), document.cover.subtitle, HEI, 17, "000000")
    _cover_line(word, 150)
    for name, fact in document.cover.facts:
        line = _cover_line(word)
        line.paragraph_format.tab_stops.add_tab_stop(Pt(80))
        _set(line, name, HEI, 11, GREY)
        line.add_run("\t")
        _set(line, fact, HEI, 11, "000000")
    _set(_cover_line(word, 24), document.issuer, HEI, 15, "000000", bold=True)
    if document.dated:
        _set(_cover_line(word), chinese_date(document.dated), HEI, 12, GREY)
    word.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
