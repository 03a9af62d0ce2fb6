"""周一研判单: a unit's week on a page: what is stuck, what comes back, what is due, who answers.

Read from the records themselves, since a page names cases. Of units, never of persons.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median_low
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.phrases import say_moment
from huiban.kernel.duties.models import Duty
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import all_units, current_unit, scope_of
from huiban.modules.supervision import permits as supervision
from huiban.modules.supervision.models import Finding
from huiban.modules.voice import permits as voice
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries.inbox import first_reports, headline, place_name
from huiban.modules.voice.wording import DUTY_LABELS

from .figures import figures_of
from .themes import Repeated, repeated_now

TERRITORY = (Level.DISTRICT, Level.STREET, Level.COMMUNITY)
# Findings and requests to co-handle of so many days are looked at.
DAYS = 30
MOST_LATE = 5_000
CASES_NAMED = 3
DUE_SHOWN = 60
# How a step ends whose time ran out, and of how many days such ends are told.
RAN_OUT, LIFTED_DAYS = "late", 7
Pair = tuple[str, str]
# When a unit was asked, when that ended and how.
Asked = tuple[datetime, datetime | None, str]
# What stands still in somebody's hands; a branch's clock only lifts.
STANDING_STILL = ("triage", "handle", "take_up", "verify", "review", "consent", "assist")


@dataclass(frozen=True)
class Stuck:
    """What stands still in a unit's hands that came from another one (or from residents: "").

    `late` now, for `oldest_days` at most; `lifted` are those that the clock took away from there
    in the last week; `found` are findings about both.
    """

    unit_name: str
    other_name: str
    late: int
    oldest_days: int
    lifted: int
    found: int
    references: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """A step that falls due this week."""

    at: datetime
    at_words: str
    unit_name: str
    what: str
    reference: str
    headline: str
    place_name: str


@dataclass(frozen=True)
class Answering:
    """How a unit answers when it is asked to co-handle; hours on the clock, None of none.

    `silent` are those that the case was taken further without.
    """

    unit_name: str
    asked: int
    answered: int
    hours: float | None
    silent: int
    waiting: int
    waiting_days: int


@dataclass(frozen=True)
class Monday:
    """The page of a unit and a week. `due_total` is how many steps are due in all."""

    unit: Unit
    day: date
    week: tuple[date, date]
    stuck: list[Stuck]
    repeated: list[Repeated]
    due: list[Due]
    due_by_day: list[tuple[date, int]]
    due_total: int
    answering: list[Answering]
    reads_findings: bool


def monday_of(actor: Actor, code: str = "") -> Monday:
    """The page of a district, street or community, by its code, else of the asker's own.

    Raises NotPermitted, Unseen for a unit outside the scope, Refusal for any other kind of unit.
    """
    actor.seat_for(voice.READ)
    unit = figures_of(actor, code).unit
    if unit.level not in TERRITORY:
        raise Refusal("研判单按区、街道、社区出。请选其中一个单位。", "unit")
    return _Reading(replace(actor, scope=scope_of([unit])), unit, clock.now()).page()


@dataclass(frozen=True)
class _Reading:
    """One reading of a unit's week; the actor's scope is the unit's."""

    actor: Actor
    unit: Unit
    now: datetime

    def page(self) -> Monday:
        today = clock.local(self.now).date()
        monday = today - timedelta(days=today.weekday())
        sunday = monday + timedelta(days=6)
        ends = datetime.combine(sunday + timedelta(days=1), time(), clock.SHANGHAI)
        coming = self._open().filter(role="lead", due_at__gt=self.now, due_at__lt=ends)
        days = Counter(clock.local(at).date() for at in coming.values_list("due_at", flat=True))
        return Monday(
            unit=self.unit,
            day=today,
            week=(monday, sunday),
            stuck=self._stuck(),
            repeated=repeated_now(self.actor, self.unit),
            due=self._due(coming.order_by("due_at", "id")[:DUE_SHOWN]),
            due_by_day=sorted(days.items()),
            due_total=days.total(),
            answering=self._answering(),
            reads_findings=self.actor.may(supervision.READ),
        )

    def _of_cases(self, duties: QuerySet[Duty]) -> QuerySet[Duty]:
        """Those about the unit's own cases: on its path, not merely once in its hands."""
        seen = Case.objects.within(replace(self.actor.scope, duty_units=frozenset()))
        return duties.filter(Exists(seen.filter(pk=OuterRef("subject_id"))))

    def _open(self) -> QuerySet[Duty]:
        running = Duty.objects.filter(
            subject_type=Case.SUBJECT, closed_at=None, paused_at=None, kind__in=STANDING_STILL
        )
        return self._of_cases(running)

    # ---- what is stuck between whom

    def _stuck(self) -> list[Stuck]:
        late = self._pairs(self._open().filter(due_at__lte=self.now).order_by("due_at"))
        lifted = self._pairs(self._lifted())
        found = self._found()
        cases = {pair: [*late[pair], *lifted[pair]][:CASES_NAMED] for pair in {**late, **lifted}}
        named = _references(case for steps in cases.values() for _, case in steps)
        pairs = [
            Stuck(
                unit_name=pair[0],
                other_name=pair[1],
                late=len(late[pair]),
                oldest_days=(self.now - late[pair][0][0]).days if late[pair] else 0,
                lifted=len(lifted[pair]),
                found=found[pair],
                references=tuple(dict.fromkeys(named[case] for _, case in cases.get(pair, []))),
            )
            for pair in {**cases, **found}
        ]
        return sorted(
            pairs,
            key=lambda one: (-one.late - one.lifted, -one.found, one.unit_name, one.other_name),
        )

    def _lifted(self) -> QuerySet[Duty]:
        """Steps that ran out of their time in the last week, so that the case went on without."""
        ended = Duty.objects.filter(
            subject_type=Case.SUBJECT,
            kind__in=STANDING_STILL,
            outcome=RAN_OUT,
            closed_at__gte=self.now - timedelta(days=LIFTED_DAYS),
        )
        return self._of_cases(ended).order_by("-closed_at")

    def _pairs(self, duties: QuerySet[Duty]) -> defaultdict[Pair, list[tuple[datetime, UUID]]]:
        """The steps by who held them and whom they came from, with their time and their case."""
        found: defaultdict[Pair, list[tuple[datetime, UUID]]] = defaultdict(list)
        rows = duties.values_list("unit_id", "from_unit_id", "due_at", "subject_id")
        for unit_id, other_id, due, case in rows[:MOST_LATE]:
            found[_name(unit_id), _name(other_id)].append((due, case))
        return found

    def _found(self) -> Counter[Pair]:
        """Findings of the last days between two units, that nobody dismissed."""
        if not self.actor.may(supervision.READ):
            return Counter()
        standing = Finding.objects.within(self.actor.scope).filter(
            at__gte=self.now - timedelta(days=DAYS),
            state__in=[Finding.State.OPEN, Finding.State.CONFIRMED],
            other_unit__isnull=False,
        )
        rows = standing.order_by().values_list("unit_id", "other_unit_id")
        found: Counter[Pair] = Counter()
        for unit_id, other_id, number in rows.annotate(number=Count("pk")):
            found[_name(unit_id), _name(other_id)] += number
        return found

    # ---- what is due

    def _due(self, duties: Iterable[Duty]) -> list[Due]:
        chosen = list(duties)
        keys = [duty.subject_id for duty in chosen]
        cases = Case.objects.within(self.actor.scope).select_related("place").in_bulk(keys)
        told = first_reports(keys)
        return [
            Due(
                at=duty.due_at,
                at_words=say_moment(duty.due_at, self.now),
                unit_name=_name(duty.unit_id),
                what=DUTY_LABELS[duty.kind],
                reference=case.reference,
                headline=headline(case, told.get(case.pk)),
                place_name=place_name(case, told.get(case.pk)),
            )
            for duty in chosen
            for case in [cases[duty.subject_id]]
        ]

    # ---- who answers how soon

    def _answering(self) -> list[Answering]:
        asked = Duty.objects.filter(
            subject_type=Case.SUBJECT,
            kind="assist",
            opened_at__gte=self.now - timedelta(days=DAYS),
        )
        rows: defaultdict[str, list[Asked]] = defaultdict(list)
        for unit_id, opened, closed, outcome in self._of_cases(asked).values_list(
            "unit_id", "opened_at", "closed_at", "outcome"
        ):
            # What ended before an answer was due says nothing of anybody.
            if outcome in ("", "done", RAN_OUT):
                rows[_name(unit_id)].append((opened, closed, outcome))
        found = [self._answering_of(name, spans) for name, spans in rows.items()]
        return sorted(found, key=lambda one: (-one.waiting - one.silent, -one.asked, one.unit_name))

    def _answering_of(self, name: str, spans: list[Asked]) -> Answering:
        hours = [
            (closed - opened).total_seconds() / 3600
            for opened, closed, outcome in spans
            if closed is not None and outcome == "done"
        ]
        waiting = [opened for opened, closed, _ in spans if closed is None]
        return Answering(
            unit_name=name,
            asked=len(spans),
            answered=len(hours),
            hours=median_low(hours) if hours else None,
            silent=sum(outcome == RAN_OUT for _, _, outcome in spans),
            waiting=len(waiting),
            waiting_days=(self.now - min(waiting)).days if waiting else 0,
        )


def _name(unit_id: UUID | None) -> str:
    if unit_id is None or unit_id not in all_units():
        return ""
    return current_unit(unit_id).name


def _references(keys: Iterable[UUID]) -> dict[UUID, str]:
    named = Case.objects.everywhere("late steps of the unit's own cases named these")
    return dict(named.filter(pk__in=list(keys)).values_list("pk", "reference"))
