"""周一研判单: a unit's week on one page, at the desk and on a sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiban.kernel.base import clock
from huiban.kernel.base.phrases import say_hours
from huiban.kernel.files.papers import fonts
from huiban.modules.analysis import permits
from huiban.modules.analysis.papers_monday import monday_pdf, waiting_words
from huiban.modules.analysis.queries.figures import units_read
from huiban.modules.analysis.queries.monday import TERRITORY, Answering, Monday, monday_of
from huiban.web.kit.asked import code_asked

from .carrying import paper_response
from .frame import show
from .session import DeskRequest, desk


@dataclass(frozen=True)
class Row:
    """A co-handler with its times in words."""

    unit: Answering
    hours: str
    waiting: str


@desk(permits.READ)
@require_safe
def monday(request: DeskRequest) -> HttpResponse:
    """The page of the unit that was asked for, else of one's own."""
    page = _page(request)
    context = {
        "page": page,
        "answering": [
            Row(one, say_hours(one.hours, "—"), waiting_words(one)) for one in page.answering
        ],
        "due_rest": page.due_total - len(page.due),
        "units": [unit for unit in units_read(request.actor) if unit.level in TERRITORY],
        "paper_href": f"{reverse('desk:monday-paper')}?{urlencode({'unit': page.unit.code})}",
    }
    return show(request, "desk/pages/monday.html", context, here="counts")


@desk(permits.READ)
@require_safe
def paper(request: DeskRequest) -> HttpResponse:
    """The same as one printed sheet."""
    page = _page(request)
    pdf = monday_pdf(page, clock.now(), fonts(), demonstration=settings.DEMONSTRATION)
    name = f"{page.unit.name}周一研判单{page.day:%Y%m%d}.pdf"
    return paper_response(pdf, name, "pdf", to_save=False)


def _page(request: DeskRequest) -> Monday:
    return monday_of(request.actor, code_asked(request.GET, "unit"))
