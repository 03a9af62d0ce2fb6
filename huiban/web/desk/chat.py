"""粘贴: what residents said in a chat becomes reports, one tap each, and the answers go back as text.

Nothing of a paste is kept but what is taken: the page's own form carries it from tap to tap, so
that a reload sends it again and takes nothing twice. Who said it is shown and not stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.moments import parse_moment
from huiban.kernel.base.phrases import say_moment
from huiban.modules.voice import actions, permits, queries
from huiban.modules.voice.contracts import Danger
from huiban.modules.voice.learning.chat import Item, read_chat

from .frame import show
from .session import DeskRequest, desk

LONGEST_PASTE = 60_000
MOST_LINES = 120
OFFERED, LEFT_OUT, PUT_ASIDE, TAKEN = "offered", "left_out", "put_aside", "taken"
# What a line carries from page to page.
CARRIED = ("key", "who", "text", "time", "place", "why", "state", "reference")
_MARK = re.compile(r"[0-9a-f]{12}")
_KEY = re.compile(r"chat-[0-9a-f]{48}")


@dataclass
class Line:
    """One message of a paste, and what the worker made of it."""

    number: int
    key: str = ""
    who: str = ""
    text: str = ""
    time: str = ""
    place: str = ""
    why: str = ""
    state: str = OFFERED
    reference: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False

    @property
    def dangers(self) -> tuple[Danger, ...]:
        """Whom to call, where the words speak of danger."""
        return queries.dangers_told(self.text) if self.state == OFFERED else ()

    @property
    def carried(self) -> dict[str, str]:
        """The hidden fields of a line that isn't being edited."""
        return {name: getattr(self, name) for name in CARRIED}


@dataclass
class Sheet:
    """A paste as the page shows it. `unit_id` is where its reports are taken in."""

    unit_id: UUID
    mark: str
    lines: list[Line]

    def of(self, *states: str) -> list[Line]:
        """The lines in one of these states."""
        return [line for line in self.lines if line.state in states]


@desk(permits.TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: DeskRequest) -> HttpResponse:
    """Paste a chat, then decide line by line."""
    if request.method != "POST":
        return _box(request)
    if "mark" in request.POST:
        sheet = _carried(request)
        _decide(request, sheet, request.POST.get("do", ""))
        return _sheet(request, sheet)
    try:
        return _sheet(request, _read(request))
    except Refusal as refusal:
        return _box(request, request.POST.get("paste", ""), refusal)


def _box(request: DeskRequest, paste: str = "", refusal: Refusal | None = None) -> HttpResponse:
    now = clock.now()
    context = {
        "paste": paste[:LONGEST_PASTE],
        "refusal": refusal,
        "longest": LONGEST_PASTE,
        "seats": _seats(request),
        "pastes": [
            {
                "when": say_moment(kept.at, now),
                "count": len(kept.references),
                "href": _answers_href(kept.references),
            }
            for kept in queries.recent_pastes(request.actor)
        ],
    }
    return show(
        request, "desk/pages/chat.html", context, here="chat", status=422 if refusal else 200
    )


def _seats(request: DeskRequest) -> list[tuple[str, str]]:
    """The units in which the worker may take reports in, by key and name."""
    held = {
        str(seat.unit_id): seat.unit_name
        for seat in request.actor.seats
        if permits.TRIAGE in seat.permits
    }
    return list(held.items())


def _unit_asked(request: DeskRequest) -> UUID:
    """The unit that was chosen, or the only one. Raises NotPermitted for another's."""
    asked = request.POST.get("unit", "")
    try:
        unit_id = UUID(asked) if asked else None
    except ValueError:
        unit_id = None
    return request.actor.seat_for(permits.TRIAGE, unit_id).unit_id


def _read(request: DeskRequest) -> Sheet:
    """The sheet of a fresh paste. Raises Refusal for one that is empty, too long or says nothing."""
    paste = request.POST.get("paste", "")
    if len(paste) > LONGEST_PASTE:
        raise Refusal(
            f"一次最多粘贴{LONGEST_PASTE}字，现在有{len(paste)}字。请分几次粘贴，已登记的不会重复。",
            "paste",
        )
    now = clock.local(clock.now())
    items = read_chat(paste, now, queries.matter_words())
    if not items:
        raise Refusal("没有读到聊天内容。请在微信里选中消息，复制后粘贴到这里。", "paste")
    if len(items) > MOST_LINES:
        raise Refusal(
            f"一次最多读{MOST_LINES}条，现在有{len(items)}条。请分几次粘贴，已登记的不会重复。",
            "paste",
        )
    unit_id = _unit_asked(request)
    mark = hashlib.sha256(f"{unit_id}\n{paste}".encode(errors="replace")).hexdigest()[:12]
    return Sheet(unit_id, mark, [_line(unit_id, at, item) for at, item in enumerate(items, 1)])


def _line(unit_id: UUID, number: int, item: Item) -> Line:
    return Line(
        number=number,
        key=actions.key_of(unit_id, item.sender, item.at, item.begins, item.occurrence),
        who=item.sender,
        text=item.text,
        time=clock.local(item.at).strftime("%Y-%m-%dT%H:%M") if item.at is not None else "",
        place=item.place_words,
        why=item.left_out or ("有图片，请居民另发" if item.pictures else ""),
        state=LEFT_OUT if item.left_out else OFFERED,
    )


def _carried(request: DeskRequest) -> Sheet:
    """The sheet as its form carried it. What was tampered with is left out."""
    mark = request.POST.get("mark", "")
    lines = [
        Line(number, **values)  # type: ignore[arg-type]
        for number, values in _fields(request.POST)
        if _KEY.fullmatch(values["key"])
        and values["state"] in (OFFERED, LEFT_OUT, PUT_ASIDE, TAKEN)
    ]
    return Sheet(_unit_asked(request), mark if _MARK.fullmatch(mark) else "0" * 12, lines)


def _fields(post: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number in range(1, MOST_LINES + 1):
        if f"key-{number}" in post:
            yield number, {name: post.get(f"{name}-{number}", "") for name in CARRIED}


def _decide(request: DeskRequest, sheet: Sheet, do: str) -> None:
    """Do what was tapped: take one or all, put one aside, offer one again."""
    verb, _, number = do.partition("-")
    chosen = [line for line in sheet.lines if str(line.number) == number]
    if verb == "all":
        chosen = sheet.of(OFFERED)
    for line in chosen:
        if verb in ("take", "all"):
            _take(request, sheet, line)
        elif verb == "aside" and line.state == OFFERED:
            line.state = PUT_ASIDE
        elif verb == "offer" and line.state in (LEFT_OUT, PUT_ASIDE):
            line.state, line.why = OFFERED, ""


def _take(request: DeskRequest, sheet: Sheet, line: Line) -> None:
    try:
        heard = actions.Heard(
            key=line.key,
            text=line.text,
            place_words=line.place,
            told_at=_told_at(line.time),
            number=f"chat-{sheet.mark}-{line.number}",
        )
        reported = actions.take_from_chat(request.actor, sheet.unit_id, heard)
    except Refusal as refusal:
        line.state, line.refused = OFFERED, {refusal.field or "text": refusal.message}
        return
    line.state, line.reference, line.repeated = TAKEN, reported.reference, reported.repeated


def _told_at(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return parse_moment(text, clock.SHANGHAI)
    except Refusal as refusal:
        raise Refusal(refusal.message, "time") from None


def _sheet(request: DeskRequest, sheet: Sheet) -> HttpResponse:
    taken = sheet.of(TAKEN)
    context = {
        "sheet": sheet,
        "found": len(sheet.of(OFFERED, TAKEN)),
        "offered": sorted(sheet.of(OFFERED), key=lambda line: not line.dangers),
        "taken": taken,
        "others": sheet.of(LEFT_OUT, PUT_ASIDE),
        "answers_href": _answers_href(line.reference for line in taken),
    }
    refused = any(line.refused for line in sheet.lines)
    status = 422 if refused else 200
    return show(request, "desk/pages/chat_sheet.html", context, here="chat", status=status)


def _answers_href(references: Iterator[str] | tuple[str, ...]) -> str:
    return f"{reverse('desk:chat-answers')}?{urlencode({'cases': ','.join(references)}, safe=',')}"


@desk(permits.TRIAGE)
@require_safe
def answers(request: DeskRequest) -> HttpResponse:
    """What became of the reports of a paste, as text to copy back into the chat."""
    references = request.GET.get("cases", "")[:2000].split(",")
    found = queries.chat_answers(request.actor, references)
    context = {
        "answers": found,
        "whole": "\n".join(answer.line for answer in found),
        "answered": sum(answer.answered for answer in found),
    }
    return show(request, "desk/pages/chat_answers.html", context, here="chat")
