"""What gets in the way of an answer: a question, a deferral, a co-handler, a wall too high."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from huiban.kernel.access.actor import Actor
from huiban.kernel.duties.models import Duty
from huiban.kernel.territory.models import Level, Unit
from huiban.modules.voice import actions
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries.owners import listed

from . import seasons
from .planning import OUT_OF_DOORS
from .texts import question, word
from .timeline import after_work, within

if TYPE_CHECKING:
    from .stories import Story

OFTEN = {"question": 0.07, "defer": 0.05, "invite": 0.05, "escalate": 0.02}
REPLIES = 0.7


def happens(story: Story, case: Case, lead: Duty, actor: Actor) -> bool:
    """Whether something gets in the way of the answer now; the next turn is then planned."""
    while story.twists:
        twist = {"question": _question, "defer": _defer, "invite": _invite, "escalate": _escalate}[
            story.twists.pop(0)
        ]
        if not story.plan.matter.danger and twist(story, case, lead, actor):
            return True
    return False


def _question(story: Story, case: Case, lead: Duty, actor: Actor) -> bool:
    told = question(story.rng, indoors=story.plan.matter.category not in OUT_OF_DOORS)
    actions.ask_resident(actor, case.pk, told.asks)
    now = story.line.now
    if story.chance(REPLIES):
        hours, reply = story.rng.uniform(1, 22), story.rng.choice(told.replies)
        story.later(lambda: story.reply(reply), seasons.waking(now + timedelta(hours=hours)))
    else:
        # Nobody replies: three working days later the clock runs on by itself.
        story.later(story.turn, after_work(now, story.rng.uniform(1_800, 2_200)))
    return True


def _defer(story: Story, case: Case, lead: Duty, actor: Actor) -> bool:
    if lead.late_at is not None or lead.due_at <= story.line.now:
        return False
    actions.defer(actor, case.pk, story.rng.randint(2, 4), word(story.rng, "defer"))
    lead.refresh_from_db()
    share = story.rng.uniform(0.4, 0.9)
    story.later(story.turn, within(story.line.now, lead.due_at, share, lead.clock["unit"]))
    return True


def _invite(story: Story, case: Case, lead: Duty, actor: Actor) -> bool:
    unit = _helper(story, case, lead)
    if unit is None:
        return False
    actions.invite(actor, case.pk, [unit.id], word(story.rng, f"invite_{unit.level}"))

    def help_out() -> None:
        if story.stage() not in Case.STAGES.finished:
            actions.finish_part(
                story.world.actor(unit.id), case.pk, word(story.rng, f"part_{unit.level}")
            )

    now, counting = story.line.now, lead.clock["unit"]
    story.later(help_out, within(now, lead.due_at, story.rng.uniform(0.1, 0.4), counting))
    story.later(story.turn, within(now, lead.due_at, story.rng.uniform(0.5, 0.9), counting))
    return True


def _helper(story: Story, case: Case, lead: Duty) -> Unit | None:
    """Whom the holder asks in: the community for what is on its list, else a department."""
    community = story.plan.community.unit
    if lead.unit_id != community.id and listed(community.id, case.category) is not None:
        return community
    departments = [unit for unit in story.world.departments.values() if unit.id != lead.unit_id]
    return story.rng.choice(departments)


def _escalate(story: Story, case: Case, lead: Duty, actor: Actor) -> bool:
    if story.world.units[lead.unit_id].level in (Level.LEADING_GROUP, Level.DISTRICT):
        return False
    actions.escalate(actor, case.pk, word(story.rng, "escalate"))
    story.soon(60, 500)
    return True
