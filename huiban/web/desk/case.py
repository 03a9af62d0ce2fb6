"""One case: its page, and the one view through which every verb about it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.base.errors import ImproperMove, NotPermitted
from huiban.modules.voice import actions, permits, queries
from huiban.modules.voice.actions.doubting import Doubtful
from huiban.modules.voice.queries.casepage import CasePage
from huiban.modules.voice.queries.doable import Doable, Field
from huiban.modules.voice.queries.inbox import OneTap

from .carrying import Failure, carry_out, photo_response, uploaded
from .frame import form_key, show
from .session import DeskRequest, desk, local_target

# Fields of a form that are ours, not the verb's.
OURS = frozenset({"csrfmiddlewaretoken", "key", "back", "kept"})
# What can't be taken back is never one tap away, even if it needs no words.
FINAL = frozenset({"erase"})


@desk
@require_safe
def case(request: DeskRequest, reference: str) -> HttpResponse:
    """The case on a page of its own."""
    context = case_context(request, reference, back=request.get_full_path())
    return show(request, "desk/pages/case.html", context, here="today")


def case_context(
    request: DeskRequest, reference: str, *, back: str, failure: Failure | None = None
) -> dict[str, Any]:
    """What the case's part of a page needs. Raises Unseen outside the actor's scope."""
    page = queries.case_page(request.actor, reference)
    taps = [action for action in page.actions if _is_one_tap(action)]
    likeliest = [OneTap(action.verb, action.label) for action in taps if action.primary]
    tap = page.one_tap or next(iter(likeliest), None)
    return {
        "page": page,
        "tap": tap,
        "taps": [action for action in taps if tap is None or action.verb != tap.verb],
        "forms": [
            _with_typed(_with_suggestion(action, page), failure)
            for action in page.actions
            if action not in taps
        ],
        "may_dispatch": any(action.verb == "dispatch" for action in page.actions),
        "failure": failure,
        "may_insist": failure is not None and _may_insist(failure),
        "form_key": form_key(),
        "case_back": back,
    }


def _is_one_tap(action: Doable) -> bool:
    return not action.fields and action.verb not in FINAL


def _with_suggestion(action: Doable, page: CasePage) -> Doable:
    """The dispatch form with the suggested unit chosen, where it may be sent there."""
    if action.verb != "dispatch" or page.suggestion is None or page.suggestion.blocked:
        return action
    chosen = str(page.suggestion.unit_id)
    fields = (
        replace(field, value=chosen) if field.name == "unit_id" else field
        for field in action.fields
    )
    return replace(action, fields=tuple(fields))


def _may_insist(failure: Failure) -> bool:
    """Whether the same form may be sent once more as it is."""
    return isinstance(failure.refusal, Doubtful)


def _with_typed(action: Doable, failure: Failure | None) -> Doable:
    """The action with what was typed into it before it was refused."""
    if failure is None or failure.verb != action.verb:
        return action
    fields = [_field_with_typed(field, failure) for field in action.fields]
    if failure.photos:
        fields.append(Field("kept", "", "hidden", value=failure.photos))
    if _may_insist(failure):
        fields.append(Field("sure", "", "hidden", value="1"))
    return replace(action, fields=tuple(fields))


def _field_with_typed(field: Field, failure: Failure) -> Field:
    if field.kind == "photos" and failure.photo_words:
        return replace(field, hint=failure.photo_words)
    return replace(field, value=failure.typed.get(field.name, ""))


@desk
@require_POST
def act(request: DeskRequest, reference: str, verb: str) -> HttpResponse:
    """Carry out a verb about the case, once a form, then show the page it was tapped on."""
    case_id = queries.case_id_of(request.actor, reference)
    back = local_target(request, request.POST.get("back", ""), case_href(reference))
    photos = uploaded(request, reference)
    return carry_out(
        request,
        verb,
        lambda: actions.perform(request.actor, verb, case_id, _told(request.POST), photos.ids),
        lambda failure: _again(request, reference, failure),
        back,
        photos,
        reference,
        reference,
    )


def _told(post: QueryDict) -> dict[str, str | list[str]]:
    """What a form says: a value a name, a list where a name repeats."""
    return {
        name: values if len(values) > 1 else values[0]
        for name, values in post.lists()
        if name not in OURS and values
    }


def _again(request: DeskRequest, reference: str, failure: Failure) -> HttpResponse:
    """The page as it is now, saying why the verb was refused and keeping what was typed."""
    status = 422
    if isinstance(failure.refusal, ImproperMove):
        status = 409
    elif isinstance(failure.refusal, NotPermitted):
        status = 403
    context = case_context(request, reference, back=case_href(reference), failure=failure)
    return show(request, "desk/pages/case.html", context, here="today", status=status)


def case_href(reference: str) -> str:
    """The address of a case's own page."""
    return reverse("desk:case", args=[reference])


@desk
@require_POST
def contact(request: DeskRequest, reference: str) -> HttpResponse:
    """How to reach the resident. Each look is recorded before it is shown."""
    seen = actions.look_at_contact(request.actor, queries.case_id_of(request.actor, reference))
    context = {"contact": seen, "reference": reference}
    return show(request, "desk/pages/contact.html", context, here="today")


@desk
@require_POST
def original(request: DeskRequest, reference: str) -> HttpResponse:
    """The words with nothing masked. Each look is recorded before they are shown."""
    words = actions.look_at_words(request.actor, queries.case_id_of(request.actor, reference))
    context = {"words": words, "reference": reference}
    return show(request, "desk/pages/original.html", context, here="today")


@desk
@require_safe
def photo(request: DeskRequest, reference: str, name: str) -> HttpResponseBase:
    """A photo of the case, for those who may read the case."""
    seen = queries.photo_in_scope(request.actor, reference, name)
    gone = "这张照片已经不在了，可能已按居民的要求清除。"
    return photo_response(request, name, seen, gone)


@desk(permits.READ)
@require_safe
def find(request: DeskRequest) -> HttpResponse:
    """Open the case with the reference that was typed, or say why there is none."""
    text = request.GET.get("q", "").strip()[:60]
    reference = queries.find(request.actor, text) if text else None
    if reference is not None:
        return HttpResponseRedirect(case_href(reference))
    return show(request, "desk/pages/find.html", {"q": text}, here="find")
