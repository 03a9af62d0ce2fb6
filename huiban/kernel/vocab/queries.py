"""Reads of dated data. Each process keeps a copy and looks now and then whether it is old."""

from __future__ import annotations

import time as wall
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, TypeVar

from huiban.kernel.base import clock
from huiban.kernel.base.calendar import WorkCalendar

from .models import CalendarDay, CalendarYear, Edition, SettingValue, Term
from .settings import SETTINGS, WORKING_HOURS

# How long a process trusts its copy before it asks whether another process changed something.
TRUST_SECONDS = 2.0

T = TypeVar("T")


@dataclass(frozen=True)
class Word:
    """A term as it reads on some day."""

    code: str
    name: str
    parent_code: str
    data: dict[str, Any]


@dataclass
class _Copy:
    edition: int
    checked: float
    terms: dict[str, list[Term]]
    settings: dict[str, list[SettingValue]]
    calendar: WorkCalendar | None = None
    words: dict[tuple[str, date], dict[str, Word]] = field(default_factory=dict)
    remembered: dict[str, Any] = field(default_factory=dict)


_copy: _Copy | None = None


def words(vocabulary: str, day: date | None = None) -> dict[str, Word]:
    """The terms of a vocabulary in force on that day (today), by code, in their order."""
    day = day or clock.local(clock.now()).date()
    copy = _current()
    if (vocabulary, day) not in copy.words:
        copy.words[vocabulary, day] = {
            term.code: Word(term.code, term.name, term.parent_code, term.data)
            for term in copy.terms.get(vocabulary, [])
            if term.valid_from <= day and (term.valid_to is None or day < term.valid_to)
        }
    return copy.words[vocabulary, day]


def places_in_list(vocabulary: str) -> dict[str, int]:
    """Where each word that hasn't ended stands in its list, by code."""
    kept = _current().terms.get(vocabulary, [])
    return {term.code: term.place_in_list for term in kept if term.valid_to is None}


def word_name(vocabulary: str, code: str) -> str:
    """The name of a code, in force or not any more; the code itself where nobody named it."""
    if not code:
        return ""
    named = [term.name for term in _current().terms.get(vocabulary, []) if term.code == code]
    return named[-1] if named else code


def setting(key: str, day: date | None = None) -> Any:
    """What holds for a declared setting on that day (today). Raises KeyError if undeclared."""
    default = SETTINGS[key].default
    day = day or clock.local(clock.now()).date()
    chosen = [kept for kept in _current().settings.get(key, []) if kept.valid_from <= day]
    return chosen[-1].value if chosen else default


def calendar() -> WorkCalendar:
    """The work calendar with the district's shifts."""
    copy = _current()
    if copy.calendar is None:
        days = list(CalendarDay.objects.all())
        copy.calendar = WorkCalendar(
            days={kept.day: kept.workday for kept in days},
            known_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
            shifts=tuple(
                (time.fromisoformat(opens), time.fromisoformat(closes))
                for opens, closes in setting(WORKING_HOURS)
            ),
            names={kept.day: kept.name for kept in days},
        )
    return copy.calendar


def remember(key: str, make: Callable[[], T]) -> T:
    """What `make` gives, kept until dated data changes: for other packages' dated rows.

    Whoever writes such rows calls `actions.note_change` in the same transaction.
    """
    remembered = _current().remembered
    if key not in remembered:
        remembered[key] = make()
    kept: T = remembered[key]
    return kept


def edition() -> int:
    """The edition of dated data that this process reads now; a moment behind the database's."""
    return _current().edition


def forget_copy() -> None:
    """Drop this process's copy; the next read takes a fresh one."""
    global _copy
    _copy = None


def _current() -> _Copy:
    global _copy
    moment = wall.monotonic()
    if _copy is not None and moment - _copy.checked < TRUST_SECONDS:
        return _copy
    edition = Edition.objects.filter(id=1).values_list("number", flat=True).first() or 0
    if _copy is None or _copy.edition != edition:
        _copy = _read(edition, moment)
    _copy.checked = moment
    return _copy


def _read(edition: int, moment: float) -> _Copy:
    terms: dict[str, list[Term]] = defaultdict(list)
    for term in Term.objects.order_by("place_in_list", "code", "valid_from"):
        terms[term.vocabulary].append(term)
    settings: dict[str, list[SettingValue]] = defaultdict(list)
    for kept in SettingValue.objects.order_by("valid_from"):
        settings[kept.key].append(kept)
    return _Copy(edition, moment, dict(terms), dict(settings))
