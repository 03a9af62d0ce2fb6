from __future__ import annotations

import csv
import gzip
import io
import os
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, parse_map, read_table, rename

REAL_DATA = os.environ.get("HUIBAN_REAL_DATA")


def written(folder: Path, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / "表.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def rows(folder: Path, content: bytes | str, encoding: str = "utf-8") -> list[Row]:
    return list(read_table(written(folder, content, encoding)))


TWO = "编号,内容\n1,电梯坏了\n2,路灯不亮\n"
READ_TWO = [Row(2, {"编号": "1", "内容": "电梯坏了"}), Row(3, {"编号": "2", "内容": "路灯不亮"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_common_kind_of_csv_is_recognised(
    tmp_path: Path, encoding: str, zipped: bool, delimiter: str
) -> None:
    content = TWO.replace(",", delimiter).encode(encoding)
    assert rows(tmp_path, gzip.compress(content) if zipped else content) == READ_TWO


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells), max_size=6), st.sampled_from(["utf-8-sig", "gb18030"]))
def test_what_a_csv_writer_writes_is_read_back_with_its_lines(
    tmp_path: Path, records: list[tuple[str, str]], encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["甲", "乙"])
    expected = []
    for first, second in records:
        line = 1 + len(re.findall("\r\n|\r|\n", text.getvalue()))
        writer.writerow([first, second])
        if first.strip() or second.strip():
            expected.append(Row(line, {"甲": first, "乙": second}))
    assert rows(tmp_path, text.getvalue(), encoding) == expected


def test_headers_are_tidied_and_the_first_of_a_name_counts(tmp_path: Path) -> None:
    read = rows(tmp_path, '"联系\n电话", 名称 ,名称,,地址,,\n1,2,3,4,5,6,\n')
    assert read == [Row(3, {"联系 电话": "1", "名称": "2", "地址": "5"})]


def test_short_long_and_empty_rows(tmp_path: Path) -> None:
    assert rows(tmp_path, "甲,乙\n\n1\n , \n1,2,3\n") == [
        Row(3, {"甲": "1", "乙": ""}),
        Row(5, {"甲": "1", "乙": "2"}),
    ]


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    assert rows(tmp_path, "甲,乙\n") == []


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "没有内容"),
        (b"\n\n , \n", "没有内容"),
        (b"\xff\xfe\xff", "编码"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "编码"),
        (b"a,b\ncaf\xe9\n", "编码"),
        (b"<html><table><tr><td>1</td></tr></table>", "网页"),
        (b"PK\x03\x04 and then nothing", "另存为 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing", "另存为 .xlsx"),
        (gzip.compress(TWO.encode(), mtime=0)[:-12], "压缩文件不完整"),
        (b"\x1f\x8b\x08", "压缩文件不完整"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(
    tmp_path: Path, content: bytes, wrong: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read_table(written(tmp_path, content))
    assert "表.csv" in refused.value.message
    assert wrong in refused.value.message


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"没有这个文件"):
        read_table(tmp_path / "无.csv")
    with pytest.raises(Refusal, match="系统打不开"):
        read_table(tmp_path)


@pytest.mark.parametrize("after", ["3,4\n", "3,4\n" * 60_000])
def test_an_open_quotation_mark_loses_nothing_silently(tmp_path: Path, after: str) -> None:
    read = read_table(written(tmp_path, '甲,乙\n1,2\n5,"六\n' + after))
    assert next(read) == Row(2, {"甲": "1", "乙": "2"})
    with pytest.raises(Refusal, match="第 3 行"):
        next(read)


def workbook(folder: Path) -> Path:
    path = folder / "表.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("空")
    sheet = book.add_worksheet("数据")
    sheet.write_row(1, 1, ["日期", "时间", "数", "小数", "是否", "错", "钟点", "时长", "文字"])
    day = book.add_format({"num_format": "yyyy/m/d"})
    second = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_datetime(3, 1, date(2024, 5, 1), day)
    sheet.write_datetime(3, 2, datetime(2024, 5, 1, 8, 30), second)  # noqa: DTZ001 - as cells are
    sheet.write(3, 3, 12.0)
    sheet.write(3, 4, 0.1 + 0.2)
    sheet.write(3, 5, True)
    sheet.write_formula(3, 6, "=1/0", None, "#DIV/0!")
    sheet.write_datetime(3, 7, time(8, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write_datetime(3, 8, timedelta(hours=36), book.add_format({"num_format": "[h]:mm"}))
    sheet.write(3, 9, " 007\n")
    book.close()
    return path


def test_a_workbook_is_read_as_its_owner_sees_it(tmp_path: Path) -> None:
    assert list(read_table(workbook(tmp_path))) == [
        Row(
            4,
            {
                "日期": "2024-05-01",
                "时间": "2024-05-01 08:30:00",
                "数": "12",
                "小数": "0.3",
                "是否": "TRUE",
                "错": "",
                "钟点": "08:30:00",
                "时长": "36:00:00",
                "文字": " 007\n",
            },
        )
    ]


def test_the_name_of_a_file_does_not_say_what_it_is(tmp_path: Path) -> None:
    for name in ("表.csv", "表.xls", "表"):
        path = workbook(tmp_path).rename(tmp_path / name)
        assert [row.number for row in read_table(path)] == [4]


def test_a_damaged_workbook_is_refused_not_crashed(tmp_path: Path) -> None:
    whole = workbook(tmp_path).read_bytes()
    for cut in range(10, len(whole), 1_501):
        with pytest.raises(Refusal):
            read_table(written(tmp_path, whole[:cut]))


def test_a_stray_cell_in_the_last_corner_does_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "内容")
    sheet.write(1_048_575, 16_383, "多余")
    book.close()
    with pytest.raises(Refusal, match="删去表格以外"):
        read_table(path)


def test_a_workbook_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiban.kernel.base.tables.LARGEST_WORKBOOK_BYTES", 1 << 10)
    with pytest.raises(Refusal, match="CSV"):
        read_table(workbook(tmp_path))


def test_columns_are_renamed_by_a_map() -> None:
    row = Row(2, {"内容": "电梯坏了", "body": "旧", "编号": "1"})
    renamed = rename(row, parse_map("body=内容, number = 编号"))
    assert renamed == Row(2, {"body": "电梯坏了", "number": "1"})
    assert rename(row, {"title": "内容", "body": "内容"}).values["title"] == "电梯坏了"
    assert rename(row, {"编号": "内容", "内容": "编号"}).values["内容"] == "1"
    assert rename(row, {}) == row


def test_an_unknown_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal) as refused:
        rename(Row(2, {"内容": "电梯坏了", "编号": "1"}), {"body": "正文"})
    assert refused.value.field == "body"
    for name in ("“正文”", "“内容”", "“编号”"):
        assert name in refused.value.message


def test_maps_are_read_as_people_write_them() -> None:
    assert parse_map("") == {}
    assert parse_map("a=甲,b=乙=丙,") == {"a": "甲", "b": "乙=丙"}
    assert parse_map('"a=甲,乙",b=丙') == {"a": "甲,乙", "b": "丙"}
    assert parse_map("a=甲，乙") == {"a": "甲，乙"}  # a full-width comma belongs to the name


@pytest.mark.parametrize("text", ["a", "a=", "=甲", "a=甲,a=乙"])
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_map(text)


@pytest.mark.skipif(not REAL_DATA, reason="not run: HUIBAN_REAL_DATA is not set")
@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("messages/categories.csv", 517, 3),
        ("messages/f2_messages_labelled.csv", 4_842, 9),
        ("messages/f2_unlabelled.csv", 1_712, 7),
        ("messages/f3_hot_messages.csv", 2_599, 11),
        ("messages/f4_replies.csv", 1_744, 11),
        ("tickets-12345/tickets.csv", 906, 19),
        ("requests-311/boston_311_sample_2022on.csv", 4_995, None),
        ("process-logs/BPI2013_closed.csv.gz", 6_660, 12),
        ("process-logs/helpdesk.csv.gz", 21_348, 15),
        ("process-logs/env_permit.csv.gz", 8_577, 15),
        ("jobs/51job_short_500.csv", 500, 5),
        ("divisions/provinces.csv", 31, 2),
    ],
)
def test_real_tables_are_read_whole(name: str, count: int, columns: int | None) -> None:
    read = list(read_table(Path(REAL_DATA or "") / name))
    assert len(read) == count
    assert columns in (None, len(read[0].values))


@pytest.mark.skipif(not REAL_DATA, reason="not run: HUIBAN_REAL_DATA is not set")
def test_every_real_table_and_workbook_has_rows_in_order() -> None:
    folder = Path(REAL_DATA or "")
    paths = [p for end in ("csv", "csv.gz", "xls", "xlsx") for p in folder.rglob(f"*.{end}")]
    assert len(paths) > 20
    for path in paths:
        numbers = [row.number for row in read_table(path)]
        assert numbers, path
        assert numbers == sorted(set(numbers)), path
