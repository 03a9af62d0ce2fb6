"""Letters as pages show them: to whoever supervises, to the addressee, and to those above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import working_minutes_between
from huiban.kernel.base.errors import Unseen
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import clock_in_words, open_leads
from huiban.kernel.files.models import StoredFile
from huiban.kernel.files.queries import photos_of
from huiban.kernel.territory.queries import all_units, current_unit, with_predecessors
from huiban.kernel.vocab.queries import calendar

from .. import permits, rules_letters, stages
from ..models import Finding, Letter, LetterFinding, Reply, Requirement, RequirementAnswer
from ..rules_letters import Course, NextLevel
from .desks import supervised_districts, supervising_scope
from .effects import EffectOfRule, effects_of
from .following import finished_last, next_page
from .grounds import rule_name
from .levels import level_name, rungs

# So many findings are offered at once to draft from.
OFFERED = 100
UNSEEN_BY_OTHERS = (stages.DRAFT, stages.DISCARDED)
REPLYING = "letter_reply"


@dataclass(frozen=True)
class LetterLine:
    """A letter in a list; `suggestion` is what the ladder says comes next."""

    id: UUID
    name: str
    number: str
    title: str
    addressee: str
    stage: str
    stage_label: str
    due_at: datetime | None
    late: bool
    is_mine: bool
    suggestion: NextLevel | None
    next_name: str


@dataclass(frozen=True)
class GroundLine:
    """A finding that a letter rests on, as it stands now."""

    finding: Finding
    rule_name: str
    stands: bool


@dataclass(frozen=True)
class Asked:
    """A requirement with what was answered to it, round by round."""

    requirement: Requirement
    answers: list[RequirementAnswer]


@dataclass(frozen=True)
class Replied:
    """A round's reply with its photos."""

    reply: Reply
    unit: str
    photos: list[StoredFile]


@dataclass(frozen=True)
class LetterPage:
    """A letter with everything about it that the asker may read, and what they may do now."""

    letter: Letter
    name: str
    number: str
    addressee: str
    issuer: str
    requirements: list[Asked]
    replies: list[Replied]
    grounds: list[GroundLine]
    fallen: int
    effects: list[EffectOfRule]
    due_at: datetime | None
    late: bool
    clock_words: list[str]
    suggestion: NextLevel | None
    next_name: str
    follows: Letter | None
    followed_by: Letter | None
    supervises: bool
    may: frozenset[str]

    @property
    def open_requirements(self) -> list[Asked]:
        """Those not met yet."""
        return [asked for asked in self.requirements if asked.requirement.met_at is None]

    @property
    def latest_answers(self) -> list[tuple[Requirement, RequirementAnswer]]:
        """The requirements that wait for verification, each with its last answer."""
        return [
            (asked.requirement, asked.answers[-1])
            for asked in self.open_requirements
            if asked.answers
        ]


def letters(actor: Actor, after: UUID | None = None) -> list[LetterLine]:
    """The next fifty letters that the actor sees: unfinished ones first, each the latest first."""
    actor.seat_for(permits.READ)
    seen = finished_last(_visible(actor), Letter.STAGES.finished)
    return _lines(actor, next_page(seen, after, "is_over", "-id"))


def _visible(actor: Actor) -> Any:
    drafts = Q(stage__in=UNSEEN_BY_OTHERS) & ~Q(district_id__in=supervised_districts(actor))
    return Letter.objects.within(supervising_scope(actor)).exclude(drafts)


def seen_letter(actor: Actor, letter_id: UUID) -> Letter:
    """The letter, if the actor may read it. Raises Unseen, also for a draft of somebody else's."""
    actor.seat_for(permits.READ)
    letter: Letter | None = _visible(actor).filter(pk=letter_id).first()
    if letter is None:
        raise Unseen
    return letter


def _lines(actor: Actor, found: list[Letter]) -> list[LetterLine]:
    units = all_units()
    duties = open_leads(letter.pk for letter in found)
    courses = _courses(found, duties)
    districts = supervised_districts(actor)
    now = clock.now()
    lines = []
    for letter in found:
        duty = duties.get(letter.pk)
        suggestion = courses[letter.pk] if letter.district_id in districts else None
        lines.append(
            LetterLine(
                id=letter.pk,
                name=level_name(letter.level),
                number=letter.printed["number"] if letter.printed else "",
                title=letter.title,
                addressee=units[letter.addressee_id].name,
                stage=letter.stage,
                stage_label=letter.stage_label,
                due_at=duty.due_at if duty else None,
                late=duty is not None and duty.due_at < now,
                is_mine=current_unit(letter.addressee_id).id in actor.unit_ids,
                suggestion=suggestion,
                next_name=level_name(suggestion.level) if suggestion else "",
            )
        )
    return lines


def _courses(found: list[Letter], duties: dict[UUID, Duty]) -> dict[UUID, NextLevel | None]:
    """What the ladder suggests after each letter; nothing where another letter follows already."""
    ids = [letter.pk for letter in found]
    poor = dict(
        Reply.objects.filter(letter_id__in=ids, sufficient=False)
        .values_list("letter_id")
        .annotate(times=Count("id"))
    )
    followed = set(
        Letter.objects.everywhere("which of the seen ones are followed")
        .filter(follows_id__in=ids)
        .exclude(stage__in=stages.WITHDRAWN)
        .values_list("follows_id", flat=True)
    )
    steps = rungs()
    return {
        letter.pk: None
        if letter.pk in followed or letter.stage not in (stages.ISSUED, stages.REPLIED)
        else rules_letters.next_level(
            letter.level,
            Course(_late_days(duties.get(letter.pk)), poor.get(letter.pk, 0)),
            steps,
        )
        for letter in found
    }


def _late_days(duty: Duty | None) -> int:
    """Whole working days that a reply is late."""
    if duty is None or duty.kind != REPLYING:
        return 0
    work = calendar()
    return working_minutes_between(duty.due_at, clock.now(), work) // work.day_minutes


def letter_page(actor: Actor, letter_id: UUID) -> LetterPage:
    """A letter with its course. Raises Unseen outside the scope."""
    letter = seen_letter(actor, letter_id)
    units = all_units()
    duties = open_leads([letter.pk])
    duty = duties.get(letter.pk)
    supervises = letter.district_id in supervised_districts(actor)
    suggestion = _courses([letter], duties)[letter.pk] if supervises else None
    grounds = _grounds(letter)
    return LetterPage(
        letter=letter,
        name=level_name(letter.level),
        number=letter.printed["number"] if letter.printed else "",
        addressee=units[letter.addressee_id].name,
        issuer=units[letter.issuer_id].name,
        requirements=_asked(letter),
        replies=_replied(letter),
        grounds=grounds,
        fallen=sum(not ground.stands for ground in grounds),
        effects=effects_of(letter.pk),
        due_at=duty.due_at if duty else None,
        late=duty is not None and duty.due_at < clock.now(),
        clock_words=clock_in_words(duty) if duty else [],
        suggestion=suggestion,
        next_name=level_name(suggestion.level) if suggestion else "",
        follows=_visible(actor).filter(pk=letter.follows_id).first(),
        followed_by=_follower(actor, letter),
        supervises=supervises,
        may=_may(actor, letter, supervises),
    )


def _follower(actor: Actor, letter: Letter) -> Letter | None:
    """The letter that goes beyond this one and still stands, if the actor sees it."""
    after = _visible(actor).filter(follows=letter).exclude(stage__in=stages.WITHDRAWN)
    found: Letter | None = after.first()
    return found


def _asked(letter: Letter) -> list[Asked]:
    answers: dict[UUID, list[RequirementAnswer]] = {}
    kept = RequirementAnswer.objects.filter(reply__letter=letter).select_related("reply")
    for answer in kept.order_by("reply__round"):
        answers.setdefault(answer.requirement_id, []).append(answer)
    return [Asked(one, answers.get(one.pk, [])) for one in letter.requirements.order_by("position")]


def _replied(letter: Letter) -> list[Replied]:
    replies = list(letter.replies.order_by("round"))
    photos = photos_of([reply.pk for reply in replies])
    units = all_units()
    return [
        Replied(
            reply,
            units[reply.unit_id].name,
            [photo for photo in photos if photo.subject_id == reply.pk],
        )
        for reply in replies
    ]


def _grounds(letter: Letter) -> list[GroundLine]:
    kept = LetterFinding.objects.filter(letter=letter).select_related("finding")
    return [
        GroundLine(
            ground.finding,
            rule_name(ground.finding.rule),
            ground.finding.state == Finding.State.CONFIRMED,
        )
        for ground in kept.order_by("finding__at")
    ]


def _may(actor: Actor, letter: Letter, supervises: bool) -> frozenset[str]:
    """The verbs that the actor may use now. What only another person may do is refused in words."""
    verbs = set(Letter.STAGES.verbs(letter.stage))
    mine = actor.may(permits.REPLY, current_unit(letter.addressee_id).id)
    allowed = set()
    if supervises:
        allowed |= verbs - {"reply"}
        if letter.stage == stages.DRAFT:
            allowed.add("edit")
        if letter.stage == stages.REPLIED:
            allowed.add("verify")
    if mine:
        allowed |= verbs & {"reply"}
    return frozenset(allowed)


def photo_of_letter(actor: Actor, letter_id: UUID, name: str) -> bool:
    """Whether it is a photo of one of the letter's replies. Raises Unseen outside the scope."""
    letter = seen_letter(actor, letter_id)
    replies = letter.replies.values_list("pk", flat=True)
    return any(photo.name == name for photo in photos_of(replies))


@dataclass(frozen=True)
class Draftable:
    """Confirmed findings about one unit that no letter rests on yet."""

    unit_id: UUID
    unit_name: str
    findings: list[GroundLine]


def draftable(actor: Actor) -> list[Draftable]:
    """What letters could be drafted from, unit by unit; nothing for whoever doesn't supervise.

    The unit with the most of it comes first. Of the latest findings only: `how_many_draftable`
    says how many there are in all.
    """
    groups: dict[UUID, list[GroundLine]] = {}
    for finding in _unused(actor).order_by("-id")[:OFFERED]:
        unit_id = current_unit(finding.unit_id).id
        line = GroundLine(finding, rule_name(finding.rule), stands=True)
        groups.setdefault(unit_id, []).append(line)
    units = all_units()
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [Draftable(unit_id, units[unit_id].name, lines) for unit_id, lines in ranked]


def how_many_draftable(actor: Actor) -> int:
    """How many findings letters could be drafted from."""
    return _unused(actor).count()


def _unused(actor: Actor) -> QuerySet[Finding]:
    """Confirmed findings that no letter rests on, without those about the actor's own units."""
    used = LetterFinding.objects.exclude(letter__stage__in=stages.WITHDRAWN)
    return (
        Finding.objects.within(supervising_scope(actor))
        .filter(state=Finding.State.CONFIRMED, district_id__in=supervised_districts(actor))
        .exclude(pk__in=used.values("finding_id"))
        .exclude(unit_id__in=with_predecessors(actor.unit_ids))
    )
