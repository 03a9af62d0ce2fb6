"""Further names of places: added, changed, ended, imported, and seen at once by whoever looks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, read_table
from huiban.kernel.events.models import Event
from huiban.kernel.places.actions import NewPlace, add_place, change_place, move_place
from huiban.kernel.places.gazetteer import places_named_in
from huiban.kernel.places.models import Kind, NameKind, Place, PlaceName
from huiban.kernel.places.names_import import import_names
from huiban.kernel.places.naming import name_place
from huiban.kernel.places.template import write_names_template
from huiban.kernel.territory.actions import NewUnit, add_unit, merge_units
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.outcome import Fate

pytestmark = [pytest.mark.django_db]


class District:
    """Two communities with an estate each, and one building."""

    def __init__(self, code: str = "D") -> None:
        self.unit = add_unit("system", NewUnit(code, "安和区", Level.DISTRICT, None))
        street = add_unit("system", NewUnit(f"{code}S", "幸福街道", Level.STREET, self.unit))
        self.communities: list[Unit] = []
        self.estates: list[Place] = []
        for number, name in enumerate(("幸福里", "和睦")):
            community = NewUnit(f"{code}C{number}", f"{name}社区", Level.COMMUNITY, street)
            self.communities.append(add_unit("system", community))
            estate = NewUnit(f"{code}E{number}", f"{name}小区", Level.ESTATE, self.communities[-1])
            unit = add_unit("system", estate)
            place = NewPlace(f"P{code}{number}", Kind.ESTATE, f"{name}小区", unit=unit)
            self.estates.append(add_place("system", place))
        self.building = add_place(
            "system", NewPlace(f"P{code}B", Kind.BUILDING, "3号楼", parent=self.estates[0])
        )

    def found(self, text: str, estate: Unit | None = None) -> list[str]:
        """The full names of what a text speaks of."""
        named = places_named_in(text, self.unit.id, estate.id if estate else None)
        return [Place.objects.get(pk=place.place_id).full_name for place in named]


@pytest.fixture
def district(db: None, clock: Any) -> District:
    return District()


def test_a_name_is_found_as_soon_as_it_is_added(district: District) -> None:
    assert district.found("老供销社后面有垃圾") == []
    fate = name_place("system", district.estates[0], " 老供销社 ", NameKind.LANDMARK)
    assert fate is Fate.LANDED
    assert district.found("老供销社后面有垃圾") == ["幸福里小区"]


def test_the_same_name_again_changes_nothing_and_another_kind_does(district: District) -> None:
    place = district.estates[0]
    name_place("system", place, "纺织厂宿舍", NameKind.ALIAS)
    assert name_place("system", place, "纺织厂宿舍", NameKind.ALIAS) is Fate.ALREADY_THERE
    assert name_place("system", place, "纺织厂宿舍", NameKind.FORMER) is Fate.CHANGED
    assert PlaceName.objects.get().kind == NameKind.FORMER
    kinds = Event.objects.filter(subject_id=place.id).order_by("sequence").values_list("kind")
    assert [kind for (kind,) in kinds] == [
        "places.place_added",
        "places.name_added",
        "places.name_changed",
    ]


def test_events_hold_no_name(district: District) -> None:
    name_place("system", district.estates[0], "老供销社", NameKind.LANDMARK)
    row = PlaceName.objects.get()
    event = Event.objects.get(kind="places.name_added")
    assert event.payload == {"row": str(row.pk), "kind": "landmark"}


def test_a_name_begins_and_ends_at_its_day(district: District, clock: Any) -> None:
    today = date(2026, 5, 8)
    place = district.estates[0]
    name_place(
        "system", place, "东头大院", NameKind.ALIAS, today + timedelta(1), today + timedelta(2)
    )
    assert district.found("东头大院没水") == []
    clock.ahead(days=1)
    assert district.found("东头大院没水") == ["幸福里小区"]
    clock.ahead(days=1)
    assert district.found("东头大院没水") == []
    again = name_place("system", place, "东头大院", NameKind.ALIAS, today + timedelta(2))
    assert again is Fate.LANDED
    assert district.found("东头大院没水") == ["幸福里小区"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "没有写叫法"),
        ("很" * 61, "超过了60个字"),
        ("幸福里小区", "本来的名称"),
        ("3号楼", "说不清是哪里"),
        ("小区", "说不清是哪里"),
    ],
)
def test_a_name_that_helps_nobody_is_refused(district: District, name: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        name_place("system", district.estates[0], name, NameKind.ALIAS)
    assert not PlaceName.objects.exists()


def test_a_name_cant_end_before_it_begins(district: District) -> None:
    day = date(2026, 1, 1)
    with pytest.raises(Refusal, match="失效日期"):
        name_place("system", district.estates[0], "老供销社", NameKind.ALIAS, day, day)


def test_renamed_moved_and_added_places_are_found_as_they_are_now(district: District) -> None:
    assert district.found("福满园3号楼") == []
    change_place("system", district.estates[0], name="福满园")
    assert district.found("福满园3号楼") == ["福满园3号楼"]
    house = NewPlace("P-new", Kind.BUILDING, "8号楼", parent=district.estates[0])
    add_place("system", house)
    assert district.found("福满园8号楼") == ["福满园8号楼"]
    other = District("X")
    move_place(
        "system", district.estates[0], other.estates[0].coverages.get().unit, date(2026, 1, 1)
    )
    assert district.found("福满园3号楼") == []
    assert other.found("福满园3号楼") == ["福满园3号楼"]


def test_a_building_is_looked_for_in_the_estate_of_the_case(district: District) -> None:
    home = district.estates[0].coverages.get().unit
    assert district.found("3号楼没水") == []
    assert district.found("3号楼没水", home) == ["幸福里小区3号楼"]


def test_places_of_a_merged_community_are_found_in_their_district(district: District) -> None:
    first, second = district.communities
    merge_units("system", first, second, date(2026, 1, 1))
    assert district.found("幸福里小区3号楼") == ["幸福里小区3号楼"]


def test_another_look_asks_the_database_for_nothing(
    district: District, django_assert_max_num_queries: Any
) -> None:
    district.found("幸福里小区")
    with django_assert_max_num_queries(1):  # whether something changed, every other second
        places_named_in("幸福里小区3号楼没水", district.unit.id)
    with django_assert_max_num_queries(0):
        places_named_in("  \n", district.unit.id)


# ---- the table


def rows(*lines: str) -> list[Row]:
    names = ("place", "name", "kind", "valid_to")
    return [
        Row(number, dict(zip(names, [*line.split(","), "", "", ""], strict=False)))
        for number, line in enumerate(lines, start=2)
    ]


def test_a_table_lands_row_by_row_and_a_second_import_changes_nothing(district: District) -> None:
    table = rows(
        "PD0,老供销社,地标",
        "PD0,原纺织厂宿舍,曾用名",
        "PD1,人民路12号,路",
        "PD1,和睦大院",
        "PD0,老供销社,地标",
        "PD0,老供销社,道路",
        "PD9,哪里都不是,地标",
        "PD0,水塔,奇怪",
        "PD0,3号楼,别名",
        ",水塔,地标",
        "PD0,旧粮店,地标,昨天",
    )
    outcome = import_names("system", table, {})
    assert outcome.summary() == "read 11, landed 4, changed 0, already there 1, refused 6"
    reasons = {refused.row.number: refused.reason for refused in outcome.refused}
    assert list(reasons) == [7, 8, 9, 10, 11, 12]
    for number, said in (
        (7, "第2行已经写过"),
        (8, "没有编码为“PD9”的地点"),
        (9, "不是认得的类别"),
        (10, "说不清是哪里"),
        (11, "没有写地点编码"),
        (12, "失效日期“昨天”不是日期"),
    ):
        assert said in reasons[number]
    before = list(PlaceName.objects.order_by("id").values())
    again = import_names("system", table, {})
    assert again.summary() == "read 11, landed 0, changed 0, already there 5, refused 6"
    assert list(PlaceName.objects.order_by("id").values()) == before


def test_a_change_is_told(district: District) -> None:
    import_names("system", rows("PD0,水塔下,地标"), {})
    outcome = import_names("system", rows("PD0,水塔下,别名"), {})
    assert outcome.counts[Fate.CHANGED] == 1
    assert "第2行“水塔下”" in outcome.notes[0]


def test_a_missing_column_and_an_unknown_field_are_told(district: District) -> None:
    with pytest.raises(Refusal, match="没有“叫法”"):
        import_names("system", [Row(2, {"place": "PD0"})], {})
    with pytest.raises(Refusal, match="没有“nom”这个字段"):
        import_names("system", rows("PD0,水塔,地标"), {"nom": "name"})


def test_the_workbook_imports_back_unchanged(district: District, tmp_path: Path) -> None:
    name_place("system", district.estates[0], "老供销社", NameKind.LANDMARK)
    day = date(2026, 3, 1)
    name_place("system", district.estates[1], "=和睦大院", NameKind.ALIAS, day, date(2030, 1, 1))
    path = tmp_path / "names.xlsx"
    assert write_names_template(path) == 2
    outcome = import_names("system", read_table(path), {})
    assert outcome.summary() == "read 2, landed 0, changed 0, already there 2, refused 0"
