"""Where a report without a tag is: read in its words, confirmed by its resident or by a worker."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.base.tables import read_table
from huiban.kernel.events.models import Event
from huiban.kernel.places.models import Kind, Place
from huiban.modules.voice import actions, queries
from huiban.modules.voice.actions.reading import read_case
from huiban.modules.voice.contracts import Reported, Told
from huiban.modules.voice.importing import Wanted, import_reports
from huiban.modules.voice.models import Case, Report
from tests.cast import Cast, Tell

WORDS = "幸福里小区三栋二楼的灯坏了"


class TellAnywhere:
    """Sends reports from the form that no tag opened."""

    def __init__(self) -> None:
        self._sent = 0

    def __call__(self, text: str = WORDS, place_words: str = "") -> Reported:
        self._sent += 1
        key = f"a-key-without-a-tag-{self._sent}"
        told = Told(key=key, text=text, place_words=place_words, channel="web")
        return actions.report(told, queries.where_without_tag())


@pytest.fixture
def tell_anywhere(cast: Cast) -> TellAnywhere:
    return TellAnywhere()


def case_of(reported: Reported) -> Case:
    return Case.objects.everywhere("a test looks at it").get(pk=reported.case_id)


def report_of(reported: Reported) -> Report:
    return Report.objects.select_related("case__place", "opened_case").get(pk=reported.report_id)


def located_events(reported: Reported) -> list[Event]:
    return list(Event.objects.filter(subject_id=reported.case_id, kind="voice.case_located"))


# ---- read


def test_the_words_are_read_for_a_report_without_a_tag(
    cast: Cast, tell_anywhere: TellAnywhere
) -> None:
    reading = read_case(tell_anywhere().case_id)
    assert reading is not None
    assert reading.places == [[str(cast.places["building_3"].id), "幸福里小区三栋二楼"]]


def test_the_words_of_where_are_read_too(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reading = read_case(tell_anywhere("没有水", "老街坊小区5号楼").case_id)
    assert reading is not None
    assert reading.places == [[str(cast.places["old_house"].id), "老街坊小区5号楼"]]


def test_a_scanned_place_needs_no_reading(tell: Tell) -> None:
    reading = read_case(tell("老街坊小区5号楼的灯坏了").case_id)
    assert reading is not None
    assert reading.places == []


@pytest.mark.parametrize("text", ["灯", "🏠🏠", "a" * 3999, "３楼没水\x00", "幸福里社区的电话"])
def test_whatever_is_told_is_read(tell_anywhere: TellAnywhere, text: str) -> None:
    reading = read_case(tell_anywhere(text).case_id)
    assert reading is not None
    assert reading.places == []


def test_an_imported_row_waits_at_the_district_s_desk_with_its_place_offered(
    cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(f"body,place\n{WORDS},\n没有水,老街坊五号楼旁边\n", encoding="utf-8")
    import_reports(lambda: read_table(path), Wanted())
    cases = list(Case.objects.everywhere("a test looks at them").order_by("id"))
    assert {case.front_desk_id for case in cases} == {cast.units["district"].id}
    assert [case.community_id for case in cases] == [None, None]
    read = [read_case(case.id) for case in cases]
    offered = [reading.places[0][0] for reading in read if reading is not None]
    assert offered == [str(cast.places[name].id) for name in ("building_3", "old_house")]


# ---- a worker says where


def test_a_worker_s_tap_fills_in_what_was_unknown(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reported = tell_anywhere()
    place = cast.places["building_3"]
    actions.locate(cast["district_officer"], reported.case_id, place.id)
    case = case_of(reported)
    path = (case.street_id, case.community_id, case.estate_id)
    assert path == tuple(cast.units[name].id for name in ("street", "community", "estate"))
    assert (case.place_id, case.building_id) == (place.id, place.id)
    assert case.front_desk_id == cast.units["district"].id
    (event,) = located_events(reported)
    assert event.payload == {
        "place": str(place.id),
        "before": "",
        "street": str(cast.units["street"].id),
        "community": str(cast.units["community"].id),
        "estate": str(cast.units["estate"].id),
        "building": str(place.id),
    }


def test_the_community_sees_the_case_from_then_on(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reported = tell_anywhere()
    with pytest.raises(Unseen):
        queries.case_page(cast["worker"], reported.reference)
    actions.locate(cast["district_officer"], reported.case_id, cast.places["building_3"].id)
    page = queries.case_page(cast["worker"], reported.reference)
    assert page.case.place == cast.places["building_3"]
    assert "确认了地点" in [step.title for step in page.timeline]


def test_the_same_tap_twice_is_one(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reported = tell_anywhere()
    for _ in range(2):
        actions.locate(cast["district_officer"], reported.case_id, cast.places["building_3"].id)
    assert len(located_events(reported)) == 1


def test_an_estate_may_be_told_more_exactly_and_not_replaced(
    cast: Cast, tell_anywhere: TellAnywhere
) -> None:
    reported = tell_anywhere()
    officer = cast["district_officer"]
    whole = cast.places["building_3"].parent
    assert whole is not None
    actions.locate(officer, reported.case_id, whole.id)
    assert case_of(reported).building_id is None
    actions.locate(officer, reported.case_id, cast.places["building_3"].id)
    assert case_of(reported).building_id == cast.places["building_3"].id
    with pytest.raises(Refusal, match="已是“幸福里小区3号楼”"):
        actions.locate(officer, reported.case_id, cast.places["building_5"].id)
    assert [event.payload["before"] for event in located_events(reported)] == ["", str(whole.id)]


def imported_for(cast: Cast, unit: str, tmp_path: Path) -> Case:
    """A case that an import put before a unit, without a place."""
    path = tmp_path / "tickets.csv"
    path.write_text(f"body\n{WORDS}\n", encoding="utf-8")
    import_reports(lambda: read_table(path), Wanted(unit=cast.units[unit]))
    return Case.objects.everywhere("a test looks at it").get()


def test_a_place_elsewhere_is_refused_with_the_way_to_go(cast: Cast, tmp_path: Path) -> None:
    case = imported_for(cast, "community", tmp_path)
    with pytest.raises(Refusal, match=r"在和睦社区，这件事登记在幸福里社区.*派给或转给"):
        actions.locate(cast["worker"], case.id, cast.places["old_house"].id)
    actions.locate(cast["worker"], case.id, cast.places["building_3"].id)
    located = Case.objects.everywhere("a test looks at it").get()
    assert located.estate_id == cast.units["estate"].id


def test_only_who_has_the_case_says_where_it_is(cast: Cast, tmp_path: Path) -> None:
    case = imported_for(cast, "community", tmp_path)
    place = cast.places["building_3"].id
    with pytest.raises(Unseen):
        actions.locate(cast["neighbour_worker"], case.id, place)
    with pytest.raises(NotPermitted):
        actions.locate(cast["street_officer"], case.id, place)


def test_a_place_that_there_isn_t_is_refused(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reported = tell_anywhere()
    officer = cast["district_officer"]
    with pytest.raises(Refusal, match="没有这个地点"):
        actions.locate(officer, reported.case_id, UUID(int=1))
    nowhere = Place.objects.create(code="P-lost", kind=Kind.SPOT, name="亭子", full_name="亭子")
    with pytest.raises(Refusal, match="没有这个地点"):
        actions.locate(officer, reported.case_id, nowhere.id)
    with pytest.raises(Refusal, match="请从列出的地点里选"):
        actions.perform(officer, "locate", reported.case_id, {"place": "none"})
    done = actions.perform(
        officer, "locate", reported.case_id, {"place": str(cast.places["building_3"].id)}
    )
    assert done.message == "地点已记为幸福里小区3号楼。"


# ---- the resident says where


def test_a_resident_confirms_what_was_offered(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reported = tell_anywhere()
    (offered,) = queries.places_offered(report_of(reported))
    assert (offered.name, offered.words) == ("幸福里小区3号楼", "幸福里小区三栋二楼")
    for _ in range(2):
        actions.confirm_place(report_of(reported), offered.place_id)
    case = case_of(reported)
    assert case.building_id == offered.place_id
    assert case.community_id == cast.units["community"].id
    (event,) = located_events(reported)
    assert event.actor == "resident"
    assert queries.places_offered(report_of(reported)) == []


def test_a_resident_chooses_among_what_was_offered_only(
    cast: Cast, tell_anywhere: TellAnywhere
) -> None:
    reported = tell_anywhere()
    with pytest.raises(Refusal, match="请从列出的地点里选"):
        actions.confirm_place(report_of(reported), cast.places["old_house"].id)
    assert case_of(reported).place_id is None


def test_once_it_is_taken_up_the_worker_says_where(cast: Cast, tell_anywhere: TellAnywhere) -> None:
    reported = tell_anywhere()
    actions.accept(cast["district_officer"], reported.case_id)
    assert queries.places_offered(report_of(reported)) == []
    with pytest.raises(ImproperMove, match="已经有人在办"):
        actions.confirm_place(report_of(reported), cast.places["building_3"].id)
