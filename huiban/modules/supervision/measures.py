"""What may be counted of findings, always about units and never about anybody in them."""

from __future__ import annotations

from huiban.kernel.base.measures import (
    ALL,
    CATEGORY,
    HANDLER,
    RULE,
    Measure,
    Ratio,
    declare_measure,
    declare_ratio,
    declare_tally,
)

from .counting import TALLY

AXES = frozenset({ALL, CATEGORY, HANDLER, RULE})
COMPLETE = "证据齐备的日子"

for _measure in (
    Measure(
        "supervision.found",
        "监督发现",
        "规则从办理记录里发现的；申诉成立而撤销的不算，还没有研判的算",
        COMPLETE,
        unit="条",
        axes=AXES,
        smallest_cell=1,
    ),
    Measure(
        "supervision.confirmed",
        "认定属实",
        "发现中由人认定属实、没有因申诉撤销的",
        COMPLETE,
        unit="条",
        axes=AXES,
        smallest_cell=1,
    ),
    Measure(
        "supervision.dismissed",
        "不予认定",
        "发现中由人不予认定的，含免责情形",
        COMPLETE,
        unit="条",
        axes=AXES,
        smallest_cell=1,
    ),
    Measure(
        "supervision.objected",
        "有申诉",
        "单位申诉过的，不论结果",
        COMPLETE,
        unit="条",
        axes=AXES,
        smallest_cell=1,
    ),
    Measure(
        "supervision.void",
        "申诉成立撤销",
        "申诉成立而撤销的；其他各项都不再计入",
        COMPLETE,
        unit="条",
        axes=AXES,
        smallest_cell=1,
    ),
):
    declare_measure(_measure)

declare_ratio(
    Ratio(
        "supervision.confirmed_rate",
        "认定率",
        ("supervision.confirmed",),
        "supervision.found",
        "发现中由人认定属实的",
        beside=("supervision.dismissed", "supervision.void"),
    )
)
declare_ratio(
    Ratio(
        "supervision.upheld_rate",
        "申诉成立率",
        ("supervision.void",),
        "supervision.objected",
        "申诉过的发现中申诉成立的",
        beside=("supervision.found",),
    )
)
declare_tally(TALLY)
