"""The frame of every page of the desk: where one can go, who one is, what was just said."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huiban.kernel.access.actor import Seat
from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.notices import queries as notices
from huiban.modules.analysis import permits as analysis
from huiban.modules.supervision import permits as supervision
from huiban.modules.voice import permits
from huiban.modules.voice.contracts import Done

from .session import DeskRequest

MOST_SHOWN = 99


@dataclass(frozen=True)
class Place:
    """A place of the navigation."""

    code: str
    label: str
    icon: str
    href: str


@dataclass(frozen=True)
class Frame:
    """What the frame shows. `said` is the outcome of what was just done.

    `may_find` is for whoever reads cases: to others it says something even that there is none.
    """

    here: str
    places: tuple[Place, ...]
    seats: tuple[Seat, ...]
    has_notices: bool
    unread: str
    may_find: bool
    may_administer: bool
    said: dict[str, str] | None


def show(
    request: DeskRequest,
    template: str,
    context: dict[str, Any],
    *,
    here: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page in the desk's frame. `here` is the code of the place one is at."""
    # Notices go to units: whoever only observes from one has no business with them.
    reads = request.actor.may(permits.READ)
    hears = reads or request.actor.may(supervision.READ)
    frame = Frame(
        here=here,
        places=_places(request),
        seats=request.actor.seats,
        has_notices=hears,
        unread=capped(notices.unread_count(request.actor.unit_ids)) if hears else "",
        may_find=reads,
        may_administer=request.actor.may(ADMINISTER),
        said=request.session.pop("said", None),
    )
    return render(request, template, {"frame": frame, **context}, status=status)


def _places(request: DeskRequest) -> tuple[Place, ...]:
    watch = Place("supervision", "监督", "eye", reverse("desk:supervision"))
    watches = (watch,) if request.actor.may(supervision.READ) else ()
    tell = Place("observations", "反映", "send", reverse("desk:observations"))
    tells = (tell,) if request.actor.may(supervision.OBSERVE) else ()
    today = Place("today", "今天", "house", reverse("desk:today"))
    book = Place("handbook", "手册", "file-text", reverse("desk:handbooks"))
    books = (book,) if request.actor.may(analysis.PUBLISH) else ()
    if not request.actor.may(permits.READ):
        return (*((today,) if watches else ()), *tells, *watches, *books)
    chat = Place("chat", "粘贴", "message-square", reverse("desk:chat"))
    return (
        today,
        *tells,
        Place("cases", "案件", "list", reverse("desk:cases")),
        *((chat,) if request.actor.may(permits.TRIAGE) else ()),
        Place("themes", "热点", "users", reverse("desk:themes")),
        *watches,
        *books,
        Place("counts", "统计", "chart-column", reverse("desk:counts")),
        Place("find", "查找", "search", reverse("desk:find")),
    )


def capped(number: int) -> str:
    """A count as a badge shows it: nothing for none, 99+ for many."""
    if not number:
        return ""
    return str(number) if number <= MOST_SHOWN else f"{MOST_SHOWN}+"


def say(request: DeskRequest, done: Done, reference: str = "") -> None:
    """Let the next page say what was done, with its undoing where there is one."""
    request.session["said"] = {
        "message": done.message,
        "undo": done.undo,
        "reference": reference,
        "key": form_key(),
    }


def form_key() -> str:
    """A fresh key for a form, so that sending it twice takes effect once."""
    return secrets.token_urlsafe(16)
