"""减负观察员: what an observer tells goes to the district alone, past the street and community.

The log never says who told it. The district may reword before it passes something on; what came of
it is told to the observer, and measured again after a month. Each verb locks the observation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from huiban.kernel.access.actions import note_look
from huiban.kernel.access.actor import SYSTEM, Actor, Seat
from huiban.kernel.access.models import Account
from huiban.kernel.base import clock
from huiban.kernel.base.codes import new_reference, read_reference
from huiban.kernel.base.errors import NotPermitted, Refusal, Unseen
from huiban.kernel.events import actions as events
from huiban.kernel.files.actions import link_photos
from huiban.kernel.moves.actions import bear, lock_record, move, note
from huiban.kernel.people.queries import tenures_today
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import current_unit, with_predecessors
from huiban.modules.voice.models import Case

from .. import kinds, permits, rules_letters, stages
from ..models import ABOUT, Effect, Observation
from ..queries.desks import (
    ADDRESSEES,
    supervised_districts,
    supervising_seat,
    supervising_unit,
)
from ..queries.effects import findings_counted
from ..queries.observations import told_between
from ..rules import RULES
from .words import account_of, owed_by_setting, own_key, words_of

LONGEST_TEXT, LONGEST_OUTCOME = 4000, 2000
MEASURE_DUE = "supervision.observation_due"
LOOK = "supervision.observer"
# What the log keeps of whoever told something: that it was an observer, and nothing more.
OBSERVER = Actor(code="observer")


@dataclass(frozen=True)
class Told:
    """What an observer's form says."""

    key: str
    about: str
    text: str
    unit_id: UUID | None = None
    case_reference: str = ""
    photo_ids: tuple[UUID, ...] = ()


def tell_district(actor: Actor, told: Told) -> Observation:
    """Tell the district something. The same form again gives the first one.

    Raises NotPermitted for whoever isn't an observer, Refusal for missing words or an unknown case.
    """
    seat = actor.seat_for(permits.OBSERVE)
    text = words_of(told.text, "text", "情况", LONGEST_TEXT)
    if told.about not in ABOUT:
        raise Refusal("请选要反映的是哪一类：基层负担，或一件事的办理。", "about")
    key_hash = hashlib.sha256(own_key(actor, told.key).encode()).hexdigest()
    before = _of_key(actor, key_hash)
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _write(actor, seat, told, text, key_hash)
    except IntegrityError:
        found = _of_key(actor, key_hash)
        if found is None:
            raise
        return found


def _of_key(actor: Actor, key_hash: str) -> Observation | None:
    mine = Observation.objects.of_observer(account_of(actor))
    return mine.filter(key_hash=key_hash).first()


def _write(actor: Actor, seat: Seat, told: Told, text: str, key_hash: str) -> Observation:
    reference, case_id = _case_meant(actor, told)
    observation = Observation(
        # Its address reaches the unit that it is passed on to: no time may be read out of it.
        id=uuid4(),
        stage=stages.RECEIVED,
        key_hash=key_hash,
        reference=new_reference(),
        district_id=seat.district_id,
        observer_id=account_of(actor),
        about=told.about,
        about_unit=_unit_meant(told.unit_id, seat.district_id),
        case_id=case_id,
        case_reference=reference,
        text=text,
        told_at=clock.now(),
    )
    bear(
        observation,
        OBSERVER,
        kind=kinds.OBSERVATION_TOLD,
        payload={"about": told.about, "photos": len(told.photo_ids)},
        opens=owed_by_setting(
            supervising_unit(seat.district_id), "observation_read", kinds.OBSERVATION_DAYS
        ),
    )
    link_photos(told.photo_ids, Observation.SUBJECT, observation.pk)
    return observation


def _case_meant(actor: Actor, told: Told) -> tuple[str, UUID | None]:
    """The reference that was typed and, where there is one, its case.

    A reference that leads nowhere is kept all the same: whether a case exists is told to nobody who
    doesn't see it. Raises Refusal for one that can't be read.
    """
    if told.about != "case" or not told.case_reference.strip():
        return "", None
    reference = read_reference(told.case_reference)
    if reference is None:
        raise Refusal("事项编号是8位字母和数字，请对照回执或短信核对；没有编号可以不填。", "case")
    case = Case.objects.everywhere("named by an observer, shown to the district alone")
    return reference, case.filter(reference=reference).values_list("pk", flat=True).first()


def _unit_meant(unit_id: UUID | None, district_id: UUID) -> Unit | None:
    if unit_id is None:
        return None
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or unit.path.district_id != district_id:
        raise Refusal("请从列出的单位里选一个，或不选。", "unit")
    return unit


def _take(actor: Actor, observation_id: UUID) -> tuple[Observation, Seat]:
    """The observation, locked, for whoever supervises its district. Raises Unseen for all others."""
    seen = Observation.objects.of_districts(supervised_districts(actor))
    found = seen.filter(pk=observation_id).first()
    if found is None:
        raise Unseen
    seat = supervising_seat(actor, found.district_id)
    return lock_record(Observation, observation_id), seat


def pass_on(
    actor: Actor,
    observation_id: UUID,
    unit_id: UUID,
    text: str,
    *,
    rule: str = "",
    with_photos: bool = False,
) -> Observation:
    """Pass it on to a unit in the district's own words; the unit owes an answer.

    `rule` names what is measured again afterwards. Raises Refusal for a unit that is never written
    to and for missing words.
    """
    tidy = words_of(text, "text", "转办的内容", LONGEST_TEXT)
    if rule and rule not in RULES:
        raise Refusal("请从列出的规则里选一条，或不选。", "rule")
    with transaction.atomic():
        observation, _ = _take(actor, observation_id)
        unit = _answering(unit_id, observation)
        move(
            observation,
            "pass_on",
            actor,
            kind=kinds.OBSERVATION_PASSED_ON,
            payload={"unit": str(unit.id), "rule": rule, "photos": with_photos},
            closes="passed_on",
            opens=owed_by_setting(unit, "observation_answer", kinds.OBSERVATION_ANSWER_DAYS),
            changes={
                "passed_to": unit,
                "passed_text": tidy,
                "passed_at": clock.now(),
                "photos_passed": with_photos,
                "rule": rule,
            },
        )
    return observation


def _answering(unit_id: UUID, observation: Observation) -> Unit:
    known = Unit.objects.filter(pk=unit_id).first()
    if known is None or known.path.district_id != observation.district_id:
        raise Refusal("请选一个单位。", "unit")
    unit = current_unit(known.id)
    if unit.level not in ADDRESSEES:
        raise Refusal(f"{unit.name}是引导单位，不作为转办对象。", "unit")
    return unit


def answer_passed(actor: Actor, observation_id: UUID, text: str) -> Observation:
    """Answer what was passed on to one's unit. Raises Unseen for other units."""
    tidy = words_of(text, "text", "办理情况", LONGEST_TEXT)
    with transaction.atomic():
        units = with_predecessors(actor.unit_ids)
        mine = Observation.objects.passed_to(units).filter(pk=observation_id).first()
        if mine is None or mine.passed_to_id is None:
            raise Unseen
        observation = lock_record(Observation, observation_id)
        seat = actor.seat_for(permits.REPLY, current_unit(mine.passed_to_id).id)
        move(
            observation,
            "answer",
            actor,
            kind=kinds.OBSERVATION_ANSWERED,
            payload={"unit": str(seat.unit_id)},
            closes="answered",
            opens=owed_by_setting(
                supervising_unit(observation.district_id),
                "observation_tell",
                kinds.OBSERVATION_DAYS,
            ),
            changes={
                "answer": tidy,
                "answer_signed": seat.post_name,
                "answered_at": clock.now(),
            },
        )
    return observation


def send_back(actor: Actor, observation_id: UUID, text: str) -> Observation:
    """Ask the unit for more: the words that were passed on get these added."""
    tidy = words_of(text, "text", "还要说明什么", LONGEST_OUTCOME)
    with transaction.atomic():
        observation, _ = _take(actor, observation_id)
        observation.STAGES.target(observation.stage, "send_back")
        assert observation.passed_to_id is not None
        unit = current_unit(observation.passed_to_id)
        move(
            observation,
            "send_back",
            actor,
            kind=kinds.OBSERVATION_SENT_BACK,
            payload={"unit": str(unit.id)},
            closes="insufficient",
            opens=owed_by_setting(unit, "observation_answer", kinds.OBSERVATION_ANSWER_DAYS),
            changes={"passed_text": f"{observation.passed_text}\n\n补充要求：{tidy}"},
        )
    return observation


def tell_outcome(actor: Actor, observation_id: UUID, text: str) -> Observation:
    """Tell the observer what came of it; in a month the matter is measured again."""
    tidy = words_of(text, "text", "告知观察员的结果", LONGEST_OUTCOME)
    with transaction.atomic():
        observation, _ = _take(actor, observation_id)
        now = clock.now()
        move(
            observation,
            "tell",
            actor,
            kind=kinds.OBSERVATION_CLOSED,
            payload={},
            closes="told",
            changes={"outcome": tidy, "told_outcome_at": now, "seen_at": None},
        )
        closed = clock.local(now).date()
        _, until = rules_letters.effect_span(1, closed, closed)
        events.set_timer(
            events.alarm(
                MEASURE_DUE,
                Observation.SUBJECT,
                observation.pk,
                datetime.combine(until, time(1), clock.SHANGHAI),
                key=f"observation:{observation.pk}",
            )
        )
    return observation


def measure_again(observation_id: UUID) -> None:
    """Count the same rule, or the same matter, in the month before and after; once.

    Holds the observation's lock. The observer finds it marked as new.
    """
    observation = lock_record(Observation, observation_id)
    if observation.measured_at is not None or observation.told_outcome_at is None:
        return
    told = clock.local(observation.told_at).date()
    closed = clock.local(observation.told_outcome_at).date()
    counts = [
        _count(observation, months, *rules_letters.effect_span(months, told, closed))
        for months in (0, 1)
    ]
    observation.measured_at, observation.seen_at = clock.now(), None
    observation.save(update_fields=["measured_at", "seen_at"])
    payload = {"before": counts[0], "after": counts[1]}
    note(observation, SYSTEM, kinds.OBSERVATION_MEASURED, payload)


def _count(observation: Observation, months: int, since: date, until: date) -> int:
    """What a month's count is: of the rule's findings about the unit, else of what was told of it."""
    rule, unit_id = observation.rule, observation.passed_to_id or observation.about_unit_id
    if rule and unit_id:
        count = findings_counted(rule, unit_id, since, until)
    else:
        count = told_between(observation, since, until)
    Effect.objects.create(
        subject_id=observation.pk,
        unit_id=unit_id,
        rule=rule or observation.about,
        months_after=months,
        since=since,
        until=until,
        count=count,
        taken_at=clock.now(),
    )
    return count


@dataclass(frozen=True)
class WhoTold:
    """Who an observer is: the name, and the posts held today."""

    name: str
    posts: list[str]


def look_at_observer(actor: Actor, observation_id: UUID) -> WhoTold:
    """Who told it, for whoever supervises the district; each look is recorded before it is shown."""
    with transaction.atomic():
        observation, _ = _take(actor, observation_id)
        note_look(actor, LOOK, Observation.SUBJECT, observation.pk)
        account = Account.objects.select_related("person").get(pk=observation.observer_id)
        posts = [
            f"{tenure.post.unit.name} · {tenure.post.name}"
            for tenure in tenures_today(account.person_id)
        ]
        return WhoTold(account.person.name, posts)


def mark_seen(actor: Actor) -> int:
    """Note that the observer has read what came of everything; how many were new."""
    if actor.account_id is None:
        raise NotPermitted("只有登录的工作人员可以查看。请先登录。")
    mine = Observation.objects.of_observer(actor.account_id)
    return mine.filter(told_outcome_at__isnull=False, seen_at=None).update(seen_at=clock.now())
