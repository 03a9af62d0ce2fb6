"""热点: what keeps coming back, why it ranks where it does, and the cases behind it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiban.modules.analysis import permits as analysis
from huiban.modules.analysis.models import Policy
from huiban.modules.analysis.queries.policies import policies_of_themes
from huiban.modules.supervision.queries.desks import supervised_districts
from huiban.modules.voice import permits, queries
from huiban.modules.voice.queries.themes import PERIODS, Span, ThemeLine
from huiban.web.kit.asked import key_asked

from .frame import show
from .session import DeskRequest, desk
from .today import Chip

BAR_WIDTH, BAR_STEP, BAR_HEIGHT = 16, 20, 100
# Where nothing came a line is drawn, so that the stretch is seen to be there.
LEAST_HEIGHT = 3


@dataclass(frozen=True)
class Bar:
    """A bar of the course, in the drawing's own units."""

    at: int
    top: int
    height: int


@dataclass(frozen=True)
class Row:
    """A theme with the bars of its course, which its table says in figures, and what it led to."""

    line: ThemeLine
    bars: list[Bar]
    policy: Policy | None

    @property
    def width(self) -> int:
        """Of the drawing."""
        return BAR_STEP * len(self.bars) - (BAR_STEP - BAR_WIDTH)


@desk(permits.READ)
@require_safe
def themes(request: DeskRequest) -> HttpResponse:
    """The themes of a period, the hottest first."""
    asked = request.GET.get("days", "")
    days = next((days for days in PERIODS if str(days) == asked), 30)
    found = queries.themes(request.actor, days)
    led_to = policies_of_themes(request.actor, [line.theme_id for line in found.lines])
    context = {
        "found": found,
        "rows": [Row(line, _bars(line.spans), led_to.get(line.theme_id)) for line in found.lines],
        "reads_policies": request.actor.may(analysis.READ),
        "may_open": request.actor.may(analysis.PUBLISH),
        "period_chips": [
            Chip(f"最近{number}天", _href(number), number == found.days) for number in PERIODS
        ],
    }
    return show(request, "desk/pages/themes.html", context, here="themes")


@desk(permits.READ)
@require_safe
def cases(request: DeskRequest) -> HttpResponse:
    """The cases of one theme, the newest first."""
    if not request.GET.get("theme"):
        return HttpResponseRedirect(reverse("desk:themes"))
    theme_id = key_asked(request.GET, "theme")
    context = {
        "found": queries.theme_cases(request.actor, theme_id),
        "theme_id": theme_id,
        "may_consult": bool(supervised_districts(request.actor)),
    }
    return show(request, "desk/pages/themes_cases.html", context, here="themes")


def _bars(spans: list[Span]) -> list[Bar]:
    heights = [max(LEAST_HEIGHT, span.height) for span in spans]
    return [
        Bar(BAR_STEP * number, BAR_HEIGHT - height, height) for number, height in enumerate(heights)
    ]


def _href(days: int) -> str:
    return f"{reverse('desk:themes')}?{urlencode({'days': days})}"
