"""What became of what was taken from a chat, as text to send back there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.codes import read_reference
from huiban.kernel.base.masking import mask
from huiban.kernel.base.text import excerpt
from huiban.kernel.vocab.queries import words

from .. import kinds, permits, stages, wording
from ..models import Case, Report
from .owners import CATEGORIES
from .residents import Follow, follow

SHOWN_BACK = timedelta(days=14)
MOST_CASES = 200
MOST_ANSWERS = 100


@dataclass(frozen=True)
class Paste:
    """What was taken from one paste, newest first."""

    at: datetime
    references: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A line of the text that goes back to the chat."""

    reference: str
    line: str
    answered: bool


def matter_words() -> list[str]:
    """The district's own words for matters: what speaks of one in a chat."""
    return [word for term in words(CATEGORIES).values() for word in term.data.get("keywords", ())]


def recent_pastes(actor: Actor) -> list[Paste]:
    """What the actor's scope took from chats in the last two weeks, by paste, newest first."""
    actor.seat_for(permits.TRIAGE)
    own = replace(actor.scope, duty_units=frozenset())
    cases = (
        Case.objects.within(own)
        .filter(channel=wording.CHAT, received_at__gte=clock.now() - SHOWN_BACK)
        .order_by("-id")[:MOST_CASES]
    )
    by_id = {case.pk: case for case in cases}
    told = Report.objects.filter(case_id__in=list(by_id), opened_case=None)
    numbers = {report.case_id: report.sender_number for report in told}
    pastes: dict[str, list[Case]] = defaultdict(list)
    for case in by_id.values():
        pastes[numbers.get(case.pk, "").rpartition("-")[0]].append(case)
    return [
        Paste(found[0].received_at, tuple(case.reference for case in reversed(found)))
        for found in pastes.values()
    ]


def chat_answers(actor: Actor, references: Iterable[str]) -> list[Answer]:
    """What became of these cases, in their order; those outside the actor's scope are left out."""
    actor.seat_for(permits.TRIAGE)
    asked = [read for text in references if (read := read_reference(text))][:MOST_ANSWERS]
    found = Case.objects.within(actor.scope).filter(reference__in=asked)
    reports = (
        Report.objects.select_related("case", "case__place", "opened_case")
        .filter(Q(opened_case__in=found) | Q(case__in=found, opened_case=None))
        .order_by("-received_at")
    )
    by_reference = {(report.opened_case or report.case).reference: report for report in reports}
    kept = [
        by_reference[reference] for reference in dict.fromkeys(asked) if reference in by_reference
    ]
    return [_answer(number, report) for number, report in enumerate(kept, 1)]


def _answer(number: int, report: Report) -> Answer:
    seen = follow(report)
    told = excerpt(mask(report.text), 30) or "（内容已清除）"
    return Answer(seen.reference, f"{number}. {told} —— {_state(seen)}", bool(seen.answer))


def _state(seen: Follow) -> str:
    if seen.answer:
        return f"答复：{excerpt(seen.answer, 200)}"
    if seen.stage == stages.RECEIVED:
        return f"已登记，{seen.holder_name}{seen.due_words}受理"
    if seen.stage == stages.HANDLING:
        return f"{seen.holder_name}正在办，{seen.due_words}答复" if seen.due_words else "正在办"
    if seen.stage == stages.DISPATCHED:
        return f"已派给{seen.holder_name}，{seen.due_words}答复"
    if seen.stage == stages.DIVERTED:
        said = [step.text for step in seen.timeline if step.kind == kinds.DIVERTED]
        return excerpt(said[-1], 200) if said else seen.stage_label
    return seen.stage_label
