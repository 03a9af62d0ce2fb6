"""The rules that read the log, each pure, each with its thresholds and what it needs to be heard.

A rule's code, name and thresholds are dated data (`supervision.rules`); what it does is code with a
test. Nothing here touches a database, a clock or a network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from huiban.modules.voice import kinds

from .answers import copied, empty_answer, reopened, unsolved
from .chain import (
    ASSISTS,
    DUTY_LATE,
    DUTY_WARNED,
    NEVER_SUBJECT,
    SENDING_STANDS_AT,
    Found,
    Ground,
    Link,
    Turn,
    month_of,
    walk,
)
from .lagging import (
    STALLED_AT,
    co_handler_silent,
    extended,
    silent,
    stalled,
    urgent_missed,
)
from .passing import Lift, Thresholds, bounced, lifted_often, lifts, outside_list

__all__ = [
    "ASSISTS",
    "DUTY_LATE",
    "DUTY_WARNED",
    "LIFTED_OFTEN",
    "NEVER_SUBJECT",
    "RULES",
    "WATCHED",
    "Found",
    "Ground",
    "Lift",
    "Link",
    "Rule",
    "Threshold",
    "Thresholds",
    "Turn",
    "all_found",
    "all_lifts",
    "digest",
    "found_by",
    "lifted_often",
    "lifts",
    "month_of",
    "thresholds_of",
    "walk",
]

Find = Callable[[Sequence[Turn], Ground, Thresholds], Iterator[Found]]


@dataclass(frozen=True)
class Threshold:
    """A number of a rule that a district may change, between `least` and `most`."""

    code: str
    label: str
    value: int
    least: int = 1
    most: int = 1000


@dataclass(frozen=True)
class Rule:
    """A rule over one case: what it finds, from which kinds of links it can be complete.

    `is_on` and the thresholds' values are what holds until a district says otherwise. `find` gives
    all that qualifies, in the order of the links, also what counts once more than once; it is None
    for a rule over many cases.
    """

    code: str
    name: str
    meaning: str
    completes: frozenset[str]
    find: Find | None
    thresholds: tuple[Threshold, ...] = ()
    is_on: bool = True


LIFTED_OFTEN = "lifted_often"

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "bounced",
            "来回推转",
            "一件事转出后又回到原来的单位，或多次、多家退回。上报上一级不算，上报后又被派回来算；当即撤销的派单不算。",
            SENDING_STANDS_AT,
            bounced,
            (
                Threshold("backs", "回到原单位几次", 1, most=20),
                Threshold("returns", "一件事退回几次", 2, most=20),
                Threshold("units", "几家单位退回过", 2, most=20),
            ),
        ),
        Rule(
            "stalled",
            "久未接单",
            "派到后一直没有接单，也没有其他动作。从派出时起算。",
            STALLED_AT,
            stalled,
            (Threshold("hours", "几个工作小时没有接单", 14, most=200),),
        ),
        Rule(
            "silent",
            "接单后无声",
            "接单后没有问过居民、没有延期说明、没有邀请协办，直到超过时限。",
            frozenset({DUTY_LATE}),
            silent,
            (Threshold("hours", "接单后至少几个工作小时", 7, most=200),),
        ),
        Rule(
            "extended",
            "反复延期",
            "同一单位办理同一件事，多次延期或累计延得太久。",
            frozenset({kinds.DEFERRED}),
            extended,
            (
                Threshold("times", "延期几次", 2, most=20),
                Threshold("days", "累计超过几个工作日", 10, most=200),
            ),
        ),
        Rule(
            "co_handler_silent",
            "协办无反馈",
            "受邀协办，到期没有反馈。",
            frozenset({DUTY_LATE}),
            co_handler_silent,
        ),
        Rule(
            "copied",
            "套用答复办结",
            "答复与另一件事的答复相同，事情就此办结，居民也没有说解决了。",
            frozenset({kinds.RATED, kinds.CLOSED_UNRATED, kinds.EXPLAINED}),
            copied,
            (Threshold("even_if_solved", "居民说解决了也算（1 是，0 否）", 0, least=0, most=1),),
        ),
        Rule(
            "empty_answer",
            "答复空泛",
            "答复很可能没有回答居民的问题，事情就此办结，居民也没有说解决了。",
            frozenset({kinds.CLOSED_UNRATED, kinds.EXPLAINED}),
            empty_answer,
            (Threshold("doubt", "存疑程度到百分之几", 80, most=100),),
            is_on=False,
        ),
        Rule(
            "reopened",
            "办结后重办",
            "已经办结，复核后又重新办理。",
            frozenset({kinds.REOPENED}),
            reopened,
            (Threshold("days", "办结后几天内", 30, most=365),),
        ),
        Rule(
            "unsolved",
            "办结与居民不一致",
            "单位答复已办，居民评价没解决。",
            frozenset({kinds.RATED}),
            unsolved,
        ),
        Rule(
            "outside_list",
            "超清单派单",
            "把不在职责清单里的事派给社区，或让社区主办只该协助的事；派出后改了分类的也算。",
            SENDING_STANDS_AT | {kinds.INVITED, kinds.CATEGORISED},
            outside_list,
        ),
        Rule(
            LIFTED_OFTEN,
            "经常超时升级",
            "一个自然月里，同一单位有多件事因超过时限自动升级。",
            frozenset({kinds.LIFTED}),
            None,
            (Threshold("times", "一个月几件", 5, most=500),),
        ),
        Rule(
            "urgent_missed",
            "紧急时限未守",
            "涉及安全的事超过时限。",
            frozenset({DUTY_LATE}),
            urgent_missed,
        ),
    )
}

# The kinds of links that can complete a finding.
WATCHED: frozenset[str] = frozenset().union(*(rule.completes for rule in RULES.values()))


def found_by(
    rule: Rule, turns: Sequence[Turn], ground: Ground, thresholds: Thresholds
) -> list[Found]:
    """What a rule over one case finds in it, each once, about those who may be its subject."""
    first: dict[str, Found] = {}
    for found in all_found(rule, turns, ground, thresholds):
        first.setdefault(found.mark, found)
    return list(first.values())


def all_found(
    rule: Rule, turns: Sequence[Turn], ground: Ground, thresholds: Thresholds
) -> list[Found]:
    """All that qualifies, by links in their order; of each mark only the first is a finding."""
    if rule.find is None:
        return []
    found = rule.find(turns, ground, thresholds)
    return [_fair(one, ground) for one in found if not ground.guides(one.unit)]


def _fair(found: Found, ground: Ground) -> Found:
    """The finding without naming, as the other unit, one that only guides."""
    named = found.other and found.other != found.unit and not ground.guides(found.other)
    return found if named else replace(found, other="")


def thresholds_of(rule: Rule, data: Mapping[str, object]) -> dict[str, int]:
    """The numbers of a rule as dated data has them, each as declared where it is missing."""
    return {
        one.code: value if isinstance(value := data.get(one.code), int) else one.value
        for one in rule.thresholds
    }


def digest(thresholds: Thresholds) -> str:
    """A mark by which sets of thresholds are told apart."""
    text = json.dumps(dict(thresholds), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def all_lifts(chains: Iterable[tuple[str, Sequence[Turn]]], ground: Ground) -> list[Lift]:
    """The lifts of many cases, from units that may be the subject of a finding."""
    return [
        lift
        for case, turns in chains
        for lift in lifts(case, turns)
        if not ground.guides(lift.unit)
    ]
