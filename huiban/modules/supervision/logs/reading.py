"""Reading a log: a table with a row an event, of which case, time and unit are kept."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Table, open_table

from .times import Times, tells_order

ROWS_BETWEEN_SIGNS = 1 << 20

Numbers = npt.NDArray[np.int32]
Moments = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Wanted:
    """The names of the columns that say which case, when, and which unit.

    `nobody` are what this log writes where there is no unit, beside nothing at all.
    """

    case: str
    time: str
    unit: str
    nobody: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Log:
    """The events in the file's order: numbers of `cases` and `units`, microseconds since 1970.

    `cases` and `units` stand in the order in which they first appear in the file. A case none of
    whose events could be read is among them all the same, without events.
    """

    cases: list[str]
    units: list[str]
    case: Numbers
    unit: Numbers
    at: Moments


@dataclass(frozen=True)
class Refused:
    """A row that isn't counted: its number as a person counts, why, and what stands in it."""

    number: int
    reason: str
    cells: list[str]


def open_log(path: Path, wanted: Wanted) -> Table:
    """The log's table, with all wanted columns. Raises Refusal that names the columns there are."""
    table = open_table(path)
    for field, column in (("case", wanted.case), ("time", wanted.time), ("unit", wanted.unit)):
        if _plain(column) not in table.columns:
            there = "、".join(f"“{name}”" for name in table.columns)
            raise Refusal(
                f"“{path.name}”里没有“{column}”这一列。表里有：{there}。"
                f"请用 --{field} 照表里的写法写明。",
                field,
            )
    return table


def read_log(
    table: Table,
    wanted: Wanted,
    refuse: Callable[[Refused], None],
    *,
    find_order: Callable[[], str] = str,
    progress: Callable[[int], None] = lambda _read: None,
) -> tuple[Log, int]:
    """The log, and how many rows were read, refused ones among them.

    Refused, each on its own, are rows without case or unit, with a time that can't be read, and
    with more cells than the header has columns: then nobody knows which cell is which. Of dates
    that could be day or month first `find_order` is asked, as `Times` does. Raises Refusal where
    the file as a whole can't be read.
    """
    reading = _Reading(table, wanted, Times(find_order))
    read = reading.run(refuse, progress)
    return reading.log(), read


def order_of_dates(path: Path, wanted: Wanted) -> str:
    """Whether dates that end in their year put the "month" or the "day" first.

    One that can be read only one way tells it for all; empty where none does or they contradict.
    """
    table = open_log(path, wanted)
    place = table.columns[_plain(wanted.time)]
    told = {tells_order(cells[place]) for _, cells in table.records if place < len(cells)} - {""}
    return told.pop() if len(told) == 1 else ""


class _Names(dict[str, int]):
    """The number of each name, as a cell holds it; new names get the next one."""

    def __init__(self, without: str, nobody: frozenset[str] = frozenset()) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._without = without
        self._nobody = nobody

    def __missing__(self, cell: str) -> int:
        """Blanks around a name are no part of it. Raises Refusal for a cell without one."""
        name = cell.strip()
        if not name or name in self._nobody:
            raise Refusal(self._without)
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        self[cell] = number
        return number


class _Reading:
    """Gathers the events of one table."""

    def __init__(self, table: Table, wanted: Wanted, times: Times) -> None:
        self._table = table
        self._at = [table.columns[_plain(name)] for name in (wanted.case, wanted.time, wanted.unit)]
        self._times = times
        self._cases = _Names("没有办件编号。")
        self._units = _Names("没有单位。", wanted.nobody)
        self._case, self._unit, self._moment = array("i"), array("i"), array("q")

    def run(self, refuse: Callable[[Refused], None], progress: Callable[[int], None]) -> int:
        """Go through the rows; how many there were. This loop is what a large log's time goes to."""
        case_at, time_at, unit_at = self._at
        cases, units, width = self._cases, self._units, self._table.width
        add_case, add_unit, add_moment = self._case.append, self._unit.append, self._moment.append
        microseconds = self._times.microseconds
        read = 0
        for number, cells in self._table.records:
            read += 1
            if not read % ROWS_BETWEEN_SIGNS:
                progress(read)
            try:
                if len(cells) > width:
                    _refuse_wider(cells, width)
                # A case has its place from its first row on, even if that row is refused.
                case = cases[cells[case_at]]
                unit = units[cells[unit_at]]
                moment = microseconds(cells[time_at].strip())
            except Refusal as refusal:
                refuse(Refused(number, refusal.message, cells))
            except IndexError:
                refuse(Refused(number, _shorter(cells, width), cells))
            else:
                add_case(case)
                add_unit(unit)
                add_moment(moment)
        return read

    def log(self) -> Log:
        """What was gathered; the arrays are used as they are, not copied."""
        return Log(
            cases=self._cases.names,
            units=self._units.names,
            case=np.frombuffer(self._case, dtype=np.int32),
            unit=np.frombuffer(self._unit, dtype=np.int32),
            at=np.frombuffer(self._moment, dtype=np.int64),
        )


def _plain(name: str) -> str:
    """A column's name as the table's header is kept."""
    return " ".join(name.split())


def _refuse_wider(cells: Sequence[str], width: int) -> None:
    """Empty cells beyond the header are what spreadsheets leave behind, and harmless."""
    if any(map(str.strip, cells[width:])):
        raise Refusal(
            f"有{len(cells)}格，比表头的{width}格多，分不清哪格是哪列。"
            "多半是格里有逗号而没有加引号。"
        )


def _shorter(cells: Sequence[str], width: int) -> str:
    return f"只有{len(cells)}格，表头有{width}格，缺了要用的列。"
