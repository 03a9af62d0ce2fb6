"""What a month's snapshot holds: compared months, a month without data, places without homes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.pump import drain
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.analysis.actions.publishing import follow_log
from huiban.modules.analysis.handbook.canonical import Section, written
from huiban.modules.analysis.handbook.drafting import drafted
from huiban.modules.analysis.handbook.gather_matters import named_groups
from huiban.modules.analysis.handbook.gather_numbers import within
from huiban.modules.analysis.handbook.gathering import gather
from huiban.modules.analysis.handbook.reading import months_with_cases
from huiban.modules.analysis.handbook.span import span_of
from huiban.modules.analysis.models import Count
from huiban.modules.analysis.moment import one_moment
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.supervision.tests.desk_of_supervision import finding
from huiban.modules.voice import actions, queries
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db
APRIL, MAY, JUNE = Month(2026, 4), Month(2026, 5), Month(2026, 6)


def line_of(snapshot: Section, measure: str) -> Section:
    found: Section = next(
        line for line in snapshot["numbers"]["lines"] if line["measure"] == measure
    )
    return found


def at(clock: Traveller, month: int, day: int) -> None:
    clock.to(datetime(2026, month, day, 9, 30, tzinfo=SHANGHAI))


def handled(cast: Cast, tell: Tell, text: str = "电梯停运") -> UUID:
    """A case that housing answered and the resident rated."""
    told = tell(text)
    actions.accept(cast["worker"], told.case_id)
    actions.dispatch(cast["worker"], told.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], told.case_id)
    actions.answer(cast["housing_officer"], told.case_id, "已修好，恢复运行。")
    actions.rate(queries.report_by_receipt(told.receipt), "solved", "satisfied")
    return told.case_id


def test_a_month_is_held_against_the_one_before_once_both_are_whole(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    at(clock, 4, 2)
    tell()
    at(clock, 5, 8)
    for _ in range(3):
        tell()
    at(clock, 6, 1)
    follow_log()
    snapshot = gather(cast.units["district"], MAY)
    received = line_of(snapshot, "voice.received")
    assert received["value"] == 3
    (against,) = received["compared"]
    assert (against["kind"], against["base"], against["difference"]) == ("month_on_month", 1, 2)
    assert (against["base_first"], against["base_last"]) == ("2026-04-01", "2026-04-30")
    assert any("2025年5月" in said for said in received["missing"])
    assert snapshot["is_over"]
    assert months_with_cases(cast.units["district"]) == [APRIL, MAY]


def test_a_running_month_is_held_against_the_same_days(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    for day in (2, 20):
        at(clock, 4, day)
        tell()
    at(clock, 5, 8)
    tell()
    follow_log()
    snapshot = gather(cast.units["district"], MAY)
    assert not snapshot["is_over"]
    assert snapshot["period"]["last"] == "2026-05-08"
    (against,) = line_of(snapshot, "voice.received")["compared"]
    assert (against["base"], against["base_last"]) == (1, "2026-04-08")
    assert not snapshot["signs"]["enough"]
    with pytest.raises(Refusal, match="还没有开始"):
        gather(cast.units["district"], JUNE)


def test_a_month_that_began_late_is_no_base(cast: Cast, tell: Tell, clock: Traveller) -> None:
    at(clock, 4, 20)
    tell()
    at(clock, 5, 8)
    tell()
    at(clock, 6, 1)
    follow_log()
    snapshot = gather(cast.units["community"], MAY)
    assert line_of(snapshot, "voice.received")["compared"] == []
    assert snapshot["cut_off"]["known_from"] == "2026年5月"


@pytest.mark.parametrize("unit", ["district", "street", "community", "housing"])
def test_a_month_without_data_says_so(cast: Cast, unit: str) -> None:
    snapshot = gather(cast.units[unit], APRIL)
    assert snapshot["is_empty"]
    assert snapshot["cut_off"] == {"position": 0, "moment": "", "known_from": ""}
    texts = drafted(snapshot)
    assert len(texts["summary"]) == 1
    assert "没有可以分析的数据" in texts["summary"][0]
    assert texts["suggestions"] == []


def test_one_report_only(cast: Cast, tell: Tell, clock: Traveller) -> None:
    handled(cast, tell)
    at(clock, 6, 3)
    follow_log()
    snapshot = gather(cast.units["district"], MAY)
    assert line_of(snapshot, "voice.received")["value"] == 1
    assert [one["value"] for one in snapshot["matters"]["fields"]] == [1]
    assert snapshot["handling"][0]["cases"] == 1
    assert snapshot["groups"]["lines"] == []
    assert snapshot["groups"]["not_stated"]["value"] == 1


def test_places_without_homes_are_counted_and_not_judged(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    tell()
    at(clock, 6, 1)
    follow_log()
    units = gather(cast.units["district"], MAY)["places"]["units"]
    assert [(one["received"], one["per_thousand"], one["heat"]) for one in units] == [
        (1, "", ""),
        (0, "", ""),
    ]


def test_places_with_homes_are_held_against_them_and_few_homes_hidden(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    for name, homes in (("community", 400), ("neighbour", 12)):
        cast.units[name].households = homes
        cast.units[name].save()
    forget_copy()
    for _ in range(6):
        tell()
    tell(place="old_house")
    at(clock, 6, 1)
    follow_log()
    snapshot = gather(cast.units["street"], MAY)
    units = {one["name"]: one for one in snapshot["places"]["units"]}
    # One place alone would be known from the street's own count.
    assert units["和睦社区"]["received"] is None
    assert units["幸福里社区"]["received"] is None
    assert snapshot["places"]["elsewhere"] is None
    district = gather(cast.units["district"], MAY)["places"]["units"][0]
    assert (district["received"], district["households"]) == (7, 412)


def test_a_department_is_told_what_it_handled(cast: Cast, tell: Tell, clock: Traveller) -> None:
    handled(cast, tell)
    at(clock, 6, 3)
    follow_log()
    snapshot = gather(cast.units["housing"], MAY)
    assert snapshot["is_handler"]
    assert line_of(snapshot, "voice.due")["value"] == 1
    assert snapshot["groups"] is None
    assert snapshot["places"]["units"] == []
    district = gather(cast.units["district"], MAY)
    assert [one["name"] for one in district["departments"]] == ["区住建局"]
    with pytest.raises(Refusal, match="没有单独的手册"):
        gather(cast.units["estate"], MAY)


def test_findings_of_the_month_are_told_by_rule(cast: Cast, tell: Tell, clock: Traveller) -> None:
    case = tell("电梯停运").case_id
    actions.dispatch(cast["worker"], case, cast.units["housing"].id)
    actions.ask_return(cast["housing_officer"], case, "还在保修期内")
    actions.decide_return(cast["worker"], case, consent=True)
    drain()
    at(clock, 6, 1)
    follow_log()
    told = gather(cast.units["district"], MAY)["supervision"]
    assert told["totals"][0] == {"measure": "supervision.found", "label": "监督发现", "value": 1}
    assert [one["rule"] for one in told["rules"]] == ["bounced"]
    # A row that no event tells of isn't counted: what is printed comes from the log.
    finding(cast)
    assert gather(cast.units["district"], MAY)["supervision"] == told


def test_february_is_held_against_both_months_and_the_festival(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    for year, months in ((2025, (1, 2)), (2026, (1, 2))):
        for month in months:
            clock.to(datetime(year, month, 3, 9, 30, tzinfo=SHANGHAI))
            tell()
    # 春节 was on 29 January 2025 and is on 17 February 2026: fifteen days later it is March.
    clock.to(datetime(2026, 2, 15, 9, 30, tzinfo=SHANGHAI))
    tell()
    clock.to(datetime(2026, 2, 20, 9, 30, tzinfo=SHANGHAI))
    follow_log()
    running = gather(cast.units["district"], Month(2026, 2))
    (said,) = running["numbers"]["january_february"]
    assert (said["value"], said["base"]) == (3, 2)
    clock.to(datetime(2026, 4, 1, 9, 30, tzinfo=SHANGHAI))
    whole = gather(cast.units["district"], Month(2026, 2))
    kinds = {one["kind"]: one for one in line_of(whole, "voice.received")["compared"]}
    assert (kinds["january_february"]["value"], kinds["january_february"]["base"]) == (3, 2)
    assert "春节今年在2月17日" in kinds["year_on_year"]["caution"]
    assert whole["numbers"]["festival"] == []
    (around,) = gather(cast.units["district"], Month(2026, 3))["numbers"]["festival"]
    assert (around["value"], around["base"]) == (1, 1)
    assert any("春节" in sentence for sentence in drafted(whole)["summary"])


def test_the_same_log_gives_the_same_snapshot(cast: Cast, tell: Tell, clock: Traveller) -> None:
    handled(cast, tell)
    at(clock, 6, 3)
    drain()
    follow_log()
    first = written(gather(cast.units["district"], MAY))
    at(clock, 6, 20)
    assert written(gather(cast.units["district"], MAY)) == first


@pytest.mark.django_db(transaction=True)
def test_reading_holds_up_no_writer(cast: Cast, tell: Tell) -> None:
    tell()
    follow_log()
    with one_moment():
        assert Count.objects.exists()
    tell()


def test_months_as_they_are_compared() -> None:
    span = span_of(Month(2024, 3), date(2024, 3, 30), date(2023, 2, 7))
    assert (span.previous.last, span.last_year.last) == (date(2024, 2, 29), date(2023, 3, 30))
    assert span.known_from == Month(2023, 2)
    assert span_of(MAY, date(2026, 5, 31), None).is_over is False
    assert span_of(MAY, date(2026, 6, 1), None).knows(MAY) is False


def test_the_middle_of_a_spread() -> None:
    assert within([(1, 1), (4, 1), (48, 2)], 50) == 4
    assert within([(1, 1), (4, 1), (48, 2)], 90) == 48
    assert within([(1, 0)], 50) is None


def test_a_group_whose_absence_would_name_it_takes_another_with_it() -> None:
    known = {"a", "b", "c", "d"}
    assert named_groups({"a": 9, "b": 3}, known, 5) == ["a"]
    assert named_groups({"a": 9, "b": 7, "c": 6, "d": 2}, known, 5) == ["a", "b"]
    assert named_groups({"a": 9, "b": 7, "c": 6, "d": 5}, known, 5) == ["a", "b", "c", "d"]
    assert named_groups({}, known, 5) == []
