"""Bars: amounts side by side, and how each changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..measuring import width
from .chart import Chart
from .drawing import PLAIN, SMALL, WIDTH, Sheet, fitted, nothing, taken
from .palette import AFTER, BEFORE, GREY, INK, RULE, TEAL, Fill
from .words import NO_DATA, NO_FIGURE, Amount, blank, figure, head_of, is_summed, rows_of, told

# Names take at most this much of the drawing, in two lines; the longest has 30 characters.
_NAMES = 146.0
_GAP = 8.0
_PAD = 4.0


class Change(NamedTuple):
    """A name with its figure before and after; None where none is known."""

    name: str
    before: float | None
    after: float | None


def bars(
    amounts: Sequence[Amount],
    *,
    measure: str,
    unit: str = "件",
    what: str = "单位",
    empty: str = NO_DATA,
) -> Chart:
    """Lying bars in the order given, each with its name before and its figure after it.

    `measure` says what is counted, `what` heads the names in the table. Nothing but zeros gives a
    frame with the words of `empty`.
    """
    alt = told(amounts, measure, unit, empty)
    head, rows = head_of(amounts, what, measure, unit), rows_of(amounts, unit)
    if blank(amounts):
        return nothing(empty, alt, head, rows)
    names = _names([amount.name for amount in amounts])
    labels = [figure(amount.value, unit) for amount in amounts]
    left, room = _room(names, labels)
    most = max(amount.value or 0 for amount in amounts)
    heights = [max(20.0, 12.5 * len(lines) + 4) for lines in names]
    sheet = Sheet(sum(heights) + 2 * _PAD)
    y = _PAD
    for amount, lines, label, height in zip(amounts, names, labels, heights, strict=True):
        middle = y + height / 2
        sheet.block(left - _GAP, middle, lines, anchor="end")
        length = room * max(amount.value or 0, 0) / most
        sheet.rectangle(left, middle - 6.5, length, 13, Fill(TEAL))
        colour = GREY if amount.value is None else INK
        sheet.text(left + length + 4, middle, label, bold=amount.value is not None, colour=colour)
        y += height
    sheet.line([(left, _PAD), (left, y)], INK)
    return sheet.chart(alt, head, rows)


def before_after(
    changes: Sequence[Change],
    *,
    measure: str,
    names: tuple[str, str] = ("上月", "本月"),
    unit: str = "件",
    what: str = "单位",
    empty: str = NO_DATA,
) -> Chart:
    """Two bars a name: the earlier light and hatched, the later dark. `names` says which is which."""
    alt = _told(changes, measure, names, unit, empty)
    head = (what, *(f"{name}（{unit}）" for name in names), "增减")
    rows = [(c.name, figure(c.before), figure(c.after), _signed(_difference(c))) for c in changes]
    if not any(change.before or change.after for change in changes):
        return nothing(empty, alt, head, rows)
    lines = _names([change.name for change in changes])
    labels = [figure(value, unit) for change in changes for value in (change.before, change.after)]
    left, room = _room(lines, [f"{max(names, key=width)} {label}" for label in labels])
    most = max(value or 0 for change in changes for value in (change.before, change.after))
    sheet = Sheet(34.0 * len(changes) + 2 * _PAD)
    for place, change in enumerate(changes):
        top = _PAD + 34.0 * place
        sheet.block(left - _GAP, top + 17, lines[place], anchor="end")
        pairs = ((change.before, BEFORE, top + 9.5), (change.after, AFTER, top + 23.0))
        for at, (value, fill, middle) in enumerate(pairs):
            length = room * max(value or 0, 0) / most
            sheet.rectangle(left, middle - 5.5, length, 11, fill)
            label = f"{names[at]} {figure(value, unit)}"
            sheet.text(left + length + 4, middle, label, size=SMALL, bold=at == 1)
        if place:
            sheet.line([(left, top), (WIDTH, top)], RULE, 0.5)
    sheet.line([(left, _PAD), (left, sheet.height - _PAD)], INK)
    return sheet.chart(alt, head, rows)


def _names(names: Sequence[str]) -> list[list[str]]:
    return [fitted(name, _NAMES, PLAIN) for name in names]


def _room(names: Sequence[Sequence[str]], labels: Sequence[str]) -> tuple[float, float]:
    """Where bars begin, and how long the longest may be so that its figure still fits."""
    left = max(taken(line, PLAIN) for lines in names for line in lines or [""]) + _GAP + 2
    return left, WIDTH - left - max(taken(label, PLAIN) for label in labels) - 12


def _difference(change: Change) -> float | None:
    if change.before is None or change.after is None:
        return None
    return change.after - change.before


def _signed(value: float | None) -> str:
    return NO_FIGURE if value is None else f"+{figure(value)}" if value > 0 else figure(value)


def _told(
    changes: Sequence[Change], measure: str, names: tuple[str, str], unit: str, empty: str
) -> str:
    if not any(change.before or change.after for change in changes):
        return f"{measure}：{empty}。"
    parts = [f"{measure}，{names[0]}与{names[1]}相比，共{len(changes)}项"]
    if is_summed(unit):
        sums = (sum(c.before or 0 for c in changes), sum(c.after or 0 for c in changes))
        parts[0] += f"，合计由{figure(sums[0], unit)}到{figure(sums[1], unit)}"
    known = [(d, c) for c in changes if (d := _difference(c)) is not None]
    rise = max(known, key=lambda pair: pair[0], default=(0.0, None))
    fall = min(known, key=lambda pair: pair[0], default=(0.0, None))
    for (difference, change), verb in ((rise, "增加"), (fall, "减少")):
        if change is not None and (difference > 0) == (verb == "增加") and difference:
            ends = f"由{figure(change.before, unit)}到{figure(change.after, unit)}"
            parts.append(f"{verb}最多的是{change.name}（{ends}）")
    return "；".join(parts) + "。"
