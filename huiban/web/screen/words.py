"""The screen's sentences: how long things took, where it is unusual, how much is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiban.kernel.base.phrases import say_hours
from huiban.kernel.territory.models import Level
from huiban.modules.analysis.queries.screen_parts import Area, Screen, Share, Times
from huiban.modules.analysis.reckoning.comparing import LEAST_BASE_FOR_PERCENT
from huiban.modules.analysis.reckoning.words import half_up, rounded

NAMED = 3
BELOW = {
    Level.DISTRICT: "街道",
    Level.LEADING_GROUP: "街道",
    Level.STREET: "社区",
    Level.COMMUNITY: "小区",
}


@dataclass(frozen=True)
class Time:
    """A handling time in words, with its comparison."""

    label: str
    value: str
    before: str
    change: str


def times_of(times: tuple[Times, Times] | None) -> list[Time]:
    """Mean and median against the same period last year."""
    if times is None:
        return []
    now, then = times
    enough = min(now.cases, then.cases) >= LEAST_BASE_FOR_PERCENT
    return [
        Time(label, say_hours(value), say_hours(base), change_words(value, base, enough=enough))
        for label, value, base in (
            ("平均", now.mean, then.mean),
            ("中位数", now.median, then.median),
        )
    ]


def said(number: float | None) -> str:
    """An estimate as it is said; "" where it isn't known."""
    return "" if number is None else rounded(number)


def beside_words(share: Share, coverage: Share) -> str:
    """What belongs beside a rate: how many rated at all, and who isn't in it; "" for others."""
    counts = [one for one in share.beside if one.key == share.key and one.label != "答复并办结"]
    if not counts:
        return ""
    covered = [f"覆盖{coverage.percent}%"] if coverage.percent else []
    return "，".join([*covered, *(f"{one.label}{one.value}" for one in counts)])


def change_words(value: float | None, base: float | None, *, enough: bool) -> str:
    """`比去年同期短12.50%`; says why where there is nothing to compare."""
    if value is None:
        return ""
    if base is None:
        return "去年同期没有可比的"
    if not enough or not base:
        return f"去年同期{say_hours(base)}（办结不足{LEAST_BASE_FOR_PERCENT}件，不算百分比）"
    change = half_up((value - base) * 100 / base)
    if not change:
        return "与去年同期持平"
    return f"比去年同期{'长' if change > 0 else '短'}{abs(change)}%"


def below_label(screen: Screen) -> str:
    """What the units below are called."""
    return BELOW.get(Level(screen.figures.unit.level), "单位")


def where_words(areas: Sequence[Area]) -> str:
    """Which units have more than their households explain."""
    hot = sorted(
        (area for area in areas if area.judged.degree == "hot"),
        key=lambda area: -(area.received.value or 0),
    )
    if not hot:
        return "和户数相比，没有明显偏多的地方。"
    told = "；".join(
        f"{area.unit.name}明显偏多，{area.received.value}件，"
        f"按户数应有约{said(area.judged.expected)}件"
        for area in hot[:NAMED]
    )
    rest = f"；另有{len(hot) - NAMED}处明显偏多" if len(hot) > NAMED else ""
    return f"{told}{rest}。" + ("其余没有明显偏多。" if len(areas) > len(hot) else "")
