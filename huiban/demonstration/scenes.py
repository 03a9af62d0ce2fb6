"""What lies on the desks this morning: a few stories each of which stops where somebody is due.

Their moments are reckoned in workdays before today, so that the desks look alike on any day. With
whom each stops is told beside it. All hold back from what would make a clock raise them meanwhile,
but for those that are to have risen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from huiban.kernel.base.clock import SHANGHAI
from huiban.kernel.territory.models import Unit
from huiban.modules.voice import actions

from .planning import Plan
from .stories import Story
from .texts import as_answered, filled, texts, word
from .timeline import Timeline, workday_before
from .world import Community, Spot, World

FIRST_NUMBER = 1_000_000
Act = Callable[[UUID], object]


@dataclass
class Script(Story):
    """A story that goes as it is written: only the steps that it was given happen."""

    reachable: bool = False
    steps: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def begin(self) -> None:
        """Put the telling and all that follows on the timeline."""
        self.later(self.tell, self.plan.moment)
        for moment, step in self.steps:
            self.later(step, moment)

    def _plan_first_turn(self) -> None:
        """Nothing comes by itself."""

    def _text(self) -> str:
        return filled(self.plan.matter.says, self.gaps)

    def _contact(self) -> tuple[str, str]:
        return ("赵女士", "10000006688") if self.reachable else ("", "")

    def then(self, moment: datetime, act: Act) -> Script:
        """Let something be done with the case at that moment."""

        def step() -> None:
            assert self.case_id is not None
            act(self.case_id)

        self.steps.append((moment, step))
        return self

    def then_resident(self, moment: datetime, act: Callable[[], None]) -> Script:
        """Let the resident do something at that moment."""
        self.steps.append((moment, act))
        return self

    def rate_badly(self) -> None:
        """The resident isn't content."""
        assert self.report is not None
        actions.rate(self.report, "not_solved", "not_satisfied", word(self.rng, "bad"))

    def rate_well(self) -> None:
        """The resident is content."""
        assert self.report is not None
        actions.rate(self.report, "solved", "satisfied", word(self.rng, "good"))

    def ask_erasure(self) -> None:
        """The resident wants to be forgotten, and the desk hasn't done it yet."""
        assert self.report is not None
        actions.ask_erasure(self.report)


class Stage:
    """Everything that the scenes are played with."""

    def __init__(self, world: World, line: Timeline, seed: int) -> None:
        self.world = world
        self.line = line
        self.seed = seed
        self.scripts: list[Script] = []
        self.desk = world.shown
        self.branch = self._branch()

    def _branch(self) -> Unit:
        branch = self.desk.estates[0].branch
        assert branch is not None, "the shown estate has a branch"
        return branch

    def workday(self, before: int, wall: str) -> datetime:
        """That time of the workday that lies so many workdays before today."""
        day = workday_before(self.line.last + timedelta(days=1), before)
        return datetime.combine(day, time.fromisoformat(wall), SHANGHAI)

    def yesterday(self, wall: str) -> datetime:
        """That time of yesterday, workday or not."""
        return datetime.combine(self.line.last, time.fromisoformat(wall), SHANGHAI)

    def tells(
        self,
        moment: datetime,
        category: str,
        place: int,
        *,
        spot: Spot | None = None,
        community: Community | None = None,
        channel: str = "scan",
        photos: int = 0,
        reachable: bool = False,
        danger: bool = False,
    ) -> Script:
        """A resident tells the matter of that place in its category, in the shown estate if nowhere
        else is named."""
        community = community or self.desk
        known = texts().matters[category]
        matters = [matter for matter in known if matter.danger == danger]
        plan = Plan(
            number=FIRST_NUMBER + len(self.scripts),
            moment=moment,
            matter=matters[place],
            community=community,
            spot=spot or community.buildings[len(self.scripts) % len(community.buildings)],
            channel=channel,
            photos=photos,
        )
        script = Script(self.world, self.line, plan, self.seed, reachable=reachable)
        self.scripts.append(script)
        return script

    # ---- what desks do, each by whoever sits there

    def by(self, unit: Unit, verb: Callable[..., object], *arguments: object) -> Act:
        """The unit's front desk does that."""
        return lambda case_id: verb(self.world.actor(unit.id), case_id, *arguments)

    def accept(self, unit: Unit) -> Act:
        """The unit accepts."""
        return self.by(unit, actions.accept)

    def dispatch(self, unit: Unit, to: Unit) -> Act:
        """The unit sends the case on."""
        return self.by(unit, actions.dispatch, to.id)

    def answer(self, unit: Unit, script: Script) -> Act:
        """The unit answers what was told."""
        said = filled(script.plan.matter.answers[0], script.gaps)
        return self.by(unit, actions.answer, as_answered(script.rng, said))

    def say(self, unit: Unit, verb: Callable[..., object], occasion: str) -> Act:
        """The unit does something for which it needs words."""
        return self.by(unit, verb, word_for(occasion))

    def ask(self, unit: Unit) -> Act:
        """The unit asks the resident something."""
        return self.by(unit, actions.ask_resident, texts().questions[0].asks)

    def department(self, short: str) -> Unit:
        """The department of that short name."""
        return self.world.departments[short]


def word_for(occasion: str) -> str:
    """The words that are said first on that occasion."""
    return texts().words[occasion][0]


def scenes(world: World, line: Timeline, seed: int, most: int) -> tuple[Stage, list[Script]]:
    """The stage and the scenes' scripts, so many at the most, none of them begun."""
    # The scenes are written with this module's words.
    from .desks_today import SCENES

    stage = Stage(world, line, seed)
    for scene in SCENES:
        scene(stage)
        if len(stage.scripts) >= most:
            break
    return stage, stage.scripts[:most]
