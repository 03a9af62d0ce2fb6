"""What the commands share that read one table and write another beside it."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from huiban.cli.outcomes import WrongUse
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row, parse_map, read_table, rename


def add_files(parser: argparse.ArgumentParser) -> None:
    """Declare --input, --output and --map."""
    parser.add_argument("--input", type=Path, required=True, metavar="FILE", help="CSV 或 Excel")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="写到这个 CSV")
    add_map(parser)


def add_map(parser: argparse.ArgumentParser) -> None:
    """Declare --map."""
    parser.add_argument("--map", default="", metavar="字段=列名,…", help="字段和列名的对应")


def read_rows(
    path: Path, map_words: str, fields: Sequence[str], required: Sequence[str]
) -> list[Row]:
    """All rows of the table, its columns renamed. Raises WrongUse as `each_row` does."""
    return list(each_row(path, mapping_of(map_words, fields), required))


def mapping_of(map_words: str, fields: Sequence[str]) -> dict[str, str]:
    """What --map says. Raises WrongUse for a field that the command doesn't know."""
    try:
        mapping = parse_map(map_words)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    if unknown := sorted(set(mapping) - set(fields)):
        known = "、".join(fields)
        raise WrongUse(f"没有“{unknown[0]}”这个字段。可以用的有：{known}。", "map")
    return mapping


def each_row(path: Path, mapping: Mapping[str, str], required: Sequence[str]) -> Iterator[Row]:
    """The table's rows one by one. Raises WrongUse for what can't be read and a missing column."""
    try:
        for row in read_table(path):
            yield _complete(rename(row, mapping), required)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal


def _complete(row: Row, required: Sequence[str]) -> Row:
    for column in required:
        if column not in row.values:
            there = "、".join(f"“{name}”" for name in row.values)
            raise Refusal(
                f"表里没有 {column} 列。表里有：{there}。请用 --map {column}=列名 说明它是哪一列。",
                column,
            )
    return row


def refuse_same_file(read: Path, written: Path) -> None:
    """Raises WrongUse where the result would overwrite what is read."""
    if written.exists() and read.exists() and written.samefile(read):
        raise WrongUse("--output 和 --input 是同一个文件，会盖掉原表。请另起一个名字。", "output")


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the table whole or not at all. Raises WrongUse where the folder can't be written."""
    with written_whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """The place to write a file in, which takes the file's place when all went well.

    Raises WrongUse where the folder can't be written.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise WrongUse(
            f"写不了“{path}”（{error.strerror or error}）。请换一个能写的文件夹。", "output"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
