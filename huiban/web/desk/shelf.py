"""The shelf: deliveries that failed too often, for an administrator to look at and try again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.events.actions import take_off_shelf
from huiban.kernel.events.models import Delivery
from huiban.modules.voice.contracts import Done

from .frame import say, show
from .session import DeskRequest, desk

MOST_LISTED = 100


@desk(ADMINISTER)
@require_safe
def shelf(request: DeskRequest) -> HttpResponse:
    """What lies on the shelf, oldest first."""
    shelved = Delivery.objects.filter(state=Delivery.State.SHELVED).order_by("id")
    context = {"deliveries": shelved[:MOST_LISTED], "count": shelved.count()}
    return show(request, "desk/pages/shelf.html", context, here="shelf")


@desk(ADMINISTER)
@require_POST
def again(request: DeskRequest, delivery_id: UUID) -> HttpResponse:
    """Let one be tried again from the beginning."""
    taken = take_off_shelf(delivery_id)
    say(request, Done("已重新排队，马上再试一次。" if taken else "这一件已经不在搁置架上。"))
    return HttpResponseRedirect(reverse("desk:shelf"))
