"""What came of a letter: findings of the same rule about the same unit, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from huiban.kernel.base import clock
from huiban.kernel.territory.queries import with_predecessors

from .. import rules_letters
from ..models import ABOUT, Effect, Finding, Letter
from .grounds import rule_name

COUNTED = (Finding.State.OPEN, Finding.State.CONFIRMED)


@dataclass(frozen=True)
class Month:
    """A month's count: its days, what was recorded, and what a recount gives where it differs."""

    label: str
    first: date
    last_out: date
    count: int
    recount: int | None

    @property
    def stands(self) -> int:
        """What the count comes to now."""
        return self.count if self.recount is None else self.recount


@dataclass(frozen=True)
class EffectOfRule:
    """What became of one rule's findings about the unit, with a sentence for each month after."""

    rule_name: str
    months: list[Month]
    said: list[str]


LABELS = {0: "发出前一个月", 1: "办结后第一个月", 3: "办结后第三个月"}


def rules_of(letter: Letter) -> list[str]:
    """The rules whose findings a letter rests on."""
    grounds = letter.grounds.values_list("finding__rule", flat=True)
    return sorted(set(grounds))


def findings_counted(rule: str, unit_id: UUID, since: date, until: date) -> int:
    """How many findings of a rule a unit had from a day to the day before `until`.

    What was dismissed or made void isn't counted; what nobody has judged yet is.
    """
    begins, ends = (datetime.combine(day, time(), clock.SHANGHAI) for day in (since, until))
    found = Finding.objects.everywhere("counted for a letter that the asker sees").filter(
        rule=rule,
        unit_id__in=with_predecessors([unit_id]),
        at__gte=begins,
        at__lt=ends,
        state__in=COUNTED,
    )
    return found.count()


def effects_of(subject_id: UUID) -> list[EffectOfRule]:
    """What was recorded of a subject's effect, rule by rule; nothing before the first month is over."""
    kept = Effect.objects.filter(subject_id=subject_id).order_by("rule", "months_after")
    rules: dict[str, list[Effect]] = {}
    for effect in kept:
        rules.setdefault(effect.rule, []).append(effect)
    return [_of_rule(rule, effects) for rule, effects in rules.items()]


def _of_rule(rule: str, effects: list[Effect]) -> EffectOfRule:
    months = [month_of(effect, LABELS[effect.months_after]) for effect in effects]
    before = months[0].stands
    return EffectOfRule(
        rule_name=rule_name(rule),
        months=months,
        said=[
            f"{month.label}：{rules_letters.effect_words(before, month.stands)}"
            for month in months[1:]
        ],
    )


def month_of(effect: Effect, label: str) -> Month:
    """A recorded count with what a recount gives, where findings fell or were made since."""
    again = _recounted(effect)
    return Month(
        label=label,
        first=effect.since,
        last_out=effect.until,
        count=effect.count,
        recount=again if again != effect.count else None,
    )


def _recounted(effect: Effect) -> int:
    """What was told by observers is never taken back: only findings are counted again."""
    if effect.rule in ABOUT or effect.unit_id is None:
        return effect.count
    return findings_counted(effect.rule, effect.unit_id, effect.since, effect.until)
