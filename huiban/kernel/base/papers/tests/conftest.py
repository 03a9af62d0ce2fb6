"""A letter and a handbook with every kind of block, of a district that doesn't exist."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import huiban
from huiban.kernel.base import papers as p

LONG_NAME = "安和区幸福街道滨河西路南段第三网格党群服务中心联合社区居民委员会"
LONG_WORD = "https://huiban.example.cn/" + "a" * 90
TOLD = (
    "幸福里小区位于幸福街道东部，共有住宅楼十二栋、居民一千二百三十六户。2026年10月，"
    "居民通过民声呼应反映高空抛物12件，其中3件未按期办结，占比25.0%，同一地点重复反映4次。"
)


@pytest.fixture(scope="session")
def fonts() -> Path:
    return Path(huiban.__path__[0]) / "static" / "vendor" / "fonts"


@pytest.fixture(scope="session")
def letter() -> p.Document:
    return p.Document(
        title="关于幸福里小区高空抛物有关事项的提示单",
        number=p.letter_number("安监提", 2026, 3),
        issuer="安和区社会工作部",
        addressee="幸福街道办事处，区城市管理局",
        dated=date(2026, 11, 5),
        attachments=("幸福里小区高空抛物工单清单", "堃喆鼗嘏四户的现场照片"),
        copy_to=("区委办公室", "区城市管理局", LONG_NAME),
        printed_by="安和区社会工作部办公室",
        body=(
            p.Heading("基本情况"),
            p.Paragraph(TOLD),
            p.Heading("反映集中在两栋楼", 2),
            p.Paragraph(TOLD * 2),
            p.Heading("时段", 3),
            p.Paragraph(TOLD, lead="一是集中在夜间。"),
            p.Heading("有关要求"),
            p.Items(("请于2026年11月20日前书面回复整改情况。", "请明确一名联系人。"), ordered=True),
            p.Table(
                (p.Column("楼栋"), p.Column("件数", figures=True), p.Column("说明")),
                (("1号楼", "9", LONG_WORD), (LONG_NAME, "3", "夜间"), ("合计", "12", "")),
                caption="各楼栋反映情况",
                note="数据截止2026年10月31日。",
                total=True,
            ),
            p.Paragraph("特此提示。"),
        ),
    )


@pytest.fixture(scope="session")
def chart() -> p.Chart:
    return p.bars([p.Amount("幸福里社区", 32), p.Amount(LONG_NAME, 18)], measure="反映件数")


@pytest.fixture(scope="session")
def handbook(chart: p.Chart) -> p.Document:
    figures = ("反映件数", "办结件数", "按期办结率", "解决率", "满意率", "同比")
    rows = tuple(
        (f"第{number}社区", str(number * 37), str(number * 31), "98.5%", "91.2%", "—", "+12.5%")
        for number in range(1, 70)
    )
    return p.Document(
        title="安和区基层治理分析手册（2026年10月）",
        style="handbook",
        issuer="安和区社会工作部",
        dated=date(2026, 11, 5),
        running="安和区社会工作部　2026年10月",
        cover=p.Cover("基层治理\n分析手册", "2026年10月", (("数据截止", "2026年10月31日24时"),)),
        demonstration=True,
        body=(
            p.Contents(),
            p.PageBreak(),
            p.Heading("总体情况"),
            p.Heading("反映情况", 2),
            p.Paragraph(TOLD, lead="总的看，"),
            p.Figure(chart, "各社区反映件数", with_table=True, note="来源：民声呼应。"),
            p.Heading("集中在夜间", 3),
            p.Paragraph(TOLD * 3),
            p.Heading("物业服务", 4),
            p.Items((TOLD, "请街道跟进。")),
            p.Note("注：满意率以已评价的为分母。"),
            p.Heading("附表"),
            p.Table(
                (p.Column("单位"), *(p.Column(name, figures=True) for name in figures)),
                rows,
                caption="各单位办理情况",
            ),
        ),
    )
