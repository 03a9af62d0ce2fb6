"""Rows that belong to somebody are read through a scope, never all at once."""

from __future__ import annotations

import re

from huiban.kernel.territory.scope import ScopedQuerySet
from tests.architecture import house
from tests.architecture.test_models import our_models


def scoped_names() -> set[str]:
    """The names of the tables that can't be read without a scope."""
    return {
        model.__name__
        for model in our_models()
        if isinstance(model._default_manager.all(), ScopedQuerySet)
    }


def test_there_are_scoped_tables_to_judge() -> None:
    assert "Case" in scoped_names()


def test_no_code_asks_for_all_rows_or_goes_round_the_scope() -> None:
    names = "|".join(sorted(scoped_names()))
    asking = re.compile(rf"\b(?:{names})\.(?:objects\.all\(|_base_manager|_default_manager)")
    found = [
        f"{house.short(path)}:{number}: {line.strip()}"
        for path in house.code()
        for number, line in enumerate(house.text(path).splitlines(), 1)
        if asking.search(line)
    ]
    assert found == []
