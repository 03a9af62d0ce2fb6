"""通知: what units were told, and the way from there to the case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.base.errors import Unseen
from huiban.kernel.notices import actions, queries
from huiban.kernel.notices.queries import PAGE, NoticeLine
from huiban.modules.voice.models import Case

from .case import case_href
from .frame import show
from .owed import leads_somewhere, where
from .paging import after_asked, paging
from .session import DeskRequest, desk


@dataclass(frozen=True)
class Row:
    """A notice, the reference of its case where the asker sees one, or that it leads elsewhere."""

    line: NoticeLine
    reference: str
    elsewhere: bool


@desk
@require_safe
def notices(request: DeskRequest) -> HttpResponse:
    """The notices to one's units, the latest first."""
    lines = queries.notices_of(request.actor.unit_ids, after_asked(request))
    references = _references(request, lines)
    context = {
        "rows": [
            Row(
                line,
                references.get(line.subject_id, ""),
                leads_somewhere(line.subject_type),
            )
            for line in lines
        ],
        **paging(request, "desk:notices", lines, PAGE),
        "any_unread": queries.unread_count(request.actor.unit_ids) > 0,
    }
    return show(request, "desk/pages/notices.html", context, here="notices")


@desk
@require_POST
def read_all(request: DeskRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_read(request.actor)
    return HttpResponseRedirect(reverse("desk:notices"))


@desk
@require_POST
def open_notice(request: DeskRequest, notice_id: UUID, reference: str) -> HttpResponse:
    """Mark a notice as read and go to its case."""
    if not Case.objects.within(request.actor.scope).filter(reference=reference).exists():
        raise Unseen
    actions.mark_read(request.actor, [notice_id])
    return HttpResponseRedirect(case_href(reference))


@desk
@require_POST
def follow_notice(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read and go to what it tells of, where that is no case."""
    line = queries.notice_of(request.actor.unit_ids, notice_id)
    href = where(line.subject_type, line.subject_id) if line is not None else ""
    if not href:
        raise Unseen
    actions.mark_read(request.actor, [notice_id])
    return HttpResponseRedirect(href)


def _references(request: DeskRequest, lines: list[NoticeLine]) -> dict[UUID, str]:
    ids = {line.subject_id for line in lines if line.subject_type == Case.SUBJECT}
    seen = Case.objects.within(request.actor.scope).filter(pk__in=ids)
    return dict(seen.values_list("pk", "reference"))
