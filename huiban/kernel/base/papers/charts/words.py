"""How charts say figures, and what a drawing shows in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

NO_FIGURE = "—"
NO_DATA = "这个月没有数据"
_MEANS = frozenset({"%", "‰", "分", "天", "小时"})
# A sentence names this many at each end.
_NAMED = 3


class Amount(NamedTuple):
    """A name with its figure; None where none is known or none may be shown."""

    name: str
    value: float | None


def figure(value: float | None, unit: str = "") -> str:
    """The figure as it is printed: whole, or with one decimal; — where there is none."""
    if value is None:
        return NO_FIGURE
    whole = float(value).is_integer()
    return f"{int(value)}{unit}" if whole else f"{value:.1f}{unit}"


def is_summed(unit: str) -> bool:
    """Whether figures of this unit may be added up: shares, rates, marks and times may not."""
    return "/" not in unit and unit not in _MEANS


def blank(amounts: Sequence[Amount]) -> bool:
    """Whether there is nothing to draw: no figure, or none but zeros."""
    return not any(amount.value for amount in amounts)


def share(value: float, total: float) -> str:
    """A part of the total, such as 37.2%."""
    return f"{100 * value / total:.1f}%"


def told(amounts: Sequence[Amount], measure: str, unit: str, empty: str) -> str:
    """The amounts in a sentence: how many and how much, the most, the next, the least."""
    if blank(amounts):
        return f"{measure}：{empty}。"
    known = sorted(
        ((a.name, a.value) for a in amounts if a.value is not None), key=lambda pair: -pair[1]
    )
    total = sum(value for _, value in known)
    summed = f"，合计{figure(total, unit)}" if is_summed(unit) else ""
    parts = [f"{measure}：共{len(amounts)}项{summed}"]
    first, *others = [_named(*pair, unit, total) for pair in known[:_NAMED]]
    parts.append(f"最多的是{first}" + (f"，其次是{'、'.join(others)}" if others else ""))
    if len(known) > _NAMED:
        parts.append(f"最少的是{_named(*known[-1], unit, total)}")
    unknown = len(amounts) - len(known)
    if unknown:
        parts.append(f"{unknown}项没有数字")
    return "；".join(parts) + "。"


def _named(name: str, value: float, unit: str, total: float) -> str:
    part = f"，占{share(value, total)}" if is_summed(unit) and total else ""
    return f"{name}（{figure(value, unit)}{part}）"


def rows_of(amounts: Sequence[Amount], unit: str) -> list[tuple[str, ...]]:
    """The amounts as rows of a table; with their shares where they may be added up."""
    total = sum(a.value or 0.0 for a in amounts)
    if not is_summed(unit) or not total:
        return [(a.name, figure(a.value)) for a in amounts]
    return [
        (name, figure(value), NO_FIGURE if value is None else share(value, total))
        for name, value in amounts
    ]


def head_of(amounts: Sequence[Amount], what: str, measure: str, unit: str) -> tuple[str, ...]:
    """The head of those rows."""
    counted = f"{measure}（{unit}）" if unit else measure
    both = is_summed(unit) and any(a.value for a in amounts)
    return (what, counted, "占比") if both else (what, counted)


def nice_step(most: float, steps: int, unit: str, rounds: tuple[int, ...] = (1, 2, 5)) -> float:
    """The least round distance by which so many steps reach `most`: one of `rounds`, by tens.

    Never a fraction for what is counted.
    """
    wanted = most / steps
    size = 1.0
    while size * 10 <= wanted:
        size *= 10
    while size > wanted:
        size /= 10
    step = next(size * k for k in (*rounds, 10) if size * k >= wanted)
    return max(step, 1.0) if is_summed(unit) else step
