"""热点: what keeps coming back within the asker's scope, the hottest first, each opening its cases.

Counts, titles, places and people come from the cases that the asker sees and from no others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.text import excerpt, mask, normalise
from huiban.kernel.vocab.queries import word_name

from .. import permits, stages
from ..learning.ranking import OF_CASES, Standing, order, rule, standing
from ..learning.titles_people import people_of
from ..models import Case, Report, Theme, ThemeMember
from .inbox import first_reports, headline
from .lists import day_begins
from .owners import CATEGORIES, units

PERIODS = (7, 30, 90)
SPANS = 6
MOST_THEMES, SHOWN = 300, 30
MOST_CASES = 200
# Of a theme that one doesn't see whole, so many cases must be one's own.
FEWEST = 2
ASKED = 3
PLACES_NAMED = 3
LONGEST_TITLE, SHORTEST_TITLE = 30, 4
NOT_COUNTED = (stages.JOINED, stages.WITHDRAWN)

_CLAUSES = re.compile(r"[，。！？；,!?;\n]+")


@dataclass(frozen=True)
class Span:
    """How many cases came in some days, and how long its bar is, in hundredths of the longest."""

    first: date
    last: date
    count: int
    height: int


@dataclass(frozen=True)
class ThemeLine:
    """A theme as the asker sees it; its figures are those of the period."""

    theme_id: UUID
    title: str
    category_name: str
    place: str
    people: str
    standing: Standing
    growth_words: str
    spans: list[Span]

    @property
    def reasons(self) -> str:
        """Why it stands where it stands."""
        return self.standing.reasons()


@dataclass(frozen=True)
class ThemeList:
    """The themes of a period, and the sum that ranks them in a sentence."""

    lines: list[ThemeLine]
    days: int
    rule: str


@dataclass(frozen=True)
class ThemeCase:
    """A case of a theme."""

    reference: str
    headline: str
    place_name: str
    stage_label: str
    received_at: datetime


@dataclass(frozen=True)
class ThemeCases:
    """A theme's cases in scope, the newest first; `more` says that there are older ones."""

    title: str
    lines: list[ThemeCase]
    more: bool


@dataclass(frozen=True)
class _Member:
    """A case of a theme that the asker sees."""

    theme_id: UUID
    case_id: UUID
    score: float
    day: date
    estate_id: UUID | None
    community_id: UUID | None
    joiners: int
    category: str
    erased: bool


def themes(actor: Actor, days: int = 30) -> ThemeList:
    """The themes with cases in the last so many days (7, 30 or 90), the hottest first."""
    actor.seat_for(permits.READ)
    days = days if days in PERIODS else PERIODS[1]
    today = clock.local(clock.now()).date()
    since = today - timedelta(days=days - 1)
    found = {theme.pk: theme for theme in _recent(actor, since)}
    ranked = _ranked(found, _members(actor, found), since, today)[:SHOWN]
    lines = _lines(ranked, _sizes(found), since, today)
    return ThemeList(lines, days, rule(OF_CASES))


def theme_cases(actor: Actor, theme_id: UUID) -> ThemeCases:
    """The theme's cases that the actor sees. Raises Unseen where there are none."""
    actor.seat_for(permits.READ)
    theme = Theme.objects.filter(pk=theme_id).first()
    members = _members(actor, [theme_id]) if theme is not None else []
    if theme is None or not members:
        raise Unseen
    title = _title(theme, _own_words([(theme, members)], _sizes([theme_id])))
    seen = Case.objects.within(actor.scope).filter(theme_member__theme=theme)
    newest = list(
        seen.exclude(stage__in=NOT_COUNTED)
        .select_related("place")
        .order_by("-id")[: MOST_CASES + 1]
    )
    told = first_reports([case.pk for case in newest])
    lines = [_case(case, told.get(case.pk)) for case in newest[:MOST_CASES]]
    return ThemeCases(title, lines, len(newest) > MOST_CASES)


def _case(case: Case, report: Report | None) -> ThemeCase:
    return ThemeCase(
        reference=case.reference,
        headline=headline(case, report),
        place_name=case.place.full_name if case.place else (report.place_words if report else ""),
        stage_label=case.stage_label,
        received_at=case.received_at,
    )


def _recent(actor: Actor, since: date) -> Iterable[Theme]:
    district_ids = {seat.district_id for seat in actor.seats}
    recent = Theme.objects.filter(district__in=district_ids, last_at__gte=day_begins(since))
    return recent.defer("centre").order_by("-last_at", "pk")[:MOST_THEMES]


def _members(actor: Actor, theme_ids: Iterable[UUID]) -> list[_Member]:
    """The cases of these themes that the actor sees: one statement."""
    seen = Case.objects.within(actor.scope).exclude(stage__in=NOT_COUNTED)
    reports = Report.objects.filter(
        opened_case=None, case__theme_member__theme__in=list(theme_ids), case__in=seen
    )
    rows = reports.values_list(
        *("case__theme_member__theme_id", "case_id", "case__theme_member__score"),
        *("told_at", "received_at", "case__estate_id", "case__community_id"),
        *("case__joiner_count", "case__category", "erased_at"),
    )
    members = []
    for theme, case, score, told_at, received, estate, community, joiners, category, erased in rows:
        day = clock.local(told_at or received).date()
        gone = erased is not None
        members.append(_Member(theme, case, score, day, estate, community, joiners, category, gone))
    return members


def _sizes(theme_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many cases each theme has in all, whoever may see them."""
    counted = ThemeMember.objects.filter(theme__in=list(theme_ids))
    sizes = counted.exclude(case__stage__in=NOT_COUNTED).order_by().values_list("theme_id")
    return dict(sizes.annotate(number=Count("pk")))


_Ranked = tuple[Theme, list[_Member], Standing]


def _ranked(
    found: dict[UUID, Theme], members: Iterable[_Member], since: date, today: date
) -> list[_Ranked]:
    by_theme: defaultdict[UUID, list[_Member]] = defaultdict(list)
    for member in members:
        by_theme[member.theme_id].append(member)
    ranked = [
        (found[theme_id], own, _standing([m for m in own if m.day >= since], today))
        for theme_id, own in by_theme.items()
        if len(own) >= FEWEST
    ]
    kept = [entry for entry in ranked if entry[2].size]
    return sorted(kept, key=lambda entry: (*order(entry[2], entry[0].title), str(entry[0].pk)))


def _standing(own: Sequence[_Member], today: date) -> Standing:
    return standing(
        [member.day for member in own],
        today,
        told=len(own),
        votes=sum(member.joiners for member in own),
        places=len({member.estate_id or member.community_id for member in own} - {None}),
        wording=OF_CASES,
    )


def _lines(
    ranked: Sequence[_Ranked], sizes: dict[UUID, int], since: date, today: date
) -> list[ThemeLine]:
    part = _own_words([(theme, own) for theme, own, _ in ranked], sizes)
    return [
        ThemeLine(
            theme_id=theme.pk,
            title=_title(theme, part),
            category_name=word_name(CATEGORIES, theme.category),
            place=_place(theme, own, part),
            people=_people(theme, part),
            standing=figures,
            growth_words=growth_words(figures.growth),
            spans=_spans([member.day for member in own], since, today),
        )
        for theme, own, figures in ranked
    ]


def growth_words(growth: int) -> str:
    """How the last week compares with the one before."""
    if growth > 0:
        return f"比前一周多{growth}件"
    return f"比前一周少{-growth}件" if growth else "和前一周一样多"


def _own_words(
    own: Sequence[tuple[Theme, list[_Member]]], sizes: dict[UUID, int]
) -> dict[UUID, list[Report]]:
    """The words that a title may be made of, where a theme isn't seen whole: one statement.

    They are those of the cases in scope that say most of the theme. A theme whose words were
    cleared in part is told anew in the same way until it is folded again.
    """
    asked = {
        theme.pk: _nearest(members)
        for theme, members in own
        if len(members) != sizes.get(theme.pk, 0) or any(member.erased for member in members)
    }
    told = first_reports([key for keys in asked.values() for key in keys])
    return {theme: [told[key] for key in keys if key in told] for theme, keys in asked.items()}


def _nearest(own: Sequence[_Member]) -> list[UUID]:
    standing_words = [member for member in own if not member.erased]
    best = sorted(standing_words, key=lambda member: (-member.score, member.case_id))
    return [member.case_id for member in best[:ASKED]]


def _title(theme: Theme, part: dict[UUID, list[Report]]) -> str:
    own = part.get(theme.pk)
    return mask(theme.title) if own is None else own_title(theme.category, own)


def _people(theme: Theme, part: dict[UUID, list[Report]]) -> str:
    own = part.get(theme.pk)
    if own is None:
        return theme.people_words
    return "、".join(people_of([f"{report.title} {report.text}" for report in own]))


def _place(theme: Theme, own: Sequence[_Member], part: dict[UUID, list[Report]]) -> str:
    """Where it is: as told if one sees it whole, else where one's own cases are."""
    if theme.pk not in part and theme.place_words:
        return mask(theme.place_words)
    keys = [member.estate_id or member.community_id for member in own]
    names = dict.fromkeys(units()[key].name for key in keys if key is not None)
    return "、".join(list(names)[:PLACES_NAMED]) + ("等" if len(names) > PLACES_NAMED else "")


def own_title(category: str, reports: Iterable[Report]) -> str:
    """A title from these words alone: the first sentence that fits, or what kind of matter it is."""
    for report in reports:
        words = mask(normalise(report.title or report.text[:400]))
        for clause in _CLAUSES.split(words)[:3]:
            if SHORTEST_TITLE <= len(clause.strip()) <= LONGEST_TITLE:
                return excerpt(clause, LONGEST_TITLE)
    return word_name(CATEGORIES, category) or "内容相近的反映"


def _spans(days: Sequence[date], since: date, today: date) -> list[Span]:
    """The period in a few equal stretches, the last one ending today."""
    length = max(1, -(-((today - since).days + 1) // SPANS))
    spans = []
    last = today
    while last >= since:
        first = max(since, last - timedelta(days=length - 1))
        spans.append((first, last, sum(first <= day <= last for day in days)))
        last = first - timedelta(days=1)
    most = max((count for _, _, count in spans), default=0) or 1
    return [
        Span(first, last, count, round(count * 100 / most)) for first, last, count in spans[::-1]
    ]
