"""Further names of places from a table: whatever is right lands, the rest is refused row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, rename
from huiban.kernel.territory.lines import cell, check_columns, read_day
from huiban.kernel.territory.outcome import Fate, Outcome, land_all

from .models import NameKind
from .naming import name_place
from .queries import place_by_code

HEADINGS: dict[str, tuple[str, ...]] = {
    "place": ("地点编码", "place", "编码", "code"),
    "name": ("叫法", "name", "别名", "名称"),
    "kind": ("类别", "kind", "类型"),
    "valid_from": ("生效日期", "valid_from"),
    "valid_to": ("失效日期", "valid_to"),
}
_SYNONYMS = {
    "俗称": NameKind.ALIAS,
    "简称": NameKind.ALIAS,
    "旧称": NameKind.FORMER,
    "原名": NameKind.FORMER,
    "标志物": NameKind.LANDMARK,
    "路": NameKind.ROAD,
    "门牌": NameKind.ROAD,
}


@dataclass(frozen=True)
class NameLine:
    """What a row says of a name."""

    row: Row = field(compare=False)
    place: str
    name: str
    kind: NameKind
    valid_from: date | None = None
    valid_to: date | None = None


def import_names(actor: str, rows: Iterable[Row], mapping: Mapping[str, str]) -> Outcome:
    """Land the names of a table; a second import changes nothing.

    A row without a kind is an alias. Raises Refusal where a column that every name needs is
    missing, or where the mapping names a field that there isn't.
    """
    if unknown := sorted(set(mapping) - set(HEADINGS)):
        raise Refusal(f"没有“{unknown[0]}”这个字段。可以用的有：{'、'.join(HEADINGS)}。", "map")
    outcome = Outcome()

    def land(line: NameLine) -> Fate:
        place = place_by_code(line.place)
        if place is None:
            raise Refusal(f"没有编码为“{line.place}”的地点。请先导入地点，或核对编码。", "place")
        days = (line.valid_from, line.valid_to)
        fate = name_place(actor, place, line.name, line.kind, *days)
        if fate is Fate.CHANGED:
            outcome.notes.append(f"第{line.row.number}行“{line.name}”：改了类别或失效日期。")
        return fate

    land_all(_distinct(_lines(rows, mapping, outcome), outcome), land, outcome)
    outcome.refused.sort(key=lambda refused: refused.row.number)
    return outcome


def _lines(rows: Iterable[Row], mapping: Mapping[str, str], outcome: Outcome) -> Iterator[NameLine]:
    for number, raw in enumerate(rows):
        row = rename(raw, mapping)
        if number == 0:
            check_columns(row, HEADINGS, "place", "name")
        outcome.read += 1
        try:
            yield _line(row)
        except Refusal as refusal:
            outcome.refuse(row, refusal.message)


def _line(row: Row) -> NameLine:
    told = {name: cell(row, headings) for name, headings in HEADINGS.items()}
    if not told["place"]:
        raise Refusal(
            "没有写地点编码。请补上，编码可以用 territory template --places 查。", "place"
        )
    return NameLine(
        row=row,
        place=told["place"],
        name=told["name"],
        kind=_kind(told["kind"]),
        valid_from=read_day(told["valid_from"]),
        valid_to=_last_day(told["valid_to"]),
    )


def _last_day(text: str) -> date | None:
    try:
        return read_day(text)
    except Refusal as refusal:
        raise Refusal(refusal.message.replace("生效日期", "失效日期"), "valid_to") from refusal


def _kind(text: str) -> NameKind:
    plain = text.casefold()
    for kind in NameKind:
        if plain in (kind.value, kind.label):
            return kind
    if text and plain not in _SYNONYMS:
        raise Refusal(
            f"“{text[:20]}”不是认得的类别。请填：{'、'.join(NameKind.labels)}，或留空（别名）。",
            "kind",
        )
    return _SYNONYMS.get(plain, NameKind.ALIAS)


def _distinct(lines: Iterable[NameLine], outcome: Outcome) -> Iterator[NameLine]:
    """The first line of each name of a place; one that repeats it is there, another is refused."""
    first: dict[tuple[str, str, date | None], NameLine] = {}
    for line in lines:
        before = first.setdefault((line.place, line.name, line.valid_from), line)
        if before is line:
            yield line
        elif before == line:
            outcome.counts[Fate.ALREADY_THERE] += 1
        else:
            outcome.refuse(
                line.row,
                f"“{line.name}”在第{before.row.number}行已经写过，两行说的不一样。请只留一行。",
            )
