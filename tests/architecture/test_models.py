"""Tables point down, and nothing reaches back up through them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from huiban.kernel.territory.scope import ScopedQuerySet
from tests.architecture import house


def our_models() -> list[type[models.Model]]:
    """Every table of ours, those between two others included."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model.__module__.startswith("huiban.")]


def crossings() -> Iterator[tuple[type[models.Model], models.Field[Any, Any], type[models.Model]]]:
    """Every relation that leaves its package: the table, the field, the table it points to."""
    for model in our_models():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            if isinstance(target, type) and house.home_of(target.__module__) != house.home_of(
                model.__module__
            ):
                yield model, field, target


def test_a_relation_that_leaves_its_package_points_down() -> None:
    upward = [
        f"{model.__name__}.{field.name} → {target.__module__}.{target.__name__}"
        for model, field, target in crossings()
        if house.floor_of(target.__module__) >= house.floor_of(model.__module__)
    ]
    assert upward == []


def test_a_relation_that_leaves_its_package_leaves_no_way_back() -> None:
    reached = [
        f'{model.__name__}.{field.name} needs related_name="+"'
        for model, field, _target in crossings()
        if not (field.remote_field and field.remote_field.hidden)
    ]
    assert reached == []


def test_there_are_crossings_to_judge() -> None:
    assert any(house.home_of(m.__module__) == "huiban.modules.voice" for m, _f, _t in crossings())


def test_base_and_events_hold_plain_identifiers() -> None:
    held = [
        f"{model.__name__}.{field.name}"
        for model, field, _target in crossings()
        if house.home_of(model.__module__) in ("huiban.kernel.base", "huiban.kernel.events")
    ]
    assert held == []


def test_a_table_that_keeps_a_path_can_only_be_read_within_a_scope() -> None:
    # The units themselves are what scopes are made of.
    above_territory = [
        model
        for model in our_models()
        if house.home_of(model.__module__) != "huiban.kernel.territory"
    ]
    unguarded = [
        model.__name__
        for model in above_territory
        if {"district", "street", "community"} <= {field.name for field in model._meta.fields}
        and not isinstance(model._default_manager.all(), ScopedQuerySet)
    ]
    assert unguarded == []


def allowed_words(condition: models.Q) -> Iterator[tuple[str, str]]:
    """Column and word of every `column__in=[…]` and `column=…` within a condition."""
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from allowed_words(child)
        elif isinstance(child, tuple):
            column, told = child
            words = told if isinstance(told, list | tuple) else [told]
            yield from ((column.removesuffix("__in"), w) for w in words if isinstance(w, str))


def test_every_word_that_a_column_allows_fits_into_it() -> None:
    # SQLite takes any length; PostgreSQL refuses the row on the day the word is first used.
    too_long = [
        f"{model.__name__}.{column} holds {width} characters, not {word}"
        for model in our_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and isinstance(constraint.condition, models.Q)
        for column, word in allowed_words(constraint.condition)
        if "__" not in column
        and (width := getattr(model._meta.get_field(column), "max_length", None))
        and len(word) > width
    ]
    assert too_long == []
