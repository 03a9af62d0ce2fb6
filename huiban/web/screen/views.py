"""一屏统览: the screen, the part of it that is asked for again and again, and the cards."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.base import clock
from huiban.kernel.base.phrases import say_date
from huiban.kernel.territory.models import Level
from huiban.modules.analysis import permits
from huiban.modules.analysis.queries.cards import Card, Counted, card_of, formula
from huiban.modules.analysis.queries.figures import figures_of, units_read
from huiban.modules.analysis.queries.outlines import outlines_of
from huiban.modules.analysis.queries.screen import screen_of
from huiban.modules.analysis.queries.screen_parts import PERIODS, Area, Number, Screen, Share
from huiban.modules.analysis.queries.standing import Standing, mark_of, standing
from huiban.modules.voice.queries import ListFilter
from huiban.web.kit.asked import code_asked
from huiban.web.kit.session import WorkerRequest, worker

from .drawing import columns_of, course_of, map_of, short_name
from .words import below_label, beside_words, said, times_of, where_words

# How often the page looks whether there is something new.
SECONDS_BETWEEN_LOOKS = 30


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a unit, a period, and whether it hangs on a wall."""

    unit: str
    period: str
    wall: bool

    def query(self, **more: str) -> str:
        """As the query of an address, beginning with its mark; "" where there is nothing to say."""
        said = {"unit": self.unit, "period": self.period, "wall": "1" if self.wall else ""} | more
        told = urlencode({name: value for name, value in said.items() if value})
        return f"?{told}" if told else ""


@dataclass(frozen=True)
class Choice:
    """A period or a unit that can be chosen."""

    label: str
    href: str
    on: bool


@dataclass(frozen=True)
class Tile:
    """A unit below, as a tile of the schematic and as a row of the table."""

    area: Area
    name: str
    href: str
    expected: str
    received_href: str
    open_href: str
    late_href: str


@dataclass(frozen=True)
class Rate:
    """A rate with the length of its bar in hundredths, and what belongs beside it in words."""

    share: Share
    length: int
    beside: str


@dataclass(frozen=True)
class Tier:
    """A tier with the length of its bar in hundredths of the largest."""

    number: Number
    length: int


@worker(permits.READ)
@require_safe
def screen(request: WorkerRequest) -> HttpResponse:
    """The whole page."""
    asked = _asked(request)
    found = _screen(request, asked)
    context = _context(asked, found) | {
        "unit_groups": _unit_groups(request, found),
        "period_chips": [
            Choice(label, asked.query(period=code), code == found.period_code)
            for code, label in PERIODS.items()
        ],
        "part_href": reverse("screen:part") + asked.query(),
        "seconds": SECONDS_BETWEEN_LOOKS,
        "wall_href": asked.query(wall="" if asked.wall else "1") or reverse("screen:screen"),
    }
    return render(request, "screen/pages/screen.html", context)


@worker(permits.READ)
@require_safe
def part(request: WorkerRequest) -> HttpResponse:
    """The figures alone; an answer that the asker has already is 304."""
    asked = _asked(request)
    # Whoever may no longer see the unit isn't told that nothing has changed.
    figures_of(request.actor, asked.unit)
    known = standing()
    mark = f'"{mark_of(known, asked.unit, asked.period, request.actor.code, str(asked.wall))}"'
    response = get_conditional_response(request, etag=mark)
    if response is None:
        context = _context(asked, _screen(request, asked, known))
        response = render(request, "screen/pages/part.html", context)
        response["ETag"] = mark
    patch_cache_control(response, private=True, no_cache=True)
    return response


@worker(permits.READ)
@require_safe
def card(request: WorkerRequest, key: str) -> HttpResponse:
    """How a figure is counted, and the cases behind it."""
    asked = _asked(request)
    found = card_of(
        request.actor,
        key,
        asked.unit,
        asked.period,
        public=asked.wall,
        recount=request.GET.get("recount") == "1",
    )
    context = {
        "asked": asked,
        "card": found,
        "formula": formula(found.share),
        "rows": [(one, _cases_href(one.number.lists)) for one in found.counted],
        "tiles": _tiles(asked, found.screen) if key == "heat" else [],
        "below_label": below_label(found.screen),
        "times": times_of(found.screen.times) if key == "handling" else [],
        "course": found.screen.course if key == "course" else [],
        "recount_href": asked.query(recount="1"),
        "back_href": reverse("screen:screen") + asked.query(),
        "differing": _differing(found),
        "may_administer": request.actor.may(ADMINISTER),
    }
    return render(request, "screen/pages/card.html", context)


def _differing(found: Card) -> list[Counted]:
    return [
        one
        for one in found.counted
        if found.is_recount and one.recounted is not None and not one.agrees
    ]


def _asked(request: WorkerRequest) -> Asked:
    unit, period = (code_asked(request.GET, name) for name in ("unit", "period"))
    return Asked(unit, period, request.GET.get("wall") == "1")


def _screen(request: WorkerRequest, asked: Asked, known: Standing | None = None) -> Screen:
    return screen_of(request.actor, asked.unit, asked.period, public=asked.wall, known=known)


def _context(asked: Asked, found: Screen) -> dict[str, Any]:
    """What the figures are drawn from."""
    today = clock.local(clock.now()).date()
    longest = max((one.value or 0 for one in found.late_by_tier), default=0) or 1
    units = [area.unit for area in found.areas]
    times = times_of(found.times)
    return {
        "asked": asked,
        "query": asked.query(),
        "screen": found,
        "unit": found.figures.unit,
        "today_words": say_date(today),
        "asof": f"{clock.local(clock.now()):%H:%M}",
        "rates": [_rate(one, found.rates[-1]) for one in found.rates],
        "tiers": [Tier(one, round((one.value or 0) * 100 / longest)) for one in found.late_by_tier],
        "map": map_of(found.areas, outlines_of(units)),
        "tiles": _tiles(asked, found),
        "where": where_words(found.areas),
        "below_label": below_label(found),
        "tile_columns": columns_of(len(found.areas)),
        "course": course_of(found.course),
        "times": times,
        "times_note": times[0].change if len({one.change for one in times}) == 1 else "",
        "period_words": found.period.label.removeprefix(f"{today.year}年"),
        "period_name": PERIODS[found.period_code],
        "visits_a_day": _visits_a_day(found),
    }


def _rate(share: Share, coverage: Share) -> Rate:
    length = round(float(share.percent)) if share.percent else 0
    return Rate(share, length, "" if share.is_hidden else beside_words(share, coverage))


def _visits_a_day(found: Screen) -> int | None:
    if found.visits is None or not found.visits[1]:
        return None
    return round(found.visits[0] / found.visits[1])


def _tiles(asked: Asked, found: Screen) -> list[Tile]:
    return [
        Tile(
            area=area,
            name=short_name(area.unit.name),
            # A unit whose figures are hidden here isn't led to, and an estate has no screen.
            href=""
            if area.unit.level == Level.ESTATE or area.received.value is None
            else reverse("screen:screen") + asked.query(unit=area.unit.code),
            expected=said(area.judged.expected),
            received_href="" if asked.wall else _cases_href(area.received.lists),
            open_href="" if asked.wall else _cases_href(area.open.lists),
            late_href="" if asked.wall else _cases_href(area.late.lists),
        )
        for area in found.areas
    ]


def _cases_href(lists: ListFilter | None) -> str:
    """The list of cases at the desk that a figure counts; "" where the asker may not open it."""
    if lists is None:
        return ""
    said = {one.name: getattr(lists, one.name) for one in fields(lists)}
    told = urlencode({name: str(value) for name, value in said.items() if value})
    return f"{reverse('desk:cases')}?{told}"


def _unit_groups(
    request: WorkerRequest, found: Screen
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The units whose screens the asker may see, under their levels; empty where it's only one."""
    units = units_read(request.actor)
    if len(units) < 2:
        return []
    return [
        (Level(level).label, [(one.code, one.name, one == found.figures.unit) for one in group])
        for level, group in groupby(units, key=lambda unit: unit.level)
    ]
