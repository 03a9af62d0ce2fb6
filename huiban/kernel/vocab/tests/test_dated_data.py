"""Dated data: what held on a day still held on that day, whatever came later."""

from __future__ import annotations

from datetime import date

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.vocab.actions import choose_setting, load_terms
from huiban.kernel.vocab.queries import setting, word_name, words

pytestmark = pytest.mark.django_db

KEY = "calendar.working_hours"


def test_a_word_keeps_its_old_meaning_on_old_days(clock: Traveller) -> None:
    load_terms("test", [{"code": "a", "name": "旧名"}], date(2025, 1, 1))
    load_terms("test", [{"code": "a", "name": "新名"}], date(2026, 1, 1))
    assert words("test", date(2025, 6, 1))["a"].name == "旧名"
    assert words("test", date(2026, 6, 1))["a"].name == "新名"
    assert words("test", date(2024, 6, 1)) == {}


def test_loading_the_same_words_again_changes_nothing(clock: Traveller) -> None:
    told = [{"code": "a", "name": "名"}]
    assert load_terms("test", told, date(2025, 1, 1)) == 1
    assert load_terms("test", told, date(2026, 1, 1)) == 0


def test_a_code_out_of_force_still_has_its_name(clock: Traveller) -> None:
    load_terms("test", [{"code": "a", "name": "名"}], date(2025, 1, 1))
    assert word_name("test", "a") == "名"
    assert word_name("test", "unknown") == "unknown"


def test_a_setting_holds_from_its_day_on(clock: Traveller) -> None:
    before = setting(KEY)
    choose_setting(KEY, [["09:00", "17:00"]], date(2026, 6, 1))
    assert setting(KEY, date(2026, 5, 31)) == before
    assert setting(KEY, date(2026, 6, 1)) == [["09:00", "17:00"]]


def test_a_setting_that_nobody_declared_is_refused(clock: Traveller) -> None:
    with pytest.raises(KeyError):
        choose_setting("nobody.declared_this", 1)
