"""Judging findings: confirm or dismiss, object, decide on an objection. People do, never a rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.events import actions as events
from huiban.kernel.territory.queries import current_unit
from huiban.kernel.vocab.queries import words

from .. import kinds, permits
from ..models import Finding, Objection
from ..queries.desks import supervising_scope, supervising_seat
from ..queries.findings import judges
from ..reading import REASONS
from .words import words_of, words_or_none

LONGEST_WORDS = 2000
MOST_OBJECTIONS = 2
STATES = Finding.State
OUTCOMES = frozenset({STATES.OPEN, STATES.CONFIRMED, STATES.DISMISSED})


def judge(
    actor: Actor, finding_id: UUID, outcome: str, *, seen: str, reason: str = "", text: str = ""
) -> None:
    """Confirm or dismiss a finding with a reason of the list, or lay it open again.

    `seen` is the state that the person saw: where somebody was quicker it is refused, and the
    same outcome again changes nothing. Locks the finding. Raises Unseen, NotPermitted, Refusal,
    ImproperMove.
    """
    with transaction.atomic():
        finding = _locked(actor, finding_id)
        seat = _judge_seat(actor, finding)
        _refuse_outcome(outcome, reason)
        if (finding.state, finding.reason) == (outcome, reason):
            return
        if finding.state != seen:
            raise ImproperMove(f"刚刚已有人处理，现在是“{_label(finding)}”。请看过再定。")
        if finding.state == STATES.VOID:
            raise ImproperMove("申诉成立，这条已经撤销，不能再研判。")
        if outcome != STATES.OPEN and _open_objection(finding) is not None:
            raise ImproperMove("单位已经申诉，请先答复申诉。")
        before = finding.state
        finding.state, finding.reason = outcome, reason
        finding.words = words_or_none(text, "text", "说明", LONGEST_WORDS)
        finding.signed = seat.post_name if outcome != STATES.OPEN else ""
        finding.judged_at = clock.now() if outcome != STATES.OPEN else None
        finding.save(update_fields=["state", "reason", "words", "signed", "judged_at"])
        payload = {"before": before, "state": outcome, "reason": reason}
        _say(kinds.FINDING_JUDGED, finding, actor, payload)


def _refuse_outcome(outcome: str, reason: str) -> None:
    if outcome not in OUTCOMES:
        raise Refusal("请选：属实，或不予认定。", "outcome")
    if outcome == STATES.OPEN:
        if reason:
            raise Refusal("重新研判不用选理由。", "reason")
        return
    word = words(REASONS).get(reason)
    if word is None or word.data.get("for") != outcome:
        raise Refusal("请从列出的理由里选一个。", "reason")


def object_to(actor: Actor, finding_id: UUID, text: str) -> None:
    """A unit says why a finding about it isn't right.

    One objection at a time, and two to a finding at the most; the same words sent twice make one.
    Locks the finding. Raises Unseen, NotPermitted, Refusal, ImproperMove.
    """
    tidy = words_or_none(text, "text", "申诉理由", LONGEST_WORDS)
    if not tidy:
        raise Refusal("请写申诉的理由：事实是什么，有什么记录。", "text")
    with transaction.atomic():
        finding = _locked(actor, finding_id)
        unit = current_unit(finding.unit_id)
        if not actor.may(permits.REPLY, unit.id):
            raise NotPermitted(f"这条是关于{unit.name}的，由该单位的岗位申诉。")
        seat = actor.seat_for(permits.REPLY, unit.id)
        if finding.state == STATES.VOID:
            raise ImproperMove("申诉已经成立，这条已经撤销。")
        if finding.state == STATES.DISMISSED:
            raise ImproperMove("这条已经不予认定，不用申诉。")
        waiting = _open_objection(finding)
        if waiting is not None:
            if waiting.words == tidy:
                return
            raise ImproperMove("已经申诉，正在等监督专班答复。")
        if finding.objections.count() >= MOST_OBJECTIONS:
            raise ImproperMove(f"同一条最多申诉{MOST_OBJECTIONS}次，已经用完。请与监督专班联系。")
        made = Objection.objects.create(
            finding=finding, unit=unit, words=tidy, signed=seat.post_name, at=clock.now()
        )
        payload = {"objection": str(made.id), "unit": str(unit.id)}
        _say(kinds.OBJECTION_MADE, finding, actor, payload)


def decide_objection(
    actor: Actor, objection_id: UUID, is_upheld: bool, text: str, reason: str = ""
) -> None:
    """Uphold an objection, which makes the finding void in every figure, or explain why not.

    Either needs words; an upheld one also a reason of the list. The same decision again changes
    nothing. Locks the finding. Raises Unseen, NotPermitted, Refusal, ImproperMove.
    """
    tidy = words_of(text, "text", "给单位的答复", LONGEST_WORDS)
    with transaction.atomic():
        finding = _locked(actor, _finding_of(objection_id))
        seat = _judge_seat(actor, finding)
        objection = Objection.objects.get(pk=objection_id)
        if objection.decided_at is not None:
            if objection.upheld == is_upheld:
                return
            raise ImproperMove("这次申诉刚刚已经答复。请刷新页面再看。")
        if is_upheld:
            _refuse_outcome(STATES.DISMISSED, reason)
        before = finding.state
        objection.decided_at, objection.upheld = clock.now(), is_upheld
        objection.reason = reason if is_upheld else ""
        objection.decision, objection.decided_signed = tidy, seat.post_name
        objection.save(
            update_fields=["decided_at", "upheld", "reason", "decision", "decided_signed"]
        )
        if is_upheld:
            finding.state, finding.reason = STATES.VOID, reason
            finding.judged_at, finding.signed = objection.decided_at, seat.post_name
            finding.save(update_fields=["state", "reason", "judged_at", "signed"])
        payload = {
            "objection": str(objection.id),
            "upheld": is_upheld,
            "reason": objection.reason,
            "before": before,
            "state": finding.state,
        }
        _say(kinds.OBJECTION_DECIDED, finding, actor, payload)


def _locked(actor: Actor, finding_id: UUID) -> Finding:
    """The finding, locked, if the actor's scope sees it. Raises Unseen."""
    seen = Finding.objects.within(supervising_scope(actor)).select_for_update(of=("self",))
    finding = seen.filter(pk=finding_id).first()
    if finding is None:
        raise Unseen
    return finding


def _finding_of(objection_id: UUID) -> UUID:
    found = Objection.objects.filter(pk=objection_id).values_list("finding_id", flat=True).first()
    if found is None:
        raise Unseen
    return found


def _judge_seat(actor: Actor, finding: Finding) -> Seat:
    """The post that judges; whoever works on that unit's cases doesn't. Raises NotPermitted."""
    seat = supervising_seat(actor, finding.district_id)
    if not judges(actor, finding):
        name = current_unit(finding.unit_id).name
        raise NotPermitted(f"这条是关于{name}的，您在该单位办事，请由其他人研判。")
    return seat


def _open_objection(finding: Finding) -> Objection | None:
    return finding.objections.filter(decided_at=None).first()


def _label(finding: Finding) -> str:
    return STATES(finding.state).label


def _say(kind: str, finding: Finding, actor: Actor, payload: dict[str, Any]) -> None:
    events.append(
        kind,
        Finding.SUBJECT,
        finding.id,
        actor.code,
        payload,
        district_id=finding.district_id,
    )
