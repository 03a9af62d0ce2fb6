"""A page of a list: the rows that follow one already shown, in the list's own order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast
from uuid import UUID

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

M = TypeVar("M", bound=Model)
PAGE = 50


def finished_last(rows: QuerySet[M], finished: Iterable[str]) -> QuerySet[M]:
    """The rows with `is_over`: 1 for those in a finished stage, else 0."""
    ended = When(stage__in=list(finished), then=Value(1))
    marked = rows.annotate(is_over=Case(ended, default=Value(0), output_field=IntegerField()))
    return cast("QuerySet[M]", marked)


def next_page(rows: QuerySet[M], after: UUID | None, *order: str) -> list[M]:
    """The next fifty rows in this order, following the one named `after`.

    A name that none of the rows has counts as none. The order's last name has to be unique.
    """
    last = rows.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(_beyond(last, order))
    return list(rows.order_by(*order)[:PAGE])


def _beyond(last: Model, order: Iterable[str]) -> Q:
    """The condition that a row comes after the last one shown."""
    beyond, equal = Q(), Q()
    for name in order:
        field = name.removeprefix("-")
        step = "lt" if name.startswith("-") else "gt"
        value = getattr(last, field)
        beyond |= equal & Q(**{f"{field}__{step}": value})
        equal &= Q(**{field: value})
    return beyond
