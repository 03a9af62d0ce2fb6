"""案件: the cases of one's scope, whole or as a number opened them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiban.modules.voice import permits, queries
from huiban.modules.voice.queries import ListFilter
from huiban.web.kit.asked import code_asked

from .frame import show
from .periods import (
    category_choices,
    day_asked,
    group_choices,
    refuse_backward,
    unit_choices,
)
from .session import DeskRequest, desk
from .today import Chip

STATES = {
    "": "全部",
    "open": "正在办",
    "late": "已超时",
    "closed": "已办结",
    "unrated": "没有评价",
    "reopened": "重办过",
    "danger": "涉及安全",
    "diverted": "告知其他途径",
}
NARROWED_BY = (
    *("state", "measure", "unit", "handler", "category", "group", "tier", "result"),
    *("start", "end"),
)


@desk(permits.READ)
@require_safe
def cases(request: DeskRequest) -> HttpResponse:
    """A list of cases, the latest first, a page at a time."""
    asked = {name: code_asked(request.GET, name) for name in NARROWED_BY}
    start, end = day_asked(asked, "start"), day_asked(asked, "end")
    refuse_backward(start, end)
    wanted = ListFilter(**(asked | {"start": start, "end": end}))  # type: ignore[arg-type]
    page = queries.case_list(request.actor, wanted, request.GET.get("after") or None)
    context = {
        "lines": page.lines,
        "state_chips": [
            Chip(label, _href(asked | {"state": state}), asked["state"] == state)
            for state, label in STATES.items()
        ],
        "asked": asked,
        "narrowed": any(value for name, value in asked.items() if name != "state"),
        "units": unit_choices(request.actor.scope),
        "categories": category_choices(),
        "groups": group_choices(),
        "beginning": not request.GET.get("after"),
        "first_href": _href(asked),
        "next_href": _href(asked | {"after": page.next_after}) if page.next_after else "",
    }
    return show(request, "desk/pages/cases.html", context, here="cases")


def _href(asked: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("desk:cases") + (f"?{query}" if query else "")
