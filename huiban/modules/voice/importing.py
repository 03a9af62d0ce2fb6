"""Reports from other systems' tables: every row lands, or is listed with its number and reason.

Columns: number, title, body, created, place, unit, category; only body must be there. A row whose
body is empty counts as told if it has a title. Clocks start at the import.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.tables import Row, rename
from huiban.kernel.base.text import excerpt, normalise
from huiban.kernel.people.sealed import lookup_hash
from huiban.kernel.places.models import Place
from huiban.kernel.places.queries import standing_of
from huiban.kernel.territory.lines import check_columns
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.outcome import BATCH_SECONDS, RefusedRow

from .actions.intake import report
from .categories import category_codes
from .contracts import Reported, Told, Where
from .models import Report
from .queries.owners import units
from .queries.scanning import where_of_unit, where_without_tag

# Each field with the headings it is known by.
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("number", "编号", "工单编号"),
    "title": ("title", "标题"),
    "body": ("body", "内容", "正文"),
    "created": ("created", "时间", "反映时间"),
    "place": ("place", "地点"),
    "unit": ("unit", "单位"),
    "category": ("category", "分类"),
}
LONGEST_CHANNEL = 20
LONGEST_NUMBER = 60
LONGEST_TITLE = 200
LONGEST_PLACE = 200
_CHANNEL = re.compile(rf"[\w.\-]{{1,{LONGEST_CHANNEL}}}")
# A date that ends in its year, before which either number may be the month.
_YEAR_LAST = re.compile(r"\s*(\d{1,2})([-/.])(\d{1,2})(?=[-/.]\d{4})")


@dataclass(frozen=True)
class Wanted:
    """How a table is to be read: from which channel, about which unit where no row says one."""

    channel: str = "import"
    unit: Unit | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo = SHANGHAI


@dataclass
class Outcome:
    """What became of the rows. `notes` tell of rows that landed with something left open."""

    read: int = 0
    landed: int = 0
    already_there: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """The last line of the command: the last three always add up to the first."""
        return (
            f"read {self.read}, landed {self.landed}, already there {self.already_there},"
            f" refused {len(self.refused)}"
        )


@dataclass(frozen=True)
class Cells:
    """What a row says, field by field, in normalised text."""

    number: str
    title: str
    body: str
    created: str
    place: str
    unit: str
    category: str


def import_reports(
    read: Callable[[], Iterable[Row]],
    wanted: Wanted,
    progress: Callable[[Outcome], None] = lambda _outcome: None,
) -> Outcome:
    """Land a table's reports in transactions of some 30 milliseconds; a second import adds none.

    `read` gives the rows anew each time: they are gone through once before anything is written, so
    that an unreadable file lands nothing and one telling date settles how the others are read.
    Raises Refusal where the table as a whole can't be meant.
    """
    check_wanted(wanted)
    order, count = _date_order(_renamed(read(), wanted))
    outcome = Outcome()
    if order:
        said = "月在前" if order == "month" else "日在前"
        outcome.notes.append(f"时间列里有日期能确定是{said}，分不清的{count}行都按{said}读。")
    landing = _Landing(wanted, order, outcome)
    rows = iter(_renamed(read(), wanted))
    for row in rows:
        with transaction.atomic():
            began = time.monotonic()
            landing.land(*row)
            while time.monotonic() - began < BATCH_SECONDS and (following := next(rows, None)):
                landing.land(*following)
        progress(outcome)
    return outcome


def check_wanted(wanted: Wanted) -> None:
    """Raise Refusal for a channel that isn't a plain word and for fields that nobody knows."""
    if not _CHANNEL.fullmatch(wanted.channel):
        raise Refusal(
            f"渠道“{wanted.channel[:40]}”不合规。请用字母、数字、汉字、点和短横线，"
            f"最多{LONGEST_CHANNEL}个字。",
            "channel",
        )
    if unknown := sorted(set(wanted.mapping) - set(HEADINGS)):
        raise Refusal(f"没有“{unknown[0]}”这个字段。可以用的有：{'、'.join(HEADINGS)}。", "map")


def _renamed(rows: Iterable[Row], wanted: Wanted) -> Iterator[tuple[Row, Cells]]:
    """Each row as it stands in the file, and what it says."""
    for place, row in enumerate(rows):
        renamed = rename(row, wanted.mapping)
        if place == 0:
            check_columns(renamed, HEADINGS, "body")
        yield row, Cells(**{name: _cell(renamed, name) for name in HEADINGS})


def _cell(row: Row, name: str) -> str:
    for heading in HEADINGS[name]:
        if heading in row.values:
            return normalise(row.values[heading])
    return ""


def _date_order(rows: Iterable[tuple[Row, Cells]]) -> tuple[str, int]:
    """Which comes first in the column's dates, "month" or "day", and how many leave it open.

    Empty where no date tells, or where dates contradict one another.
    """
    told: set[str] = set()
    open_ones = 0
    for _row, cells in rows:
        if found := _YEAR_LAST.match(cells.created):
            one, two = int(found[1]), int(found[3])
            if one > 12 >= two or two > 12 >= one:
                told.add("day" if one > 12 else "month")
            open_ones += one <= 12 and two <= 12 and one != two
    return (told.pop(), open_ones) if len(told) == 1 and open_ones else ("", open_ones)


def key_of(channel: str, unit_code: str, cells: Cells, occurrence: int) -> str:
    """The key of a row: its number in the channel, else what it says and which of equals it is.

    A form's key never holds a colon, so the two never meet. It is a keyed hash: who knows a ticket's
    number can't make its key, and so not its receipt either.
    """
    said: list[str | int] = ["number", channel, cells.number]
    if not cells.number:
        unit = cells.unit or unit_code
        said = ["row", channel, unit, cells.created, cells.title, cells.body, occurrence]
    digest = lookup_hash(f"import:{json.dumps(said, ensure_ascii=False)}")
    return f"import:{digest[:56]}"


class _Landing:
    """Lands rows one by one, remembering what it has looked up and which numbers it has met."""

    def __init__(self, wanted: Wanted, order: str, outcome: Outcome) -> None:
        self._wanted = wanted
        self._order = order
        self._outcome = outcome
        self._default = where_of_unit(wanted.unit) if wanted.unit else where_without_tag()
        self._occurrences: Counter[str] = Counter()
        self._numbers: dict[str, tuple[int, Cells]] = {}
        self._places: dict[str, Place | None] = _places()
        self._wheres: dict[str, Where | None] = {}
        self._units = _units()
        self._categories = category_codes()

    def land(self, row: Row, cells: Cells) -> None:
        """Land a row, or list it with the reason why it can't."""
        self._outcome.read += 1
        try:
            self._check(row, cells)
            told, where = self._told(row, cells)
            reported = report(told, where)
        except Refusal as refusal:
            self._outcome.refused.append(RefusedRow(row, refusal.message))
            return
        if reported.repeated:
            self._outcome.already_there += 1
            self._compare(row, told, reported)
            return
        self._outcome.landed += 1

    def _check(self, row: Row, cells: Cells) -> None:
        if not cells.body and not cells.title:
            raise Refusal("内容是空的，标题也没有。请补上内容再导入这一行。", "body")
        if len(cells.number) > LONGEST_NUMBER:
            raise Refusal(f"编号超过{LONGEST_NUMBER}个字，多半不是编号。请核对列名。", "number")
        if not cells.number:
            return
        number, first = self._numbers.setdefault(cells.number, (row.number, cells))
        if first != cells:
            raise Refusal(
                f"编号“{cells.number}”在第{number}行已经用过，两行的内容不同。"
                "请改正编号再导入这一行。",
                "number",
            )

    def _told(self, row: Row, cells: Cells) -> tuple[Told, Where]:
        """The report that a row is, and where it belongs."""
        kept: list[str] = []
        told_at = self._moment(row, cells.created, kept)
        category = self._categories.get(cells.category, "")
        if cells.category and not category:
            kept.append(f"来件分类：{cells.category}")
        where = self._where(cells, kept)
        title, text = cells.title, cells.body
        if len(title) > LONGEST_TITLE:
            title, text = "", f"{title}\n\n{text}".strip()
        place_words = cells.place
        if len(place_words) > LONGEST_PLACE:
            kept.append(f"来件地点：{place_words}")
            place_words = excerpt(place_words, LONGEST_PLACE)
        told = Told(
            key=key_of(self._wanted.channel, self._unit_code, cells, self._occurrence(cells)),
            text=text,
            title=title,
            place_words=place_words,
            category=category,
            channel=self._wanted.channel,
            sender_number=cells.number,
            told_at=told_at,
            imported=True,
            sender_words="\n".join(kept),
        )
        return told, where

    @property
    def _unit_code(self) -> str:
        return self._wanted.unit.code if self._wanted.unit else ""

    def _occurrence(self, cells: Cells) -> int:
        if cells.number:
            return 0
        equals = key_of(self._wanted.channel, self._unit_code, cells, 0)
        self._occurrences[equals] += 1
        return self._occurrences[equals]

    def _moment(self, row: Row, created: str, kept: list[str]) -> datetime | None:
        """When it was told; a time that can't be read is kept in words, and the row lands."""
        if not created:
            return None
        plain = created
        if self._order == "day":
            plain = _YEAR_LAST.sub(_swapped, created, count=1)
        try:
            return parse_moment(plain, self._wanted.zone, month_first=bool(self._order))
        except Refusal as refusal:
            kept.append(f"来件时间：{created}")
            self._outcome.notes.append(f"第{row.number}行已导入，没有反映时间：{refusal.message}")
            return None

    def _where(self, cells: Cells, kept: list[str]) -> Where:
        if cells.place and (where := self._where_of_place(cells.place)):
            return where
        if not cells.unit:
            return self._default
        unit = self._units.get(cells.unit)
        if unit is None:
            kept.append(f"来件单位：{cells.unit}")
            return self._default
        return where_of_unit(unit)

    def _where_of_place(self, told: str) -> Where | None:
        place = self._places.get(told)
        if place is None:
            return None
        if told not in self._wheres:
            standing = standing_of(place)
            self._wheres[told] = where_of_unit(standing.unit, standing) if standing else None
        return self._wheres[told]

    def _compare(self, row: Row, told: Told, reported: Reported) -> None:
        """Say so where a row that landed before reads otherwise now."""
        before = Report.objects.get(pk=reported.report_id)
        if before.erased_at is None and (before.title, before.text) != (told.title, told.text):
            self._outcome.notes.append(
                f"第{row.number}行（编号{told.sender_number}）以前导入过，这次内容不同，没有改动。"
            )


def _swapped(found: re.Match[str]) -> str:
    return f"{found[3]}{found[2]}{found[1]}"


def _places() -> dict[str, Place | None]:
    """Places by code and by full name; None for a full name that several have."""
    found: dict[str, Place | None] = {}
    standing = list(Place.objects.select_related("parent").order_by("code"))
    for place in standing:
        found[place.full_name] = None if place.full_name in found else place
    return found | {place.code: place for place in standing}


def _units() -> dict[str, Unit | None]:
    """Units in force by code and by name; None for a name that several have."""
    found: dict[str, Unit | None] = {}
    standing = [unit for unit in units().values() if unit.valid_to is None]
    for unit in standing:
        found[unit.name] = None if unit.name in found else unit
    return found | {unit.code: unit for unit in standing}
