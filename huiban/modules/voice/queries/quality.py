"""How good the suggested categories are: by month, by category, and the ones that were wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.base import clock
from huiban.kernel.base.text import excerpt, mask
from huiban.kernel.vocab.queries import word_name

from ..learning.categories.tries import Try, read_tries
from ..models import Case, Reading, Report
from ..suggesting import models_folder
from .owners import CATEGORIES

MONTHS = 12
MOST_WRONG = 20
MOST_TRIES = 10
EXCERPT = 60


@dataclass(frozen=True)
class Share:
    """Of so many decided suggestions how many were right, at once or among the first two."""

    label: str
    decided: int
    right: int
    among_two: int

    @property
    def percent(self) -> int | None:
        """The share that was right at once, in whole percent; None where nothing was decided."""
        return round(100 * self.right / self.decided) if self.decided else None

    @property
    def percent_of_two(self) -> int | None:
        """The share where the right one was among the first two."""
        return round(100 * self.among_two / self.decided) if self.decided else None


@dataclass(frozen=True)
class Wrong:
    """A suggestion that a worker changed."""

    reference: str
    words: str
    suggested: str
    chosen: str
    day: date


@dataclass(frozen=True)
class QualityPage:
    """All that the page shows: of the district's last twelve months."""

    whole: Share
    sure: Share
    by_month: list[Share]
    by_category: list[Share]
    wrong: list[Wrong]
    tries: list[Try]
    version: str


@dataclass(frozen=True)
class _Decided:
    """One reading that a person decided."""

    case_id: UUID
    first: str
    second: str
    sure: bool
    chosen: str
    at: datetime
    model: str

    @property
    def right(self) -> bool:
        return self.first == self.chosen

    @property
    def among_two(self) -> bool:
        return self.chosen in (self.first, self.second)


def quality(actor: Actor) -> QualityPage:
    """The page, for those who administer. Raises NotPermitted."""
    actor.seat_for(ADMINISTER)
    decided = _decided(actor)
    return QualityPage(
        whole=_share("全部", decided),
        sure=_share("说“很像”的", [one for one in decided if one.sure]),
        by_month=_by_month(decided),
        by_category=_by_category(decided),
        wrong=_wrong(decided),
        tries=read_tries(models_folder(), most=MOST_TRIES),
        version=decided[0].model if decided else "",
    )


def _decided(actor: Actor) -> list[_Decided]:
    """The decided readings of cases in scope with a suggestion, the newest first."""
    since = clock.now() - timedelta(days=31 * MONTHS)
    seen = Case.objects.within(actor.scope).values("pk")
    rows = (
        Reading.objects.filter(decided_at__gte=since, case_id__in=seen)
        .order_by("-decided_at")
        .values_list("case_id", "choices", "sure", "chosen", "decided_at", "model")
    )
    return [
        _Decided(
            case_id, choices[0][0], choices[1][0] if choices[1:] else "", sure, chosen, at, model
        )
        for case_id, choices, sure, chosen, at, model in rows
        if choices and at is not None
    ]


def _share(label: str, decided: list[_Decided]) -> Share:
    return Share(
        label,
        len(decided),
        sum(one.right for one in decided),
        sum(one.among_two for one in decided),
    )


def _by_month(decided: list[_Decided]) -> list[Share]:
    months: dict[str, list[_Decided]] = {}
    for one in decided:
        months.setdefault(f"{clock.local(one.at):%Y年%m月}", []).append(one)
    return [_share(month, ones) for month, ones in list(months.items())[:MONTHS]]


def _by_category(decided: list[_Decided]) -> list[Share]:
    """By the category that a person chose, the most frequent first."""
    counted = Counter(one.chosen for one in decided)
    return [
        _share(word_name(CATEGORIES, code), [one for one in decided if one.chosen == code])
        for code, _ in counted.most_common()
    ]


def _wrong(decided: list[_Decided]) -> list[Wrong]:
    changed = [one for one in decided if not one.right][:MOST_WRONG]
    keys = [one.case_id for one in changed]
    told = {
        report.case_id: report
        for report in Report.objects.filter(case_id__in=keys, opened_case=None)
    }
    cases = Case.objects.everywhere("the actor's scope named these").in_bulk(keys)
    return [
        Wrong(
            reference=cases[one.case_id].reference,
            words=_words(told.get(one.case_id)),
            suggested=word_name(CATEGORIES, one.first),
            chosen=word_name(CATEGORIES, one.chosen),
            day=clock.local(one.at).date(),
        )
        for one in changed
    ]


def _words(report: Report | None) -> str:
    if report is None or report.erased_at:
        return "（内容已清除）"
    return excerpt(mask(report.title or report.text), EXCERPT) or "（只有照片）"
