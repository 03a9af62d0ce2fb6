"""Papers: one description of a document that becomes a finished PDF and a finished DOCX.

    from huiban.kernel.base import papers as p

    letter = p.Document(
        title="关于幸福里小区高空抛物有关事项的提示单",
        number=p.letter_number("安监提", 2026, 3),
        addressee="幸福街道办事处",
        issuer="安和区社会工作部",
        dated=date(2026, 11, 5),
        body=(
            p.Heading("基本情况"),
            p.Paragraph("2026年10月，幸福里小区反映高空抛物12件，其中3件未按期办结。"),
            p.Table(
                columns=(p.Column("楼栋"), p.Column("件数", figures=True)),
                rows=(("1号楼", "9"), ("2号楼", "3")),
                caption="反映件数",
            ),
            p.Figure(p.bars([p.Amount("1号楼", 9), p.Amount("2号楼", 3)], measure="反映件数"), "反映件数"),
        ),
        copy_to=("区城市管理局", "幸福里社区"),
    )
    pdf, docx = p.to_pdf(letter, fonts), p.to_docx(letter, fonts)

`fonts` is the folder that the assets put the fonts in, `vendor/fonts` under the static files. With
`style="handbook"`, a `Cover` and `Contents()` it is a long report. Charts (`bars`, `before_after`,
`ring`, `trend`, `area_map`, `spot_map`) also have `svg()` for a page and `alt`, `head` and `rows` for
those who can't see them. Texts are plain: no markup is read in them.

The same document gives the same bytes. A character that no font has is printed as 〓;
`unprintable` names them beforehand, so that a page can say so.
"""

from __future__ import annotations

from .charts.bars import Change, bars, before_after
from .charts.chart import Chart
from .charts.maps import Area, Spot, area_map, spot_map
from .charts.ring import ring
from .charts.trend import Line, trend
from .charts.words import Amount
from .model import (
    Block,
    Column,
    Contents,
    Cover,
    Document,
    Figure,
    Heading,
    Items,
    Note,
    PageBreak,
    Paragraph,
    Table,
    chinese_date,
    letter_number,
    table_of,
)
from .typeset import to_pdf, unprintable
from .word import to_docx

__all__ = [
    "Amount",
    "Area",
    "Block",
    "Change",
    "Chart",
    "Column",
    "Contents",
    "Cover",
    "Document",
    "Figure",
    "Heading",
    "Items",
    "Line",
    "Note",
    "PageBreak",
    "Paragraph",
    "Spot",
    "Table",
    "area_map",
    "bars",
    "before_after",
    "chinese_date",
    "letter_number",
    "ring",
    "spot_map",
    "table_of",
    "to_docx",
    "to_pdf",
    "trend",
    "unprintable",
]
