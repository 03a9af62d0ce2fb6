"""观察员: what observers tell the district, what is passed on to units, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.base.errors import NotPermitted, Unseen
from huiban.modules.supervision import permits
from huiban.modules.supervision.actions import observing
from huiban.modules.supervision.models import ABOUT
from huiban.modules.supervision.queries.desks import supervised_districts
from huiban.modules.supervision.queries.following import PAGE
from huiban.modules.supervision.queries.grounds import rule_name
from huiban.modules.supervision.queries.observations import (
    observation_page,
    observations_passed,
    observations_told,
    own_observations,
    photo_of_observation,
    units_named,
    unread_outcomes,
)
from huiban.modules.supervision.rules import RULES
from huiban.modules.voice.contracts import Done
from huiban.web.kit.refusals import status_of

from .carrying import (
    Failure,
    carry_out,
    key_in,
    photo_response,
    uploaded,
)
from .frame import form_key, show
from .paging import after_asked, paging
from .session import DeskRequest, desk

TELLING = "an observer's form"
ANY = (permits.OBSERVE, permits.READ)
# The lists of the page, by the names that addresses give them.
LISTS = {"own": own_observations, "told": observations_told, "passed": observations_passed}


def _refuse_strangers(request: DeskRequest) -> None:
    if not any(request.actor.may(permit) for permit in ANY):
        raise NotPermitted("您现在的岗位看不到这一页。请从“今天”重新打开。")


def _here(request: DeskRequest) -> str:
    """Which place of the navigation these pages are, for whoever asks."""
    return "observations" if request.actor.may(permits.OBSERVE) else "supervision"


@desk
@require_safe
def observations(request: DeskRequest) -> HttpResponse:
    """What one told, what was told to the district, what was passed on to one's unit."""
    return _list(request)


def _list(request: DeskRequest, failure: Failure | None = None) -> HttpResponse:
    _refuse_strangers(request)
    observes = request.actor.may(permits.OBSERVE)
    supervises = bool(supervised_districts(request.actor))
    mine = [*(["own"] if observes else []), *(["told"] if supervises else []), "passed"]
    alone = request.GET.get("list", "")
    alone = alone if alone in mine else ""
    context = {
        "observes": observes,
        "alone": alone,
        **_lists(request, [alone] if alone else mine),
        "new": unread_outcomes(request.actor),
        "units": units_named(request.actor) if observes else [],
        "about": list(ABOUT.items()),
        "supervises": supervises,
        "reads": request.actor.may(permits.READ),
        "typed": failure.typed if failure else {},
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(
        request, "desk/pages/observations.html", context, here=_here(request), status=status
    )


def _lists(request: DeskRequest, names: list[str]) -> dict[str, Any]:
    """Each of these lists with its lines and the ways to its other pages, where it stands alone."""
    after = after_asked(request)
    lists = {}
    for name in names:
        lines = LISTS[name](request.actor, after)
        lists[name] = {
            "lines": lines,
            **paging(request, "desk:observations", lines, PAGE, list=name),
        }
    return lists


@desk(permits.OBSERVE)
@require_POST
def read_outcomes(request: DeskRequest) -> HttpResponse:
    """Note that the observer has read what came of everything."""
    observing.mark_seen(request.actor)
    return HttpResponseRedirect(reverse("desk:observations"))


@desk(permits.OBSERVE)
@require_POST
def tell(request: DeskRequest) -> HttpResponse:
    """Send what an observer wrote, once a form, with its photos."""
    photos = uploaded(request, TELLING)
    post = request.POST

    def run() -> Done:
        told = observing.Told(
            key=post.get("key", ""),
            about=post.get("about", ""),
            text=post.get("text", ""),
            unit_id=key_in(post, "unit", "一个单位，或不选") if post.get("unit") else None,
            case_reference=post.get("case", ""),
            photo_ids=photos.ids,
        )
        reference = observing.tell_district(request.actor, told).reference
        return Done(f"已直接送到区里，编号{reference}。结果会在这一页告诉您。")

    return carry_out(
        request,
        "tell",
        run,
        lambda failure: _list(request, failure),
        reverse("desk:observations"),
        photos,
        TELLING,
    )


@desk
@require_safe
def observation(request: DeskRequest, observation_id: UUID) -> HttpResponse:
    """One observation, as far as one may read it."""
    return _page(request, observation_id)


def _page(
    request: DeskRequest,
    observation_id: UUID,
    failure: Failure | None = None,
    who: observing.WhoTold | None = None,
) -> HttpResponse:
    page = observation_page(request.actor, observation_id)
    supervises = page.as_role == "supervisor"
    context = {
        "page": page,
        "units": units_named(request.actor) if supervises else [],
        "rules": [(code, rule_name(code)) for code in RULES] if supervises else [],
        "who": who,
        "typed": failure.typed if failure else {},
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/observation.html", context, here=_here(request), status=status)


@desk(permits.SUPERVISE)
@require_POST
def who_told(request: DeskRequest, observation_id: UUID) -> HttpResponse:
    """Who the observer is. Each look is recorded before it is shown."""
    seen = observing.look_at_observer(request.actor, observation_id)
    return _page(request, observation_id, who=seen)


@desk
@require_POST
def act(request: DeskRequest, observation_id: UUID, verb: str) -> HttpResponse:
    """Carry out a verb about the observation, once a form."""
    if verb not in VERBS:
        raise Unseen
    observation_page(request.actor, observation_id)
    return carry_out(
        request,
        verb,
        lambda: VERBS[verb](request, observation_id),
        lambda failure: _page(request, observation_id, failure),
        reverse("desk:observation", args=[observation_id]),
    )


def _pass_on(request: DeskRequest, observation_id: UUID) -> Done:
    observing.pass_on(
        request.actor,
        observation_id,
        key_in(request.POST, "unit", "转给哪个单位"),
        request.POST.get("text", ""),
        rule=request.POST.get("rule", ""),
        with_photos=request.POST.get("with_photos") == "yes",
    )
    return Done("已转办。对方只看到转办的这段话。")


def _answer(request: DeskRequest, observation_id: UUID) -> Done:
    observing.answer_passed(request.actor, observation_id, request.POST.get("text", ""))
    return Done("已回复区里。")


def _send_back(request: DeskRequest, observation_id: UUID) -> Done:
    observing.send_back(request.actor, observation_id, request.POST.get("text", ""))
    return Done("已请对方补充说明。")


def _tell_outcome(request: DeskRequest, observation_id: UUID) -> Done:
    observing.tell_outcome(request.actor, observation_id, request.POST.get("text", ""))
    return Done("已告知观察员。满一个月，系统会再数一次同类情况。")


VERBS: dict[str, Callable[[DeskRequest, UUID], Done]] = {
    "pass-on": _pass_on,
    "answer": _answer,
    "send-back": _send_back,
    "tell-outcome": _tell_outcome,
}


@desk
@require_safe
def photo(request: DeskRequest, observation_id: UUID, name: str) -> HttpResponseBase:
    """A photo of the observation, for whoever may see it."""
    seen = photo_of_observation(request.actor, observation_id, name)
    return photo_response(request, name, seen)
