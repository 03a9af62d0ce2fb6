"""设置: what the district may decide for itself, each from a day on."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.access.upkeep import change_setting, settings_today
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.modules.voice.contracts import Done
from huiban.web.kit.refusals import status_of

from .frame import say, show
from .session import DeskRequest, desk


@desk(ADMINISTER)
@require_safe
def settings(request: DeskRequest) -> HttpResponse:
    """The settings as they stand, each with its form."""
    return _page(request)


@desk(ADMINISTER)
@require_POST
def change(request: DeskRequest) -> HttpResponse:
    """Change one from a day on; what doesn't fit brings the page back with the reason."""
    try:
        day = _day(request.POST.get("day", ""))
        change_setting(
            request.actor, request.POST.get("key", ""), request.POST.get("value", ""), day
        )
    except Refusal as refusal:
        return _page(request, refusal)
    say(request, Done("设置已保存。"))
    return HttpResponseRedirect(reverse("desk:settings"))


def _page(request: DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "settings": settings_today(request.actor),
        "today": clock.local(clock.now()).date().isoformat(),
        "refusal": refusal,
        "asked": {name: request.POST.get(name, "") for name in ("key", "value", "day")},
    }
    status = 200 if refusal is None else status_of(refusal)
    return show(request, "desk/pages/settings.html", context, here="settings", status=status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("请写从哪一天起，例如 2027-01-01。", "day") from None
