"""Writes of the stories in a handbook: told by a person, looked at again by another, printed then."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from huiban.kernel.access.actor import SYSTEM, Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.events.actions import append
from huiban.kernel.moves.actions import lock_record
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import all_units
from huiban.modules.voice.models import Case, Entry, Report
from huiban.modules.voice.queries import case_in_scope

from .. import kinds
from ..handbook.drafting import checked_story
from ..handbook.gather_themes import case_filter
from ..models import Handbook, Story
from ..queries.handbooks import cleared_cases, publishing_unit, somebody_else_publishes
from ..reckoning.months import Month
from .publishing import OVERTAKEN, locked

MOST_STORIES = 12
# What stands in place of a title that was cleared.
CLEARED = "（内容已清除）"


def write_story(
    actor: Actor, handbook_id: UUID, reference: str, *, seen: int, title: str, text: str
) -> Story:
    """Tell a case in scope for a handbook, or tell it anew; either waits for a second look.

    `seen` is the revision that the writer had read, 0 for a new one. The same words again change
    nothing. Raises Refusal for words that can't stand and a case that isn't found. Locks the
    handbook and the case.
    """
    case = _case(actor, reference)
    with transaction.atomic():
        handbook = _draft(actor, handbook_id)
        # What is cleared meanwhile waits, and then finds the story.
        case = lock_record(Case, case.pk)
        _refuse_strange(handbook, case)
        said, body = checked_story(title, text, _words_told(case))
        story = handbook.stories.select_for_update().filter(case_id=case.pk).first()
        if story is None and handbook.stories.count() >= MOST_STORIES:
            raise Refusal(f"一本手册最多{MOST_STORIES}个故事。请先去掉一个。", "text")
        if story is not None and (story.title, story.text) == (said, body):
            return story
        if (story.revision if story else 0) != seen:
            raise ImproperMove(OVERTAKEN, "seen")
        story = story or Story(handbook=handbook, case_id=case.pk, case_reference=case.reference)
        story.title, story.text, story.revision = said, body, seen + 1
        _told_by(story, actor, publishing_unit(actor, _unit(handbook)))
        _note(handbook, actor, kinds.STORY_WRITTEN, story, revision=story.revision)
    return story


def _case(actor: Actor, reference: str) -> Case:
    # The number was typed by hand, beside a whole story that must not be lost with it.
    try:
        return case_in_scope(actor, reference)
    except Unseen:
        raise Refusal("没有找到这件事，请核对编号。", "reference") from None


def _told_by(story: Story, actor: Actor, seat: Seat) -> None:
    story.state, story.same_person = Story.State.WRITTEN, False
    story.written_by_id = actor.account_id
    story.written_post = seat.post_name
    story.written_at = clock.now()
    story.approved_by_id, story.approved_at, story.approved_post = None, None, ""
    story.save()


def approve_story(actor: Actor, story_id: UUID, *, seen: int) -> Story:
    """A second look found that the story points to nobody; a second tap finds it approved.

    Whoever wrote it looks again only where nobody else publishes the unit's handbook. Raises
    NotPermitted otherwise, Refusal where a report behind it was erased meanwhile. Locks the
    handbook.
    """
    with transaction.atomic():
        handbook, story = _story(actor, story_id)
        if story.state == Story.State.APPROVED:
            return story
        if story.state == Story.State.DROPPED or story.revision != seen:
            raise ImproperMove(OVERTAKEN, "seen")
        same = story.written_by_id is not None and story.written_by_id == actor.account_id
        if same and somebody_else_publishes(_unit(handbook), actor.account_id):
            raise NotPermitted("故事要由另一个人复看后才能刊登。请让另一位可以发布手册的同志复看。")
        if cleared_cases([story.case_id]):
            raise Refusal("居民已要求清除这件事的内容，故事不能刊登。请去掉它。")
        story.state, story.same_person = Story.State.APPROVED, same
        story.approved_by_id, story.approved_at = actor.account_id, clock.now()
        story.approved_post = publishing_unit(actor, _unit(handbook)).post_name
        story.save(
            update_fields=["state", "same_person", "approved_by", "approved_at", "approved_post"]
        )
        payload = {"revision": story.revision, "same_person": same}
        _note(handbook, actor, kinds.STORY_APPROVED, story, **payload)
    return story


def drop_story(actor: Actor, story_id: UUID) -> Story:
    """Leave a story out of the handbook; a second tap changes nothing. Locks the handbook."""
    with transaction.atomic():
        handbook, story = _story(actor, story_id)
        if story.state == Story.State.DROPPED:
            return story
        _drop(handbook, story, actor)
    return story


def _drop(handbook: Handbook, story: Story, actor: Actor) -> None:
    story.state, story.same_person = Story.State.DROPPED, False
    story.approved_by_id, story.approved_at, story.approved_post = None, None, ""
    story.save(
        update_fields=["state", "same_person", "approved_by", "approved_at", "approved_post"]
    )
    _note(handbook, actor, kinds.STORY_DROPPED, story)


def forget_stories(case_ids: Collection[UUID]) -> None:
    """Clear what was told of cases whose residents' words were cleared, and don't print it.

    Only what is printed already stays, as everything published does. A second time changes
    nothing. Locks the handbooks.
    """
    told = Story.objects.filter(case_id__in=case_ids).exclude(text="")
    for key in sorted(set(told.values_list("handbook_id", flat=True))):
        handbook = Handbook.objects.select_for_update().get(pk=key)
        is_draft = handbook.state == Handbook.State.DRAFT
        for story in told.filter(handbook=handbook).select_for_update():
            if story.state == Story.State.APPROVED and not is_draft:
                continue
            if story.state != Story.State.DROPPED and is_draft:
                _drop(handbook, story, SYSTEM)
            story.title, story.text = CLEARED, ""
            story.save(update_fields=["title", "text"])


def _draft(actor: Actor, handbook_id: UUID) -> Handbook:
    """The draft under its lock: whoever publishes it meanwhile has to wait, or was first."""
    handbook = locked(actor, handbook_id)
    if handbook.state != Handbook.State.DRAFT:
        raise ImproperMove("手册已经发布，故事不再改动。")
    return handbook


def _story(actor: Actor, story_id: UUID) -> tuple[Handbook, Story]:
    key = Story.objects.filter(pk=story_id).values_list("handbook_id", flat=True).first()
    if key is None:
        raise Unseen
    handbook = _draft(actor, key)
    return handbook, Story.objects.select_for_update().get(pk=story_id)


def _refuse_strange(handbook: Handbook, case: Case) -> None:
    """Raise Refusal for a case that isn't the unit's, or had nothing to do with the month."""
    own = Case.objects.everywhere("the handbook's unit says which cases are its own")
    period = Month.parse(handbook.month).period
    unit = _unit(handbook)
    moments = (case.received_at, case.closed_at)
    in_month = any(one is not None and period.begins <= one < period.ends for one in moments)
    if not in_month or not own.filter(pk=case.pk, **case_filter(unit)).exists():
        raise Refusal("这件事不是本单位这个月收到或办结的。请换一件。", "reference")
    if cleared_cases([case.pk]):
        raise Refusal("居民已要求清除这件事的内容，不能写成故事。请换一件。", "reference")


def _words_told(case: Case) -> list[str]:
    """What residents wrote of the case, word for word: reports, and what they added or replied."""
    reports = Report.objects.filter(Q(case=case) | Q(opened_case=case))
    later = Entry.objects.filter(report__in=reports)
    told = reports.values_list("title", "text")
    return [
        *(f"{title}\n{text}" for title, text in told),
        *later.exclude(text="").values_list("text", flat=True),
    ]


def _unit(handbook: Handbook) -> Unit:
    return all_units()[handbook.unit_id]


def _note(handbook: Handbook, actor: Actor, kind: str, story: Story, **more: Any) -> None:
    # Whoever has read the draft to publish it has to see this change first.
    handbook.revision += 1
    handbook.save(update_fields=["revision"])
    payload = {"story": str(story.pk), "case": str(story.case_id)} | more
    unit = _unit(handbook)
    append(
        kind,
        Handbook.SUBJECT,
        handbook.pk,
        actor.code,
        payload,
        district_id=unit.district_id or unit.id,
    )
