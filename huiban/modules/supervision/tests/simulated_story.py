"""A case being told, link by link, as voice writes its log: pure, over a small made-up district."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from huiban.kernel.base.calendar import Allowance, Unit, WorkCalendar, deadline
from huiban.modules.supervision.rules import Ground, Link
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

    def take_back(self, sender: str) -> None:
        """The sender undoes its dispatch two minutes later and has the case again."""
        self.at += timedelta(minutes=2)
        self.step(
            kinds.DISPATCH_UNDONE,
            "handling",
            owes="handle",
            owner=sender,
            unit=sender,
            from_unit=self.owner,
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


def begin(story: Story) -> str:
    """Reported at a community's desk, which takes it on; the desk."""
    desk = story.rng.choice(COMMUNITIES)
    story.report(desk)
    story.soon()
    story.accept()
    story.soon()
    return desk


def at_department(story: Story) -> tuple[str, str]:
    """Dispatched by the desk to a department; both."""
    desk = begin(story)
    department = story.rng.choice(DEPARTMENTS)
    story.send(department)
    return desk, department
