"""Writes of dated data. Each one moves the edition on, so that every process reads afresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from huiban.kernel.base import clock

from .models import CalendarDay, CalendarYear, Edition, SettingValue, Term
from .queries import forget_copy
from .settings import SETTINGS

BEGINNING = date(2000, 1, 1)
READS = ("name", "parent_code", "data", "place_in_list")


def load_terms(vocabulary: str, terms: Iterable[Mapping[str, Any]], valid_from: date) -> int:
    """Put words of a vocabulary in force from a day on, ending what they replace.

    Each mapping has `code` and `name`, and may have `parent_code`, `data` and its `place` in the
    list, else it takes its place among these. A word that reads the same already is left alone;
    how many changed is returned.
    """
    with transaction.atomic():
        still_open = Term.objects.filter(vocabulary=vocabulary, valid_to=None)
        before = {term.code: term for term in still_open}
        news: list[Term] = []
        changed = 0
        for place, told in enumerate(terms):
            new = _read_term(vocabulary, place, told, valid_from)
            if _reads_the_same(before.get(new.code), new):
                continue
            changed += 1
            if not _take_in(before.get(new.code), new):
                news.append(new)
        Term.objects.bulk_create(news)
        note_change()
    return changed


def _read_term(vocabulary: str, place: int, told: Mapping[str, Any], valid_from: date) -> Term:
    return Term(
        vocabulary=vocabulary,
        code=told["code"],
        valid_from=valid_from,
        name=told["name"],
        parent_code=told.get("parent_code", ""),
        data=told.get("data", {}),
        place_in_list=told.get("place", place),
    )


def _reads_the_same(before: Term | None, new: Term) -> bool:
    return before is not None and all(getattr(before, key) == getattr(new, key) for key in READS)


def _take_in(before: Term | None, new: Term) -> bool:
    """Let a word that began no earlier read as the new one; else it ends where the new one begins."""
    if before is None:
        return False
    if before.valid_from < new.valid_from:
        before.valid_to = new.valid_from
        before.save(update_fields=["valid_to"])
        return False
    for key in READS:
        setattr(before, key, getattr(new, key))
    before.save(update_fields=READS)
    return True


def end_terms(vocabulary: str, codes: Iterable[str], day: date) -> None:
    """Let words of a vocabulary end before that day. One that began no earlier never was."""
    with transaction.atomic():
        ended = Term.objects.filter(vocabulary=vocabulary, code__in=list(codes), valid_to=None)
        ended.filter(valid_from__gte=day).delete()
        ended.update(valid_to=day)
        note_change()


def choose_setting(key: str, value: Any, valid_from: date = BEGINNING) -> None:
    """Let a declared setting hold from a day on. Raises KeyError for one nobody declared."""
    SETTINGS[key]
    with transaction.atomic():
        SettingValue.objects.update_or_create(
            key=key, valid_from=valid_from, defaults={"value": value}
        )
        note_change()


def load_calendar_year(year: int, days: Mapping[date, tuple[bool, str]], source: str) -> None:
    """Put a year of the State Council's calendar in force: day → (workday?, name).

    It replaces what was known of that year; `duties.actions.recompute_deadlines` then moves the
    open clocks.
    """
    with transaction.atomic():
        CalendarDay.objects.filter(day__year=year).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, workday=workday, name=name)
            for day, (workday, name) in sorted(days.items())
        )
        CalendarYear.objects.update_or_create(
            year=year, defaults={"source": source, "loaded_at": clock.now()}
        )
        note_change()


def note_change() -> None:
    """Move the edition on and drop this process's copy."""
    if not Edition.objects.filter(id=1).update(number=F("number") + 1):
        Edition.objects.create(id=1, number=1)
    forget_copy()
    transaction.on_commit(forget_copy)
