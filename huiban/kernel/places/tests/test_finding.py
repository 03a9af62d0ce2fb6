"""Places in words: numerals of every kind, what sounds alike, what is meant twice, what isn't meant."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.kernel.base.ids import new_id
from huiban.kernel.places.finding import Found, Gazetteer, KnownName, KnownPlace, find, says_nothing

HAPPY, PEACE, TWIN, OTHER_TWIN = "幸福里小区", "平安花园", "锦绣家园", "锦绣家园"


class Books:
    """A small district: an estate with a plain name, one with a flowery one, and two of one name."""

    def __init__(self) -> None:
        self.places: list[KnownPlace] = []
        self.names: list[KnownName] = []
        self.happy = self.estate(HAPPY, "幸福里社区", ("1号楼", "2号楼", "3号楼", "12号楼", "A座"))
        self.peace = self.estate(PEACE, "平安社区", ("3栋", "五号楼", "红楼"))
        self.twins = [
            self.estate(TWIN, "东风社区", ("1号楼", "2号楼")),
            self.estate(OTHER_TWIN, "西湖社区", ("1号楼", "9号楼")),
        ]
        for name, kind in (
            ("老供销社", "landmark"),
            ("人民路12号", "road"),
            ("原纺织厂宿舍", "former"),
        ):
            self.names.append(KnownName(self.happy, name, kind))
        self.names.append(KnownName(self.peace, "人民路", "road"))
        self.gazetteer = Gazetteer(self.places, self.names)

    def estate(self, name: str, community: str, buildings: tuple[str, ...]) -> UUID:
        """An estate with a gate, and buildings of two entrances each."""
        unit = new_id()
        whole = KnownPlace(new_id(), "estate", name, None, name, unit, (community, "幸福街道"))
        self.places.append(whole)
        self._add("spot", "北门", whole)
        for building in buildings:
            house = self._add("building", building, whole)
            for number in (1, 2):
                self._add("entrance", f"{number}单元", house)
        return whole.id

    def _add(self, kind: str, name: str, whole: KnownPlace) -> KnownPlace:
        place = KnownPlace(new_id(), kind, name, whole.id, f"{whole.full_name}{name}")
        self.places.append(place)
        return place

    def unit_of(self, estate: UUID) -> UUID:
        """The unit that an estate's place belongs to."""
        unit = self.gazetteer.places[estate].unit
        assert unit is not None
        return unit

    def found(self, text: str, home: UUID | None = None) -> list[Found]:
        """What is found in a text."""
        return find(self.gazetteer, text, home)

    def names_in(self, text: str, home: UUID | None = None) -> list[str]:
        """The full names of what is found."""
        known = self.gazetteer.places
        return [known[place.place_id].full_name for place in self.found(text, home)]


BOOKS = Books()


@pytest.mark.parametrize(
    "written",
    [
        *(
            "3号楼",
            "三号楼",
            "叁号楼",
            "③号楼",
            "３号楼",
            "⑶号楼",
            "㈢号楼",
            "03号楼",
            "第3号楼",
            "3 号 楼",
        ),
        *("3栋", "三幢", "3棟", "３＃", "3#", "3#楼", "#3楼", "三号樓", "第三栋", "3号搂", "3好楼"),
    ],
)
def test_a_building_is_found_however_its_number_is_written(written: str) -> None:
    (found,) = BOOKS.found(f"{HAPPY}{written}灯坏了")
    assert BOOKS.gazetteer.places[found.place_id].full_name == "幸福里小区3号楼"
    assert found.sure
    assert found.words == f"{HAPPY}{written}"


@pytest.mark.parametrize(
    ("written", "building"),
    [
        ("12号楼", "幸福里小区12号楼"),
        ("十二号楼", "幸福里小区12号楼"),
        ("一十二栋", "幸福里小区12号楼"),
        ("⑫号楼", "幸福里小区12号楼"),
        ("A座", "幸福里小区A座"),
        ("ａ座", "幸福里小区A座"),
    ],
)
def test_tens_and_letters_are_numbers_too(written: str, building: str) -> None:
    assert BOOKS.names_in(f"{HAPPY}{written}的电梯") == [building]


@pytest.mark.parametrize(
    "written",
    [
        *("3号楼2单元", "三号楼二单元", "3栋②单元", "3号楼的2单元", "3号楼，2单元", "3号楼2单圆"),
        *("3-2-501", "3号楼2-501", "3号楼2门", "3号楼乙单元", "2单元3号楼", "3号楼二丹元"),
    ],
)
def test_an_entrance_is_found_with_its_building(written: str) -> None:
    assert BOOKS.names_in(f"{HAPPY}{written}漏水") == ["幸福里小区3号楼2单元"]


@pytest.mark.parametrize("level", ["负一层", "地下室", "B1", "顶楼", "6楼"])
def test_a_storey_belongs_to_the_words(level: str) -> None:
    (found,) = BOOKS.found(f"{HAPPY}3号楼{level}漏水")
    assert found.words == f"{HAPPY}3号楼{level}"


@pytest.mark.parametrize(
    "text",
    [
        "幸福里小去3号楼",
        "兴福里小区三号楼",
        "幸福李小区3号楼",
        "辛福里小曲叁栋",
        "幸福里3号楼",
        "杏福里3号楼",
        "幸福裏小區三號樓",
        "幸福里社区幸福里小区3号楼",
        "纺织厂宿舍3号楼",
    ],
)
def test_the_estate_is_found_misspelt_shortened_or_by_another_name(text: str) -> None:
    assert BOOKS.names_in(text) == ["幸福里小区3号楼"]


def test_a_misspelt_name_is_offered_and_not_sure() -> None:
    assert [found.sure for found in BOOKS.found("兴福里小区3号楼")] == [False]
    assert [found.sure for found in BOOKS.found("幸福里小区3号楼")] == [True]


@pytest.mark.parametrize(
    ("text", "place", "sure"),
    [
        ("老供销社后面有人倒垃圾", HAPPY, True),
        ("老供销社对面的路灯", HAPPY, False),
        ("人民路12号门口", HAPPY, True),
        ("人民路十二号", HAPPY, True),
        ("人民路120号", PEACE, False),
        ("人民路上有坑", PEACE, False),
        ("幸福里小区北门堵车", "幸福里小区北门", True),
        ("平安花园红楼的墙皮", "平安花园红楼", True),
        ("平安花园5号楼", "平安花园五号楼", True),
    ],
)
def test_landmarks_roads_gates_and_named_houses(text: str, place: str, sure: bool) -> None:
    (found,) = BOOKS.found(text)
    assert BOOKS.gazetteer.places[found.place_id].full_name == place
    assert found.sure is sure


def test_two_estates_of_one_name_are_both_offered() -> None:
    found = BOOKS.found("锦绣家园1号楼没水")
    assert len(found) == 2
    assert not any(place.sure for place in found)
    alone = BOOKS.found("锦绣家园没水")
    assert {place.place_id for place in alone} == set(BOOKS.twins)


def test_the_community_the_building_or_the_case_decides_between_two() -> None:
    first, second = BOOKS.twins
    for text, home, twin in (
        ("东风社区锦绣家园没水", None, first),
        ("锦绣家园没水", BOOKS.unit_of(second), second),
    ):
        (found,) = BOOKS.found(text, home)
        assert (found.place_id, found.sure) == (twin, True)
    (built,) = BOOKS.found("锦绣家园9号楼没水")
    assert second in BOOKS.gazetteer.line_of(built.place_id)


def test_a_building_alone_is_looked_for_where_the_case_is() -> None:
    assert BOOKS.names_in("3号楼的灯坏了") == []
    home = BOOKS.unit_of(BOOKS.happy)
    assert BOOKS.names_in("3号楼2单元的灯坏了", home) == ["幸福里小区3号楼2单元"]


def test_a_building_alone_is_of_the_only_estate_that_is_named() -> None:
    one = "我住幸福里小区。楼道里太暗，3号楼的灯坏了"
    assert BOOKS.names_in(one) == ["幸福里小区3号楼"]
    two = "我从平安花园搬到幸福里小区。楼道里太暗，3号楼的灯坏了"
    assert set(BOOKS.names_in(two)) == {HAPPY, PEACE}


def test_several_buildings_are_each_found() -> None:
    both = ["幸福里小区1号楼", "幸福里小区3号楼"]
    for text in ("幸福里小区1、3号楼停水", "幸福里小区1号楼和3号楼停水", "幸福里小区1栋，3栋"):
        assert sorted(BOOKS.names_in(text)) == both


def test_a_run_of_buildings_is_the_estate() -> None:
    assert BOOKS.names_in("幸福里小区1-3号楼停水") == [HAPPY]


def test_what_is_said_not_to_be_meant_is_left_out() -> None:
    assert BOOKS.names_in("不是平安花园，是幸福里小区3号楼") == ["幸福里小区3号楼"]


def test_the_smaller_place_comes_first() -> None:
    names = BOOKS.names_in("平安花园、幸福里小区3号楼2单元和幸福里小区12号楼")
    assert names == ["幸福里小区3号楼2单元", "幸福里小区12号楼", PEACE]


@pytest.mark.parametrize(
    "text",
    [
        *("", "3", "灯", "3楼没水", "三天没人管", "一单元楼房价多少", "单元测试", "3号下午来修"),
        *("小区里有3栋楼", "幸福里社区的电话", "幸福来得太突然", "平安就好", "12345", "2026-3-12"),
        *(
            "电话0564-3-2501",
            "锦绣中学3号楼前",
            "在幸福里社区开会",
            "\x00\x01\ufffe",
            "🏠🏠🏠3️⃣",
            "a" * 9000,
        ),
    ],
)
def test_what_names_no_place_finds_none(text: str) -> None:
    assert BOOKS.names_in(text) == []


PIECES = st.sampled_from(
    [
        *(
            "幸福里",
            "小区",
            "平安花园",
            "锦绣家园",
            "3",
            "三",
            "③",
            "叁",
            "号",
            "楼",
            "栋",
            "#",
            "-",
            "单元",
        ),
        *(
            "的",
            "，",
            "、",
            "到",
            "负",
            "层",
            "不是",
            "对面",
            "人民路",
            "12",
            "老供销社",
            "座",
            "A",
            "\n",
            "\u200b",
        ),
        *("樓", "單", "Ⅲ", "百", "十", "门", "里", "😀", "\x00", "５０１", "兴福李"),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join)))
def test_whatever_is_written_gives_words_that_stand_in_it(text: str) -> None:
    found = BOOKS.found(text, BOOKS.unit_of(BOOKS.happy))
    assert all(text[place.start : place.end] == place.words != "" for place in found)
    assert len({place.place_id for place in found}) == len(found)


@pytest.mark.parametrize(
    "piece", ["3、", "3号楼、", "1", "3-2-", "幸福里", "不是平安花园", "①", "桂，的", "十"]
)
def test_a_long_monotonous_text_takes_no_long_time(piece: str) -> None:
    began = time.perf_counter()
    BOOKS.found(piece * (9000 // len(piece)))
    assert time.perf_counter() - began < 2


def test_names_that_say_nothing_of_where() -> None:
    told = ("3号楼", "2单元", "小区", "花园", "12", "北", "#")
    assert [name for name in told if not says_nothing(name)] == []
    assert not says_nothing("老供销社")


def test_a_name_of_too_many_places_is_no_name() -> None:
    books = Books()
    estates = [books.estate(f"{sign}苑小区", "东风社区", ()) for sign in "甲乙丙丁"]
    names = [KnownName(estate, "门口的大树", "landmark") for estate in estates]
    gazetteer = Gazetteer(books.places, names)
    assert find(gazetteer, "门口的大树倒了") == []
    assert len(find(Gazetteer(books.places, names[:2]), "门口的大树倒了")) == 2


def test_the_end_of_a_longer_name_is_not_sure() -> None:
    books = Books()
    books.estate("竹园小区", "东风社区", ())
    gazetteer = Gazetteer(books.places)
    for text, sure in (("我住竹园小区", True), ("竹园小区没水", True), ("紫竹园小区没水", False)):
        assert [found.sure for found in find(gazetteer, text)] == [sure]


@pytest.mark.parametrize("text", ["高速路的小区", "洞里小区", "平安无事"])
def test_what_only_sounds_a_little_like_a_name_is_none(text: str) -> None:
    books = Books()
    books.estate("芦荻小区", "东风社区", ())
    books.estate("东篱小区", "东风社区", ())
    assert find(Gazetteer(books.places), text) == []
