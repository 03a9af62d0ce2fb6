"""分析手册: the months of a unit, a month's preview, its sentences and stories, and its publication."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.base import papers
from huiban.kernel.base.codes import read_reference
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.base.papers.numbering import labelled
from huiban.kernel.files.papers import FORMATS
from huiban.modules.analysis import permits
from huiban.modules.analysis.actions import publishing, stories
from huiban.modules.analysis.actions.handbook_files import file_name, file_of
from huiban.modules.analysis.handbook.paper import handbook_paper
from huiban.modules.analysis.models import Handbook, Story
from huiban.modules.analysis.queries.handbooks import (
    HandbookPage,
    handbook_page,
    handbooks_page,
    seen_handbook,
)
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.voice.contracts import Done
from huiban.web.kit.asked import code_asked
from huiban.web.kit.refusals import status_of
from huiban.web.kit.typed import texts_typed

from .carrying import Failure, carry_out, key_in, number_in, paper_response
from .frame import form_key, say, show
from .session import DeskRequest, desk

TITLE = "theme-"
# The form of the sentences is sent with these verbs; both save what it says.
SENT_BY_TEXTS = ("edit", "publish")


@dataclass(frozen=True)
class Shown:
    """A block of the paper as the page shows it; `drawing` is its chart, safe as it stands."""

    kind: str
    label: str
    block: papers.Block
    drawing: SafeString | str = ""
    table: papers.Table | None = None


@desk(permits.READ)
@require_safe
def handbooks(request: DeskRequest) -> HttpResponse:
    """The months of a unit with the state of their handbooks."""
    page = handbooks_page(request.actor, code_asked(request.GET, "unit"))
    return show(request, "desk/pages/handbooks.html", {"page": page}, here="handbook")


@desk(permits.READ)
@require_safe
def handbook(request: DeskRequest, unit: str, month: str) -> HttpResponse:
    """A month: its preview, and for those who publish, what may still be changed."""
    return _page(request, unit, _month(month))


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except Refusal:
        raise Unseen from None


def _page(
    request: DeskRequest, unit: str, month: Month, failure: Failure | None = None
) -> HttpResponse:
    page = handbook_page(request.actor, unit, month)
    told, telling = _story_forms(page, failure)
    context = {
        "page": page,
        "shown": list(_shown(page)) if page.handbook else [],
        "fields": _fields(page, failure),
        "told": told,
        "telling": telling,
        "typed": texts_typed(request),
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/handbook.html", context, here="handbook", status=status)


def _shown(page: HandbookPage) -> Iterator[Shown]:
    """The blocks of the paper, without its contents and its page breaks."""
    for block, label in labelled(handbook_paper(page.snapshot, page.texts)):
        if isinstance(block, papers.Contents | papers.PageBreak):
            continue
        kind = type(block).__name__.lower()
        if isinstance(block, papers.Figure):
            table = papers.table_of(block.chart) if block.with_table else None
            # Drawn by the house, every word in it escaped.
            yield Shown(kind, label, block, mark_safe(block.chart.svg()), table)
        else:
            yield Shown(
                kind, label, block, table=block if isinstance(block, papers.Table) else None
            )


def _fields(page: HandbookPage, failure: Failure | None) -> dict[str, Any]:
    """What the forms hold: what is kept, or what was typed before it was refused.

    What was typed keeps the revision that its writer had read, so that another person's words are
    never written over unseen.
    """
    if page.handbook is None:
        return {}
    typed = failure.typed if failure is not None else {}
    edits = typed if failure is not None and failure.verb in SENT_BY_TEXTS else {}
    texts = page.texts
    return {
        "seen": edits.get("seen", page.handbook.revision),
        "summary": edits.get("summary", "\n".join(texts["summary"])),
        "suggestions": edits.get("suggestions", "\n".join(texts["suggestions"])),
        "themes": [
            (f"{TITLE}{one['id']}", one, edits.get(f"{TITLE}{one['id']}", _title(page, one)))
            for one in page.snapshot["themes"]
        ],
        "kept_titles": [_title(page, one) for one in page.snapshot["themes"]],
        "refused": bool(edits),
        "overtaken": _is_overtaken(failure, bool(edits)),
    }


def _is_overtaken(failure: Failure | None, is_its_own: bool) -> bool:
    return failure is not None and is_its_own and failure.refusal.field == "seen"


def _story_forms(
    page: HandbookPage, failure: Failure | None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The form of each story, and that of a new one; what was refused stands where it belongs."""
    typed = failure.typed if failure is not None and failure.verb == "story" else {}
    told_of = read_reference(typed.get("reference", ""))
    forms = [
        _story_form(story, typed if story.case_reference == told_of else {}, failure)
        for story in page.stories
    ]
    is_new = bool(typed) and not any(one["refused"] for one in forms)
    return forms, {**(typed if is_new else {}), "refused": is_new}


def _story_form(story: Story, typed: dict[str, str], failure: Failure | None) -> dict[str, Any]:
    return {
        "story": story,
        "title": typed.get("title", story.title),
        "text": typed.get("text", story.text),
        "seen": typed.get("seen", story.revision),
        "refused": bool(typed),
        "overtaken": _is_overtaken(failure, bool(typed)),
    }


def _title(page: HandbookPage, theme: dict[str, Any]) -> str:
    said: str = page.texts["themes"].get(theme["id"], theme["title"])
    return said


@desk(permits.READ)
@require_safe
def paper(request: DeskRequest, unit: str, month: str, file_format: str) -> HttpResponse:
    """The handbook as PDF or DOCX; a draft says that it is one."""
    if file_format not in FORMATS:
        raise Unseen
    found = seen_handbook(request.actor, unit, _month(month))
    return paper_response(file_of(found, file_format), file_name(found, file_format), file_format)


@desk(permits.PUBLISH)
@require_POST
def act(request: DeskRequest, unit: str, month: str, verb: str) -> HttpResponse:
    """Freeze the figures, edit the sentences, tell, approve or drop a story, publish."""
    of = _month(month)
    if verb == "freeze":
        return _freeze(request, unit, of)
    if verb not in WAYS:
        raise Unseen
    found = seen_handbook(request.actor, unit, of)
    return carry_out(
        request,
        verb,
        lambda: WAYS[verb](request, found),
        lambda failure: _page(request, unit, of, failure),
        _href(unit, of),
    )


def _href(unit: str, month: Month) -> str:
    return reverse("desk:handbook", args=[unit, str(month)])


def _freeze(request: DeskRequest, unit: str, month: Month) -> HttpResponse:
    """Counting takes seconds, longer than a form's key may be held; a second tap freezes again."""
    try:
        publishing.draft_handbook(request.actor, unit, month)
    except Unseen:
        raise
    except Refusal as refusal:
        return _page(request, unit, month, Failure("freeze", refusal))
    say(request, Done("数字已冻结成草稿。请核对要点和建议，复看故事，再发布。"))
    return HttpResponseRedirect(_href(unit, month))


def _edit(request: DeskRequest, found: Handbook) -> Done:
    seen = number_in(request.POST, "seen", "页面")
    publishing.edit_texts(request.actor, found.pk, _said(request.POST), seen=seen)
    return Done("已保存。")


def _said(post: QueryDict) -> publishing.Sentences:
    """The sentences as the form says them."""
    titles = {
        name.removeprefix(TITLE): text
        for name, text in post.items()
        if name.startswith(TITLE) and isinstance(text, str)
    }
    return publishing.Sentences(post.get("summary", ""), post.get("suggestions", ""), titles)


def _story(request: DeskRequest, found: Handbook) -> Done:
    post = request.POST
    stories.write_story(
        request.actor,
        found.pk,
        post.get("reference", ""),
        seen=number_in(post, "seen", "页面"),
        title=post.get("title", ""),
        text=post.get("text", ""),
    )
    return Done("故事已保存，等另一个人复看后才会刊登。")


def _approve(request: DeskRequest, found: Handbook) -> Done:
    seen = number_in(request.POST, "seen", "页面")
    stories.approve_story(request.actor, key_in(request.POST, "story", "故事"), seen=seen)
    return Done("已同意刊登。")


def _drop(request: DeskRequest, found: Handbook) -> Done:
    stories.drop_story(request.actor, key_in(request.POST, "story", "故事"))
    return Done("不刊登这个故事。")


def _publish(request: DeskRequest, found: Handbook) -> Done:
    seen = number_in(request.POST, "seen", "页面")
    publishing.publish_as_written(request.actor, found.pk, _said(request.POST), seen=seen)
    return Done("已发布。以后的变化印在下一期的“更正”里，这一期不再改动。")


WAYS: dict[str, Callable[[DeskRequest, Handbook], Done]] = {
    "edit": _edit,
    "story": _story,
    "approve": _approve,
    "drop": _drop,
    "publish": _publish,
}
