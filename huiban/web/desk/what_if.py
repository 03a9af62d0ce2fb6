"""推演: what would be if something were otherwise; today's flow and the asked one side by side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis import permits
from huiban.modules.analysis.queries.what_if import (
    AS_COUNTED,
    ASKABLE,
    AtLevel,
    WhatIf,
    what_if,
)
from huiban.modules.analysis.what_if.flow import COMMUNITY, STREET, Question
from huiban.modules.analysis.what_if.telling import Checked, Line, Spread
from huiban.web.kit.refusals import status_of

from .frame import show
from .session import DeskRequest, desk
from .today import Chip

# What may be typed: the least and the most.
BOUNDS = {
    "people": (1, 50, "现在每个单位的人数"),
    "more": (0, 10, "每个单位增加的人数"),
    "clock_days": (0, 30, "时限的工作日数"),
    "arrivals": (20, 300, "件数的百分比"),
    "returns": (0, 100, "退回的百分比"),
}


@dataclass(frozen=True)
class Told:
    """A figure in words: the middle of the runs, and its interval."""

    middle: str
    between: str


@dataclass(frozen=True)
class Row:
    """A figure as the table shows it; None for what wasn't asked."""

    label: str
    today: Told | None
    asked: Told | None
    difference: Told | None
    is_clear: bool
    is_same: bool


@dataclass(frozen=True)
class Test:
    """A figure of the check as the table shows it."""

    label: str
    actual: str
    simulated: Told | None
    holds: bool


@desk(permits.READ)
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """The page of what-if questions; one that can't be asked stays as it was typed."""
    refusal = None
    try:
        question = _question(request.GET)
    except Refusal as refused:
        refusal, question = refused, _question(QueryDict())
    found = what_if(request.actor, question)
    question = found.question
    context = {
        "refusal": refusal,
        "fields": _fields(request.GET if refusal else QueryDict(), question),
        "found": found,
        "study": found.study,
        "simulated": found.study.month.later(1),
        "asked_words": _words(question),
        "chips": _chips(found, question),
        "lines": [_row(line) for line in found.lines],
        "loads": [_row(line) for line in found.loads],
        "checks": [_test(one) for one in found.study.checks],
        "said_more": _said_of_more(found, question),
    }
    status = 200 if refusal is None else status_of(refusal)
    return show(request, "desk/pages/what_if.html", context, here="what-if", status=status)


def _fields(typed: QueryDict, question: Question) -> dict[str, str]:
    """What the form holds: what is asked, or what was typed before it was refused."""
    return {name: typed.get(name, str(value)) for name, value in asdict(question).items()}


def _question(asked: QueryDict) -> Question:
    today = Question()
    return Question(
        more_level=_level(asked, "more_level", COMMUNITY),
        people=_number(asked, "people", AS_COUNTED),
        more=_number(asked, "more", today.more),
        clock_level=_level(asked, "clock_level", STREET),
        clock_days=_number(asked, "clock_days", today.clock_days),
        arrivals=_number(asked, "arrivals", today.arrivals),
        returns=_number(asked, "returns", today.returns),
    )


def _level(asked: QueryDict, name: str, usual: str) -> str:
    level = asked.get(name, usual)
    if level not in ASKABLE:
        raise Refusal("没有这一级单位。请从社区、街道、部门里选。", name)
    return level


def _number(asked: QueryDict, name: str, usual: int) -> int:
    text = asked.get(name, "").strip()
    if not text:
        return usual
    least, most, what = BOUNDS[name]
    if text.isascii() and text.isdecimal() and len(text) < 4 and least <= int(text) <= most:
        return int(text)
    raise Refusal(f"{what}请填{least}到{most}的整数。", name)


def _people(found: WhatIf, level: str) -> int:
    return next(one.people for one in found.levels if one.code == level)


def _words(question: Question) -> str:
    """What is asked, as a sentence without its end; "" for nothing."""
    told = []
    if question.more:
        told.append(
            f"每个{ASKABLE[question.more_level]}从{question.people}人增加到"
            f"{question.people + question.more}人"
        )
    if question.clock_days:
        clock_level = ASKABLE[question.clock_level]
        told.append(f"{clock_level}的一般事项时限改为{question.clock_days}个工作日")
    if question.arrivals != 100:
        told.append(f"收到的件数是现在的{question.arrivals}%")
    if question.returns != 100:
        told.append(f"退回是现在的{question.returns}%")
    return "，".join(told)


def _chips(found: WhatIf, question: Question) -> list[Chip]:
    people = _people(found, COMMUNITY)
    offered: tuple[tuple[str, dict[str, str | int]], ...] = (
        ("照今天的样子", {}),
        ("社区各加1人", {"more_level": COMMUNITY, "people": people, "more": 1}),
        ("街道时限2天", {"clock_level": STREET, "clock_days": 2}),
        ("件数多20%", {"arrivals": 120}),
        ("退回减半", {"returns": 50}),
    )
    now = _changes(question)
    return [
        Chip(label, f"{reverse('desk:what-if')}?{urlencode(asked)}" if asked else ".", now == asked)
        for label, asked in offered
    ]


def _changes(question: Question) -> dict[str, str | int]:
    """What the question changes, as the page's address says it."""
    found: dict[str, str | int] = {}
    if question.more:
        found |= {
            "more_level": question.more_level,
            "people": question.people,
            "more": question.more,
        }
    if question.clock_days:
        found |= {"clock_level": question.clock_level, "clock_days": question.clock_days}
    for name in ("arrivals", "returns"):
        if getattr(question, name) != 100:
            found[name] = getattr(question, name)
    return found


def _said_of_more(found: WhatIf, question: Question) -> str:
    """What more people can change at all, where they are asked for."""
    if not question.more:
        return ""
    level: AtLevel = next(one for one in found.levels if one.code == question.more_level)
    if not level.limited:
        return (
            f"{level.units}个{level.label}里，记录中看不出哪个接办到了顶，"
            "所以在这次模拟里加人不会有变化。这不等于加人没有用：接单以后的办理快慢，记录里看不出和人数有关。"
        )
    return (
        f"{level.units}个{level.label}里，有{level.limited}个在记录中看得出接办到了顶，"
        f"平均每个工作日接{level.cases_a_day:.1f}件；只有这些单位会因为加人变快。"
    )


def _row(line: Line) -> Row:
    points = "百分点" if line.unit == "%" else line.unit
    return Row(
        label=line.label,
        today=_told(line.today, line.digits, line.unit),
        asked=_told(line.asked, line.digits, line.unit),
        difference=_told(line.difference, line.digits, points, "+"),
        is_clear=line.is_clear,
        is_same=line.is_same,
    )


def _test(one: Checked) -> Test:
    actual = "没有" if one.actual is None else f"{one.actual:.{one.digits}f}{one.unit}"
    return Test(one.label, actual, _told(one.simulated, one.digits, one.unit), one.holds)


def _told(spread: Spread | None, digits: int, unit: str, sign: str = "") -> Told | None:
    if spread is None:
        return None
    middle, low, high = (
        _figure(value, digits, sign) for value in (spread.middle, spread.low, spread.high)
    )
    return Told(f"{middle}{unit}", f"{low}至{high}" if low != high else low)


def _figure(value: float, digits: int, sign: str) -> str:
    rounded = round(value, digits) + 0.0
    return f"{rounded:{sign if rounded else ''}.{digits}f}".replace("-", "−")
