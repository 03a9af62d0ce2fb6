"""What is too small to be told of by itself is told of nowhere; what isn't listed is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.territory.models import Unit
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.analysis.actions.publishing import follow_log
from huiban.modules.analysis.handbook import gather_places, gather_supervision, gather_themes
from huiban.modules.analysis.handbook.canonical import Section
from huiban.modules.analysis.handbook.drafting import drafted
from huiban.modules.analysis.handbook.gathering import gather
from huiban.modules.analysis.handbook.paper import handbook_paper
from huiban.modules.analysis.handbook.paper_parts import HIDDEN_NOTE
from huiban.modules.analysis.handbook.tests.test_paper import said_in
from huiban.modules.analysis.reckoning.hotspots import HeatRules, HotPlace
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.test_publishing import at
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from huiban.modules.voice.models import Case, Theme, ThemeMember
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db
MAY = Month(2026, 5)


def homes(cast: Cast, **numbers: int) -> None:
    for name, number in numbers.items():
        cast.units[name].households = number
        cast.units[name].save()
    forget_copy()


def theme(cast: Cast, title: str, cases: list[UUID]) -> Theme:
    """A theme of these cases, as if it had been found."""
    rows = Case.objects.everywhere("a test folds them").filter(pk__in=cases)
    moment = rows[0].received_at
    made = Theme.objects.create(
        district=cast.units["district"],
        title=title,
        category="elevator",
        size=len(cases),
        first_at=moment,
        last_at=moment,
        found_at=moment,
    )
    for case in cases:
        ThemeMember.objects.create(case_id=case, theme=made, score=1.0)
    return made


def gathered(cast: Cast, clock: Traveller, unit: str) -> Section:
    at(clock, 6, 3)
    follow_log()
    return gather(cast.units[unit], MAY)


def paper_of(snapshot: Section) -> str:
    return said_in(handbook_paper(snapshot, drafted(snapshot)))


def test_few_homes_are_hidden_in_the_grid_and_beside_the_rates(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    homes(cast, community=400, neighbour=12)
    for _ in range(6):
        tell()
    tell(place="old_house")
    told = gathered(cast, clock, "street")
    places = told["places"]
    assert [line["hidden"] for line in places["units"]] == [True, True]
    assert places["grid"] is None
    assert {rate["whole"] for line in places["units"] for rate in line["rates"]} == {None}
    assert "6件" not in paper_of(told)


def test_a_community_with_homes_stands_in_the_grid_beside_a_hidden_one(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes(cast, community=400, neighbour=900)
    for place in ("building_3", "building_3", "old_house"):
        tell(place=place)
    judged = gather_places.judged

    def hiding(counts: Mapping[Unit, int], rules: HeatRules) -> dict[str, HotPlace]:
        found = judged(counts, rules)
        code = cast.units["neighbour"].code
        return found | {code: replace(found[code], heat="hidden", count=None, rate=None)}

    monkeypatch.setattr(gather_places, "judged", hiding)
    told = gathered(cast, clock, "street")
    rows = {row["name"]: row for row in told["places"]["grid"]["rows"]}
    assert rows["幸福里社区"]["counts"] == [2]
    assert rows["和睦社区"] == {"name": "和睦社区", "counts": [None], "per_thousand": [""]}
    said = paper_of(told)
    assert "'和睦社区', '＊'" in said
    assert said.count(HIDDEN_NOTE) == 3


@pytest.mark.parametrize(("cases", "place"), [(4, "幸福里社区"), (5, "幸福里小区")])
def test_a_theme_names_an_estate_only_where_there_are_enough(
    cast: Cast, tell: Tell, clock: Traveller, cases: int, place: str
) -> None:
    theme(cast, "电梯反复停运", [tell().case_id for _ in range(cases)])
    (told,) = gathered(cast, clock, "district")["themes"]
    assert (told["value"], told["place"]) == (cases, place)


def test_a_theme_names_no_community_with_few_homes(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    homes(cast, community=400, neighbour=12)
    theme(cast, "电梯反复停运", [tell(place="old_house").case_id for _ in range(5)])
    (told,) = gathered(cast, clock, "district")["themes"]
    assert told["place"] == "幸福街道"


def test_themes_that_are_not_listed_are_counted(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_themes, "SHOWN", 2)
    for number in (2, 3, 4):
        theme(cast, f"电梯停了{number}次", [tell().case_id for _ in range(number)])
    told = gathered(cast, clock, "district")
    assert [one["value"] for one in told["themes"]] == [4, 3]
    assert told["themes_count"] == 3
    assert any(line.startswith("反复出现的问题有3个") for line in drafted(told)["summary"])
    assert "只列件数最多的2个，另有1个从略。" in paper_of(told)
    del told["themes_count"]
    assert any(line.startswith("反复出现的问题有2个") for line in drafted(told)["summary"])
    assert "从略" not in paper_of(told)


def test_a_units_themes_are_its_own_however_large_those_of_others(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_themes, "MOST_THEMES", 1)
    theme(cast, "电梯反复停运", [tell().case_id for _ in range(3)])
    theme(cast, "楼道灯坏了", [tell(place="old_house").case_id for _ in range(2)])
    (told,) = gathered(cast, clock, "neighbour")["themes"]
    assert told["title"] == "楼道灯坏了"


def test_of_many_letters_the_last_are_listed_and_all_counted(
    cast: Cast, tell: Tell, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_supervision, "LETTERS_SHOWN", 2)
    supervise(cast)
    for number in (1, 2, 3):
        letter = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], f"a-draft-{number}")
        issue_letter(cast["supervisor"], letter.pk, letter.revision)
        clock.ahead(minutes=5)
    told = gathered(cast, clock, "district")
    supervised = told["supervision"]
    assert supervised["letters_count"] == 3
    numbers = [one["number"] for one in supervised["letters"]]
    assert ["2号" in numbers[0], "3号" in numbers[1]] == [True, True]
    assert "只列最近发出的2件，另有1件从略。" in paper_of(told)
    del supervised["letters_count"]
    assert "从略" not in paper_of(told)
