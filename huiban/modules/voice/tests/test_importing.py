"""Reports from other systems' tables: all land, or are listed; a second import adds nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, read_table
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Delivery, Event
from huiban.kernel.events.pump import drain
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.notices.actions import CHANNEL, HAND_OUT
from huiban.kernel.notices.models import Notice
from huiban.kernel.vocab.actions import choose_setting
from huiban.modules.voice import queries
from huiban.modules.voice.importing import Cells, Outcome, Wanted, import_reports, key_of
from huiban.modules.voice.models import Case, Entry, Report
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def table(*rows: dict[str, str]) -> list[Row]:
    return [Row(number, row) for number, row in enumerate(rows, start=2)]


def imported(*rows: dict[str, str], wanted: Wanted | None = None) -> Outcome:
    return import_reports(lambda: table(*rows), wanted or Wanted())


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.read, outcome.landed, outcome.already_there, len(outcome.refused)


def reasons(outcome: Outcome) -> dict[int, str]:
    return {refused.row.number: refused.reason for refused in outcome.refused}


def only_report() -> Report:
    return Report.objects.select_related("case").get()


def all_cases() -> list[Case]:
    return list(Case.objects.everywhere("a test looks at them").order_by("id"))


def test_a_body_alone_lands_at_the_districts_front_desk(cast: Cast) -> None:
    outcome = imported({"body": "小区门口路灯不亮"})
    assert outcome.summary() == "read 1, landed 1, already there 0, refused 0"
    case = only_report().case
    assert case.front_desk_id == cast.units["district"].id
    assert (case.channel, case.category) == ("import", "lighting")
    lead = lead_of(case.pk)
    assert lead is not None
    assert lead.opened_at == case.received_at


def test_a_second_import_changes_nothing(cast: Cast) -> None:
    rows = [{"number": "7", "body": "路灯不亮"}, {"number": "", "body": "没有编号的一行"}]
    first = imported(*rows)
    before = Event.objects.count()
    second = imported(*rows)
    assert counts(first) == (2, 2, 0, 0)
    assert counts(second) == (2, 0, 2, 0)
    assert Event.objects.count() == before


def test_a_number_is_unique_in_its_channel_only(cast: Cast) -> None:
    row = {"number": "7", "body": "路灯不亮"}
    imported(row, wanted=Wanted(channel="12345"))
    assert counts(imported(row, wanted=Wanted(channel="hotline"))) == (1, 1, 0, 0)


def test_equal_rows_without_number_are_so_many_reports(cast: Cast) -> None:
    row = {"body": "又停水了", "created": "2026-04-01"}
    assert counts(imported(row, row, row)) == (3, 3, 0, 0)
    assert counts(imported(row, row, row, row)) == (4, 1, 3, 0)


def test_one_number_for_two_matters_is_refused_and_named(cast: Cast) -> None:
    outcome = imported({"number": "7", "body": "路灯不亮"}, {"number": "7", "body": "电梯停运"})
    assert counts(outcome) == (2, 1, 0, 1)
    assert "第2行" in reasons(outcome)[3]


def test_the_same_row_twice_under_one_number_is_there_already(cast: Cast) -> None:
    row = {"number": "7", "body": "路灯不亮"}
    assert counts(imported(row, row)) == (2, 1, 1, 0)


def test_a_ticket_that_reads_otherwise_now_is_left_and_told(cast: Cast) -> None:
    imported({"number": "7", "body": "路灯不亮"})
    outcome = imported({"number": "7", "body": "路灯修好了"})
    assert counts(outcome) == (1, 0, 1, 0)
    assert outcome.notes == ["第2行（编号7）以前导入过，这次内容不同，没有改动。"]
    assert only_report().text == "路灯不亮"


def test_an_empty_row_is_listed_and_a_title_alone_counts_as_told(cast: Cast) -> None:
    outcome = imported({"title": "", "body": " \t"}, {"title": "路灯不亮", "body": ""})
    assert counts(outcome) == (2, 1, 0, 1)
    assert "内容是空的" in reasons(outcome)[2]
    assert only_report().title == "路灯不亮"


def test_long_texts_land_whole(cast: Cast) -> None:
    body, title = "长" * 9_000, "题" * 300
    imported({"body": body}, {"body": "正文", "title": title})
    texts = set(Report.objects.values_list("title", "text"))
    assert texts == {("", body), ("", f"{title}\n\n正文")}


def test_what_no_one_can_have_told_is_refused_alone(cast: Cast) -> None:
    outcome = imported({"body": "长" * 100_001}, {"body": "短"}, {"body": "x", "number": "9" * 61})
    assert counts(outcome) == (3, 1, 0, 2)
    assert "最多写100000字" in reasons(outcome)[2]
    assert "编号" in reasons(outcome)[4]


def test_a_place_is_known_by_its_full_name_or_code(cast: Cast) -> None:
    building = cast.places["building_3"]
    imported(
        {"body": "电梯坏了", "place": building.full_name}, {"body": "灯坏", "place": building.code}
    )
    for case in all_cases():
        assert case.building_id == building.id
        assert case.front_desk_id == cast.units["community"].id
        assert case.estate_id == cast.units["estate"].id


def test_a_unit_is_known_by_its_code_or_name_and_else_the_one_given(cast: Cast) -> None:
    community, neighbour = cast.units["community"], cast.units["neighbour"]
    imported(
        {"body": "甲", "unit": community.code},
        {"body": "乙", "unit": community.name},
        {"body": "丙", "unit": ""},
        wanted=Wanted(unit=neighbour),
    )
    desks = {report.text: report.case.front_desk_id for report in Report.objects.all()}
    assert desks == {"甲": community.id, "乙": community.id, "丙": neighbour.id}


def test_unknown_place_unit_and_category_keep_their_words(cast: Cast) -> None:
    imported({"body": "坑", "place": "解放路口", "unit": "市政处", "category": "Street Lights"})
    report = only_report()
    assert report.place_words == "解放路口"
    assert report.case.front_desk_id == cast.units["district"].id
    assert Entry.objects.get(case=report.case).text == "来件分类：Street Lights\n来件单位：市政处"
    page = queries.case_page(cast["district_officer"], report.case.reference)
    assert "来件单位：市政处" in page.timeline[0].text
    follow = queries.follow(report)
    assert all("市政处" not in step.text for step in follow.timeline)


def test_a_category_is_known_by_name_or_code(cast: Cast) -> None:
    imported({"body": "甲", "category": "电梯"}, {"body": "乙", "category": "noise"})
    assert {case.category for case in all_cases()} == {"elevator", "noise"}
    assert not Entry.objects.exists()


def told_at(created: str, *more: str) -> datetime | None:
    imported(*({"body": f"第{place}件", "created": c} for place, c in enumerate((created, *more))))
    return Report.objects.get(text="第0件").told_at


def test_a_time_is_read_in_the_zone_and_the_clock_starts_now(cast: Cast) -> None:
    assert told_at("2026-04-01 08:00") == datetime(2026, 4, 1, tzinfo=UTC)
    report = Report.objects.get(text="第0件")
    assert report.received_at == datetime(2026, 5, 8, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("proof", "meant"),
    [
        ("3/25/2019", datetime(2019, 5, 3, 16, tzinfo=UTC)),
        ("25/3/2019", datetime(2019, 4, 4, 16, tzinfo=UTC)),
    ],
    ids=["month first", "day first"],
)
def test_one_telling_date_settles_the_column(cast: Cast, proof: str, meant: datetime) -> None:
    assert told_at("5/4/2019", proof) == meant


def test_a_time_that_cannot_be_read_costs_nobody_the_report(cast: Cast) -> None:
    outcome = imported({"body": "甲", "created": "5/4/2019"}, {"body": "乙", "created": "上周"})
    assert counts(outcome) == (2, 2, 0, 0)
    assert [note[:3] for note in outcome.notes] == ["第2行", "第3行"]
    assert set(Report.objects.values_list("told_at", flat=True)) == {None}
    assert set(Entry.objects.values_list("text", flat=True)) == {
        "来件时间：5/4/2019",
        "来件时间：上周",
    }


def test_columns_are_renamed(cast: Cast) -> None:
    imported(
        {"工单": "7", "正": "路灯不亮"}, wanted=Wanted(mapping={"number": "工单", "body": "正"})
    )
    report = only_report()
    assert (report.sender_number, report.text) == ("7", "路灯不亮")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(), "没有“number”|没有“body”"),
        (Wanted(mapping={"body": "没有的列"}), "没有的列"),
        (Wanted(mapping={"sender": "text"}), "没有“sender”这个字段"),
        (Wanted(channel="two words"), "渠道"),
    ],
)
def test_a_table_that_cannot_be_meant_lands_nothing(cast: Cast, wanted: Wanted, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        imported({"text": "路灯不亮"}, wanted=wanted)
    assert not Report.objects.exists()


def test_no_message_goes_outside_and_nobody_is_buried_in_notices(cast: Cast) -> None:
    choose_setting(CHANNEL, "file")
    imported({"body": "路灯不亮"}, wanted=Wanted(channel="12345"))
    drain()
    assert not Notice.objects.exists()
    assert not Delivery.objects.filter(reaction=HAND_OUT).exists()


def test_imported_cases_keep_the_promises(cast: Cast) -> None:
    imported(*({"body": f"第{number}件，楼道有煤气味"} for number in range(30)))
    assert list(broken_chains()) == []
    assert list(broken_promises(Case)) == []
    assert all(case.danger for case in all_cases())


def test_who_knows_a_tickets_number_cannot_make_its_key(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = Cells("7", "", "路灯不亮", "", "", "", "")
    ours = key_of("12345", "", cells, 0)
    assert ours.startswith("import:")
    assert 16 <= len(ours) <= 64
    elsewhere = replace(settings.SECRETS, lookup=b"another installation's secret")
    monkeypatch.setattr(settings, "SECRETS", elsewhere)
    assert key_of("12345", "", cells, 0) != ours


REAL_FILES = [
    ("messages/f3_hot_messages.csv", {"number": "message_id"}, 0, 0),
    ("tickets-12345/tickets.csv", {"number": "ticket_id"}, 0, 1),
    (
        "requests-311/boston_311_sample_2022on.csv",
        {"number": "CASE_ENQUIRY_ID", "body": "CASE_TITLE", "created": "OPEN_DT"},
        1,
        0,
    ),
]


@pytest.mark.skipif(
    "HUIBAN_REAL_DATA" not in os.environ, reason="not run: HUIBAN_REAL_DATA is unset"
)
@pytest.mark.parametrize(("name", "mapping", "empty", "notes"), REAL_FILES)
def test_real_tables_land_or_are_listed(
    cast: Cast, name: str, mapping: dict[str, str], empty: int, notes: int
) -> None:
    path = Path(os.environ["HUIBAN_REAL_DATA"]) / name
    rows = [row for row in read_table(path) if row.number % 5 == 0]
    outcome = import_reports(lambda: rows, Wanted(mapping=mapping))
    assert counts(outcome) == (len(rows), len(rows) - empty, 0, empty)
    assert len(outcome.notes) == notes
    assert not Report.objects.filter(told_at=None).exists()
    assert counts(import_reports(lambda: rows, Wanted(mapping=mapping)))[1:] == (
        0,
        len(rows) - empty,
        empty,
    )
