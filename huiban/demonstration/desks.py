"""What the desks of the demonstration do at their turn, by what they owe and by chance."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.duties.models import Duty
from huiban.kernel.files.actions import take_photo
from huiban.kernel.territory.models import Level, Unit
from huiban.modules.voice import actions, stages
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries.owners import listed, suggest

from . import twists
from .pictures import draw
from .texts import as_answered, filled, word
from .timeline import within

if TYPE_CHECKING:
    from .stories import Story

# How often a clock is let run out, so that the case rises: at the front desk's door, then by level.
NEGLECT = {"triage": 0.012, "community": 0.02, "branch": 0.04, "street": 0.01, "department": 0.035}
MEANS = {"noise": "negotiated", "neighbour": "negotiated", "courier": "property_did"}
ONE_TAP_DISPATCH = 0.3
PASSED_ON = 0.13
SENT_DOWN = 0.4
FOUND_UNTRUE = 0.06
REOPENED = 0.6
REACHED = 0.62
BAD_ON_CALL = 0.07
ANSWER_WITH_PHOTO = 0.04
DAYS_LATE = (1.2, 2.5)


def take_turn(story: Story, lead: Duty) -> None:
    """Let the holder of the lead duty take the step that it is for."""
    actor = story.world.actor(lead.unit_id)
    {
        "triage": _triage,
        "handle": _handle,
        "take_up": _handle,
        "guide": _guide,
        "verify": _verify,
        "review": _review,
        "callback": _call_back,
    }[lead.kind](story, lead, actor)


def _triage(story: Story, lead: Duty, actor: Actor) -> None:
    case = story.case
    if story.plan.diversion:
        actions.divert(actor, case.pk, story.plan.diversion)
        return
    if story.chance(ONE_TAP_DISPATCH) and not story.misdirected:
        owner = _owner(story, case, lead)
        if owner is not None:
            _dispatch(story, case, actor, owner)
            return
    actions.accept(actor, case.pk)
    if case.category != story.plan.matter.category:
        actions.categorise(actor, case.pk, story.plan.matter.category)
        case.category = story.plan.matter.category
    story.soon(5, 90)


def _handle(story: Story, lead: Duty, actor: Actor) -> None:
    """A front desk, a street, the leading group or a department has the case."""
    case = story.case
    level = story.world.units[lead.unit_id].level
    if lead.accepted_at is None:
        actions.accept(actor, case.pk)
        story.soon(10, 90)
        return
    if level == Level.DEPARTMENT and story.misdirected:
        _ask_return(story, case, actor, lead)
        return
    # Who has seen a case come up from below handles it, or sends it to its owner once.
    if level != Level.DEPARTMENT and not story.dispatched:
        owner = _owner(story, case, lead)
        if owner is not None:
            _dispatch(story, case, actor, owner)
            return
    if story.working != lead.id:
        _take_time(story, lead, level)
    elif not twists.happens(story, case, lead, actor):
        _answer(story, case, actor, lead)


def _take_time(story: Story, lead: Duty, level: str) -> None:
    """Work takes a part of the time there is; now and then more, and the case rises meanwhile."""
    story.working = lead.id
    if not _neglects(story, level, lead):
        share = 0.95 * story.rng.betavariate(2, 3)
        moment = within(story.line.now, lead.due_at, share, lead.clock["unit"])
        story.later(story.turn, moment)


def _neglects(story: Story, level: str, lead: Duty) -> bool:
    """Whether this holder lets the clock run out; the next turn then comes after that."""
    if story.plan.matter.danger or not story.chance(NEGLECT.get(level, 0.0)):
        return False
    days = story.rng.uniform(*DAYS_LATE)
    story.later(story.turn, max(lead.due_at, story.line.now) + timedelta(days=days))
    return True


def _owner(story: Story, case: Case, lead: Duty) -> Unit | None:
    """Who should have the case instead of its holder; a wrong department now and then."""
    world = story.world
    suggestion = suggest(case)
    if suggestion is not None and suggestion.unit_id != lead.unit_id and not suggestion.blocked:
        right = world.units[suggestion.unit_id]
        if story.misdirected and right.level == Level.DEPARTMENT:
            others = [unit for unit in world.departments.values() if unit.id != right.id]
            return story.rng.choice(others)
        story.misdirected = False
        return right
    story.misdirected = False
    if lead.unit_id == world.district.id:
        return story.plan.community.street
    if lead.unit_id == story.plan.community.street.id and story.chance(SENT_DOWN):
        community = story.plan.community.unit
        return community if listed(community.id, case.category) else None
    return None


def _dispatch(story: Story, case: Case, actor: Actor, unit: Unit) -> None:
    actions.dispatch(actor, case.pk, unit.id, word(story.rng, "dispatch"))
    story.dispatched = unit.level != Level.STREET
    if story.plan.matter.danger:
        story.later(story.turn, story.line.now + timedelta(minutes=story.rng.randint(3, 12)))
    else:
        story.soon(15, 300)


def _ask_return(story: Story, case: Case, actor: Actor, lead: Duty) -> None:
    """The wrong department asks to return the case; the sender consents before long."""
    actions.ask_return(actor, case.pk, word(story.rng, "ask_return"))
    sender = lead.from_unit_id
    assert sender is not None

    def consent() -> None:
        actions.decide_return(story.world.actor(sender), case.pk, True)
        story.misdirected = story.dispatched = False
        story.soon(10, 60)

    story.later(consent, within(story.line.now, story.line.now + timedelta(days=1), 0.3, "days"))


def _guide(story: Story, lead: Duty, actor: Actor) -> None:
    """A branch answers by its own means, or passes the case on."""
    case = story.case
    if lead.accepted_at is None:
        if not _neglects(story, Level.BRANCH, lead):
            actions.accept(actor, case.pk)
            story.soon(60, 420)
        return
    if story.chance(PASSED_ON):
        actions.pass_on(actor, case.pk, word(story.rng, "pass_on"))
        story.soon(60, 500)
        return
    means = MEANS.get(story.plan.matter.category, "volunteers_did")
    _answer(story, case, actor, lead, means)


def _answer(story: Story, case: Case, actor: Actor, lead: Duty, means: str = "") -> None:
    rng = story.rng
    if story.sent_back:
        text = as_answered(rng, word(rng, "again"))
    else:
        led_by = story.world.units[lead.unit_id].name if lead.kind == "take_up" else ""
        text = filled(rng.choice(story.plan.matter.answers), story.gaps)
        text = as_answered(rng, text, led_by=led_by)
    photos: tuple[UUID, ...] = ()
    if story.chance(ANSWER_WITH_PHOTO):
        photos = (take_photo(draw(story.plan.matter.category, rng)).id,)
    actions.answer(actor, case.pk, text, photos, means=means, without_waiting=True)
    if story.stage() == stages.VERIFYING:
        story.soon(20, 300)
    else:
        story.answered()


def _verify(story: Story, lead: Duty, actor: Actor) -> None:
    case = story.case
    if story.chance(FOUND_UNTRUE):
        actions.verify(actor, case.pk, False, word(story.rng, "rejected"))
        story.sent_back = True
        story.soon(30, 200)
        return
    actions.verify(actor, case.pk, True, word(story.rng, "verified"))
    story.answered()


def _review(story: Story, lead: Duty, actor: Actor) -> None:
    case = story.case
    if story.chance(REOPENED):
        actions.review(actor, case.pk, True, word(story.rng, "review_reopen"))
        story.sent_back = True
        story.soon(30, 200)
    else:
        actions.review(actor, case.pk, False, word(story.rng, "review_explain"))


def _call_back(story: Story, lead: Duty, actor: Actor) -> None:
    case = story.case
    if not story.chance(REACHED):
        actions.record_callback(actor, case.pk, "not_reached")
        return
    words = word(story.rng, "callback")
    if story.chance(BAD_ON_CALL):
        actions.record_callback(actor, case.pk, "not_solved", "not_satisfied", "居民说还没有解决。")
        story.soon(60, 600)
    else:
        satisfied = "satisfied" if story.chance(0.7) else "basically"
        actions.record_callback(actor, case.pk, "solved", satisfied, words)
