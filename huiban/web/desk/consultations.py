"""会商: meetings about cases are called, put down, and followed up decision by decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.modules.supervision import permits
from huiban.modules.supervision.actions import consulting
from huiban.modules.supervision.actions.papers import minutes_file
from huiban.modules.supervision.queries.agendas import Offered, offered_items, titled
from huiban.modules.supervision.queries.consultations import (
    consultation_of_decision,
    consultation_page,
)
from huiban.modules.supervision.queries.consultations import consultations as lines
from huiban.modules.supervision.queries.desks import supervised_districts
from huiban.modules.supervision.queries.following import PAGE
from huiban.modules.supervision.queries.observations import units_named
from huiban.modules.voice.contracts import Done
from huiban.web.kit.refusals import status_of

from .carrying import (
    Failure,
    carry_out,
    day_in,
    key_in,
    keys_in,
    moment_in,
    paper_response,
)
from .frame import form_key, show
from .paging import after_asked, paging
from .session import DeskRequest, desk

# How many decisions the form of the minutes has room for.
ROWS = 6


@desk(permits.READ)
@require_safe
def consultations(request: DeskRequest) -> HttpResponse:
    """The consultations that one sees, the latest first."""
    shown = lines(request.actor, after_asked(request))
    context = {
        "lines": shown,
        **paging(request, "desk:consultations", shown, PAGE),
        "supervises": bool(supervised_districts(request.actor)),
    }
    return show(request, "desk/pages/consultations.html", context, here="supervision")


@desk(permits.SUPERVISE)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: DeskRequest) -> HttpResponse:
    """The form that calls a consultation, and its sending."""
    if request.method != "POST":
        return _calling(request)
    made: list[UUID] = []

    def run() -> Done:
        post = request.POST
        meeting = consulting.Meeting(
            post.get("title", ""), post.get("place", ""), moment_in(post, "day", "hour", "会商")
        )
        items = _items(request)
        try:
            called = consulting.call_consultation(
                request.actor, meeting, keys_in(post, "unit"), items, post.get("key", "")
            )
        except Unseen:
            _refuse_gone(request, items)
            raise
        made.append(called.pk)
        return Done("已召集，参加单位会收到通知。")

    return carry_out(
        request,
        "call",
        run,
        lambda failure: _calling(request, failure),
        lambda: _href(made[0]) if made else reverse("desk:consultations"),
    )


def _items(request: DeskRequest) -> list[consulting.Item]:
    """What was chosen for the agenda, then what was written, a line each."""
    items = []
    for value in request.POST.getlist("item"):
        source, _, key = value.partition(":")
        try:
            items.append(consulting.Item(source, UUID(key)))
        except ValueError:
            raise Refusal("请从列出的议题里选。", "agenda") from None
    written = request.POST.get("agenda", "").splitlines()
    return items + [consulting.Item("words", words=line) for line in written if line.strip()]


def _refuse_gone(request: DeskRequest, items: list[consulting.Item]) -> None:
    """Raise Refusal, naming the first chosen item that isn't there any more, if one isn't."""
    for item in items:
        if item.source_id is not None and _title(request, item) is None:
            name = request.POST.get(f"title-{item.source}:{item.source_id}", "").strip()
            what = f"“{name}”" if name else "选中的一个议题"
            raise Refusal(
                f"{what}已经不在可选的议题里，例如热点已经散开。请看过其余的，再召集。", "agenda"
            )


def _title(request: DeskRequest, item: consulting.Item) -> str | None:
    try:
        return titled(request.actor, item.source, item.source_id)
    except Refusal:
        return None


def _offered(request: DeskRequest, chosen: list[str]) -> list[tuple[str, list[Offered]]]:
    """What is offered for the agenda, before it what was chosen elsewhere and isn't among it."""
    groups = offered_items(request.actor)
    known = {one.value for _, offered in groups for one in offered}
    others = []
    for value in dict.fromkeys(chosen):
        source, _, key = value.partition(":")
        try:
            title = _title(request, consulting.Item(source, UUID(key)))
        except ValueError:
            continue
        if title is not None and value not in known:
            others.append(Offered(value, title))
    return [("已选的议题", others), *groups] if others else groups


def _calling(request: DeskRequest, failure: Failure | None = None) -> HttpResponse:
    today = clock.local(clock.now()).date()
    items = [*request.POST.getlist("item"), *request.GET.getlist("item")]
    context = {
        "groups": units_named(request.actor),
        "offered": _offered(request, items),
        "typed": failure.typed
        if failure
        else {"day": (today + timedelta(days=1)).isoformat(), "hour": "15:00"},
        "chosen": request.POST.getlist("unit"),
        "items": items,
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(
        request, "desk/pages/consultation_call.html", context, here="supervision", status=status
    )


@desk(permits.READ)
@require_safe
def consultation(request: DeskRequest, consultation_id: UUID) -> HttpResponse:
    """One consultation: who, when, what about, what was decided and how far it is."""
    return _page(request, consultation_id)


def _page(
    request: DeskRequest, consultation_id: UUID, failure: Failure | None = None
) -> HttpResponse:
    page = consultation_page(request.actor, consultation_id)
    at = clock.local(page.consultation.at)
    typed = failure.typed if failure else {}
    verb = failure.verb if failure else ""
    context = {
        "page": page,
        "rows": _rows(typed),
        "owners": [
            *((key, name) for key, name, _ in page.parties),
            *(
                [(page.consultation.convener_id, page.convener)]
                if page.consultation.convener_id not in {key for key, _, _ in page.parties}
                else []
            ),
        ],
        "typed": typed,
        "came_typed": request.POST.getlist("attended") if verb == "hold" else None,
        "moved": typed
        if verb == "reschedule"
        else {
            "day": at.date().isoformat(),
            "hour": f"{at:%H:%M}",
            "place": page.consultation.place_words,
        },
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/consultation.html", context, here="supervision", status=status)


def _rows(typed: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of decisions, with what was typed into them."""
    return [
        {
            "number": number,
            "text": typed.get(f"text-{number}", ""),
            "owner": typed.get(f"owner-{number}", ""),
            "day": typed.get(f"day-{number}", ""),
        }
        for number in range(1, ROWS + 1)
    ]


@desk(permits.SUPERVISE)
@require_POST
def act(request: DeskRequest, consultation_id: UUID, verb: str) -> HttpResponse:
    """Carry out a verb about the consultation, once a form."""
    if verb not in VERBS:
        raise Unseen
    consultation_page(request.actor, consultation_id)
    return carry_out(
        request,
        verb,
        lambda: VERBS[verb](request, consultation_id),
        lambda failure: _page(request, consultation_id, failure),
        _href(consultation_id),
    )


def _reschedule(request: DeskRequest, consultation_id: UUID) -> Done:
    at = moment_in(request.POST, "day", "hour", "会商")
    consulting.reschedule(request.actor, consultation_id, request.POST.get("place", ""), at)
    return Done("已改期，参加单位会收到通知。")


def _cancel(request: DeskRequest, consultation_id: UUID) -> Done:
    consulting.cancel_consultation(request.actor, consultation_id, request.POST.get("reason", ""))
    return Done("已取消，参加单位会收到通知。")


def _hold(request: DeskRequest, consultation_id: UUID) -> Done:
    post = request.POST
    consulting.hold_consultation(
        request.actor,
        consultation_id,
        chair=post.get("chair", ""),
        summary=post.get("summary", ""),
        attended=keys_in(post, "attended"),
        decisions=[
            consulting.Decided(
                post.get(f"text-{number}", ""),
                key_in(post, f"owner-{number}", f"第{number}条议定事项的责任单位"),
                day_in(post, f"day-{number}", f"第{number}条议定事项的完成日期"),
            )
            for number in range(1, ROWS + 1)
            if post.get(f"text-{number}", "").strip()
        ],
    )
    return Done("纪要已形成，议定事项已列入责任单位的待办。")


VERBS: dict[str, Callable[[DeskRequest, UUID], Done]] = {
    "reschedule": _reschedule,
    "cancel": _cancel,
    "hold": _hold,
}


@desk(permits.READ)
@require_safe
def decision(request: DeskRequest, decision_id: UUID) -> HttpResponse:
    """The place of a decision on its consultation's page."""
    where = _href(consultation_of_decision(request.actor, decision_id))
    return HttpResponseRedirect(f"{where}#decision-{decision_id}")


@desk(permits.READ)
@require_POST
def follow_up(request: DeskRequest, decision_id: UUID, verb: str) -> HttpResponse:
    """Report what was done for a decision, or verify it."""
    if verb not in ("report", "verify"):
        raise Unseen
    consultation_id = consultation_of_decision(request.actor, decision_id)
    text = request.POST.get("text", "")

    def run() -> Done:
        if verb == "report":
            consulting.report_decision(request.actor, decision_id, text)
            return Done("已报结果，由召集单位核实。")
        chosen = request.POST.get("done", "")
        if chosen not in ("yes", "no"):
            raise Refusal("请选：已落实，或未落实。", "done")
        consulting.verify_decision(request.actor, decision_id, chosen == "yes", text)
        return Done("已核实落实。" if chosen == "yes" else "已请责任单位继续落实。")

    return carry_out(
        request,
        f"{verb}-{decision_id}",
        run,
        lambda failure: _page(request, consultation_id, failure),
        _href(consultation_id),
    )


@desk(permits.READ)
@require_safe
def minutes(request: DeskRequest, consultation_id: UUID, file_format: str) -> HttpResponse:
    """The minutes as a file."""
    content, name = minutes_file(request.actor, consultation_id, file_format)
    return paper_response(content, name, file_format)


def _href(consultation_id: UUID) -> str:
    return reverse("desk:consultation", args=[consultation_id])
