"""A report's story from its telling on: the resident's part, and whose turn it is next.

Each story draws from a chance of its own, so that it goes the same way whatever else happens. At
each turn it looks who owes what now, since clocks may have moved the case meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from huiban.kernel.base.errors import Refusal
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.files.actions import take_photo
from huiban.kernel.people.sealed import lookup_hash
from huiban.modules.voice import actions, queries, stages
from huiban.modules.voice.contracts import Told, Where
from huiban.modules.voice.models import Case, Report

from . import desks, seasons, twists
from .pictures import draw
from .planning import Plan
from .texts import as_told, filled, gaps_for, word
from .timeline import Timeline, after_work
from .world import World

MISDIRECTED = 0.05
RATED = 0.56
BAD = 0.085
REOPENED_LATER = 0.02
LEAVES_CONTACT = 0.25
ADDS_WORDS = 0.04
WITHDRAWS = 0.01
ASKS_ERASURE = 0.005
_TITLES = ("女士", "先生", "阿姨", "师傅", "老师")
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


@dataclass
class Story:
    """One case on its way; its plan says how it begins."""

    world: World
    line: Timeline
    plan: Plan
    seed: int
    rng: Random = field(init=False)
    gaps: dict[str, str] = field(init=False)
    twists: list[str] = field(init=False)
    misdirected: bool = field(init=False)
    dispatched: bool = False
    sent_back: bool = False
    working: UUID | None = None
    case_id: UUID | None = None
    report: Report | None = None
    _case: Case | None = None

    def __post_init__(self) -> None:
        spot = self.plan.spot
        self.rng = Random(f"{self.seed}/{self.plan.number}")
        self.gaps = gaps_for(self.rng, spot.place.name, spot.floors, spot.entrances)
        if spot.place.kind == "spot":
            self.gaps["building"] = f"{self.rng.randint(1, 4)}号楼"
        self.twists = [name for name, often in twists.OFTEN.items() if self.chance(often)]
        self.misdirected = self.chance(MISDIRECTED)

    def chance(self, often: float) -> bool:
        """Whether something happens that happens that often."""
        return self.rng.random() < often

    @property
    def case(self) -> Case:
        """The case as it was told: its key and its path, which never change."""
        assert self._case is not None
        return self._case

    def stage(self) -> str:
        """The stage that the case is in now."""
        found = Case.objects.everywhere("its story goes on").filter(pk=self.case.pk)
        return found.values_list("stage", flat=True).get()

    def later(self, step: Callable[[], None], moment: datetime) -> None:
        """Let a step of this story wait for its moment."""
        self.line.at(moment, step)

    def soon(self, low: float, high: float) -> None:
        """Take the next turn after some minutes of working time, between these two."""
        self.later(self.turn, after_work(self.line.now, self.rng.uniform(low, high)))

    # ---- the resident

    def tell(self) -> None:
        """The resident tells; the desk's turn comes."""
        plan = self.plan
        photos = tuple(self._photo(number) for number in range(plan.photos))
        nickname, contact = self._contact()
        told = Told(
            key=lookup_hash(f"demonstration:{self.seed}:{plan.number}")[:40],
            text=self._text(),
            place_words="" if self._tagged else plan.spot.place.full_name,
            photo_ids=photos,
            channel=plan.channel,
            nickname=nickname,
            contact=contact,
        )
        reported = actions.report(told, self._where())
        self.case_id = reported.case_id
        self.report = Report.objects.select_related("case").get(pk=reported.report_id)
        self._case = self.report.case
        self._plan_first_turn()

    @property
    def _tagged(self) -> bool:
        return self.plan.channel in ("scan", "desk")

    def _where(self) -> Where:
        return self.plan.spot.where if self._tagged else queries.where_without_tag()

    def _text(self) -> str:
        if self.plan.photos and self.chance(0.3):
            return ""
        return as_told(self.rng, filled(self.plan.matter.says, self.gaps))

    def _contact(self) -> tuple[str, str]:
        if not self.chance(LEAVES_CONTACT):
            return "", ""
        name = self.rng.choice(_FAMILY) + self.rng.choice(_TITLES)
        # No telephone anywhere has such a number.
        return name, f"1000000{self.rng.randint(0, 9999):04d}"

    def _photo(self, number: int) -> UUID:
        picture = draw(
            self.plan.matter.category, Random(f"{self.seed}/{self.plan.number}/{number}")
        )
        return take_photo(picture).id

    def _plan_first_turn(self) -> None:
        now = self.line.now
        if self.chance(WITHDRAWS):
            self.later(self.withdraw, now + timedelta(minutes=self.rng.randint(20, 200)))
        if self.chance(ADDS_WORDS):
            self.later(self.add_words, now + timedelta(minutes=self.rng.randint(10, 600)))
        if self.plan.matter.danger:
            self.later(self.turn, now + timedelta(minutes=self.rng.randint(3, 18)))
        elif self.chance(desks.NEGLECT["triage"]):
            self.soon(700, 1100)
        else:
            self.soon(8, 200)

    def withdraw(self) -> None:
        """The resident takes the report back, if nothing came of it yet."""
        assert self.report is not None
        if self.stage() in (stages.RECEIVED, stages.HANDLING):
            actions.withdraw(self.report)

    def add_words(self) -> None:
        """The resident adds something."""
        assert self.report is not None
        if self.stage() not in Case.STAGES.finished:
            key = lookup_hash(f"added:{self.seed}:{self.plan.number}")[:40]
            actions.add_words(self.report, key, word(self.rng, "added"))

    def reply(self, words: str) -> None:
        """The resident replies to the desk's question; the clock runs on."""
        assert self.report is not None
        actions.answer_question(self.report, words)
        self.soon(30, 300)

    def answered(self) -> None:
        """An answer stands: the resident rates it, or is called, or nothing more comes."""
        now = self.line.now
        if self.chance(RATED):
            hours = min(self.rng.expovariate(1 / 18), 100)
            self.later(self.rate, seasons.waking(now + timedelta(hours=hours, minutes=7)))
        else:
            # If a call becomes due, somebody makes it then.
            self.later(self.turn, after_work(now, self.rng.uniform(2_300, 3_600)))
        if self.chance(ASKS_ERASURE):
            self.later(self.ask_erasure, now + timedelta(days=self.rng.randint(8, 20)))

    def rate(self) -> None:
        """The resident's verdict."""
        assert self.report is not None
        if self.stage() not in (stages.ANSWERED, stages.CALLING_BACK):
            return
        if self.chance(BAD):
            verdict, satisfied, words = self._bad()
        else:
            satisfied = "satisfied" if self.chance(0.72) else "basically"
            verdict, words = "solved", word(self.rng, "good")
        actions.rate(self.report, verdict, satisfied, words)
        if self.stage() == stages.REVIEWING:
            self.soon(60, 700)
        elif self.chance(REOPENED_LATER):
            self.later(self.ask_reopening, self.line.now + timedelta(days=self.rng.uniform(2, 20)))

    def _bad(self) -> tuple[str, str, str]:
        drawn = self.rng.random()
        if drawn < 0.6:
            return "not_solved", "not_satisfied", word(self.rng, "bad")
        if drawn < 0.85:
            return "partly", "basically", word(self.rng, "partly")
        return "solved", "not_satisfied", word(self.rng, "partly")

    def ask_reopening(self) -> None:
        """It wasn't solved after all."""
        assert self.report is not None
        if self.stage() == stages.CLOSED:
            actions.ask_reopening(self.report, word(self.rng, "reopening"))
            self.soon(60, 600)

    def ask_erasure(self) -> None:
        """The resident wants the words and the contact cleared; the front desk does it in days."""
        assert self.report is not None
        actions.ask_erasure(self.report)
        self.later(self.erase, after_work(self.line.now, self.rng.uniform(500, 3_000)))

    def erase(self) -> None:
        """The front desk clears what the resident asked to be cleared."""
        actions.erase(self.world.actor(self.case.front_desk_id), self.case.pk)

    # ---- the desks

    def turn(self) -> None:
        """Let whoever owes the next step take it; nothing while the resident is waited for."""
        assert self.case_id is not None
        lead = lead_of(self.case_id)
        if lead is None or lead.paused_at is not None:
            return
        try:
            desks.take_turn(self, lead)
        except Refusal:
            # The case is not lost: it waits for another turn where it stands.
            self.soon(120, 400)
            raise


@dataclass
class Neighbour(Story):
    """A story that a neighbour tells again: it is tied to the first one's case, if that is open."""

    first: Story | None = None

    def tell(self) -> None:
        """Tell, and say 我也遇到 when the first one's case is offered."""
        super().tell()
        self.later(self.join, self.line.now + timedelta(minutes=self.rng.randint(1, 4)))

    def join(self) -> None:
        """Tie the report to the first one's case."""
        assert self.report is not None
        assert self.first is not None
        offered = [similar.case_id for similar in queries.similar_open(self.report)]
        if self.first.case_id in offered and self.stage() == stages.RECEIVED:
            actions.join_case(self.report, self.first.case_id)
