"""办法: a theme becomes a topic, a unit owes its draft, and each step says who owes the next.

Each verb locks the policy. A form that is sent again finds what it did and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance
from huiban.kernel.base.codes import new_reference
from huiban.kernel.base.errors import ImproperMove, Refusal, Unseen
from huiban.kernel.duties.actions import NewDuty, lead_of
from huiban.kernel.moves.actions import bear, lock_record, move
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, current_unit
from huiban.kernel.vocab.queries import setting, words
from huiban.modules.supervision.actions.words import line_of, own_key, words_of, words_or_none
from huiban.modules.supervision.queries.desks import ADDRESSEES, TIER_OF_LEVEL
from huiban.modules.voice.queries.owners import CATEGORIES

from .. import kinds, permits, stages
from ..models import Policy, PolicyDraft
from ..queries.figures import reads
from ..queries.policies import seen_policy
from ..queries.policy_rights import acting_seat, leads_district
from ..queries.policy_sources import occasion

AREAS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY)
LONGEST_TITLE, LONGEST_NAME, LONGEST_NUMBER = 60, 80, 60
LONGEST_REASONS, LONGEST_PLAIN, LONGEST_TEXT = 2000, 1000, 20_000
LONGEST_REASON = 500
MOST_DRAFTS = 30
LONGEST_DELAY = 60
TRIES = 3
OVERTAKEN = "刚有人写了新的一稿。请刷新页面，看过新的一稿再改。"


@dataclass(frozen=True)
class Topic:
    """What a topic is about: its title, why, where, whose monthly reports, and who owns it."""

    title: str
    reasons: str
    area_id: UUID
    owner_id: UUID
    category: str
    source: str = Policy.Source.WORDS
    source_id: UUID | None = None


@dataclass(frozen=True)
class Wording:
    """A version of the text: its name, in plain words, in full, and what changed since the last."""

    title: str
    plain: str
    text: str
    changes: str = ""


def open_policy(actor: Actor, topic: Topic, key: str) -> Policy:
    """Make a topic of a theme, a finding or a consultation. The same form again gives the first one.

    Raises NotPermitted without the permit, Unseen for a source or an area outside the scope,
    Refusal for what is missing. Locks nothing.
    """
    seat = actor.seat_for(permits.PUBLISH)
    own = own_key(actor, key)
    if (before := _of_key(own)) is not None:
        return before
    policy = _topic(actor, seat, topic, own)
    for _ in range(TRIES):
        policy.code = new_reference()
        try:
            with transaction.atomic():
                _bear(actor, policy)
            return policy
        except IntegrityError:
            # Another tap of the same form was quicker; else the code was taken, which is rare.
            if (before := _of_key(own)) is not None:
                return before
    raise Refusal("暂时没能列入。请再点一次，您写的内容还在。")


def _of_key(key: str) -> Policy | None:
    return Policy.objects.everywhere("found by its own key").filter(key=key).first()


def _topic(actor: Actor, seat: Seat, topic: Topic, key: str) -> Policy:
    area, owner = _units(actor, seat, topic)
    if topic.category not in words(CATEGORIES):
        raise Refusal("请选一个诉求分类：以后按它每月的件数比较施行前后。", "category")
    told = occasion(actor, topic.source, topic.source_id)
    path = area.path
    return Policy(
        stage=stages.TOPIC,
        key=key,
        district_id=path.district_id,
        street_id=path.street_id,
        community_id=path.community_id,
        area=area,
        owner=owner,
        title=line_of(topic.title, "title", "议题", LONGEST_TITLE),
        reasons=words_of(topic.reasons, "reasons", "为什么要定办法", LONGEST_REASONS),
        source=topic.source,
        source_id=topic.source_id,
        source_title=told.title,
        cases=told.cases,
        category=topic.category,
        opened_at=clock.now(),
        opened_signed=seat.post_name,
    )


def _units(actor: Actor, seat: Seat, topic: Topic) -> tuple[Unit, Unit]:
    """Where it holds and who owns it, as they are called today."""
    units = all_units()
    if topic.area_id not in units:
        raise Refusal("请选施行的范围。", "area")
    if topic.owner_id not in units:
        raise Refusal("请选牵头单位。", "owner")
    area, owner = current_unit(topic.area_id), current_unit(topic.owner_id)
    if not reads(actor, area):
        raise Unseen
    if area.level not in AREAS:
        raise Refusal("施行范围只能是区、街道或社区。请改选。", "area")
    if owner.level not in ADDRESSEES or owner.path.district_id != area.path.district_id:
        raise Refusal("这个单位不能牵头。请选本区的部门、街道或社区。", "owner")
    if not leads_district(seat) and not reads(actor, owner):
        raise Refusal("只有区级岗位可以请别的单位牵头。请选本单位。", "owner")
    return area, owner


def _bear(actor: Actor, policy: Policy) -> None:
    payload = {
        "source": policy.source,
        "source_id": str(policy.source_id or ""),
        "cases": policy.cases,
        "area": str(policy.area_id),
        "category": policy.category,
    }
    opens = owed(policy, "policy_draft", kinds.DRAFT_DAYS)
    bear(policy, actor, kind=kinds.POLICY_OPENED, payload=payload, opens=opens)


def owed(policy: Policy, kind: str, key: str, start: datetime | None = None) -> NewDuty:
    """The next step as its owner's lead duty, in the working days that a setting names."""
    owner = current_unit(policy.owner_id)
    allowance = Allowance("working_days", int(setting(key)))
    return NewDuty(kind, owner.id, TIER_OF_LEVEL[owner.level], allowance, key, start=start)


def take(actor: Actor, policy_id: UUID, verb: str) -> tuple[Policy, Seat]:
    """The policy under its lock, and the post that does that to it. Raises Unseen, NotPermitted."""
    seen_policy(actor, policy_id)
    policy = lock_record(Policy, policy_id)
    return policy, acting_seat(actor, policy, verb)


def write_draft(actor: Actor, policy_id: UUID, wording: Wording, *, seen: int) -> PolicyDraft:
    """Write the next version. `seen` is the number of the last one that the writer had read.

    Before the consultation it replaces the one before, afterwards it is what the comments made of
    it, and not while they come in. The same words again change nothing. Raises Refusal for missing
    words, ImproperMove where somebody was quicker. Locks the policy.
    """
    with transaction.atomic():
        policy, seat = take(actor, policy_id, "draft")
        last = policy.drafts.order_by("-number").first()
        told = _wording(wording)
        if last is not None and _same(last, told):
            return last
        _refuse_changes(told, first=last is None)
        if seen != policy.draft_count:
            raise ImproperMove(OVERTAKEN)
        if policy.draft_count >= MOST_DRAFTS:
            raise Refusal(f"一项办法最多{MOST_DRAFTS}稿。", "text")
        verb = "revise" if policy.stage == stages.COMMENTING else "draft"
        if verb == "revise":
            refuse_while_open(policy)
        draft = PolicyDraft(
            policy=policy,
            number=policy.draft_count + 1,
            title=told.title,
            plain=told.plain,
            text=told.text,
            changes=told.changes,
            signed=seat.post_name,
            written_at=clock.now(),
        )
        _step(actor, policy, verb, draft)
        draft.save(force_insert=True)
    return draft


def _step(actor: Actor, policy: Policy, verb: str, draft: PolicyDraft) -> None:
    """A first draft is what was owed; later ones change nothing of what is owed by when."""
    first = policy.stage == stages.TOPIC
    move(
        policy,
        verb,
        actor,
        kind=kinds.POLICY_DRAFTED,
        payload={"draft": draft.number},
        closes="drafted" if first else "",
        opens=owed(policy, "policy_consult", kinds.DRAFT_DAYS) if first else None,
        changes={"draft_count": draft.number},
    )


def _wording(wording: Wording) -> Wording:
    return Wording(
        line_of(wording.title, "title", "办法的名称", LONGEST_NAME),
        words_of(wording.plain, "plain", "给居民看的白话说明", LONGEST_PLAIN),
        words_of(wording.text, "text", "正文", LONGEST_TEXT),
        words_or_none(wording.changes, "changes", "改了什么、为什么", LONGEST_REASONS),
    )


def _refuse_changes(told: Wording, *, first: bool) -> None:
    if first and told.changes:
        raise Refusal("第一稿不用写改了什么。", "changes")
    if not first and not told.changes:
        raise Refusal("请写这一稿改了什么、为什么。", "changes")


def _same(draft: PolicyDraft, told: Wording) -> bool:
    return (draft.title, draft.plain, draft.text) == (told.title, told.plain, told.text)


def refuse_while_open(policy: Policy) -> None:
    """Raise ImproperMove while comments still come in."""
    ends = policy.ends
    if ends is not None and clock.local(clock.now()).date() <= ends:
        raise ImproperMove(
            f"意见征集到{ends.month}月{ends.day}日才结束。请等结束以后再归类、改稿或施行。"
        )


def postpone(actor: Actor, policy_id: UUID, days: int, reason: str, *, seen: datetime) -> Policy:
    """Give the next step so many working days from now, for a reason that the duty keeps.

    `seen` is when it was due on the page that was read: a second tap changes nothing more.
    Locks the policy.
    """
    if not 1 <= days <= LONGEST_DELAY:
        raise Refusal(f"一次最多延{LONGEST_DELAY}个工作日。", "days")
    tidy = words_of(reason, "reason", "延期的理由", LONGEST_REASON)
    with transaction.atomic():
        policy, _ = take(actor, policy_id, "postpone")
        policy.STAGES.target(policy.stage, "postpone")
        duty = lead_of(policy.pk)
        assert duty is not None
        if duty.due_at.replace(microsecond=0) != seen.replace(microsecond=0):
            raise ImproperMove("期限刚刚改过。请刷新页面看清现在的期限。")
        new = NewDuty(
            duty.kind, duty.unit_id, duty.tier, Allowance("working_days", days), "postponed"
        )
        move(
            policy,
            "postpone",
            actor,
            kind=kinds.POLICY_POSTPONED,
            payload={"days": days},
            closes="postponed",
            opens=new,
            changes={"delay_reason": tidy},
        )
    return policy


def drop(actor: Actor, policy_id: UUID, reason: str) -> Policy:
    """Give a topic up before it is in force; its reason is published if its draft was.

    Locks the policy. A second tap finds it given up.
    """
    return end(actor, policy_id, "drop", reason)


def repeal(actor: Actor, policy_id: UUID, reason: str) -> Policy:
    """Say that a rule is in force no more from today on. Locks the policy."""
    return end(actor, policy_id, "repeal", reason)


def end(actor: Actor, policy_id: UUID, verb: str, reason: str) -> Policy:
    """End it by that verb, from today on."""
    tidy = words_of(reason, "reason", "终止的理由", LONGEST_REASON)
    with transaction.atomic():
        policy, _ = take(actor, policy_id, verb)
        if policy.stage == stages.DROPPED and policy.end_reason == tidy:
            return policy
        today = clock.local(clock.now()).date()
        move(
            policy,
            verb,
            actor,
            kind=kinds.POLICY_ENDED,
            payload={"since": today.isoformat(), "was_in_force": verb == "repeal"},
            closes="ended",
            changes={"ended_on": today, "end_reason": tidy},
        )
    return policy
