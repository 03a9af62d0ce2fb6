"""Fold cases into themes: what keeps coming back, found anew every hour and never reshuffled.

A case joins the theme that it is most like; what is left over forms new themes where at least
three tell of the same matter at the same place. A theme keeps its title for as long as words of
its members stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from huiban.kernel.base import clock
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import districts

from .. import stages
from ..models import Report, Theme, ThemeMember
from ..queries.owners import units

if TYPE_CHECKING:
    from ..learning.themes import Found, Joined, Told

EVERY = timedelta(hours=1)
# Which cases are looked at, and for how long after its last one a theme still takes any.
WINDOW = timedelta(days=90)
MEMORY = timedelta(days=180)
# The newest so many that wait, and so many more that only tell how common words are.
MOST_WAITING, MOST_AMONG = 8_000, 4_000
MEMBERS_AT_ONCE = 300
NOT_COUNTED = (stages.JOINED, stages.WITHDRAWN)
COLUMNS = (
    *("case_id", "title", "text", "place_words", "told_at", "received_at"),
    *(
        "device_hash",
        "case__category",
        "case__community_id",
        "case__estate_id",
        "case__joiner_count",
    ),
)

_last_run: datetime | None = None


@dataclass(frozen=True)
class _Case:
    """A case as it is folded."""

    case_id: UUID
    told: Told
    at: datetime
    category: str


def fold_if_due() -> int:
    """Fold once an hour; how many cases came to a theme, 0 where it isn't time."""
    global _last_run
    now = clock.now()
    # A demonstration's clock may have been set back.
    if _last_run is not None and timedelta() <= now - _last_run < EVERY:
        return 0
    folded = fold_themes(now)
    _last_run = now
    return folded


def fold_themes(now: datetime) -> int:
    """Bring each district's themes up to date; how many cases came to one.

    Harmless to repeat, and when two do it at once: a case is in one theme at the most, and a theme
    that another worker founded meanwhile isn't founded again.
    """
    return sum(_fold(district, now) for district in districts())


def _fold(district: Unit, now: datetime) -> int:
    _forget_erased(district)
    waiting = _cases(district, now - WINDOW, Q(case__theme_member=None), MOST_WAITING)
    if not waiting:
        return 0
    # The segmenter and the matrices take memory: only a worker that has something to fold needs it.
    from ..learning.clustering_space import Vector
    from ..learning.themes import assign

    among = _cases(district, now - WINDOW, Q(case__theme_member__isnull=False), MOST_AMONG)
    themes = list(Theme.objects.filter(district=district, last_at__gte=now - MEMORY).order_by("pk"))
    known = [(Vector.read(theme.centre), theme.size) for theme in themes]
    folded = assign(known, [case.told for case in waiting], [case.told for case in among])
    count = 0
    for number, centre in folded.centres.items():
        joined = [join for join in folded.joined if join.theme == number]
        count += _join(themes[number].pk, joined, waiting, centre.plain())
    return count + sum(_found(district, theme, waiting, now) for theme in folded.found)


def _cases(district: Unit, since: datetime, which: Q, most: int) -> list[_Case]:
    """The newest cases since then whose words stand, those that joined another one apart."""
    recent = Q(case__district=district, case__pk__gte=_key(since)) & which
    return _read(recent & ~Q(case__stage__in=NOT_COUNTED), most)


def _read(which: Q, most: int) -> list[_Case]:
    """The newest of these cases, by what was first told of each."""
    from ..learning.themes import Told

    reports = Report.objects.filter(which, opened_case=None, erased_at=None)
    rows = reports.order_by("-case_id").values_list(*COLUMNS)[:most]
    cases = []
    for case_id, title, text, place, told_at, received, device, *of_case in rows:
        category, community, estate, joiners = of_case
        at = told_at or received
        where = " ".join(_names((estate, community))) or place
        told = Told(title, text, clock.local(at).date(), where, category, joiners, device)
        cases.append(_Case(case_id, told, at, category))
    return cases


def _key(moment: datetime) -> UUID:
    """The least key that a row made then may have: keys begin with the time in milliseconds."""
    milliseconds = int(moment.astimezone(UTC).timestamp() * 1000)
    return UUID(int=max(0, milliseconds) << 80)


def _names(unit_ids: Iterable[UUID | None]) -> list[str]:
    return [units()[key].name.replace(" ", "") for key in unit_ids if key is not None]


def _join(
    theme_id: UUID,
    joined: Sequence[Joined],
    waiting: Sequence[_Case],
    centre: dict[str, dict[str, float]],
) -> int:
    """Let cases come to a theme, a bounded number a transaction."""
    count = 0
    for start in range(0, len(joined), MEMBERS_AT_ONCE):
        part = joined[start : start + MEMBERS_AT_ONCE]
        scores = {waiting[join.report].case_id: join.score for join in part}
        cases = [waiting[join.report] for join in part]
        with transaction.atomic():
            theme = Theme.objects.select_for_update().filter(pk=theme_id).first()
            if theme is None:
                return count
            count += _add(theme, cases, scores)
            theme.centre = centre
            theme.save(update_fields=["centre", "size", "first_at", "last_at"])
    return count


def _found(district: Unit, found: Found, waiting: Sequence[_Case], now: datetime) -> int:
    """Found a theme, unless so many of its cases came to another one meanwhile that few are left."""
    from ..learning.themes import LEAST

    scores = {
        waiting[member].case_id: score
        for member, score in zip(found.members, found.scores, strict=True)
    }
    cases = [waiting[member] for member in found.members]
    with transaction.atomic():
        # Whoever founds themes in this district waits here for whoever does so too.
        Unit.objects.select_for_update().get(pk=district.pk)
        free = _free(cases)
        if len(free) < LEAST:
            return 0
        theme = Theme(
            district=district,
            title=found.title,
            place_words=found.place,
            people_words="、".join(found.people),
            category=Counter(case.category for case in free).most_common(1)[0][0],
            centre=found.centre.plain(),
            first_at=free[0].at,
            last_at=free[0].at,
            found_at=now,
        )
        theme.save()
        count = _add(theme, free, scores)
        theme.save(update_fields=["size", "first_at", "last_at"])
    return count


def _free(cases: Sequence[_Case]) -> list[_Case]:
    taken = set(
        ThemeMember.objects.filter(pk__in=[case.case_id for case in cases]).values_list(
            "pk", flat=True
        )
    )
    return [case for case in cases if case.case_id not in taken]


def _add(theme: Theme, cases: Sequence[_Case], scores: dict[UUID, float]) -> int:
    """Add the cases that are in no theme yet to a locked one, and tell it so; not saved."""
    free = _free(cases)
    ThemeMember.objects.bulk_create(
        [
            ThemeMember(case_id=case.case_id, theme=theme, score=scores[case.case_id])
            for case in free
        ],
        # Another theme may take a case between the look and this.
        ignore_conflicts=True,
    )
    moments = [case.at for case in free]
    theme.size = ThemeMember.objects.filter(theme=theme).count()
    theme.first_at = min([theme.first_at, *moments])
    theme.last_at = max([theme.last_at, *moments])
    return len(free)


def _forget_erased(district: Unit) -> None:
    """Let cases whose words were cleared leave their themes, and take their words out of those."""
    gone = ThemeMember.objects.filter(
        theme__district=district,
        case__reports__opened_case=None,
        case__reports__erased_at__isnull=False,
    )
    for theme_id in list(gone.values_list("theme_id", flat=True).distinct()[:MEMBERS_AT_ONCE]):
        with transaction.atomic():
            theme = Theme.objects.select_for_update().filter(pk=theme_id).first()
            if theme is not None:
                members = list(gone.filter(theme=theme).values_list("pk", flat=True))
                ThemeMember.objects.filter(pk__in=members).delete()
                _tell_anew(theme)


def _tell_anew(theme: Theme) -> None:
    """Give a theme title and centre from the members that are left; end it where hardly any are."""
    from ..learning.themes import LEAST, describe_alone

    left = _read(Q(case__theme_member__theme=theme), MEMBERS_AT_ONCE)
    if len(left) < LEAST:
        theme.delete()
        return
    found = describe_alone([case.told for case in left])
    theme.title, theme.place_words = found.title, found.place
    theme.people_words = "、".join(found.people)
    theme.centre = found.centre.plain()
    theme.size = ThemeMember.objects.filter(theme=theme).count()
    theme.save(update_fields=["title", "place_words", "people_words", "centre", "size"])
