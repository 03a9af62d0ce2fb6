"""How a DOCX looks: the pages, and styles that name the official typefaces.

方正小标宋简体, 仿宋_GB2312, 黑体 and 楷体_GB2312 are what offices have installed; where they are
missing, the file names the nearest that comes with the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Mm, Pt, RGBColor

from .model import Style
from .word_marks import element, set_fonts, twips

FANGSONG, SONG, HEI, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
WESTERN = "Times New Roman"
_NEAREST = {FANGSONG: "仿宋", KAI: "楷体", SONG: "华文中宋"}
TEAL, GREY, PALE, RED, LINES = "0F5C5C", "58656A", "E6F1F0", "C8102E", "B9C6C6"
# What the page is divided into: 22 lines of 28 characters in 156 × 225 mm. Characters of 3号 are a
# little too wide for that, so they stand closer by a fifth of a point.
_LETTER_PITCH = 225 / 22 / 25.4 * 72
_LETTER_CLOSER = -0.2


@dataclass(frozen=True)
class Face:
    """A style: its name, typeface, size and line in points, colour, space before and after."""

    name: str
    font: str
    size: float
    line: float
    bold: bool = False
    colour: str = "000000"
    before: float = 0
    after: float = 0
    centred: bool = False
    closer: float = 0


def faces(style: Style) -> tuple[Face, ...]:
    """Every style of the paper; the first is what the others stand on."""
    if style == "letter":
        line = _LETTER_PITCH
        return (
            Face("Normal", FANGSONG, 16, line, closer=_LETTER_CLOSER),
            Face("Title", SONG, 22, 35, centred=True),
            Face("Heading 1", HEI, 16, line),
            Face("Heading 2", KAI, 16, line),
            Face("Heading 3", FANGSONG, 16, line, bold=True),
            Face("Heading 4", FANGSONG, 16, line),
            Face("Caption", HEI, 12, 18, before=6, after=4, centred=True),
            Face("Table Text", FANGSONG, 12, 17),
            Face("Table Head", HEI, 12, 17, centred=True),
            Face("Small Print", FANGSONG, 12, 19, after=6),
            Face("Imprint", FANGSONG, 14, 22),
            Face("Contents Title", SONG, 22, 40, centred=True, after=8),
            Face("toc 1", HEI, 14, 24),
            Face("toc 2", FANGSONG, 14, 24),
            Face("toc 3", FANGSONG, 14, 24),
            Face("toc 4", FANGSONG, 14, 24),
        )
    return (
        Face("Normal", FANGSONG, 11, 19),
        Face("Title", SONG, 22, 34, colour=TEAL, centred=True, after=10),
        Face("Heading 1", HEI, 17, 26, bold=True, colour=TEAL, before=20, after=10),
        Face("Heading 2", HEI, 13, 21, bold=True, before=14, after=7),
        Face("Heading 3", KAI, 12, 20, before=10, after=5),
        Face("Heading 4", FANGSONG, 11, 19, bold=True, before=6, after=3),
        Face("Caption", HEI, 10, 15, bold=True, before=8, after=5, centred=True),
        Face("Table Text", HEI, 9.5, 14),
        Face("Table Head", HEI, 9.5, 14, bold=True, centred=True),
        Face("Small Print", FANGSONG, 9, 14, colour=GREY, after=6),
        Face("Imprint", FANGSONG, 11, 17),
        Face("Contents Title", HEI, 17, 30, bold=True, centred=True, after=10),
        Face("toc 1", HEI, 11, 20, bold=True, before=6),
        Face("toc 2", FANGSONG, 11, 18),
        Face("toc 3", FANGSONG, 11, 18),
        Face("toc 4", FANGSONG, 11, 18),
    )


def lay_out(word: WordDocument, style: Style) -> None:
    """Give an empty file its pages, styles and settings."""
    _set_page(word, style)
    for face in faces(style):
        _set_style(word, face)
    _set_defaults(word)
    _name_nearest(word)


def text_width(word: WordDocument) -> Length:
    """How wide the text block is."""
    section = word.sections[0]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    return Emu((page or 0) - (left or 0) - (right or 0))


def _set_page(word: WordDocument, style: Style) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    edges = (37, 26, 35, 28) if style == "letter" else (27, 25, 23, 25)
    top, right, bottom, left = map(Mm, edges)
    section.top_margin, section.right_margin = top, right
    section.bottom_margin, section.left_margin = bottom, left
    section.header_distance = Mm(15 if style == "letter" else 12)
    section.footer_distance = Mm(23 if style == "letter" else 12)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    if style == "letter":
        grid = element("w:docGrid", type="lines", linePitch=twips(_LETTER_PITCH))
        section._sectPr.append(grid)


def _set_style(word: WordDocument, face: Face) -> None:
    known = {style.name: style for style in word.styles}
    style: Any = known.get(face.name) or word.styles.add_style(face.name, WD_STYLE_TYPE.PARAGRAPH)
    if face.name != "Normal":
        style.base_style = known["Normal"]
    style.hidden = False
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    set_fonts(properties, face.font, WESTERN)
    if face.closer:
        properties.append(element("w:spacing", val=twips(face.closer)))
    style.font.size = Pt(face.size)
    style.font.bold = face.bold
    style.font.color.rgb = RGBColor.from_string(face.colour)
    paragraph = style.element.get_or_add_pPr()
    for child in list(paragraph):
        if child.tag not in (qn("w:outlineLvl"), qn("w:keepNext"), qn("w:keepLines")):
            paragraph.remove(child)
    # Nothing is put between Chinese and figures: official letters have 2026年10月 without gaps.
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        paragraph.append(element(name, val=0))
    layout = style.paragraph_format
    layout.line_spacing = Pt(round(face.line, 2))
    layout.space_before, layout.space_after = Pt(face.before), Pt(face.after)
    layout.widow_control = False
    layout.alignment = WD_ALIGN_PARAGRAPH.CENTER if face.centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    if face.name.startswith(("Heading", "Caption")):
        layout.keep_with_next = not face.name.startswith("Caption")


def _set_defaults(word: WordDocument) -> None:
    """Simplified Chinese throughout, no theme fonts, and Word's present rules of layout."""
    default = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    set_fonts(default, FANGSONG, WESTERN)
    for old in default.findall(qn("w:lang")):
        default.remove(old)
    default.append(element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    settings = word.settings.element
    for name in ("w:compat", "w:characterSpacingControl"):
        for old in settings.findall(qn(name)):
            settings.remove(old)
    place = settings.find(qn("w:rsids"))
    at = list(settings).index(place) if place is not None else len(settings)
    settings.insert(at, element("w:characterSpacingControl", val="compressPunctuation"))
    compat = element("w:compat")
    # A line that was ended by hand is not spread over the whole width.
    compat.append(element("w:doNotExpandShiftReturn"))
    uri = "http://schemas.microsoft.com/office/word"
    compat.append(element("w:compatSetting", name="compatibilityMode", uri=uri, val=15))
    settings.insert(at + 1, compat)


def _name_nearest(word: WordDocument) -> None:
    """Say in the table of fonts which other one is nearest to each of ours."""
    part = next(p for p in word.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    table = parse_xml(part.blob)
    for name, nearest in _NEAREST.items():
        font = element("w:font", name=name)
        font.append(element("w:altName", val=nearest))
        font.append(element("w:charset", val="86"))
        table.append(font)
    part._blob = serialize_part_xml(table)
