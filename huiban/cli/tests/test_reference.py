"""Roles, vocabularies and calendars: loaded once, corrected by files, never taken back."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiban.cli.main import main
from huiban.cli.operations.calendars import from_package
from huiban.kernel.access.models import Role
from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.duties.models import Duty
from huiban.kernel.vocab.actions import load_terms
from huiban.kernel.vocab.models import CalendarDay, CalendarYear
from huiban.kernel.vocab.queries import calendar, forget_copy, word_name
from huiban.modules.voice.actions.steps import CATEGORIES
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def load(*more: str | Path) -> int:
    code = main(["reference", "load", *map(str, more)])
    forget_copy()
    return code


def file(folder: Path, year: int, days: dict[str, bool], /, **more: Any) -> Path:
    """A file as holiday-cn publishes them; `days` says which are days off."""
    told = {
        "year": year,
        "papers": ["https://www.gov.cn/a-notice"],
        "days": [{"name": "元旦", "date": day, "isOffDay": off} for day, off in days.items()],
    }
    path = folder / f"{year}.json"
    path.write_text(json.dumps(told | more, ensure_ascii=False), encoding="utf-8")
    return path


def workdays(*days: str) -> list[bool]:
    return [calendar().is_workday(date.fromisoformat(day)) for day in days]


def test_everything_a_new_installation_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert load() == 0
    assert Role.objects.filter(code="administrator").exists()
    assert word_name(CATEGORIES, "elevator") == "电梯"
    # 春节 2026: 15 to 23 February off, Saturday the 14th and Saturday the 28th worked.
    assert workdays("2026-02-16", "2026-02-14", "2026-02-28") == [False, True, True]
    assert CalendarDay.objects.get(day=date(2026, 2, 16)).name == "春节"
    assert "23 年" in capsys.readouterr().out.splitlines()[-1]


def test_a_second_time_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    load()
    load_terms(CATEGORIES, [{"code": "elevator", "name": "直梯扶梯"}], date(2026, 1, 1))
    loaded = CalendarYear.objects.get(year=2026).loaded_at
    capsys.readouterr()
    assert load() == 0
    assert capsys.readouterr().out == "基础数据已装入：词条和角色 0，日历 0 年，重算期限 0 件\n"
    assert word_name(CATEGORIES, "elevator") == "直梯扶梯", "the district's own words stay"
    assert CalendarYear.objects.get(year=2026).loaded_at == loaded


def test_starter_words_come_back_only_when_asked(clock: Traveller) -> None:
    load()
    load_terms(CATEGORIES, [{"code": "elevator", "name": "直梯扶梯"}], date(2026, 1, 1))
    load("--again")
    assert word_name(CATEGORIES, "elevator") == "电梯"


def test_a_file_brings_the_year_that_was_announced(tmp_path: Path) -> None:
    load()
    assert calendar().is_provisional(date(2027, 1, 4))
    announced = {"2027-01-01": True, "2027-01-02": True, "2027-01-03": True, "2027-01-09": False}
    assert load("--calendar", file(tmp_path, 2027, announced)) == 0
    assert not calendar().is_provisional(date(2027, 1, 4))
    assert workdays("2027-01-01", "2027-01-09", "2027-01-10") == [False, True, False]
    assert CalendarYear.objects.get(year=2027).source == "https://www.gov.cn/a-notice"


def test_what_a_file_said_outlives_the_package(tmp_path: Path) -> None:
    load("--calendar", file(tmp_path, 2026, {"2026-11-23": True}))
    assert workdays("2026-11-23", "2026-02-16") == [False, True]
    load()
    assert workdays("2026-11-23", "2026-02-16") == [False, True]


def test_an_announcement_reaches_back_into_december(tmp_path: Path) -> None:
    load()
    late = {"2026-12-31": True, "2026-12-27": False, "2027-01-01": True}
    load("--calendar", file(tmp_path, 2027, late))
    assert workdays("2026-12-31", "2026-12-27", "2026-02-16") == [False, True, False]
    load("--calendar", file(tmp_path, 2026, {"2026-01-01": True}))
    assert workdays("2026-12-31", "2026-12-27", "2026-02-16") == [False, True, True]


def test_a_folder_is_loaded_whole_or_not_at_all(tmp_path: Path) -> None:
    file(tmp_path, 2027, {"2027-01-01": True})
    file(tmp_path, 2028, {"2028-01-03": True})
    assert load("--calendar", tmp_path) == 0
    assert CalendarYear.objects.filter(year__in=[2027, 2028]).count() == 2
    file(tmp_path, 2029, {"2029-01-01": True})
    (tmp_path / "2030.json").write_text("not JSON", encoding="utf-8")
    assert load("--calendar", tmp_path) == 2
    assert not CalendarYear.objects.filter(year=2029).exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"year": 1888}, "1888"),
        ({"days": [{"name": "元旦", "date": "2027-13-01", "isOffDay": True}]}, "month"),
        ({"days": [{"name": "元旦", "date": "2031-01-01", "isOffDay": True}]}, "2031-01-01"),
        ({"days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}]}, "isOffDay"),
        ({"days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}] * 2}, "重复"),
        ({"days": None}, "读不出来"),
    ],
)
def test_a_file_that_can_t_be_right_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: dict[str, Any], says: str
) -> None:
    path = file(tmp_path, 2027, {"2027-01-01": True}, **more)
    assert load("--calendar", path) == 2
    told = capsys.readouterr().err
    assert str(path) in told
    assert says in told
    assert not CalendarYear.objects.exists()


def test_an_empty_folder_is_wrong_use(tmp_path: Path) -> None:
    assert load("--calendar", tmp_path) == 2


def test_open_deadlines_move_with_a_corrected_calendar(
    cast: Cast, tell: Tell, clock: Traveller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.to(datetime(2026, 5, 8, 17, 0, tzinfo=SHANGHAI))
    case = tell().case_id
    before = Duty.objects.get(subject_id=case).due_at
    # The cast's year works on Saturday 9 May; this announcement doesn't, nor on Monday.
    load("--calendar", file(tmp_path, 2026, {"2026-05-11": True}))
    after = Duty.objects.get(subject_id=case).due_at
    assert after - before == timedelta(days=3)
    assert "重算期限 1 件" in capsys.readouterr().out


@pytest.mark.skipif(
    not os.environ.get("HUIBAN_REAL_DATA"), reason="the real calendars aren't named"
)
def test_the_package_agrees_with_the_announcements_themselves() -> None:
    folder = Path(os.environ["HUIBAN_REAL_DATA"]) / "holidays"
    assert load("--calendar", folder) == 0
    known = calendar()
    for year in from_package():
        if year.year < 2018:
            continue
        day = date(year.year, 1, 1)
        while day.year == year.year:
            expected = year.days.get(day, (day.weekday() < 5, ""))[0]
            assert known.is_workday(day) is expected, day
            day += timedelta(days=1)
