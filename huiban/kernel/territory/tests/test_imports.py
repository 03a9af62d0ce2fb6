from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row
from huiban.kernel.events.models import Event
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.territory import outcome as outcomes
from huiban.kernel.territory.imports import Wanted, import_units
from huiban.kernel.territory.models import BranchCoverage, Level, Post, Unit
from huiban.kernel.territory.outcome import Fate, Outcome
from huiban.kernel.territory.queries import branch_of, unit_by_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ALWAYS = date(2000, 1, 1)
DISTRICT = "3415,安和区,,区"
STREET = "3415001,幸福街道,3415,街道"
COMMUNITY = "3415001001,幸福里社区,3415001,社区"
ESTATE = "XQ1,幸福里小区,3415001001,小区"
BRANCH = "ZB1,幸福里小区党支部,3415001001,小区党支部,,,XQ1"
HEADER = "code,name,parent,level,duty_phone,households,covers,post,valid_from"


def table(*lines: str, header: str = HEADER) -> list[Row]:
    names = header.split(",")
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = line.split(",")
        rows.append(Row(number, dict(zip(names, cells + [""] * len(names), strict=False))))
    return rows


def imported(*lines: str, wanted: Wanted | None = None) -> Outcome:
    return import_units("system", table(*lines), wanted or Wanted())


def reasons(outcome: Outcome) -> dict[int, str]:
    return {refused.row.number: refused.reason for refused in outcome.refused}


def counts(outcome: Outcome) -> tuple[int, int, int, int, int]:
    fates = tuple(outcome.counts[fate] for fate in Fate)
    return outcome.read, fates[0], fates[1], fates[2], len(outcome.refused)


ALL = (DISTRICT, STREET, COMMUNITY, ESTATE, BRANCH)


def test_units_land_with_their_path_and_their_front_desks() -> None:
    outcome = imported(*ALL, "LD,区党建引领基层治理领导小组,3415,领导小组", "ZJ,区住建局,3415,部门")
    assert outcome.summary() == "read 7, landed 7, changed 0, already there 0, refused 0"
    estate = unit_by_code("XQ1")
    assert estate is not None
    assert [unit and unit.name for unit in (estate.district, estate.street, estate.community)] == [
        "安和区",
        "幸福街道",
        "幸福里社区",
    ]
    desks = Post.objects.filter(is_front_desk=True).order_by("unit__code")
    assert [(desk.name, desk.role) for desk in desks] == [
        ("安和区前台", "district_desk"),
        ("幸福街道前台", "street_desk"),
        ("幸福里社区前台", "community_desk"),
        ("区党建引领基层治理领导小组办公室", "leading_group_desk"),
        ("幸福里小区党支部书记", "branch_secretary"),
        ("区住建局受理岗", "department_desk"),
    ]
    branch = branch_of(estate.id)
    assert branch is not None
    assert branch.code == "ZB1"
    assert BranchCoverage.objects.get().valid_from == ALWAYS


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
def test_parents_may_stand_anywhere_in_the_table(order: tuple[int, ...]) -> None:
    assert counts(imported(*(ALL[place] for place in order))) == (5, 5, 0, 0, 0)


def test_a_second_import_changes_nothing() -> None:
    imported(*ALL)
    events = Event.objects.count()
    assert counts(imported(*ALL)) == (5, 0, 0, 5, 0)
    assert Event.objects.count() == events
    assert list(broken_chains()) == []


def test_a_changed_name_is_taken_and_said_and_renames_the_desk() -> None:
    imported(*ALL)
    outcome = imported("3415001001,幸福新村社区,3415001,社区", BRANCH)
    assert counts(outcome) == (2, 0, 1, 1, 0)
    assert outcome.notes == [
        "第2行 3415001001：改了名称由“幸福里社区”改为“幸福新村社区”。",
    ]
    unit = unit_by_code("3415001001")
    assert unit is not None
    assert unit.name == "幸福新村社区"
    assert unit.posts.get().name == "幸福新村社区前台"


def test_a_desk_that_was_named_keeps_its_name() -> None:
    imported(DISTRICT, STREET, "3415001001,幸福里社区,3415001,社区,,,,一站式服务大厅")
    assert counts(imported("3415001001,新名社区,3415001,社区")) == (1, 0, 1, 0, 0)
    assert Post.objects.get(role="community_desk").name == "一站式服务大厅"
    again = imported("3415001001,新名社区,3415001,社区,,,,便民大厅")
    assert counts(again) == (1, 0, 1, 0, 0)
    assert Post.objects.get(role="community_desk").name == "便民大厅"


def test_particulars_are_taken_and_empty_cells_leave_them() -> None:
    imported(DISTRICT, STREET, "3415001001,幸福里社区,3415001,社区,0564-3312345,1200,,,2021-03-01")
    assert counts(imported(COMMUNITY)) == (1, 0, 0, 1, 0)
    unit = unit_by_code("3415001001")
    assert unit is not None
    assert (unit.duty_phone, unit.households, unit.valid_from) == (
        "0564-3312345",
        1200,
        date(2021, 3, 1),
    )
    changed = imported("3415001001,幸福里社区,3415001,社区,0564-3399999,1300")
    assert changed.notes == ["第2行 3415001001：改了值班电话、户数。"]


def test_a_unit_that_moves_takes_what_is_below_with_it() -> None:
    imported(*ALL, "3415002,平安街道,3415,街道")
    outcome = imported("3415001001,幸福里社区,3415002,社区")
    assert counts(outcome) == (1, 0, 1, 0, 0)
    estate = unit_by_code("XQ1")
    assert estate is not None
    assert estate.street is not None
    assert estate.street.code == "3415002"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",无编码社区,3415001,社区", "没有写编码"),
        ("3415 001,有空格,3415001,社区", "不合规"),
        ("1" * 31 + ",太长,3415001,社区", "不合规"),
        ("9001,,3415001,社区", "没有写名称"),
        ("9001," + "长" * 61 + ",3415001,社区", "超过了60个字"),
        ("9001,无层级,3415001,", "没有写层级"),
        ("9001,层级不认得,3415001,大队", "“大队”不是认得的层级"),
        ("9001,上级不存在,404,社区", "没有编码为“404”的上级"),
        ("9001,没写上级,,社区", "没有写上级"),
        ("9001,上级不对,3415,社区", "上级应是街道"),
        ("9001,自己的上级,9001,社区", "是它自己"),
        ("9001,电话不对,3415001,社区,请打张三", "不像电话号码"),
        ("9001,户数不对,3415001,社区,,一百多", "不是整数"),
        ("9001,日期不对,3415001,社区,,,,,上个月", "不是日期"),
        ("9001,日期不存在,3415001,社区,,,,,2026-02-30", "不是日期"),
        ("9001,包联不该填,3415001,社区,,,XQ1", "只有小区党支部"),
        ("9001,支部,3415001001,小区党支部,,,XQ1；XQ404", "“XQ404”不是已有的小区"),
        ("9001,支部,3415001001,小区党支部,,,3415001001", "不是已有的小区"),
        ("9001,小区,3415001001,小区,,,,小区前台", "小区不设前台"),
        ("3415001001,换了层级,3415,街道", "不能改成街道"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_others_land(line: str, said: str) -> None:
    imported(*ALL)
    before = Unit.objects.count()
    outcome = imported("9100,后来的社区,3415001,社区", line, "9200,又一个社区,3415001,社区")
    assert counts(outcome) == (3, 2, 0, 0, 1)
    assert said in reasons(outcome)[3]
    assert reasons(outcome)[3].endswith("。")
    assert Unit.objects.count() == before + 2


def test_a_code_used_twice_is_refused_unless_both_rows_say_the_same() -> None:
    outcome = imported(DISTRICT, STREET, "3415001,别的街道,3415,街道", STREET)
    assert counts(outcome) == (4, 2, 0, 1, 1)
    assert "第3行" in reasons(outcome)[4]
    assert [unit.name for unit in Unit.objects.filter(code="3415001")] == ["幸福街道"]


def test_units_that_name_each_other_as_parents_are_refused() -> None:
    outcome = imported(DISTRICT, STREET, "A,甲社区,B,社区", "B,乙社区,A,社区")
    assert counts(outcome) == (4, 2, 0, 0, 2)
    assert "互为上级" in reasons(outcome)[4]
    assert "互为上级" in reasons(outcome)[5]


def test_a_child_of_a_refused_row_says_which_row_to_mend() -> None:
    outcome = imported(DISTRICT, "3415001,幸福街道,404,街道", COMMUNITY)
    assert counts(outcome) == (3, 1, 0, 0, 2)
    assert "第3行" in reasons(outcome)[4]


def test_under_a_unit_only_its_rows_are_taken_one_level_below() -> None:
    imported(DISTRICT)
    district = unit_by_code("3415")
    rows = table(
        "3415001,幸福街道,3415",
        "9999001,外区街道,9999",
        "3415002,平安街道,3415",
        header="code,name,areaCode",
    )
    wanted = Wanted(mapping={"parent": "areaCode"}, under=district)
    outcome = import_units("system", rows, wanted)
    assert counts(outcome) == (2, 2, 0, 0, 0)
    assert outcome.left_out == 1
    assert set(Unit.objects.filter(level=Level.STREET).values_list("code", flat=True)) == {
        "3415001",
        "3415002",
    }
    with pytest.raises(Refusal, match="上级编码"):
        import_units("system", rows, Wanted(under=district))


def test_only_the_named_codes_are_taken_and_missing_ones_are_said() -> None:
    wanted = Wanted(level=Level.DISTRICT, only=frozenset({"3415", "7777"}))
    outcome = imported("3415,安和区", "3416,别的区", wanted=wanted)
    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert outcome.notes == ["文件里没有编码为“7777”的行。"]


def test_a_national_list_of_districts_is_refused_as_a_whole() -> None:
    lines = [f"{number},第{number}区" for number in range(21)]
    with pytest.raises(Refusal, match="--only"):
        imported(*lines, wanted=Wanted(level=Level.DISTRICT))
    assert not Unit.objects.exists()


def test_a_table_without_codes_or_names_is_refused_as_a_whole() -> None:
    with pytest.raises(Refusal, match="名称") as refused:
        import_units("system", table("1,x", header="code,title"), Wanted())
    assert "“title”" in refused.value.message


@pytest.mark.parametrize("level", ["街道", "street", "Street", "镇", "乡"])
def test_levels_are_known_by_code_term_and_custom(level: str) -> None:
    imported(DISTRICT)
    assert counts(imported(f"3415001,幸福街道,3415,{level}")) == (1, 1, 0, 0, 0)


def test_an_estate_that_changes_its_branch_ends_one_coverage_and_begins_the_next(
    clock: Traveller,
) -> None:
    imported(*ALL, "XQ2,安居小区,3415001001,小区")
    imported("ZB2,第二党支部,3415001001,小区党支部,,,XQ1；XQ2,,2026-04-01")
    rows = BranchCoverage.objects.order_by("estate__code", "valid_from")
    assert [(row.estate.code, row.branch.code, row.valid_from, row.valid_to) for row in rows] == [
        ("XQ1", "ZB1", ALWAYS, date(2026, 4, 1)),
        ("XQ1", "ZB2", date(2026, 4, 1), None),
        ("XQ2", "ZB2", date(2026, 4, 1), None),
    ]
    given_up = imported("ZB2,第二党支部,3415001001,小区党支部,,,XQ2")
    assert counts(given_up) == (1, 0, 1, 0, 0)
    estate = unit_by_code("XQ1")
    assert estate is not None
    assert branch_of(estate.id) is None


def test_a_merged_unit_takes_no_children_and_no_new_name() -> None:
    imported(*ALL)
    Unit.objects.filter(code="3415001001").update(valid_to=date(2026, 1, 1))
    outcome = imported("3415001001,改名社区,3415001,社区", "XQ9,新小区,3415001001,小区")
    assert counts(outcome) == (2, 0, 0, 0, 2)
    assert all("撤并" in reason for reason in reasons(outcome).values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("seconds", "transactions"), [(0.0, 5), (60.0, 1)])
def test_an_import_gives_way_to_other_writers_whenever_its_time_is_up(
    monkeypatch: pytest.MonkeyPatch, seconds: float, transactions: int
) -> None:
    monkeypatch.setattr(outcomes, "BATCH_SECONDS", seconds)
    with CaptureQueriesContext(connection) as queries:
        assert counts(imported(*ALL)) == (5, 5, 0, 0, 0)
    assert [query["sql"] for query in queries].count("COMMIT") == transactions


def lines_of(rows: Iterable[Row]) -> list[int]:
    return [row.number for row in rows]


def test_refused_rows_come_in_the_order_of_the_file() -> None:
    outcome = imported("B,乙,404,小区", "A,甲,404,街道", "C,丙,404,社区")
    assert lines_of(refused.row for refused in outcome.refused) == [2, 3, 4]
