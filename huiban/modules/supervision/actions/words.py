"""What the verbs of supervision share: words within their limits, keys, clocks in working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance, deadline
from huiban.kernel.base.errors import NotPermitted, Refusal
from huiban.kernel.base.phrases import say_date
from huiban.kernel.base.text import normalise
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.territory.models import Unit
from huiban.kernel.vocab.queries import calendar, setting

from ..queries.desks import TIER_OF_LEVEL

LONGEST_KEY = 60
LATEST_DAYS = 250


def words_of(text: str, field: str, what: str, longest: int) -> str:
    """The text, tidied. Raises Refusal when nothing is left of it or it is too long."""
    tidy = words_or_none(text, field, what, longest)
    if not tidy:
        raise Refusal(f"请写{what}。", field)
    return tidy


def words_or_none(text: str, field: str, what: str, longest: int) -> str:
    """The text, tidied, or nothing. Raises Refusal when it is too long."""
    tidy = normalise(text)
    if len(tidy) > longest:
        raise Refusal(f"{what}最多{longest}字，现在有{len(tidy)}字。请删减一些。", field)
    return tidy


def line_of(text: str, field: str, what: str, longest: int) -> str:
    """Words on one line. Raises Refusal as `words_of` does."""
    return words_of(" ".join(text.split()), field, what, longest)


def account_of(actor: Actor) -> UUID:
    """The account behind the actor. Raises NotPermitted for whoever has none."""
    if actor.account_id is None:
        raise NotPermitted("只有登录的工作人员可以办这一步。请先登录。")
    return actor.account_id


def own_key(actor: Actor, key: str) -> str:
    """A form's key, which is this account's alone. Raises Refusal for a missing or odd one."""
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Refusal("这个表单不完整。请刷新页面再提交。", "key")
    return f"{account_of(actor).hex}:{key}"


def owed_by(
    unit: Unit, kind: str, days: int, rule: str, *, start: datetime | None = None
) -> NewDuty:
    """A lead duty of that unit, due in so many working days."""
    allowance = Allowance("working_days", days)
    return NewDuty(kind, unit.id, TIER_OF_LEVEL[unit.level], allowance, rule, start=start)


def owed_by_setting(unit: Unit, kind: str, key: str, start: datetime | None = None) -> NewDuty:
    """A lead duty of that unit, due in the working days that a setting names."""
    return owed_by(unit, kind, int(setting(key)), key, start=start)


def working_days_until(day: date, field: str) -> int:
    """How many working days from now end on that day.

    Raises Refusal for a day that isn't worked, is too near to be counted, or too far.
    """
    work = calendar()
    now = clock.now()
    first = clock.local(deadline(now, Allowance("working_days", 1), work).due).date()
    if day < first:
        said = say_date(first, clock.local(now).date())
        raise Refusal(f"完成日期最早是{said}。请改选。", field)
    if not work.is_workday(day):
        said = say_date(day, clock.local(now).date())
        raise Refusal(f"{said}不是工作日。请改选一个工作日。", field)
    days = 1 + sum(
        work.is_workday(first + timedelta(days=ahead))
        for ahead in range(1, min((day - first).days, 2 * LATEST_DAYS) + 1)
    )
    if days > LATEST_DAYS or (day - first).days > 2 * LATEST_DAYS:
        raise Refusal("完成日期最多排到一年以内。请改选。", field)
    return days
