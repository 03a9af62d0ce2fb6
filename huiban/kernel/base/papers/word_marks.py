"""What python-docx has no word for: fields, borders, East Asian fonts, texts for the blind."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

# Elements of python-docx's XML are lxml's, which carries no types.
Element = Any


def element(tag: str, /, **attributes: str | float) -> Element:
    """An element such as w:ind with its attributes, all in the namespace w."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


# The order in which Word wants what an element may hold.
TABLE_ORDER = (
    "w:tblStyle",
    "w:tblpPr",
    "w:tblOverlap",
    "w:bidiVisual",
    "w:tblStyleRowBandSize",
    "w:tblStyleColBandSize",
    "w:tblW",
    "w:jc",
    "w:tblCellSpacing",
    "w:tblInd",
    "w:tblBorders",
    "w:shd",
    "w:tblLayout",
    "w:tblCellMar",
    "w:tblLook",
)
_CELL_ORDER = (
    "w:cnfStyle",
    "w:tcW",
    "w:gridSpan",
    "w:hMerge",
    "w:vMerge",
    "w:tcBorders",
    "w:shd",
    "w:noWrap",
    "w:tcMar",
    "w:textDirection",
    "w:tcFitText",
    "w:vAlign",
    "w:hideMark",
)
PARAGRAPH_ORDER = (
    "w:pStyle",
    "w:keepNext",
    "w:keepLines",
    "w:pageBreakBefore",
    "w:framePr",
    "w:widowControl",
    "w:numPr",
    "w:suppressLineNumbers",
    "w:pBdr",
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:kinsoku",
    "w:wordWrap",
    "w:overflowPunct",
    "w:topLinePunct",
    "w:autoSpaceDE",
    "w:autoSpaceDN",
    "w:bidi",
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:outlineLvl",
    "w:rPr",
    "w:sectPr",
)
SECTION_ORDER = (
    "w:headerReference",
    "w:footerReference",
    "w:footnotePr",
    "w:endnotePr",
    "w:type",
    "w:pgSz",
    "w:pgMar",
    "w:paperSrc",
    "w:pgBorders",
    "w:lnNumType",
    "w:pgNumType",
    "w:cols",
    "w:formProt",
    "w:vAlign",
    "w:noEndnote",
    "w:titlePg",
    "w:textDirection",
    "w:bidi",
    "w:rtlGutter",
    "w:docGrid",
)


def put(parent: Element, child: Element, order: tuple[str, ...]) -> None:
    """Put the child where Word wants it among the others."""
    name = next(name for name in order if qn(name) == child.tag)
    parent.insert_element_before(child, *order[order.index(name) + 1 :])


def twips(points: float) -> int:
    """Points as twentieths, which is how Word keeps most sizes."""
    return round(points * 20)


def set_fonts(properties: Element, east_asian: str, western: str) -> None:
    """Name the fonts in run properties, and take away the theme's, which would overrule them."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = element("w:rFonts", ascii=western, hAnsi=western, eastAsia=east_asian, cs=western)
    properties.insert(0, fonts)


def set_indent(
    paragraph: Paragraph, *, first: float = 0, left: float = 0, right: float = 0
) -> None:
    """Indents in characters, which follow the paragraph's size where somebody changes it."""
    indent = _new_indent(paragraph)
    for name, count in (("left", left), ("right", right), ("firstLine", first)):
        indent.set(qn(f"w:{name}Chars"), str(round(count * 100)))
        indent.set(qn(f"w:{name}"), str(twips(count * _points(paragraph))))


def set_hanging(paragraph: Paragraph, left: float, hanging: float, right: float = 0) -> None:
    """All lines but the first begin `left` characters in, the first `hanging` earlier.

    Kept in points: programs don't agree on what hanging by characters is counted from.
    """
    indent = _new_indent(paragraph)
    for name, count in (("left", left), ("right", right), ("hanging", hanging)):
        indent.set(qn(f"w:{name}"), str(twips(count * _points(paragraph))))


def _new_indent(paragraph: Paragraph) -> Element:
    properties = paragraph._p.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    return properties._insert_ind(element("w:ind"))


def _points(paragraph: Paragraph) -> float:
    """The size of the paragraph's letters: every style of ours names one."""
    style: Any = paragraph.style
    return float(style.font.size.pt)


def set_frame(paragraph: Paragraph, width_twips: int) -> None:
    """Put the paragraph at the foot of its page, together with those beside it that are framed."""
    frame = element(
        "w:framePr",
        w=width_twips,
        wrap="around",
        vAnchor="margin",
        hAnchor="margin",
        xAlign="center",
        yAlign="bottom",
    )
    put(paragraph._p.get_or_add_pPr(), frame, PARAGRAPH_ORDER)


def begin_field(paragraph: Paragraph, instruction: str, *, stale: bool = False) -> None:
    """The beginning of a field; a stale one is worked out anew when the file is opened."""
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    begin = element("w:fldChar", fldCharType="begin")
    if stale:
        begin.set(qn("w:dirty"), "true")
    for piece in (begin, code, element("w:fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(piece)


def end_field(paragraph: Paragraph) -> None:
    """The end of the field that was begun last."""
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType="end"))


def add_field(paragraph: Paragraph, instruction: str, shown: str, *, stale: bool = False) -> None:
    """A whole field, with what stands there until Word has worked it out."""
    begin_field(paragraph, instruction, stale=stale)
    paragraph.add_run(shown)
    end_field(paragraph)


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """A name for the paragraph, which a line of the contents leads to."""
    paragraph._p.insert_element_before(
        element("w:bookmarkStart", id=number, name=name), "w:r", "w:hyperlink"
    )
    paragraph._p.append(element("w:bookmarkEnd", id=number))


def border(paragraph: Paragraph, edge: str, points: float, colour: str, gap: float = 1) -> None:
    """A line along one edge (top, bottom) of the paragraph."""
    properties = paragraph._p.get_or_add_pPr()
    found = properties.find(qn("w:pBdr"))
    if found is None:
        found = OxmlElement("w:pBdr")
        put(properties, found, PARAGRAPH_ORDER)
    found.append(_edge(edge, points, colour, gap))


def _edge(name: str, points: float, colour: str, gap: float = 0) -> Element:
    return element(f"w:{name}", val="single", sz=round(points * 8), space=round(gap), color=colour)


def table_borders(properties: Element, edges: dict[str, tuple[float, str]]) -> None:
    """The lines of a table by edge (top, bottom, left, right, insideH, insideV): points, colour."""
    borders = OxmlElement("w:tblBorders")
    for name in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if name in edges:
            borders.append(_edge(name, *edges[name]))
    put(properties, borders, TABLE_ORDER)


def shade(cell: Element, colour: str) -> None:
    """A ground of that colour under a cell."""
    ground = element("w:shd", val="clear", color="auto", fill=colour)
    put(cell.get_or_add_tcPr(), ground, _CELL_ORDER)


def picture(paragraph: Paragraph, png: bytes, width_mm: float, alt: str, number: int) -> None:
    """A picture in the line, with what it shows in words."""
    shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(width_mm))
    described = shape._inline.docPr
    described.set("id", str(number))
    described.set("name", f"图{number}")
    described.set("descr", alt)
