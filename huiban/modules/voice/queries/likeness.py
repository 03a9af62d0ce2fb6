"""Which open cases a report most likely repeats: a few are found by index, and those are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.base.masking import mask
from huiban.kernel.vocab.queries import setting

from .. import kinds, permits
from ..learning.grams import grams_of, marks_of, uniform
from ..learning.likeness import SOMEWHAT_LIKE, Told, in_words, likeness, words_in_common
from ..models import Case, CaseQuerySet, Gram, Report

# A mark that thousands share says little: of each only the newest cases are looked at.
NEWEST_OF_MARK = 200
MOST_BY_MARKS, MOST_BY_PLACE = 30, 15

_KEY = Gram._meta.get_field("case_id")
# A mark tells the more the fewer cases have it, as far as that is looked at.
_OF_MARK = """SELECT case_id, 1.0 / COUNT(*) OVER () AS told FROM (
SELECT case_id FROM voice_gram WHERE district_id = %s AND gram = %s
ORDER BY case_id DESC LIMIT {newest}) AS of_mark_{number}"""
_BY_MARKS = """SELECT case_id FROM ({marks}) AS found WHERE case_id <> %s
GROUP BY case_id ORDER BY SUM(told) DESC, case_id DESC LIMIT {most}"""


@dataclass(frozen=True)
class Likely:
    """A case that a report may repeat, its first report, and how likely that is (0 to 1).

    `here` says that it is of the same building, or else of the same place.
    """

    case: Case
    report: Report | None
    score: float
    here: bool

    @property
    def words(self) -> str:
        """很像, 有点像, or "" where hardly anything speaks for it."""
        return in_words(self.score)


@dataclass(frozen=True)
class PossiblySame:
    """A case of the worker's scope that may be the same matter, as the case page shows it."""

    case: Case
    day: date
    words: str
    in_common: tuple[str, ...]


def words_of_report(report: Report) -> str:
    """All the words by which a report is compared."""
    return f"{report.title}\n{report.text}"


def likely_repeats(
    report: Report, *, limit: int = 5, among: CaseQuerySet | None = None
) -> list[Likely]:
    """The open cases of the last days (a setting) that the report's case most likely repeats.

    Of those that share marks with it, or the building (else the place); the likeliest first.
    `among` narrows further, by default it is the whole district. Four statements, however many
    cases there are; works before anything was read in the report.
    """
    case = report.case
    if among is None:
        among = Case.objects.everywhere("the asker narrows what is shown of these")
    recent = (
        among.filter(district_id=case.district_id, received_at__gte=_since())
        .exclude(stage__in=Case.STAGES.finished)
        .exclude(pk=case.pk)
        .select_related("place")
    )
    found = {other.pk: other for other in recent.filter(pk__in=_sharing_marks(report))}
    for other in _of_place(recent, case):
        found.setdefault(other.pk, other)
    return _ranked(report, list(found.values()))[:limit]


def _since() -> datetime:
    return clock.now() - timedelta(days=int(setting(kinds.SIMILAR_DAYS)))


def _sharing_marks(report: Report) -> list[UUID]:
    """The cases that share most marks with the report, by the index: one statement."""
    marks = marks_of(grams_of(uniform(words_of_report(report))))
    if not marks:
        return []
    case = report.case
    parts, values = [], []
    district, own = (_KEY.get_db_prep_value(key, connection) for key in (case.district_id, case.pk))
    for number, mark in enumerate(marks):
        parts.append(_OF_MARK.format(newest=NEWEST_OF_MARK, number=number))
        values += [district, mark]
    with connection.cursor() as cursor:
        marked = "\nUNION ALL\n".join(parts)
        cursor.execute(_BY_MARKS.format(marks=marked, most=MOST_BY_MARKS), [*values, own])
        return [key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()]


def _of_place(recent: CaseQuerySet, case: Case) -> list[Case]:
    if case.building_id is not None:
        here = recent.filter(building_id=case.building_id)
    elif case.place_id is not None:
        here = recent.filter(place_id=case.place_id)
    else:
        return []
    return list(here.order_by("-received_at")[:MOST_BY_PLACE])


def _ranked(report: Report, others: list[Case]) -> list[Likely]:
    firsts = Report.objects.filter(case_id__in=[other.pk for other in others], opened_case=None)
    told = {first.case_id: first for first in firsts} if others else {}
    mine = _told(report.case, report)
    ranked = [
        Likely(
            case=other,
            report=told.get(other.pk),
            score=likeness(mine, _told(other, told.get(other.pk))),
            here=_is_here(report.case, other),
        )
        for other in others
    ]
    return sorted(ranked, key=lambda one: (one.score, one.case.pk), reverse=True)


def _told(case: Case, report: Report | None) -> Told:
    return Told(
        text=words_of_report(report) if report is not None else "",
        building=_text(case.building_id or case.place_id),
        estate=_text(case.estate_id),
        community=_text(case.community_id),
        category=case.category,
        at=case.received_at,
    )


def _text(key: UUID | None) -> str:
    return key.hex if key is not None else ""


def _is_here(case: Case, other: Case) -> bool:
    if case.building_id is not None:
        return case.building_id == other.building_id
    return case.place_id is not None and case.place_id == other.place_id


def near_report(report: Report, limit: int = 5) -> list[Likely]:
    """What the resident is shown after sending: the same building (else place) first.

    There every open case of the same category counts, whatever its words; from elsewhere in the
    community only what is alike.
    """
    case = report.case
    around = Q(pk__in=[])
    if case.community_id is not None:
        around |= Q(community_id=case.community_id)
    if case.building_id is not None:
        around |= Q(building_id=case.building_id)
    elif case.place_id is not None:
        around |= Q(place_id=case.place_id)
    cases = Case.objects.everywhere("only category, day and stage are shown").filter(around)
    likely = likely_repeats(report, limit=MOST_BY_MARKS + MOST_BY_PLACE, among=cases)
    shown = [one for one in likely if one.words or _counts_here(case, one)]
    return sorted(shown, key=lambda one: not one.here)[:limit]


def _counts_here(case: Case, one: Likely) -> bool:
    return one.here and case.category in ("", one.case.category)


def possibly_same(actor: Actor, report: Report, limit: int = 3) -> list[PossiblySame]:
    """What the worker is shown beside a case: what of the actor's scope may be the same matter."""
    actor.seat_for(permits.READ)
    likely = likely_repeats(report, limit=limit, among=Case.objects.within(actor.scope))
    mine = mask(words_of_report(report))
    return [
        PossiblySame(
            case=one.case,
            day=clock.local(one.case.received_at).date(),
            words=one.words,
            in_common=tuple(
                words_in_common(mine, mask(words_of_report(one.report))) if one.report else ()
            ),
        )
        for one in likely
        if one.score >= SOMEWHAT_LIKE
    ]
