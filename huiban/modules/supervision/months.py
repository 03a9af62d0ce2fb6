"""Calendar months in China, as 2026-05: what the rules over time and the figures go by."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from huiban.kernel.base import clock
from huiban.kernel.base.clock import SHANGHAI, local
from huiban.kernel.base.errors import Refusal


def month_span(month: str) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next. Raises Refusal for what names no month."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refusal("月份没有看懂。请写成 2026-04 的样子。", "month") from None
    first = datetime(day.year, day.month, 1, tzinfo=SHANGHAI)
    return first, (first + timedelta(days=32)).replace(day=1)


def last_month() -> str:
    """The month before this one."""
    first = local(clock.now()).replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"
