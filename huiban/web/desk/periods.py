"""What the lists and the counts are narrowed by: period, unit, category, group, as addresses say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.scope import Scope
from huiban.kernel.vocab.queries import words
from huiban.modules.voice.actions.steps import GROUPS
from huiban.modules.voice.queries.owners import CATEGORIES, units
from huiban.modules.voice.rules_groups import NOT_STATED, NOT_STATED_NAME


@dataclass(frozen=True)
class Period:
    """A stretch of days that has a name; both days belong to it."""

    label: str
    start: date
    end: date


def named_periods() -> list[Period]:
    """The stretches that are asked for most, up to today."""
    today = clock.local(clock.now()).date()
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        Period("本月", month, today),
        Period("上月", last_month, month - timedelta(days=1)),
        Period("近30天", today - timedelta(days=29), today),
        Period("今年", today.replace(month=1, day=1), today),
        Period("去年", date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    ]


def day_asked(asked: Mapping[str, str], name: str) -> date | None:
    """The day that the address names. Raises Refusal for what isn't one."""
    text = asked.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("日期没有看懂。请写成 2026-05-08 的样子。", name) from None


def refuse_backward(start: date | None, end: date | None) -> None:
    """Raise Refusal for a period that ends before it begins."""
    if start is not None and end is not None and end < start:
        raise Refusal("结束的日子在开始之前。请把两个日期对调。", "end")


def category_choices() -> list[tuple[str, str]]:
    """The categories in force, and the lack of one."""
    named = [(word.code, word.name) for word in words(CATEGORIES).values()]
    return [*named, ("none", "未分类")]


def group_choices() -> list[tuple[str, str]]:
    """The groups of people in force, and the lack of one."""
    named = [(word.code, word.name) for word in words(GROUPS).values()]
    return [*named, (NOT_STATED, NOT_STATED_NAME)]


def unit_choices(scope: Scope) -> list[tuple[str, list[tuple[str, str]]]]:
    """The units that the scope's cases can be narrowed to, by code and name, under headings.

    Estates are offered only to those who see single communities: a district has hundreds.
    """
    headings: dict[str, list[tuple[str, str]]] = {"街道": [], "社区": [], "小区": []}
    for unit in sorted(units().values(), key=lambda unit: unit.code):
        if heading := _heading(unit, scope):
            headings[heading].append((unit.code, unit.name))
    return [(heading, choices) for heading, choices in headings.items() if len(choices) > 1]


def _heading(unit: Unit, scope: Scope) -> str:
    whole = unit.district_id in scope.districts
    if unit.level == Level.STREET:
        return "街道" if whole or unit.id in scope.streets else ""
    if unit.level == Level.COMMUNITY:
        inside = whole or unit.street_id in scope.streets or unit.id in scope.communities
        return "社区" if inside else ""
    if unit.level == Level.ESTATE:
        return "小区" if unit.community_id in scope.communities or unit.id in scope.estates else ""
    return ""
