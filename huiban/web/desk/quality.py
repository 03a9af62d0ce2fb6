"""研判质量: how good the suggested categories are, for whoever administers the district."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiban.kernel.access.permits import ADMINISTER
from huiban.modules.voice import queries

from .frame import show
from .session import DeskRequest, desk


@desk(ADMINISTER)
@require_safe
def quality(request: DeskRequest) -> HttpResponse:
    """The quality page."""
    context = {"quality": queries.quality(request.actor)}
    return show(request, "desk/pages/quality.html", context, here="quality")
