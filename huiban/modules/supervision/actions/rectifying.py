"""整改: the addressee replies, somebody else verifies, and the effect is measured on the same rule.

Each verb locks the letter. Photos were taken in before; the transaction links them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import SYSTEM, Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.duties.actions import NewDuty, lead_of
from huiban.kernel.events import actions as events
from huiban.kernel.files.actions import link_photos
from huiban.kernel.moves.actions import lock_record, move, note
from huiban.kernel.territory.queries import current_unit

from .. import kinds, permits, rules_letters, stages
from ..models import Effect, Letter, Reply, Requirement, RequirementAnswer
from ..queries.desks import somebody_else_supervises, supervising_scope, works_in
from ..queries.effects import findings_counted, rules_of
from .letters import take_letter
from .words import account_of, owed_by_setting, words_of, words_or_none

LONGEST_REPLY, LONGEST_ANSWER, LONGEST_NOTE = 4000, 1000, 1000
EFFECT_DUE = "supervision.effect_due"
# The month before is counted together with the first month after.
MONTHS = (1, 3)


def reply_letter(
    actor: Actor,
    letter_id: UUID,
    text: str,
    answers: Mapping[UUID, str],
    photo_ids: Sequence[UUID] = (),
) -> Reply:
    """Reply for the addressee: in words, for each requirement not met yet, with photos.

    Raises Unseen outside the scope, NotPermitted for other units, Refusal for missing words.
    """
    tidy = words_of(text, "text", "总的情况", LONGEST_REPLY)
    with transaction.atomic():
        letter, seat = _take_as_addressee(actor, letter_id)
        letter.STAGES.target(letter.stage, "reply")
        open_ones = list(letter.requirements.filter(met_at=None).order_by("position"))
        texts = {one.pk: _answer_of(one, answers) for one in open_ones}
        now = clock.now()
        # The clock of this round: a further one has days of its own, and a calendar may be corrected.
        duty = lead_of(letter.pk)
        late = duty is not None and now > duty.due_at
        reply = Reply.objects.create(
            letter=letter,
            round=letter.rounds + 1,
            text=tidy,
            at=now,
            unit_id=seat.unit_id,
            signed=seat.post_name,
            account_id=account_of(actor),
            late=late,
        )
        RequirementAnswer.objects.bulk_create(
            RequirementAnswer(reply=reply, requirement=one, text=texts[one.pk]) for one in open_ones
        )
        linked = link_photos(photo_ids, Reply.PHOTOS, reply.pk)
        move(
            letter,
            "reply",
            actor,
            kind=kinds.LETTER_REPLIED,
            payload={
                "round": reply.round,
                "unit": str(seat.unit_id),
                "photos": linked,
                "late": late,
            },
            closes="replied",
            opens=owed_by_setting(
                current_unit(letter.issuer_id), "letter_verify", kinds.VERIFY_DAYS
            ),
            changes={"rounds": reply.round},
        )
    return reply


def _take_as_addressee(actor: Actor, letter_id: UUID) -> tuple[Letter, Seat]:
    seen = Letter.objects.within(supervising_scope(actor)).filter(pk=letter_id).first()
    if seen is None or seen.stage in (stages.DRAFT, stages.DISCARDED):
        raise Unseen
    letter = lock_record(Letter, letter_id)
    return letter, actor.seat_for(permits.REPLY, current_unit(letter.addressee_id).id)


def _answer_of(requirement: Requirement, answers: Mapping[UUID, str]) -> str:
    field = f"answer-{requirement.pk}"
    what = f"第{requirement.position}条要求的落实情况"
    return words_of(answers.get(requirement.pk, ""), field, what, LONGEST_ANSWER)


def verify_letter(
    actor: Actor,
    letter_id: UUID,
    verdicts: Mapping[UUID, tuple[bool, str]],
    text: str = "",
) -> Letter:
    """Verify a reply, requirement by requirement: (met, reason) each; met are done with.

    Where all are met the letter closes and its effect will be measured; else the addressee replies
    again about the others. Raises NotPermitted for the addressee's own people, for whoever wrote
    one of the replies, and for the drafter while somebody else who supervises could do it.
    """
    remark = words_or_none(text, "note", "核实说明", LONGEST_NOTE)
    with transaction.atomic():
        letter, seat = take_letter(actor, letter_id)
        letter.STAGES.target(letter.stage, "close")
        reply = letter.replies.get(round=letter.rounds)
        same_person = _refuse_verifier(actor, letter)
        unmet = _judge(letter, reply, verdicts)
        reply.verified_at, reply.verified_by_id = clock.now(), account_of(actor)
        reply.verified_signed, reply.sufficient = seat.post_name, not unmet
        reply.note, reply.same_person = remark, same_person
        reply.save(
            update_fields=[
                "verified_at",
                "verified_by",
                "verified_signed",
                "sufficient",
                "note",
                "same_person",
            ]
        )
        if unmet:
            _ask_again(letter, actor, reply, unmet)
        else:
            _close(letter, actor, reply)
    return letter


def _refuse_verifier(actor: Actor, letter: Letter) -> bool:
    """Whether the drafter verifies, since nobody else could; NotPermitted for whoever mayn't.

    Whoever has any post with the addressee mayn't, whichever post they verify with.
    """
    account = account_of(actor)
    wrote = set(letter.replies.values_list("account_id", flat=True))
    if works_in(actor, letter.addressee_id) or account in wrote:
        raise NotPermitted("回复单位的人不能核实自己的整改。请由另一单位的监督岗位核实。")
    if account != letter.drafted_by_id:
        return False
    if somebody_else_supervises(letter.district_id, {account, *wrote}, letter.addressee_id):
        raise NotPermitted("这封文书是您拟的稿，请由监督岗位的另一位同志核实。")
    return True


def _judge(letter: Letter, reply: Reply, verdicts: Mapping[UUID, tuple[bool, str]]) -> int:
    """Keep the verdict on each answer; how many requirements aren't met."""
    unmet = 0
    for answer in reply.answers.select_related("requirement").order_by("requirement__position"):
        requirement = answer.requirement
        field = f"met-{requirement.pk}"
        if requirement.pk not in verdicts:
            raise Refusal(f"请对第{requirement.position}条要求选“已落实”或“未落实”。", field)
        met, reason = verdicts[requirement.pk]
        what = f"第{requirement.position}条未落实的理由"
        say = words_or_none if met else words_of
        answer.met, answer.reason = met, say(reason, f"reason-{requirement.pk}", what, LONGEST_NOTE)
        answer.save(update_fields=["met", "reason"])
        if met:
            requirement.met_at = clock.now()
            requirement.save(update_fields=["met_at"])
        unmet += not met
    return unmet


def _ask_again(letter: Letter, actor: Actor, reply: Reply, unmet: int) -> None:
    again: NewDuty = owed_by_setting(
        current_unit(letter.addressee_id), "letter_reply", kinds.REWORK_DAYS
    )
    move(
        letter,
        "find_insufficient",
        actor,
        kind=kinds.LETTER_INSUFFICIENT,
        payload={"round": reply.round, "unmet": unmet},
        closes="insufficient",
        opens=again,
    )


def _close(letter: Letter, actor: Actor, reply: Reply) -> None:
    if letter.requirements.filter(met_at=None).exists():
        raise ImproperMove("还有整改要求没有核实。请刷新页面再看。")
    now = clock.now()
    move(
        letter,
        "close",
        actor,
        kind=kinds.LETTER_CLOSED,
        payload={"round": reply.round},
        closes="verified",
        changes={"ended_at": now},
    )
    for months in MONTHS:
        closed = clock.local(now).date()
        _, until = rules_letters.effect_span(months, closed, closed)
        rings = datetime.combine(until, time(1), clock.SHANGHAI)
        events.set_timer(
            events.alarm(
                EFFECT_DUE,
                Letter.SUBJECT,
                letter.pk,
                rings,
                key=f"effect:{letter.pk}:{months}",
                payload={"months": months},
            )
        )


def measure_effect(letter_id: UUID, months: int) -> None:
    """Record how many findings of the letter's rules its unit had before and after, once each.

    Holds the letter's lock. Ringing twice records nothing more.
    """
    letter = lock_record(Letter, letter_id)
    if letter.stage != stages.CLOSED or letter.issued_at is None or letter.ended_at is None:
        return
    issued = clock.local(letter.issued_at).date()
    closed = clock.local(letter.ended_at).date()
    for rule in rules_of(letter):
        for after in (0, months):
            since, until = rules_letters.effect_span(after, issued, closed)
            count = findings_counted(rule, letter.addressee_id, since, until)
            _, is_new = Effect.objects.get_or_create(
                subject_id=letter.pk,
                rule=rule,
                months_after=after,
                defaults={
                    "unit_id": letter.addressee_id,
                    "since": since,
                    "until": until,
                    "count": count,
                    "taken_at": clock.now(),
                },
            )
            if is_new:
                payload = {
                    "rule": rule,
                    "unit": str(letter.addressee_id),
                    "months": after,
                    "count": count,
                }
                note(letter, SYSTEM, kinds.EFFECT_MEASURED, payload)
