"""How letters are worded, numbered, followed by the next level, and what their effect was. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# Below so many findings a month a difference says little, and the page says so.
FEW = 10
MOST_CASES_NAMED = 12
# The second level of headings (GB/T 9704-2012) counts so; there are as many rules at the most.
_COUNTED = ("", *"一二三四五六七八九十", "十一", "十二", "十三", "十四", "十五")


@dataclass(frozen=True)
class Level:
    """A level of letters as it reads today."""

    code: str
    name: str
    word: str
    reply_days: int


@dataclass(frozen=True)
class Rung:
    """From `level`, `cause` leads to `next`: late by `late_days`, or insufficient `times`."""

    level: str
    cause: str
    next: str
    name: str
    late_days: int
    times: int


@dataclass(frozen=True)
class Course:
    """How a letter went so far: working days that its reply is late, and insufficient rounds."""

    late_days: int
    insufficient: int


@dataclass(frozen=True)
class NextLevel:
    """The level that the ladder suggests, and why; a person decides."""

    level: str
    reason: str


@dataclass(frozen=True)
class Ground:
    """A finding as a letter tells of it."""

    rule: str
    rule_name: str
    sentence: str
    case_reference: str
    at: date


def level_of(code: str, name: str, data: Mapping[str, object]) -> Level:
    """A level as a vocabulary's word tells it."""
    return Level(code, name, str(data["word"]), int(str(data["reply_days"])))


def rung_of(name: str, data: Mapping[str, object]) -> Rung:
    """A rung as a vocabulary's word tells it."""
    return Rung(
        level=str(data["level"]),
        cause=str(data["cause"]),
        next=str(data["next"]),
        name=name,
        late_days=int(str(data.get("late_days", 1))),
        times=int(str(data.get("times", 1))),
    )


def next_level(level: str, course: Course, rungs: Sequence[Rung]) -> NextLevel | None:
    """What the ladder suggests after a letter of that level; None where it suggests nothing."""
    for rung in rungs:
        if rung.level != level:
            continue
        if rung.cause == "late" and course.late_days >= rung.late_days:
            return NextLevel(
                rung.next, f"{rung.name}：到期后已过{course.late_days}个工作日，仍没有回复。"
            )
        if rung.cause == "insufficient" and course.insufficient >= rung.times:
            return NextLevel(
                rung.next, f"{rung.name}：回复经核实{course.insufficient}次不符合要求。"
            )
    return None


def drafted_title(level_name: str, rule_names: Sequence[str]) -> str:
    """What the letter is about: one kind of finding by its name, several together."""
    names = list(dict.fromkeys(rule_names))
    about = names[0] if len(names) == 1 else "事项办理中几个问题"
    return f"关于{about}的{level_name}"


def drafted_facts(grounds: Sequence[Ground]) -> str:
    """The facts in plain sentences, kind by kind: how often, when, and each case with its evidence."""
    parts = []
    kinds = dict.fromkeys(ground.rule for ground in grounds)
    for number, rule in enumerate(kinds, 1):
        own = sorted((ground for ground in grounds if ground.rule == rule), key=lambda g: g.at)
        parts.append(_facts_of(f"（{_COUNTED[number]}）" if len(kinds) > 1 else "", own))
    return "\n".join(parts)


def _facts_of(number: str, own: Sequence[Ground]) -> str:
    first, last = own[0].at, own[-1].at
    when = _day(first) if first == last else f"{_day(first)}至{_day(last)}"
    lines = [f"{number}{when}，监督中发现“{own[0].rule_name}”{len(own)}次，具体如下："]
    for ground in own[:MOST_CASES_NAMED]:
        about = f"事项{ground.case_reference}：" if ground.case_reference else ""
        lines.append(f"（{_day(ground.at)}）{about}{ground.sentence}")
    if len(own) > MOST_CASES_NAMED:
        lines.append(f"其余{len(own) - MOST_CASES_NAMED}次见监督评价中的清单。")
    return "\n".join(lines)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def drafted_requirements(rules: Sequence[str], wanted: Mapping[str, str]) -> list[str]:
    """What is required: for each rule what the words say, the general requirement last."""
    told = [wanted[rule] for rule in dict.fromkeys(rules) if rule in wanted]
    return [*dict.fromkeys(told), "对照上述情况逐件核查，说明原因和整改措施，并书面回复。"]


def months_on(day: date, months: int) -> date:
    """The same day so many months later (earlier, if negative), or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def effect_span(months_after: int, issued: date, closed: date) -> tuple[date, date]:
    """The month over which findings are counted, with the first day out.

    0 is the month up to the day on which the letter was issued; 1 the first and 3 the third month
    from the day after its close, so that months are compared with months.
    """
    if months_after == 0:
        until = issued + timedelta(days=1)
        return months_on(until, -1), until
    begins = closed + timedelta(days=1)
    return months_on(begins, months_after - 1), months_on(begins, months_after)


def effect_words(before: int, after: int) -> str:
    """What the two counts say, and that small numbers say little."""
    if after < before:
        said = f"从{before}次到{after}次，少了{before - after}次。"
    elif after > before:
        said = f"从{before}次到{after}次，多了{after - before}次。"
    else:
        said = f"前后都是{before}次。"
    if max(before, after) < FEW:
        said += "次数少，一两次的差别说明不了什么。"
    return said


def numbers_off(given: Iterable[int], last: int) -> list[int]:
    """The numbers up to the last one that are missing, stand more than once, or lie beyond it."""
    there, expected = Counter(given), Counter(range(1, last + 1))
    return sorted({*(expected - there), *(there - expected)})
