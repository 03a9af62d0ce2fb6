"""A seeded simulator: cases' logs as voice writes them, with faults planted and told of.

Pure: no database and no clock. Each case is walked by a script of moves over a small district; a
fault is planted by the script that commits it, and the script says which rule must find it about
which unit. What is innocent but looks alike is simulated, too: a branch that passes a case on, a
community that escalates, an answer shortly before its time, a single extension, a dispatch that a
tap took back, a text sent twice that the resident was content with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from huiban.kernel.base.calendar import Allowance, Unit, WorkCalendar, deadline
from huiban.modules.supervision.rules import Ground, Link, month_of
from huiban.modules.voice import kinds

CALENDAR = WorkCalendar(
    days={},
    known_years=frozenset({2026}),
    shifts=((time(8, 30), time(12)), (time(14), time(17, 30))),
)
BEGINNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
COMMUNITIES = tuple(f"community{number}" for number in range(12))
BRANCHES = tuple(f"branch{number}" for number in range(12))
STREETS = tuple(f"street{number}" for number in range(3))
DEPARTMENTS = tuple(f"department{number}" for number in range(6))
GROUP = "group"
LEVELS = {
    **dict.fromkeys(COMMUNITIES, "community"),
    **dict.fromkeys(BRANCHES, "branch"),
    **dict.fromkeys(STREETS, "street"),
    **dict.fromkeys(DEPARTMENTS, "department"),
    GROUP: "leading_group",
}
LISTED = {"garbage": True, "noise": False}
TIMES: dict[str, tuple[Unit, int]] = {
    "triage": ("working_minutes", 240),
    "handle": ("working_days", 5),
    "guide": ("working_days", 2),
    "take_up": ("working_days", 3),
    "assist": ("working_days", 3),
    "danger": ("minutes", 120),
}

# case, rule, unit
Truth = tuple[str, str, str]


def ground() -> Ground:
    """The district that the simulated cases run through."""
    return Ground(LEVELS, CALENDAR, lambda unit, category, day: LISTED.get(category))


@dataclass
class Story:
    """A case being told: its links so far, its moment, and what was planted in it."""

    case: str
    rng: Random
    at: datetime
    is_danger: bool = False
    category: str = "garbage"
    links: list[Link] = field(default_factory=list)
    planted: list[Truth] = field(default_factory=list)
    due: datetime = BEGINNING
    owner: str = ""
    owes: str = ""

    def plant(self, rule: str, unit: str) -> None:
        """Say what has been committed here, and by which unit."""
        self.planted.append((self.case, rule, unit))

    def add(self, of_kind: str, /, **payload: Any) -> None:
        """One more link, now."""
        self.links.append(Link(len(self.links) + 1, of_kind, self.at, payload))

    def step(
        self, kind: str, stage: str, *, owes: str = "", owner: str = "", **payload: Any
    ) -> None:
        """One more link that moves the case, and opens a lead duty where one is named."""
        if owes:
            unit, amount = TIMES["danger" if self.is_danger else owes]
            self.due = deadline(self.at, Allowance(unit, amount), CALENDAR).due
        self.owner, self.owes = owner, owes
        self.add(
            kind,
            stage=stage,
            closes="",
            owes=owes,
            owner=owner,
            due=self.due.isoformat(),
            **payload,
        )

    def soon(self, hours: float = 2.0) -> None:
        """A while goes by, long before anything is due."""
        share = timedelta(minutes=20) if self.is_danger else timedelta(hours=hours)
        self.at += share * self.rng.uniform(0.1, 0.9)

    def work(self, least: int, most: int) -> None:
        """So many working minutes go by."""
        amount = self.rng.randint(least, most)
        self.at = deadline(self.at, Allowance("working_minutes", amount), CALENDAR).due

    def run_late(self, kind: str = "", unit: str = "", due: datetime | None = None) -> None:
        """Nothing happens until the clock of a duty, else of the lead's, says that it ran out."""
        self.at = max(due or self.due, self.at) + timedelta(seconds=1)
        self.add(
            "duties.duty_late",
            duty="",
            unit=unit or self.owner,
            kind=kind or self.owes,
            tier=2,
            due=self.at.isoformat(),
        )

    # ---- the moves of voice

    def report(self, desk: str) -> None:
        self.step(
            kinds.REPORTED,
            "received",
            owes="triage",
            owner=desk,
            unit=desk,
            category=self.category,
            danger=self.is_danger,
        )

    def accept(self) -> None:
        if self.owes == "triage":
            self.step(kinds.ACCEPTED, "handling", owes="handle", owner=self.owner, unit=self.owner)
        else:
            self.add(kinds.ACCEPTED, stage="handling", owes="", owner="", unit=self.owner)

    def send(self, unit: str, kind: str = kinds.DISPATCHED) -> None:
        owes = "guide" if LEVELS[unit] == "branch" else "handle"
        owes = owes if kind == kinds.DISPATCHED else "take_up"
        before = self.owner
        self.step(kind, "dispatched", owes=owes, owner=unit, unit=unit, from_unit=before)

    def give_back(self, sender: str) -> None:
        by = self.owner
        self.add(kinds.RETURN_ASKED, by_unit=by, to_unit=sender)
        self.soon()
        self.step(
            kinds.RETURNED, "handling", owes="handle", owner=sender, by_unit=by, to_unit=sender
        )

    def answer(self, *, doubt: int = 10, reasons: tuple[str, ...] = ()) -> str:
        by = self.owner
        self.step(kinds.ANSWERED, "answered", unit=by, doubt=doubt, reasons=list(reasons))
        return by

    def rate(self, verdict: str, stage: str = "closed") -> None:
        self.at += timedelta(hours=self.rng.randint(2, 60))
        self.step(kinds.RATED, stage, verdict=verdict, satisfaction="")

    def close_unrated(self) -> None:
        self.at += timedelta(days=self.rng.randint(7, 9))
        self.step(kinds.CLOSED_UNRATED, "closed", reached=False)

    def end_well(self) -> None:
        """Answered in time, and rated or not."""
        self.answer()
        if self.rng.random() < 0.5:
            self.rate("solved")
        else:
            self.close_unrated()


Script = Callable[[Story], None]


def _begin(story: Story) -> str:
    """Reported at a community's desk, which takes it on; the desk."""
    desk = story.rng.choice(COMMUNITIES)
    story.report(desk)
    story.soon()
    story.accept()
    story.soon()
    return desk


def _at_department(story: Story) -> tuple[str, str]:
    """Dispatched by the desk to a department; both."""
    desk = _begin(story)
    department = story.rng.choice(DEPARTMENTS)
    story.send(department)
    return desk, department


# ---- what is innocent


def plain(story: Story) -> None:
    """Handled where it was told."""
    _begin(story)
    story.work(60, 1200)
    story.end_well()


def dispatched(story: Story) -> None:
    """Handled where it was sent to, taken on in time."""
    _at_department(story)
    story.work(30, 780)
    story.accept()
    story.work(60, 900)
    story.end_well()


def guided(story: Story) -> None:
    """The branch passes it on after days without taking it on; the community has it again."""
    _begin(story)
    story.send(story.rng.choice(BRANCHES))
    story.work(60, 800)
    story.send(story.links[0].payload["unit"], kinds.PASSED_ON)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.end_well()


def escalated(story: Story) -> None:
    """What a community can't do goes up, and from there to a department."""
    _begin(story)
    story.send(story.rng.choice(STREETS), kinds.ESCALATED)
    story.work(30, 700)
    story.accept()
    story.send(story.rng.choice(DEPARTMENTS))
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.end_well()


def up_where_it_came_from(story: Story) -> None:
    """The street sends it down, the community can't do it and asks the street again: a right."""
    street = story.rng.choice(STREETS)
    story.report(street)
    story.soon()
    story.accept()
    story.send(story.rng.choice(COMMUNITIES))
    story.work(30, 700)
    story.accept()
    story.send(street, kinds.ESCALATED)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.end_well()


def taken_back_at_once(story: Story) -> None:
    """A slip of the finger: sent, taken back, sent to the right one."""
    desk, department = _at_department(story)
    story.at += timedelta(minutes=2)
    story.step(
        kinds.DISPATCH_UNDONE,
        "handling",
        owes="handle",
        owner=desk,
        unit=desk,
        from_unit=department,
    )
    story.soon()
    story.send(story.rng.choice([one for one in DEPARTMENTS if one != department]))
    story.work(30, 700)
    story.accept()
    story.work(30, 900)
    story.end_well()


def extended_once(story: Story) -> None:
    """Once, for a week, and done."""
    _, department = _at_department(story)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.add(kinds.DEFERRED, unit=department, days=5, before="", after="")
    story.work(30, 900)
    story.end_well()


def co_handled(story: Story) -> None:
    """The co-handler says in time what it did."""
    desk = _begin(story)
    other = story.rng.choice(DEPARTMENTS)
    story.add(kinds.INVITED, unit=other, by_unit=desk)
    story.work(60, 1000)
    story.add(kinds.PART_FINISHED, unit=other)
    story.work(30, 600)
    story.end_well()


def late_though_it_told(story: Story) -> None:
    """Not done in time, but the resident was asked and knows."""
    _, department = _at_department(story)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    story.add(kinds.ASKED, unit=department)
    story.run_late()
    story.work(30, 300)
    story.end_well()


def copied_and_content(story: Story) -> None:
    """One cause, many cases, one answer, and the resident says that it is solved."""
    _begin(story)
    story.work(60, 900)
    story.answer(doubt=70, reasons=("same_as_earlier",))
    story.rate("solved")


def partly_solved(story: Story) -> None:
    """Rated as partly solved, and explained."""
    desk = _begin(story)
    story.work(60, 900)
    story.answer()
    story.rate("partly", "reviewing")
    story.soon()
    story.step(kinds.EXPLAINED, "closed", unit=desk)


def urgent_in_time(story: Story) -> None:
    """Life was at stake, and everybody was quick."""
    story.is_danger = True
    _at_department(story)
    story.soon()
    story.accept()
    story.soon()
    story.end_well()


def branch_late(story: Story) -> None:
    """A branch lets it lie until it rises by itself: it guides and is never the subject."""
    _begin(story)
    story.send(story.rng.choice(BRANCHES))
    story.run_late()
    desk = story.links[0].payload["unit"]
    story.send(desk, kinds.LIFTED)
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


CLEAN: tuple[Script, ...] = (
    plain,
    dispatched,
    guided,
    escalated,
    up_where_it_came_from,
    taken_back_at_once,
    extended_once,
    co_handled,
    late_though_it_told,
    copied_and_content,
    partly_solved,
    urgent_in_time,
    branch_late,
)


# ---- what is planted


def bounced_back(story: Story) -> None:
    """A → B → A, by a return that the sender consented to or by sending it straight back."""
    desk, department = _at_department(story)
    story.work(30, 600)
    if story.rng.random() < 0.5:
        story.give_back(desk)
    else:
        story.send(desk)
        story.work(30, 600)
        story.accept()
    story.plant("bounced", department)
    story.work(30, 600)
    story.end_well()


def bounced_round(story: Story) -> None:
    """A → B → C → A."""
    desk, _ = _at_department(story)
    third = story.rng.choice([one for one in DEPARTMENTS if one != story.owner])
    story.work(30, 600)
    story.send(third)
    story.work(30, 600)
    story.send(desk)
    story.plant("bounced", third)
    story.work(30, 600)
    story.end_well()


def sent_down_again(story: Story) -> None:
    """A community asks for help, and the street sends it straight down again."""
    desk = _begin(story)
    street = story.rng.choice(STREETS)
    story.send(street, kinds.ESCALATED)
    story.work(30, 600)
    story.accept()
    story.send(desk)
    story.plant("bounced", street)
    story.work(30, 600)
    story.end_well()


def stalled_then_taken(story: Story) -> None:
    """Taken on after more than two working days."""
    _, department = _at_department(story)
    story.work(14 * 60 + 1, 30 * 60)
    story.accept()
    story.plant("stalled", department)
    story.work(5, 100)
    story.end_well()


def stalled_for_good(story: Story) -> None:
    """Never taken on; it rises by itself."""
    _, department = _at_department(story)
    story.run_late()
    story.plant("stalled", department)
    story.send(GROUP, kinds.LIFTED)
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


def silent_until_late(story: Story) -> None:
    """Taken on, and nothing more."""
    _, department = _at_department(story)
    story.work(30, 700)
    story.accept()
    story.run_late()
    story.plant("silent", department)
    story.work(30, 300)
    story.end_well()


def extended_again(story: Story) -> None:
    """Extended twice or more, or once beyond measure."""
    _, department = _at_department(story)
    story.work(30, 700)
    story.accept()
    for _ in range(story.rng.randint(2, 4)):
        story.work(30, 400)
        story.add(kinds.DEFERRED, unit=department, days=3, before="", after="")
    story.plant("extended", department)
    story.work(30, 300)
    story.end_well()


def co_handler_lost(story: Story) -> None:
    """Asked in, and never heard of again."""
    desk = _begin(story)
    other, good = story.rng.sample(DEPARTMENTS, 2)
    story.add(kinds.INVITED, unit=good, by_unit=desk)
    story.add(kinds.INVITED, unit=other, by_unit=desk)
    due = deadline(story.at, Allowance("working_days", 3), CALENDAR).due
    story.work(30, 600)
    story.add(kinds.PART_FINISHED, unit=good)
    story.run_late("assist", other, due)
    story.plant("co_handler_silent", other)
    story.work(5, 100)
    story.end_well()


def copied_answer(story: Story) -> None:
    """Another case's text, and nobody rates it, or it is explained away."""
    desk = _begin(story)
    story.work(60, 900)
    by = story.answer(doubt=75, reasons=("same_as_earlier", "no_action"))
    if story.rng.random() < 0.5:
        story.close_unrated()
    else:
        story.rate("partly", "reviewing")
        story.step(kinds.EXPLAINED, "closed", unit=desk)
    story.plant("copied", by)


def reopened_later(story: Story) -> None:
    """Closed unrated, asked for again, reopened."""
    _begin(story)
    story.work(60, 900)
    by = story.answer()
    story.close_unrated()
    story.at += timedelta(days=story.rng.randint(1, 20))
    story.step(kinds.REOPENING_ASKED, "reviewing", report="")
    story.soon()
    story.step(kinds.REOPENED, "handling", owes="handle", owner=by, unit=by)
    story.plant("reopened", by)
    story.work(30, 600)
    story.end_well()


def unsolved_answer(story: Story) -> None:
    """Answered as done; not solved, says the resident, and it is done again."""
    _at_department(story)
    story.work(30, 700)
    story.accept()
    story.work(30, 600)
    by = story.answer()
    story.rate("not_solved", "reviewing")
    story.plant("unsolved", by)
    story.soon()
    story.step(kinds.REOPENED, "handling", owes="handle", owner=by, unit=by)
    story.work(30, 600)
    story.end_well()


def against_list(story: Story) -> None:
    """A community is given what isn't on its list, or what it only assists with."""
    story.category = story.rng.choice(["illegal_building", "noise"])
    street = story.rng.choice(STREETS)
    story.report(street)
    story.soon()
    story.accept()
    story.send(story.rng.choice(COMMUNITIES))
    story.plant("outside_list", street)
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


def urgent_late(story: Story) -> None:
    """Life was at stake, and the department's two hours went by with the case taken on."""
    story.is_danger = True
    _, department = _at_department(story)
    story.at += timedelta(minutes=5)
    story.accept()
    story.run_late()
    story.plant("urgent_missed", department)
    story.at += timedelta(minutes=5)
    story.end_well()


FAULTS: tuple[Script, ...] = (
    bounced_back,
    bounced_round,
    sent_down_again,
    stalled_then_taken,
    stalled_for_good,
    silent_until_late,
    extended_again,
    co_handler_lost,
    copied_answer,
    reopened_later,
    unsolved_answer,
    against_list,
    urgent_late,
)


# ---- what looks like a fault and is none, and faults that hide


def returned_rightly(story: Story) -> None:
    """Sent to the wrong department, rightly returned once, and done by the right one."""
    desk, department = _at_department(story)
    story.work(30, 400)
    story.give_back(desk)
    story.send(story.rng.choice([one for one in DEPARTMENTS if one != department]))
    story.work(30, 600)
    story.accept()
    story.work(30, 600)
    story.end_well()


def broke_again(story: Story) -> None:
    """Mended and closed; weeks later it broke again, and the resident asked by the old receipt."""
    _begin(story)
    story.work(60, 900)
    by = story.answer()
    story.close_unrated()
    story.at += timedelta(days=story.rng.randint(12, 19))
    story.step(kinds.REOPENING_ASKED, "reviewing", report="")
    story.soon()
    story.step(kinds.REOPENED, "handling", owes="handle", owner=by, unit=by)
    story.work(30, 600)
    story.end_well()


def asked_for_show(story: Story) -> None:
    """Taken on, a question for show, and silence until late."""
    _, department = _at_department(story)
    story.work(30, 600)
    story.accept()
    story.soon()
    story.add(kinds.ASKED, unit=department)
    story.run_late()
    story.plant("silent", department)
    story.work(30, 300)
    story.end_well()


def taken_just_in_time(story: Story) -> None:
    """Let lie on purpose, and taken on an hour before it would show."""
    _, department = _at_department(story)
    story.work(12 * 60, 13 * 60)
    story.accept()
    story.plant("stalled", department)
    story.work(5, 100)
    story.end_well()


def copied_with_other_words(story: Story) -> None:
    """Another case's text with some words changed, which the answer's event doesn't tell."""
    _begin(story)
    story.work(60, 900)
    by = story.answer(doubt=55, reasons=("no_action",))
    story.close_unrated()
    story.plant("copied", by)


LOOKALIKES: tuple[Script, ...] = (returned_rightly, broke_again)
DISGUISES: tuple[Script, ...] = (asked_for_show, taken_just_in_time, copied_with_other_words)

NOISE: tuple[tuple[str, dict[str, Any]], ...] = (
    (kinds.WORDS_ADDED, {"report": "", "photos": 0}),
    (kinds.REPORT_JOINED, {"report": "", "from_case": ""}),
    (kinds.LOCATED, {"place": "", "before": ""}),
    (kinds.RETURN_UPHELD, {"by_unit": DEPARTMENTS[0], "to_unit": COMMUNITIES[0]}),
)
STEP_FIELDS = frozenset({"owes", "owner", "due", "closes"})


def _told_otherwise(story: Story, rng: Random) -> list[Link]:
    """The same story with links in between that mean nothing here, or as older versions wrote it."""
    links: list[Link] = []
    is_old = rng.random() < 0.3
    for link in story.links:
        payload = dict(link.payload)
        if is_old:
            payload = {name: told for name, told in payload.items() if name not in STEP_FIELDS}
        links.append(Link(len(links) + 1, link.kind, link.at, payload))
        if rng.random() < 0.2:
            kind, noise = rng.choice(NOISE)
            links.append(Link(len(links) + 1, kind, link.at, noise))
    return links


Told = tuple[str, list[Link], list[Truth]]
# Scripts with the share of the cases that each kind of them has.
Mix = tuple[tuple[float, tuple[Script, ...]], ...]
INNOCENT: Mix = ((1.0, CLEAN),)
PLANTED: Mix = ((0.7, CLEAN), (0.3, FAULTS))
HARD: Mix = ((0.7, CLEAN), (0.2, FAULTS), (0.05, LOOKALIKES), (0.05, DISGUISES))


def simulate(seed: int, cases: int, mix: Mix, days: int = 180) -> Iterator[Told]:
    """So many cases over so many days: key, links, and what was planted in them."""
    rng = Random(seed)
    shares = [share for share, _ in mix]
    for number in range(cases):
        at = BEGINNING + timedelta(minutes=rng.randrange(days * 24 * 60))
        story = Story(f"case{number:06d}", Random(rng.random()), at)
        scripts = rng.choices([scripts for _, scripts in mix], shares)[0]
        rng.choice(scripts)(story)
        yield story.case, _told_otherwise(story, rng), story.planted


def lifted_too_often(told: list[Told], times: int) -> set[tuple[str, str]]:
    """From which units, and in which months, too many cases rose: counted apart from the rule."""
    risen = Counter(
        (link.payload["from_unit"], month_of(link.at))
        for _, links, _ in told
        for link in links
        if link.kind == kinds.LIFTED and LEVELS[link.payload["from_unit"]] != "branch"
    )
    return {key for key, count in risen.items() if count >= times}
