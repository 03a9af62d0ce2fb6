"""`huiban supervision scan` as a person at the command line meets it."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import xlsxwriter

from huiban.cli.main import main
from huiban.cli.outcomes import DONE, WRONG_USE

REAL_DATA = os.environ.get("HUIBAN_REAL_DATA", "")
LOG = """编号,时间,单位,备注
乙,2020-01-01 09:00,环保局,
甲,2020-01-02 09:00,住建局,第二步
甲,2020-01-01 09:00,城管局,第一步
甲,2020-01-03 09:00,住建局,
甲,2020-01-04 21:00,城管局,退回
甲,2020-01-04 21:00,环保局,同一时刻在后
甲,2020-01-06 09:00,住建局,绕回
"""
FIGURES = [
    ("乙", "0", "0", "0", "1", "0.000000"),
    ("甲", "4", "1", "2", "3", "5.000000"),
]
PAIRS = [
    ("城管局", "住建局", "1", "1", "1", "1.0000", "2.500000"),
    ("环保局", "住建局", "1", "1", "0", "0.0000", "0.000000"),
    ("住建局", "城管局", "1", "1", "0", "0.0000", "0.000000"),
    ("城管局", "环保局", "1", "1", "0", "0.0000", "0.000000"),
]
COLUMNS = ("--case", "编号", "--time", "时间", "--unit", "单位")


def log(folder: Path, text: str = LOG, name: str = "log.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def scan(source: Path, target: Path, *more: str, columns: tuple[str, ...] = COLUMNS) -> int:
    files = ("--log", str(source), "--output", str(target))
    return main(["supervision", "scan", *files, *columns, *more])


def rows(path: Path, encoding: str = "utf-8") -> list[tuple[str, ...]]:
    with path.open(encoding=encoding, newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


def test_a_row_a_case_in_the_order_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target, pairs = log(tmp_path), tmp_path / "out.csv", tmp_path / "pairs.csv"
    assert scan(source, target, "--pairs", str(pairs)) == DONE
    said = capsys.readouterr()
    assert said.out == "read 7, refused 0, cases 2, handed over 1, returned 1, looped 1\n"
    assert said.err == ""
    header, *cases = rows(target)
    assert header == ("case", "handovers", "returns", "loops", "units", "days")
    assert cases == FIGURES
    header, *traffic = rows(pairs)
    assert header == ("from", "to", "handovers", "cases", "returned", "share", "days")
    assert traffic == PAIRS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "out.csv", "pairs.csv"]


def as_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(csv.reader(LOG.splitlines())):
            sheet.write_row(at, 0, row)
            if at:
                when = datetime.fromisoformat(row[1])
                sheet.write_datetime(at, 1, when, book.add_format({"num_format": "yyyy/m/d h:mm"}))


@pytest.mark.parametrize("name", ["bom.csv", "gb.csv", "small.csv.gz", "tabs.txt", "book.xlsx"])
def test_the_file_may_be_what_other_systems_write(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    if name == "book.xlsx":
        as_workbook(source)
    elif name == "small.csv.gz":
        source.write_bytes(gzip.compress(LOG.encode("gb18030")))
    elif name == "tabs.txt":
        source.write_bytes(LOG.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"))
    else:
        source.write_bytes(LOG.encode("utf-8-sig" if name == "bom.csv" else "gb18030"))
    assert scan(source, tmp_path / "out.csv") == DONE
    assert rows(tmp_path / "out.csv")[1:] == FIGURES


def test_rows_that_cannot_be_counted_are_said_and_kept_and_the_rest_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """编号,时间,单位,备注
早,不清楚,城管局,
甲,2020-01-01 09:00,城管局,

,2020-01-01 09:00,城管局,没有编号
甲,2020-01-02 09:00, ,没有单位
甲,,城管局,没有时间
甲,2020-01-02 09:00
甲,2020-01-02 09:00,城管局,李,四
甲,2020-01-02 09:00,住建局,好,,
甲,2020-01-03 09:00,住建局
早,2020-01-03 09:00,住建局
晚,2020-01-99,住建局
"""
    target = tmp_path / "out.v2.csv"
    assert scan(log(tmp_path, text), target) == DONE
    assert rows(target)[1:] == [
        ("早", "0", "0", "0", "1", "0.000000"),
        ("甲", "1", "0", "0", "2", "2.000000"),
    ]
    said = capsys.readouterr()
    assert said.out == "read 11, refused 7, cases 2, handed over 1, returned 0, looped 0\n"
    (refused,) = tmp_path.glob("out-*-refused.csv")
    header, *lines = rows(refused, "utf-8-sig")
    assert header == ("行号", "原因", "编号", "时间", "单位", "备注")
    reasons = {int(line[0]): line[1] for line in lines}
    words = {
        2: "不是能读懂的时间",
        5: "没有办件编号",
        6: "没有单位",
        7: "没有时间",
        8: "只有2格",
        9: "有5格，比表头的4格多",
        13: "不是能读懂的时间",
    }
    assert sorted(reasons) == sorted(words)
    for number, part in words.items():
        assert part in reasons[number]
        assert f"第{number}行没有算：{reasons[number]}" in said.err
    assert lines[5][2:] == ("甲", "2020-01-02 09:00", "城管局", "李", "四")
    assert refused.name in said.err


def test_many_refused_rows_are_not_all_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = log(tmp_path, "编号,时间,单位\n" + "甲,?,乙\n" * 50)
    assert scan(source, tmp_path / "out.csv") == DONE
    said = capsys.readouterr()
    assert said.err.count("没有算：") == 20
    assert "没有算的50行写在" in said.err
    assert said.out.startswith("read 50, refused 50, cases 0,")
    assert len(rows(next(tmp_path.glob("out-*-refused.csv")), "utf-8-sig")) == 51


def test_zones_may_be_mixed_and_blanks_around_names_do_not_count(tmp_path: Path) -> None:
    text = (
        "编号,时间,单位\n甲 ,2020-01-01T09:00:00Z,城管局\n甲,2020/1/1 16:00,\t城管局 \n"
        "甲,2020-01-01 10:30+01:00,住建局\n"
    )
    assert scan(log(tmp_path, text), tmp_path / "out.csv") == DONE
    assert rows(tmp_path / "out.csv")[1:] == [("甲", "1", "0", "0", "2", "0.062500")]


def test_a_log_may_have_its_own_word_for_no_unit(tmp_path: Path) -> None:
    source = log(tmp_path, LOG.replace("环保局", " EMPTY"))
    assert scan(source, tmp_path / "out.csv") == DONE
    assert rows(tmp_path / "out.csv")[1:] == FIGURES
    assert scan(source, tmp_path / "out.csv", "--no-unit", "EMPTY", "--no-unit", "-") == DONE
    assert rows(tmp_path / "out.csv")[1:] == [("甲", "3", "2", "2", "2", "5.000000")]
    (refused,) = tmp_path.glob("out-*-refused.csv")
    assert [line[:2] for line in rows(refused, "utf-8-sig")[1:]] == [
        ("2", "没有单位。"),
        ("7", "没有单位。"),
    ]


def test_one_telling_date_settles_how_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "编号,时间,单位\n甲,1/2/2020 9:00,城管局\n甲,1/13/2020 9:00,住建局\n"
    assert scan(log(tmp_path, text), tmp_path / "out.csv") == DONE
    assert "月在前" in capsys.readouterr().err
    assert rows(tmp_path / "out.csv")[1][-1] == "11.000000"
    open_dates = "编号,时间,单位\n甲,1/2/2020 9:00,城管局\n甲,1/3/2020 9:00,住建局\n"
    source = log(tmp_path, open_dates)
    assert scan(source, tmp_path / "out.csv") == DONE
    assert "分不清哪个是月" in capsys.readouterr().err
    for dates, days in (("month", "1.000000"), ("day", "29.000000")):
        assert scan(source, tmp_path / "out.csv", "--dates", dates) == DONE
        assert rows(tmp_path / "out.csv")[1][-1] == days


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        (LOG, ("--case", "案号", "--time", "时间", "--unit", "单位"), "没有“案号”这一列"),
        (LOG, ("--case", "编号", "--time", "日期", "--unit", "单位"), "“编号”、“时间”、“单位”"),
        (LOG, ("--case", "编号", "--time", "时间", "--unit", "部门"), "--unit"),
        ("", COLUMNS, "没有内容"),
        ('编号,时间,单位\n甲,"2020-01-01,乙\n', COLUMNS, "引号"),
    ],
)
def test_wrong_use_is_said_in_a_sentence_and_leaves_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    columns: tuple[str, ...],
    words: str,
) -> None:
    source = log(tmp_path, text)
    assert scan(source, tmp_path / "out.csv", columns=columns) == WRONG_USE
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == [source]


def test_a_file_that_breaks_off_leaves_nothing_either(tmp_path: Path) -> None:
    source = tmp_path / "log.csv.gz"
    lines = "".join(f"甲{number},?,城管局\n" for number in range(5_000))
    source.write_bytes(gzip.compress(f"编号,时间,单位\n{lines}".encode())[:-200])
    assert scan(source, tmp_path / "out.csv") == WRONG_USE
    open_quote = log(tmp_path, f'编号,时间,单位\n{lines}甲,"2020-01-01,城管局\n')
    assert scan(open_quote, tmp_path / "out.csv") == WRONG_USE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "log.csv.gz"]


def test_files_that_would_overwrite_each_other_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = log(tmp_path), tmp_path / "out.csv"
    assert scan(source, source) == WRONG_USE
    assert scan(source, target, "--pairs", str(target)) == WRONG_USE
    assert scan(source, target, "--pairs", str(source)) == WRONG_USE
    (tmp_path / "link.csv").symlink_to(source)
    assert scan(source, tmp_path / "link.csv") == WRONG_USE
    assert capsys.readouterr().err.count("同一个文件") == 4
    assert source.read_text(encoding="utf-8") == LOG
    assert not target.exists()


def test_where_one_table_cannot_be_written_none_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = log(tmp_path, LOG + "甲,?,城管局\n"), tmp_path / "out.csv"
    assert scan(source, target, "--pairs", str(tmp_path / "none" / "pairs.csv")) == WRONG_USE
    assert scan(source, target, "--pairs", str(tmp_path)) == WRONG_USE
    assert scan(source, tmp_path / "none" / "out.csv") == WRONG_USE
    assert "写不了" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


def test_an_empty_folder_without_a_database_is_enough(tmp_path: Path) -> None:
    log(tmp_path)
    command = "huiban.cli.main supervision scan --log log.csv --output out.csv"
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), *COLUMNS],
        cwd=tmp_path,
        env={**os.environ, "HUIBAN_DATA": "", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/no"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == DONE, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "out.csv"]


PUBLIC = [
    ("BPI2013_closed", "case:concept:name", "time:timestamp", "org:group", 6_660, 1_487),
    ("BPI2013_closed", "case:concept:name", "time:timestamp", "org:resource", 6_660, 1_487),
    ("env_permit", "case:concept:name", "time:timestamp", "org:group", 8_577, 1_434),
    ("helpdesk", "Case ID", "Complete Timestamp", "Resource", 21_348, 4_580),
]


@pytest.mark.skipif(not REAL_DATA, reason="not run: HUIBAN_REAL_DATA is not set")
@pytest.mark.parametrize(("name", "case", "time", "unit", "events", "cases"), PUBLIC)
def test_public_logs_have_the_figures_that_counting_by_hand_gives(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    case: str,
    time: str,
    unit: str,
    events: int,
    cases: int,
) -> None:
    source = Path(REAL_DATA) / "process-logs" / f"{name}.csv.gz"
    target, pairs = tmp_path / "out.csv", tmp_path / "pairs.csv"
    columns = ("--case", case, "--time", time, "--unit", unit)
    assert scan(source, target, "--pairs", str(pairs), columns=columns) == DONE
    assert capsys.readouterr().out.startswith(f"read {events}, refused 0, cases {cases},")
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    steps: dict[str, list[tuple[datetime, str]]] = {}
    for row in told:
        when = datetime.fromisoformat(row[time].replace("/", "-"))
        steps.setdefault(row[case], []).append((when, row[unit]))
    assert rows(target)[1:] == [by_hand(key, list_of) for key, list_of in steps.items()]
    between = rows(pairs)[1:]
    figures = rows(target)[1:]
    assert sum(int(row[2]) for row in between) == sum(int(row[1]) for row in figures)
    assert sum(int(row[4]) for row in between) == sum(int(row[2]) for row in figures)


def by_hand(case: str, steps: list[tuple[datetime, str]]) -> tuple[str, ...]:
    steps = sorted(steps, key=lambda step: step[0])
    units = [unit for _, unit in steps]
    folded = units[:1] + [two for one, two in pairwise(units) if one != two]
    returns = sum(folded[i] == folded[i - 2] for i in range(2, len(folded)))
    loops = sum(folded[i] in folded[:i] for i in range(1, len(folded)))
    days = (steps[-1][0] - steps[0][0]) / timedelta(days=1)
    counts = (len(folded) - 1, returns, loops, len(set(folded)))
    return (case, *map(str, counts), f"{days:.6f}")
