"""Reading the tables people keep: CSV as Excel, WPS and other systems write it, and workbooks.

What a file is, is told from its first bytes and not from its name. A CSV may be UTF-8, GB18030 or
UTF-16, gzipped or not, with commas, tabs or semicolons; a workbook may be .xlsx, .xls or .ods.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

from huiban.kernel.base import workbook
from huiban.kernel.base.errors import Refusal

LARGEST_WORKBOOK_BYTES = 64 * 1024 * 1024
"""A workbook is unpacked into memory; larger tables come as CSV, which is read row by row."""
UNPACKING_SECONDS = 120

_GZIP = b"\x1f\x8b"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zipped (.xlsx, .ods) and compound (.xls)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WEB_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")
_CHUNK_BYTES = 1 << 20
_END = "\x00end of the table\x00"  # no cell holds it: a table with such a byte is refused


@dataclass(frozen=True)
class Row:
    """One record: `number` as a person counts rows in the file, the header being row 1.

    Where a cell holds line breaks, the number is that of the line in which the record begins.
    """

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table whose header has been read: for whoever reads millions of rows or minds their width.

    `columns` has each name's place, in the header's order, `width` is how many cells the header
    has. `records` are the rows' numbers and cells; a row may have fewer or more of them.
    """

    columns: dict[str, int]
    width: int
    records: Iterator[tuple[int, list[str]]]


def read_table(path: Path) -> Iterator[Row]:
    """The rows below the header, each with a value (perhaps empty) for every named column.

    Wholly empty rows and columns without a name are left out; of columns with the same name the
    first counts. Dates are ISO text, whole numbers have no decimal point. Refusal, naming the file
    and what to do, where it can't be read: at once if it shows at once, else at the row.
    """
    return _named_rows(open_table(path))


def open_table(path: Path) -> Table:
    """The same as a header and records. Raises Refusal as `read_table` does."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
        if head.startswith(_WORKBOOKS):
            records = _workbook(path)
        else:
            if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGES):
                _refuse(path, "它其实是网页，不是表格", "请用 Excel 或 WPS 打开，另存为 .xlsx")
            records = _csv(path, _encoding(path))
    except FileNotFoundError:
        _refuse(path, "没有这个文件", "请核对文件名和所在文件夹")
    except OSError as error:
        _refuse(path, f"系统打不开（{error.strerror or error}）", "请核对文件是否完整、有没有权限")
    return _headed(path, records)


def rename(row: Row, mapping: Mapping[str, str]) -> Row:
    """The row with the columns of a mapping (field → column) under their fields' names.

    Other columns keep theirs. Refusal, listing the columns there are, where one is missing.
    """
    for wanted, column in mapping.items():
        if column not in row.values:
            there = "、".join(f"“{name}”" for name in row.values)
            raise Refusal(
                f"表里没有“{column}”这一列。表里有：{there}。请照表里的写法填写。", wanted
            )
    taken = set(mapping.values())
    kept = {column: value for column, value in row.values.items() if column not in taken}
    named = {wanted: row.values[column] for wanted, column in mapping.items()}
    return Row(row.number, {**kept, **named})


def parse_map(text: str) -> dict[str, str]:
    """`field=COLUMN,…` as field → column; a pair whose column holds a comma goes in quotes."""
    mapping: dict[str, str] = {}
    for pair in next(csv.reader([text], skipinitialspace=True), []):
        if not pair.strip():
            continue
        wanted, _, column = (part.strip() for part in pair.partition("="))
        if not wanted or not column:
            raise Refusal(f"“{pair.strip()}”应写成 字段=列名，各对之间用英文逗号隔开。", "map")
        if wanted in mapping:
            raise Refusal(f"字段“{wanted}”写了两次，请只留一次。", "map")
        mapping[wanted] = column
    return mapping


def _refuse(path: Path, wrong: str, remedy: str) -> NoReturn:
    raise Refusal(f"读不了“{path.name}”：{wrong}。{remedy}。", "file")


_Record = tuple[int, list[str]]


def _headed(path: Path, records: Iterator[_Record]) -> Table:
    """Reads the header now and the rows when they are asked for."""
    for _number, cells in records:
        names = [" ".join(cell.split()) for cell in cells]
        first = {name: place for place, name in reversed(list(enumerate(names))) if name}
        if columns := dict(sorted(first.items(), key=itemgetter(1))):
            return Table(columns, len(cells), records)
        break
    _refuse(path, "里面没有内容", "请核对第一张表的第一行是列名")


def _named_rows(table: Table) -> Iterator[Row]:
    for number, cells in table.records:
        width = len(cells)
        values = {
            name: cells[place] if place < width else "" for name, place in table.columns.items()
        }
        yield Row(number, values)


def _filled(records: Iterable[_Record]) -> Iterator[_Record]:
    return (record for record in records if any(map(str.strip, record[1])))


def _workbook(path: Path) -> Iterator[_Record]:
    """The workbook's rows, unpacked in another process since some workbooks end theirs."""
    if path.stat().st_size > LARGEST_WORKBOOK_BYTES:
        size = LARGEST_WORKBOOK_BYTES >> 20
        _refuse(path, f"工作簿大于 {size} 兆", "请另存为 CSV，或分成几个文件")
    # -P: the folder of that script holds a calendar.py, which isn't the standard library's.
    command = [sys.executable, "-P", workbook.__file__, str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=UNPACKING_SECONDS)
    except subprocess.TimeoutExpired:
        _refuse(path, "工作簿太大，拆不开", "请另存为 CSV，或分成几个文件")
    if done.returncode == workbook.PASSWORD_EXIT:
        _refuse(path, "工作簿设有密码", "请去掉密码后再交")
    if done.returncode:
        remedy = "请用 Excel 或 WPS 打开，删去表格以外多余的行和列，另存为 .xlsx"
        _refuse(path, "文件不完整，或者不是表格，或者大得离奇", remedy)
    return _filled(
        (number, json.loads(line)) for number, line in enumerate(done.stdout.splitlines(), 1)
    )


def _open(path: Path) -> gzip.GzipFile | io.BufferedReader:
    file = path.open("rb")
    zipped = file.read(2) == _GZIP
    file.close()
    return gzip.open(path, "rb") if zipped else path.open("rb")


def _encoding(path: Path) -> str:
    """The encoding in which the whole file can be read; this reads it once."""
    try:
        with _open(path) as file:
            utf16 = file.read(2) in _UTF16
    except EOFError:
        _refuse_cut(path)
    for encoding in ["utf-16"] if utf16 else ["utf-8-sig", "gb18030"]:
        if _decodes(path, encoding):
            return encoding
    _refuse(path, "文字编码认不出来", "请用 Excel 或 WPS 打开，另存为“CSV UTF-8”或 .xlsx")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with _open(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                if "\x00" in decoder.decode(chunk):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except (EOFError, zlib.error):
        _refuse_cut(path)
    return True


def _refuse_cut(path: Path) -> NoReturn:
    _refuse(path, "压缩文件不完整", "请重新压缩或重新下载")


def _csv(path: Path, encoding: str) -> Iterator[_Record]:
    with _open(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        first = next((line for line in text if line.strip()), "")
    return _filled(_csv_records(path, encoding, _delimiter(first)))


def _delimiter(header: str) -> str:
    if "," in header:
        return ","
    return max("\t;", key=header.count) if "\t" in header or ";" in header else ","


def _csv_records(path: Path, encoding: str, delimiter: str) -> Iterator[_Record]:
    with _open(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        reader = csv.reader(chain(text, [_END]), delimiter=delimiter)
        number = 1
        try:
            for cells in reader:
                if cells and cells[-1].endswith(_END):
                    if cells != [_END]:
                        _refuse_quote(path, number)
                    return
                yield number, cells
                number = reader.line_num + 1
        except csv.Error:
            _refuse_quote(path, number)


def _refuse_quote(path: Path, number: int) -> NoReturn:
    """An open quotation mark swallows what follows it, up to the limit of a cell or to the end."""
    _refuse(path, f"第 {number} 行起有引号没有成对", "请补上或删去这个引号，或另存为 .xlsx")
