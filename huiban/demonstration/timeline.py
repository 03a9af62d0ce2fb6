"""The demonstration's time: steps in the order of their moments, the pump running between them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from huiban.kernel.base import clock
from huiban.kernel.base.calendar import Allowance, deadline, working_minutes_between
from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.duties.actions import CLOCK
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.pump import drain
from huiban.kernel.events.registry import LISTENERS
from huiban.kernel.vocab.queries import calendar

Step = Callable[[], None]
WORKER = "furnishing"
TELL_UNIT = "voice.tell_unit"
# Findings are read from the log when the year is over; it comes to the same, and takes a moment.
WATCH = "supervision.watch"
# Long ago it is enough to see three times a day what fell due; lately every hour counts.
SELDOM = (time(12, 1), time(17, 31), time(23, 30))
OFTEN = tuple(time(hour, 1) for hour in range(24))
DAYS_OF_OFTEN = 14
# Who has more time than a night has hours doesn't work at night.
NIGHT = timedelta(hours=10)


@dataclass
class Timeline:
    """Steps that wait for their moment. Run on a hand-set clock, from the first day to the last."""

    clock: Traveller
    first: date
    last: date
    refused: int = 0
    _next_due: datetime | None = None
    _waiting: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _count: int = 0

    @property
    def now(self) -> datetime:
        """The simulated present."""
        return self.clock.moment

    def at(self, moment: datetime, step: Step) -> None:
        """Let a step wait for its moment; of equal ones the first that came goes first."""
        self._count += 1
        heapq.heappush(self._waiting, (moment.astimezone(UTC), self._count, step))

    def run(self, progress: Callable[[date], None]) -> None:
        """Run the steps up to the end of the last day; those that wait for later are dropped."""
        told_to_desks = False
        with without_notices() as tell_again:
            for day in _days(self.first, self.last):
                if (self.last - day).days < DAYS_OF_OFTEN and not told_to_desks:
                    tell_again()
                    told_to_desks = True
                self._run_day(day, OFTEN if told_to_desks else SELDOM)
                progress(day)

    def _run_day(self, day: date, pauses: tuple[time, ...]) -> None:
        for pause in (*pauses, None):
            midnight = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
            until = datetime.combine(day, pause, SHANGHAI) if pause else midnight
            while self._waiting and self._waiting[0][0] < until:
                moment, _, step = heapq.heappop(self._waiting)
                self.clock.to(moment)
                self._take(step)
                # Whatever it did may be due before all that was known.
                self._next_due = None
            if pause:
                self.clock.to(until.astimezone(UTC))
                self._ring()

    def _ring(self) -> None:
        """Let the pump deliver what is due, if anything can be."""
        if self._next_due is None or self._next_due <= self.now:
            ring()
            waiting = Delivery.objects.filter(state=Delivery.State.OPEN).order_by("ready_at")
            first = waiting.values_list("ready_at", flat=True).first()
            self._next_due = first or datetime.max.replace(tzinfo=UTC)

    def _take(self, step: Step) -> None:
        try:
            step()
        except Refusal:
            # Somebody was quicker, as happens; the story goes on from where it stands.
            self.refused += 1


def ring() -> None:
    """Let the pump deliver what is due now."""
    due = Delivery.objects.filter(state=Delivery.State.OPEN, ready_at__lte=clock.now())
    _drop_idle_alarms(due)
    if due.exists():
        drain(WORKER)


def _drop_idle_alarms(due: QuerySet[Delivery]) -> None:
    """Cancel the alarms of duties that are over: delivered one by one they would say nothing."""
    alarms = dict(due.filter(reaction=CLOCK).values_list("pk", "payload__duty"))
    over = Duty.objects.filter(pk__in=set(alarms.values()), closed_at__isnull=False)
    ids = {str(pk) for pk in over.values_list("pk", flat=True)} if alarms else set()
    idle = [pk for pk, duty_id in alarms.items() if duty_id in ids]
    if idle:
        due.filter(pk__in=idle).update(state=Delivery.State.CANCELLED, done_at=clock.now())


def _days(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)


@contextmanager
def without_notices() -> Iterator[Callable[[], None]]:
    """Tell desks nothing until the function given is called: a year's old notices help nobody."""

    def tell_again() -> None:
        _put_back(told)

    told, watched = _left_out(TELL_UNIT), _left_out(WATCH)
    try:
        yield tell_again
    finally:
        tell_again()
        _put_back(watched)


def _left_out(reaction: str) -> tuple[str, list[str]]:
    """Let a reaction hear of nothing; what it heard of before."""
    kinds = [kind for kind, names in LISTENERS.items() if reaction in names]
    for kind in kinds:
        LISTENERS[kind].remove(reaction)
    return reaction, kinds


def _put_back(left_out: tuple[str, list[str]]) -> None:
    """Let the reaction hear again of what it heard of; doing it twice does nothing more."""
    reaction, kinds = left_out
    while kinds:
        LISTENERS[kinds.pop()].append(reaction)


def after_work(moment: datetime, minutes: float) -> datetime:
    """The moment when so many minutes of working time have passed."""
    whole = max(1, int(minutes))
    due = deadline(moment, Allowance("working_minutes", whole), calendar()).due
    return due + timedelta(seconds=moment.second)


def within(now: datetime, due: datetime, share: float, unit: str) -> datetime:
    """The moment at which that share of the time until it is due has passed."""
    if due <= now:
        return after_work(now, 20)
    if unit == "minutes":
        moment = now + (due - now) * share
        return _by_day(moment, due) if due - now > NIGHT else moment
    return after_work(now, working_minutes_between(now, due, calendar()) * share)


def _by_day(moment: datetime, due: datetime) -> datetime:
    """That moment if it is in the day or the evening, else the next morning, if there is time."""
    wall = clock.local(moment)
    if 7 <= wall.hour < 21:
        return moment
    morning = wall.replace(hour=7) + timedelta(days=wall.hour >= 21)
    return morning if morning < due else moment


def workday_after(day: date, count: int = 1) -> date:
    """The workday that lies so many workdays after that day."""
    known = calendar()
    while count:
        day += timedelta(days=1)
        count -= known.is_workday(day)
    return day


def workday_before(day: date, count: int = 1) -> date:
    """The workday that lies so many workdays before that day."""
    known = calendar()
    while count:
        day -= timedelta(days=1)
        count -= known.is_workday(day)
    return day
