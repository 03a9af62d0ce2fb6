"""Writes of the handbook: freeze a month, edit the sentences beside it, publish it for good."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from huiban.kernel.access.actor import SYSTEM, Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, Refusal, Unseen
from huiban.kernel.events.actions import append
from huiban.kernel.events.pump import give_positions
from huiban.kernel.moves.actions import lock_record
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, units_in_force
from huiban.kernel.vocab.queries import setting
from huiban.modules.voice.models import Case

from .. import kinds
from ..handbook.canonical import Section, digest_of, read, written
from ..handbook.drafting import drafted, edited, redrafted
from ..handbook.gathering import gather
from ..models import Handbook, Story
from ..queries.handbooks import (
    approved_stories,
    cleared_cases,
    printed_of,
    publishing_unit,
    unit_of,
)
from ..reckoning.months import Month
from .folding import fold_some

BATCH = 5_000
# Longer than counting a day takes; who has years to count does that by the worker.
PATIENCE_SECONDS = 20.0
OVERTAKEN = "草稿刚被别人改过。请刷新页面，看过新的内容再改。"
PROPOSED_LEVELS = (Level.DISTRICT, Level.STREET)


def follow_log(patience: float | None = None) -> None:
    """Count what isn't counted yet. Raises Refusal where that takes longer than so many seconds."""
    began = time.monotonic()
    while give_positions() or fold_some(BATCH):
        if patience is not None and time.monotonic() - began > patience:
            raise Refusal("日志还没有统计完，手册先不拟。请过几分钟再试；后台进程会接着统计。")


def draft_handbook(actor: Actor, code: str, month: Month) -> Handbook:
    """Freeze the month's figures as they are counted now, as a draft, or anew into its draft.

    Sentences that a person edited stay; others are drafted anew. Raises Unseen, NotPermitted,
    Refusal for a month that hasn't begun, ImproperMove for a published one. Locks the handbook.
    """
    unit = unit_of(actor, code)
    publishing_unit(actor, unit)
    follow_log(PATIENCE_SECONDS)
    try:
        return _freeze(actor, unit, month)
    except IntegrityError:
        # Somebody began it at the same moment; this time it is there to be locked.
        return _freeze(actor, unit, month)


def _freeze(actor: Actor, unit: Unit, month: Month) -> Handbook:
    """Gathering takes seconds, so it is done before the transaction, in a moment of its own."""
    if Handbook.objects.filter(
        unit=unit, month=str(month), state=Handbook.State.PUBLISHED
    ).exists():
        raise _published()
    # What is published from here on isn't in the corrections.
    began = clock.now()
    figures = gather(unit, month, printed_of(unit))
    with transaction.atomic():
        kept = Handbook.objects.select_for_update().filter(unit=unit, month=str(month)).first()
        if kept is None:
            kept = _begun(unit, month, figures, began)
        elif kept.state == Handbook.State.PUBLISHED:
            raise _published()
        elif figures["cut_off"]["position"] < kept.position:
            # Somebody who began later was done sooner, and counted more.
            return kept
        else:
            _again(kept, figures, began)
        payload = {"unit": str(unit.id), "month": str(month)}
        payload |= {"version": kept.version, "position": kept.position}  # type: ignore[dict-item]
        _note(kept, actor, kinds.HANDBOOK_DRAFTED, payload)
    return kept


def _begun(unit: Unit, month: Month, figures: Section, began: datetime) -> Handbook:
    texts, text = drafted(figures), written(figures)
    return Handbook.objects.create(
        unit=unit,
        month=str(month),
        position=figures["cut_off"]["position"],
        cut_off=_moment(figures),
        figures=text,
        texts=texts,
        digest=digest_of(text, texts),
        drafted_at=began,
    )


def _again(kept: Handbook, figures: Section, began: datetime) -> None:
    if kept.is_edited:
        fresh = redrafted(read(kept.figures), kept.texts, figures)
    else:
        fresh = drafted(figures)
    kept.figures, kept.texts = written(figures), fresh
    kept.position, kept.cut_off = figures["cut_off"]["position"], _moment(figures)
    kept.version, kept.revision = kept.version + 1, kept.revision + 1
    kept.digest, kept.drafted_at = digest_of(kept.figures, fresh), began
    kept.save(
        update_fields=[
            *("figures", "texts", "position", "cut_off", "version", "revision"),
            *("digest", "drafted_at"),
        ]
    )


def _moment(figures: Section) -> datetime | None:
    told = figures["cut_off"]["moment"]
    return datetime.fromisoformat(told) if told else None


def _published() -> ImproperMove:
    return ImproperMove("这个月的手册已经发布，不再改动。后来的变化会印在下一期的“更正”里。")


@dataclass(frozen=True)
class Sentences:
    """What a form says beside the figures: one sentence a line, and the themes' titles by their key."""

    summary: str
    suggestions: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


def edit_texts(actor: Actor, handbook_id: UUID, said: Sentences, *, seen: int) -> Handbook:
    """Set the draft's sentences. `seen` is the revision that the editor had read.

    Raises Refusal for a line that can't stand, ImproperMove where somebody was quicker or it is
    published. Locks the handbook. The same words again change nothing.
    """
    with transaction.atomic():
        kept = locked(actor, handbook_id)
        if kept.state == Handbook.State.PUBLISHED:
            raise _published()
        if _says_the_same(kept, said):
            return kept
        texts = edited(read(kept.figures), said.summary, said.suggestions, said.titles)
        if texts == kept.texts:
            return kept
        if kept.revision != seen:
            raise ImproperMove(OVERTAKEN, "seen")
        kept.texts, kept.is_edited, kept.revision = texts, True, kept.revision + 1
        kept.digest = digest_of(kept.figures, texts)
        kept.save(update_fields=["texts", "is_edited", "revision", "digest"])
        _note(kept, actor, kinds.HANDBOOK_EDITED, {"revision": kept.revision})
    return kept


def _says_the_same(kept: Handbook, said: Sentences) -> bool:
    """Whether a form says what is kept: drafted sentences needn't stand the checks of written ones."""
    texts = (said.summary.splitlines(), said.suggestions.splitlines(), dict(said.titles))
    return texts == tuple(kept.texts[name] for name in ("summary", "suggestions", "themes"))


def publish(actor: Actor, handbook_id: UUID, *, seen: int) -> Handbook:
    """Publish the draft that was read at revision `seen`; a second tap finds it published.

    The approved stories, the post and the moment are frozen with the rest. Raises ImproperMove
    where the draft changed since, Refusal where its figures are of a month that wasn't over, where
    an earlier handbook was published since, and where the words behind a story were cleared.
    Locks the handbook and the cases of its stories.
    """
    with transaction.atomic():
        kept = locked(actor, handbook_id)
        if kept.state == Handbook.State.PUBLISHED:
            return kept
        _refuse_old_figures(kept)
        if kept.revision != seen:
            raise ImproperMove(OVERTAKEN, "seen")
        _refuse_cleared_stories(kept)
        seat = publishing_unit(actor, all_units()[kept.unit_id])
        now = clock.now()
        kept.texts = kept.texts | {
            "stories": approved_stories(kept),
            "published": {
                "at": clock.local(now).isoformat(timespec="seconds"),
                "day": clock.local(now).date().isoformat(),
                "unit": seat.unit_name,
                "post": seat.post_name,
            },
        }
        kept.state, kept.published_at = Handbook.State.PUBLISHED, now
        kept.published_by_id, kept.published_post = actor.account_id, seat.post_name
        kept.digest = digest_of(kept.figures, kept.texts)
        kept.save(
            update_fields=[
                *("texts", "state", "published_at", "published_by", "published_post", "digest")
            ]
        )
        _note(
            kept,
            actor,
            kinds.HANDBOOK_PUBLISHED,
            {
                "unit": str(kept.unit_id),
                "month": kept.month,
                "version": kept.version,
                "position": kept.position,
                "digest": kept.digest,
                "stories": len(kept.texts["stories"]),
            },
        )
    return kept


def _refuse_old_figures(kept: Handbook) -> None:
    if not read(kept.figures)["is_over"]:
        raise Refusal("草稿里的数字是本月还没有结束时的。请等月底过后重新统计，再发布。")
    since = Handbook.objects.filter(
        unit=kept.unit_id, month__lt=kept.month, published_at__gt=kept.drafted_at
    )
    if (earlier := since.order_by("month").first()) is not None:
        month = Month.parse(earlier.month).label
        raise Refusal(
            f"拟这份草稿以后，{month}的手册发布了，这里的“更正”还没有对照它。请先重新统计，再发布。"
        )


def _refuse_cleared_stories(kept: Handbook) -> None:
    """Raise Refusal for an approved story of what was cleared, or is being cleared just now."""
    approved = list(kept.stories.filter(state=Story.State.APPROVED).order_by("case_id"))
    for story in approved:
        lock_record(Case, story.case_id)
    cleared = cleared_cases(story.case_id for story in approved)
    for story in approved:
        if story.case_id in cleared:
            raise Refusal(
                f"故事“{story.title}”所写的那件事，居民的原话已经清除，不能再刊登。"
                "请在这个故事上点“不刊登”，再发布。"
            )


def publish_as_written(actor: Actor, handbook_id: UUID, said: Sentences, *, seen: int) -> Handbook:
    """Set the draft's sentences and publish it with them, or do neither.

    Whoever publishes has these sentences before their eyes, beside the rest of revision `seen`.
    Raises what `edit_texts` and `publish` raise. Locks the handbook.
    """
    with transaction.atomic():
        kept = locked(actor, handbook_id)
        if kept.state == Handbook.State.DRAFT and kept.revision != seen:
            raise ImproperMove(OVERTAKEN, "seen")
        kept = edit_texts(actor, handbook_id, said, seen=seen)
        return publish(actor, handbook_id, seen=kept.revision)


def propose_if_due() -> int:
    """Draft last month's handbook of one unit that has none, once the day for it has come.

    One unit a call, districts before their streets, so that the worker is never held up for long;
    0 where nothing is due.
    """
    today = clock.local(clock.now()).date()
    if today.day < setting(kinds.HANDBOOK_DAY):
        return 0
    month = Month.of(today).previous
    there = set(Handbook.objects.filter(month=str(month)).values_list("unit_id", flat=True))
    waiting = [
        unit for level in PROPOSED_LEVELS for unit in units_in_force(level) if unit.id not in there
    ]
    if not waiting or fold_some():
        return 0
    try:
        _freeze(SYSTEM, waiting[0], month)
    except (IntegrityError, ImproperMove):
        # A person was quicker, which is as good.
        return 0
    return 1


def locked(actor: Actor, handbook_id: UUID) -> Handbook:
    """The handbook under its lock, if the actor may publish it. Raises Unseen, NotPermitted."""
    kept = Handbook.objects.select_for_update().filter(pk=handbook_id).first()
    if kept is None:
        raise Unseen
    publishing_unit(actor, all_units()[kept.unit_id])
    return kept


def _note(kept: Handbook, actor: Actor, kind: str, payload: dict[str, Any]) -> None:
    unit = all_units()[kept.unit_id]
    district = unit.district_id or unit.id
    append(kind, Handbook.SUBJECT, kept.pk, actor.code, payload, district_id=district)
