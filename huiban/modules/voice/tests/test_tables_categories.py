"""A district's own categories land with their parents, and twice is once."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, read_table, rename
from huiban.kernel.vocab.models import Term
from huiban.kernel.vocab.queries import Word, words
from huiban.modules.voice.actions.steps import CATEGORIES, DEADLINES
from huiban.modules.voice.categories import LONGEST_CODE, category_code, code_for, path_of
from huiban.modules.voice.tables import TableOutcome, load_owners
from huiban.modules.voice.tables_categories import load_categories
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
TODAY = date(2026, 5, 8)


def rows(header: str, *lines: str) -> list[Row]:
    names = header.split(",")
    return [
        Row(number, dict(zip(names, line.split(","), strict=True)))
        for number, line in enumerate(lines, start=2)
    ]


def load(header: str, *lines: str, only: bool = False) -> TableOutcome:
    return load_categories(rows(header, *lines), TODAY, only=only)


def word(code: str) -> Word:
    return words(CATEGORIES)[code]


def counts(outcome: TableOutcome) -> tuple[int, int, int]:
    return outcome.changed, outcome.same, len(outcome.refused)


def test_levels_side_by_side_become_a_hierarchy_and_names_below_two_parents_stay_apart() -> None:
    lines = ("市政,道路,其他", "市政,供水,其他", "市政,供水,水质", "市政,,")
    assert counts(load("level1,level2,level3", *lines)) == (4, 0, 0)
    assert word("市政/道路/其他").parent_code == "市政/道路"
    assert word("市政/供水/其他").name == "其他"
    assert path_of("市政/供水/水质", words(CATEGORIES)) == ("市政", "供水", "水质")
    before = Term.objects.count()
    assert counts(load("level1,level2,level3", *lines)) == (0, 4, 0)
    assert Term.objects.count() == before


def test_what_is_there_already_by_name_is_the_same_category() -> None:
    load("level1,level2", "电梯,困人", "电梯,异响")
    assert word("电梯/困人").parent_code == "elevator"
    assert word("elevator").data["keywords"], "a table without keywords leaves them alone"


def test_parents_may_come_later_and_are_named_by_code_by_path_or_by_name() -> None:
    outcome = load(
        "code,name,parent",
        "b1,补路,b",
        "b,道路桥梁,市政工程",
        "a,市政工程,",
        "b2,桥面,市政工程/道路桥梁",
        "b3,护栏坏了,道路桥梁",
    )
    assert counts(outcome) == (5, 0, 0)
    assert {word(code).parent_code for code in ("b1", "b2", "b3")} == {"b"}
    assert word("b").parent_code == "a"


@pytest.mark.parametrize(
    ("header", "line", "why"),
    [
        ("code,name,parent", "x,,", "name 列是空的"),
        ("code,name,parent", "x,路灯,没有的上级", "没有“没有的上级”这个上级"),
        ("code,name,parent", "x y,路灯,", "不能用"),
        ("code,name,parent", f"{'x' * 51},路灯,", "不能用"),
        ("code,name,parent", "x,路灯,x", "绕回"),
        ("code,name,parent", "x,路灯,路灯", "没有“路灯”这个上级"),
        ("name,class", "路灯,急急", "class 列要写"),
        ("level1,level2", ",路灯", "level1 列是空的"),
        ("level1,level2", ",", "没有分类名称"),
        ("level1,level2", f"{'长' * 121},路灯", "最多120字"),
    ],
)
def test_a_row_that_cant_be_read_costs_only_itself(header: str, line: str, why: str) -> None:
    good = ",".join(["市政新办"] * (header.count(",") + 1))
    good = {"code,name,parent": "ok,市政新办,", "name,class": "市政新办,急"}.get(header, good)
    outcome = load(header, line, good)
    assert counts(outcome) == (1, 0, 1)
    assert [number for number, _ in outcome.refused] == [2]
    assert why in outcome.refused[0][1]


def test_a_circle_and_a_code_told_twice_are_refused() -> None:
    outcome = load("code,name,parent", "a,甲,b", "b,乙,a", "c,丙,", "c,丁,", "d,戊,a")
    assert counts(outcome) == (1, 0, 4)
    assert word("c").name == "丙"
    assert counts(load("code,name,parent", "elevator,电梯,新办", "n,新办,elevator")) == (0, 0, 2)


def test_a_table_without_name_or_levels_is_refused_whole() -> None:
    with pytest.raises(Refusal, match="name 列"):
        load("title,words", "电梯,坏了")
    assert counts(load("name")) == (0, 0, 0)


def test_a_parent_column_alone_makes_its_upper_level_and_says_which_it_cant_tell() -> None:
    outcome = load("name,parent", "补路,市政科", "其他,市政科", "其他,环卫科", "小类,其他")
    assert counts(outcome) == (3, 0, 1)
    assert "有好几个分类叫“其他”" in outcome.refused[0][1]
    assert word("市政科/其他").parent_code == "市政科"


def test_what_is_essential_has_a_day_and_no_longer_when_it_isnt() -> None:
    load("code,name,class", "flood,内涝,急", "elevator,电梯,一般")
    assert words(DEADLINES)["handle.flood"].data["amount"] == 24 * 60
    assert "handle.elevator" not in words(DEADLINES)
    assert word("elevator").data["class"] == "general"


def test_only_ends_what_the_table_doesnt_name_unless_a_row_was_refused() -> None:
    assert counts(load("level1,level2", "电梯,困人", ",无头", only=True)) == (1, 0, 1)
    assert "noise" in words(CATEGORIES)
    load("level1,level2", "电梯,困人", only=True)
    assert set(words(CATEGORIES)) == {"elevator", "电梯/困人"}


def test_owners_name_a_category_by_its_path_where_its_name_stands_below_several(cast: Cast) -> None:
    load("level1,level2", "市政,其他", "环卫,其他")
    units = cast.units
    told = {"area": units["district"].code, "owner": units["housing"].code}
    table = [Row(2, told | {"category": "其他"}), Row(3, told | {"category": "环卫/其他"})]
    outcome = load_owners(table, TODAY)
    assert outcome.changed == 1
    assert "“市政/其他”、“环卫/其他”" in outcome.refused[0][1]
    assert category_code("市政/其他") == "市政/其他"


@pytest.mark.parametrize(
    "path",
    [
        ("城市管理", "道路（含桥梁）", "其他"),
        ("很长的名称" * 12,),
        ("a/b", "c"),
        ("😀",),
    ],
)
def test_a_code_made_from_names_fits_and_differs(path: tuple[str, ...]) -> None:
    made = code_for(path)
    assert len(made) <= LONGEST_CODE
    assert made == code_for(path)
    assert made != code_for((*path[:-1], path[-1] + "别"))
    assert code_for(("a/b", "c")) != code_for(("a", "b/c"))


@pytest.mark.skipif("HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA unset")
def test_a_real_table_of_three_levels_lands_whole_and_once() -> None:
    table = Path(os.environ["HUIBAN_REAL_DATA"], "messages", "categories.csv")
    there = list(read_table(table))
    assert counts(load_categories(there, TODAY)) == (517, 0, 0)
    assert counts(load_categories(there, TODAY)) == (0, 517, 0)
    known = words(CATEGORIES)
    paths = {path_of(code, known) for code in known}
    mapped = [rename(row, {"name": "level3", "parent": "level2"}) for row in there]
    assert counts(load_categories(mapped, TODAY)) == (0, 517, 0)
    wanted = {tuple(row.values[f"level{n}"] for n in (1, 2, 3)) for row in there}
    assert wanted <= paths
