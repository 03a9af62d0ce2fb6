"""The planted pair: matters that the city managers and the housing bureau pass to and fro, what the
supervision makes of it, and what comes of that. Played on the year's timeline, through the actions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base import clock
from huiban.kernel.territory.models import Unit
from huiban.modules.supervision.actions import (
    consulting,
    findings,
    letters,
    observing,
    rectifying,
    watching,
)
from huiban.modules.supervision.actions.consulting import Decided, Item, Meeting
from huiban.modules.supervision.actions.observing import Told
from huiban.modules.supervision.models import Consultation, Decision, Finding, Letter
from huiban.modules.voice import actions as voice

from .scenes import Script, Stage
from .timeline import workday_after, workday_before
from .world import World

RETURN_REASON = "执法职责不在我单位，请转有权单位办理。"
REPLY = "经核实，退回时没有看清职责清单。现已明确由我局主办，逐件上门核实并已下达整改通知。"
ANSWER = "已落实到岗到人：设专人每天核对派来的事项，能办的当天接单，不再互相退回。"
BURDEN = "同一张居民情况表，街道要一遍，民政又要一遍，格式还不一样，社区一个月要多填三天。"
REWORDED = "有社区反映，居民情况表由多个部门重复要求填报。请说明依据，能合并的合并。"
BURDEN_ANSWER = "经研究，从下月起以街道报送的为准，我局不再单独要表，从数据共享中取。"
IMPROVE = ("confirmed", "improve")
SUMMARY = (
    "与会单位逐件看了退回和再派的经过。争议在于楼内违规搭建由谁主办：在建的由城管执法，"
    "涉及承重结构的由住建鉴定。会商认为，应当先有一家主办，再请另一家协办。"
)


def passed_between_two(s: Stage) -> None:
    """Three reports go from the community to the one, back, to the other, back, and again."""
    # So far apart that one of them ended last month, whatever the day is.
    for number, (matter, begins) in enumerate(((0, 36), (3, 28), (5, 22))):
        _passed(s, number, matter, begins=begins)


def _passed(s: Stage, number: int, matter: int, *, begins: int) -> None:
    community = s.world.communities[1 + number]
    mine, city, housing = community.unit, s.department("city"), s.department("housing")
    told = s.tells(s.workday(begins, "09:10"), "illegal_building", matter, community=community)
    told.then(s.workday(begins, "10:00"), s.accept(mine))
    told.then(s.workday(begins, "10:10"), s.dispatch(mine, city))
    _returned(s, told, mine, city, begins)
    told.then(s.workday(begins - 1, "10:20"), s.dispatch(mine, housing))
    _returned(s, told, mine, housing, begins - 1)
    told.then(s.workday(begins - 2, "10:20"), s.dispatch(mine, city))
    told.then(s.workday(begins - 2, "14:40"), s.accept(city))
    told.then(s.workday(begins - 5, "15:30"), s.answer(city, told))
    told.then_resident(s.workday(begins - 5, "19:00"), told.rate_well)


def _returned(s: Stage, told: Script, mine: Unit, receiver: Unit, day: int) -> None:
    """The receiver wants to return it, and the community has it again the next morning."""
    asks = s.by(receiver, voice.ask_return, RETURN_REASON)
    told.then(s.workday(day, "16:20"), asks)
    told.then(s.workday(day - 1, "09:20"), s.by(mine, voice.decide_return, True))


@dataclass
class Oversight:
    """What the supervision does on the year's last weeks, step by step on the timeline."""

    stage: Stage
    observation: UUID | None = None

    def begin(self) -> None:
        """Put the steps on the timeline. The letter goes out, is answered and verified."""
        at = self.stage.line.at
        for before, wall, step in (
            (19, "08:40", self._look_through),
            (19, "09:30", self._judge),
            (19, "10:40", self._write),
            (18, "15:10", self._object),
            (17, "10:20", self._uphold),
            (15, "16:00", self._reply),
            (13, "10:30", self._verify),
            (12, "09:20", self._call),
            (10, "16:30", self._hold),
            (9, "20:10", self._tell),
            (8, "10:00", self._pass_on),
            (6, "15:20", self._do_as_decided),
            (5, "11:00", self._answer_observation),
            (4, "09:40", self._tell_outcome),
        ):
            at(self.stage.workday(before, wall), step)

    # ---- who acts

    def _named(self, login_name: str) -> Actor:
        return actor_of(self.stage.world.named[login_name])

    def _of(self, short: str) -> Actor:
        return self.stage.world.actor(self.stage.department(short).id)

    # ---- findings and the letter

    def _look_through(self) -> None:
        """Read the last months, as watching would have done case by case."""
        watching.rerun(clock.now() - timedelta(days=120), clock.now())

    def _bounced(self, short: str) -> list[Finding]:
        planted = [one.unit.id for one in self.stage.world.communities[1:4]]
        found = Finding.objects.everywhere("the scene's own findings").filter(
            rule="bounced", unit_id=self.stage.department(short).id, other_unit_id__in=planted
        )
        return list(found.order_by("at", "id"))

    def _judge(self) -> None:
        for finding in (*self._bounced("city"), *self._bounced("housing")[1:]):
            findings.judge(
                self._named("supervisor"),
                finding.pk,
                Finding.State.CONFIRMED,
                seen=finding.state,
                reason="needs_letter",
            )

    def _write(self) -> None:
        chosen = [finding.pk for finding in self._bounced("city")]
        if chosen:
            supervisor = self._named("supervisor")
            letter = letters.draft_letter(supervisor, "notice", chosen, "planted-letter-0001")
            letters.issue_letter(supervisor, letter.pk, letter.revision)

    def _object(self) -> None:
        """The housing bureau objects to the one that nobody has judged yet."""
        for finding in self._bounced("housing")[:1]:
            text = "这一件在建搭建依法由城管执法，我局退回有据，请予核实。"
            findings.object_to(self._of("housing"), finding.pk, text)

    def _uphold(self) -> None:
        for finding in self._bounced("housing")[:1]:
            objection = finding.objections.filter(decided_at=None).first()
            if objection is not None:
                text = "核对职责清单，派单不准，退回有理。这一条撤销。"
                supervisor = self._named("supervisor")
                findings.decide_objection(supervisor, objection.pk, True, text, "wrongly_sent")

    def _letter(self) -> Letter | None:
        return Letter.objects.everywhere("the scene's own letter").order_by("drafted_at").first()

    def _reply(self) -> None:
        letter = self._letter()
        if letter is not None:
            answers = {one.pk: ANSWER for one in letter.requirements.all()}
            rectifying.reply_letter(self._of("city"), letter.pk, REPLY, answers)

    def _verify(self) -> None:
        letter = self._letter()
        if letter is not None:
            verdicts = {one.pk: (True, "") for one in letter.requirements.all()}
            verifier = self._named("verifier")
            text = "抽查三件，均已由城管主办并下达整改通知。"
            rectifying.verify_letter(verifier, letter.pk, verdicts, text)

    # ---- the consultation

    def _call(self) -> None:
        meeting = Meeting(
            "楼内违规搭建由谁主办", "区政务服务中心三楼会议室", self.stage.workday(10, "14:30")
        )
        units = [self.stage.department("city").id, self.stage.department("housing").id]
        units.append(self.stage.desk.street.id)
        items = [Item("finding", finding.pk) for finding in self._bounced("city")[:2]]
        items.append(Item("words", words="职责清单里“违法建设”一项怎么写清楚"))
        consulting.call_consultation(
            self._named("supervisor"), meeting, units, items, "planted-consultation"
        )

    def _hold(self) -> None:
        held = Consultation.objects.everywhere("the scene's own meeting").first()
        if held is not None:
            today = clock.local(clock.now()).date()
            city, housing = self.stage.department("city"), self.stage.department("housing")
            decisions = [
                Decided(
                    "在建的搭建由区城市管理局主办，不得退回。", city.id, workday_after(today, 5)
                ),
                Decided(
                    "涉及承重结构的，区住房和建设局五个工作日内出鉴定意见。",
                    housing.id,
                    workday_after(today, 15),
                ),
            ]
            consulting.hold_consultation(
                self._named("supervisor"),
                held.pk,
                chair="监督评价专班负责人",
                summary=SUMMARY,
                attended=[party.unit_id for party in held.parties.all()],
                decisions=decisions,
            )

    def _do_as_decided(self) -> None:
        decision = Decision.objects.everywhere("the scene's own").order_by("position").first()
        if decision is not None:
            text = "已改派单规则，楼内在建搭建一律由我局主办。"
            consulting.report_decision(self._of("city"), decision.pk, text)
            consulting.verify_decision(self._named("verifier"), decision.pk, True)

    # ---- the observer

    def _tell(self) -> None:
        told = Told("planted-observation-01", "burden", BURDEN)
        self.observation = observing.tell_district(self._named("observer"), told).pk

    def _pass_on(self) -> None:
        assert self.observation is not None
        civil = self.stage.department("civil").id
        observing.pass_on(self._named("supervisor"), self.observation, civil, REWORDED)

    def _answer_observation(self) -> None:
        assert self.observation is not None
        observing.answer_passed(self._of("civil"), self.observation, BURDEN_ANSWER)

    def _tell_outcome(self) -> None:
        assert self.observation is not None
        text = "您反映的重复填表，区民政局答复：从下月起不再单独要表。三个月后我们再核一次。"
        observing.tell_outcome(self._named("supervisor"), self.observation, text)


# How the older findings were judged: by rule, in turn. None where it is still open.
JUDGED: dict[str, tuple[tuple[str, str], ...]] = {
    "bounced": (("dismissed", "wrongly_sent"), ("dismissed", "beyond_powers"), IMPROVE),
    "stalled": (IMPROVE, ("dismissed", "done_on_record")),
    "silent": (IMPROVE, IMPROVE, ("dismissed", "waited_for_others")),
    "copied": (("dismissed", "same_cause"), ("dismissed", "same_cause"), IMPROVE),
}


def look_back(world: World, since: datetime) -> None:
    """Read the whole year, and judge what lies longer than two weeks as the supervision did."""
    now = clock.now()
    watching.rerun(since, now)
    supervisor = actor_of(world.named["supervisor"])
    older = workday_before(clock.local(now).date(), 10)
    waiting = Finding.objects.everywhere("judged one by one").filter(
        state=Finding.State.OPEN, at__lt=datetime.combine(older, time(), clock.SHANGHAI)
    )
    for number, finding in enumerate(waiting.order_by("at", "id")):
        ways = JUDGED.get(finding.rule, (IMPROVE,))
        outcome, reason = ways[number % len(ways)]
        findings.judge(supervisor, finding.pk, outcome, seen=finding.state, reason=reason)
