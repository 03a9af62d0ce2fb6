"""今天: everything that is owed, the next due first, with the case beside it where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.base import clock
from huiban.kernel.base.phrases import say_date
from huiban.kernel.notices import queries as notices
from huiban.kernel.vocab.queries import words
from huiban.modules.supervision import permits as supervision
from huiban.modules.voice import permits, queries, wording
from huiban.modules.voice.queries.inbox import InboxFilter, InboxLine, InboxPage
from huiban.modules.voice.queries.owners import CATEGORIES
from huiban.web.kit.asked import code_asked

from .case import case_context
from .frame import capped, form_key, show
from .owed import OwedRow, owed_rows
from .session import DeskRequest, desk

# What a line offers where one tap isn't enough: the way to the form.
GO = {
    "consent": "去答复退回",
    "assist": "去反馈",
    "verify": "去核实",
    "review": "去复核",
    "callback": "去回访",
    "erasure": "去清除",
}


@dataclass(frozen=True)
class Chip:
    """A filter that can be put on or taken off."""

    label: str
    href: str
    on: bool
    count: str = ""
    late: bool = False


@dataclass(frozen=True)
class Row:
    """A line of the list, with what its form needs."""

    line: InboxLine
    href: str
    do_href: str
    do_label: str
    key: str
    chosen: bool


@dataclass(frozen=True)
class Section:
    """The lines that are due in the same stretch of time."""

    code: str
    label: str
    rows: list[Row]


@desk
@require_safe
def today(request: DeskRequest) -> HttpResponse:
    """The list, and the case that was chosen from it."""
    if not request.actor.may(permits.READ):
        return _nothing_to_read(request)
    chosen = request.GET.get("case", "")
    day = clock.local(clock.now()).date()
    asked = {name: code_asked(request.GET, name) for name in ("section", "kind", "category")}
    page = queries.inbox(
        request.actor, filter=InboxFilter(**asked), after=request.GET.get("after") or None
    )
    context: dict[str, Any] = {
        "sections": _sections(page, asked, chosen),
        "section_chips": _section_chips(page, asked),
        "kind_chips": _chips("kind", wording.DUTY_LABELS, asked),
        "category_chips": _chips("category", _category_names(), asked),
        "filtered": asked["kind"] or asked["category"],
        "plain_href": _href(asked | {"kind": "", "category": ""}),
        "asked": asked,
        "beginning": not request.GET.get("after"),
        "owed": _owed(request, asked),
        "first_href": _href(asked),
        "next_href": _href(asked, after=page.next_after) if page.next_after else "",
        "back": request.get_full_path(),
        "day_words": say_date(day, day),
        "pulse": pulse_of(page.counts),
    }
    if chosen:
        context |= case_context(request, chosen, back=request.get_full_path())
        context["list_href"] = _href(asked)
    return show(request, "desk/pages/today.html", context, here="today")


def _owed(request: DeskRequest, asked: dict[str, str]) -> list[OwedRow]:
    """What is owed in supervision, above the whole list's first page."""
    narrowed = any(asked.values()) or request.GET.get("after")
    return [] if narrowed else owed_rows(request.actor)


def _nothing_to_read(request: DeskRequest) -> HttpResponse:
    """The page of somebody whose posts owe no cases: what else is theirs, or what to do."""
    if request.actor.may(supervision.READ):
        context = {"owed": owed_rows(request.actor)}
        return show(request, "desk/pages/today_supervision.html", context, here="today")
    if request.actor.may(supervision.OBSERVE):
        return HttpResponseRedirect(reverse("desk:observations"))
    if request.actor.may(ADMINISTER):
        return HttpResponseRedirect(reverse("desk:shelf"))
    return show(request, "desk/pages/no_post.html", {}, here="today")


def _sections(page: InboxPage, asked: dict[str, str], chosen: str) -> list[Section]:
    return [
        Section(code, page.labels[code], [_row(line, asked, chosen) for line in lines])
        for code, lines in groupby(page.lines, key=lambda line: line.section)
    ]


def _row(line: InboxLine, asked: dict[str, str], chosen: str) -> Row:
    beside = _href(asked, case=line.reference)
    return Row(
        line=line,
        href=f"{beside}#line-{line.duty_id}",
        do_href=f"{beside}#do",
        do_label=GO.get(line.kind, "去办理"),
        key=form_key(),
        chosen=line.reference == chosen,
    )


def _section_chips(page: InboxPage, asked: dict[str, str]) -> list[Chip]:
    whole = Chip("全部", _href(asked | {"section": ""}), not asked["section"])
    return [whole] + [
        Chip(
            label,
            _href(asked | {"section": code}),
            asked["section"] == code,
            capped(page.counts.get(code, 0)),
            code == "late",
        )
        for code, label in page.labels.items()
        if page.counts.get(code, 0) or asked["section"] == code
    ]


def _chips(name: str, labels: dict[str, str], asked: dict[str, str]) -> list[Chip]:
    return [
        Chip(label, _href(asked | {name: "" if asked[name] == code else code}), asked[name] == code)
        for code, label in labels.items()
    ]


def _category_names() -> dict[str, str]:
    return {word.code: word.name for word in words(CATEGORIES).values()}


def _href(asked: dict[str, str], **more: str) -> str:
    query = urlencode({name: value for name, value in (asked | more).items() if value})
    return reverse("desk:today") + (f"?{query}" if query else "")


@desk
@require_safe
@conditional_page
def pulse(request: DeskRequest) -> HttpResponse:
    """How much is owed and unread, for a page that asks now and then; unchanged answers are 304."""
    page = queries.inbox(request.actor, filter=InboxFilter(), after=None)
    unread = notices.unread_count(request.actor.unit_ids)
    response = JsonResponse({"owed": pulse_of(page.counts), "unread": capped(unread)})
    patch_cache_control(response, private=True, no_cache=True)
    return response


def pulse_of(counts: dict[str, int]) -> str:
    """The counts as one word that changes when any of them does."""
    return "-".join(str(count) for count in counts.values())
