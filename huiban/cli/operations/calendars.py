"""The State Council's calendars: from the package that carries them, or from files.

A year's announcement reaches back into the last days of the year before (元旦 2019 moved workdays
of December 2018), so a file may hold days of two years, and one that is silent about the end of
December takes back nothing that is known of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chinese_calendar.constants import Holiday, holidays, workdays

from huiban.cli.outcomes import WrongUse
from huiban.kernel.vocab.actions import load_calendar_year
from huiban.kernel.vocab.models import CalendarDay, CalendarYear

Days = dict[date, tuple[bool, str]]
PACKAGE = "chinesecalendar"
FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST_FILE = 1_000_000
LONGEST_NAME = 60
_ANNOUNCED_WITH_THE_NEXT = (12, 25)


@dataclass(frozen=True)
class Announced:
    """A year's announcement: whether each of its days is worked, and its name; who said so."""

    year: int
    days: Days
    source: str


def from_package() -> list[Announced]:
    """The years that the package knows, with their names in Chinese."""
    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    days: Days = {day: (False, chinese[name]) for day, name in holidays.items()}
    days |= {day: (True, chinese[name]) for day, name in workdays.items()}
    years = sorted({day.year for day in days})
    return [
        Announced(year, {day: told for day, told in days.items() if day.year == year}, PACKAGE)
        for year in years
    ]


def from_path(path: Path) -> list[Announced]:
    """The announcements in a file, or in every .json file of a folder, by year.

    Raises WrongUse, before anything is loaded, for a file that can't be read.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise WrongUse(f"文件夹 {path} 里没有 .json 文件。")
    found = [_from_file(file) for file in files]
    years = [announced.year for announced in found]
    if len(set(years)) < len(years):
        raise WrongUse(f"{path} 里有两个文件说的是同一年。请只留一个。")
    return sorted(found, key=lambda announced: announced.year)


def _from_file(file: Path) -> Announced:
    """A file as holiday-cn publishes them: year, papers, days with name, date and isOffDay."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise ValueError("文件太大")
        told = json.loads(file.read_text(encoding="utf-8-sig"))
        year = int(told["year"])
        days = dict(map(_day, told["days"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise WrongUse(
            f"日历文件 {file} 读不出来（{problem}）。应为 holiday-cn 的 JSON："
            "year、days，每天有 name、date、isOffDay。"
        ) from problem
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongUse(f"日历文件 {file} 的年份 {year} 不对。")
    if len(days) < len(told["days"]):
        raise WrongUse(f"日历文件 {file} 里有重复的日期。")
    if strange := [day for day in days if day.year not in (year - 1, year)]:
        raise WrongUse(f"日历文件 {file} 是{year}年的，却有 {strange[0]}。")
    papers = told.get("papers") or [file.name]
    return Announced(year, days, str(papers[-1])[:200])


def _day(told: Mapping[str, Any]) -> tuple[date, tuple[bool, str]]:
    if not isinstance(told["isOffDay"], bool):
        raise ValueError("isOffDay 应为 true 或 false")
    return date.fromisoformat(told["date"]), (
        not told["isOffDay"],
        str(told["name"])[:LONGEST_NAME],
    )


def load_calendars(from_files: Iterable[Announced] = ()) -> list[int]:
    """Put the package's years and those of files in force; the years that changed.

    A file goes before the package, also in later runs; what reads the same is left alone.
    """
    given = {announced.year: announced for announced in from_files}
    kept = {year.year: year.source for year in CalendarYear.objects.all()}
    changed = []
    for announced in from_package():
        if announced.year not in given and kept.get(announced.year, PACKAGE) == PACKAGE:
            changed += _load(announced.year, announced.days, announced.source)
    for announced in sorted(given.values(), key=lambda one: one.year):
        own = {day: told for day, told in announced.days.items() if day.year == announced.year}
        end_of_year = {
            day: told
            for day, told in _known(announced.year).items()
            if (day.month, day.day) >= _ANNOUNCED_WITH_THE_NEXT
        }
        changed += _load(announced.year, end_of_year | own, announced.source)
        changed += _reach_back(announced)
    return sorted(set(changed))


def _reach_back(announced: Announced) -> list[int]:
    """Add what an announcement says of the year before, if that year is known at all."""
    before = announced.year - 1
    days = {day: told for day, told in announced.days.items() if day.year == before}
    known = CalendarYear.objects.filter(year=before).first()
    return _load(before, _known(before) | days, known.source) if days and known else []


def _known(year: int) -> Days:
    rows = CalendarDay.objects.filter(day__year=year)
    return {row.day: (row.workday, row.name) for row in rows}


def _load(year: int, days: Days, source: str) -> list[int]:
    known = CalendarYear.objects.filter(year=year).first()
    if known is not None and known.source == source and _known(year) == days:
        return []
    load_calendar_year(year, days, source)
    return [year]
