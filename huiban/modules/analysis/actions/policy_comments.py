"""征求意见: a draft is published, residents comment without an account, and each comment is answered.

Each verb locks the policy, so that a comment is either in before the end or told that it is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from huiban.kernel.access.actor import RESIDENT, SYSTEM, Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.base.text import normalise
from huiban.kernel.moves.actions import lock_record, move, note
from huiban.kernel.people.sealed import lookup_hash
from huiban.kernel.vocab.queries import setting
from huiban.modules.supervision.actions.words import line_of, own_key, words_of
from huiban.modules.voice.actions.flood import count_sender, refuse_flood, sender_keys

from .. import kinds, stages
from ..models import CommentAnswer, Policy, PolicyComment
from ..queries.policies import public_policy, shown_draft
from .policies import LONGEST_REASON, OVERTAKEN, owed, refuse_while_open, take

LONGEST_COMMENT = 1000
LONGEST_GIST = 200
SHORTEST_KEY, LONGEST_KEY = 16, 64
MOST_COMMENTS = 20_000
MOST_DAYS = 180
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Answering:
    """What was made of some comments: what they say in a line, the outcome, and why."""

    comment_ids: Sequence[UUID]
    gist: str
    outcome: str
    reason: str


def consult(actor: Actor, policy_id: UUID, begins: date, ends: date, *, seen: int) -> Policy:
    """Publish the draft that was read (its number is `seen`) for comments, from a day to a day.

    Saying the same again changes nothing. Raises Refusal for days that are past, too few or too
    many, ImproperMove where another version was written since. Locks the policy.
    """
    with transaction.atomic():
        policy, _ = take(actor, policy_id, "consult")
        if policy.stage == stages.COMMENTING and (policy.begins, policy.ends) == (begins, ends):
            return policy
        policy.STAGES.target(policy.stage, "consult")
        if seen != policy.draft_count:
            raise ImproperMove(OVERTAKEN)
        _refuse_days(begins, ends)
        move(
            policy,
            "consult",
            actor,
            kind=kinds.POLICY_CONSULTED,
            payload={
                "draft": policy.draft_count,
                "begins": begins.isoformat(),
                "ends": ends.isoformat(),
            },
            closes="published",
            opens=owed(policy, "policy_answer", kinds.ANSWER_DAYS, _end_of(ends)),
            changes={"begins": begins, "ends": ends, "published_at": clock.now()},
        )
    return policy


def _refuse_days(begins: date, ends: date) -> None:
    least = int(setting(kinds.COMMENT_DAYS))
    if begins < _today():
        raise Refusal("开始日期不能早于今天。请改选。", "begins")
    days = (ends - begins).days + 1
    if days < least:
        raise Refusal(
            f"征求意见至少{least}天，现在是{max(days, 0)}天。请把结束日期往后改。", "ends"
        )
    if days > MOST_DAYS or begins > _today() + MOST_DAYS * _DAY:
        raise Refusal(f"征求意见最长{MOST_DAYS}天，最晚从今天起{MOST_DAYS}天内开始。", "ends")


def _today() -> date:
    return clock.local(clock.now()).date()


def _end_of(day: date) -> datetime:
    """When a clock starts that runs from the last day on."""
    return datetime.combine(day, time(23, 59), clock.SHANGHAI)


def extend(actor: Actor, policy_id: UUID, ends: date) -> Policy:
    """Let comments come in for longer. The same day again changes nothing. Locks the policy."""
    with transaction.atomic():
        policy, _ = take(actor, policy_id, "extend")
        policy.STAGES.target(policy.stage, "extend")
        assert policy.begins is not None
        assert policy.ends is not None
        if ends == policy.ends:
            return policy
        _refuse_settled(policy)
        if ends < max(policy.ends, _today()):
            raise Refusal("只能往后延，而且不能早于今天。请改选。", "ends")
        if (ends - policy.begins).days >= 2 * MOST_DAYS:
            raise Refusal("征求意见连同延长最多一年。请改选。", "ends")
        move(
            policy,
            "extend",
            actor,
            kind=kinds.POLICY_EXTENDED,
            payload={"ends": ends.isoformat()},
            closes="extended",
            opens=owed(policy, "policy_answer", kinds.ANSWER_DAYS, _end_of(ends)),
            changes={"ends": ends},
        )
    return policy


def _refuse_settled(policy: Policy) -> None:
    if policy.outcome_at is not None:
        raise ImproperMove("采纳情况已经公布，不再改动。")


def comment(code: str, text: str, key: str, *, device: str = "", address: str = "") -> bool:
    """Take a comment in; True where the same words came with the same form before.

    Other words from that form are another comment: a page gone back to is written on again.
    Nothing of the sender is kept beside the words. Raises Unseen where nothing is published under
    the code, ImproperMove outside its days, TooMany while the sender has to wait, Refusal for no
    words. Locks the policy, then the sender's counters.
    """
    policy = public_policy(code)
    tidy = _comment_words(text, key)
    key_hash = lookup_hash(f"comment:{policy.pk}:{key}:{tidy}")
    if PolicyComment.objects.filter(key_hash=key_hash).exists():
        return True
    # Under names of their own: a comment never holds up a report.
    keys = sender_keys(device and f"comment:{device}", address and f"comment:{address}")
    refuse_flood(keys)
    with transaction.atomic():
        policy = lock_record(Policy, policy.pk)
        if PolicyComment.objects.filter(key_hash=key_hash).exists():
            return True
        _refuse_closed(policy)
        draft = shown_draft(policy)
        kept = PolicyComment.objects.create(
            policy=policy, draft=draft, key_hash=key_hash, text=tidy, told_at=clock.now()
        )
        payload = {"comment": str(kept.pk), "draft": draft.number}
        note(policy, RESIDENT, kinds.COMMENT_MADE, payload)
        count_sender(keys)
    return False


def _comment_words(text: str, key: str) -> str:
    tidy = normalise(text)
    if not tidy:
        raise Refusal("请写几句您的意见。", "text")
    if len(tidy) > LONGEST_COMMENT:
        raise Refusal(
            f"最多写{LONGEST_COMMENT}字，现在有{len(tidy)}字。请删减一些，或分两次发。", "text"
        )
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise Refusal("这个页面已经失效。请刷新后再发送，您写的内容请先复制。", "key")
    return tidy


def _refuse_closed(policy: Policy) -> None:
    if policy.stage != stages.COMMENTING or policy.begins is None or policy.ends is None:
        raise ImproperMove("这项办法现在不征求意见。谢谢您关心。")
    if _today() < policy.begins:
        raise ImproperMove(
            f"{policy.begins.month}月{policy.begins.day}日起才开始收意见，请到时再来。"
        )
    if _today() > policy.ends:
        raise ImproperMove("意见征集已经结束，这一条没能收下。采纳情况会公布在这一页。")
    if policy.comments.count() >= MOST_COMMENTS:
        raise Refusal("收到的意见已满，系统收不下了。请打牵头单位的电话。")


def answer_comments(actor: Actor, policy_id: UUID, told: Answering, key: str) -> CommentAnswer:
    """Adopt, adopt in part or not adopt comments that say the same, for a reason to be published.

    The same form again gives the first answer. Raises ImproperMove before the days for comments are
    over or once the outcome is published, Refusal for what is missing. Locks the policy.
    """
    own = own_key(actor, key)
    gist = line_of(told.gist, "gist", "这些意见说的是什么", LONGEST_GIST)
    reason = words_of(told.reason, "reason", "采纳或不采纳的理由", LONGEST_REASON)
    if told.outcome not in CommentAnswer.Outcome.values:
        raise Refusal("请选：采纳、部分采纳或不采纳。", "outcome")
    with transaction.atomic():
        policy, seat = take(actor, policy_id, "answer")
        before = CommentAnswer.objects.filter(key=own, policy=policy).first()
        if before is not None:
            return before
        _refuse_unanswerable(policy)
        wanted = set(told.comment_ids)
        waiting = policy.comments.filter(pk__in=wanted, answer=None)
        if not wanted:
            raise Refusal("请先勾选要答复的意见。", "comment")
        if waiting.count() != len(wanted):
            raise ImproperMove("勾选的意见里有的刚被归过类。请刷新页面再选。")
        made = CommentAnswer.objects.create(
            key=own,
            policy=policy,
            gist=gist,
            outcome=told.outcome,
            reason=reason,
            signed=seat.post_name,
            answered_at=clock.now(),
        )
        waiting.update(answer=made)
        payload = {"answer": str(made.pk), "outcome": made.outcome, "comments": len(wanted)}
        note(policy, actor, kinds.COMMENTS_ANSWERED, payload)
    return made


def _refuse_unanswerable(policy: Policy) -> None:
    if policy.stage != stages.COMMENTING:
        raise ImproperMove(f"这项办法现在是“{policy.stage_label}”，不能归类意见。请刷新页面。")
    _refuse_settled(policy)
    refuse_while_open(policy)


def take_back_answer(actor: Actor, policy_id: UUID, answer_id: UUID) -> None:
    """Take an answer back before it is published; its comments wait for another one.

    An answer that is gone already is as good. Locks the policy.
    """
    with transaction.atomic():
        policy, _ = take(actor, policy_id, "answer")
        made = policy.answers.filter(pk=answer_id).first()
        if made is None:
            return
        _refuse_unanswerable(policy)
        payload = {"answer": str(made.pk), "comments": made.comments.count()}
        made.delete()
        note(policy, actor, kinds.COMMENTS_UNANSWERED, payload)


def publish_outcome(actor: Actor, policy_id: UUID) -> Policy:
    """Publish what became of the comments, each with its reason; then nothing of it changes.

    A second tap finds it published. Raises ImproperMove while comments come in or wait for an
    answer. Locks the policy.
    """
    with transaction.atomic():
        policy, seat = take(actor, policy_id, "publish_outcome")
        if policy.outcome_at is not None:
            return policy
        policy.STAGES.target(policy.stage, "publish_outcome")
        refuse_while_open(policy)
        waiting = policy.comments.filter(answer=None).count()
        if waiting:
            raise ImproperMove(f"还有{waiting}条意见没有答复。请先归类，写明理由，再公布。")
        move(
            policy,
            "publish_outcome",
            actor,
            kind=kinds.OUTCOME_PUBLISHED,
            payload=_outcome(policy),
            changes={"outcome_at": clock.now(), "outcome_signed": seat.post_name},
        )
    return policy


def _outcome(policy: Policy) -> dict[str, int]:
    answers = policy.answers.annotate(number=Count("comments")).values_list("outcome", "number")
    counted: Counter[str] = Counter()
    for outcome, number in answers:
        counted[outcome] += number
    return {
        "comments": sum(counted.values()),
        "answers": len(answers),
        **{outcome: counted[outcome] for outcome in CommentAnswer.Outcome.values},
    }


def forget_comments(*, dry_run: bool = False) -> int:
    """Clear the words of comments whose days ended longer ago than they are kept; how many.

    One transaction a policy, so that nobody waits for the whole; a run that is broken off goes on
    where it stopped. With `dry_run` they are only counted. Locks each policy.
    """
    before = _today() - timedelta(days=int(setting(kinds.COMMENT_RETENTION_DAYS)))
    old = PolicyComment.objects.filter(erased_at=None, policy__ends__lt=before)
    if dry_run:
        return old.count()
    forgotten = 0
    for policy_id in sorted(set(old.values_list("policy_id", flat=True))):
        with transaction.atomic():
            policy = lock_record(Policy, policy_id)
            if policy.ends is None or policy.ends >= before:
                # Its days were extended since it was found.
                continue
            cleared = policy.comments.filter(erased_at=None).update(text="", erased_at=clock.now())
            if cleared:
                note(policy, SYSTEM, kinds.COMMENTS_FORGOTTEN, {"comments": cleared})
            forgotten += cleared
    return forgotten
