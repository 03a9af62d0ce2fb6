"""提示单: letters drafted from findings, issued by a person, replied to, verified, downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.base.errors import Refusal, Unseen
from huiban.modules.supervision import permits
from huiban.modules.supervision.actions import letters as acts
from huiban.modules.supervision.actions import rectifying
from huiban.modules.supervision.actions.papers import letter_file
from huiban.modules.supervision.models import Letter
from huiban.modules.supervision.papers_letters import closing_of
from huiban.modules.supervision.queries.following import PAGE
from huiban.modules.supervision.queries.letters import (
    LetterPage,
    draftable,
    how_many_draftable,
    letter_page,
    photo_of_letter,
)
from huiban.modules.supervision.queries.letters import letters as letter_lines
from huiban.modules.supervision.queries.levels import levels
from huiban.modules.voice.contracts import Done
from huiban.web.kit.refusals import status_of
from huiban.web.kit.typed import texts_typed

from .carrying import (
    Failure,
    Uploaded,
    carry_out,
    key_in,
    keys_in,
    number_in,
    paper_response,
    photo_response,
    uploaded,
)
from .frame import form_key, say, show
from .paging import after_asked, paging
from .session import DeskRequest, desk

# The form of a draft is sent with these verbs; both save what it says.
SENT_BY_DRAFT = ("edit", "issue")


@desk(permits.READ)
@require_safe
def letters(request: DeskRequest) -> HttpResponse:
    """The letters that one sees, and for supervisors what could be drafted from findings."""
    return _list(request)


def _list(request: DeskRequest, failure: Failure | None = None) -> HttpResponse:
    lines = letter_lines(request.actor, after_asked(request))
    pages = paging(request, "desk:letters", lines, PAGE)
    offered = draftable(request.actor) if pages["beginning"] else []
    listed = sum(len(group.findings) for group in offered)
    context = {
        **pages,
        "mine": [line for line in lines if line.is_mine],
        "others": [line for line in lines if not line.is_mine],
        "draftable": offered,
        "draftable_rest": how_many_draftable(request.actor) - listed if offered else 0,
        "levels": list(levels().values()),
        "chosen": _chosen(request.POST),
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/letters.html", context, here="supervision", status=status)


def _chosen(post: QueryDict) -> dict[str, Any]:
    """What was chosen in one unit's form before it was refused; nothing on other pages."""
    return {
        "units": keys_in(post, "unit"),
        "findings": keys_in(post, "finding"),
        "level": post.get("level", ""),
    }


@desk(permits.SUPERVISE)
@require_POST
def draft(request: DeskRequest) -> HttpResponse:
    """Draft a letter from the chosen findings, or the next level after another letter."""
    key = request.POST.get("key", "")
    try:
        follows = key_in(request.POST, "follows", "") if request.POST.get("follows") else None
        letter = acts.draft_letter(
            request.actor,
            request.POST.get("level", ""),
            keys_in(request.POST, "finding"),
            key,
            follows=follows,
        )
    except Unseen:
        raise
    except Refusal as refusal:
        return _list(request, Failure("draft", refusal))
    say(request, Done("已拟稿，还没有发出。请核对事实和要求，再签发。"))
    return HttpResponseRedirect(_href(letter.pk))


@desk(permits.READ)
@require_safe
def letter(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """One letter: what it says, what was replied, what came of it, and what one may do now."""
    return _page(request, letter_id)


def _page(request: DeskRequest, letter_id: UUID, failure: Failure | None = None) -> HttpResponse:
    page = letter_page(request.actor, letter_id)
    context = {
        "page": page,
        "draft": _draft_fields(page, failure),
        "unsaved": failure is not None and failure.verb in SENT_BY_DRAFT,
        "typed": texts_typed(request),
        "overtaken": failure is not None and failure.refusal.field == "revision",
        "closing": closing_of(page.letter.printed) if page.letter.printed else "",
        "asked": _asked_fields(page, failure),
        "judged": _judged_fields(page, failure),
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/letter.html", context, here="supervision", status=status)


def _draft_fields(page: LetterPage, failure: Failure | None) -> dict[str, Any]:
    """What the draft's form holds: what is kept, or what was typed before it was refused.

    What was typed keeps the revision that its writer had read, so that another person's words are
    never written over unseen.
    """
    if failure is not None and failure.verb in SENT_BY_DRAFT:
        return failure.typed
    return {
        "title": page.letter.title,
        "facts": page.letter.facts,
        "requirements": "\n".join(asked.requirement.text for asked in page.requirements),
        "reply_days": page.letter.reply_days,
        "revision": page.letter.revision,
    }


def _asked_fields(page: LetterPage, failure: Failure | None) -> list[dict[str, Any]]:
    """The requirements to be answered, each with what was typed."""
    typed = failure.typed if failure is not None else {}
    fields = []
    for asked in page.open_requirements:
        name = f"answer-{asked.requirement.pk}"
        wrong = failure is not None and failure.refusal.field == name
        fields.append({"asked": asked, "name": name, "value": typed.get(name, ""), "wrong": wrong})
    return fields


def _judged_fields(page: LetterPage, failure: Failure | None) -> list[dict[str, Any]]:
    """The answers to be verified, each with what was chosen and typed."""
    typed = failure.typed if failure is not None else {}
    return [
        {
            "requirement": requirement,
            "answer": answer,
            "met": typed.get(f"met-{requirement.pk}", ""),
            "reason": typed.get(f"reason-{requirement.pk}", ""),
            "wrong": failure is not None
            and failure.refusal.field in (f"met-{requirement.pk}", f"reason-{requirement.pk}"),
        }
        for requirement, answer in page.latest_answers
    ]


@desk(permits.READ)
@require_POST
def act(request: DeskRequest, letter_id: UUID, verb: str) -> HttpResponse:
    """Carry out a verb about the letter, once a form."""
    if verb not in VERBS:
        raise Unseen
    # Nobody's photos are taken in for a letter that they don't see.
    letter_page(request.actor, letter_id)
    photos = uploaded(request, str(letter_id)) if verb == "reply" else Uploaded((), ())
    return carry_out(
        request,
        verb,
        lambda: VERBS[verb](request, letter_id, photos),
        lambda failure: _page(request, letter_id, failure),
        _href(letter_id),
        photos,
        str(letter_id),
    )


def _edit(request: DeskRequest, letter_id: UUID, _photos: Uploaded) -> Done:
    _save(request, letter_id)
    return Done("已保存。还没有发出。")


def _save(request: DeskRequest, letter_id: UUID) -> Letter:
    post = request.POST
    return acts.edit_letter(
        request.actor,
        letter_id,
        title=post.get("title", ""),
        facts=post.get("facts", ""),
        requirements=post.get("requirements", "").splitlines(),
        reply_days=number_in(post, "reply_days", "回复期限"),
        revision=number_in(post, "revision", "稿次"),
    )


def _issue(request: DeskRequest, letter_id: UUID, _photos: Uploaded) -> Done:
    """Issue what the form says: the words that whoever issues it has before their eyes."""
    with transaction.atomic():
        letter = acts.issue_letter(request.actor, letter_id, _save(request, letter_id).revision)
    assert letter.printed is not None
    return Done(f"已发出，文号{letter.printed['number']}。")


def _discard(request: DeskRequest, letter_id: UUID, _photos: Uploaded) -> Done:
    acts.discard_letter(request.actor, letter_id, request.POST.get("reason", ""))
    return Done("这份稿已作废，没有发出过。")


def _recall(request: DeskRequest, letter_id: UUID, _photos: Uploaded) -> Done:
    acts.recall_letter(request.actor, letter_id, request.POST.get("reason", ""))
    return Done("已撤回，对方会收到通知。文号不再使用。")


def _reply(request: DeskRequest, letter_id: UUID, photos: Uploaded) -> Done:
    answers = {
        requirement: request.POST.get(f"answer-{requirement}", "")
        for requirement in keys_in(request.POST, "requirement")
    }
    rectifying.reply_letter(
        request.actor, letter_id, request.POST.get("text", ""), answers, photos.ids
    )
    return Done("已回复。由另一单位核实后办结。")


def _verify(request: DeskRequest, letter_id: UUID, _photos: Uploaded) -> Done:
    verdicts = {}
    for requirement in keys_in(request.POST, "requirement"):
        chosen = request.POST.get(f"met-{requirement}", "")
        if chosen in ("yes", "no"):
            verdicts[requirement] = (
                chosen == "yes",
                request.POST.get(f"reason-{requirement}", ""),
            )
    letter = rectifying.verify_letter(
        request.actor, letter_id, verdicts, request.POST.get("note", "")
    )
    if letter.ended_at is None:
        return Done("已请对方就没有落实的要求再次回复。")
    return Done("整改已核实，办结。满一个月和三个月，系统会再数一次同类情况。")


VERBS: dict[str, Callable[[DeskRequest, UUID, Uploaded], Done]] = {
    "edit": _edit,
    "issue": _issue,
    "discard": _discard,
    "recall": _recall,
    "reply": _reply,
    "verify": _verify,
}


@desk(permits.READ)
@require_safe
def paper(request: DeskRequest, letter_id: UUID, file_format: str) -> HttpResponse:
    """The letter as a file: the same bytes each time."""
    content, name = letter_file(request.actor, letter_id, file_format)
    return paper_response(content, name, file_format)


@desk(permits.READ)
@require_safe
def photo(request: DeskRequest, letter_id: UUID, name: str) -> HttpResponseBase:
    """A photo that came with a reply."""
    return photo_response(request, name, photo_of_letter(request.actor, letter_id, name))


def _href(letter_id: UUID) -> str:
    return reverse("desk:letter", args=[letter_id])
